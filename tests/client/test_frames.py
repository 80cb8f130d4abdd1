"""Frames of a curve: right on the days when the clock changes."""

import sys
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.client import CurveView
from synergie.errors import Misconfigured, MissingExtra
from synergie.schemas.freshness import Freshness
from synergie.schemas.readings.curve import CurveRun
from synergie.units import STEP_SECONDS
from tests.client.things import START, extract

_PARIS = ZoneInfo("Europe/Paris")
_CHANGE_DAYS = [
    (date(2026, 10, 25), "PT30M", 50),
    (date(2026, 10, 25), "PT1H", 25),
    (date(2026, 10, 25), "PT10M", 150),
    (date(2026, 3, 29), "PT30M", 46),
    (date(2026, 3, 29), "PT1H", 23),
    (date(2026, 6, 21), "PT30M", 48),
]


def _day(day: date, step: str, n: int, **more: Any) -> CurveView:
    start = datetime(day.year, day.month, day.day, tzinfo=_PARIS)
    return CurveView(extract(step, start, n, **more))


def _rows(view: CurveView, kind: str) -> list[dict[str, Any]]:
    """The rows of a frame, times in UTC."""
    if kind == "pandas":
        frame = view.to_pandas()
        rows: list[dict[str, Any]] = frame.to_dict("records")
        return [{**row, "start": row["start"].to_pydatetime()} for row in rows]
    return view.to_polars().to_dicts() if kind == "polars" else view.to_arrow().to_pylist()


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize(("day", "step", "n"), _CHANGE_DAYS, ids=str)
def test_a_change_day_has_all_its_steps_once_in_every_frame(
    kind: str, day: date, step: str, n: int
) -> None:
    rows = _rows(_day(day, step, n), kind)
    starts = [row["start"] for row in rows]
    assert len(set(starts)) == n
    assert len({row["local"] for row in rows}) == n
    assert {later - sooner for sooner, later in pairwise(starts)} == {
        timedelta(seconds=STEP_SECONDS[step])
    }
    assert {start.astimezone(_PARIS).date() for start in starts} == {day}
    assert rows[-1]["end"] == datetime(day.year, day.month, day.day, tzinfo=_PARIS) + timedelta(1)
    assert [row["value_w"] for row in rows] == [float(value) for value in range(n)]


def test_the_two_hours_of_october_are_told_apart_in_local_time() -> None:
    local = _day(date(2026, 10, 25), "PT1H", 25).to_polars()["local"].to_list()
    assert local[2:4] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2026, 3, 29)], ids=str)
