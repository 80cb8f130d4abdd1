"""Sums over the bodies of one plan: when they may be told to one of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

type Amounts = tuple[Decimal, ...]
"""What one body adds to each sum, in one order for all."""

LEAST_OTHERS = 3
"""How many other bodies must stand behind a sum that one of them may see (secret statistique)."""
LARGEST_SHARE = Fraction(85, 100)
"""The largest part that one of them may have in it."""


def tells_nobody(parts: Sequence[Decimal]) -> bool:
    """Whether a sum of *parts*, one an organisation, may be told.

    At least three of them count for something, and none for more than 85 % of it; who knows one
    part then learns none of the others by subtraction.
    """
    sizes = [abs(part) for part in parts if part]
    if len(sizes) < LEAST_OTHERS:
        return False
    return max(sizes) <= LARGEST_SHARE.numerator * sum(sizes) / LARGEST_SHARE.denominator


def tells_no_pair(parts: Sequence[Decimal]) -> bool:
    """Whether a sum of *parts* may be told to one body beside them, and any one of them join it.

    Without the part of whichever joins, what is left still tells of nobody.
    """
    sizes = sorted((abs(part) for part in parts if part), reverse=True)
    return all(tells_nobody([*sizes[:n], *sizes[n + 1 :]]) for n in (0, 1))


def sums_of(rows: Iterable[Amounts]) -> Amounts:
    """The sum of each column of *rows*."""
    return tuple(sum(column, Decimal(0)) for column in zip(*rows, strict=True))


def select_readers(rows: Mapping[str, Amounts | None]) -> tuple[str, ...]:
    """Who, of those with a row, may be told every sum of *rows*.

    What is left of each sum without the reader's own part, and without that of any one other who
    tells the reader its own, must tell of nobody. Nobody is told when a row is not known: sums over
    some would tell whose is missing.
    """
    known = {name: row for name, row in rows.items() if row is not None}
    if len(known) < len(rows):
        return ()
    return tuple(
        name for name in known if _tell_nobody([row for one, row in known.items() if one != name])
    )


def tells_no_change(rows: Mapping[str, Amounts | None], before: Mapping[str, Amounts]) -> bool:
    """Whether sums of *rows* may be told beside those *before* of a group that is partly the same.

    Their difference is of those who came or left, as far as the others stood still: nobody, or so
    many that it tells of none of them, to one of them and any one other.
    """
    names = rows.keys() ^ before.keys()
    changed = {name: rows[name] if name in rows else before[name] for name in names}
    return len(select_readers(changed)) == len(changed)


def _tell_nobody(others: Sequence[Amounts]) -> bool:
    return bool(others) and all(map(tells_no_pair, zip(*others, strict=True)))
