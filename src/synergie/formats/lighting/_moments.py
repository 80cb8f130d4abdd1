"""Times as programs and portals write them: the hour or not, the day first or the month."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from synergie.errors import BadInput
from synergie.formats.lighting._cells import civil_date

_MONTHS, _ENOUGH = 12, 3
_MIDNIGHT = ("00:00", "00:00:00", "0:00", "12:00 am", "12:00:00 am")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)", re.ASCII)
_HALF = re.compile(r"(\d{1,2})((?::\d{2}){1,2}) ?([ap])\.?m\.?", re.ASCII | re.IGNORECASE)


def month_first(cells: Iterable[str]) -> bool:
    """Whether these dates are written with the month first, as 02/17/2020.

    Several that can be read in no other way tell so, or hours in AM and PM; one that can only have
    its day first, 17/02/2020, decides against it.
    """
    told = 0
    for cell in cells:
        found = _SLASHED.match(cell.strip())
        if found is None:
            continue
        if int(found[1]) > _MONTHS:
            return False
        halves = _HALF.search(cell, found.end()) is not None
        told += _ENOUGH if halves else int(found[2]) > _MONTHS
    return told >= _ENOUGH


def parse_moment(cell: str, tz: ZoneInfo, *, american: bool = False) -> datetime | str:
    """The time that *cell* tells, in *tz* when it bears no offset; its civil date without an hour.

    An hour that comes twice in October, or not at all in March, leaves the date. *american*: the
    month comes first where slashes part it. BadInput for what is no date.
    """
    text = _pad_french_date(cell.strip(), american=american)
    day = civil_date(text[:10] if len(text) > len("20261125T") else text)
    hour = text[10:].strip().removeprefix("T").strip() if len(text) > len("2026-11-25") else ""
    if not hour or hour.casefold() in _MIDNIGHT:
        return day
    try:
        told = datetime.fromisoformat(f"{day}T{_of_24_hours(hour).replace(',', '.')}")
    except ValueError as error:
        raise BadInput("/", cell, "a time as 25/11/2026 14:05") from error
    if told.tzinfo is not None:
        return told
    first, second = (told.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
    return first if first.utcoffset() == second.utcoffset() else day


def _pad_french_date(text: str, *, american: bool) -> str:
    """The day first and two digits each: 05/01/2026 for 5/1/2026."""
    found = _SLASHED.match(text)
    if found is None:
        return text
    one, two, year = found.groups()
    day, month = (two, one) if american else (one, two)
    return f"{day:0>2}/{month:0>2}/{year}{text[found.end() :]}"


def _of_24_hours(hour: str) -> str:
    """`14:05:00` for `2:05:00 PM`; an hour of one digit gets its zero."""
    half = _HALF.fullmatch(hour)
    if half is None:
        return f"0{hour}" if hour[1:2] == ":" else hour
    hours = int(half[1]) % 12 + (12 if half[3].casefold() == "p" else 0)
    return f"{hours:02}{half[2]}"
