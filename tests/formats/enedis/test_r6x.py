"""Local times of the R6x flows: each label gives its instant back, whatever the day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats import Report, checks
from synergie.formats.enedis import _r6x
from synergie.formats.format import Sample


def labels(first: int, n: int, step_s: int, zone: ZoneInfo) -> tuple[list[int], list[datetime]]:
    stamps = [first + i * step_s for i in range(n)]
    return stamps, [datetime.fromtimestamp(at, zone).replace(tzinfo=None, fold=0) for at in stamps]


@given(
    st.dates(date(2019, 1, 1), date(2030, 1, 1)),
    st.sampled_from([300, 600, 900, 1800, 3600]),
    st.sampled_from(["Europe/Paris", "Indian/Reunion", "America/Miquelon", "Pacific/Noumea"]),
)
def test_whole_series_of_local_times_give_their_instants_back(
    day: date, step_s: int, name: str
) -> None:
    zone = ZoneInfo(name)
    first = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) // 3600 * 3600
    stamps, times = labels(first, 400 * 86_400 // step_s // 50, step_s, zone)
    report = Report()
    assert _r6x.resolve_instants(times, [None] * len(times), name, report) == stamps
    assert report.refusals == 0


@pytest.mark.parametrize(
    "day", [date(2019, 10, 27), date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28)]
)
def test_the_days_of_the_clock_change_give_their_instants_back(day: date) -> None:
    zone = ZoneInfo("Europe/Paris")
    before = day - timedelta(days=1)
    first = int(datetime(before.year, before.month, before.day, tzinfo=zone).timestamp())
    stamps, times = labels(first, 3 * 48, 1800, zone)
    assert _r6x.resolve_instants(times, [None] * len(times), "Europe/Paris", Report()) == stamps


def test_times_out_of_order_on_the_day_of_october_are_refused() -> None:
    zone = ZoneInfo("Europe/Paris")
    first = int(datetime(2026, 10, 25, tzinfo=zone).timestamp())
    _, times = labels(first, 50, 1800, zone)
    report = Report()
    found = _r6x.resolve_instants(times[20:] + times[:20], list(range(50)), "Europe/Paris", report)
    assert found.count(None) == 4
    assert {refused.fault.check for refused in report.refused} == {checks.LABEL_AMBIGUOUS.code}


@pytest.mark.parametrize(
    "text",
    ["2026-W01-1 00:00:00", "2026-01-01 24:00:00", "2026-01-01 00:00", "2026-13-01 00:00:00",
     "2026-01-01 00-00:00", "２０２６-01-01 00:00:00", "20260101 000000", "1900-01-01 00:00:00"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        _r6x.time(text, "/d")
    assert caught.value.where == "/d"


def test_labels_of_a_table_are_known_when_they_are_quoted_or_damaged() -> None:
    head = '"Identifiant PRM";"Grandeur mÃ©tier";Unité\n'.encode()
    assert _r6x.columns_of(Sample("x", head)) == ["identifiantprm", "grandeurmetier", "unite"]
    assert _r6x.columns_of(Sample("x", b'{"a": 1}')) == []
