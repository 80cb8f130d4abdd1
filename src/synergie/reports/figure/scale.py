"""From values to pixels: linear scales with ticks of 1, 2 or 5, and moments as people mark them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor, log10
from zoneinfo import ZoneInfo

from synergie.reports.language import choose_text
from synergie.reports.written import NARROW, format_number

_PARTS = 5
"""Most steps of an axis."""
_DAYS_OF_HOURS, _DAYS_OF_DAYS, _DAYS_OF_MONTHS = 3, 62, 800
_NOTHING = 1e-290
"""Below, a float has not all its digits, and its steps none at all."""
_MOST_MARKS = 12
_LARGE = 10_000
_LARGER = {"kWh": "MWh", "Wh": "kWh", "W": "kW", "kW": "MW"}
MONTHS = (
    ("janv.", "Jan"), ("févr.", "Feb"), ("mars", "Mar"), ("avr.", "Apr"), ("mai", "May"),
    ("juin", "Jun"), ("juil.", "Jul"), ("août", "Aug"), ("sept.", "Sep"), ("oct.", "Oct"),
    ("nov.", "Nov"), ("déc.", "Dec"),
)  # fmt: skip
"""Short names of the months, French and English."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A scale from *low* to *high*, *low* < *high*, with a tick every *step*."""

    low: float
    high: float
    step: float

    def place(self, value: float, length: float) -> float:
        """How far *value* stands along *length* pixels, from the low end."""
        return (value - self.low) / (self.high - self.low) * length

    @property
    def ticks(self) -> tuple[float, ...]:
        """Values that are written, from the low end: multiples of the step."""
        first, last = round(self.low / self.step), round(self.high / self.step)
        return tuple(n * self.step for n in range(first, last + 1))

    def spell(self, value: float, per: float = 1.0) -> str:
        """A tick as it is written, in units of *per*: as many decimals as the step has."""
        if value == 0:
            return "0"
        return format_number(value / per, max(0, -floor(log10(self.step / per) + 1e-9)))

    def choose_unit(self, unit: str) -> tuple[str, float]:
        """The unit of the ticks, and how many of *unit* it is: MWh for 10,000 kWh, kW for W."""
        larger = _LARGER.get(unit)
        if larger is None or max(abs(self.low), abs(self.high)) < _LARGE:
            return unit, 1.0
        return larger, 1000.0


def fit_scale(values: Iterable[float | None], *, zero: bool = True) -> Linear:
    """The scale that holds all *values* between two ticks; with zero in it unless told otherwise.

    Nothing known, or one value alone without zero: a scale around it that is not empty.
    """
    known = [value if abs(value) > _NOTHING else 0.0 for value in values if value is not None]
    if zero or not known:
        known.append(0.0)
    low, high = min(known), max(known)
    if high == low:
        low, high = (low - 1, high + 1) if low and not zero else (min(low, 0), max(high, 0) or 1)
    step = _round_step((high - low) / _PARTS)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    return Linear(first * step, last * step, step)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least *least*."""
    power = 10.0 ** floor(log10(least))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= least * (1 - 1e-9))


def mark_moments(start: datetime, end: datetime, tz: ZoneInfo) -> list[tuple[float, str]]:
    """Marks between two moments, local time: share of the span, and hours, days, months or years.

    A day of 23 or 25 hours keeps its length.
    """
    span = (end - start).total_seconds()
    days = span / 86_400
    at = start.astimezone(tz).replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[tuple[float, str]] = []
    while at < end:
        if at >= start:
            found.append(((at - start).total_seconds() / span, _name_moment(at, days)))
        at = _find_next_mark(at, days)
    every = -(-len(found) // _MOST_MARKS)
    return found[:: max(every, 1)]


def _find_next_mark(at: datetime, days: float) -> datetime:
    if days <= _DAYS_OF_HOURS:
        hour = at.hour + (3 if days <= 1 else 6)
        day = at if hour < 24 else at + timedelta(days=1)  # noqa: PLR2004 (hours of a day)
        return day.replace(hour=hour % 24)
    if days <= _DAYS_OF_DAYS:
        return at + timedelta(days=1)
    if days <= _DAYS_OF_MONTHS:
        return (at.replace(day=1) + timedelta(days=32)).replace(day=1)
    return at.replace(year=at.year + 1, month=1, day=1)


def _name_moment(at: datetime, days: float) -> str:
    if days <= _DAYS_OF_HOURS and at.hour:
        return choose_text(f"{at.hour}{NARROW}h", f"{at:%H:%M}")
    if days <= _DAYS_OF_DAYS:
        return choose_text(f"{at:%d/%m}", f"{at.day} {MONTHS[at.month - 1][1]}")
    if days <= _DAYS_OF_MONTHS:
        month = choose_text(*MONTHS[at.month - 1])
        return f"{month} {at:%y}" if at.month == 1 else month
    return str(at.year)
