"""What a re-fit says to people: reasons, risks, questions, and the words for the grid operator."""

from decimal import Decimal

from synergie.energy.records.power_plan import Gap
from synergie.schemas.plan import Phrase

NO_LOAD = "what it draws is not known: give a curve, or energies by class with the reached power"
NO_SEGMENT = "only points of segments C5 and C4 are compared; this one is {}"
SHORT = "{} days from {} to {} are known: a year is needed, and nothing is extrapolated"
CHANGED_SCHEDULE = (
    "its hours of use changed on {}: what came before is cut off, and {} days since are not a year"
)
TOO_LONG = "energies of {} days were told: twelve months are needed"
HOLES = "{} of {} steps have no value: more than the {} % that are allowed"
NO_TODAY = "the option and the power of today are not known: there is nothing to compare with"
TODAY_GAP = {
    "no_price": "today's option {} has no supply price: today's bill is not known",
    "no_energy": "energies by class of today's option {} are not known",
    "no_power": "today's powers under {} are not as this option wants them",
    "no_tariff": "today's option {} has no network tariff on {}",
}
SELF_CONSUMPTION = (
    "{} is an option of collective self-consumption: its energies are told apart by origin, and it "
    "is not compared"
)
GAPS: dict[Gap, str] = {
    "no_price": "no supply price for {}: not priced, never taken as free",
    "no_energy": "energies by class of {} are not known",
    "no_power": "no power of {} holds what is drawn",
    "no_tariff": "no network tariff of {} on {}",
}
NOTHING = "no option could be priced"

CHEAPER = "{} costs {} EUR a year, all in, {} EUR less than {}"
NEXT = "the next option, {}, costs {} EUR a year"
KEEP = "no option and power that is allowed costs less than {} EUR a year"
KEEP_SMALL = "another choice would save {} EUR a year: too little to ask for it"
NETWORK_ALONE = "{} would cost least on the network tariff alone; its supply price makes it dearer"
POWER_DOWN = "{} kVA were reached and {} kVA are subscribed: {} kVA are enough"
POWER_UP = "{} kVA were reached: {} kVA are needed where {} kVA are subscribed"
OVERRUNS = "{} hours above the powers cost {} EUR: less than the power that would avoid them"
MISSING = "{} of {} steps have no value: they are left out, so that energies are a little low"

TRIPS = "above {} kVA the meter trips; {} kVA were reached, which leaves a margin of {} %"
UNKNOWN_REACH = "the reached power is not known: the power is kept, and its risk is that of today"
NO_OVERRUN = "the powers were not exceeded over the year"
OVERRUN = "{} hours above the powers in the year, on {} days: they are billed, nothing trips"
COMPUTED = "computed from the installed power and the sun, not metered"

ASK_OPTION = "change of the tariff option (FTA): {} instead of {}"
ASK_POWER = "subscribed power: {} kVA instead of {} kVA"
ASK_POWERS = "subscribed powers: HPH {} kVA, HCH {} kVA, HPB {} kVA, HCB {} kVA"
ASK_FROM = "to take effect from {} on, asked through the supplier that holds the contract"
ASK_STAY = "an option and powers are usually kept {} months after a change: to be confirmed"
ASK_FEE = "the change is billed {} EUR"
ASK_CALENDAR = "the distributor's calendar of {} classes, with the off-peak hours of the point"
ASK_RISE = "whether the connection allows {} kVA without works"

MAY_BE_C5 = "{} kVA were reached: it could be served up to 36 kVA (C5) with another meter"
MAY_BE_C4 = "{} kVA were reached: more than 36 kVA may be needed (C4)"
EXCEEDED = "today's {} kVA were exceeded on {} days"
OPEN_ACCISE = (
    "above 36 kVA the accise is {} or {} EUR/MWh by the activity of the point, which is not "
    "determined: {} EUR a year lie between both; {} is counted"
)
MORE_MARGIN = "the margin wanted would need {} kVA; {} kVA were enough all year"
ASSUMED_HOURS = "off-peak hours were assumed from 22:00 to 06:00: give those of the point"
UNDATED = "the energies are told without their dates: they are taken as those of twelve months"

BASELINE = "each point keeps the option and the powers of today, with the same year of use"
ONE_DAY = "a whole year at the network tariff and taxes of {}"
EXACT = "every option is priced for every point, and powers above 36 kVA by dynamic programme"
WITHOUT_VAT = "without VAT, and without what does not change with the option (VNU, reactive energy)"
MARGIN = "up to 36 kVA: {} % above the reached power, for inrush and peaks within a step"
ACTIVE_ONLY = (
    "overruns above 36 kVA are counted from active power at {} kW a kVA: at a worse power factor "
    "there are more, and a power chosen close to them is a risk"
)
STEP_MEANS = "powers are means over the steps of the curve, as the meter publishes them"
STAY = "twelve months at the same option and powers; a change may be asked for at once"
LU_STEP = "power of BTINFLU in steps of {} kVA (not verified)"
LEFT_OUT = "points that could not be compared: {}; they are in no total"
YARDSTICK = (
    "a real re-fit of about 3,800 lighting sites of 425 members gained {} EUR a site and year net "
    "of fees (sdeg32.fr); here {} points are compared, of which {} feed public lighting"
)


def format_plain_number(amount: Decimal) -> str:
    """A number without zeros at its end: 6, 4.5."""
    return f"{amount.normalize():f}"


def format_kva(va: int) -> str:
    """A power in VA as kVA."""
    return format_plain_number(Decimal(va).scaleb(-3))


def format_cents(cents: int) -> str:
    """An amount in cents as euros."""
    return f"{Decimal(cents).scaleb(-2):.2f}"


def format_powers(va: list[int]) -> str:
    """Powers as one text: `6 kVA`, `36/36/60/60 kVA`."""
    return f"{'/'.join(map(format_kva, va))} kVA"


def format_option(code: str, va: list[int]) -> str:
    """An option and its powers. Example: `BTINFMU4, 6 kVA`."""
    return f"{code}, {format_powers(va)}"


def phrase(text: str, *values: object) -> Phrase:
    """A sentence with what fills it."""
    return Phrase(text=text, values=tuple(str(value) for value in values))
