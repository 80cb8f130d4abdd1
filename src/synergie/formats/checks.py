"""The checks that every import makes, as data: code, how grave, what it means, what to do.

Codes are stable: people and programs quote them. The texts are English here and French in the
catalogue, like every text for people.
"""

from dataclasses import dataclass
from typing import Literal

type Severity = Literal["block", "refusal", "warning", "information"]
"""`block`: nothing is stored until somebody answered. `refusal`: the row, or the file, is left
out. `warning`: kept, but look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. `says` may hold `{}` that the finding fills; `action` is what to do, or empty."""

    code: str
    severity: Severity
    says: str
    action: str = ""


def N_(text: str) -> str:  # noqa: N802 (the usual mark of a text for the catalogue)
    """*text*, collected for the French catalogue."""
    return text


BAD_CELL = Check(
    code="bad-cell",
    severity="refusal",
    says=N_("a value that cannot be read"),
    action=N_("correct the cell in the file and deposit it again: only what changed is stored"),
)
OUT_OF_ORDER = Check(
    code="out-of-order",
    severity="information",
    says=N_("the rows are not in order of time; they were put in order"),
)
CONFLICTING_DUPLICATE = Check(
    code="conflicting-duplicate",
    severity="refusal",
    says=N_("a second, other value for the same point and time"),
    action=N_("ask the sender which one holds, and deposit the file without the other"),
)
EXACT_DUPLICATE = Check(
    code="exact-duplicate",
    severity="information",
    says=N_("rows that repeat another exactly; ignored"),
)
TOLD_TWICE = Check(
    code="told-twice",
    severity="warning",
    says=N_("{} comes again from {} to {} with other values; only the first are counted here"),
    action=N_("ask the sender which of the two holds: the later one replaces the other"),
)
HOLE = Check(
    code="hole",
    severity="warning",
    says=N_("steps without any row; they stay without measure, never zero"),
    action=N_("ask the grid operator for the missing days, or leave them unmeasured"),
)
INCOMPLETE_DAY = Check(
    code="incomplete-day",
    severity="warning",
    says=N_("civil days whose rows do not fill the day (46, 48 or 50 half-hours)"),
    action=N_("look at the days of the clock change first, then ask for the missing rows"),
)
PERIOD_AGAINST_INDEX = Check(
    code="period-against-index",
    severity="warning",
    says=N_("energy {} over a period, {} by the difference of its indexes"),
    action=N_("ask the sender which of the two is right before you use either"),
)
NEW_HOLDS = N_("the new one counts, the other stays in the history")
BOTH_KEPT = N_("both are kept, each under its source, and are never added")
DIFFERS_FROM_STORED = Check(
    code="differs-from-stored",
    severity="warning",
    says=N_("{} from {} to {}: {} kWh, where {} kWh is stored from {} ({}); both are suspect; {}"),
    action=N_(
        "ask the sender which of the two is right; undo this deposit, or undo both and deposit "
        "the right file again"
    ),
)
DIFFERS_FROM_METER = Check(
    code="differs-from-meter",
    severity="warning",
    says=N_("{}, {}: {} kWh by bills or a table, {} kWh by the curve of its meter; {}"),
    action=N_("ask which of the two is right: a day more, a meter that was changed, another point"),
)
TOTAL_OVER_STORED = Check(
    code="total-over-stored",
    severity="warning",
    says=N_("{} from {} to {}: {} kWh, where the periods inside add up to {} kWh; it is suspect"),
    action=N_("ask the sender which of the two is right, and undo the deposit of the other"),
)
PARTS_OF_TOTAL = Check(
    code="parts-of-total",
    severity="information",
    says=N_("{} from {} to {}: shorter periods tell {} days of it; no energy counts twice"),
)
OVERLAPS_STORED = Check(
    code="overlaps-stored",
    severity="warning",
    says=N_("{} from {} to {} overlaps {} to {}, which is stored; the shorter of them counts"),
    action=N_(
        "ask the sender which of the two periods is right, and undo the deposit of the other"
    ),
)
STAMP_OTHER_SIDE = Check(
    code="stamp-other-side",
    severity="block",
    says=N_("{}: times from {} to {} mark the other side of whole days than the one that was said"),
    action=N_("say the side that the times mark, or that the first or last step is not there"),
)
ESTIMATE_LEFT_OUT = Check(
    code="estimate-left-out",
    severity="warning",
    says=N_("{} from {} to {}: an estimate of {} kWh was left out; {} kWh was read and is stored"),
    action=N_("nothing, if the reading is right; else undo the deposit that it came in"),
)
FAR_FROM_YEAR_BEFORE = Check(
    code="far-from-year-before",
    severity="block",
    says=N_("{}: {} times a day what is stored of the year before (periods: {}): is it the unit?"),
    action=N_("correct the unit, or say that the figures hold"),
)
RISES_OVER_STORED = Check(
    code="rises-over-stored",
    severity="block",
    says=N_("{}: {} then {} kWh a day, and at most {} a day is stored: an index or a running sum?"),
    action=N_("say what the column holds (register, running_sum), or confirm that it is energy"),
)
TERM_NOT_READ = Check(
    code="term-not-read",
    severity="warning",
    says=N_("{}: {} was not kept with the contract of its point; the energies were"),
    action=N_("correct the cell, or give it where the perimeter asks for it"),
)
POWER_OVER_SUBSCRIBED = Check(
    code="power-over-subscribed",
    severity="warning",
    says=N_("power {} above one and a half times the subscribed power {}"),
    action=N_("check the unit (W or kW) and the subscribed power of the contract"),
)
SENTINEL = Check(
    code="sentinel",
    severity="information",
    says=N_("65535 stands for no measure in this flow; taken as missing"),
)
UNIT_UNKNOWN = Check(
    code="unit-unknown",
    severity="refusal",
    says=N_("the file does not say its unit"),
    action=N_("declare the unit in the profile of this file"),
)
STAMP_SIDE_UNKNOWN = Check(
    code="stamp-side-unknown",
    severity="refusal",
    says=N_("nothing tells whether the times mark the start or the end of the step"),
    action=N_("declare it in the profile: end for C5, start for C1 to C4"),
)
LABEL_NONEXISTENT = Check(
    code="label-nonexistent",
    severity="refusal",
    says=N_("a time that does not exist: clocks skip this hour in March"),
    action=N_("ask for the file with offsets, or in UTC"),
)
LABEL_AMBIGUOUS = Check(
    code="label-ambiguous",
    severity="refusal",
    says=N_("a time that comes twice in October, and nothing tells which one it is"),
    action=N_("ask for the file with offsets, or in the order it was measured"),
)
CLASS_SUM = Check(
    code="class-sum",
    severity="warning",
    says=N_("the classes add up to {}, the total of the file says {}"),
    action=N_("keep the classes; tell the sender that the total differs"),
)
REGISTER_DECREASING = Check(
    code="register-decreasing",
    severity="warning",
    says=N_("an index goes down from {} to {}: another meter or register begins there"),
    action=N_("no energy is counted over it; look for a change of meter at that date"),
)
BAD_IDENTIFIER = Check(
    code="bad-identifier",
    severity="refusal",
    says=N_("an identifier that has not the form of its kind"),
    action=N_("a zero in front is often lost in a spreadsheet: set the column to Text"),
)
NEGATIVE_ENERGY = Check(
    code="negative-energy",
    severity="refusal",
    says=N_("a negative energy where only a bill's correction may be negative"),
    action=N_("check the direction (drawn or fed in) of this point"),
)
ABSURD_VALUE = Check(
    code="absurd-value",
    severity="warning",
    says=N_("a value that the point cannot reach: {} against {}"),
    action=N_("check the unit; ask the sender for the measured value"),
)
BEYOND_REACH = Check(
    code="beyond-reach",
    severity="block",
    says=N_("{} has {}, and hardly any other more than {}: is it the unit, or another column?"),
    action=N_("correct the unit (W, kVA, m²) or the column, or confirm that it is that much"),
)
ONE_POINT = Check(
    code="one-point",
    severity="block",
    says=N_("all {} cabinets have the same delivery point, {}: was it filled down?"),
    action=N_("give each cabinet its own point, or confirm that one feeds all of them"),
)
KIND_UNKNOWN = Check(
    code="kind-unknown",
    severity="warning",
    says=N_("rows of kinds that may be no lights ({}): kept as lights"),
    action=N_("look whether they are lights, and take the others out of the file"),
)
ONE_PLACE = Check(
    code="one-place",
    severity="block",
    says=N_("all {} lights have the same place, {}: was it filled down?"),
    action=N_("give each light its place, or confirm that they stand together"),
)
PLACE_FAR = Check(
    code="place-far",
    severity="block",
    says=N_("{} lies at {}, more than two degrees from nearly all others"),
    action=N_("correct its coordinates, or confirm that it stands there"),
)
SEGMENT_DIFFERS = Check(
    code="segment-differs",
    severity="block",
    says=N_("{} is of segment {} and has {}, which is of another: which one holds?"),
    action=N_("look at the bill: segment, network tariff option and power go together"),
)
DATE_AHEAD = Check(
    code="date-ahead",
    severity="block",
    says=N_("{} tells what was done on {}, after today ({}): is it the year?"),
    action=N_("correct the date, or confirm it"),
)
DONE_BEFORE = Check(
    code="done-before",
    severity="block",
    says=N_("{} was done on {}, before it was reported on {}: day and month exchanged?"),
    action=N_("correct one of the two dates, or confirm both"),
)
WATTS_UNUSUAL = Check(
    code="watts-unusual",
    severity="block",
    says=N_("half of the lights have {} W or more, and lights of streets have less than {} W"),
    action=N_("check the unit and the column of the watts, or confirm that they are floodlights"),
)
COLUMN_NOT_READ = Check(
    code="column-not-read",
    severity="block",
    says=N_("column {} is not read, and holds {}: it would be lost"),
    action=N_("name it in the way and the unit of its form; or confirm that it is not needed"),
)
NOT_WELL_FORMED = Check(
    code="not-well-formed",
    severity="refusal",
    says=N_("the file is damaged or cut"),
    action=N_("fetch the file again from its source"),
)
ENCODING = Check(
    code="encoding",
    severity="information",
    says=N_("the text is not UTF-8; it was read as Windows-1252"),
)
PROFILE_NEEDED = Check(
    code="profile-needed",
    severity="refusal",
    says=N_("a table without a profile that says which column is what"),
    action=N_("confirm the profile that is proposed; the same supplier's next file needs none"),
)
CLASS_UNKNOWN = Check(
    code="class-unknown",
    severity="block",
    says=N_("{} is no tariff class that is known: is it the same energy again?"),
    action=N_("take out the rows that repeat the energy of others, or confirm that it is a class"),
)
NATURE_UNKNOWN = Check(
    code="nature-unknown",
    severity="block",
    says=N_("{} says how energies were found, and is not known: are they those of the meter?"),
    action=N_("take out the rows that are not, or confirm that they are measured"),
)
PROFILE_DIFFERS = Check(
    code="profile-differs",
    severity="block",
    says=N_("the file says otherwise than the profile that was saved for its head"),
    action=N_("read it as the file says, or name the saved profile"),
)
TOTAL_ROW = Check(
    code="total-row",
    severity="information",
    says=N_("a row of totals; it is not a delivery point and was passed over"),
)
SERIES_NOT_READ = Check(
    code="series-not-read",
    severity="warning",
    says=N_("a series of a quantity that is not kept here, such as {}: not read"),
    action=N_("nothing, unless you need that quantity: what else the file holds is kept"),
)
SERIES_EMPTY = Check(
    code="series-empty",
    severity="warning",
    says=N_("a series or a block without one value that is read, such as {}"),
    action=N_("ask the sender for its values; nothing of it is stored"),
)
NO_WATTS = Check(
    code="no-watts",
    severity="warning",
    says=N_("not one power in watts is in this inventory; its lights are stored without"),
    action=N_("name the column of watts in the mapping of a profile, if there is one"),
)
WATTS_OPEN = Check(
    code="watts-open",
    severity="warning",
    says=N_("lights whose power is told in a way that gives no watts, such as {}"),
    action=N_("write the watts of the whole light: a number, or 2 x 24 W"),
)
LAMPS_UNUSED = Check(
    code="lamps-unused",
    severity="block",
    says=N_("{} names several lamps beside a power of {} W: of each, or of all?"),
    action=N_("write the power as 2 x 70 W, or confirm that it is the power of all lamps"),
)
NO_LIGHT = Check(
    code="no-light",
    severity="warning",
    says=N_("rows that say of themselves that they are no light in use, such as {}: not read"),
    action=N_("nothing, if they are not; else correct the word in the column of kinds or states"),
)
COUNT_UNUSED = Check(
    code="count-unused",
    severity="block",
    says=N_(
        "column {} may tell of several lights in a row, such as {}: do they each take the power"
        " beside?"
    ),
    action=N_(
        "name it `Nb lampes`, or read it as lamps in the mapping of a profile; or confirm that it"
        " is another number"
    ),
)
WATTS_CONTESTED = Check(
    code="watts-contested",
    severity="block",
    says=N_("{} and {} both tell a power, {} and {} in one row: which one is that of the light?"),
    action=N_(
        "say in the mapping of a profile which column is the power, or confirm that it is the first"
    ),
)
MANY_LAMPS = Check(
    code="many-lamps",
    severity="block",
    says=N_("column {} tells {} lamps of one row: is it a street or a cabinet, and no light?"),
    action=N_("give a row a light, or confirm that these lights have so many lamps"),
)
CABINET_ROWS = Check(
    code="cabinet-rows",
    severity="block",
    says=N_("every row is of another cabinet or delivery point: are these cabinets?"),
    action=N_(
        "give cabinets in their template (synergie template cabinets), or confirm that each row is"
        " a light"
    ),
)
PLACES_UNREAD = Check(
    code="places-unread",
    severity="block",
    says=N_("{} seems to tell where the lights are, and gives no place that can be trusted"),
    action=N_(
        "write degrees as 48.77, 6.13 or name the reference system in the mapping of a profile; or"
        " confirm that the lights are kept without their places"
    ),
)
PLACES_ABROAD = Check(
    code="places-abroad",
    severity="block",
    says=N_("{} of {} places lie out of France, or of its part that their commune is in: {} at {}"),
    action=N_("correct the coordinates or their reference system, or confirm that they are right"),
)
PLACES_EXCHANGED = Check(
    code="places-exchanged",
    severity="block",
    says=N_("{} lies at longitude {}, latitude {}, off Somalia: the two look exchanged"),
    action=N_("exchange longitudes and latitudes, or confirm that they are right"),
)
PERSONAL_DATA_DROPPED = Check(
    code="personal-data-dropped",
    severity="information",
    says=N_("names, telephones and addresses of people are in the file; none was read"),
)
NOT_ENERGY = Check(
    code="not-energy",
    severity="information",
    says=N_("lines of this invoice that are no energy (penalties, services)"),
)
ESTIMATED = Check(
    code="estimated",
    severity="information",
    says=N_("values that the source estimated or reconstructed; marked as such"),
)
SUMMARY_DIFFERS = Check(
    code="summary-differs",
    severity="warning",
    says=N_("the file's own summary says {}, its readings add up to {}"),
    action=N_("the readings were kept; the summary was not read as energy"),
)
BETTER_SOURCE = Check(
    code="better-source",
    severity="refusal",
    says=N_("a source that is believed more tells otherwise; what this file tells is kept aside"),
    action=N_("nothing, as a rule; undo the deposit of the other source if it is the one in error"),
)
PRICE_BLANK = Check(
    code="price-blank",
    severity="information",
    says=N_("cells of prices that say they hold none; not priced, never zero"),
)
JOINED_CELLS = Check(
    code="joined-cells",
    severity="warning",
    says=N_("blank cells in rows of prices took the lot, supplier, tier or option above them"),
    action=N_("look whether these cells were joined, or left blank by mistake"),
)
PRICE_CLAIMS = Check(
    code="price-claims",
    severity="block",
    says=N_("prices seem to be other than those of electricity, without VAT, to be paid: {}"),
    action=N_("give the prices as they are paid, or confirm that it does not change them"),
)
PRICE_PARTS = Check(
    code="price-parts",
    severity="block",
    says=N_("nothing says whether the prices hold the parts beside them: {}"),
    action=N_("call the prices supply or total, or confirm that the parts are in them"),
)
PRICE_UNUSUAL = Check(
    code="price-unusual",
    severity="warning",
    says=N_("a price of {} EUR/MWh, out of the usual range of 10 to 1,000"),
    action=N_(
        "check the unit of the column (€/MWh, c€/kWh, €/kWh); leave blank what is not priced"
    ),
)

