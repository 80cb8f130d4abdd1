"""The nucleolus with a proof that others check, held against every programme in full."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.plan.certificate import nucleolus_checker as checker
from synergie.plan.certificate.kind import run_checker
from synergie.plan.sharing.certificate import certify_nucleolus
from synergie.plan.sharing.game import Game, of_array
from synergie.plan.sharing.ground import Listed
from synergie.plan.sharing.nucleolus import NoPoint
from tests.plan import games as cases


def write(game: Game, path: Path) -> dict[str, Any]:
    """The certificate of *game*, as its file tells it."""
    certify_nucleolus(Listed(game)).write(path)
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return told


@given(cases.games())
def test_any_game_has_a_certificate_and_its_shares_are_those_of_all_programmes(
    tmp_path_factory: pytest.TempPathFactory, game: Game
) -> None:
    told = write(game, tmp_path_factory.getbasetemp() / "nucleole.json")
    checker.check(told)
    exact = [float(checker.read_number(share)) for share in told["shares"]]
    assert np.allclose(exact, cases.full_nucleolus(game), atol=1e-3)


@given(cases.games(5), st.data())
def test_other_shares_are_never_proved(
    tmp_path_factory: pytest.TempPathFactory, game: Game, data: Any
) -> None:
    """Two members change a part of a cent: no weights balance what is then least satisfied."""
    told = write(game, tmp_path_factory.getbasetemp() / "nucleole.json")
    moved = data.draw(st.sampled_from(["1/1000", "-3", "50"]))
    for i, sign in ((0, 1), (1, -1)):
        share = checker.read_number(told["shares"][i])
        told["shares"][i] = str(share + sign * checker.read_number(moved))
    with pytest.raises(checker.NotProvedError):
        checker.check(told)


def drop_stage(told: dict[str, Any]) -> None:
    told["stages"].pop()


def drop_coalition(told: dict[str, Any]) -> None:
    told["stages"][0]["coalitions"].pop()


def turn_weight(told: dict[str, Any]) -> None:
    told["stages"][0]["coalitions"][0][1] = "-1/2"


def lower_cost(told: dict[str, Any]) -> None:
    """A coalition that costs less by itself is less satisfied, and nothing says so."""
    told["costs"][3] = str(checker.read_number(told["costs"][3]) - 10**6)


def change_order(told: dict[str, Any]) -> None:
    told["stages"].reverse()


@pytest.mark.parametrize(
    "spoil", [drop_stage, drop_coalition, turn_weight, lower_cost, change_order]
)
def test_a_certificate_that_was_changed_proves_nothing(spoil: Any, tmp_path: Path) -> None:
    path = tmp_path / "nucleole.json"
    told = write(cases.buying(6, 1), path)
    assert len(told["stages"]) > 1
    assert run_checker(path, checker.__file__) == (
        True, f"proved: the nucleolus of 6 players, {len(told['stages'])} stages"
    )  # fmt: skip
    spoil(told)
    path.write_text(json.dumps(told), "utf-8")
    held, said = run_checker(path, checker.__file__)
    assert not held and said.startswith("not proved: ")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"players": ["a"], "costs": ["0"]}'])
def test_what_is_no_certificate_is_said(text: str, tmp_path: Path) -> None:
    path = tmp_path / "nucleole.json"
    path.write_text(text, "utf-8")
    assert checker.main(str(path)) == 2


def test_coalitions_that_cannot_buy_by_themselves_are_left_out(tmp_path: Path) -> None:
    game = of_array("abc", [0, 10, 12, np.inf, 14, np.inf, np.inf, 20])
    told = write(game, tmp_path / "nucleole.json")
    assert checker.check(told) == 1
    assert told["costs"][3] is None


def test_without_a_point_there_is_no_certificate() -> None:
    game = of_array("abc", [0, 10, np.inf, np.inf, np.inf, np.inf, np.inf, 20])
    with pytest.raises(NoPoint):
        certify_nucleolus(Listed(game))


def test_the_published_games_are_proved(shared: Path, tmp_path: Path) -> None:
    for facts in cases.known(shared).values():
        game, sign = cases.published(facts)
        told = write(game, tmp_path / "nucleole.json")
        assert checker.check(told)
        if "nucleolus" in facts:
            exact = [sign * float(checker.read_number(one)) / 100 for one in told["shares"]]
            assert np.allclose(exact, facts["nucleolus"], rtol=0, atol=1e-6)


def test_the_checker_imports_nothing_of_ours_and_no_solver() -> None:
    lines = Path(checker.__file__).read_text("utf-8").splitlines()
    named = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert named == {"json", "sys", "collections.abc", "fractions", "math", "pathlib", "typing"}
