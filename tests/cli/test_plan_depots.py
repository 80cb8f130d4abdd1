"""`synergie plan depots` and `synergie plan strategy`: what they print is what is solved."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.maintenance.plan import depots
from synergie.maintenance.plan.strategy import frontier, solve
from tests.plan.depots_cases import drawn
from tests.plan.strategy_cases import group, problem


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command of plans on a problem; its code, output and errors."""

    def run(name: str, found: Any, *words: str) -> tuple[int, str, str]:
        path = tmp_path / "probleme.json"
        text = found if isinstance(found, str) else found.model_dump_json()
        path.write_text(text, encoding="utf-8")
        code = main(["--locale", "fr", "plan", name, str(path), *words])
        told = capsys.readouterr()
        return code, plain(told.out), plain(told.err)

    return run


def plain(text: str) -> str:
    """*text* with spaces that break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def euros(amount: Any) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def test_the_depots_of_a_file_are_those_that_are_solved(run: Any) -> None:
    given = drawn(3)
    plan = depots.solve(given)
    code, out, _err = run("depots", given)
    assert code == 0
    assert f"{euros(plan.objective_eur)} € par an" in out
    for site in plan.sites:
        assert site.site in out
    assert all(name in out for name in plan.closed)
    code, out, _err = run("depots", given, "--json")
    told = json.loads(out)
    assert (code, told["objective_eur"]) == (0, str(plan.objective_eur))
    assert [one["site"] for one in told["sites"]] == [one.site for one in plan.sites]


def test_depots_that_cannot_serve_are_said(run: Any) -> None:
    given = drawn(3)
    sites = tuple(site.model_copy(update={"capacity": Decimal(1)}) for site in given.sites)
    code, out, err = run("depots", given.model_copy(update={"sites": sites}))
    assert (code, out) == (7, "") and err


def test_a_bad_file_of_depots_is_refused_with_its_place(run: Any) -> None:
    text = drawn(3).model_dump_json().replace('"fixed_eur":"', '"fixed_eur":"-', 1)
    code, out, err = run("depots", text)
    assert (code, out) == (1, "")
    assert "/sites/0/fixed_eur" in err
    code, out, err = run("depots", '{"sites": [}')
    assert (code, out) == (1, "") and "JSON" in err


def test_the_policy_of_a_file_is_the_one_that_is_solved(run: Any) -> None:
    given = problem(group("a"), group("b", cabinets=40))
    plan, line = solve(given), frontier(given, "out", points=3)
    code, out, _err = run("strategy", given, "--frontier", "out", "--points", "3")
    assert code == 0
    assert f"{euros(plan.objective_eur)} €" in out and "par an" not in out.splitlines()[0]
    assert all(f"{euros(point.cost_eur)} €" in out for point in line.points)
    code, out, _err = run("strategy", given, "--json")
    assert json.loads(out)["criteria"] == json.loads(plan.model_dump_json())["criteria"]
    code, out, _err = run("strategy", given, "--frontier", "out", "--points", "3", "--json")
    assert len(json.loads(out)["frontier"]["points"]) == len(line.points)


def test_a_criterion_that_is_none_is_refused(run: Any) -> None:
    code, out, err = run("strategy", problem(), "--frontier", "beauty")
    assert (code, out) == (2, "") and "beauty" in err
