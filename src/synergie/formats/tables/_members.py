"""Points that are the sum of others: of all, or of those beside them (`Écoles` over its schools).

A group is proved by its digits: by how unlikely it is that so many numbers agree by chance.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import log10

from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._span import Span
from synergie.formats.tables._subsets import estimate_tries, sums_among

type When = tuple[str | None, date, date]
"""Class and period."""

_OTHERS = 2
"""Points beside one that may be their sum."""
_MOST = 1000
"""Members of a group that are looked at."""
_ASKED, _PROVED = 3.0, 6.0
"""Powers of ten against chance from which a group is asked about, and is one."""
_SAME_SHAPE = Decimal("0.002")
_ABOUT = Decimal("0.001")
"""Share by which the sum of rounded figures may differ from the figures of all together."""
_FEW = 3
"""Periods of a point that is about the sum of all others, at least."""
_MANY = 6
_NEARLY, _BEHIND = (Decimal("0.9"), Decimal("1.15")), (Decimal("0.9"), Decimal("1.3"))
"""What a meter counts of those behind it, of which some have none of their own."""
_MOST_NEAR, _LEAST_OF_ALL = 500, 20
"""Points among which a meter is looked for, and which part of all it has, at least."""
_STEADY = Decimal("0.06")
"""By how much that share may change from period to period."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One point of one direction, in the order of the file."""

    name: str
    spans: Sequence[Span]
    energies: Mapping[When, Decimal]

    @property
    def step(self) -> Decimal:
        """The last digit of its numbers."""
        some = [one.normalize().as_tuple().exponent for one in self.energies.values() if one]
        return Decimal(1).scaleb(min((one for one in some if isinstance(one, int)), default=0))


@dataclass(frozen=True, slots=True)
class _Group:
    whole: Point
    parts: Sequence[Point]
    proof: float
    """Powers of ten against chance."""


def sums_of_others(
    series: Mapping[tuple[str, str, str | None], Sequence[Span]], report: Report
) -> set[int]:
    """Energies of points that are the sum of others, by their identity: told, or asked about.

    *series*: by point, direction and class, in the order of the file.
    """
    gone = set[int]()
    for points in _by_side(series):
        left = points
        while found := (
            _of_all(left)
            or _of_some(left)
            or _of_rest(left)
            or _of_scattered(left)
            or _of_about_all(left)
            or _of_nearly_all(left)
        ):
            wholes = [group.whole for group in found]
            proved = sum(group.proof for group in found) >= _PROVED
            for group in found:
                gone |= _exclude_group_total(group, report, sure=proved and group.proof >= _ASKED)
            left = [point for point in left if point not in wholes]
    return gone


def _by_side(series: Mapping[tuple[str, str, str | None], Sequence[Span]]) -> Iterator[list[Point]]:
    sides: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for (name, side, _), some in series.items():
        sides[side][name] += some
    for names in sides.values():
        yield [
            Point(name, some, {_get_class_period(span): span.kwh for span in some})
            for name, some in names.items()
            if some
        ]


def _get_class_period(span: Span) -> When:
    return span.one.tariff_class, span.one.from_date, span.one.to_date


def _exclude_group_total(group: _Group, report: Report, *, sure: bool) -> set[int]:
    """What falls out of a group; with a number of its own, or not proved, it is asked about."""
    spans = group.whole.spans
    if not sure or spans[0].one.supply_point is not None:
        names = " + ".join(part.name for part in group.parts)[:80]
        report.find(checks.POINT_IS_SUM, group.whole.name, names, place=spans[0].place)
        return set()
    rows = len({span.place for span in spans})
    report.totals += rows
    report.kept -= rows
    report.find(checks.TOTAL_ROW, place=spans[0].place, times=rows)
    return {id(span.one) for span in spans}


def _sum_points(points: Sequence[Point]) -> tuple[Mapping[When, Decimal], Mapping[When, int]]:
    """The sum of all points in each period, and how many they are."""
    added: dict[When, Decimal] = defaultdict(Decimal)
    count: dict[When, int] = defaultdict(int)
    for point in points:
        for when, kwh in point.energies.items():
            added[when] += kwh
            count[when] += 1
    return added, count


