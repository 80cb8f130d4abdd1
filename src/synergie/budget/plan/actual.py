"""What was voted against what is known: a pure sum, without a month that is made up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from synergie.budget.records.line import BudgetActual, BudgetActualRow, BudgetLine, UnknownCost

MONTHS = range(1, 13)

type _Amount = Literal["kwh", "eur"]


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """A month of a point: kWh and euros. None: not known."""

    kwh: Decimal | None
    eur: Decimal | None
    spread: bool = False
    """Whether it is a part of a longer period, by its days."""


type Figures = Mapping[str, Mapping[int, MonthFigure]]
"""Point → month → what is known."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What a row is of: its points, and the lines that vote for it."""

    member: str | None
    service: str | None
    point: str | None
    points: Sequence[str]
    lines: Sequence[BudgetLine]


def compare_budget(
    lines: Sequence[BudgetLine], figures: Figures, unknown: Iterable[UnknownCost]
) -> BudgetActual:
    """The *lines* of one year, one at least, beside the *figures* of their points."""
    vats = {one.vat_included for one in lines}
    rows = [
        row
        for group in _list_groups(lines)
        for row in _list_rows(group, figures, euros=len(vats) == 1 or group.member is not None)
    ]
    points = {one.point for one in lines if one.point is not None}
    return BudgetActual(
        year=lines[0].year,
        vat_included=vats.pop() if len(vats) == 1 else None,
        spread=sum(one.spread for point in points for one in figures.get(point, {}).values()),
        total=rows[0],
        rows=tuple(rows[1:]),
        unknown=tuple(unknown),
    )


def _list_groups(lines: Sequence[BudgetLine]) -> Iterator[_Group]:
    yield _build_group(lines, None, None, None)
    for member, service in sorted({(one.member, one.service) for one in lines}):
        mine = [one for one in lines if (one.member, one.service) == (member, service)]
        yield _build_group(mine, member, service, None)
    points = {one.point: (one.member, one.service) for one in lines if one.point is not None}
    for point, (member, service) in sorted(points.items()):
        mine = [one for one in lines if one.point == point]
        yield _build_group(mine, member, service, point)


def _build_group(
    lines: Sequence[BudgetLine], member: str | None, service: str | None, point: str | None
) -> _Group:
    points = sorted({one.point for one in lines if one.point is not None})
    return _Group(member, service, point, points, lines)


def _list_rows(group: _Group, figures: Figures, *, euros: bool) -> Iterator[BudgetActualRow]:
    yield _build_row(group, figures, None, euros=euros)
    for month in MONTHS:
        yield _build_row(group, figures, month, euros=euros)


def _build_row(
    group: _Group, figures: Figures, month: int | None, *, euros: bool
) -> BudgetActualRow:
    months = MONTHS if month is None else (month,)
    some = [figures.get(point, {}).get(n) for point in group.points for n in months]
    kwh = [one.kwh for one in some if one is not None and one.kwh is not None]
    eur = [one.eur for one in some if one is not None and one.eur is not None and euros]
    voted = {
        "kwh": _sum_voted(group, "kwh", month),
        "eur": _sum_voted(group, "eur", month) if euros else None,
    }
    actual = {name: sum(known, Decimal(0)) if known else None
              for name, known in (("kwh", kwh), ("eur", eur))}  # fmt: skip
    whole = {"kwh": len(kwh) == len(some), "eur": len(eur) == len(some)}
    return BudgetActualRow(
        member=group.member, service=group.service, point=group.point, month=month,
        voted_kwh=voted["kwh"], voted_eur=voted["eur"],
        actual_kwh=actual["kwh"], actual_eur=actual["eur"],
        known_kwh=len(kwh), known_eur=len(eur), of=len(some),
        gap_kwh=_subtract(actual["kwh"], voted["kwh"]) if whole["kwh"] else None,
        gap_eur=_subtract(actual["eur"], voted["eur"]) if whole["eur"] else None,
    )  # fmt: skip


def _subtract(actual: Decimal | None, voted: Decimal | None) -> Decimal | None:
    return None if actual is None or voted is None else actual - voted


def _sum_voted(group: _Group, name: _Amount, month: int | None) -> Decimal | None:
    """None: a service of it has no such amount, or in a month, votes for the year."""
    services = {(one.member, one.service) for one in group.lines}
    told = [one for one in group.lines if getattr(one, name) is not None]
    if {(one.member, one.service) for one in told} != services:
        return None
    if month is not None:
        if any(one.month is None for one in told):
            return None
        told = [one for one in told if one.month == month]
    amounts = [getattr(one, name) for one in told]
    return sum(amounts, Decimal(0)) if amounts else None