MONTHS_ALIKE = Check(
    code="energy-months-alike",
    severity="block",
    says=N_("{}: {} months are as much as one another, February too: no meter shows this"),
    action=N_("say whether these are sums of twelve months, means or instalments, or confirm them"),
)
NEVER_FALLS = Check(
    code="energy-never-falls",
    severity="block",
    says=N_("the values of {} only grow, or only fall, from {} to {}: an index or a sum?"),
    action=N_("say what the column holds (register, running_sum), or confirm that it is energy"),
)
PERIODS_OVERLAP = Check(
    code="periods-overlap",
    severity="block",
    says=N_("two periods of {} overlap: {} and {}"),
    action=N_("take the row out that counts the same energy twice, or confirm that both count"),
)
TWO_VALUES = Check(
    code="two-values",
    severity="block",
    says=N_("{} has two energies for the same period, {} and {}: which one holds?"),
    action=N_("leave the row that holds, or confirm that the first one does"),
)
SITE_TWICE = Check(
    code="site-twice",
    severity="block",
    says=N_("{} and {} seem to tell the same energy of one site: which one counts?"),
    action=N_("leave the rows of one of them, or confirm that both are energies of their own"),
)
METER_BEHIND = Check(
    code="meter-behind",
    severity="block",
    says=N_("{} is a meter behind another one by its name: is its energy counted there already?"),
    action=N_("take its rows out, or confirm that its energy is in no other row"),
)
PARTS_DIFFER = Check(
    code="total-differs",
    severity="block",
    says=N_("the parts of {} add up to {}, its total says {}"),
    action=N_("look for a part or a line that is missing, or confirm that the figures are right"),
)
POWER_NOT_KEPT = Check(
    code="power-not-kept",
    severity="block",
    says=N_("{} is in kW: a point keeps its subscribed power in kVA"),
    action=N_("where its numbers are in kVA, give the answer unit:COLUMN=kVA"),
)
POWERS_FALL = Check(
    code="powers-fall",
    severity="block",
    says=N_("powers subscribed by {} fall from {} to {}, and each class takes that before or more"),
    action=N_("look whether two columns of powers are exchanged, or confirm that they are right"),
)
READINGS_TIMES = Check(
    code="readings-times",
    severity="block",
    says=N_("a coefficient is told ({}: {}): energies were not multiplied by it"),
    action=N_("multiply the numbers in the file, or confirm that they need no coefficient"),
)
METERS_TOGETHER = Check(
    code="meters-together",
    severity="block",
    says=N_("{} has two meters at a time ({}, {}): is its energy that of both together?"),
    action=N_("leave the meter that holds, or confirm that the energies are to be added"),
)
OVER_THE_USUAL = Check(
    code="energy-over-usual",
    severity="block",
    says=N_("{} would take {} kWh a month: a unit a thousand times too large?"),
    action=N_("say the unit of the column (Wh, kWh, MWh), or confirm that it is that much"),
)
UNDER_THE_USUAL = Check(
    code="energy-under-usual",
    severity="block",
    says=N_("energies are below {} kWh a month and have decimals: MWh, or thousands?"),
    action=N_("say the unit of the column or the decimal mark, or confirm that it is that little"),
)
COST_UNLIKELY = Check(
    code="cost-unlikely",
    severity="block",
    says=N_("every energy costs {} EUR/kWh or so: are the columns exchanged, or the unit another?"),
    action=N_("say what the columns are (--answer role:COLUMN=...), or confirm that it is so"),
)
PRICE_APART = Check(
    code="price-apart",
    severity="warning",
    says=N_("{}: a kWh costs {} €, and {} € at the other points; its energies are suspect"),
    action=N_("look at the unit of its energies: MWh among kWh, or a factor of its meter"),
)
MONTHS_BETWEEN = Check(
    code="months-between",
    severity="block",
    says=N_("every point tells single months, as {}, and never those between: of two months?"),
    action=N_("give each bill its first and last day, or confirm that each is of one month"),
)
ROW_OF_OTHER_YEAR = Check(
    code="row-of-other-year",
    severity="block",
    says=N_("the row {} is called after another year than that of its months"),
    action=N_("give the row its own year or leave it out, or confirm that it is only a name"),
)
POINT_OF_OTHER_ENERGY = Check(
    code="point-of-other-energy",
    severity="block",
    says=N_("{} is stored as electricity drawn from the grid, and called {}"),
    action=N_("leave out what is heat, gas, water or a sale, or confirm that it is electricity"),
)
COLUMN_CLAIMS = Check(
    code="column-claims",
    severity="block",
    says=N_("the column {} says another thing of its rows than energy drawn in their period: {}"),
    action=N_("leave these rows out, or correct them, or confirm that it does not hold"),
)
PERIOD_ALL_ZERO = Check(
    code="period-all-zero",
    severity="block",
    says=N_(
        "every delivery point has zero in the period from {}: is it measured, or not yet filled?"
    ),
    action=N_("leave the cells blank that are not yet filled, or confirm that all were zero"),
)
POINT_ROUNDED = Check(
    code="point-rounded",
    severity="block",
    says=N_("every number of a delivery point ends in zeros, as {}: were they rounded by Excel?"),
    action=N_("export the column again as text: the last digits are lost"),
)
NUMBER_LACKS = Check(
    code="number-lacks",
    severity="block",
    says=N_("rows of {} tell no number of a delivery point, and others of that name do"),
    action=N_("write the number in each row, or confirm that they are of another point"),
)
NO_NUMBER = Check(
    code="no-number",
    severity="warning",
    says=N_("rows of {} tell no number of a delivery point, where most others do"),
    action=N_("look whether they are a site of its own, and none of a sum or another quantity"),
)
TITLE_CLAIMS = Check(
    code="title-claims",
    severity="block",
    says=N_("the title says something else than measured energies of the rows' periods: {}"),
    action=N_("leave out what is none, or correct the title, or confirm that it does not hold"),
)
OTHER_LIGHTS = Check(
    code="other-lights",
    severity="block",
    says=N_("a title, a name or a column may say that these are no lights in use, in watts: {}"),
    action=N_(
        "leave out the rows or the file that are none, or confirm that these are lights in use, in "
        "watts"
    ),
)
NOTE_OTHER_UNIT = Check(
    code="note-other-unit",
    severity="block",
    says=N_("a note says another unit than the head: {}"),
    action=N_("say the unit of the column (--answer unit:COLUMN=MWh), or confirm the head's"),
)
ZONE_OTHER = Check(
    code="zone-other",
    severity="block",
    says=N_(
        "{} does not exist on French clocks: are the times those of winter all the year, or UTC?"
    ),
    action=N_("say so in the head (UTC, UTC+1, heure d'hiver), or confirm that the row is a fault"),
)
TWIN_BILLS = Check(
    code="twin-bills",
    severity="block",
    says=N_(
        "bill {} tells the same point, period and energy as another: twice, or a second meter?"
    ),
    action=N_(
        "ask the supplier; take out the row that is not to be counted, or confirm it is a copy"
    ),
)
UNREAD_SHEET = Check(
    code="sheet-not-read",
    severity="block",
    says=N_("sheets with numbers were not read: {}"),
    action=N_("name the sheet to read, or confirm that the others are not needed"),
)
MANY_REFUSED = Check(
    code="many-refused",
    severity="block",
    says=N_("{} of {} rows would be refused: is the table understood?"),
    action=N_("look at the first refusals; change the column or the format, or confirm"),
)
COLUMNS_PART = Check(
    code="columns-part",
    severity="block",
    says=N_("{} and {} told the same energy, then {} and {}: which one holds?"),
    action=N_("say which column is the energy (role:COLUMN=energy), or confirm the one read"),
)
MARK_LATE = Check(
    code="mark-late",
    severity="block",
    says=N_("{} stands far below whole numbers only: a thousand, or a decimal?"),
    action=N_("write the numbers in one way, or confirm that its mark is the decimal one"),
)
OVER_POSSIBLE = Check(
    code="energy-over-power",
    severity="block",
    says=N_("{} would take {} kWh, more than its subscribed power of {} kVA can give"),
    action=N_("check the unit of the column and the subscribed power"),
)