def _of_about_all(points: Sequence[Point]) -> list[_Group]:
    """A point that is the sum of all others but for what was rounded: it is asked about.

    Not where all go alike: loads of one calendar add up wherever their powers do.
    """
    added, count = _sum_points(points)
    for point in points:
        others = [one for one in points if one is not point]
        if (
            len(point.energies) >= _FEW
            and all(
                kwh > 0 and abs(2 * kwh - added[when]) <= _ABOUT * kwh and count[when] > _OTHERS
                for when, kwh in point.energies.items()
            )
            and not all(_goes_alike(point, one) for one in others)
        ):
            return [_Group(point, others, _ASKED)]
    return []


def _of_nearly_all(points: Sequence[Point]) -> list[_Group]:
    """A point that is, in each of many periods, about the same share of all others: their meter.

    So is one whose name begins those of others: `Mairie` over `Mairie étage 1`. It is asked about.
    """
    totals = [sum(one.energies.values(), Decimal(0)) for one in points]
    all_ = sum(totals, Decimal(0))
    for point, total in zip(points, totals, strict=True):
        if len(points) > _MOST_NEAR or total * _LEAST_OF_ALL < all_:
            continue
        others = [one for one in points if one is not point]
        own = [one for one in others if one.name.startswith(f"{point.name} ")]
        groups = ((others, _NEARLY), (own, _BEHIND))
        for parts, bounds in groups:
            if len(parts) >= _OTHERS and _is_steady_share(point, parts, bounds):
                return [_Group(point, parts, _ASKED)]
    return []


def _is_steady_share(point: Point, parts: Sequence[Point], bounds: tuple[Decimal, Decimal]) -> bool:
    added, count = _sum_points(parts)
    if len(point.energies) < _MANY or any(
        kwh <= 0 or added[when] <= 0 or count[when] < _OTHERS
        for when, kwh in point.energies.items()
    ):
        return False
    shares = [kwh / added[when] for when, kwh in point.energies.items()]
    low, high = min(shares), max(shares)
    steady = bounds[0] <= low and high <= bounds[1] and high - low <= _STEADY
    return steady and not all(_goes_alike(point, one) for one in parts)


def _of_all(points: Sequence[Point]) -> list[_Group]:
    """The point that is the sum of all others in each of its periods: a total without the word."""
    added, count = _sum_points(points)
    return [
        _Group(
            point,
            [one for one in points if one is not point],
            _PROVED if len(point.energies) > 1 else _ASKED,
        )
        for point in points
        if all(
            kwh and kwh * 2 == added[when] and count[when] > _OTHERS
            for when, kwh in point.energies.items()
        )
    ][:1]


def _of_some(points: Sequence[Point]) -> list[_Group]:
    """The groups whose members all stand under them, or all above: the side that proves more."""
    return max(
        (_find_following_groups(points), _find_following_groups(points[::-1])),
        key=lambda found: sum(group.proof for group in found),
    )


def _of_rest(points: Sequence[Point]) -> list[_Group]:
    """The groups at the top, at the foot or without a number that are together all others.

    Each member is in one of them, wherever it stands; they are fewer than their members.
    """
    bare = [point for point in points if point.spans[0].one.supply_point is None]
    half = (len(points) - 1) // 2
    some = [points[:size] for size in range(2, half + 1)]
    some += [points[-size:] for size in range(2, half + 1)]
    if 1 < len(bare) <= half:
        some.append(bare)
    all_ = _sum_points(points)[0]
    twice = sum(all_.values(), Decimal(0))
    totals = {id(point): sum(point.energies.values(), Decimal(0)) for point in points}
    for wholes in some:
        if 2 * sum(totals[id(one)] for one in wholes) != twice:
            continue
        added = _sum_points(wholes)[0]
        if any(2 * added.get(when, Decimal(0)) != kwh for when, kwh in all_.items()):
            continue
        chosen = {id(one) for one in wholes}
        parts = [one for one in points if id(one) not in chosen]
        proof = _compute_group_proof(Point("", wholes[0].spans, added), parts) - log10(
            2 * len(points)
        )
        if proof >= _ASKED:
            return [_Group(one, parts, proof) for one in wholes]
    return []


