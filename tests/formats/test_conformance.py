"""One suite over every registered format: what a user may count on, whatever the file.

A format shows itself by a `Case` in the `cases.py` of its family; one that has none fails here.
"""

import io
import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from random import Random
from typing import ClassVar, Self

import pytest

from synergie import formats
from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import SynergieError
from synergie.formats import registry
from synergie.formats.check import check
from synergie.schemas.readings.quality import QualityRun
from synergie.units import STEP_SECONDS
from tests.formats.cases import Case
from tests.formats.damage import damaged

FAMILIES = sorted(path.parent.name for path in Path(__file__).parent.glob("*/cases.py"))
CASES: dict[str, Case] = {
    case.format: case
    for family in FAMILIES
    for case in import_module(f"tests.formats.{family}.cases").CASES
}
NAMES = sorted(one.name for one in registry.list_registered_formats())
SUMMER, MARCH, OCTOBER = date(2026, 6, 10), date(2026, 3, 29), date(2026, 10, 25)
PARTS = {"sniff", "refuse", "write", "clock", "idempotent", "fuzz"}
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TRIES = 60


def case_of(name: str, part: str) -> Case:
    """The case of a format; skips a part that has no meaning for it, with the reason."""
    case = CASES.get(name)
    assert case is not None, f"no Case for {name} in tests/formats/*/cases.py"
    if part in case.skips:
        pytest.skip(f"{name}: {case.skips[part]}")
    return case


def read(case: Case, data: bytes) -> tuple[list[formats.Record], formats.Report]:
    """All records of *data* in the format of the case."""
    with formats.read(data, format=case.format, name=case.name, profile=case.profile) as result:
        return list(result.records), result.report


def test_every_case_is_of_a_registered_format_and_its_skips_have_reasons() -> None:
    assert set(CASES) <= set(NAMES)
    for case in CASES.values():
        assert set(case.skips) <= PARTS
        assert all(len(reason) > 15 for reason in case.skips.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_right_file_is_recognised_and_read_whole(name: str) -> None:
    case = case_of(name, "read")
    records, report = read(case, case.data)
    assert len(records) == case.records
    assert report.refusals == 0
    if "sniff" in case.skips:
        return
    with formats.read(case.data, name=case.name, profile=case.profile) as result:
        assert result.format == name
        assert list(result.records) == records
    with formats.read(case.data, profile=case.profile) as nameless:
        assert nameless.format == name


@pytest.mark.parametrize("name", NAMES)
def test_reading_twice_gives_the_same_and_leaves_the_file_as_it_was(name: str) -> None:
    case = case_of(name, "read")
    source = io.BytesIO(case.data)
    first, second = read(case, case.data), read(case, source.getvalue())
    assert first[0] == second[0]
    assert first[1].kept == second[1].kept
    assert source.getvalue() == case.data


@pytest.mark.parametrize("name", NAMES)
def test_one_wrong_row_costs_only_itself(name: str) -> None:
    case = case_of(name, "refuse")
    assert case.bad is not None, "a file with one wrong row, or a reason in `skips`"
    _, right = read(case, case.data)
    _, report = read(case, case.bad)
    assert report.refusals == 1
    (refused,) = report.refused
    assert refused.fault.where
    assert refused.fault.expected
    assert refused.fault.check == case.bad_code
    assert report.kept > 0
    rows = right.kept + right.duplicates
    assert rows - 1 <= report.kept + report.duplicates + report.refusals <= rows + 1


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_back_the_same(name: str) -> None:
    case = case_of(name, "write")
    form = registry.get_format(name)
    if form.write is None:
        assert "write" not in case.skips
        pytest.skip(f"{name} is read only")
    records, _ = read(case, case.data)
    sinks = io.BytesIO(), io.BytesIO()
    for sink in sinks:
        formats.write(records, sink, format=name, profile=case.profile)
    assert sinks[0].getvalue() == sinks[1].getvalue(), "the same records give the same bytes"
    again, report = read(case, sinks[0].getvalue())
    assert report.refusals == 0
    assert again == records


@pytest.mark.parametrize("day", [SUMMER, MARCH, OCTOBER], ids=["summer", "march", "october"])
@pytest.mark.parametrize("name", NAMES)
def test_a_day_is_full_when_clocks_change_too(name: str, day: date) -> None:
    case = case_of(name, "clock")
    assert case.day is not None, "a file of one civil day, or a reason in `skips`"
    low, high = day_bounds(day, load_time_zone("Europe/Paris"))
    steps = int((high - low).total_seconds()) * case.day_steps // 86_400
    report = check(case.day(day), format=name, name=case.name, profile=case.profile)
    assert not report.refused
    series = report.series[0]
    assert (series.readings, series.missing, series.civil_days_off) == (steps, 0, 0)
    assert (series.first, series.last) == (low, high)


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_gets_an_answer_and_never_a_crash(name: str) -> None:
    case = case_of(name, "fuzz")
    draw = Random(name)  # noqa: S311 (the same damage at each run)
    said: list[str] = []
    for _ in range(TRIES):
        data = damaged(case.data, draw)
        try:
            records, report = read(case, data)
        except SynergieError as fault:
            said.append(str(fault))
            continue
        assert report.refusals >= len(report.refused)
        for record in records:
            sound(record)
    assert all(len(sentence) < 1000 for sentence in said)


@pytest.mark.parametrize("name", NAMES)
def test_no_reader_reaches_the_network_or_starts_a_program(name: str) -> None:
    case = case_of(name, "read")
    read(case, case.data)  # what is imported is imported
    document = b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">'
    at = max(0, case.data.find(b"<", case.data.find(b"?>") + 1))
    with Watch() as watch:
        read(case, case.data)
        with suppress(SynergieError):
            read(case, case.data[:at] + document + case.data[at:])
    assert watch.seen == []


class Watch:
    """What the interpreter was asked to do outside itself, while it is open."""

    FORBIDDEN = ("socket.", "urllib.", "http.", "ftplib.", "subprocess.", "os.system", "os.exec")
    _open: ClassVar["Watch | None"] = None
    _hooked = False

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __enter__(self) -> Self:
        if not Watch._hooked:
            sys.addaudithook(Watch._hear)  # a hook cannot be taken away: there is one
            Watch._hooked = True
        Watch._open = self
        return self

    def __exit__(self, *_: object) -> None:
        Watch._open = None

    @staticmethod
    def _hear(event: str, _: object) -> None:
        if Watch._open is not None and event.startswith(Watch.FORBIDDEN):
            Watch._open.seen.append(event)


def sound(record: formats.Record) -> None:
    """What no reader may ever give: a curve whose parts contradict each other."""
    type(record).model_validate(record.model_dump())
    values = getattr(record, "values", None)
    quality: tuple[QualityRun, ...] | None = getattr(record, "quality", None)
    if isinstance(values, list) and isinstance(quality, tuple):
        assert sum(run.n for run in quality) == len(values)
    step = getattr(record, "step", None)
    start = getattr(record, "start", None)
    if step in STEP_SECONDS and isinstance(start, datetime) and isinstance(values, list):
        assert start.timestamp() % STEP_SECONDS[step] == 0
