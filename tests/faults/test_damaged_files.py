"""Ten thousand spoiled files, real ones and made ones: an answer each, never a crash.

Real files are spoiled where they lie beside the project; nothing of them is kept.
"""

import resource
import time
from pathlib import Path
from random import Random

import pytest

from synergie import formats
from synergie.errors import SynergieError
from synergie.formats.check import check
from synergie.schemas.readings.profile import Profile
from tests.depth import times
from tests.formats.damage import bomb, damaged
from tests.formats.test_conformance import CASES, sound

pytestmark = pytest.mark.faults

MADE = times(150, deep=300)
"""Variants of each made file."""
REAL = times(75, deep=150)
"""Variants of each real file."""
SLOWEST_S = 20
MOST_KB = 600 * 1024
LARGEST = 60_000
"""A larger real file is cut: what matters is in its head."""

FOLDERS = (
    "enedis-sge", "enedis-flux", "enedis-dataconnect", "green-button", "cim-vhd", "datadis-es",
    "lighting-montpellier", "lighting-champaign", "lighting-consumption-bethune", "talq",
    "smart-data-models", "load-weather-fr", "market-prices", "meters-uk", "household-1min-sceaux",
)  # fmt: skip
SUFFIXES = {".xml", ".csv", ".json", ".zip", ".gz", ".parquet"}


def answer(data: bytes, *, name: str, format: str | None, profile: Profile | None) -> str:  # noqa: A002
    """`read` or `refused`; the processor time it took is bounded, and what is given is sound."""
    began, said = time.process_time(), ""
    try:
        report = check(data, format=format, name=name, profile=profile)
        with formats.read(data, format=report.format, name=name, profile=profile) as result:
            for record in result.records:
                sound(record)
        told = "read"
        assert result.report.refusals == 0 or report.refused
        assert result.report.kept == report.records
    except SynergieError as fault:
        said, told = fault.tell(str), "refused"
    assert len(said) < 1000
    assert time.process_time() - began < SLOWEST_S
    return told


@pytest.mark.parametrize("name", sorted(CASES))
def test_made_files_spoiled_get_an_answer(name: str) -> None:
    case, draw = CASES[name], Random(f"made {name}")  # noqa: S311 (the same damage at each run)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = [
        answer(damaged(case.data, draw), name=case.name, format=name, profile=case.profile)
        for _ in range(MADE)
    ]
    told += [
        answer(damaged(case.data, draw), name=case.name, format=None, profile=case.profile)
        for _ in range(MADE // 3)
    ]
    told.append(answer(bomb(case.data, draw), name=case.name, format=name, profile=None))
    assert "refused" in told
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < MOST_KB


@pytest.mark.parametrize("folder", FOLDERS)
def test_real_files_spoiled_get_an_answer(shared: Path, folder: str) -> None:
    files = sorted(
        path for path in (shared / "data" / folder).rglob("*") if path.suffix in SUFFIXES
    )
    assert files
    draw = Random(f"real {folder}")  # noqa: S311 (the same damage at each run)
    for path in files:
        data = path.read_bytes()
        if len(data) > LARGEST and path.suffix not in {".zip", ".gz"}:
            data = data[:LARGEST]
        for _ in range(REAL):
            answer(damaged(data, draw), name=path.name, format=None, profile=None)
