"""What the state of a park says to people: why a row is set aside, what is taken for granted."""

TWICE = "each identifier once for an owner: the first row is kept"
TWICE_BOX = "each identifier once for an owner: the row that tells most is kept"
OPEN_AND_DONE = "a ticket told once: the row that says it is done is kept"
SAME_FAULT = "one ticket a fault: the same is open on the same thing"

DEGREES = "longitude and latitude, degrees (WGS 84)"
NO_PLACE = "a place: 0, 0 lies in the sea"
SWAPPED = "longitude first, then latitude: these two are exchanged"
OUT_OF_FRANCE = "a place in the part of France where its commune is"
FAR = "a place within 30 km of the other assets of its commune"
IN_PROJECTION = {
    "Lambert-93 (EPSG:2154)": (
        "longitude and latitude, degrees (WGS 84): these are metres, as of Lambert-93 (EPSG:2154)"
    ),
    "CC42 to CC50 (EPSG:3942 to 3950)": (
        "longitude and latitude, degrees (WGS 84): these are metres, as of a conic CC42 to CC50 "
        "(EPSG:3942 to 3950)"
    ),
    "Web Mercator (EPSG:3857)": (
        "longitude and latitude, degrees (WGS 84): these are metres, as of Web Mercator (EPSG:3857)"
    ),
}

NO_CABINET_PLACE = "a place for the cabinet, or for one of its light points"
NO_CABINET = "the cabinet that feeds the light point"
UNKNOWN_CABINET = "a cabinet of the same owner's inventory"
NO_COMMUNE = "the commune (INSEE) of the cabinet, or of its light points: --commune INSEE=FILE"
GONE = "a description that holds still"
FUTURE_INSTALLED = "a date of installation in the past; its age is unknown"
FUTURE_INSPECTED = "a date of inspection in the past; the inspection is unknown"

FUTURE_REPORT = "a report in the past"
FUTURE_DONE = "a repair in the past: the fault is taken to be open still"
DONE_BEFORE_REPORT = "a repair on the day of the report or later"
TOO_OLD = "a date of 1990 or later: before, it stands for one that is not known"
BEFORE_INSTALLATION = "a date on the day of installation or later"
NO_REPORT = "when the fault was reported"
NO_ASSET = "the light point or cabinet concerned, or a place within 2 km of a cabinet"
CABINET_ASIDE = "a thing whose cabinet is known and can be placed"
UNKNOWN_ASSET = "a light point, cabinet, support or circuit of the same owner's inventory"

BURN_SUN = (
    "the sun at each cabinet in {}: lamps are lit while it is lower than {} degrees; dimming takes "
    "no hour away"
)
SWITCH_OFF = (
    "light points off at night whose profile is not told: {}; off from {} to {}, which is assumed"
)
UNKNOWN_PROFILE = (
    "light points whose night profile is not known: {}; lit all night, which is assumed"
)
PAST_AS_NOW = "hours burned are the age times the hours of now: earlier schedules are not known"
UNKNOWN_AGE = (
    "light points of unknown age: {}; their own failures are unknown, and they count at the "
    "long-run rate in those of their kind"
)
AGE_OF_LUMINAIRE = (
    "light points whose age is that of the luminaire: {}; earlier changes of lamps are not "
    "recorded, and a lamp is taken to be replaced each time it fails"
)
NO_MODEL = "light points of kind {} without a failure model: {}; their failures are unknown"
UNKNOWN_KIND = "light points of unknown kind: {}; their failures are unknown"
MODELS_TO_COME = "failures still missing to learn the model of kind {}: {}; it is assumed"
CABINETS_TOLD_BY_POINTS = "cabinets known by their light points alone: {}"
PLACED_BY_POINTS = (
    "cabinets without a place that holds: {}; the middle of their light points is taken"
)
SEVERITY_ASSUMED = "open tickets whose severity is assumed from their text: {} of {}"
CLOSED_BY_REPAIR = "tickets without an end, closed by a later repair of the same thing: {}"
HUNG_NEAR = "tickets that name no asset, hung on the nearest cabinet: {}"
TICKETS_STOP = (
    "the last fault in the tickets of {} is of {}: nothing is learned from the time after it, and "
    "what was open then is taken to be open still"
)
OUT_UNNAMED = "single light points out whose ticket names only what feeds or carries them: {}"
OUT_WITH_CABINET = "light points that are out with their cabinet, support or circuit: {}"

LEARNED = "learned from tickets"
ASSUMED_SHP = "assumed: 12 % fail a year at 4,100 h a year, wearing out with shape 3"
ASSUMED_IM = "assumed: 25 % fail a year at 4,100 h a year, wearing out with shape 3"
ASSUMED_VM = "assumed: 20 % fail a year at 4,100 h a year, wearing out with shape 3"
ASSUMED_LED = "assumed: 0.8 % of drivers and modules fail a year at 4,100 h a year, at any age"
ASSUMED_CABINET = "assumed: 0.3 faults a year each, at any age"

TARGET_DANGER = "assumed: 1 to 2 h, day and night, in the specifications of French operators"
TARGET_STREET = "assumed: 4 to 24 h in the specifications of French operators"
TARGET_POINT = "assumed: 48 h to 5 working days in the specifications of French operators"
TARGET_MINOR = "assumed: 30 days, without a source"
