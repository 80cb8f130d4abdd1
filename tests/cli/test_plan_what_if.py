"""`synergie plan what-if`: questions to a purchase, in words and as JSON."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.purchase.records.purchase import PurchaseProblem
from tests.plan.test_purchase import offer, small, tier


def _file(tmp_path: Path, problem: PurchaseProblem) -> str:
    path = tmp_path / "besoins.json"
    path.write_text(problem.model_dump_json(), encoding="utf-8")
    return str(path)


def _sound() -> PurchaseProblem:
    """Two offers whose tiers follow each other, and a limit that binds nobody."""
    return small(
        offers=(
            offer("one", tier("0", "100")),
            offer("two", tier("0", "120", "99.999999"), tier("100", "90"), fixed="500"),
        )
    )


def _impossible() -> PurchaseProblem:
    return small(offers=(offer("far", tier("200", "80")),), may_leave=False)


def test_the_cliff_is_told_in_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path, _sound())
    line = ["--locale", "en", "plan", "what-if", path, "--leave", "c", "--volumes", "-10 %"]
    assert main([*line, "--floor", "5", "--floor", "12"]) == 0
    said = capsys.readouterr().out
    assert "The plan costs 10,400.00 €" in said
    assert "c: the others pay 490.91 € more in all; the tier falls in lot-1" in said
    assert "all volumes change by -10 %: 2,480.00 € more than the best plan then" in said
    assert "every member can gain at least 5 % at no extra cost" in said
    assert "not every member can gain 12 %: a cannot gain more than 10 %" in said


def test_everything_is_asked_when_nothing_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, _sound())
    assert main(["--locale", "en", "plan", "what-if", path]) == 0
    said = capsys.readouterr().out
    for title in ("If a member leaves:", "otherwise:", "What would change an award:"):
        assert title in said
    assert "two-lot-1 is taken no more once its prices rise by" in said


def test_the_answers_are_one_document_whoever_computes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, _sound())
    documents = []
    for more in ([], ["--processes", "2"]):
        line = ["plan", "what-if", path, "--leave", "all", "--prices", "5", "--json", *more]
        assert main(line) == 0
        found = json.loads(capsys.readouterr().out)
        del found["plan"]["run"]["seconds"]
        documents.append(found)
    assert documents[0] == documents[1]
    assert [one["member"] for one in documents[0]["departures"]] == ["a", "b", "c"]
    assert [one["case"]["supplier"] for one in documents[0]["cases"]] == [None, "one", "two"]


def test_ways_out_are_told_and_it_ends_with_7(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, _impossible())
    assert main(["--locale", "en", "plan", "what-if", path]) == 7
    said = capsys.readouterr().out
    assert "these cannot hold together" in said
    assert "  1. 90 MWh more in lot-1, or the tier 1 of far-lot-1 from 110 MWh on" in said
    assert "the plan then costs 8,800.00 €" in said


def test_a_person_reads_french_with_french_amounts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, _sound())
    line = ["plan", "what-if", path, "--leave", "c", "--volumes", "-10", "--floor", "5,5"]
    assert main(line) == 0
    said = _bare(capsys.readouterr().out)
    assert "Le plan coûte 10 400,00 €" in said
    assert "c : les autres paient 490,91 € de plus en tout" in said
    assert "tous les volumes varient de -10 % : 2 480,00 € de plus que le meilleur plan" in said
    assert "tous les membres ne peuvent pas gagner 5,50 % à la fois" in said
    assert "EUR" not in said


def test_what_is_impossible_is_told_in_french_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, _impossible())
    assert main(["plan", "purchase", path]) == 7
    said = _bare(capsys.readouterr().err)
    assert "far-lot-1, tranche 1 : au moins 200 MWh; 90 MWh de plus pour far-lot-1" in said
    assert main(["plan", "what-if", path]) == 7
    ways = _bare(capsys.readouterr().out)
    assert "1. 90 MWh de plus dans lot-1, ou la tranche 1 de far-lot-1 dès 110 MWh" in ways
    assert "le plan coûte alors 8 800,00 €" in ways


def _bare(text: str) -> str:
    """The text with plain spaces where French has spaces that do not break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("text", ["many", "NaN", "-101", "1e9", ""])
def test_what_is_no_percentage_is_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["--locale", "en", "plan", "what-if", _file(tmp_path, _sound()), f"--floor={text}"]
    assert main(line) == 2
    assert "a percentage" in capsys.readouterr().err


def test_percentages_are_read_as_people_write_them() -> None:
    from synergie.purchase.commands.plan_what_if import _parse_percentages

    told = ["-10", "2,5", "5 %", "−3", "7\u202f%"]
    assert _parse_percentages("--floor", told) == tuple(
        map(Decimal, ("-10", "2.5", "5", "-3", "7"))
    )


def test_who_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["plan", "what-if", _file(tmp_path, _sound()), "--leave", "z"]
    assert main(line) == 1
    assert "/member" in capsys.readouterr().err


def test_the_floor_of_a_first_tier_is_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, small(offers=(offer("one", tier("0", "100")),)))
    assert main(["--locale", "en", "plan", "what-if", path, "--leave", "c"]) == 0
    said = capsys.readouterr().out
    assert "the others pay" in said and "above the floor" not in said
