"""Points whose energies are a copy of another's, the same in every period, or years apart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain, pairwise

from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._span import Span

_MANY, _UNLIKE = 6, 4
"""Periods of a point, and different energies in them, that tell something."""
_POINTS = 3
"""Different energies that two periods do not share by chance."""
_YEARS = 3 * 365
"""Days between two periods that follow each other, from which one is far from the others."""


def look_at_copies(found: Sequence[Sequence[Span]], report: Report) -> None:
    """Find copied rows, months that were smoothed, and a period of another time than the others."""
    first: dict[tuple[object, ...], Span] = {}
    many = [some for some in found if len(some) >= _MANY]
    for some in many:
        values = [span.kwh for span in some]
        told = tuple((span.one.direction, span.one.from_date, span.kwh) for span in some)
        before = first.setdefault(told, some[0])
        if before is not some[0] and len(set(values)) >= _UNLIKE:
            names = some[0].one.name, before.one.name
            report.find(checks.COPIED_ENERGIES, *names, place=some[0].place)
        _stands_apart(some, report)
    if len(many) > 1 and all(_is_flat([span.kwh for span in some]) for some in many):
        report.find(checks.FLAT_ENERGIES, len(many), place=many[0][0].place)
    else:
        _find_copied_periods(chain.from_iterable(found), report)


def _find_copied_periods(spans: Iterable[Span], report: Report) -> None:
    """Find a period that has the energies of another, point by point: a column was copied."""
    periods: dict[tuple[object, ...], list[Span]] = defaultdict(list)
    for span in spans:
        periods[span.one.from_date, span.one.to_date, span.one.direction].append(span)
    first: dict[tuple[object, ...], Span] = {}
    for some in periods.values():
        told = tuple((one.one.supply_point or one.one.name, one.kwh) for one in some)
        before = first.setdefault(told, some[0])
        if before is not some[0] and len({one.kwh for one in some}) >= _POINTS:
            begins = some[0].one.from_date, before.one.from_date
            report.find(checks.COPIED_PERIOD, *begins, place=some[0].place)


def _is_flat(values: Sequence[Decimal]) -> bool:
    return len(set(values)) == 1 and bool(values[0])


def _stands_apart(some: Sequence[Span], report: Report) -> None:
    """Find the first or the last period of a point where years are between it and the others."""
    gaps = [(after.one.from_date - before.one.to_date).days for before, after in pairwise(some)]
    for at, lone in ((0, some[0]), (-1, some[-1])):
        if gaps[at] >= _YEARS and sum(gap >= _YEARS for gap in gaps) == 1:
            report.find(checks.PERIOD_APART, lone.one.name, lone.one.from_date, place=lone.place)
