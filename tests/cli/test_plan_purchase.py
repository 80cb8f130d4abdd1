"""`synergie plan purchase`: a folder that is there whole or not at all, and a clock of its own."""

import json
import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from synergie.cli import main
from synergie.energy.records.offer import Offer
from synergie.purchase.commands._out import file_names
from synergie.purchase.plan.award import solve
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from tests.cli import purchase_files

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "achat-groupe.json"
FOLDER = {"plan.json", "preuve.vipr", "probleme.json", "rapport.html", "classeur.xlsx", "notes"}
STUDIED = {"etude.json", "partage.json", "nucleole.json"}


def problem() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXAMPLE.read_text("utf-8"))
    return found


def valid_until(moment: str, *offers: int) -> dict[str, Any]:
    """The example, whose offers (all of them, or those of these places) end at *moment*."""
    found = problem()
    for place in offers or range(len(found["offers"])):
        found["offers"][place]["valid_until"] = moment
    return found


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Run the command on a problem, with more words."""
    path = tmp_path / "besoins.json"

    def run(found: dict[str, Any] | None, *words: str) -> int:
        path.write_text(json.dumps(found if found is not None else problem()), encoding="utf-8")
        return main(["plan", "purchase", str(path), *words])

    return run


def test_the_folder_holds_everything_and_says_the_same(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "achat"
    assert run(None, "--out", str(out)) == 0
    assert {path.name for path in out.iterdir()} == FOLDER
    plan = PurchasePlan.model_validate_json((out / "plan.json").read_bytes())
    given = PurchaseProblem.model_validate_json((out / "probleme.json").read_bytes())
    assert given == PurchaseProblem.model_validate_json(EXAMPLE.read_bytes())
    page = (out / "rapport.html").read_text("utf-8")
    cost = f"{plan.objective_eur:,}".replace(",", "\u202f").replace(".", ",")
    assert f"{cost}\u00a0€ hors taxes par an" in page
    book = CalamineWorkbook.from_filelike(BytesIO((out / "classeur.xlsx").read_bytes()))
    shared = book.get_sheet_by_name("Partage").to_python()[1:]
    assert sum(Decimal(str(row[4])) for row in shared) == plan.objective_eur
    members = {one.member for one in plan.members}
    notes = sorted(path.name for path in (out / "notes").glob("*.html"))
    assert notes == sorted(f"{name}.html" for name in members)
    for name in members:
        note = (out / "notes" / f"{name}.html").read_text("utf-8")
        assert not [other for other in members - {name} if other in note]


def test_the_problem_of_a_folder_makes_the_same_plan_again(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, again = tmp_path / "achat", tmp_path / "encore"
    moment = "2026-11-24T14:30+01:00"
    found = valid_until("2026-11-24T16:00:00Z")
    assert run(found, "--out", str(out), "--at", moment) == 0
    assert main(["plan", "purchase", str(out / "probleme.json"), "--out", str(again)]) == 0
    one, other = (json.loads((folder / "plan.json").read_bytes()) for folder in (out, again))
    for plan in (one, other):
        plan["run"].pop("seconds")
    assert one == other
    assert (out / "probleme.json").read_bytes() == (again / "probleme.json").read_bytes()


def test_what_is_there_stays_unless_it_is_forced(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "achat"
    assert run(None, "--out", str(out)) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert run(None, "--out", str(out)) == 2
    assert "existe déjà" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    (out / "notes" / "ancienne.html").write_text("d'avant", encoding="utf-8")
    assert run(None, "--out", str(out), "--force") == 0
    assert not (out / "notes" / "ancienne.html").exists()
    (out / "lettre.txt").write_text("à moi", encoding="utf-8")
    assert run(None, "--out", str(out), "--force") == 2
    assert (out / "lettre.txt").read_text(encoding="utf-8") == "à moi"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["achat", "besoins.json"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_or_a_link_in_the_place_of_the_folder_is_left_alone(
    kind: str, run: Any, tmp_path: Path
) -> None:
    out, elsewhere = tmp_path / "achat", tmp_path / "ailleurs"
    elsewhere.mkdir()
    if kind == "file":
        out.write_text("à moi", encoding="utf-8")
    else:
        out.symlink_to(elsewhere)
    assert run(None, "--out", str(out), "--force") == 2
    assert out.is_symlink() or out.read_text(encoding="utf-8") == "à moi"
    assert list(elsewhere.iterdir()) == []


def test_a_failure_on_the_way_leaves_nothing_half_written(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "achat"
    assert run(None, "--out", str(out)) == 0
    before = (out / "rapport.html").read_bytes()

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("synergie.purchase.commands._out._write_member_notes", full)
    assert run(None, "--out", str(out), "--force") not in {0, 2}
    assert (out / "rapport.html").read_bytes() == before
    assert run(None, "--out", str(tmp_path / "neuf")) not in {0, 2}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["achat", "besoins.json"]


def test_a_folder_that_cannot_be_is_refused_before_the_solver(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "achat").mkdir()

    def never(*_args: object, **_kw: object) -> None:
        raise AssertionError("solved though there is no place to write")

    monkeypatch.setattr("synergie.purchase.plan.award.solve", never)
    assert run(None, "--out", str(tmp_path / "achat")) == 2


def test_what_has_expired_at_the_moment_of_the_award_is_refused_and_said(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "achat"
    found = valid_until("2026-11-24T13:30:00Z", 0)
    assert run(found, "--at", "24/11/2026 14:29", "--json") == 0
    before = json.loads(capsys.readouterr().out)
    assert before["refused"] == []
    assert run(found, "--at", "24/11/2026 14:30", "--out", str(out)) == 0
    plan = PurchasePlan.model_validate_json((out / "plan.json").read_bytes())
    assert [one.offer for one in plan.refused] == [found["offers"][0]["id"]]
    assert found["offers"][0]["id"] not in {award.offer for award in plan.awards}
    assert "expirée" in (out / "rapport.html").read_text("utf-8")
    assert Decimal(before["objective_eur"]) < plan.objective_eur


def test_until_when_to_decide_is_told_on_the_screen_and_on_the_first_page(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "achat"
    found = valid_until("2026-11-24T13:30:00Z")
    assert run(found, "--at", "2026-11-24T09:00+01:00", "--out", str(out)) == 0
    expected = "mardi 24 novembre 2026 à 14\u00a0h\u00a030"
    assert expected in capsys.readouterr().out
    assert f"Offres valables jusqu'au {expected}".replace("'", "’") in (
        out / "rapport.html"
    ).read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-24T14:30+01:00", "2026-11-24T13:30:00Z"),
        ("2026-11-24T13:30Z", "2026-11-24T13:30:00Z"),
        ("24/11/2026 14:30", "2026-11-24T13:30:00Z"),
        ("24/07/2026 14h30", "2026-07-24T12:30:00Z"),
        ("2026-11-24 14:30", "2026-11-24T13:30:00Z"),
        ("2026-10-25T02:30+02:00", "2026-10-25T00:30:00Z"),
    ],
)
def test_a_moment_is_that_of_paris_or_has_its_offset(
    text: str, utc: str, run: Any, tmp_path: Path
) -> None:
    out = tmp_path / "achat"
    assert run(valid_until("2027-01-01T00:00:00Z"), "--at", text, "--out", str(out)) == 0
    assert json.loads((out / "probleme.json").read_bytes())["award_at"] == utc


@pytest.mark.parametrize(
    "text", ["25/10/2026 02:30", "29/03/2026 02:30", "demain", "24/11/2026", ""]
)
def test_an_hour_that_is_not_sure_is_asked_again(
    text: str, run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(None, "--at", text) == 2
    assert "--at" in capsys.readouterr().err


def test_without_a_moment_it_is_now_when_an_offer_tells_its_validity(
    run: Any, tmp_path: Path
) -> None:
    assert run(valid_until("2020-01-01T00:00:00Z", 0), "--out", str(tmp_path / "a")) == 0
    told = json.loads((tmp_path / "a" / "plan.json").read_bytes())
    assert [one["kind"] for one in told["refused"]] == ["expired"]
    assert run(None, "--out", str(tmp_path / "b")) == 0
    assert json.loads((tmp_path / "b" / "probleme.json").read_bytes())["award_at"] is None


def test_what_cannot_be_writes_no_folder_and_says_the_ways_out(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = problem() | {"may_leave": False}
    found["limits"] = [{"supplier": one["supplier"], "max_lots": 0} for one in found["offers"]]
    assert run(found, "--out", str(tmp_path / "achat"), "--locale", "en") == 7
    assert not (tmp_path / "achat").exists()
    said = capsys.readouterr().err
    costs = [
        Decimal(cost.replace(",", "")) for cost in re.findall(r"it would cost ([\d,.]+) €", said)
    ]
    assert costs and costs == sorted(costs)
    freed = []
    for place in range(len(found["limits"])):
        limits = [one | {"max_lots": int(i == place)} for i, one in enumerate(found["limits"])]
        assert run(found | {"limits": limits}, "--json") == 0
        freed.append(Decimal(json.loads(capsys.readouterr().out)["objective_eur"]))
    assert costs[0] in freed


def test_the_report_is_french_whatever_the_language_of_the_screen(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "achat"
    assert run(None, "--out", str(out), "--locale", "en") == 0
    assert "Proved, with a certificate: no other plan costs less" in capsys.readouterr().out
    page = (out / "rapport.html").read_text("utf-8")
    assert "Prouvé, certificat" in page and "cheapest of" not in page


def test_amounts_of_a_delivery_are_not_told_as_yearly(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = problem() | {"delivery": {"starts": "2027-01-01", "ends": "2029-01-01"}}
    assert run(found, "--locale", "en", "--out", str(tmp_path / "achat")) == 0
    said = capsys.readouterr().out
    assert "delivery from 2027-01-01 to 2028-12-31, both included" in said.splitlines()[0]
    assert "a year" not in said.splitlines()[0]
    note = (tmp_path / "achat" / "notes" / "pompey.html").read_text("utf-8")
    assert "hors taxes pour la livraison du 1er janvier 2027" in note


def test_members_of_any_name_have_a_file_of_their_own() -> None:
    names = [
        "Pompey",
        "POMPEY",
        "pompey-2",
        "../../etc/passwd",
        "École d'Été",
        "éÉ",
        "日本",
        "",
        "-",
    ]
    found = file_names(names)
    assert found == [
        "pompey", "pompey-2", "pompey-2-2", "etc-passwd", "ecole-d-ete", "ee", "membre", "membre-2",
        "membre-3",
    ]  # fmt: skip
    assert len(set(found)) == len(found)


def _from_files(paths: tuple[Path, Path, Path], *words: str) -> int:
    perimeter, offers, group = map(str, paths)
    line = ["plan", "purchase", perimeter, "--offers", offers, "--group", group]
    return main([*line, "--at", "2026-11-24T10:00+01:00", *words])


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_files_as_people_have_them_give_the_plan_of_the_problem(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = purchase_files.bought()
    out = tmp_path / "achat"
    assert _from_files(purchase_files.written(tmp_path, given, kind), "--out", str(out)) == 0
    capsys.readouterr()
    plan = PurchasePlan.model_validate_json((out / "plan.json").read_bytes())
    firm = {"may_leave": False, "nobody_pays_more": False}  # the files say nothing of leaving
    straight = solve(given.model_copy(update=firm))
    assert plan.objective_eur == straight.objective_eur
    assert plan.baseline_eur == straight.baseline_eur
    assert plan.decide_before == straight.decide_before
    page = (out / "rapport.html").read_text("utf-8")
    for name in (f"perimetre.{kind}", f"offres.{kind}", "groupe.csv", "déclarée"):
        assert name in page
    again = PurchaseProblem.model_validate_json((out / "probleme.json").read_bytes())
    assert {one.mandate for one in again.members} == {one.mandate for one in given.members}


def test_a_point_without_its_volume_stops_before_the_solver_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_args: object, **_kw: object) -> None:
        raise AssertionError("solved though a volume is missing")

    monkeypatch.setattr("synergie.purchase.plan.award.solve", never)
    given = purchase_files.bought()
    paths = purchase_files.written(tmp_path, given)
    first, *rest = purchase_files.perimeter(given)
    blank = first.model_copy(update={"reference": None})
    purchase_files.write(paths[0], [blank, *rest], "perimeter-xlsx")
    assert _from_files(paths, "--out", str(tmp_path / "achat")) == 1
    said = capsys.readouterr().err
    assert first.supply_point in said
    assert not (tmp_path / "achat").exists()


def test_a_price_that_is_missing_in_every_offer_of_a_lot_names_the_file_and_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = purchase_files.bought()
    offers = tuple(_without_hph(o) if o.lot == "lot-3" else o for o in given.offers)
    paths = purchase_files.written(tmp_path, given.model_copy(update={"offers": offers}))
    assert _from_files(paths, "--locale", "en") == 1
    said = capsys.readouterr().err
    assert re.search(r"offres\.xlsx, row \d+: tier 1 of lot-3-A has no price for BTSUPCU HPH", said)
    assert "ask the supplier Fournisseur Alizé (fictif)" in said


def _without_hph(offer: Offer) -> Offer:
    tiers = tuple(
        tier.model_copy(
            update={"prices": tuple(one for one in tier.prices if one.time_class != "HPH")}
        )
        for tier in offer.tiers
    )
    return offer.model_copy(update={"tiers": tiers})


def test_a_member_without_mandate_is_refused_with_who_can_give_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = purchase_files.bought()
    first, *rest = given.members
    bare = (first.model_copy(update={"mandate": None}), *rest)
    paths = purchase_files.written(tmp_path, given.model_copy(update={"members": bare}))
    assert _from_files(paths) == 1
    assert first.id in capsys.readouterr().err


def test_a_perimeter_needs_offers_and_a_problem_takes_none(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    perimeter, offers, _group = purchase_files.written(tmp_path, purchase_files.bought())
    assert main(["plan", "purchase", str(perimeter)]) == 2
    assert "--offers" in capsys.readouterr().err
    assert run(None, "--offers", str(offers)) == 2
    assert (
        main(["plan", "purchase", str(perimeter), "--offers", str(tmp_path / "absent.xlsx")]) == 2
    )
    assert "absent.xlsx" in capsys.readouterr().err


def test_offers_that_have_all_expired_are_refused_with_who_can_mend_it(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(valid_until("2026-11-24T13:30:00Z"), "--at", "24/11/2026 14:30") == 1
    assert "/offers/0" in capsys.readouterr().err


def test_a_study_tells_what_may_come_and_other_ways_to_share(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "achat"
    assert run(None, "--study", "--out", str(out), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"plan", "study", "sharing"}
    assert {path.name for path in out.iterdir()} == FOLDER | {
        "etude.json",
        "partage.json",
        "nucleole.json",
    }
    assert json.loads((out / "etude.json").read_bytes()) == told["study"]
    assert len(told["study"]["departures"]) == len(told["plan"]["members"])
    page = (out / "rapport.html").read_text("utf-8")
    assert "Si un membre part" in page and "Valeur de Shapley" in page


RULES = (
    "Sorte;Règle;Membre;Lot (identifiant);Point de livraison;Fournisseur;Offre;Nombre;Part (%);"
    "Montant au plus (€);Poids (€ par unité);Motif\n"
    "pas chez;pas-a;;;;Fournisseur A (fictif);;;;;;Délibération 12\n"
)


def test_rules_of_a_file_hold_and_their_price_is_told(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "regles.csv"
    rules.write_text(RULES, encoding="utf-8")
    out = tmp_path / "achat"
    assert run(None, "--rules", str(rules), "--out", str(out)) == 0
    assert "règle pas-a : sans elle, l'achat coûte 531,10 EUR de moins" in capsys.readouterr().out
    plan = PurchasePlan.model_validate_json((out / "plan.json").read_bytes())
    assert [award.supplier for award in plan.awards] == ["Fournisseur B (fictif)"]
    assert plan.rules[0].price is not None
    page = (out / "rapport.html").read_text("utf-8")
    assert "pas-a" in page and "531,10" in page and "regles.csv" in page


def test_rules_as_json_that_clash_are_named(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "regles.json"
    suppliers = ("Fournisseur A (fictif)", "Fournisseur B (fictif)")
    bans = [{"id": f"pas-{s[12]}", "kind": "not_with", "supplier": s} for s in suppliers]
    pin = {"id": "fixe", "kind": "pinned", "supplier": suppliers[0], "of": {"member": "pompey"}}
    rules.write_text(json.dumps([*bans, pin]), encoding="utf-8")
    assert run(problem() | {"may_leave": True}, "--rules", str(rules)) == 7
    told = capsys.readouterr().err
    assert "ensemble : pas-A, fixe" in told
    assert "/rules/0" in told and "/rules/2" in told and "pas-B" not in told


def test_a_rule_of_nobody_is_refused_with_its_row(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "regles.csv"
    rules.write_text(RULES.replace("Fournisseur A", "Fournisseur Z"), encoding="utf-8")
    assert run(None, "--rules", str(rules)) == 1
    told = capsys.readouterr().err
    assert "regles.csv" in told and "Fournisseur Z (fictif)" in told
    rules.write_text(RULES.replace("pas chez", "jamais"), encoding="utf-8")
    assert run(None, "--rules", str(rules)) == 1
    told = capsys.readouterr().err
    assert "jamais" in told and "rien n'a été calculé" in told
