"""Cells of a filled template, as people and spreadsheets write them, and as we write them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from synergie.calendar import resolve_labels, zone
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._text import plain
from synergie.formats.formulas import guarded, unguarded
from synergie.formats.templates._columns import TO_FILL, YES_NO, Column, Kind, Value


class Percent(Decimal):
    """A number of a workbook that its cell shows as a percentage: 0.5 for 50 %."""


type Cell = str | Decimal | datetime | bool
"""A text file gives texts; a workbook gives numbers, dates and truths as it holds them."""

_SPACES = " \u00a0\u202f\u2009\t\r\n\ufeff"
_GAP = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"[-\u2212]?\d{1,12}(?:[.,]\d{1,20})?", re.ASCII)
_HOUR = r"(?:[ T]+(\d{1,2})[:hH](\d{2})(?::(\d{2}))?(?:\.0+)?\s*(Z|[-+]\d{2}:?\d{2})?)?"
_FR = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_HOUR}", re.ASCII)
_ISO = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){_HOUR}", re.ASCII)
_QUOTED = re.compile(r'="([^"]*)"')
_MICRO = Decimal("0.000001")
_MOST = Decimal(10) ** 12

_COMMA = "a number with a decimal comma"
_AS_TEXT = "all its digits, in a column set to Text: the spreadsheet has made a number of it"
_EXISTS = "a date that exists"
_ONE_TIME = "a time that exists once: clocks go back in October and forward in March"


def said(cell: Cell) -> str:
    """The cell as a text without the spaces around; empty for a blank one."""
    match cell:
        case bool():
            return "oui" if cell else "non"
        case datetime():
            return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
        case Decimal():
            return f"{cell.normalize():f}".replace(".", ",")
        case _:
            text = cell.strip(_SPACES)
            return "" if text.casefold() == TO_FILL else text


def value(cell: Cell, column: Column, time_zone: str) -> Value:
    """What a cell that is not blank says; BadInput at the title of its column."""
    try:
        return _READ[column.kind](cell, column, time_zone)
    except BadInput as fault:
        raise BadInput(f"/{column.title}", said(cell), fault.expected, fault.check) from fault


def _text(cell: Cell, _: Column, __: str) -> str:
    return unguarded(said(cell))


def _digits(cell: Cell, _: Column, __: str) -> str:
    """An identifier; a number of a workbook is as good, unless it lost its form."""
    text = said(cell)
    quoted = _QUOTED.fullmatch(text)  # how some exports keep the zero in front
    text = re.sub(f"[{_SPACES}]", "", (quoted[1] if quoted else text).removeprefix("'"))
    if re.fullmatch(r"[\d,.]+[Ee]\+?\d+|\d+[.,]\d+", text, re.ASCII):
        raise BadInput("/", text, _AS_TEXT, checks.BAD_IDENTIFIER.code)
    return text


def _decimal(cell: Cell, _: Column, __: str) -> Decimal:
    """A number; with a dot only where it cannot stand between thousands."""
    if isinstance(cell, Decimal):
        return _within(cell)
    text = _GAP.sub("", said(cell)).replace("\u2212", "-")
    if not _NUMBER.fullmatch(text) or re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text):
        raise BadInput("/", text, _COMMA)
    return _within(Decimal(text.replace(",", ".")))


def _degrees(cell: Cell, _: Column, __: str) -> Decimal:
    """A coordinate: thousands do not come up, so a dot is a decimal mark."""
    text = said(cell).replace(",", ".").replace("\u2212", "-")
    if not isinstance(cell, Decimal) and not _NUMBER.fullmatch(text):
        raise BadInput("/", text, "decimal degrees, as 48,7712")
    return Decimal(text) if not isinstance(cell, Decimal) else cell


def _within(number: Decimal) -> Decimal:
    try:
        rounded = number.quantize(_MICRO)
    except InvalidOperation as error:
        raise BadInput("/", number, _COMMA) from error
    if not rounded.is_finite() or abs(rounded) > _MOST:
        raise BadInput("/", number, "a number of at most 12 digits before the comma")
    return rounded.normalize() if rounded % 1 else rounded.quantize(Decimal(1))


def _whole(cell: Cell, column: Column, time_zone: str) -> int:
    number = _decimal(cell, column, time_zone)
    if number % 1:
        raise BadInput("/", number, "a whole number")
    return int(number)


def _yes_no(cell: Cell, _: Column, __: str) -> bool:
    if isinstance(cell, bool):
        return cell
    word = plain(said(cell))
    if word in ("oui", "vrai", "true", "o", "x"):
        return True
    if word in ("non", "faux", "false", "n"):
        return False
    raise BadInput("/", cell, "oui or non")


def _choice(cell: Cell, column: Column, time_zone: str) -> str:
    text = _text(cell, column, time_zone)
    word = plain(text)
    for code, shown in column.words.items():
        if word in (plain(code), plain(shown)):
            return code
    if column.free:
        return text
    raise BadInput("/", text, "a word of the list of this column (sheet Lisez-moi)")


def _date(cell: Cell, column: Column, time_zone: str) -> date:
    found = _moment(cell, column, time_zone)
    if isinstance(found, datetime):
        raise BadInput("/", cell, "a date without hour")
    return found


def _moment(cell: Cell, _: Column, time_zone: str) -> date:
    """A civil date, or the moment when an hour stands behind it.

    The hour that comes twice in October is taken with its offset only: `25/10/2026 02:30 +01:00`.
    """
    if isinstance(cell, datetime):
        naive, has_hour, offset = cell, cell.time() != time(), ""
    else:
        naive, has_hour, offset = _spelled(cell)
    if not has_hour:
        return naive.date()
    if offset:
        return _offset(naive, offset)
    ((moment, _verdict),) = resolve_labels([naive], zone(time_zone))
    if moment is None:
        raise BadInput("/", cell, _ONE_TIME, checks.LABEL_AMBIGUOUS.code)
    return moment


def _offset(naive: datetime, offset: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{naive.isoformat()}{offset}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput("/", offset, "an offset as +01:00") from error


def _spelled(cell: Cell) -> tuple[datetime, bool, str]:
    """The civil time as it is written, whether an hour is, and the offset behind it."""
    text = said(cell)
    if found := _FR.fullmatch(text):
        day, month, year, *clock = found.groups()
    elif found := _ISO.fullmatch(text):
        year, month, day, *clock = found.groups()
    else:
        raise BadInput("/", text, "a date as 25/11/2026")
    hour, minute, second, offset = clock
    told = f"{year}-{month:0>2}-{day:0>2}T{hour or 0:0>2}:{minute or 0:0>2}:{second or 0:0>2}"
    try:
        naive = datetime.fromisoformat(told)
    except ValueError as error:
        raise BadInput("/", text, _EXISTS) from error
    return naive, hour is not None, offset or ""


_READ: dict[Kind, Callable[[Cell, Column, str], Value]] = {
    "text": _text,
    "digits": _digits,
    "whole": _whole,
    "decimal": _decimal,
    "degrees": _degrees,
    "date": _date,
    "moment": _moment,
    "choice": _choice,
    "yes_no": _yes_no,
}


def shown(cell: Value | None, column: Column, time_zone: str) -> str:
    """*cell* as a French spreadsheet reads it; empty for None. A formula bears an apostrophe."""
    match cell:
        case None:
            return ""
        case bool():
            return YES_NO[str(cell).lower()]
        case datetime():
            return told_moment(cell, time_zone)
        case date():
            return f"{cell:%d/%m/%Y}"
        case int() | Decimal():
            return f"{Decimal(cell):f}".replace(".", ",")
        case _:
            return guarded(column.words.get(cell, cell))


def told_moment(moment: datetime, time_zone: str) -> str:
    """*moment* by the clocks of the zone, with the offset where they show that hour twice."""
    local = moment.astimezone(zone(time_zone))
    text = f"{local:%d/%m/%Y %H:%M:%S}" if local.second else f"{local:%d/%m/%Y %H:%M}"
    return f"{text} {local:%:z}" if is_twice(local) else text


def is_twice(local: datetime) -> bool:
    """Whether clocks show the hour of *local* twice."""
    return local.utcoffset() != local.replace(fold=not local.fold).utcoffset()
