"""What a year problem takes for granted, in sentences."""

from collections.abc import Iterator
from decimal import Decimal
from math import inf

from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.assumed import SOURCE
from synergie.maintenance.plan.upkeep.travel import K
from synergie.maintenance.plan.upkeep.works import Year
from synergie.park.records.crew import CrewBook
from synergie.park.records.park import CabinetState, LampState, ParkState
from synergie.schemas.plan import Phrase


def list_upkeep_assumptions(
    park: ParkState, book: CrewBook, year: Year, *, site: Decimal, road: Decimal
) -> tuple[Phrase, ...]:
    """Everything that no file told; hours on *site* and on the *road* of a crew-day."""
    return (
        *_iterate_task_assumptions(year),
        *_describe_inspection_gaps(park, year),
        *_describe_relamping_gaps(park, year),
        *_describe_crew_assumptions(book, site, road),
        Phrase(text=_text.ROUNDED, values=(f"{K:g}",)),
        Phrase(text=_text.LATE, values=(f"{year.costs.late_eur_week}",)),
    )


def _iterate_task_assumptions(year: Year) -> Iterator[Phrase]:
    for task, rule in year.rules.items():
        if rule.source != SOURCE or task not in _text.MINUTES:
            continue
        if rule.every_months is not None and task in _text.PERIODS:
            yield Phrase(text=_text.PERIODS[task], values=(str(rule.every_months),))
        minutes = (str(rule.minutes_cabinet), str(rule.minutes_light_point))
        yield Phrase(text=_text.MINUTES[task], values=minutes)


def _describe_inspection_gaps(park: ParkState, year: Year) -> Iterator[Phrase]:
    unknown = sum(one.inspected_on is None for one in park.cabinets)
    if unknown and year.rules["inspection"].every_months:
        yield Phrase(text=_text.INSPECTED_UNKNOWN, values=(str(unknown),))


def _describe_relamping_gaps(park: ParkState, year: Year) -> Iterator[Phrase]:
    if year.rules["group_relamping"].every_months is None:
        yield from _by_age(park, year)
    gone = sum(_is_gone(lamp, year) for one in park.cabinets for lamp in one.lamps)
    if gone:
        yield Phrase(text=_text.NOT_SOLD, values=(str(gone),))


def _by_age(park: ParkState, year: Year) -> Iterator[Phrase]:
    costs = year.relamping
    shown = (f"{costs.group:.2f}", f"{costs.spot:.2f}", f"{year.costs.lamp_eur}", f"{costs.hour:g}")
    yield Phrase(text=_text.SPOT, values=shown)
    for kind, model in year.models.items():
        if kind not in ("cabinet", "LED") and costs.best_age(model) == inf:
            yield Phrase(text=_text.NEVER_PAYS, values=(kind,))
    ageless = sum(_is_ageless(one, year) for one in park.cabinets)
    if ageless:
        yield Phrase(text=_text.AGE_UNKNOWN, values=(str(ageless),))


def _is_ageless(cabinet: CabinetState, year: Year) -> bool:
    lamps = [one for one in cabinet.lamps if (one.source_type or "") in year.models]
    discharge = [one for one in lamps if one.source_type != "LED"]
    return bool(discharge) and not any(
        one.burned_hours is not None and one.age_of_lamp for one in discharge
    )


def _is_gone(lamp: LampState, year: Year) -> bool:
    return lamp.purchasable_until is not None and lamp.purchasable_until < year.monday


def _describe_crew_assumptions(book: CrewBook, site: Decimal, road: Decimal) -> Iterator[Phrase]:
    yield Phrase(text=_text.DAY_HOURS, values=(f"{site:.2f}", f"{road:.2f}"))
    yield Phrase(text=_text.HOLIDAYS[book.holidays])
    if book.school_zone is not None and book.school_work != "any":
        yield Phrase(text=_text.SCHOOL[book.school_work], values=(book.school_zone,))
    if book.late_share:
        yield Phrase(text=_text.LATE_SHARE, values=(f"{100 * book.late_share:g}",))
    else:
        yield Phrase(text=_text.NO_LATE_SHARE)
