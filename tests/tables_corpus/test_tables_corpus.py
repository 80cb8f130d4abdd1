"""Tables of known truth through our door: no class gets worse, and the judge can tell."""

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synergie.cli._app import app
from tests.tables_corpus.figures import faults, judge_all, recorded, worse
from tests.tables_corpus.judge import Judged, judged
from tests.tables_corpus.made import corpus
from tests.tables_corpus.truth import Case, Period, Truth


@cache
def every_case() -> Sequence[Case]:
    """The corpus, made once."""
    return corpus()


@pytest.fixture(scope="module")
def found() -> Sequence[Judged]:
    """The whole corpus, judged once."""
    return judge_all(every_case())


def ordinary() -> Case:
    """One file of bills that is read without a question."""
    return next(case for case in every_case() if case.kind == "a row a bill")


def test_no_class_of_tables_is_read_worse_than_recorded(found: Sequence[Judged]) -> None:
    assert worse(faults(found), recorded()) == []


def test_no_figure_is_wrong_or_dropped_in_silence(found: Sequence[Judged]) -> None:
    bad = [one for one in found if one.verdict in {"silent", "crash", "lost", "untold", "weak"}]
    assert [(one.verdict, one.case.kind, one.case.file, one.why) for one in bad] == []


def test_ordinary_files_need_no_question_and_most_traps_at_most_one(
    found: Sequence[Judged],
) -> None:
    ordinary = [one for one in found if one.case.group == "ordinary"]
    traps = [one for one in found if one.case.group == "trap"]
    assert sum(one.good and not one.asked for one in ordinary) >= 0.95 * len(ordinary)
    assert sum(one.good and len(one.asked) <= 1 for one in ordinary) >= 0.98 * len(ordinary)
    assert sum(one.good and len(one.asked) <= 1 for one in traps) >= 0.75 * len(traps)


def test_the_corpus_is_large_and_of_all_kinds(found: Sequence[Judged]) -> None:
    assert len({one.case.data for one in found}) == len(found) >= 300
    ordinary = sum(one.case.group == "ordinary" for one in found)
    books = sum(one.case.workbook for one in found)
    assert 3 * ordinary >= len(found)
    assert 5 * books >= len(found)
    tripped = {one.case.rule for one in found if one.case.told not in {None, "quiet"}}
    assert len(tripped) >= 20


def test_the_corpus_is_the_same_at_each_run() -> None:
    assert [case.data for case in corpus()[:20]] == [case.data for case in every_case()[:20]]


def test_a_figure_that_is_another_is_seen(tmp_path: Path) -> None:
    case = ordinary()
    key = next(iter(case.truth.energy))
    other = Truth(energy={**case.truth.energy, key: case.truth.energy[key] * 1000})
    assert judged(case, tmp_path).verdict == "right"
    assert judged(replace(case, truth=other), tmp_path).verdict == "silent"


def test_another_fuel_and_another_mass_are_seen(tmp_path: Path) -> None:
    case = ordinary()
    gas = replace(case, truth=replace(case.truth, gas=True))
    assert judged(gas, tmp_path).verdict == "silent"
    some = next(one for one in every_case() if any("CO2 (kg)" in map(str, row)
                for sheet in one.sheets for row in sheet.rows))  # fmt: skip
    assert judged(some, tmp_path).verdict == "right"
    none = replace(some, truth=replace(some.truth, emissions={}))
    assert judged(none, tmp_path).verdict == "silent"


def test_a_figure_that_is_dropped_is_seen(tmp_path: Path) -> None:
    case = ordinary()
    point, way, start, end = next(iter(case.truth.energy))
    more = {
        **case.truth.energy,
        (point, way, end.replace(year=2030), end.replace(year=2031)): Decimal(7),
    }
    lacking = replace(case, truth=replace_energy(case.truth, more))
    assert judged(lacking, tmp_path).verdict == "lost"
    assert start < end


def replace_energy(told: Truth, energy: dict[Period, Decimal]) -> Truth:
    """*told* with other energies."""
    return replace(told, energy=energy)


def test_what_nobody_can_know_must_stop(tmp_path: Path) -> None:
    assert judged(replace(ordinary(), truth=Truth(), stops=True), tmp_path).verdict == "silent"


def test_a_class_that_gets_graver_is_worse() -> None:
    before = {"trap: x": {"refused": 3, "silent": 1}}
    assert worse({"trap: x": {"refused": 3, "silent": 1}}, before) == []
    assert worse({"trap: x": {"refused": 2, "silent": 1}}, before) == []
    assert worse({"trap: x": {"refused": 1, "silent": 2}}, before)
    assert worse({"trap: x": {"refused": 4, "silent": 1}}, before)
    assert worse({"trap: y": {"asks": 1}}, before)


@pytest.mark.parametrize(
    "kind", ["a row a bill", "a column a month", "a curve", "gas", "price beside"]
)
def test_the_command_says_what_the_judge_saw(kind: str, tmp_path: Path) -> None:
    case = next(one for one in every_case() if one.kind == kind)
    seen = judged(case, tmp_path)
    done = CliRunner().invoke(app, ["check", str(tmp_path / case.file), "--json"])
    if seen.asked:
        assert done.exit_code != 0
        return
    told = json.loads(done.stdout)
    energy = sum(one["energy_kwh"] or 0 for one in told["series"] if one["id"].count("/") != 1)
    true = sum([*case.truth.energy.values(), *case.truth.steps.values()], Decimal())
    assert (done.exit_code == 0) == (seen.verdict != "refused")
    assert (abs(energy - float(true)) < 0.01) == (seen.verdict == "right")
