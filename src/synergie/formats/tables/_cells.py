"""Cells of a table as people and spreadsheets write them, read as one profile says."""

import math
import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal, Self

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.values import AROUND, SPACES, date_parts, point_fault, read_number, read_point
from synergie.schemas.readings.table_profile import TableProfile, TableUnit

SCALED = "×1000"
"""Behind a label whose numbers are shown a thousand times smaller; alone where it has no unit."""


class NumberWithUnit(float):
    """A number whose format shows a unit: `8.025` as `8.025 MWh`."""

    def __new__(cls, value: float, unit: str) -> Self:
        """*unit*: a unit of a column, EUR, or any other text."""
        made = super().__new__(cls, value)
        made.unit = unit
        return made

    unit: str


class Joined(float):
    """A number whose cell covers several rows or columns: it is of no one of them."""


type Cell = str | float | bool | date | time | timedelta
"""A text file gives texts; a workbook gives numbers, dates and times as it holds them."""

MOST = 10**12
"""Largest number read: more is a fault of the file."""
PLACES = 6
"""Decimals kept; beyond, a number is rounded and the report says so."""

_GROUPS = {None: "", "space": SPACES, ".": ".", ",": ",", "'": "'\u2019"}
_MICRO = Decimal(10) ** -PLACES
_NOISE = Decimal("0.000000001")
_SUFFIX = re.compile(
    rf"(.*?)[{SPACES}]*(€|EUR|euros?|kWh|MWh|Wh|kW|W|kVA|VA|m3|m³|kgCO2|%)", re.IGNORECASE
)
_UNIT = {
    "kwh": "kWh", "mwh": "MWh", "wh": "Wh", "kw": "kW", "w": "W", "kva": "kVA", "va": "VA",
    "m3": "m3", "m³": "m3",
}  # fmt: skip
_EXPONENTS: Mapping[str | None, int] = {"Wh": 0, "kWh": 3, "MWh": 6}
_MONEY = frozenset({"€", "eur", "euro", "euros"})

_CLOCK = re.compile(
    r"(\d{1,2})(?:[:hH](\d{2})?(?::?(\d{2})(?:[.,]\d{1,9})?)?)"
    r"(?:[ ]?(Z|[+-]\d{2}:?\d{2}))?",
    re.ASCII,
)
_SERIAL = re.compile(r"[2-6]\d{4}(?:[.,]\d{1,12})?", re.ASCII)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (civil: day 0 of spreadsheets)
_SERIALS = range(20_000, 70_000)  # 1954 to 2091
_DAY = 86_400
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)

_AS_TEXT = checks.N_("14 digits, in a column set to Text: the spreadsheet has made a number of it")
_COMMA = "a number with a decimal comma"
_DOT = "a number with a dot"
_OF_ONE = "a number of one row and column: its cell is merged with others"
_SAME_UNIT = "a number in the unit of its column"
_AS_SHOWN = checks.N_("a number shown as it is stored: its number format shows thousands of it")
_NO_MONEY = "a number without a sign of money"
_DATE = checks.N_("a date as 25/11/2026")
_US_DATE = checks.N_("a date as 11/25/2026")
_ISO_DATE = checks.N_("a date as 2026-11-25")
_EXISTS = "a date that exists"
_WHOLE_YEAR = checks.N_("a date with a year of four digits, as 25/01/2026")
OLDEST, _SHORT_YEAR = 2005, re.compile(r"\D\d\d$")
"""No energy of two-digit years is older: the year stands in front."""
_TIME = "a time as 14:30"
_MONTH = "a month as janv-25, 01/2025 or 2025-01"


def strip_cell_text(cell: Cell) -> str:
    """The cell as a text without the spaces around."""
    if isinstance(cell, str):
        return cell.strip(AROUND)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:  # noqa: PLR2004 (exact)
        return str(int(cell))
    return str(cell)


def is_blank(cell: Cell, profile: TableProfile) -> bool:
    """Whether the cell means "not known"."""
    return isinstance(cell, str) and strip_cell_text(cell) in profile.blanks


_PLAIN = {
    mark: re.compile(rf"-?\d{{1,15}}(?:{re.escape(mark)}\d{{1,20}})?", re.ASCII) for mark in ",."
}


