"""`synergie plan what-if-lighting`: each answer is the comparison of its case."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.errors import BadInput
from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.what_if import (
    answer_cases,
    apply_case,
    find_cheapest_scenario,
    list_costs,
)
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.records.what_if import LightingCase
from synergie.lighting.samples.study import study


@cache
def small() -> LightingStudy:
    """The sample with a few cabinets and three scenarios."""
    whole = study()
    kept = {one.id for one in whole.cabinets[:12]}
    lights = tuple(one for one in whole.lights if one.cabinet in kept)
    cabinets = tuple(one for one in whole.cabinets if one.id in kept)
    changes = {"lights": lights, "cabinets": cabinets, "scenarios": whole.scenarios[:3]}
    return whole.model_copy(update=changes)


def case(kind: str, value: str) -> LightingCase:
    return LightingCase.model_validate({"kind": kind, "value": Decimal(value)})


def test_each_answer_is_the_comparison_of_its_case() -> None:
    given = small()
    cases = [case("energy", "50"), case("works", "-20"), case("horizon", "5"), case("growth", "0")]
    before = list_costs(compare(given))
    found = answer_cases(given, cases)
    assert [one.case for one in found] == cases
    for one in found:
        assert one.costs == list_costs(compare(apply_case(given, one.case)))
        assert one.cheapest == find_cheapest_scenario(one.costs)
        assert one.changes == (one.cheapest != find_cheapest_scenario(before))
    assert all(one.cost_eur is not None for one in before)
    dearer = zip(found[0].costs, before, strict=True)
    assert all((a.cost_eur or 0) > (b.cost_eur or 0) for a, b in dearer)
    assert found[3].costs == before  # it does not grow in the study either
    assert found[1].costs[0] == before[0]  # nothing is done in the first


@pytest.mark.parametrize(
    ("kind", "value"), [("growth", "51"), ("discount", "-6"), ("horizon", "0"), ("horizon", "2.5")]
)
def test_a_value_that_no_study_takes_is_refused(kind: str, value: str) -> None:
    with pytest.raises(BadInput):
        answer_cases(small(), [case(kind, value)])


def test_the_command_tells_the_cases_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "etude.json"
    path.write_text(small().model_dump_json(), encoding="utf-8")
    words = ["plan", "what-if-lighting", str(path), "--energy", "50", "--horizon", "5"]
    assert main([*words, "--json"]) == 0
    told: Any = json.loads(capsys.readouterr().out)
    assert [one["case"]["kind"] for one in told["cases"]] == ["energy", "horizon"]
    assert main(["--locale", "fr", *words]) == 0
    out = capsys.readouterr().out
    assert "l'énergie coûte 50 % de plus" in out.replace("\u00a0", " ").replace("\u202f", " ")
    for bad in (("--energy", "NaN"), ("--energy", "-101"), ("--horizon", "inf")):
        assert main([*words, *bad]) == 2
    assert main([*words, "--discount", "90"]) == 1
