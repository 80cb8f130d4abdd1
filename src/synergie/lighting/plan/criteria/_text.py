"""What keeps an indicator from being known, in sentences a catalogue can translate."""

NO_LIGHTS = "no luminaire of the study stands in this commune"
NOBODY_TOLD = "nobody told it: no file holds it, and it is not made up"
ASKED = "asked for and not known: {}"
SURVEY = "asked of {} people: {}"

NO_ENERGY = "the power or the hours of {} luminaires are not known: see the inventory"
NO_POPULATION = "the number of inhabitants is not known: see INSEE"
NO_INVESTMENT = "the price of the works of some luminaires is not known: ask for an offer"
NO_BILL = "the bill of some cabinets is not known: option, power and prices stand on the invoice"
NO_UPKEEP = "what repairs or parts cost is not known for some luminaires"
NO_EMBODIED = "what making {} luminaires emits, or how long they serve, is not known: ask the maker"
NO_FLUX = "the flux, the upward share or the hours of {} luminaires are not known"
NO_CORRIDOR_LAYER = "no layer of ecological corridors was given: see the DREAL or the région"
NO_CORRIDOR = "whether {} luminaires stand in a corridor, or their light, is not known"
NO_CORRIDOR_CCT = "the colour temperature or the place of {} luminaires is not known"
NONE_IN_CORRIDOR = "no luminaire stands in an ecological corridor"
NO_HOURS = "the hours of {} luminaires are not known"
NO_LEGAL = {
    "usage": "{} luminaires are not judged on every rule; most lack their category",
    "installed_on": "{} luminaires are not judged on every rule; most lack the day of installation",
    "ulr": "{} luminaires are not judged on every rule; most lack the upward share (ULR)",
    "ulr_nominal": "{} luminaires are not judged on every rule; most lack the nominal ULR",
    "cct_k": "{} luminaires are not judged on every rule; most lack the colour temperature",
    "cie3": "{} luminaires are not judged on every rule; most lack the CIE flux code 3",
    "flux_lm": "{} luminaires are not judged on every rule; most lack the flux",
    "surface_m2": "{} luminaires are not judged on every rule; most lack the surface to be lit",
    "illuminance_lx": "{} luminaires are not judged on every rule; most lack the illuminance",
    "is_built_up": (
        "{} luminaires are not judged on every rule; of most it is not known whether they stand in "
        "a built-up area"
    ),
    "is_natural": (
        "{} luminaires are not judged on every rule; of most it is not known whether they stand in "
        "a natural area of article 4"
    ),
    "is_accessible_path": (
        "{} luminaires are not judged on every rule; of most it is not known whether they light a "
        "path for people of reduced mobility"
    ),
    "area_kind": (
        "{} luminaires are not judged on every rule; of most it is not known what they light: "
        "heritage, a park, a facade, an office, a shop window"
    ),
    "opens": "{} luminaires are not judged on every rule; most lack the beginning of the activity",
    "closes": "{} luminaires are not judged on every rule; most lack the end of the activity",
    "schedule": "{} luminaires are not judged on every rule; most lack their schedule",
}
"""By the field that most of them lack."""
NO_PLACES = "priority places were not given: stops, crossings, schools"
NO_PRIORITY = "whether {} luminaires light a priority place, or their hours, is not known"
NONE_PRIORITY = "no luminaire lights a priority place"
NEVER_LIT = "the priority places are never lit: there is no light to tell the level of"
NO_RATE = "how often {} luminaires fail is not known: no failure model of their lamps, or no hours"
NO_DELAY = "the delay of a repair is not known: see the maintenance contract"
NO_SURVEY = "no survey was told; what people feel is never computed"
NOT_A_SURVEY = "a score without the number of people who answered is no survey: {}"
TOO_FEW = "fewer than {} people answered: their score is not shown"
NO_COMMUNE = "the commune of the luminaires is not known: see the inventory"
NO_SERVICE = "the hours of some luminaires are not known in {} of {} communes"
NO_GAIN = "the bill or the inhabitants are not known for {} of {} communes"
NO_COMPARISON = "the bill or the light is not known for {} of {} communes"
NO_REFERENCE = "maker and model of {} luminaires are not known"
NO_PROTOCOL = "the protocol of {} entries of the catalogue is not known"
NO_KIND = "the kind of lamp of {} luminaires is not known"
NO_CLAUSE = "no insertion clause was told for {} luminaires to be put up: see the contract"