def parse_amount(
    cell: Cell,
    where: str,
    profile: TableProfile,
    *,
    unit: TableUnit | Literal["EUR"] | None = None,
    lost: Callable[[], None] = lambda: None,
) -> Decimal:
    """The number in the cell, to six decimals; *lost* is called when more were cut.

    A unit or a sign of money behind it must be that of the column.
    """
    value = _parse_number_value(cell, where, profile, unit)
    if value is None or abs(value) > MOST:
        raise BadInput(where, strip_cell_text(cell), _COMMA if profile.decimal == "," else _DOT)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -PLACES:
        return value
    rounded = value.quantize(_MICRO)
    if abs(value - rounded) > _NOISE:
        lost()
    return rounded.normalize() if rounded % 1 else rounded.quantize(Decimal(1))


def _parse_number_value(
    cell: Cell, where: str, profile: TableProfile, unit: str | None
) -> Decimal | None:
    if isinstance(cell, str):
        plain = _parse_plain_number(cell.strip(), profile.decimal)
        return _text_number(cell, where, profile, unit) if plain is None else plain
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    if isinstance(cell, Joined):
        raise BadInput(where, strip_cell_text(cell), _OF_ONE)
    if isinstance(cell, NumberWithUnit) and cell.unit == SCALED:
        raise BadInput(where, strip_cell_text(cell), _AS_SHOWN)
    if isinstance(cell, NumberWithUnit) and unit not in {None, cell.unit}:
        scale = _find_scale(cell.unit, unit)
        if scale is None:
            raise BadInput(where, f"{strip_cell_text(cell)} {cell.unit}", _SAME_UNIT)
        number = _convert_float(cell)
        return None if number is None else number.scaleb(scale)
    return _convert_float(cell)


@lru_cache(maxsize=16_384)
def _parse_plain_number(text: str, decimal: str) -> Decimal | None:
    """The number of digits and one mark, as most are; None for anything else."""
    found = _PLAIN[decimal].fullmatch(text)
    return None if found is None else Decimal(text.replace(",", "."))


def _convert_float(cell: float) -> Decimal | None:
    return Decimal(repr(cell)) if math.isfinite(cell) else None


def _text_number(cell: str, where: str, profile: TableProfile, unit: str | None) -> Decimal | None:
    text = strip_cell_text(cell).replace("\u2212", "-").removeprefix("€").lstrip(SPACES)
    behind, scale = _SUFFIX.fullmatch(text), 0
    if behind:
        scale = _scale_of_sign(behind[2].casefold(), unit, cell, where)
        text = behind[1]
    number = read_number(text, profile.decimal, _GROUPS[profile.thousands])
    return number if number is None or not scale else number.scaleb(scale)


def _scale_of_sign(sign: str, unit: str | None, cell: str, where: str) -> int:
    """The power of ten between the sign behind a number and the unit of its column.

    BadInput: they are not of one quantity, or are powers of which only the column's is read.
    """
    if sign in _MONEY:
        if unit != "EUR":
            raise BadInput(where, cell, _NO_MONEY)
        return 0
    if unit is None or _UNIT.get(sign) == unit:
        return 0
    scale = _find_scale(_UNIT.get(sign), unit)
    if scale is None:
        raise BadInput(where, cell, _SAME_UNIT, checks.BAD_CELL.code)
    return scale


def _find_scale(told: str | None, unit: str | None) -> int | None:
    """The power of ten from *told* to *unit*, both of energy; None: one of them is not."""
    if told not in _EXPONENTS or unit not in _EXPONENTS:
        return None
    return _EXPONENTS[told] - _EXPONENTS[unit]


def parse_identifier(cell: Cell, where: str, profile: TableProfile) -> str:
    """The key of a delivery point, as `prm:99000000000017`; never completed, never padded."""
    if not isinstance(cell, str):
        if not _is_whole_code(cell):
            raise BadInput(where, strip_cell_text(cell), _AS_TEXT, checks.BAD_IDENTIFIER.code)
        cell = strip_cell_text(cell)
    found = read_point(cell, profile.scheme)
    if found is None:
        raise point_fault(where, cell, profile.scheme)
    return found


def _is_whole_code(cell: Cell) -> bool:
    """Whether a number is one of a point, whole: a double holds 14 digits exactly.

    Zeros at the end are what a rounding leaves.
    """
    text = strip_cell_text(cell)
    return re.fullmatch(r"\d{14}", text) is not None and not text.endswith("00")


def parse_civil_cell(cell: Cell, where: str, profile: TableProfile) -> date:
    """The date in the cell; an hour of midnight behind it is passed over."""
    found = parse_moment_cell(cell, where, profile)
    if found.hour or found.minute or found.second:
        raise BadInput(where, strip_cell_text(cell), "a date without hour")
    return found.date()


