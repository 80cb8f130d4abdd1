"""Days without work or school in France: public holidays, school holidays, working days.

Public holidays are computed by the library `holidays` (extra `plan`), loaded on first use; school
holidays are the dated table school_holidays.csv, with the order that sets each row.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, NamedTuple

from synergie.errors import BadInput, MissingExtra

type Region = Literal["metropole", "alsace-moselle"]
"""Which public holidays hold: those of the code du travail L3133-1; in Moselle, Bas-Rhin and
Haut-Rhin also Good Friday and 26 December (L3134-13)."""
type SchoolZone = Literal["A", "B", "C"]
"""Zone of school holidays."""

TABLE = "school_holidays.csv"
_FIRST = date(2024, 9, 2)
_MOSELLE = "57"


class SchoolHoliday(NamedTuple):
    """A span without school in one zone."""

    name: str
    """Its name (French)."""
    first_day: date
    """First day without school."""
    back_on: date
    """First day of school after it."""
    source: str
    """The order that sets it."""


def public_holidays(year: int, region: Region = "metropole") -> Mapping[date, str]:
    """The public holidays of *year* by date, with their French names.

    Good Friday is one in Moselle and Alsace only where a Protestant church stands: it is taken as
    one everywhere there. MissingExtra without the extra `plan`.
    """
    return _list_public_holidays(year, region)


def school_holidays(zone: SchoolZone, start: date, end: date) -> tuple[SchoolHoliday, ...]:
    """The school holidays of *zone* that touch the days [start, end), by date.

    BadInput when a day of them is not covered by the table: nothing is guessed.
    """
    first, last = school_span()
    if start < first or end > last:
        outside = start if start < first else max(start, last)
        raise BadInput(TABLE, outside, "a day of the school years in the table")
    return tuple(
        one for one in _load_school_holidays()[zone] if one.first_day < end and start < one.back_on
    )


def school_span() -> tuple[date, date]:
    """The days that the table of school holidays covers, half-open."""
    return _FIRST, max(one.back_on for rows in _load_school_holidays().values() for one in rows)


def is_school_holiday(zone: SchoolZone, day: date) -> bool:
    """Whether there is no school in *zone* on *day*, weekends aside. BadInput outside the table."""
    return bool(school_holidays(zone, day, day + timedelta(days=1)))


def monday_of(day: date) -> date:
    """The Monday of the ISO week of *day*."""
    return day - timedelta(days=day.weekday())


@lru_cache(maxsize=256)
def _list_public_holidays(year: int, region: Region) -> Mapping[date, str]:
    try:
        from holidays import country_holidays  # noqa: PLC0415 (an extra, loaded on first use)
    except ImportError as error:
        raise MissingExtra("plan") from error
    subdivision = _MOSELLE if region == "alsace-moselle" else None
    found = country_holidays("FR", subdiv=subdivision, years=year, language="fr")
    return MappingProxyType(dict(sorted(found.items())))


@cache
def _load_school_holidays() -> Mapping[str, tuple[SchoolHoliday, ...]]:
    rows = sorted(_read_holiday_rows(), key=lambda row: row[1].first_day)
    return {zone: tuple(one for zones, one in rows if zone in zones) for zone in "ABC"}


def _read_holiday_rows() -> Iterator[tuple[str, SchoolHoliday]]:
    text = files("synergie.calendar").joinpath(TABLE).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        first, back = (date.fromisoformat(row[name]) for name in ("first_day", "back_on"))
        yield row["zone"], SchoolHoliday(row["name"], first, back, row["source"])
