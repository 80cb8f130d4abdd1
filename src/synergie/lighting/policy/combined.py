"""Who may be told sums of several rows over the same bodies, whatever follows from them. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import nlargest
from itertools import chain, combinations

from synergie.lighting.policy.span import build_equality_pattern, stands_on_more
from synergie.policy.publication.group_sums import LARGEST_SHARE, LEAST_OTHERS

type Row = Mapping[str, Decimal]
"""Body → its part in one scenario."""
type _Parts = Sequence[int]
"""The parts of one row or combination, in the order of the bodies."""

_FEW = LEAST_OTHERS
"""So many bodies beside a reader: one that tells it its own part, and fewer than must be left."""
_SHARES = 10**6
"""Shares of a row in another are told apart to a millionth."""
_PATTERNS = 40
"""Of more different patterns it is not looked for who could be told what others may not."""


def select_sum_readers(rows: Sequence[Row], bodies: Collection[str]) -> frozenset[str]:
    """Those of *bodies* that may be told the sum of each of *rows*.

    Without its own part, and that of any one other who tells it, no combination of the rows stands
    on fewer than three bodies; and in each row, each difference of two, each difference of two
    differences, and what one row has beyond the same share of another, none of those left has more
    than 85 %.
    """
    names = sorted(bodies)
    table = _build_integer_table(rows, names)
    may = frozenset(_iterate_countable_bodies(table, names))
    for parts in table:
        may = may and without_whom(parts, names, may)
    for parts in chain(_iterate_row_differences(table), _beyond_shares(table)):
        may = may and without_whom(parts, names, may, nothing=True)
    return may


def _build_integer_table(rows: Sequence[Row], names: Sequence[str]) -> list[_Parts]:
    """Row by row the parts as whole numbers of one unit."""
    parts = [[row.get(name, Decimal(0)) for name in names] for row in rows]
    unit = min((_read_decimal_exponent(part) for row in parts for part in row), default=0)
    return [[int(part.scaleb(-unit)) for part in row] for row in parts]


def _read_decimal_exponent(part: Decimal) -> int:
    exponent = part.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0  # a sum is a number


def _iterate_countable_bodies(table: Sequence[_Parts], names: Sequence[str]) -> Iterator[str]:
    """Those for whom enough bodies stand behind each combination."""
    patterns = [build_equality_pattern(column) for column in zip(*table, strict=True)]
    counts = Counter(patterns)
    if stands_on_more(counts, _FEW + 1):  # whoever reads, with its own
        yield from names
    elif len(counts) <= _PATTERNS:
        fits = {one: stands_on_more(counts - Counter((one,)), _FEW) for one in counts}
        yield from (name for name, one in zip(names, patterns, strict=True) if fits[one])


def _iterate_row_differences(table: Sequence[_Parts]) -> Iterator[_Parts]:
    """The difference of any two rows, and of any two differences."""
    pairs = {
        (i, j): _subtract_parts(table[i], table[j]) for i, j in combinations(range(len(table)), 2)
    }
    yield from pairs.values()
    for a, b, c, d in combinations(range(len(table)), 4):
        yield _subtract_parts(pairs[a, b], pairs[c, d])
        yield _add_parts(pairs[a, b], pairs[c, d])
        yield _add_parts(pairs[a, c], pairs[b, d])


def _beyond_shares(table: Sequence[_Parts]) -> Iterator[_Parts]:
    """What of a row is not the same share of another row, where most bodies have that share.

    A scenario that takes 30 % from all, and more from one, would tell of that one.
    """
    for one, two in combinations(table, 2):
        shares = Counter(round(a * _SHARES / b) for a, b in zip(one, two, strict=True) if b)
        if not shares:
            continue
        share, n = shares.most_common(1)[0]
        if 2 * n > shares.total() and share not in (0, _SHARES):
            rest = (a * _SHARES - share * b for a, b in zip(one, two, strict=True))
            yield [r if abs(r) > 2 * abs(b) else 0 for r, b in zip(rest, two, strict=True)]


def _subtract_parts(one: _Parts, two: _Parts) -> _Parts:
    return [a - b for a, b in zip(one, two, strict=True)]


def _add_parts(one: _Parts, two: _Parts) -> _Parts:
    return [a + b for a, b in zip(one, two, strict=True)]


def without_whom(
    parts: _Parts, names: Sequence[str], readers: frozenset[str], *, nothing: bool = False
) -> frozenset[str]:
    """Those of *readers* to whom a sum of *parts* tells of nobody, with any one other beside them.

    The rule of `tells_no_pair` for each of them in one look. *nothing*: or the others are nothing.
    """
    sizes = list(map(abs, parts))
    total, most = sum(sizes), max(sizes, default=0)
    if total > (_FEW + 1) * most:  # more than four count, and none for half of what three leave
        return readers
    first, n = nlargest(_FEW + 1, sizes), sum(map(bool, sizes))
    mine = {name: size for name, size in zip(names, sizes, strict=True) if name in readers}
    fits = {
        size: nothing if size == total else _is_remainder_safe(size, total, first, n)
        for size in {*mine.values()}
    }
    return frozenset(name for name, size in mine.items() if fits[size])


def _is_remainder_safe(mine: int, total: int, first: Sequence[int], n: int) -> bool:
    """Whether what is left without *mine* and one of the others stands on three, and none alone.

    *first*: the largest of *n* that are not 0.
    """
    others = list(first)
    if mine in others:
        others.remove(mine)
    one, two = (*others, 0, 0)[:2]
    left = total - mine
    enough = n - bool(mine) > _FEW
    return enough and _is_share_allowed(one, left - two) and _is_share_allowed(two, left - one)


def _is_share_allowed(most: int, left: int) -> bool:
    return most * LARGEST_SHARE.denominator <= LARGEST_SHARE.numerator * left
