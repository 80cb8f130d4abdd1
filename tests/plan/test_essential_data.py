"""Essential data of an award: what is written reads back, what does not hold is refused."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.errors import BadInput
from synergie.purchase.plan.essential_data import (
    build_essential_data,
    count_months,
    read_essential_data,
    write_essential_data,
)
from synergie.purchase.records.essential_data import EssentialTerms
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import DeliveryPeriod, PurchaseProblem
from tests.components import package

REQUIRED = {
    "id", "acheteur", "nature", "objet", "codeCPV", "techniques", "modalitesExecution",
    "marcheInnovant", "ccag", "offresRecues", "attributionAvance", "typeGroupementOperateurs",
    "procedure", "lieuExecution", "dureeMois", "dateNotification", "datePublicationDonnees",
    "montant", "typesPrix", "formePrix", "sousTraitanceDeclaree", "titulaires",
    "considerationsSociales", "considerationsEnvironnementales",
}  # fmt: skip
"""Fields that version 2.0.3 asks of a contract, by its public description."""
EXAMPLE = Path(__file__).parents[2] / "examples" / "achat-groupe.json"
SIRET = "24540060100010"


def _lot(number: str) -> dict[str, Any]:
    holder = {"kind": "SIRET", "id": "55208131766522"}
    return {
        "id": number,
        "holders": [holder],
        "notified_on": "2026-12-01",
        "advance": False,
        "subcontracted": False,
    }


def _terms(problem: PurchaseProblem, **changes: Any) -> dict[str, Any]:
    lots = {lot.id: _lot(f"2026-{n}") for n, lot in enumerate(problem.lots)}
    told: dict[str, Any] = {
        "coordinator": SIRET,
        "place": {"kind": "Code département", "code": "54"},
        "published_on": "2026-12-15",
        "lots": lots,
    }
    return told | changes


@pytest.fixture(scope="module")
def given() -> tuple[PurchaseProblem, PurchasePlan]:
    package("pulp")
    from synergie.purchase.plan.award import solve

    problem = PurchaseProblem.model_validate_json(EXAMPLE.read_bytes())
    return problem, solve(problem, explain=False)


def _build(given: tuple[PurchaseProblem, PurchasePlan], **changes: Any) -> Any:
    problem, plan = given
    terms = EssentialTerms.model_validate_json(json.dumps(_terms(problem, **changes)))
    return build_essential_data(problem, plan, terms)


def test_what_is_written_has_every_field_that_is_asked_and_reads_back(
    given: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    _problem, plan = given
    data, below = _build(given)
    content = write_essential_data(data)
    assert read_essential_data(content) == data
    written = json.loads(content)["marches"]["marche"]
    large = [award for award in plan.awards if award.cost_eur >= 40_000]
    assert below == tuple(award.lot for award in plan.awards if award not in large)
    assert len(written) == len(large) > 0
    for contract, award in zip(written, large, strict=True):
        assert contract.keys() == REQUIRED
        assert contract["acheteur"] == {"id": SIRET}
        assert Decimal(repr(contract["montant"])) == award.cost_eur
        assert contract["titulaires"][0]["titulaire"]["typeIdentifiant"] == "SIRET"


def test_a_lot_under_the_threshold_is_left_out_and_named(
    given: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    problem, plan = given
    cut = tuple(
        award.model_copy(update={"cost_eur": Decimal(amount)})
        for award, amount in zip(plan.awards, ["39999.99", "40000"], strict=False)
    )
    cheap = plan.model_copy(update={"awards": cut[:1]})
    data, below = _build((problem, cheap))
    assert (data, below) == (None, (cut[0].lot,))
    edge = cut[0].model_copy(update={"cost_eur": Decimal(40_000)})
    data, below = _build((problem, plan.model_copy(update={"awards": (edge,)})))
    assert data is not None
    assert below == ()


def test_what_does_not_hold_is_refused_with_its_place(
    given: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    with pytest.raises(BadInput, match="/lots"):
        _build(given, lots={})
    with pytest.raises(BadInput, match="/published_on"):
        _build(given, published_on="2026-11-30")
    data, _ = _build(given)
    whole = json.loads(write_essential_data(data))
    for name in REQUIRED:
        contract = dict(whole["marches"]["marche"][0])
        del contract[name]
        with pytest.raises(BadInput, match=f"/marches/marche/0/{name}"):
            read_essential_data(json.dumps({"marches": {"marche": [contract]}}).encode())
    changes: tuple[dict[str, Any], ...] = (
        {"acheteur": {"id": "123"}},
        {"codeCPV": "9310000"},
        {"montant": 0},
        {"nature": "Accord-cadre"},
        {"procedure": "MAPA"},
        {"dureeMois": 0},
        {"titulaires": []},
        {"typesPrix": {"typePrix": ["Ferme"]}},
        {"typesPrix": {"typePrix": ["Définitif ferme", "Définitif ferme"]}},
        {"dateNotification": "01/12/2026"},
        {"autre": 1},
    )
    for change in changes:
        contract = whole["marches"]["marche"][0] | change
        with pytest.raises(BadInput):
            read_essential_data(json.dumps({"marches": {"marche": [contract]}}).encode())


def test_a_modification_reads_back_and_its_numbers_rise(
    given: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    data, _ = _build(given)
    whole = json.loads(write_essential_data(data))
    contract = whole["marches"]["marche"][0]
    changes = [
        {"modification": {"id": n, "dateNotificationModification": "2027-03-01",
                          "datePublicationDonneesModification": "2027-03-09", "montant": 50000.5}}
        for n in (1, 2)
    ]  # fmt: skip
    contract["modifications"] = changes
    read = read_essential_data(json.dumps(whole).encode())
    assert read.data.contracts[0].modifications[1].modification.eur == Decimal("50000.5")
    assert json.loads(write_essential_data(read)) == whole
    contract["modifications"] = changes[::-1]
    with pytest.raises(BadInput):
        read_essential_data(json.dumps(whole).encode())


def test_begun_months_count() -> None:
    days = [("2027-01-01", "2028-01-01", 12), ("2027-01-15", "2027-02-15", 1),
            ("2027-01-15", "2027-02-16", 2), ("2026-11-01", "2029-01-01", 26)]  # fmt: skip
    for starts, ends, months in days:
        period = DeliveryPeriod(starts=date.fromisoformat(starts), ends=date.fromisoformat(ends))
        assert count_months(period) == months
    assert count_months(None) == 12


def test_the_command_writes_a_file_and_checks_it(
    given: tuple[PurchaseProblem, PurchasePlan],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    problem, plan = given
    (tmp_path / "probleme.json").write_text(problem.model_dump_json(), encoding="utf-8")
    (tmp_path / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
    terms, out = tmp_path / "termes.json", tmp_path / "decp.json"
    terms.write_text(json.dumps(_terms(problem)), encoding="utf-8")
    line = ["--locale", "fr", "purchase", "decp"]
    assert main([*line, str(tmp_path)]) == 2
    assert main([*line, str(tmp_path), "--terms", str(terms), "-o", str(out)]) == 0
    assert "écrits" in capsys.readouterr().out
    assert main([*line, str(out)]) == 0
    assert "valides" in capsys.readouterr().out
    out.write_text(out.read_text("utf-8").replace(SIRET, "1"), encoding="utf-8")
    assert main([*line, str(out)]) == 1
    assert "/marches/marche/0/acheteur/id" in capsys.readouterr().err


def test_what_is_written_is_valid_by_the_published_schema(
    given: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    jsonschema = package("jsonschema")
    path = Path(__file__).parents[2] / "specs" / "third-party" / "decp-2.0.3.json"
    schema = json.loads(path.read_text("utf-8"))
    data, _ = _build(given)
    whole = json.loads(write_essential_data(data))
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(whole)] == []
    assert set(schema["definitions"]["marche"]["required"]) == REQUIRED
    whole["marches"]["marche"][0]["codeCPV"] = "1"
    assert [error.json_path for error in validator.iter_errors(whole)] == [
        "$.marches.marche[0].codeCPV"
    ]
