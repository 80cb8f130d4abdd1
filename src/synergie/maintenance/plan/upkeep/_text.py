"""What the way from files to problems says to people: why a row is set aside, what is assumed."""

NO_KIND = "a file of lighting assets, tickets, a crew book or a matrix of roads"
NO_CREW_BOOK = "a crew book: synergie template crews -o equipes.xlsx"
NO_OWNER = "whose assets these are: --owner ORGANISATION=FILE"
NO_CREW = "at least one crew"
UNKNOWN_DEPOT = "a depot of the sheet Dépôts"
DEPOT_IN_THE_SEA = "a depot within 30 km of an asset"
DEPOT_SWAPPED = (
    "a depot within 30 km of an asset; latitude and longitude look exchanged, here or in the "
    "inventory"
)
DEPOT_OF_A_CREW = "a depot with a place that holds; its crews are left out too"
NO_TASK_FOR_CREW = "a crew that may do at least one of the tasks"
UNKNOWN_PLACE = "a commune or cabinets; the row holds for none"
UNKNOWN_CABINET = "cabinets of the inventories"
NO_WORKING_DAY = "a crew with working days in the weeks of the plan"
NO_WORKING_DAY_AT_ALL = "crews with at least one working day in the weeks of the plan"
TICKET_TWICE = "each ticket once"

NO_CREW_MAY = "a crew with these skills and authorisations"
NO_OPEN_WEEK = "a week of its window in which work is allowed there"
NO_OPEN_HOUR = "an hour of the week in which work is allowed there"
NO_CABINETS = "cabinets with something to do in these weeks"
MONDAY = "a Monday"

SUPPORTS_LEFT = "{} supports or circuits are in the files: no visit is made for them"
SECTORS = "{} light points name no cabinet: they are visited by sectors of {} m, {} in all"
PERIODS = {
    "inspection": "electrical inspection every {} months: assumed, without source",
    "cleaning": "cleaning of luminaires every {} months: assumed, without source",
}
MINUTES = {
    "inspection": "electrical inspection: {} min a cabinet, {} min a light point, assumed",
    "group_relamping": "group relamping: {} min a cabinet, {} min a light point, assumed",
    "cleaning": "cleaning: {} min a cabinet, {} min a light point, assumed",
    "led_conversion": "LED conversion: {} min a cabinet, {} min a light point, assumed",
    "repair": "repair: {} min at a cabinet, {} min at a light point, assumed",
}
HOLIDAYS = {
    "metropole": "public holidays of the whole country",
    "alsace-moselle": "public holidays of Alsace and Moselle, two more than elsewhere",
}
SCHOOL = {
    "only_holidays": "work in the school holidays of zone {} only",
    "never_holidays": "no work in the school holidays of zone {}",
}
INSPECTED_UNKNOWN = (
    "{} cabinets have no known date of inspection: they come first, by communes one after another"
)
AGE_UNKNOWN = "{} cabinets have lamps of unknown age: no group relamping is planned there"
NOT_SOLD = (
    "{} light points have lamps that are no longer sold: no group relamping is planned for them"
)
NEVER_PAYS = "group relamping of {} never pays: its failures do not grow with age"
SPOT = (
    "group relamping when it costs least by failures: {} EUR a lamp in a group, {} EUR alone "
    "(lamp {} EUR assumed, crew {} EUR an hour)"
)
DAY_HOURS = "a crew-day is {} h on site: the shortest day of a crew less {} h on the road"
LATE_SHARE = "{} % of the time of crews is kept for urgent faults"
NO_LATE_SHARE = "no time is kept for urgent faults: the crew book tells none"
ROUNDED = (
    "hours of a visit are those on site and its part of the road, in sixteenths of a crew-day; the"
    " road: to the commune and back, and {}·√(A·n) between n stops in an area A"
)
LONGER = (
    "{} visits last longer than all crew-days of a week: they begin in the week that is told, and "
    "their other stops are carried over to the next"
)
LATE = "a week late costs {} EUR a visit, assumed; a week early costs its share of the period"
STRAIGHT = "{} places are not in the matrix: straight lines lengthened by {}, at {} km/h"
HOLES = "{} pairs of the matrix have no time: straight lines lengthened by {}, at {} km/h"
SKIP = (
    "to leave a visit for a later week costs its time and {} h on the road, to be spent then, and "
    "{} EUR, assumed"
)
UNTOLD = (
    "{} visits of earlier weeks are told as done by no file: they are taken up again (--done, "
    "--before, or the day of the last inspection in the inventory)"
)
GONE = "{} visits of the year plan have nothing left to do"
SPLIT = "{} works longer than {} min are split over several stops"

HOLE = "seconds between these two places"
SQUARE = "as many rows and columns as places"
TIMES = "seconds and metres, zero or more"
PLACES = "the places of the matrix: `sources` with locations, or `places` with names"

DONE_UNKNOWN = "an intervention that was planned, or one on a known asset"
DONE_FUTURE = "an end in the past"
DONE_EARLY = "an end on the day of the report or later"
DONE_BEFORE_INSTALLED = "an end on the day of installation or later"
DONE_TWICE = "one row for each intervention"

TASKS = {
    "repair": "repair",
    "inspection": "electrical inspection",
    "group_relamping": "group relamping",
    "cleaning": "cleaning",
    "led_conversion": "LED conversion",
    "cabinet_visit": "cabinet visit",
    "other": "other work",
}
FAILED_BEFORE = "Could not be done before: {}"
PART_OF = "Part {} of {}"
TO_DO = "To do: {}"
OTHER_DAYS = (
    "the year plan has {} crew-days for {} EUR in this week, these rounds take {} for {} EUR; {} of"
    " them have faults and work left of earlier weeks alone; the year estimates the road"
)
