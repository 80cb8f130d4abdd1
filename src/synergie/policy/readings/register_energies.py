"""What registers counted between two days on which every class of hours of them was read.

The classes of a calendar share one energy out. Where one of them was not read on a day, the others
tell a part of it: these days are no bound, and the energy of the longer period is told whole. Where
one falls (a meter was changed, a dial began anew), nothing is told of the period.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from synergie.schemas.readings.register_reading import RegisterReading

type Register = tuple[str | None, str | None]
"""Class of hours, and the number of the dial that counts it."""
type DatedReading = tuple[date | None, RegisterReading]
"""A reading, and the day that it bounds. None: none; it still shows whether the register fell."""

_TWO = frozenset({"HP", "HC"})
_FOUR = frozenset({"POINTE", "PM", "PTE", "P", "HPH", "HCH", "HPB", "HCB", "HPE", "HCE"})
_TOTAL = frozenset({None, "BASE"})
_AT_ONCE = timedelta(minutes=5)
"""An event has two readings of one day, a minute apart: of the old meter and of the new one."""


@dataclass(frozen=True, slots=True)
class CountedPeriod:
    """What each class of a calendar counted from a day to another, [begins, ends)."""

    begins: date
    ends: date
    counted: Mapping[str | None, tuple[RegisterReading, RegisterReading]]
    """The readings at both ends, by class."""


@dataclass(slots=True)
class _Dial:
    """One register: with which reading a day ends what was before it, and begins what is after."""

    ends: dict[date, tuple[int, RegisterReading]] = field(default_factory=dict)
    """With how often it had fallen before."""
    begins: dict[date, tuple[int, RegisterReading]] = field(default_factory=dict)

    def find_ends(self, begins: date, ends: date) -> tuple[RegisterReading, RegisterReading] | None:
        """The readings at both ends. None: one was not made, or the register fell in between."""
        first, last = self.begins.get(begins), self.ends.get(ends)
        if first is None or last is None or first[0] != last[0]:
            return None
        return first[1], last[1]


def iterate_counted_periods(
    registers: Mapping[Register, Sequence[DatedReading]],
) -> Iterator[CountedPeriod]:
    """The periods of one calendar of one meter, all read in one unit; of each kind of classes.

    The readings of a register in order of moments. A total is a kind of its own; so are HP and HC,
    and the classes of the four seasons; where others are among them, all but the total are one.
    """
    dials = {register: _place_readings(readings) for register, readings in registers.items()}
    for names in split_classes_by_kind({name for name, _ in dials}):
        by_class = {
            name: [dials[one] for one in sorted(dials, key=str) if one[0] == name] for name in names
        }
        read = [
            set[date]().union(*(one.ends for one in of_class)) for of_class in by_class.values()
        ]
        for begins, ends in pairwise(sorted(set[date].intersection(*read))):
            counted = {
                name: _find_class_ends(of_class, begins, ends)
                for name, of_class in by_class.items()
            }
            known = {name: both for name, both in counted.items() if both is not None}
            if len(known) == len(counted):
                yield CountedPeriod(begins, ends, known)


def _find_class_ends(
    dials: Sequence[_Dial], begins: date, ends: date
) -> tuple[RegisterReading, RegisterReading] | None:
    return next((both for one in dials if (both := one.find_ends(begins, ends))), None)


def _place_readings(readings: Sequence[DatedReading]) -> _Dial:
    """The first reading of a day bounds it; the second where the meter was changed just then."""
    dial = _Dial()
    fallen, before = 0, None
    for day, one in readings:
        fell = before is not None and one.value < before.value
        fallen += fell
        before = one
        if day is None:
            continue
        known = dial.ends.setdefault(day, (fallen, one))
        if day not in dial.begins or (fell and one.instant - known[1].instant <= _AT_ONCE):
            dial.begins[day] = fallen, one
    return dial


def split_classes_by_kind[N: str | None](names: AbstractSet[N]) -> list[list[N]]:
    """*names* by kind, each of which shares out the whole energy; no kind is empty."""
    parts = names - _TOTAL
    kinds = [parts & _TWO, parts & _FOUR] if parts <= _TWO | _FOUR else [parts]
    every = [*({one} for one in names if one in _TOTAL), *kinds]
    return [sorted(one, key=str) for one in every if one]
