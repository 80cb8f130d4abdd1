"""Sentences of strategies, for the catalogue."""

from collections.abc import Mapping

from synergie.maintenance.records.strategy import Criterion
from synergie.schemas.plan import Phrase

NO_OPTION: Mapping[str, str] = {
    "lamps": "nothing may be chosen for the lamps of {}",
    "inspection": "no period of inspection is lawful for {}",
    "cleaning": "no period of cleaning keeps enough light for {}",
}
BUDGET = "LED investment of year {} within {} EUR"
MORE_BUDGET = "{} EUR more of LED investment in year {}"
LIMITS: Mapping[Criterion, str] = {
    "cost": "cost within {} EUR",
    "out": "light-point-days out within {}",
    "late": "faults beyond their target within {}",
    "energy": "energy within {} MWh",
    "hours": "crew-hours within {}",
    "co2": "CO2 within {} t",
}
MORE: Mapping[Criterion, str] = {
    "cost": "{} EUR more of cost",
    "out": "{} light-point-days out more",
    "late": "{} faults beyond their target more",
    "energy": "{} MWh more",
    "hours": "{} crew-hours more",
    "co2": "{} t of CO2 more",
}

CHEAPEST = "the cheapest of {} choices"
KEPT_BACK = "{} EUR dearer than its cheapest choice, which budgets or limits do not allow"

SPOT = "spot work"
RELAMP = "group relamping every {} years"
LED = "LED in year {}"
SPOT_LED = "spot work, LED in year {}"
RELAMP_LED = "group relamping every {} years, LED in year {}"
INSPECT = "inspection every {} months"
NO_INSPECTION = "no inspection counted"
CLEAN = "cleaning every {} years"

FIRSTS: Mapping[Criterion, str] = {
    "out": "the cheapest: {} light-point-days out",
    "late": "the cheapest: {} faults beyond their target",
    "energy": "the cheapest: {} MWh",
    "hours": "the cheapest: {} crew-hours",
    "co2": "the cheapest: {} t of CO2",
}
STEPS: Mapping[Criterion, str] = {
    "out": "{} EUR more for {} light-point-days out less",
    "late": "{} EUR more for {} faults beyond their target less",
    "energy": "{} EUR more for {} MWh less",
    "hours": "{} EUR more for {} crew-hours less",
    "co2": "{} EUR more for {} t of CO2 less",
}

BROKEN: Mapping[str, str] = {
    "out_share": "share of light points out {}: promised between {} and {}",
    "worst_year_out_share": "share out in the worst year {}: promised between {} and {}",
    "beyond": "share of faults beyond their target {}: promised between {} and {}",
    "mean_days": "mean days to repair {}: promised between {} and {}",
}

ASSUMED_PRICES = "prices of lamps and powers of LED luminaires are assumed where none is told"
LEFT_OUT = "{} light points are left out: no kind, no power or no failure model"
IN_SERVICE = (
    "{} light points of unknown age, or older than a first lamp lasts, are taken at the ages of a "
    "park long in service"
)

LAST_BUY = "buy {} before the end of sale for {} to be expected after it"
REORDER = "order when {} are left, up to {}"

NOT_PROVED = "time ran out: {} of {} points do not reach their bound, the widest gap is {} %"
NO_BOUND = "time ran out: {} of {} points do not reach their bound, and some have no bound"

ALONE_MODEL = "alone, each has its part of the LED budgets and of the limits, by light points"
ALONE_LATE = "time ran out before the strategy alone was found for: {}"
MEANS = "costs and points out are expected values: failures by renewal, week by week"
FREE_CREWS = "expected delays suppose free crews; the simulation has them queue"
TURNS = "cabinets of a group take turns for group relamping over its period"
LEFT = "what LED luminaires are still worth at the end is counted, in a straight line"
FAIR = "each pays its own choices; nobody pays more than alone"
SIMULATED = "{} lives of the park drawn with seed {}, crews queueing"


def describe_group_choice(relamp_years: float | None, led_year: int | None) -> Phrase:
    """What is done with a group."""
    every = None if relamp_years is None else f"{relamp_years:g}"
    if every is None:
        return (
            Phrase(text=SPOT)
            if led_year is None
            else Phrase(text=SPOT_LED, values=(str(led_year),))
        )
    if led_year is None:
        return Phrase(text=RELAMP, values=(every,))
    return Phrase(text=RELAMP_LED, values=(every, str(led_year)))


def list_strategy_assumptions() -> tuple[Phrase, ...]:
    """What was taken for granted."""
    return tuple(Phrase(text=text) for text in (MEANS, FREE_CREWS, TURNS, LEFT, FAIR))
