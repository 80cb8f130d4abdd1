"""What a French coordinator reads of a group purchase: figures, days, and what to do next."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.cli.phrase import describe_phrase
from synergie.energy.plan.tariff.tables import shipped
from synergie.errors import BadInput
from synergie.purchase.commands._out import file_names
from synergie.purchase.plan.award.check import faults
from synergie.purchase.records.purchase import PurchaseMember, PurchaseProblem
from synergie.schemas.plan import Phrase
from tests.cli import purchase_files

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "achat-groupe.json"


def example(**changes: object) -> PurchaseProblem:
    return PurchaseProblem.model_validate_json(
        json.dumps(json.loads(EXAMPLE.read_text("utf-8")) | changes)
    )


def words(problem: PurchaseProblem) -> str:
    """All faults, with the decimal sign of French and the rest in English."""
    french = {"{}.{}": "{},{}"}
    return "\n".join(one.tell(lambda text: french.get(text, text)) for one in faults(problem))


def test_volumes_and_days_are_written_as_the_french_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "besoins.json"
    delivery = {"starts": "2027-01-01", "ends": "2029-01-01"}
    path.write_text(example(delivery=delivery).model_dump_json(), encoding="utf-8")
    assert main(["plan", "purchase", str(path)]) == 0
    said = capsys.readouterr().out
    assert "31/12/2028" in said.splitlines()[0]
    assert "2029" not in said and "2027-01-01" not in said
    assert ".000000" not in said


def test_a_day_in_a_sentence_is_written_as_the_reader_does() -> None:
    assert describe_phrase(Phrase(text="{}", values=("2028-02-29",))) == "29/02/2028"
    assert describe_phrase(Phrase(text="{}", values=("offer-2028-02-29",))) == "offer-2028-02-29"


def test_a_decimal_in_a_fault_has_the_comma_and_a_usage_its_words() -> None:
    found = example().model_dump(mode="json")
    found["points"][0]["usage"] = "charging"
    found["points"][1]["energy"][0]["mwh"] = "900.5"
    said = words(PurchaseProblem.model_validate_json(json.dumps(found)))
    assert "316,224" in said and "316.224" not in said
    assert "charging) fits no lot" in said


def test_a_lot_without_a_valid_offer_is_named() -> None:
    found = example(award_at="2026-11-26T10:00:00+01:00").model_dump(mode="json")
    lot = found["lots"][0]["id"]
    for offer in found["offers"]:
        if offer["lot"] == lot:
            offer["valid_until"] = "2026-11-26T09:00:00+01:00"
    said = words(PurchaseProblem.model_validate_json(json.dumps(found)))
    assert f"the lot {lot} has none left" in said


def test_what_is_to_look_at_is_told_by_a_plan_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = purchase_files.bought()
    members = tuple(
        PurchaseMember(id=one, mandate="Délibération 2026-041")
        for one in sorted({point.member for point in problem.points})
    )
    first = problem.points[0]
    empty = first.model_copy(
        update={
            "energy": tuple(one.model_copy(update={"mwh": 0 * one.mwh}) for one in first.energy)
        }
    )
    points = (empty, *problem.points[1:])
    problem = problem.model_copy(update={"points": points, "members": members})
    perimeter, offers, group = purchase_files.written(tmp_path, problem)
    at = ["--at", problem.award_at.isoformat()] if problem.award_at else []
    made = ["plan", "purchase", str(perimeter), "--offers", str(offers), "--group", str(group)]
    assert main([*made, *at]) == 0
    (line,) = (one for one in capsys.readouterr().err.splitlines() if first.id in one)
    assert line.startswith("à regarder") and "perimetre.xlsx, ligne 2" in line


def test_a_perimeter_without_points_is_no_purchase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = purchase_files.bought()
    _, offers, group = purchase_files.written(tmp_path, problem)
    empty = purchase_files.write(tmp_path / "vide.csv", (), "perimeter")
    out = tmp_path / "achat"
    made = ["plan", "purchase", str(empty), "--offers", str(offers), "--group", str(group)]
    assert main([*made, "--out", str(out)]) == 1
    assert "vide.csv" in capsys.readouterr().err
    assert not out.exists()


def test_what_if_says_what_to_give_instead_of_a_perimeter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = purchase_files.write(tmp_path / "perimetre.csv", (), "perimeter")
    assert main(["plan", "what-if", str(path)]) == 2
    said = capsys.readouterr().err
    assert "probleme.json" in said and "--offers" not in said


def test_a_method_that_is_none_is_answered_with_the_methods(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "share", str(tmp_path / "x.json"), "--method", "rien"]) == 2
    assert "nucleolus" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["share", "hedge", "forward", "power", "purchase", "what-if"])
def test_no_kind_of_python_is_shown_in_a_help(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", command, "--help"]) == 0
    assert "<" not in capsys.readouterr().out.replace("<=", "").replace("x<", "")


def test_a_row_without_a_column_is_named_in_french() -> None:
    french = {"line {}": "ligne {}"}
    said = BadInput("line 9, row", "x", "y").tell(lambda text: french.get(text, text))
    assert said.startswith("ligne 9:")


def test_a_ligature_keeps_its_letters_in_a_file_name() -> None:
    assert file_names(["L'Œuvre", "Cœur-ex-æquo"]) == ["l-oeuvre", "coeur-ex-aequo"]


def test_the_last_day_that_the_tables_know_can_be_priced() -> None:
    tables = shipped()
    last = tables.last_day(date(2099, 1, 1))
    assert last < date(2099, 1, 1)
    tables.turpe("BTINFCUST", last)
    tables.accise(9, last)
    tables.cta(last)
    with pytest.raises(BadInput):
        tables.turpe("BTINFCUST", last + timedelta(days=1))
    early = date(2025, 6, 1)
    assert tables.last_day(early) == early


def test_a_line_of_a_file_is_a_line_in_french() -> None:
    french = {"line {}": "ligne {}", "line {}, /{}": "ligne {}, colonne {}"}

    def said(where: str) -> str:
        return BadInput(where, "x", "y").tell(lambda text: french.get(text, text))

    assert said("jeu.csv line 2").startswith("jeu.csv ligne 2:")
    assert said("jeu.csv, line 2, /A").startswith("jeu.csv, ligne 2, colonne A:")
    assert said("line 2, /A").startswith("ligne 2, colonne A:")
    assert said("online 2").startswith("online 2:")


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "vide.csv"
    empty.write_bytes(b"")
    _, offers, _ = purchase_files.written(tmp_path, purchase_files.bought())
    assert main(["plan", "purchase", str(empty), "--offers", str(offers)]) == 1
    assert "vide.csv, ligne 1" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"[1", b'{"points": []}'])
def test_a_broken_problem_is_not_told_as_bytes_or_in_english(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(content)
    assert main(["plan", "purchase", str(path)]) == 1
    said = capsys.readouterr().err
    assert "b'" not in said and "nothing" not in said


def test_an_energy_under_zero_is_not_priced(capsys: pytest.CaptureFixture[str]) -> None:
    made = ["bill", "--fta", "BTINFMU4", "--kva", "6", "--on", "2026-03-01"]
    assert main([*made, "--energy", "HPH=-5,HCH=900"]) == 2
    assert "HPH=-5" in capsys.readouterr().err


def test_a_decimal_that_is_quoted_alone_stays_as_it_was_written() -> None:
    french = {"{}.{}": "{},{}"}
    shown = {
        text: Phrase(text=text, values=("94.9",)).tell(lambda text: french.get(text, text))
        for text in ("{}", "{} MWh")
    }
    assert shown == {"{}": "94.9", "{} MWh": "94,9 MWh"}