def parse_moment_cell(cell: Cell, where: str, profile: TableProfile) -> datetime:
    """The date and time in the cell, midnight when it has none; aware when it has an offset."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise BadInput(where, strip_cell_text(cell), _describe_date_order(profile))
    text = strip_cell_text(cell)
    if not isinstance(cell, str) or _SERIAL.fullmatch(text):
        return _convert_serial_day(float(text.replace(",", ".")), where, text, profile)
    return _parse_spelled_moment(text, where, profile)


def _describe_date_order(profile: TableProfile) -> str:
    return {"dmy": _DATE, "mdy": _US_DATE, "ymd": _ISO_DATE}[profile.dates]


def _convert_serial_day(days: float, where: str, text: str, profile: TableProfile) -> datetime:
    if not math.isfinite(days) or int(days) not in _SERIALS:
        raise BadInput(where, text, _describe_date_order(profile))
    return _EPOCH + timedelta(seconds=round(days * _DAY))


def _parse_spelled_moment(text: str, where: str, profile: TableProfile) -> datetime:
    if _ISO.fullmatch(text):
        with suppress(ValueError):  # 24:00, or a day that does not exist: told below
            return datetime.fromisoformat(text)
    day, _, rest = text.replace("T", " ", 1).partition(" ")
    clock = rest.strip()
    numbers = date_parts(day, profile.dates, short_years=True)
    if numbers is None:
        raise BadInput(where, text, _describe_date_order(profile))
    if numbers[0] < OLDEST and _SHORT_YEAR.search(day):
        raise BadInput(where, text, _WHOLE_YEAR)
    try:
        found = datetime(*numbers)  # noqa: DTZ001 (civil: the profile says the zone)
    except ValueError as error:
        raise BadInput(where, text, _EXISTS) from error
    return _add_clock(found, clock, where, text) if clock else found


def parse_clock(cell: Cell, where: str) -> timedelta:
    """The time of day in the cell since midnight, up to 24:00; BadInput otherwise."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    if isinstance(cell, timedelta) and timedelta() <= cell <= timedelta(days=1):
        return cell
    if is_whole_hour(cell):
        return timedelta(hours=int(strip_cell_text(cell)))
    if isinstance(cell, float) and 0 <= cell <= 1:
        return timedelta(seconds=round(cell * _DAY))
    if (
        isinstance(cell, str)
        and (found := _parse_clock_text(strip_cell_text(cell))) is not None
        and found[1] is None
    ):
        return found[0]
    raise BadInput(where, strip_cell_text(cell), _TIME)


def is_whole_hour(cell: Cell) -> bool:
    """Whether it is an hour by its number alone, 0 to 24."""
    text = strip_cell_text(cell)
    return text.isascii() and text.isdecimal() and len(text) < 3 and int(text) <= 24  # noqa: PLR2004 (a clock)


@lru_cache(maxsize=4096)
def _parse_clock_text(text: str) -> tuple[timedelta, str | None] | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    since = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 59 or since > timedelta(days=1):  # noqa: PLR2004 (a clock)
        return None
    return since, found[4]


def _add_clock(day: datetime, text: str, where: str, whole: str) -> datetime:
    found = _parse_clock_text(text)
    if found is None:
        raise BadInput(where, whole, _TIME)
    since, offset = found
    try:
        if offset is None:
            return day + since
        plain = (day + since).isoformat() + ("+00:00" if offset == "Z" else offset)
        return datetime.fromisoformat(plain)
    except (ValueError, OverflowError) as error:
        raise BadInput(where, whole, _EXISTS) from error


_SHORT = 4
MONTH_NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january januar janner enero gennaio januari janeiro",
            "fevrier fevr fev february feb februar febrero febbraio februari fevereiro",
            "mars mar march marz marzo maart marco",
            "avril avr april apr abril aprile",
            "mai may mayo maggio mei maio",
            "juin june jun juni junio giugno junho",
            "juillet juil july jul juli julio luglio julho",
            "aout aou august aug agosto augustus",
            "septembre sept sep september septiembre settembre setembro",
            "octobre oct october oktober okt octubre ottobre outubro",
            "novembre nov november noviembre novembro",
            "decembre dec december dezember dez diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH_NAMES = tuple(name for name in MONTH_NUMBERS if len(name) > _SHORT)
