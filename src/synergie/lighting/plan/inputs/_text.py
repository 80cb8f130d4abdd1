"""What the way from files to a lighting study says: why a row is set aside, what is assumed."""

NO_KIND = "a file of lighting assets, or terms of their delivery points"
NO_LIGHT = "at least one luminaire that is in service"
ONCE = "each identifier once"
NOT_PUBLIC = "public lighting"
KNOWN = "power, kind of lamp, cabinet and place: only what is known was asked for"
ENDED = "a description that still holds"
POWER = "the power of a luminaire, 1 to 2,000 W; taken as not known"
FLUX = "the flux of a luminaire, 1 to 300,000 lm; taken as not known"
EFFICACY = "a flux that goes with the power, 3 to 250 lm/W; taken as not known"
INSTALLED = "a day of installation from 1900 on and not after the study; taken as not known"
FAR = (
    "a place within 3 degrees of the others; longitude and latitude may be exchanged; taken as not "
    "known"
)
FAR_PLACE = (
    "a place within 3 degrees of the luminaires; longitude and latitude may be exchanged, or in "
    "another projection"
)
PROFILE = "a night profile in local clock times (HL); its lights are taken as their cabinet goes"
NO_SCENARIO = "a column `scenario`"
NO_CRITERION = "a column `critere`"
NO_INSEE = "a column `insee`"
NO_LONGITUDE = "a column `longitude`"
NO_AREA = "the columns `lieu` and `source`"
OF_THE_FILES = "a luminaire, a cabinet or a commune of the inventory"
AREA_ONCE = "each area once, and each group of luminaires in one area"
A_CATEGORY = (
    "categories of the order of 27 December 2018 (EclExt usage): A, B1 to B4, C, D, E, F, G"
)
ONE_GROUP = "one of the three: luminaires, cabinets or communes"
A_CLOCK = "a time of day: 18:30"
A_DEROGATION = (
    "a document with the days on which it was signed and until which it holds, and days of the "
    "year as MM-DD"
)
EXPECTED_OF_AREA = {
    "road_class": "a class of EN 13201-2: M1 to M6, C0 to C5 or P1 to P6",
    "illuminance_lx": "an illuminance of 0 to 10,000 lx",
    "surface_m2": "a surface of more than 0 and at most 1,000,000 m2",
    "width_m": "a width of more than 0 and at most 1,000 m",
    "spacing_m": "a distance of more than 0 and at most 1,000 m",
}
"""What is expected in the cell of a field of an area."""
A_YEAR = "a year of the horizon of the study"
A_PLACE_KIND = "stop, crossing, school, station, hospital or other"
A_POINT = "a longitude and a latitude in degrees (WGS 84)"
GEOJSON = "a GeoJSON FeatureCollection (RFC 7946)"
A_POINT_FEATURE = "a feature with a point"
A_CODE = "an INSEE code"
A_LAMP = "a kind of lamp (EclExt typeSource)"
A_CRITERION = "a criterion"
FOUND = "a criterion that no file holds: the others are found from the park"
BOUNDS = "a figure within the bounds of its criterion"
TOLD_ONCE = "each figure once for a scenario and a place"
A_COMMUNE = "a commune of the study"
A_SCENARIO = "a scenario of the study"
A_RETROFIT = "an entry of the catalogue"
A_SCHEDULE = "a schedule of the study"
A_SCENARIO_FILE = "a list of scenarios (JSON), or a table with a column `scenario` (CSV)"
SOURCE_OF_FIGURE = "who told it, when, how it was measured"
INTERVAL = "a least figure, the figure, a greatest figure, in this order"
A_NAME = "a name"

ONLY_KNOWN = (
    "{} luminaires are left out, as it was asked for: their power, kind of lamp, cabinet or place "
    "is not known; every figure is of the others"
)
LIGHTS = "{} luminaires behind {} cabinets in {} communes"
NO_POWER = "{} of {} luminaires have no known power"
NO_FLUX = "{} of {} luminaires have no known flux"
NO_ULR = "{} of {} luminaires have no known upward share of light (ULR)"
NO_CCT = "{} of {} luminaires have no known colour temperature"
NO_CIE3 = "{} of {} luminaires have no known CIE flux code 3"
NO_DAY = "{} of {} luminaires have no known day of installation"
ARTICLE_5 = (
    "{} of {} luminaires lack one at least of what article 5 of the order of 27 December 2018 asks "
    "to hold: power, flux, ULR, colour temperature, CIE flux code, day of installation"
)
NO_SOURCE = "{} of {} luminaires have no known kind of lamp"
NO_CABINET = "{} of {} luminaires name no cabinet: nobody can switch them, and they have no bill"
NO_COMMUNE = "{} of {} luminaires have no known commune: they count in the whole only"
NO_PLACE = "{} of {} luminaires have no known place, nor has their cabinet: whose sun is not known"
UNKNOWN_CABINET = "{} luminaires name a cabinet of no file: nothing is known of it but its name"
FIXED = "{} of {} cabinets: it is not known whether their hours can be set, so that none may be"
NO_TERMS = "{} of {} cabinets have no known tariff option and power: they have no bill"
TARIFF = "{} cabinets tell no tariff option: {} is taken, as it was asked for"
NO_PRICES = "no price schedule was given: no bill is known"
HIGHEST = "{} cabinets have several subscribed powers: the highest one is taken"
NO_POPULATION = "{} of {} communes have no known population: nothing is told by inhabitant there"
ONE_BODY = "no file tells who pays: one body for all, called {}"
OFF_TODAY = "{} luminaires are off for part of the night, at hours that no file tells: {} assumed"
TODAY = "today, cabinets that can be programmed are off from {} to {}: as it was told"
ALL_NIGHT = "today, lights without a told schedule shine all night: assumed"
NO_PLACES = "no priority places were given: the service there is not known"
NO_AREAS = (
    "no table of lit areas was given: surfaces, hours of activity, natural and built-up areas are "
    "not known, and most luminaires of 2020 and later cannot be judged on every rule"
)
NO_AREA_FOR = "{} of {} luminaires are in no lit area of the table"
NO_CORRIDORS = "no layer of ecological corridors was given: the light there is not known"
CATALOGUE = "no catalogue was given: the one of the house is taken, whose figures are assumed"
SIX = "no scenario was given: six are made by rule from the catalogue"
LED_BY_FLUX = (
    "{} luminaires ({}): each takes the smallest of {} LED entries that meets the class of its "
    "road, else that keeps its light of today within -10 and +25 %"
)
NO_LED_FOR = "{} luminaires ({}): no entry of the catalogue takes their place"
LED_STAYS = "{} luminaires are LED already: they stay in the scenarios made by rule"
OTHERS = "{} records of other kinds (supports, circuits, tickets) are in the files and not used"

RULES = (
    "assumed: horizon of 15 years at 3 % a year, no growth of prices, +50 % in the worst case, "
    "two emission factors (mix moyen 52, RTE 2023 32 kgCO2e/MWh)"
)
"""Source of the rules when nobody tells them."""
