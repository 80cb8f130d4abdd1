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
_ALSACE_MOSELLE = frozenset({"57", "67", "68"})
_ZONES: Mapping[SchoolZone, str] = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86"
    " 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59"
    " 60 61 62 67 68 72 76 80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
"""Departments of each zone, by the academies of the orders of the table. Corsica and overseas have
calendars of their own."""


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


def find_school_zone(insee_code: str) -> SchoolZone | None:
    """The zone of a commune by its INSEE code. None: Corsica, overseas."""
    department = insee_code[:2]
    return next((zone for zone, some in _ZONES.items() if department in some.split()), None)


def find_region(insee_code: str) -> Region:
    """Whose public holidays hold in a commune, by its INSEE code."""
    return "alsace-moselle" if insee_code[:2] in _ALSACE_MOSELLE else "metropole"


@lru_cache(maxsize=4096)
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