"""Whole names of months, without accents."""
_NUMBERED = re.compile(
    r"(?:(\d{1,2})[-/. ](\d{4})|(\d{4})[-/. ]?(\d{2})|(\d{1,2})/(1[3-9]|[2-4]\d))", re.ASCII
)
AROUND_MONTHS = frozenset({
    "kwh", "mwh", "wh", "conso", "consos", "consommation", "consommations", "energie", "mois",
    "de", "d", "en", "reel", "reels", "reelle", "reelles", "realise", "realisee", "mesure",
    "mesuree", "annee", "exercice",
})  # fmt: skip
"""Words beside a month in the name of a column of energies; a column of euros has others."""
_OVER_MONTHS = frozenset({"total", "totaux", "electricite", "elec"})
"""Words of a group of months: `Électricité 2025 / janvier`."""
_TWO_YEARS = re.compile(r"(?<![\w])((?:19|20)\d\d) ?[-/–_à] ?((?:(?:19|20))?\d\d)(?![\w])")
_OURS = range(1990, 2101)
_FIRST = frozenset({"1", "01"})


@lru_cache(maxsize=4096)
def month_of(text: str) -> tuple[int | None, int] | None:
    """(year or None, month) of `janv-25`, `Janvier (kWh)`, `2025 / janv`, `01/25`; else None."""
    if len(text) > 60 or "€" in text:  # noqa: PLR2004 (no name of a month)
        return None
    tokens = re.findall(r"[a-z]+|\d+|[-/.]", _strip_accents(text))
    known = AROUND_MONTHS | _OVER_MONTHS if " / " in text else AROUND_MONTHS
    told = [token for token in tokens if token not in known]
    words = [token for token in told if token.isalpha()]
    numbers = [token for token in told if token.isdecimal()]
    if not words:
        return _parse_numbered_month("".join(told))
    if told[0] in _FIRST and len(numbers) > 1:
        numbers = numbers[1:]  # the first day of it: `1-janv-25`
    if len(words) > 1 or words[0] not in MONTH_NUMBERS or len(numbers) > 1:
        return None
    year = _year_of(numbers[0]) if numbers else None
    return None if numbers and year is None else (year, MONTH_NUMBERS[words[0]])


def parse_year(text: str) -> int | None:
    """2025 of `2025`, `25` and `'25`: two digits are a year of this century, 2010 to 2040."""
    told = text.removeprefix("'")
    if not (told.isascii() and told.isdecimal()):
        return None
    if len(told) == 2:  # noqa: PLR2004 (digits)
        told = f"20{told}" if 10 <= int(told) <= 40 else ""  # noqa: PLR2004 (years)
    return int(told) if len(told) == 4 and 1990 <= int(told) <= 2100 else None  # noqa: PLR2004


def goes_over(months: Sequence[int]) -> bool:
    """Whether months of a row go over New Year, once: September to August."""
    return sum(after < before for before, after in pairwise(months)) == 1


def first_of_two(text: str) -> str | None:
    """The first of two years in a row: `2023-2024`, `2023/24`; None: the text tells none."""
    for first, second in _TWO_YEARS.findall(text):
        if int(second) % 100 == (int(first) + 1) % 100:
            return str(first)
    return None


def _year_of(digits: str) -> int | None:
    year = int(digits[:9]) + (2000 if len(digits) == 2 else 0)  # noqa: PLR2004 (25)
    return year if year in _OURS and len(digits) in {2, 4} else None


def _parse_numbered_month(text: str) -> tuple[int, int] | None:
    found = _NUMBERED.fullmatch(text)
    if found is None:
        return None
    year = int(found[2] or found[3] or f"20{found[6]}")
    number = int(found[1] or found[4] or found[5])
    return (year, number) if 1 <= number <= 12 and year in _OURS else None  # noqa: PLR2004


def _strip_accents(text: str) -> str:
    import unicodedata  # noqa: PLC0415 (cold path)

    spread = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(c for c in spread if not unicodedata.combining(c))


def parse_month_cell(cell: Cell, where: str, profile: TableProfile) -> tuple[int | None, int]:
    """(year or None, month) of the cell: a name, a number 1 to 12, its first day or its last."""
    if isinstance(cell, str) and (found := month_of(strip_cell_text(cell))):
        return found
    text = strip_cell_text(cell)
    if text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= 12:  # noqa: PLR2004
        return None, int(text)
    try:
        day = parse_civil_cell(cell, where, profile)
    except BadInput as error:
        raise BadInput(where, strip_cell_text(cell), _MONTH) from error
    if day.day not in {1, monthrange(day.year, day.month)[1]}:
        raise BadInput(where, strip_cell_text(cell), _MONTH)
    return day.year, day.month
