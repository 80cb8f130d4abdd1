"""Numbers and dates as English readers expect them: what `french` is for French ones.

Thousands by a comma, decimals by a dot, € before the amount, minus as U+2212. For people only.
Held against CLDR (babel) by tests.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from synergie.reports.french import FIXED, MINUS

MISSING = "no reading"
"""What stands where nothing was measured: never 0, never blank."""

_KWH_LIMIT = 10_000
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def format_number(value: Decimal | float, decimals: int = 0) -> str:
    """*value* rounded half up to *decimals*: 1,234,567.5."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def format_quantity(value: Decimal | float | None, unit: str, decimals: int = 0) -> str:
    """*value* with its *unit* after a no-break space; `MISSING` for None."""
    return MISSING if value is None else f"{format_number(value, decimals)}{FIXED}{unit}"


def format_euros(value: Decimal | float, decimals: int = 2) -> str:
    """An amount: €1,234.50, −€12.00."""
    told = format_number(value, decimals)
    return f"{MINUS}€{told[1:]}" if told.startswith(MINUS) else f"€{told}"


def format_percent(share: Decimal | float, decimals: int = 1) -> str:
    """A share of 1 as a percentage: 12.5%."""
    exact = share if isinstance(share, Decimal) else Decimal(str(share))
    return f"{format_number(exact * 100, decimals)}%"


def format_energy(kwh: float | None) -> str:
    """An energy in kWh under 10,000, else in MWh; a tenth is kept while it says something."""
    if kwh is None or abs(kwh) < _KWH_LIMIT:
        return format_quantity(kwh, "kWh")
    return format_quantity(kwh / 1000, "MWh", 1 if abs(kwh) < 100 * _KWH_LIMIT else 0)


def short_date(day: date) -> str:
    """A date for tables: 24 Nov 2026."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def long_date(day: date) -> str:
    """A date for sentences: Tuesday 24 November 2026."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_hour(moment: datetime, tz: ZoneInfo) -> str:
    """Local hour and minute: 14:30; the repeated hour of October says which one it is."""
    local = moment.astimezone(tz)
    text = f"{local:%H:%M}"
    other = local.replace(fold=1 - local.fold)
    if other.utcoffset() == local.utcoffset() or other.astimezone(tz).hour != local.hour:
        return text
    return f"{text} (winter time)" if local.fold else f"{text} (summer time)"


def format_moment(at: datetime, tz: ZoneInfo) -> str:
    """Date and hour for sentences: Tuesday 24 November 2026 at 14:30."""
    return f"{long_date(at.astimezone(tz).date())} at {format_hour(at, tz)}"


def format_interval(start: date, end: date) -> str:
    """A half-open interval of days, its last day included: from 1 to 30 November 2026."""
    last = end - timedelta(days=1)
    if last <= start:
        return f"on {start.day} {_MONTHS[start.month - 1]} {start.year}"
    left = str(start.day)
    if (start.year, start.month) != (last.year, last.month):
        left += f" {_MONTHS[start.month - 1]}"
    if start.year != last.year:
        left += f" {start.year}"
    return f"from {left} to {last.day} {_MONTHS[last.month - 1]} {last.year}"
