"""Parquet and Arrow files that are not ours are tables as any other."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from synergie import formats
from synergie.errors import BadInput, MissingExtra
from synergie.formats.columnar import sizes
from synergie.formats.report import Report
from synergie.formats.sheets import read_sheets
from synergie.formats.tables.propose import propose, table_format
from synergie.formats.tables.table_workbook import NAME
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.components import package
from tests.formats.tables.made import records

KWH = (1240.5, 990.0, 1105.25, 870.0)
HEAD = ("PRM", "Du", "Au", "Consommation (kWh)")


def columns(**other: Any) -> dict[str, Any]:
    """Bills of four months of a point, some columns of them replaced."""
    days = [date(2025, month, 1) for month in range(1, 5)]
    last = [date(2025, month, 28) for month in range(1, 5)]
    return dict(zip(HEAD, ([99000000000017] * 4, days, last, list(KWH)), strict=True)) | other


def written(told: dict[str, Any], kind: str = "parquet") -> bytes:
    """*told* as a file in columns."""
    pa, sink = package("pyarrow"), io.BytesIO()
    table = pa.table(told)
    if kind == "parquet":
        package("pyarrow.parquet").write_table(table, sink)
    else:
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    return sink.getvalue()


def energies(data: bytes, **answers: str) -> list[Decimal | None]:
    told = propose(data, answers=answers)
    assert told.sure, [one.field for one in told.questions]
    found, _ = records(data, told.profile, NAME)
    return [one.energy_kwh for one in found if isinstance(one, PeriodEnergy)]


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_a_file_in_columns_is_proposed_read_and_accounted_for(kind: str) -> None:
    data = written(columns(**{"Prix (€/MWh)": [150.0] * 4, "tags": [["a"], [], ["b"], []]}), kind)
    assert table_format(data) == NAME
    assert energies(data) == [Decimal(str(kwh)) for kwh in KWH]
    told = {one.name: one.read for one in propose(data).told}
    assert told == {**dict.fromkeys(HEAD, True), "Prix (€/MWh)": False, "tags": False}
    with pytest.raises(BadInput) as fault, formats.read(data) as found:
        list(found.records)
    assert fault.value.where == "profile"


def test_numbers_texts_and_blanks_keep_what_they_are() -> None:
    pa = package("pyarrow")
    text = pa.array(["99000000000017"] * 4).dictionary_encode()
    exact = pa.array([Decimal(str(kwh)) for kwh in KWH], pa.decimal128(12, 2))
    assert energies(written(columns(**{"PRM": text, HEAD[3]: exact}))) == [
        Decimal(str(kwh)) for kwh in KWH
    ]
    blank = written(columns(**{HEAD[3]: [None, 990.0, float("nan"), 870.0]}))
    assert energies(blank) == [None, Decimal(990), None, Decimal(870)]
    cells = {"n": [2**60, 7], "d": [Decimal("1.123456789012345678"), Decimal("2.5")]}
    (sheet,) = read_sheets(io.BytesIO(written(cells)), Report(), lambda _: None)
    rows = dict(sheet.rows)
    assert rows[2] == [str(2**60), "1.123456789012345678"]
    assert rows[3] == [Decimal("7.0"), Decimal("2.5")]


def test_a_moment_is_that_of_its_zone() -> None:
    pa = package("pyarrow")
    first = datetime(2024, 12, 31, 23, tzinfo=UTC)
    steps = [first + timedelta(minutes=30 * n) for n in range(48)]
    for zone in ("UTC", "Europe/Paris"):
        told = {"PRM": ["99000000000017"] * 48, "Début": pa.array(steps, pa.timestamp("us", zone)),
                "Puissance (kW)": [1.5 + n % 5 for n in range(48)]}  # fmt: skip
        data = written(told)
        profile = propose(data).answered("direction", "import").profile
        (curve,), report = records(data, profile, NAME)
        assert isinstance(curve, MeterCurve)
        assert (curve.start, len(curve.values), report.refusals) == (first, 48, 0)


def test_a_day_told_in_another_zone_is_no_day() -> None:
    pa = package("pyarrow")
    months = [datetime(2024, 12, 31, 23, tzinfo=UTC) + timedelta(days=31 * n) for n in range(4)]
    told = {"PRM": [99000000000017] * 4, "Mois": pa.array(months, pa.timestamp("ms", "UTC")),
            "Consommation (kWh)": list(KWH)}  # fmt: skip
    data = written(told)
    found, report = records(data, propose(data).profile, NAME)
    assert (found, report.refusals) == ([], 4)


def test_damaged_files_two_columns_of_one_name_and_no_pyarrow_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for kind in ("parquet", "arrow"):
        data = written(columns(), kind)
        with pytest.raises(BadInput, match="whole Parquet or Arrow file"):
            propose(data[: len(data) // 2])
    pa, sink = package("pyarrow"), io.BytesIO()
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["kWh", "kWh"])
    package("pyarrow.parquet").write_table(twice, sink)
    with pytest.raises(BadInput, match="each column once"):
        propose(sink.getvalue())
    data = written(columns())
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match="frames"):
        propose(data)
    with pytest.raises(MissingExtra):
        sizes.import_arrow()
