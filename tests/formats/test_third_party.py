"""The recipe of CONTRIBUTING.md, followed from outside: another package adds a whole format."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from synergie import formats
from synergie.cli import main
from synergie.formats import registry

MODULE = '''
"""Meters of Acme: a line `ACME`, then `PRM|from|to|kWh`."""

from synergie.errors import BadInput
from synergie.formats import Format, Report
from synergie.schemas.faults import faults
from synergie.schemas.readings.period_energy import PeriodEnergy
from pydantic import ValidationError


def sniff(sample):
    return 1.0 if sample.start.startswith(b"ACME") else 0.0


def read(source, profile):
    report = Report()
    rows = enumerate((line.decode().rstrip() for line in source), start=1)
    next(rows)
    return report.keep(_energy, rows), report


def _energy(row):
    cells = row.split("|")
    if len(cells) != 4:
        raise BadInput("row", row, "PRM|from|to|kWh")
    try:
        return PeriodEnergy.model_validate({
            "name": cells[0], "supply_point": f"prm:{cells[0]}", "from_date": cells[1],
            "to_date": cells[2], "energy_kwh": cells[3] or None, "provenance": "partner",
        })
    except ValidationError as error:
        raise faults(error)[0] from error


def write(records, sink, profile):
    sink.write(b"ACME\\n")
    for one in records:
        energy = "" if one.energy_kwh is None else one.energy_kwh
        sink.write(f"{one.name}|{one.from_date}|{one.to_date}|{energy}\\n".encode())


FORMAT = Format(name="acme", title="Acme meters", sniff=sniff, read=read, write=write)
'''
FILE = b"ACME\n99000000000017|2026-01-01|2026-02-01|12.5\n99000000000017|2026-02-01|2026-03-01|\n"


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Path]:
    """The package, installed for one test."""
    (tmp_path / "acme_formats.py").write_text(MODULE)
    info = tmp_path / "acme_formats-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-formats\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[synergie.formats]\nacme = acme_formats:FORMAT\n")
    sys.path.insert(0, str(tmp_path))
    registry.load_formats.cache_clear()
    yield tmp_path
    sys.path.remove(str(tmp_path))
    sys.modules.pop("acme_formats", None)
    registry.load_formats.cache_clear()


@pytest.mark.usefixtures("acme")
def test_it_is_recognised_read_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "releve.acme"
    path.write_bytes(FILE)
    with formats.read(path) as result:
        records = list(result.records)
    assert (result.format, result.confidence) == ("acme", 1.0)
    assert (len(records), result.report.kept) == (2, 2)
    with (tmp_path / "again").open("wb") as sink:
        formats.write(records, sink, format="acme")
    assert (tmp_path / "again").read_bytes() == FILE


@pytest.mark.usefixtures("acme")
def test_its_wrong_rows_are_refused_with_line_and_column() -> None:
    with formats.read(FILE + b"1|2026-01-01|2026-02-01|3\nx\n") as result:
        assert len(list(result.records)) == 2
    assert [(one.line, one.column) for one in result.report.refused] == [
        (4, "supply_point"),
        (5, None),
    ]


@pytest.mark.usefixtures("acme")
def test_the_command_line_knows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "releve.acme"
    path.write_bytes(FILE)
    assert main(["check", str(path)]) == 0
    assert "format\u00a0: acme" in capsys.readouterr().out
