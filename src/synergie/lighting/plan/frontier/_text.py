"""Sentences of a frontier, for the catalogue."""

ADDED = "values are found cabinet by cabinet and added; those of each point are measured again"
PAIRS = (
    "each cabinet gets one pair of retrofit and schedule for all its luminaires, or stays; LED of "
    "several sizes count as one retrofit, sized for each road"
)
NOT_DONE = "{} options left out: the cabinet, the lamps or the schedule do not allow them"
UNLAWFUL = "{} options left out: they would break the order of 27 December 2018"
UNKNOWN = "{} options left out: a price or a value is not known"
STAYS = "{} cabinets stay as they are, their values of today are not known: {}"
YEARS = "works are done in the years that have a budget: {}"
ONE_YEAR = "all works are done in {}"
NO_BUDGET = "no budget was given: nothing limits the works"
ORDERS = "a missing order of a mayor excludes no schedule: it is to be decided"
ESTIMATE = (
    "with three criteria and more the worst value of each is that of the pay-off table: points may "
    "lie beyond"
)
SUPPORTED = (
    "unsupported is certain; supported means that a weighted sum picks it among the points found"
)
FAR = "{} is up to {} off the sum of its cabinets: the points are sorted by what was measured"
PART = "{} is not known of the whole: the sum of the cabinets that are known is told"
