"""What is said of contracts: what was expected, and remarks of a statement."""

from synergie.formats.checks import N_

ENERGIES = N_("readings of this point over the days of the baseline")
STATION = N_("the weather of the station of the contract")
PLAN_WHOLE = N_("a plan as it was frozen: its digest does not hold")
REPORT_WHOLE = N_("a statement as it was computed: a figure of it does not come out again")
OVERLAP = N_("adjustments of one kind that do not overlap at a point")
IN_PERIMETER = N_("a point, and lamps, of the contract")
PARTY = N_("the operator or the client of the contract")
SIGNATURE = N_("a signature of this party over this document")
PRICE = N_("the price of the year, or the value of the index, that the clause needs")
YEAR = N_("days within those of the guarantee")
WHOLE_YEAR = N_("a whole year: the guarantee is in kilowatt-hours of a year")
NO_DAY = N_("a day with all that the saving needs")

FEW_DAYS = N_("known for {} of {} days: not proved, no bonus; nothing is interpolated")
WIDE = N_("the interval is {} % of the saving at 68 %: more than 50 %, not proved, no bonus")
NEGATIVE = N_("more was used than the adjusted baseline: {} kWh")
LEFT_OUT = N_("{} days left out by adjustment {}")
NEW_METER = N_("meter replaced: readings of {} from {} on")
DISCUSSED = N_("adjustment {} is not agreed by both: it does not count")
FLAT = N_("no base temperature made sense: the baseline does not follow the weather")
ZERO_SAVING = N_("nothing was saved: the interval has no share of it")
