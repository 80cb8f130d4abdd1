"""What names of rows and labels of months tell of their time: `Mairie N-1`, every second month."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, pairwise

from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._heading import plain_symbols
from synergie.formats.tables._span import Span

_BEFORE = re.compile(r"(.*\w)\W+n ?[-–−] ?[1-9]\W*")
_LEVEL = re.compile(r".*\b(niveaux?|parkings?|sous.sol|etages?|garages?|caves?|box)")
"""What has floors, of which N-1 is one."""
_OF_YEAR = re.compile(r"(.*\w)(\W+)((?:19|20)\d\d)\W*")
_MANY, _GAPS = 3, frozenset({2, 3, 6, 12})
"""Months of a point that tell their gap, and gaps of bills of several months, or of a year."""
_MONTH = range(28, 32)
"""Days of a month."""
_OTHERS = 2
"""Points with a number for each row without, at least, for it to be odd."""
_FIRST = 2005
"""Years before are those of buildings."""
_PARTS = tuple({one} for one in ("HP", "HC", "PO", "PM", "JO", "NU"))
"""Classes that are a part of the hours, by the beginning of their codes."""


def look_at_names(found: Sequence[Span], report: Report) -> None:
    """Find names of rows that may be of another year than their periods."""
    years: dict[str, set[int]] = {}
    for one in found:
        if one.one.supply_point is None:
            years.setdefault(one.one.name, set()).add(one.one.from_date.year)
    odd = {name: told for name, told in years.items() if name[-1:].isdigit() or "(" in name}
    for name in _find_odd_names(odd, years):
        report.find(checks.ROW_OF_OTHER_YEAR, name)


def look_at_months(found: Sequence[Span], report: Report) -> None:
    """Find months of which those between are never told, of any point: of two months, or a year."""
    if any((span.one.to_date - span.one.from_date).days not in _MONTH for span in found):
        return
    series: dict[str, set[int]] = {}
    for one in (span.one for span in found):
        month = one.from_date.year * 12 + one.from_date.month
        series.setdefault(one.supply_point or one.name, set()).add(month)
    many = [sorted(months) for months in series.values() if len(months) >= _MANY]
    gaps = {after - before for months in many for before, after in pairwise(months)}
    if len(gaps) == 1 and gaps <= _GAPS:
        report.find(checks.MONTHS_BETWEEN, found[0].one.name, place=found[0].place)


def look_at_zeros(found: Sequence[Span], report: Report) -> None:
    """Find periods for which every one of several points has zero, and none in most others."""
    periods: dict[tuple[date, date], list[Span]] = {}
    for span in found:
        periods.setdefault((span.one.from_date, span.one.to_date), []).append(span)
    points = {span.one.supply_point or span.one.name for span in found}
    zero = [some for some in periods.values() if not any(span.kwh for span in some)]
    whole = [
        some
        for some in zero
        if len({span.one.supply_point or span.one.name for span in some}) == len(points)
    ]
    if len(points) > 1 and whole and len(zero) * 2 < len(periods):
        first = whole[0][0]
        report.find(
            checks.PERIOD_ALL_ZERO, first.one.from_date, place=first.place, times=len(whole)
        )


def look_at_points(found: Sequence[Sequence[Span]], report: Report, *, nested: bool) -> None:
    """Find rows without a number, and points of which some classes alone are there.

    *nested*: as of what the store gives out, which may be any part.
    """
    _look_at_numbers(found, report)
    if not nested:
        _look_at_classes(found, report)


def _look_at_numbers(found: Iterable[Sequence[Span]], report: Report) -> None:
    """Find rows without the number of a point, where their namesakes or most others have one."""
    numbers, named, bare = set[str](), set[str](), dict[str, Span]()
    for one in chain.from_iterable(found):
        name, point = plain_symbols(one.one.name), one.one.supply_point
        if point is None:
            bare.setdefault(name, one)
        else:
            numbers.add(point)
            named.add(name)
    few = len(bare) * _OTHERS <= len(numbers)
    for name, one in bare.items():
        if name in named:
            report.find(checks.NUMBER_LACKS, one.one.name, place=one.place)
        elif few:
            report.find(checks.NO_NUMBER, one.one.name, place=one.place)


def _look_at_classes(found: Iterable[Sequence[Span]], report: Report) -> None:
    """Find points of which energies of one class of hours alone are there: a part of them.

    One period alone may be what is left of a correction.
    """
    points: dict[tuple[str, str], list[Span]] = {}
    for one in chain.from_iterable(found):
        key = one.one.supply_point or one.one.name, one.one.direction
        points.setdefault(key, []).append(one)
    for spans in points.values():
        classes = sorted({span.one.tariff_class or "" for span in spans})
        alone = {name[:2] for name in classes} in _PARTS
        if alone and len({span.one.from_date for span in spans}) > 1:
            first, told = spans[0], ", ".join(classes)
            report.find(checks.CLASS_ALONE, first.one.name, told, place=first.place)


def _find_odd_names(odd: dict[str, set[int]], names: dict[str, set[int]]) -> Iterator[str]:
    bare = {plain_symbols(name) for name in names}
    for name, years in odd.items():
        text = plain_symbols(name)
        if (before := _BEFORE.fullmatch(text)) is not None:
            if {before[1], f"{before[1]} n"} & bare or not _LEVEL.fullmatch(before[1]):
                yield name
        elif (of := _OF_YEAR.fullmatch(text)) is not None and int(of[3]) not in years:
            marked = of[2] != " " and int(of[3]) >= _FIRST
            if marked or sum(one.startswith(of[1]) for one in bare) > 1:
                yield name
