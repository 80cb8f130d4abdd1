"""Regular stretches of HDM rows read at once give what the careful reading gives, always."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats.enedis import _hdm_rows, hdm_curve
from synergie.formats.enedis._hdm_rows import find_regular_stretch
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis.test_hdm_curve import hdm, whole_days

PARIS = ZoneInfo("Europe/Paris")

type Rows = list[str]
type Spoil = Callable[[Rows, int], Rows]

SPOILS: dict[str, Spoil] = {
    "blank": lambda rows, i: [*rows[:i], rows[i][:26], *rows[i + 1 :]],
    "gap": lambda rows, i: rows[:i] + rows[i + 1 :],
    "hole": lambda rows, i: rows[:i] + rows[i + 40 :],
    "repeat": lambda rows, i: [*rows[:i], rows[i], *rows[i:]],
    "other value": lambda rows, i: [*rows[:i], rows[i] + "7", *rows[i:]],
    "swap": lambda rows, i: [*rows[:i], *rows[i + 1 : i + 2], rows[i], *rows[i + 2 :]],
    "turn": lambda rows, i: rows[i:] + rows[:i],
    "decimal": lambda rows, i: [*rows[:i], rows[i][:26] + "12,5", *rows[i + 1 :]],
    "spaces": lambda rows, i: [*rows[:i], rows[i][:26] + "  ", *rows[i + 1 :]],
    "bad value": lambda rows, i: [*rows[:i], rows[i][:26] + "1_0", *rows[i + 1 :]],
    "negative": lambda rows, i: [*rows[:i], rows[i][:26] + "-5", *rows[i + 1 :]],
    "too much": lambda rows, i: [*rows[:i], rows[i][:26] + "10000001", *rows[i + 1 :]],
    "long": lambda rows, i: [*rows[:i], rows[i][:26] + "000000005", *rows[i + 1 :]],
    "accent": lambda rows, i: [*rows[:i], rows[i] + "é", *rows[i + 1 :]],
    "digit of another script": lambda rows, i: [*rows[:i], rows[i][:26] + "١", *rows[i + 1 :]],
    "quoted": lambda rows, i: [*rows[:i], f'"{rows[i][:25]}";"5"', *rows[i + 1 :]],
    "open quote": lambda rows, i: [*rows[:i], rows[i][:26] + '"5', *rows[i + 1 :]],
    "two lines": lambda rows, i: [*rows[:i], f'{rows[i][:26]}"', '5"', *rows[i + 1 :]],
    "three cells": lambda rows, i: [*rows[:i], rows[i] + ";", *rows[i + 1 :]],
    "one cell": lambda rows, i: [*rows[:i], rows[i][:25], *rows[i + 1 :]],
    "value alone": lambda rows, i: [*rows[:i], "5", *rows[i:]],
    "empty line": lambda rows, i: [*rows[:i], "", *rows[i:]],
    "carriage return": lambda rows, i: [*rows[:i], rows[i][:26] + "\r", *rows[i + 1 :]],
    "ends swapped": lambda rows, i: [*rows[:i], rows[i].replace(";", "\n"), *rows[i + 1 :]],
    "naive": lambda rows, i: [row[:19] + row[25:] for row in rows],
    "naive one": lambda rows, i: [*rows[:i], rows[i][:19] + rows[i][25:], *rows[i + 1 :]],
    "zulu": lambda rows, i: [*rows[:i], "2026-10-24T22:00:00Z;5", *rows[i + 1 :]],
    "other offset": lambda rows, i: [*rows[:i], rows[i].replace("+0", "+1"), *rows[i + 1 :]],
    "seconds": lambda rows, i: [*rows[:i], rows[i].replace(":00+", ":07+"), *rows[i + 1 :]],
    "columns": lambda rows, i: [*rows[:i], "Horodate;Valeur", *rows[i:]],
    "header": lambda rows, i: [*rows[:i], hdm([]).decode("utf-8-sig").rstrip("\n"), *rows[i:]],
    "like a header": lambda rows, i: [*rows[:i], "Index;5", *rows[i:]],
    "wider": lambda rows, i: rows[:i] + rows[i::3],
    "last year": lambda rows, i: [*rows[:i], "9999-12-31T23:50:00+01:00;5", *rows[i + 1 :]],
    "first year": lambda rows, i: [*rows[:i], "0001-01-01T00:00:00+00:00;5", *rows[i + 1 :]],
}


def read(data: bytes, profile: Profile) -> tuple[list[MeterCurve], str]:
    """The records, and the whole report or the fault as text: faults have no equality."""
    records: list[MeterCurve] = []
    try:
        some, report = hdm_curve.read(io.BytesIO(data), profile)
        records += some
    except BadInput as fault:
        return records, repr(fault)
    return records, repr(report)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    day = draw(st.sampled_from([date(2026, 10, 24), date(2026, 3, 28), date(2026, 7, 1)]))
    step = draw(st.sampled_from([300, 600, 900, 1800, 3600, 1200]))
    rows = whole_days(day, draw(st.integers(1, 3)), step, draw(st.sampled_from(["start", "end"])))
    for name in draw(st.lists(st.sampled_from(sorted(SPOILS)), max_size=3)):
        rows = SPOILS[name](rows, draw(st.integers(0, max(0, len(rows) - 1)))) if rows else rows
    if draw(st.booleans()):
        rows += whole_days(date(2026, 11, 2), 1, draw(st.sampled_from([600, 1800])), "start")
    text = hdm(
        rows,
        first=f"{day:%d/%m/%Y}",
        end=draw(st.sampled_from(["27/10/2026", "31/03/2026"])),
        unit=draw(st.sampled_from(["W", "kW", ""])),
        step=draw(st.sampled_from(["", "30"])),
    )
    return text.replace(b"\n", b"\r\n") if draw(st.booleans()) else text


@given(files(), st.sampled_from([1, 100, 700, 3000, 1 << 17]), st.sampled_from([None, "end"]))
def test_what_is_read_at_once_is_what_is_read_row_by_row(
    data: bytes, stretch: int, side: str | None
) -> None:
    profile = Profile.model_validate({"stamp": side})
    with mock.patch.object(_hdm_rows, "_STRETCH", stretch):
        fast = read(data, profile)
    with mock.patch.object(_hdm_rows, "find_regular_stretch", return_value=None):
        careful = read(data, profile)
    assert fast == careful


@pytest.mark.parametrize("name", sorted(SPOILS))
def test_each_kind_of_fault_is_met_inside_a_regular_file(name: str) -> None:
    rows = whole_days(date(2026, 10, 24), 3, 600, "start")
    data = hdm(SPOILS[name](rows, 150))
    fast = read(data, Profile(stamp="start"))
    with mock.patch.object(_hdm_rows, "find_regular_stretch", return_value=None):
        careful = read(data, Profile(stamp="start"))
    assert fast == careful


@pytest.mark.parametrize("step", [300, 600, 900, 1800, 3600])
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 14)])
@pytest.mark.parametrize("side", ["start", "end"])
def test_a_regular_day_is_read_at_once(step: int, day: date, side: str) -> None:
    rows = whole_days(day, 1, step, "end" if side == "end" else "start")
    rows[3] = rows[3][:26]
    found = find_regular_stretch("\n".join(rows) + "\n", PARIS, 10_000_000)
    assert found is not None
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=PARIS).timestamp())
    assert found.first == midnight + (step if side == "end" else 0)
    assert (found.step, found.values[2:5], len(found.values)) == (
        step, [1000, None, 1000], len(rows)
    )  # fmt: skip


def test_a_regular_file_is_never_read_row_by_row() -> None:
    rows = whole_days(date(2026, 1, 1), 365, 600, "start")
    data = hdm(rows, first="01/01/2026", end="01/01/2027").replace(b"\n", b"\r\n")
    kept: list[str] = []
    with mock.patch.object(_hdm_rows, "parse_power_cell", lambda cell, limit: kept.append(cell)):
        (curve,), _ = read(data, Profile())
    assert (len(curve.values), kept) == (52_560, [])


def test_decimals_are_read_at_once_too() -> None:
    rows = [row[:26] + "0,125" for row in whole_days(date(2026, 7, 1), 1, 1800, "start")]
    found = find_regular_stretch("\n".join(rows) + "\n", PARIS, 10_000)
    assert found is not None
    assert (found.values[0], found.decimals) == (0.125, 3)


def test_overseas_days_are_read_in_their_zone() -> None:
    zone = ZoneInfo("Indian/Reunion")
    first = int(datetime(2026, 1, 1, tzinfo=zone).timestamp())
    rows = [f"{datetime.fromtimestamp(first + 600 * i, zone).isoformat()};{i}" for i in range(288)]
    found = find_regular_stretch("\n".join(rows) + "\n", zone, 10_000)
    assert found is not None
    assert found.first == int(datetime(2025, 12, 31, 20, tzinfo=UTC).timestamp())
    assert _hdm_rows.find_regular_stretch("\n".join(rows) + "\n", PARIS, 10_000) is None


@pytest.mark.parametrize(
    "tail", ["\n", "5\n", "2026-07-02T00:00:00+02:00; \r \n", "2026-07-02T00:00:00+02:00;١\n"]
)
def test_what_the_careful_reading_would_refuse_is_left_to_it(tail: str) -> None:
    rows = "\n".join(whole_days(date(2026, 7, 1), 1, 1800, "start")) + "\n"
    assert find_regular_stretch(rows, PARIS, 10_000) is not None
    assert find_regular_stretch(rows + tail, PARIS, 10_000) is None


def test_hours_that_are_none_in_utc_are_left_to_the_careful_reading() -> None:
    zone = ZoneInfo("Asia/Kolkata")
    first = int(datetime(2026, 1, 1, tzinfo=zone).timestamp())
    rows = [f"{datetime.fromtimestamp(first + 3600 * i, zone).isoformat()};{i}" for i in range(24)]
    assert find_regular_stretch("\n".join(rows) + "\n", zone, 10_000) is None
