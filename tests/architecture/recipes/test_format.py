"""The recipe "Add a format", followed: the hourly file of a gauge is recognised, read and held."""

from pathlib import Path

from tests.architecture.recipes.scratch import Scratch

FORMAT = '''"""Hourly energy of a gauge, as `point;debut;kwh`, times in UTC."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._points import (
    Head,
    Number,
    Points,
    build_stamped_curves,
    parse_exact_number,
)
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.formats.text import detect_encoding, read_csv_rows
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

_HEAD = ["jauge", "debut_utc", "kwh"]
_START = "the start of an hour as 2026-11-01T14:00Z"


def sniff(sample: Sample) -> float:
    """1.0 for the three columns of a gauge."""
    return float(sample.lines(1) == [";".join(_HEAD)])


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MeterCurve], Report]:
    """A curve a gauge. BadInput: another header."""
    report = Report()
    return _read_gauges(source, profile, report), report


def _read_gauges(source: BinaryIO, profile: Profile, report: Report) -> Iterator[MeterCurve]:
    rows = read_csv_rows(source, detect_encoding(source, report), separator=";", report=report)
    _, head = next(rows, (1, []))
    if head != _HEAD:
        raise BadInput("line 1", ";".join(head), "the header of a gauge: jauge;debut_utc;kwh")
    gauges: dict[str, Points] = {}
    for line, cells in rows:
        try:
            gauge, stamp, energy = _parse_row(cells)
        except BadInput as fault:
            report.refuse(line, fault)
            continue
        gauges.setdefault(gauge, Points()).add(stamp, energy, "measured", line)
    for gauge, points in gauges.items():
        head_of = Head(
            supply_point=f"other:{gauge}",
            quantity="active_energy",
            unit="kWh",
            form="interval_energy",
            provenance=profile.provenance or "partner",
        )
        yield from build_stamped_curves(head_of, points, side="start", steps=3600, report=report)


def _parse_row(cells: list[str]) -> tuple[str, int, Number]:
    if len(cells) != len(_HEAD):
        raise BadInput("row", f"{len(cells)} cells", "three cells")
    gauge, start, energy = cells
    if not (gauge.isascii() and gauge.isalnum() and len(gauge) <= 33):
        raise BadInput("/jauge", gauge, "the number of a gauge")
    if not start.endswith("Z"):
        raise BadInput("/debut_utc", start, _START)
    try:
        stamp = int(datetime.fromisoformat(start).timestamp())
    except (ValueError, OverflowError) as error:
        raise BadInput("/debut_utc", start, _START) from error
    return gauge, stamp, parse_exact_number(energy, "/kwh", "an energy in kWh") if energy else None


FORMAT = Format(name="gauge-csv", title="Hours of a gauge (CSV)", sniff=sniff, read=read)
'''
CASES = '''"""The format of gauges, as the conformance suite asks for it."""

from datetime import UTC, date, timedelta

from synergie.calendar import day_bounds, load_time_zone
from tests.formats.cases import Case


def day(one: date) -> bytes:
    """The hours of a civil day of Paris."""
    low, high = (end.astimezone(UTC) for end in day_bounds(one, load_time_zone("Europe/Paris")))
    hours = int((high - low).total_seconds()) // 3600
    rows = [f"99001;{low + timedelta(hours=n):%Y-%m-%dT%H:%M}Z;{n}" for n in range(hours)]
    return "\\n".join(["jauge;debut_utc;kwh", *rows, ""]).encode()


DATA = day(date(2026, 6, 10))
CASES = [
    Case(
        format="gauge-csv",
        name="jauge.csv",
        data=DATA,
        records=1,
        bad=DATA.replace(b";7\\n", b";sept\\n"),
        day=day,
        day_steps=24,
    )
]
'''
IMPORT = "from synergie.formats.gauges import hours as gauge_hours\n"
PARITY = "tests/docs/test_parity.py"
REGISTRY = "src/synergie/formats/registry.py"
CONFORMANCE = "tests/formats/test_conformance.py"
FRENCH = {
    "Hours of a gauge (CSV)": "Heures d'une jauge (CSV)",
    "an energy in kWh": "une énergie en kWh",
    "the header of a gauge: jauge;debut_utc;kwh": "l'en-tête d'une jauge : jauge;debut_utc;kwh",
    "the number of a gauge": "le numéro d'une jauge",
    "the start of an hour as 2026-11-01T14:00Z": "le début d'une heure, comme 2026-11-01T14:00Z",
    "three cells": "trois cellules",
}
PAGE = "# Gauges\n\n`gauge-csv`: `jauge;debut_utc;kwh`, hours of UTC, kWh.\n"


def test_a_format_of_the_recipe_is_read_and_held_by_its_case(
    scratch: Scratch, tmp_path: Path
) -> None:
    file = tmp_path / "jauge.csv"
    rows = "".join(f"99001;2026-11-01T{hour:02}:00Z;{hour}\n" for hour in range(24))
    file.write_text(f"jauge;debut_utc;kwh\n{rows}99001;hier;7\n", encoding="utf-8")
    scratch.write("src/synergie/formats/gauges/__init__.py", '"""Gauges."""\n')
    scratch.write("src/synergie/formats/gauges/hours.py", FORMAT)
    scratch.insert(REGISTRY, after="import adict\n", text=IMPORT)
    scratch.insert(REGISTRY, after="adict.FORMAT,", text="\n    gauge_hours.FORMAT,")
    bare = scratch.test(CONFORMANCE, only="gauge-csv", status=1)
    assert "no Case for gauge-csv in tests/formats/*/cases.py" in bare
    scratch.write("tests/formats/gauges/__init__.py", "")
    scratch.write("tests/formats/gauges/cases.py", CASES)
    assert " passed" in scratch.test(CONFORMANCE, only="gauge-csv")
    scratch.translate(FRENCH)
    assert "gauge-csv" in scratch.test(PARITY, only="format", status=1)  # no page yet
    scratch.write("docs/formats/gauges.md", PAGE)
    scratch.test(PARITY, only="format")
    scratch.test("tests/architecture/test_cells.py")
    assert "Heures d'une jauge (CSV)" in scratch.command("formats")
    told = scratch.command("check", str(file), status=1)
    assert "gauge-csv" in told
    assert "le début d'une heure, comme 2026-11-01T14:00Z" in told
