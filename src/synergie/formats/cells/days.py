"""Dates and moments, as a file of one time zone tells them."""

import re
from datetime import UTC, date, datetime, time

from synergie.calendar import load_time_zone, resolve_labels
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.cells.rules import CellRules
from synergie.formats.cells.texts import Cell, spell_cell
from synergie.formats.values import date_parts

_MOMENT = re.compile(
    r"([^ T]+)(?:[ T]+(\d{1,2})[:hH](\d{2})(?::(\d{2}))?(?:\.0+)?\s*(Z|[-+]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_BEHIND = re.compile(r"[T\s]")
_ONE_TIME = "a time that exists once: clocks go back in October and forward in March"


def read_day(
    text: str, where: str, expected: str, *, exists: str = "", loose: bool = False
) -> date:
    """The civil date that *text* writes; BadInput: *expected*, or *exists* for one that is none.

    *loose*: years of two digits are of this century, and what stands behind is passed over.
    """
    first = _BEHIND.split(text, maxsplit=1)[0] if loose else text
    parts = date_parts(first, short_years=loose)
    try:
        return date(*parts or (0, 0, 0))
    except ValueError as error:
        raise BadInput(where, text, exists if exists and parts else expected) from error


def read_date(cell: Cell, rules: CellRules, time_zone: str) -> date:
    """A civil date; an hour of midnight behind it is passed over."""
    found = read_moment(cell, rules, time_zone)
    if isinstance(found, datetime):
        raise BadInput("/", cell, rules.expected["no_hour"])
    return found


def read_moment(cell: Cell, rules: CellRules, time_zone: str) -> date:
    """A civil date, or the moment when an hour stands behind it.

    The hour that comes twice in October is taken with its offset only: `25/10/2026 02:30 +01:00`.
    """
    if isinstance(cell, datetime):
        naive, has_hour, offset = cell, cell.time() != time(), ""
    else:
        naive, has_hour, offset = _read_spelling(spell_cell(cell), rules)
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


def _read_spelling(text: str, rules: CellRules) -> tuple[datetime, bool, str]:
    """The civil time as it is written, whether an hour is, and the offset behind it."""
    expected, exists = rules.expected["date"], rules.expected["exists"]
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise BadInput("/", text, expected)
    hour, minute, second, offset = found.groups()[1:]
    day = read_day(found[1], "/", expected, exists=exists)
    try:
        clock = time(int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError as error:
        raise BadInput("/", text, exists) from error
    return datetime.combine(day, clock), hour is not None, offset or ""