def test_hours_and_days_of_utc_columns_meet_no_trap(day: date) -> None:
    n = 50 if day.month == 10 else 46
    view = _day(day, "PT30M", n)
    hours = view.to_pandas().groupby(view.to_pandas()["start"].dt.floor("h")).size()
    assert (len(hours), set(hours)) == (n // 2, {2})
    polars = view.to_polars()
    hourly = polars.group_by(polars["start"].dt.truncate("1h")).len()
    assert (len(hourly), set(hourly["len"])) == (n // 2, {2})


def test_columns_are_aware_utc_floats_and_texts() -> None:
    view = _day(date(2026, 10, 25), "PT30M", 50)
    pandas, polars, arrow = view.to_pandas(), view.to_polars(), view.to_arrow()
    names = ["start", "end", "value_w", "quality", "local"]
    assert list(pandas) == polars.columns == arrow.column_names == names
    assert [str(kind) for kind in pandas.dtypes[:3]] == ["datetime64[us, UTC]"] * 2 + ["float64"]
    assert [str(kind) for kind in polars.dtypes] == [
        "Datetime(time_unit='us', time_zone='UTC')"
    ] * 2 + ["Float64", "String", "String"]
    assert str(arrow.schema.field("start").type) == "timestamp[us, tz=UTC]"


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_what_was_not_measured_is_null_and_says_so(kind: str) -> None:
    fields = {"start": START, "step": "PT30M", "values": [1, None, 2.5]}
    rows = _rows(CurveView(extract(runs=(CurveRun.model_validate(fields),))), kind)
    assert [row["quality"] for row in rows] == ["measured", "missing", "measured"]
    assert rows[1]["value_w"] is None or rows[1]["value_w"] != rows[1]["value_w"]
    assert rows[2]["value_w"] == 2.5


def test_the_quality_of_runs_is_spread_over_their_values() -> None:
    quality = [{"n": 2, "quality": "estimated"}, {"n": 1, "quality": "validated"}]
    fields = {"start": START, "step": "PT1H", "values": [1, 2, 3], "quality": quality}
    view = CurveView(extract(runs=(CurveRun.model_validate(fields),)))
    assert [step.quality for step in view] == ["estimated", "estimated", "validated"]


@pytest.mark.parametrize(
    ("step", "lengths"),
    [("P1D", [24, 25, 24]), ("P1M", [24 * 31 + 1, 24 * 30, 24 * 31])],
)
def test_days_and_months_end_at_their_civil_bound(step: str, lengths: list[int]) -> None:
    first = date(2026, 10, 24) if step == "P1D" else date(2026, 10, 1)
    view = _day(first, step, 3, unit="Wh", granularity="day")
    hours = [(interval.end - interval.start) / timedelta(hours=1) for interval in view]
    assert hours == lengths
    assert all(interval.start.tzinfo is UTC for interval in view)
    assert view.to_polars()["local"][1].endswith("+02:00" if step == "P1D" else "+01:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([*STEP_SECONDS, "P1D", "P1M"]),
    st.integers(1, 60),
)
def test_steps_follow_one_another_without_hole(moment: datetime, step: str, n: int) -> None:
    start = moment.replace(minute=0, second=0, microsecond=0)
    if step.startswith("P1"):
        start = start.astimezone(_PARIS).replace(day=1, hour=0)
    steps = list(CurveView(extract(step, start, n)))
    assert len(steps) == n
    assert steps[0].start == start
    assert all(sooner.end == later.start for sooner, later in pairwise(steps))
    assert all(interval.start < interval.end for interval in steps)


@pytest.mark.parametrize("unit", ["W", "kWh", "m3"])
def test_the_unit_is_in_the_name_of_the_column(unit: str) -> None:
    assert CurveView(extract(unit=unit)).columns[2] == f"value_{unit.lower()}"


def test_an_empty_extract_gives_an_empty_frame() -> None:
    view = CurveView(extract(runs=()))
    assert len(view) == 0
    assert view.to_polars().shape == view.to_pandas().shape == (0, 5)


def test_a_missing_part_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    view = CurveView(extract())
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "narwhals", None)
        with pytest.raises(MissingExtra, match=r"pip install 'synergie\[frames\]'"):
            view.to_pandas()
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "polars", None)
        with pytest.raises(Misconfigured, match="pip install polars"):
            view.to_polars()
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(MissingExtra):
            view.to_arrow()


def test_a_notebook_shows_unit_and_freshness_and_escapes_both() -> None:
    odd = Freshness(
        state="late", last_reading=None, received_at=None, expected_by=None,
        reason="<script>alert(1)</script>", who_can_act=None,
    )  # fmt: skip
    html = CurveView(extract(n=4_000, freshness=odd))._repr_html_()
    assert "<script>" not in html
    assert "late: &lt;script&gt;" in html
    assert "value_w" in html and "n = 4000" in html
    assert html.count("<tr>") == 6


_ZONES = ("Europe/Paris", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut", "UTC")


@given(
    zone=st.sampled_from(_ZONES),
    hour=st.integers(0, 24 * 730),
    step=st.sampled_from(sorted(STEP_SECONDS)),
    n=st.integers(1, 500),
)
def test_columns_by_the_day_are_those_of_each_step(zone: str, hour: int, step: str, n: int) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    view = CurveView(extract(step, start, n, time_zone=zone))
    starts, ends, values, quality, local = view._data()
    rows = list(view)
    assert starts == [round(one.start.timestamp() * 1_000_000) for one in rows]
    assert ends == [round(one.end.timestamp() * 1_000_000) for one in rows]
    assert (values, quality) == ([one.value for one in rows], [one.quality for one in rows])
    assert local == [one.start.astimezone(ZoneInfo(zone)).isoformat() for one in rows]
