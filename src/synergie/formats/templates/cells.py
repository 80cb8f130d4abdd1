"""Cells of a filled template, as people and spreadsheets write them, and as we write them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from synergie.calendar import load_time_zone, resolve_labels
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.formulas import escape_formula, unescape_formula
from synergie.formats.templates.columns import TO_FILL, YES_NO, Column, Kind, Value
from synergie.formats.text import normalize_column_name
from synergie.formats.values import AROUND, bare_code, date_parts, read_number


class Percent(Decimal):
    """A number of a workbook that its cell shows as a percentage: 0.5 for 50 %."""


type Cell = str | Decimal | datetime | bool
"""A text file gives texts; a workbook gives numbers, dates and truths as it holds them."""

_THOUSAND = re.compile(r"[-+\u2212]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
"""A dot that may stand between thousands."""
_MOMENT = re.compile(
    r"([^ T]+)(?:[ T]+(\d{1,2})[:hH](\d{2})(?::(\d{2}))?(?:\.0+)?\s*(Z|[-+]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_MICRO = Decimal("0.000001")
_MOST = Decimal(10) ** 12

_COMMA = "a number with a decimal comma"
_AS_TEXT = "all its digits, in a column set to Text: the spreadsheet has made a number of it"
_EXISTS = "a date that exists"
_ONE_TIME = "a time that exists once: clocks go back in October and forward in March"


def strip_cell_text(cell: Cell) -> str:
    """The cell as a text without the spaces around; empty for a blank one."""
    match cell:
        case bool():
            return "oui" if cell else "non"
        case datetime():
            return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
        case Decimal():
            return f"{cell.normalize():f}".replace(".", ",")
        case _:
            text = cell.strip(AROUND)
            return "" if text.casefold() == TO_FILL else text


def parse_cell_value(cell: Cell, column: Column, time_zone: str) -> Value:
    """What a cell that is not blank says; BadInput at the title of its column."""
    try:
        return _READ[column.kind](cell, column, time_zone)
    except BadInput as fault:
        raise BadInput(
            f"/{column.title}", strip_cell_text(cell), fault.expected, fault.check
        ) from fault


def _parse_template_text(cell: Cell, _: Column, __: str) -> str:
    return unescape_formula(strip_cell_text(cell))


def _parse_identifier_cell(cell: Cell, _: Column, __: str) -> str:
    """An identifier; a number of a workbook is as good, unless it lost its form."""
    text = bare_code(strip_cell_text(cell))
    if re.fullmatch(r"[\d,.]+[Ee]\+?\d+|\d+[.,]\d+", text, re.ASCII):
        raise BadInput("/", text, _AS_TEXT, checks.BAD_IDENTIFIER.code)
    return text


def _parse_template_decimal(cell: Cell, _: Column, __: str) -> Decimal:
    """A number; with a dot only where it cannot stand between thousands."""
    if isinstance(cell, Decimal):
        return _check_number_range(cell)
    found = (
        None if _THOUSAND.fullmatch(strip_cell_text(cell)) else read_number(strip_cell_text(cell))
    )
    if found is None:
        raise BadInput("/", strip_cell_text(cell), _COMMA)
    return _check_number_range(found)


def _parse_template_degrees(cell: Cell, _: Column, __: str) -> Decimal:
    """A coordinate: thousands do not come up, so a dot is a decimal mark."""
    found = cell if isinstance(cell, Decimal) else read_number(strip_cell_text(cell), groups="")
    if found is None:
        raise BadInput("/", strip_cell_text(cell), "decimal degrees, as 48,7712")
    return found


def _check_number_range(number: Decimal) -> Decimal:
    try:
        rounded = number.quantize(_MICRO)
    except InvalidOperation as error:
        raise BadInput("/", number, _COMMA) from error
    if not rounded.is_finite() or abs(rounded) > _MOST:
        raise BadInput("/", number, "a number of at most 12 digits before the comma")
    return rounded.normalize() if rounded % 1 else rounded.quantize(Decimal(1))


def _parse_template_whole(cell: Cell, column: Column, time_zone: str) -> int:
    number = _parse_template_decimal(cell, column, time_zone)
    if number % 1:
        raise BadInput("/", number, "a whole number")
    return int(number)


def _yes_no(cell: Cell, _: Column, __: str) -> bool:
    if isinstance(cell, bool):
        return cell
    word = normalize_column_name(strip_cell_text(cell))
    if word in ("oui", "vrai", "true", "o", "x"):
        return True
    if word in ("non", "faux", "false", "n"):
        return False
    raise BadInput("/", cell, "oui or non")


def _parse_choice(cell: Cell, column: Column, time_zone: str) -> str:
    text = _parse_template_text(cell, column, time_zone)
    word = normalize_column_name(text)
    for code, shown in column.words.items():
        if word in (normalize_column_name(code), normalize_column_name(shown)):
            return code
    if column.free:
        return text
    raise BadInput("/", text, "a word of the list of this column (sheet Lisez-moi)")


def _parse_template_date(cell: Cell, column: Column, time_zone: str) -> date:
    found = _parse_template_moment(cell, column, time_zone)
    if isinstance(found, datetime):
        raise BadInput("/", cell, "a date without hour")
    return found


def _parse_template_moment(cell: Cell, _: Column, time_zone: str) -> date:
    """A civil date, or the moment when an hour stands behind it.

    The hour that comes twice in October is taken with its offset only: `25/10/2026 02:30 +01:00`.
    """
    if isinstance(cell, datetime):
        naive, has_hour, offset = cell, cell.time() != time(), ""
    else:
        naive, has_hour, offset = _parse_spelled_time(cell)
    if not has_hour:
        return naive.date()
    if offset:
        return _apply_offset(naive, offset)
    ((moment, _verdict),) = resolve_labels([naive], load_time_zone(time_zone))
    if moment is None:
        raise BadInput("/", cell, _ONE_TIME, checks.LABEL_AMBIGUOUS.code)
    return moment


def _apply_offset(naive: datetime, offset: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{naive.isoformat()}{offset}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput("/", offset, "an offset as +01:00") from error


def _parse_spelled_time(cell: Cell) -> tuple[datetime, bool, str]:
    """The civil time as it is written, whether an hour is, and the offset behind it."""
    text = strip_cell_text(cell)
    found = _MOMENT.fullmatch(text)
    day = date_parts(found[1]) if found else None
    if found is None or day is None:
        raise BadInput("/", text, "a date as 25/11/2026")
    hour, minute, second, offset = found.groups()[1:]
    try:
        naive = datetime(*day, int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001 (civil)
    except ValueError as error:
        raise BadInput("/", text, _EXISTS) from error
    return naive, hour is not None, offset or ""


_READ: dict[Kind, Callable[[Cell, Column, str], Value]] = {
    "text": _parse_template_text,
    "digits": _parse_identifier_cell,
    "whole": _parse_template_whole,
    "decimal": _parse_template_decimal,
    "degrees": _parse_template_degrees,
    "date": _parse_template_date,
    "moment": _parse_template_moment,
    "choice": _parse_choice,
    "yes_no": _yes_no,
}


def format_template_cell(cell: Value | None, column: Column, time_zone: str) -> str:
    """*cell* as a French spreadsheet reads it; empty for None. A formula bears an apostrophe."""
    match cell:
        case None:
            return ""
        case bool():
            return YES_NO[str(cell).lower()]
        case datetime():
            return format_local_moment(cell, time_zone)
        case date():
            return f"{cell:%d/%m/%Y}"
        case int() | Decimal():
            return f"{Decimal(cell):f}".replace(".", ",")
        case _:
            return escape_formula(column.words.get(cell, cell))


def format_local_moment(moment: datetime, time_zone: str) -> str:
    """*moment* by the clocks of the zone, with the offset where they show that hour twice."""
    local = moment.astimezone(load_time_zone(time_zone))
    text = f"{local:%d/%m/%Y %H:%M:%S}" if local.second else f"{local:%d/%m/%Y %H:%M}"
    return f"{text} {local:%:z}" if is_twice(local) else text


def is_twice(local: datetime) -> bool:
    """Whether clocks show the hour of *local* twice."""
    return local.utcoffset() != local.replace(fold=not local.fold).utcoffset()
