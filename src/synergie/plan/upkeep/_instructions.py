"""What a crew must know at a stop: what to do, access, network, what to bring."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from synergie.plan.upkeep import _text, orders
from synergie.plan.upkeep.assumed import rules_of as rules
from synergie.plan.upkeep.days import WorkDays
from synergie.plan.upkeep.works import Work
from synergie.schemas.crew import CrewBook, OtherWorks, PartCount, RoadOrder
from synergie.schemas.park import CabinetState, FaultReport

__all__ = ["of_ticket", "of_visit", "rules", "with_failure"]

type Tell = Callable[[str], str]

_MOST = 2000


def of_visit(
    works: Sequence[Work],
    state: CabinetState,
    book: CrewBook,
    days: WorkDays,
    *,
    part: tuple[int, int],
    tell: Tell,
) -> str:
    """The instructions of a planned stop; *part*: which of how many, of a work that is split."""
    names = ", ".join(dict.fromkeys(tell(_text.TASKS[work.task]) for work in works))
    told = [tell(_text.TO_DO).format(names)]
    if part[1] > 1:
        told.append(tell(_text.PART_OF).format(*part))
    told += _bring((p for work in works for p in work.parts), tell)
    return _joined([*told, *_access(state, book, days, tell)])


def of_ticket(
    ticket: FaultReport, state: CabinetState, book: CrewBook, days: WorkDays, *, tell: Tell
) -> str:
    """The instructions of a stop at a fault."""
    told = []
    if ticket.fault is not None:
        told.append(tell(_text.FAULT).format(ticket.fault))
    if ticket.light_point is not None:
        told.append(tell(_text.LIGHT_POINT).format(ticket.light_point))
    return _joined([*told, *_access(state, book, days, tell)])


def with_failure(before: str | None, reason: str, tell: Tell) -> str:
    """The same instructions after a visit that failed."""
    return _joined([tell(_text.FAILED_BEFORE).format(reason), *([before] if before else [])])


def _bring(parts: Iterable[PartCount], tell: Tell) -> Iterator[str]:
    told = ", ".join(f"{part.count} × {part.part}" for part in parts)
    if told:
        yield tell(_text.BRING).format(told)


def _access(state: CabinetState, book: CrewBook, days: WorkDays, tell: Tell) -> Iterator[str]:
    mix = state.network_mix
    yield (
        tell(_text.UNKNOWN_NETWORK)
        if mix is None
        else tell(_text.NETWORK).format(tell(_text.MIXES[mix]))
    )
    span = (days.days[0], days.days[-1]) if days.days else None
    for order in orders.of(book, state):
        if span is not None and order.from_day <= span[1] and order.to_day >= span[0]:
            yield tell(_text.ACCESS_BY_ORDER).format(order.id, _rule(order, tell))
    for works in book.other_works:
        if span is not None and orders.holds(works, state) and _meets(works, span):
            yield tell(_text.WORKS_OF).format(works.by)


def _meets(works: OtherWorks, span: tuple[date, date]) -> bool:
    return works.from_day <= span[1] and works.to_day >= span[0]


def _rule(order: RoadOrder, tell: Tell) -> str:
    text = _text.ONLY if order.rule == "only" else _text.NEVER
    first, last = (f"{day:%d/%m/%Y}" for day in (order.from_day, order.to_day))
    return tell(text).format(first, last, order.from_time or "00:00", order.to_time or "24:00")


def _joined(sentences: Sequence[str]) -> str:
    return ". ".join(sentences)[: _MOST - 1] + "."
