"""Rows of curves gathered together give what they give one by one, to the bit and to the word."""

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.tables import _curve_rows
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.tables.made import column, profile, records, workbook

POINT, TIME = column("PRM", "supply_point"), column("Horodate", "datetime")
ODD = [
    "", "-", " ", "x", "0", "1,5", "-3", "1 234", "1,2345678", "12 kWh", "12 W", "12 kW", "1e3",
    "W", "MWh", "kWh", "Total", "Moyenne", "PRM", "Horodate", "Site", "Estimé", "Réel", "Budget",
    "Production", "injection", "99000000000017", "99000000000024", "9900000000001", "31/02/2026",
    "25/10/2026 02:10", "29/03/2026 02:10", "01/01/2026 24:00", "01/01/26 0:10", "45000,5",
    "2026-01-01T00:10:00+01:00", "2026-01-01T00:10Z", "1/1/2026", "00:10", "24:00", "2026-01-01",
    "01/01/2026 00:00", "31/12/9999 24:00",
]  # fmt: skip
LAYOUTS: list[tuple[tuple[str, ...], Profile]] = [
    (
        ("PRM", "Horodate", "Valeur", "Type"),
        profile("curve", POINT, TIME, column("Valeur", "value", unit="W")),
    ),
    (
        ("Horodate", "Valeur", "Unité", "Sens", "Nature"),
        profile(
            "curve", TIME, column("Valeur", "value"), column("Unité", "unit"),
            column("Sens", "direction"), column("Nature", "nature"),
            supply_point="prm:99000000000017",
        ),
    ),
    (
        ("Site", "PRM", "Jour", "Heure", "kWh"),
        profile(
            "curve", POINT, column("Site", "name"), column("Jour", "date"),
            column("Heure", "time"), column("kWh", "value", unit="kWh"),
        ),
    ),
    (
        ("PRM", "Jour", "kWh", "Relevé (kWh)"),
        profile("curve", POINT, column("Jour", "date"), column("kWh", "value", unit="kWh")),
    ),
]  # fmt: skip


def cell(name: str, i: int, tenths: bool) -> str:  # noqa: FBT001 (drawn)
    """The usual cell of a column in row *i*, half-hours from the night of a change of clocks."""
    hour, minute = divmod(30 * i, 60)
    usual = {
        "PRM": f"990000000000{'17' if i % 7 else '24'}",
        "Horodate": f"{24 + hour // 24}/10/2026 {hour % 24:02}:{minute:02}",
        "Jour": f"{1 + i % 28:02}/0{1 + i // 28}/2026",
        "Heure": f"{hour % 24:02}:{minute:02}",
        "Unité": "kWh", "Sens": "soutirage", "Nature": "Réel", "Type": "", "Site": "École",
    }  # fmt: skip
    return usual.get(name, f"{i * 37 % 100},{i % 10}" if tenths else f"{i * 37 % 100}")


@given(
    layout=st.sampled_from(LAYOUTS),
    n=st.integers(1, 80),
    odd=st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 4), st.sampled_from(ODD)), max_size=5
    ),
    swap=st.integers(0, 99),
    zone=st.sampled_from(["Europe/Paris", "UTC"]),
    tenths=st.booleans(),
    blanks=st.sampled_from([("", "-"), ("", "0"), ("", "37")]),
)
@example(
    layout=LAYOUTS[1], n=2, odd=[(0, 4, "45000,5"), (1, 4, "45000,5")], swap=0,
    zone="Europe/Paris", tenths=False, blanks=("", "-"),
)  # fmt: skip
def test_rows_gathered_together_give_what_rows_gathered_one_by_one_give(
    layout: tuple[tuple[str, ...], Profile],
    n: int,
    odd: list[tuple[int, int, str]],
    swap: int,
    zone: str,
    tenths: bool,  # noqa: FBT001 (drawn)
    blanks: tuple[str, ...],
) -> None:
    names, told = layout
    rows = [[cell(name, i, tenths) for name in names] for i in range(n)]
    for row, at, text in odd:
        rows[row % n][at % len(names)] = text
    rows.insert(0, rows.pop(swap % n))
    data = "\n".join(map(";".join, [names, *rows])).encode()
    assert told.table is not None
    table = told.table.model_copy(update={"blanks": blanks})
    whole = told.model_copy(update={"stamp": "start", "time_zone": zone, "table": table})
    with patch.object(_curve_rows, "_FEW", 10**9):
        alone = everything(data, whole)
    with patch.object(_curve_rows, "_FEW", 2):
        assert everything(data, whole) == alone


FIRST = datetime(2026, 10, 24)  # noqa: DTZ001 (as a workbook holds it)
CELLS = st.one_of(
    st.booleans(), st.integers(-2, 50_000),
    st.sampled_from([0.25, 45_292.5, 1e13, 99_000_000_000_017]),
    st.datetimes(FIRST, FIRST + timedelta(days=2)), st.sampled_from(ODD),
)  # fmt: skip


@settings(max_examples=25)
@given(
    n=st.integers(1, 70),
    odd=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 2), CELLS), max_size=5),
)
def test_rows_of_a_workbook_are_gathered_alike(n: int, odd: list[tuple[int, int, Any]]) -> None:
    rows: list[list[Any]] = [
        ["99000000000017", FIRST + timedelta(minutes=30 * i), i * 37 % 100] for i in range(n)
    ]
    for row, at, one in odd:
        rows[row % n][at] = one
    data = workbook([["PRM", "Horodate", "Valeur"], *rows])
    whole = LAYOUTS[0][1].model_copy(update={"stamp": "start"})
    with patch.object(_curve_rows, "_FEW", 10**9):
        alone = everything(data, whole, "table-workbook")
    with patch.object(_curve_rows, "_FEW", 2):
        assert everything(data, whole, "table-workbook") == alone


def test_days_among_times_of_a_workbook_do_not_send_their_neighbours_row_by_row() -> None:
    """A cell at midnight comes as a day without hour."""
    rows = [["99000000000017", FIRST + timedelta(minutes=10 * i), i % 100] for i in range(400)]
    data = workbook([["PRM", "Horodate", "Valeur"], *rows])
    whole = LAYOUTS[0][1].model_copy(update={"stamp": "start", "time_zone": "UTC"})
    alone = AssertionError("a row alone")
    with patch.object(_curve_rows._Rows, "_add", side_effect=alone):
        (curve,), report = records(data, whole, "table-workbook")
    assert isinstance(curve, MeterCurve)
    assert curve.values == [i % 100 for i in range(400)]
    assert (report.kept, report.gaps, report.refused) == (400, [], [])


def everything(data: bytes, told: Profile, kind: str = "table-csv") -> object:
    """The records to the bit and every word of the report, or the error."""
    try:
        found, report = records(data, told, kind)
    except BadInput as fault:
        return fault.where, fault.found, fault.expected
    return repr(found), words(report)


def words(report: Report) -> Any:
    """Every word of a report."""
    refused = [(one.line, one.fault.where, one.value, one.expected) for one in report.refused]
    found = {code: (one.times, one.first, one.args) for code, one in report.findings.items()}
    counts = report.kept, report.duplicates, report.refusals, report.totals, report.blanks
    return refused, found, counts, report.notes, report.gaps