def _of_scattered(points: Sequence[Point]) -> list[_Group]:
    """The groups whose members stand anywhere, each the exact sum in all of its periods."""
    totals = [sum(point.energies.values(), Decimal(0)) for point in points]
    found: dict[int, _Group] = {}
    for at, members in sums_among(totals):
        whole, parts = points[at], [points[one] for one in members]
        if at not in found and _sum_points(parts)[0] == whole.energies:
            proof = _compute_group_proof(whole, parts) - estimate_tries(len(points))
            if proof >= _ASKED:
                found[at] = _Group(whole, parts, proof)
    return list(found.values())


def _find_following_groups(points: Sequence[Point]) -> list[_Group]:
    """Groups whose members follow them, each with what chance leaves of its proof."""
    found: list[_Group] = []
    tried, at = 1, 0
    while at < len(points):
        size, looked = _count_following_members(points, at)
        tried += looked
        if size > 1:
            parts = points[at + 1 : at + 1 + size]
            found.append(_Group(points[at], parts, _compute_group_proof(points[at], parts)))
        at += 1
    sure = [
        _Group(one.whole, one.parts, one.proof - log10(tried))
        for one in found
        if one.proof - log10(tried) > 1
    ]
    if sum(one.proof for one in sure) < _ASKED:
        return []
    return [*sure, *_of_one(points, sure)]


def _count_following_members(points: Sequence[Point], at: int) -> tuple[int, int]:
    """How many of the points that follow add up to the one at *at*, 0: none; and tries."""
    whole = points[at]
    all_, step = sum(whole.energies.values()), whole.step
    added: dict[When, Decimal] = defaultdict(Decimal)
    total, finest = Decimal(0), step
    for size, part in enumerate(points[at + 1 : at + 1 + _MOST], start=1):
        if not part.energies.keys() <= whole.energies.keys():
            return 0, size
        finest = min(finest, part.step)
        for when, kwh in part.energies.items():
            added[when] += kwh
            total += kwh
        near = (step + finest * size) / 2
        if total > all_ + near * len(whole.energies):
            return 0, size
        if size > 1 and all(abs(kwh - added[w]) <= near for w, kwh in whole.energies.items()):
            return size, size
    return 0, min(_MOST, len(points) - at)


def _compute_group_proof(whole: Point, parts: Sequence[Point]) -> float:
    """Powers of ten: digits in which the sum agrees, of periods that tell something new.

    Where all parts go alike (lights of one calendar), months prove no more than one does.
    """
    finest = min([whole.step, *(part.step for part in parts)])
    apart = whole.step + finest * (len(parts) + 1)
    digits = [log10(kwh / apart) for kwh in set(whole.energies.values()) if kwh > apart]
    if not digits:
        return 0.0
    alike = all(_goes_alike(whole, part) for part in parts)
    return max(digits) if alike else sum(digits)


def _goes_alike(whole: Point, part: Point) -> bool:
    """Whether a part is the same share of the whole in every period."""
    shares = [part.energies.get(when, Decimal(0)) / kwh
              for when, kwh in whole.energies.items() if kwh]  # fmt: skip
    return max(shares) - min(shares) <= _SAME_SHAPE


def _of_one(points: Sequence[Point], groups: Sequence[_Group]) -> Iterator[_Group]:
    """Among groups that are proved: one that has a single member, and the same numbers."""
    if sum(group.proof for group in groups) < _PROVED:
        return
    taken = {id(one) for group in groups for one in (group.whole, *group.parts)}
    free = [(one, after) for one, after in pairwise(points)
            if id(one) not in taken and id(after) not in taken]  # fmt: skip
    for one, after in free:
        if id(one) not in taken and one.energies == after.energies and any(one.energies.values()):
            taken |= {id(one), id(after)}
            yield _Group(one, [after], _ASKED)
