"""Public holidays against the law and Easter; school holidays against published calendars."""

import builtins
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from synergie.calendar import holidays as subject
from synergie.calendar.holidays import (
    SchoolZone,
    find_region,
    find_school_zone,
    is_school_holiday,
    public_holidays,
    school_holidays,
    school_span,
)
from synergie.errors import BadInput, MissingExtra

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
"""Code du travail L3133-1: the days that have a date."""
AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension, Whit Monday: days after Easter Sunday."""
EASTERS = {
    2000: date(2000, 4, 23), 2008: date(2008, 3, 23), 2011: date(2011, 4, 24),
    2019: date(2019, 4, 21), 2024: date(2024, 3, 31), 2025: date(2025, 4, 20),
    2026: date(2026, 4, 5), 2027: date(2027, 3, 28), 2028: date(2028, 4, 16),
    2038: date(2038, 4, 25),
}  # fmt: skip
"""Sundays of Easter as almanacs publish them."""


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), g = divmod(b, 4), (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    n = (2 * e + 2 * i - k - h + m + 32) % 7
    month, day = divmod(h - m + n + 90, 25)[0], (h - m + n + (h - m + n + 90) // 25 + 19) % 32
    return date(year, month, day)


def law(year: int) -> set[date]:
    sunday = easter(year)
    days = {date(year, month, day) for month, day in FIXED}
    return days | {sunday + timedelta(days=after) for after in AFTER_EASTER}


@pytest.mark.parametrize("year", EASTERS)
def test_our_easter_is_that_of_the_almanacs(year: int) -> None:
    assert easter(year) == EASTERS[year]


@pytest.mark.parametrize("year", range(2008, 2051))
def test_public_holidays_are_those_of_the_labour_code(year: int) -> None:
    assert set(public_holidays(year)) == law(year)
    local = {easter(year) - timedelta(days=2), date(year, 12, 26)}
    assert set(public_holidays(year, "alsace-moselle")) == law(year) | local


def test_they_have_french_names_and_cannot_be_changed() -> None:
    assert public_holidays(2027)[date(2027, 7, 14)] == "Fête nationale"
    with pytest.raises(TypeError):
        public_holidays(2027)[date(2027, 7, 15)] = "pont"  # type: ignore[index]


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> object:
        if name == "holidays":
            raise ImportError(name)
        return real(name, *args, **kwargs)  # type: ignore[arg-type]

    subject._list_public_holidays.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra) as caught:
        public_holidays(1999)
    assert caught.value.extra == "plan"


@pytest.mark.parametrize(
    ("zone", "first", "back"),
    [
        ("A", date(2025, 2, 22), date(2025, 3, 10)),
        ("B", date(2025, 4, 5), date(2025, 4, 22)),
        ("C", date(2025, 2, 15), date(2025, 3, 3)),
        ("A", date(2026, 4, 4), date(2026, 4, 20)),
        ("B", date(2026, 2, 14), date(2026, 3, 2)),
        ("C", date(2026, 4, 18), date(2026, 5, 4)),
        ("A", date(2027, 2, 13), date(2027, 3, 1)),
        ("B", date(2027, 4, 17), date(2027, 5, 3)),
        ("C", date(2027, 4, 3), date(2027, 4, 19)),
    ],
)
def test_school_holidays_are_those_of_the_orders(zone: SchoolZone, first: date, back: date) -> None:
    found = school_holidays(zone, first, back)
    assert [(one.first_day, one.back_on) for one in found] == [(first, back)]
    assert found[0].source.startswith("arrêté du ")
    assert not is_school_holiday(zone, first - timedelta(days=1))
    assert is_school_holiday(zone, first)
    assert is_school_holiday(zone, back - timedelta(days=1))
    assert not is_school_holiday(zone, back)


@pytest.mark.parametrize("zone", ["A", "B", "C"])
def test_each_school_year_has_its_holidays(zone: SchoolZone) -> None:
    first, last = school_span()
    rows = school_holidays(zone, first, last)
    names = ["Toussaint", "Noël", "Hiver", "Printemps", "Pont de l'Ascension", "Été"]
    assert [one.name for one in rows] == names * 3
    for before, after in pairwise(rows):
        assert before.first_day < before.back_on < after.first_day
    for one in rows:
        if one.name != "Pont de l'Ascension":
            assert one.first_day.isoweekday() == 6
            assert 15 <= (one.back_on - one.first_day).days <= 61


def test_winter_and_spring_turn_among_the_zones() -> None:
    orders = []
    for year in (2025, 2026, 2027):
        starts = {
            zone: school_holidays(zone, date(year, 2, 1), date(year, 3, 15))[0].first_day
            for zone in ("A", "B", "C")
        }
        orders.append("".join(sorted(starts, key=lambda zone: starts[zone])))
    assert orders == ["BCA", "ABC", "CAB"]


@pytest.mark.parametrize("day", [date(2024, 9, 1), date(2027, 9, 1), date(2031, 1, 1)])
def test_a_day_outside_the_table_is_refused_and_the_table_named(day: date) -> None:
    with pytest.raises(BadInput) as caught:
        is_school_holiday("B", day)
    assert caught.value.where == "school_holidays.csv"
    assert caught.value.found == day


def test_a_span_that_leaves_the_table_is_refused_whole() -> None:
    with pytest.raises(BadInput, match="2027-09-01"):
        school_holidays("A", date(2027, 1, 1), date(2028, 1, 1))


def test_a_commune_has_the_zone_of_its_department_and_corsica_and_overseas_have_none() -> None:
    told = {"54430": "B", "69123": "A", "75056": "C", "2A004": None, "2B033": None, "97411": None}
    assert {code: find_school_zone(code) for code in told} == told
    departments = [f"{n:02}" for n in range(1, 96)]
    found = [find_school_zone(f"{one}001") for one in departments]
    assert Counter(found) == {"A": 32, "B": 41, "C": 21, None: 1}
    regions = {find_region(f"{one}001") for one in ("57", "67", "68")}
    assert regions == {"alsace-moselle"} and find_region("54430") == "metropole"
