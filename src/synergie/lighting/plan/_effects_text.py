"""Sentences of lighting effects that people read."""

PART_OF_CABINET = "the cabinet switches all its lights together, and only a part was asked for"
CANNOT_PROGRAM = "the cabinet cannot be programmed: schedule {} is not followed, today's stays"
PROGRAM_UNKNOWN = (
    "whether the cabinet can be programmed is not known: schedule {} is not followed, today's stays"
)
NO_CABINET = "the cabinet is not known: schedule {} is not followed, today's stays"
NOT_AUTONOMOUS = (
    "the luminaires cannot follow a schedule by themselves: {} is not followed, today's stays"
)
CANNOT_DIM = "the lamps cannot be dimmed: schedule {} is not followed, today's stays"
DIM_UNKNOWN = (
    "whether the lamps can be dimmed is not known: schedule {} is not followed, today's stays"
)
DOES_NOT_FIT = "the entry does not fit these kinds of lamp"
FIT_UNKNOWN = "the kind of lamp is not known, nor whether the entry fits"
LIGHT_UNKNOWN = (
    "neither the class of the road nor the light it gets today is known: no luminaire is chosen"
)
NO_FIT = "no luminaire of the catalogue gives the road its light: none is forced"
NO_ORDER = "no order of the mayor allows schedule {}: it is counted all the same"
NOT_SELECTED = "whether a measure holds for them is not known: nothing is done"
NO_CLOCK = "the cabinet is not known: no clock can be put in it"

WINDOWS_ASSUMED = "off-peak hours assumed from 22:00 to 06:00 for {} cabinets that tell none"
SCHEDULE_ASSUMED = "schedule {} assumed today for {} cabinets that tell none"
SUN_OF_LIGHTS = "{} cabinets have no location: the sun is that of the middle of their luminaires"
SUN_OF_COMMUNE = (
    "{} luminaires and their cabinets have no location: the sun is that of the middle of their"
    " commune"
)
SUN_UNKNOWN = "{} luminaires have no known location: their hours are not known"
POWER_PROPORTIONAL = (
    "schedule {}: power taken proportional to the light, which leaves out the fixed loss of a"
    " driver"
)
