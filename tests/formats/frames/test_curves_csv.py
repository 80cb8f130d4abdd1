"""The CSV of curves: what is written is read back, and what does not hold is refused."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats import Report, read
from synergie.formats.frames import _step_texts
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.quality import QualityRun
from synergie.schemas.series import UNITS
from synergie.units import Step
from tests.formats.frames.made import CURVE, DAYS, ENERGY, MONTHS, PRM, half_hours, written

FORMATS = ["curves-csv", "curves-csv-fr"]
CHANGES = [(date(2026, 3, 29), 46), (date(2026, 7, 1), 48), (date(2026, 10, 25), 50)]


def reading(data: bytes) -> tuple[list[Any], Any]:
    with read(data) as result:
        return list(result.records), result.report


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("curve", [CURVE, DAYS, MONTHS])
def test_a_curve_is_read_back_as_it_was(name: str, curve: MeterCurve) -> None:
    records, report = reading(written([curve], name))
    assert records == [curve]
    assert (report.kept, report.refusals) == (len(curve.values), 0)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("day", "n"), CHANGES)
def test_the_days_of_the_clock_change_come_back_whole(name: str, day: date, n: int) -> None:
    curve = half_hours(day)
    assert len(curve.values) == n
    records, report = reading(written([curve], name))
    assert records == [curve]
    assert report.kept == n
    assert report.gaps == []


def test_the_open_file_tells_both_hours_that_come_twice() -> None:
    lines = written([half_hours(date(2026, 10, 25))], "curves-csv").decode().splitlines()
    assert lines[0].startswith("start_utc,end_utc,local_start,offset,value,unit,quality,")
    twice = [line for line in lines if ",2026-10-25T02:30:00," in line]
    assert [line.split(",")[0] for line in twice] == [
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
    ]
    assert [line.split(",")[3] for line in twice] == ["+02:00", "+01:00"]


def test_the_french_file_is_what_a_french_spreadsheet_opens() -> None:
    data = written([CURVE], "curves-csv-fr")
    assert data.startswith(b"\xef\xbb\xbfstart_utc;")
    assert data.count(b"\r\n") == data.count(b"\n") == 5
    second = data.decode("utf-8-sig").splitlines()[1].split(";")
    assert second[:7] == [
        "24/10/2026 23:00", "25/10/2026 00:00", "25/10/2026 01:00", "UTC+02:00", "1,25", "kWh",
        "estimated",
    ]  # fmt: skip


VALUES = st.none() | st.integers(-(10**12), 10**12)


@st.composite
def curves(draw: st.DrawFn) -> MeterCurve:
    """Curves near the clock changes: any step, quality and number of decimals."""
    decimals = draw(st.integers(0, 6))
    whole = draw(st.lists(VALUES, min_size=1, max_size=60))
    values: list[Value] = [
        None if v is None else float(Decimal(v % 10**9).scaleb(-decimals)) for v in whole
    ]
    if all(value is None for value in values):
        values[0] = 1
    step: Step = draw(st.sampled_from(get_args(Step)))
    hours = draw(st.integers(0, 72))
    start = datetime(2026, draw(st.sampled_from([3, 10])), 24, tzinfo=UTC) + timedelta(hours=hours)
    if step in {"P1D", "P1M", "P1Y"}:
        start = (DAYS if step == "P1D" else MONTHS).start
    quantity: Any = draw(st.sampled_from(sorted(UNITS)))
    quality = draw(st.sampled_from([None, "validated", "suspect", "estimated"]))
    return MeterCurve(
        supply_point=PRM,
        quantity=quantity,
        form="interval_energy",
        direction=draw(st.sampled_from(["import", "export"])),
        unit=draw(st.sampled_from(UNITS[quantity])),
        decimals=decimals,
        start=start,
        step=step,
        values=values,
        quality=tuple(runs(values, quality)) if quality else None,
        provenance="synthetic",
    )


def runs(values: list[Value], quality: Any) -> Iterator[QualityRun]:
    told: list[Any] = ["missing" if value is None else quality for value in values]
    at = 0
    while at < len(told):
        n = next((i for i in range(at, len(told)) if told[i] != told[at]), len(told)) - at
        yield QualityRun(n=n, quality=told[at])
        at += n


@given(curve=curves(), name=st.sampled_from(FORMATS))
def test_import_of_export_is_the_same_curve(curve: MeterCurve, name: str) -> None:
    records, report = reading(written([curve], name))
    assert records == [curve]
    assert report.refusals == 0


def test_two_series_and_a_change_of_step_stay_apart() -> None:
    first, second = half_hours(date(2026, 3, 29)), CURVE
    third = first.model_copy(update={"step": "PT15M", "start": first.end})
    records, _ = reading(written([first, third, second], "curves-csv"))
    assert records == [first, third, second]


def test_rows_in_disorder_are_put_in_order_and_repeats_are_counted() -> None:
    lines = written([CURVE], "curves-csv").decode().splitlines()
    data = "\n".join([lines[0], lines[3], lines[1], lines[2], lines[4], lines[1]])
    records, report = reading(data.encode())
    assert records == [CURVE]
    assert (report.kept, report.duplicates, report.refusals) == (4, 1, 0)
    assert "out-of-order" in report.findings


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("1.25", "1,25", "row"),
        ("1.25", "1e3", "/value"),
        ("1.25", "0.1234567", "/value"),
        ("1.25", "9999999999999", "/value"),
        ("1.25", "NaN", "/value"),
        ("estimated", "good", "/quality"),
        ("2026-10-25T01:00:00", "2026-10-25T02:00:00", "/local_start"),
        ("+02:00", "+2", "/local_start"),
        ("2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "/end_utc"),
        ("2026-10-24T23:00:00Z", "24/10/2026", "/start_utc"),
        ("2026-10-25T00:00:00Z", "9999-12-31T23:59:59Z", "/end_utc"),
        ("2026-10-24T23:00:00Z", "0001-01-01T00:00:00+14:00", "/start_utc"),
        (PRM, "99000000000017", "/supply_point"),
        ("interval_energy", "energy", "/form"),
    ],
)
def test_a_row_that_does_not_hold_is_refused_at_its_cell(old: str, new: str, where: str) -> None:
    lines = written([CURVE], "curves-csv").decode().splitlines()
    lines[1] = lines[1].replace(old, new, 1)
    records, report = reading("\n".join(lines).encode())
    assert [(line, fault.where) for line, fault in report.refused] == [(2, where)]
    assert sum(len(curve.values) for curve in records) == report.kept == 3


def test_another_value_at_the_same_time_is_refused() -> None:
    for curve in (CURVE, DAYS, MONTHS):
        lines = written([curve], "curves-csv").decode().splitlines()
        value = lines[1].split(",")[4]
        data = "\n".join([*lines, lines[1].replace(value, "7.77", 1)])
        records, report = reading(data.encode())
        assert records == [curve]
        assert [fault.check for _, fault in report.refused] == ["conflicting-duplicate"]


def test_a_month_that_is_absent_starts_another_run() -> None:
    lines = written([MONTHS], "curves-csv").decode().splitlines()
    records, report = reading("\n".join(lines[:2] + lines[3:]).encode())
    assert [len(curve.values) for curve in records] == [1, 2]
    assert report.kept == 3


def test_a_file_without_a_needed_column_is_not_read() -> None:
    data = written([CURVE], "curves-csv").replace(b",form,", b",shape,")
    with pytest.raises(BadInput):
        list(read(data, format="curves-csv").records)


def test_columns_of_others_are_passed_over_in_a_note() -> None:
    lines = written([CURVE], "curves-csv").decode().splitlines()
    data = "\n".join([f"mine,{lines[0]}", *(f"x,{line}" for line in lines[1:])])
    records, report = reading(data.encode())
    assert records == [CURVE]
    assert [note.args for note in report.notes] == [("mine",)]


def test_a_record_that_is_no_curve_is_not_written() -> None:
    with pytest.raises(BadInput, match="PeriodEnergy"):
        written([ENERGY], "curves-csv")


def test_a_curve_of_a_far_year_is_not_written() -> None:
    far = CURVE.model_copy(update={"start": datetime(9999, 12, 31, 23, tzinfo=UTC)})
    with pytest.raises(BadInput, match="2199"):
        written([far], "curves-csv")
    end = ENERGY.model_copy(update={"to_date": date(9999, 12, 31)})
    with pytest.raises(BadInput, match="2199"):
        written([end], "monthly-csv")


ODD = [
    "", "x", "0", "1.50", "1e3", "-0", "2026-02-30T00:00:00Z", "2026-10-25T00:00:00", "estimated",
    "24/10/2026 23:00", "31/02/2026 00:00", "+01:00", "UTC+01:00", "+2", "PT30M", "P1D", "W",
    "good", "1899-12-31T23:00:00Z", "2026-10-24 23:00:00Z", "2026-10-24T23:00:00.5Z", "1,25",
    "'x", PRM,
]  # fmt: skip


@given(
    curve=curves(),
    name=st.sampled_from(FORMATS),
    odd=st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 12), st.sampled_from(ODD)), max_size=4
    ),
    swap=st.integers(0, 99),
)
def test_rows_read_together_give_what_rows_read_one_by_one_give(
    curve: MeterCurve, name: str, odd: list[tuple[int, int, str]], swap: int
) -> None:
    mark = "," if name == "curves-csv" else ";"
    head, *below = written([curve, CURVE, curve], name).decode().splitlines()
    rows = [line.split(mark) for line in below]
    for row, column, text in odd:
        rows[row % len(rows)][column] = text
    rows.insert(0, rows.pop(swap % len(rows)))
    data = "\n".join([head, *map(mark.join, rows)]).encode()
    with patch.object(_step_texts, "_FEW", 10**9):
        alone = everything(*reading(data))
    with patch.object(_step_texts, "_FEW", 2):
        assert everything(*reading(data)) == alone


def everything(records: list[Any], report: Report) -> object:
    """The records to the bit, and every word of the report."""
    refused = [(one.line, one.fault.where, one.value, one.expected) for one in report.refused]
    found = {code: (one.times, one.first, one.args) for code, one in report.findings.items()}
    counts = report.kept, report.duplicates, report.refusals
    return repr(records), refused, found, counts, report.notes, report.gaps
