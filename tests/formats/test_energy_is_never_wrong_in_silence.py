"""A file that lost or repeats rows never gives another energy without saying so."""

from random import Random

import pytest

from synergie.errors import SynergieError
from synergie.formats.check import check
from synergie.schemas.readings.file_report import FileReport
from tests.formats.cases import Case
from tests.formats.damage import lines, truncated
from tests.formats.test_conformance import CASES, SUMMER

TRIES = 150
NAMES = sorted(name for name, case in CASES.items() if case.day is not None)


def report_of(case: Case, data: bytes) -> FileReport:
    """What the file holds."""
    return check(data, format=case.format, name=case.name, profile=case.profile)


def energy_of(report: FileReport) -> float | None:
    """The energy of the first series, kWh."""
    return report.series[0].energy_kwh if report.series else None


def tells(report: FileReport, whole: FileReport) -> bool:
    """Whether the report shows that something is not as it should be, or not there."""
    series = report.series[0] if report.series else None
    return (
        bool(report.refused)
        or bool(report.findings)
        or series is None
        or series.readings != whole.series[0].readings
        or bool(series.missing)
        or bool(series.civil_days_off)
        or len(report.series) != len(whole.series)
        or series.id != whole.series[0].id
        or series.unit != whole.series[0].unit
    )


@pytest.mark.parametrize("spoil", [truncated, lines], ids=["cut", "rows"])
@pytest.mark.parametrize("name", NAMES)
def test_another_energy_is_always_told(name: str, spoil: object) -> None:
    case = CASES[name]
    assert case.day is not None
    data = case.day(SUMMER)
    whole = report_of(case, data)
    if energy_of(whole) is None:
        pytest.skip(f"{name} tells no energy")
    damage = truncated if spoil is truncated else lines
    draw = Random(f"{name} {damage.__name__}")  # noqa: S311 (the same damage at each run)
    seen = 0
    for _ in range(TRIES):
        spoiled = damage(data, draw)
        try:
            report = report_of(case, spoiled)
        except SynergieError:
            seen += 1
            continue
        if energy_of(report) != energy_of(whole):
            seen += 1
            assert tells(report, whole), spoiled[:2000]
    assert seen > 0
