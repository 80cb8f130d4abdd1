"""What the rules of light at night ask for, in sentences a catalogue can translate."""

CCT = "{} K at most, for new luminaires of roads, car parks and non-residential buildings"
ULR_INSTALLED = "{} % of the light upwards at most once installed, for new luminaires"
ULR_NOMINAL = "{} % of the light upwards at most by the data sheet, for new luminaires"
UPWARD_HALF = "no luminaire with more than {} % of its light upwards since 1 January 2025"
ORDER = "an order of the mayor of {} that allows this schedule"
CIE3 = "CIE flux code 3 of {} % at least, for new luminaires"
LM_M2_IN = "{} lm/m2 installed at most in a built-up area, for new luminaires"
LM_M2_OUT = "{} lm/m2 installed at most outside built-up areas, for new luminaires"
LUX = "{} lx at most on a path for people of reduced mobility, for new luminaires"
NATURAL_CCT = "{} K at most in a natural area of article 4, for new luminaires"

HOURS = {
    "hours-site": (
        "off one hour after the activity, until 07:00 or one hour before it: closed economic sites"
    ),
    "hours-heritage": (
        "lit from sunset and off from 01:00, all morning too: heritage, parks and gardens"
    ),
    "hours-garden": (
        "lit from sunset and off one hour after closing, all morning too: parks that close"
    ),
    "hours-facade": "lit from sunset and off from 01:00: facades of non-residential buildings",
    "hours-office": (
        "off one hour after occupation, until 07:00 or one hour before it: inside of offices"
    ),
    "hours-window": (
        "off from 01:00, or one hour after closing if later, until 07:00 or one hour before "
        "opening: shop windows"
    ),
    "hours-car-park": (
        "lit from sunset and off two hours after the activity, until 07:00 or one hour before it: "
        "car parks"
    ),
    "hours-works": "off one hour after the works end",
}
"""By rule of `_hours`."""