OTHER_HEAD = Check(
    code="other-head",
    severity="block",
    says=N_("another head stands between the rows ({}): another table begins there"),
    action=N_("deposit each table as a file or a sheet of its own"),
)
POINT_IS_SUM = Check(
    code="point-is-sum",
    severity="block",
    says=N_("{} is the sum of other points ({}): a total, or a group of them?"),
    action=N_("take its rows out, or confirm that it is a point of its own"),
)
HEAD_AGAIN = Check(
    code="head-again",
    severity="information",
    says=N_("the head comes again between the rows; passed over"),
)
REGISTER_FALLS = Check(
    code="register-falls",
    severity="block",
    says=N_("an index falls from {} to {}, which is no roll-over: was the meter changed?"),
    action=N_("confirm that another meter begins there: no energy is counted over it"),
)
YEAR_LEAPS = Check(
    code="year-leaps",
    severity="block",
    says=N_("{} in {}: {} kWh in a usual month, and {} the year before: the same unit?"),
    action=N_("check the unit of each year, or confirm that both are right"),
)
COPIED_ENERGIES = Check(
    code="copied-energies",
    severity="warning",
    says=N_("{} has the same energies as {} in every period: was a row copied?"),
    action=N_("ask the sender for those of the one or the other"),
)
COPIED_PERIOD = Check(
    code="copied-period",
    severity="warning",
    says=N_("all points have in the period from {} the energies of that from {}: was it copied?"),
    action=N_("ask the sender for those of the one or the other"),
)
FLAT_ENERGIES = Check(
    code="flat-energies",
    severity="warning",
    says=N_("each of {} points has the same energy in every period: shares of a year?"),
    action=N_("ask for what was measured; shares of a year tell nothing of its months"),
)
PERIOD_APART = Check(
    code="period-apart",
    severity="warning",
    says=N_("{}: the period from {} stands years from all others of the point"),
    action=N_("look whether its year is right"),
)
CLASS_ALONE = Check(
    code="class-alone",
    severity="block",
    says=N_("{} has energies of {} alone: where are those of the other hours?"),
    action=N_("add the other classes of its tariff, or confirm that it has no more"),
)
NO_ENERGY = Check(
    code="no-energy",
    severity="block",
    says=N_("none of {} rows tells an energy: is its column read?"),
    action=N_("call the column of energies as the format does, or confirm that there is none"),
)
PLANT_DRAWS = Check(
    code="plant-draws",
    severity="block",
    says=N_("{} is called a plant, and its energy is read as drawn from the grid"),
    action=N_("say the direction in a column, or confirm that it is what the plant takes"),
)
ALL_ZERO = Check(
    code="all-zero",
    severity="block",
    says=N_("all {} energies are zero: formulas that nobody computed?"),
    action=N_("open the workbook, save it and deposit it again, or confirm the zeros"),
)
IN_FUTURE = Check(
    code="in-future",
    severity="block",
    says=N_("{}: an energy up to {}, after today ({}): nobody can have measured it"),
    action=N_(
        "take forecasts out, correct the year, or wait for the end of the period; or confirm"
    ),
)
BELOW_ZERO = Check(
    code="below-zero",
    severity="warning",
    says=N_("an energy of {} kWh: a credit, or a fault; marked as suspect"),
    action=N_("look whether it takes back what an earlier bill counted"),
)
MANY_ZEROS = Check(
    code="many-zeros",
    severity="warning",
    says=N_("{} has {} periods of zero between others; marked as suspect"),
    action=N_("ask whether nothing was taken, or nothing was measured"),
)

CHECKS: dict[str, Check] = {
    check.code: check for check in list(globals().values()) if isinstance(check, Check)
}
"""Every check by its code."""
