"""`synergie plan share`: alone, together, the difference; from a purchase, a game, a table."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from synergie.cli import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TABLE = """Coût ;Coalition
100,00;a
80;b
60 €;c
1 50,0;a+b
130;c + a
110;b+c
180;a+b+c
"""


def _saved(tmp_path: Path, text: str, coding: str = "utf-8") -> str:
    path = tmp_path / "coalitions.csv"
    path.write_bytes(text.encode(coding))
    return str(path)


def test_the_example_is_shared_to_the_cent(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "share", str(EXAMPLES / "achat-groupe.json"), "--json"]) == 0
    study = json.loads(capsys.readouterr().out)
    assert {one["method"] for one in study["sharings"]} == {
        "proportional_mwh", "proportional_points", "proportional_alone", "scrb", "equal_profit",
        "shapley", "nucleolus",
    }  # fmt: skip
    for one in study["sharings"]:
        paid = sum(Decimal(share["share_eur"]) for share in one["shares"])
        assert paid == Decimal(study["total_eur"])


def test_the_words_come_alone_together_difference_then_the_method(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = ["plan", "share", str(EXAMPLES / "achat-groupe.json"), "--method", "nucleolus"]
    assert main([*line[:2], "--help"]) == 0
    assert main(["--locale", "en", *line]) == 0
    said = capsys.readouterr().out
    head = said.index("alone")
    assert head < said.index("together", head) < said.index("difference", head)
    assert said.index("difference") < said.index("Method: nucleolus")


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_of_a_french_spreadsheet_is_read(
    coding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "share", _saved(tmp_path, TABLE, coding), "--json"]) == 0
    study = json.loads(capsys.readouterr().out)
    assert (study["total_eur"], study["alone_eur"]) == ("180.00", "240.00")
    assert [one["method"] for one in study["not_shared"]] == [
        "proportional_mwh", "proportional_points",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("110;b+c\n", ""), "b, c"),
        (("110;b+c", "cent;b+c"), "coalitions.csv ligne 7, colonne cout_eur"),
        (("110;b+c", "110;b++c"), "coalitions.csv ligne 7, colonne membres"),
        (("110;b+c", "110;a+b"), "a, b"),
        (("Coût ", "prix"), "coalitions.csv ligne 1"),
        (("180;a+b+c", ";a+b+c"), "a, b, c"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(
    change: tuple[str, str], place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "share", _saved(tmp_path, TABLE.replace(*change))]) == 1
    assert place in capsys.readouterr().err


def test_a_game_is_read_and_its_empty_core_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    costs = {"A": 1, "B": 1, "C": 1, "AB": 1, "AC": 1, "BC": 1, "ABC": 2}
    path = tmp_path / "jeu.json"
    game = {
        "members": ["A", "B", "C"],
        "costs": [{"members": list(names), "eur": str(eur)} for names, eur in costs.items()],
    }
    path.write_text(json.dumps(game), encoding="utf-8")
    assert main(["--locale", "en", "plan", "share", str(path), "--method", "nucleolus"]) == 0
    said = capsys.readouterr().out
    assert "some members would pay less by themselves, by 0.34 € or more" in said
    assert "Would rather leave: A, B: pay 1.33 €, by themselves 1.00 €, 0.33 € less" in said


@pytest.mark.parametrize("text", ["", "\n", "membres;cout_eur\n", "{", "[]", '{"costs": 3}', "\0"])
def test_a_file_that_is_no_game_is_refused_in_one_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "share", _saved(tmp_path, text)]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1
