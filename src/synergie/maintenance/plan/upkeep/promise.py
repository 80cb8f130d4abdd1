"""Whether the rounds of a week keep the crew-days that the year plan promised for it."""

from datetime import date
from decimal import Decimal

from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.done import part_of
from synergie.maintenance.plan.upkeep.week import WeekCase, YearPlan
from synergie.maintenance.records.rounds import RoundsPlan
from synergie.schemas.plan import Phrase

_NONE = Decimal(0)


def compare_crew_days(
    year: YearPlan, case: WeekCase, rounds: RoundsPlan, monday: date
) -> tuple[Phrase, ...]:
    """The sentence that tells another number of crew-days than *year* has in the week of *monday*.

    With the EUR of both, and how many rounds have no visit of the year: faults and work left of
    earlier weeks. Empty: as many as promised.
    """
    week = (monday - year.starts_on()).days // 7 + 1
    promised = [one for one in year.plan.crews if one.week == week]
    days = sum(one.days for one in promised)
    if days == len(rounds.rounds):
        return ()
    visits = {stop.id for stop in case.problem.stops if part_of(stop.id)[0] in case.occasions}
    other = sum(not any(stop.stop in visits for stop in one.stops) for one in rounds.rounds)
    values = (
        str(days),
        f"{sum((one.cost_eur for one in promised), _NONE):.2f}",
        str(len(rounds.rounds)),
        f"{sum((one.cost_eur for one in rounds.rounds), _NONE):.2f}",
        str(other),
    )
    return (Phrase(text=_text.OTHER_DAYS, values=values),)
