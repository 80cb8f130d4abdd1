"""How bad a fault is, from French and English words."""

import csv
from importlib.resources import files
from typing import Any, get_args

import pytest

from synergie.park.plan._faults import fault_of, is_of_lamp, is_renewal, split_plain_words
from synergie.park.records.park import Severity
from synergie.schemas.assets.work_order import WorkOrder


def ticket(text: str | None, **told: Any) -> WorkOrder:
    held: dict[str, Any] = {"kind": "report", "asset_kind": "light_point", "asset": "P-1"}
    return WorkOrder(external_id="T", fault_type=text, provenance="synthetic", **(held | told))


@pytest.mark.parametrize(
    ("text", "severity", "is_out"),
    [
        ("Foyer éteint", "point", True),
        ("FOYERS ETEINTS", "point", True),
        ("lampe HS", "point", True),
        ("problème d'allumage", "point", True),
        ("changement ballast-driver", "point", True),
        ("Light out", "point", True),
        ("lamp not working", "point", True),
        ("armoire en panne", "street", True),
        ("Armoire HS", "street", True),
        ("Départ 3 déclenché", "street", True),
        ("toute la rue est éteinte", "street", True),
        ("plusieurs foyers éteints", "street", True),
        ("disjoncteur", "street", True),
        ("whole street dark", "street", True),
        ("Mât couché après un accident", "danger", True),
        ("poteau tombé sur la chaussée", "danger", True),
        ("pole knocked down", "danger", True),
        ("rupture de câble", "danger", False),
        ("foyer éteint, câble arraché", "danger", False),
        ("Trappe ouverte", "danger", False),
        ("trappe de visite restée ouverte", "danger", False),
        ("porte d'armoire ouverte", "danger", False),
        ("risque d'électrocution", "danger", False),
        ("exposed wires", "danger", False),
        ("trappe abîmée", "minor", False),
        ("vasque cassée", "minor", False),
        ("lanterne tournée", "minor", False),
        ("lampe qui clignote", "minor", False),
        ("allumé en plein jour", "minor", False),
        ("nettoyage", "minor", False),
        ("foyer éteint, armoire 12", "point", True),
        ("départ hors service", "street", True),
        ("lampe HS et vasque cassée", "point", True),
        ("éclairage allumé la journée", "minor", False),
    ],
)
def test_words_tell_how_bad_it_is(text: str, severity: Severity, *, is_out: bool) -> None:
    found = fault_of(ticket(text))
    assert (found.severity, found.is_out, found.told) == (severity, is_out, False)


@pytest.mark.parametrize("text", [None, "voir photo", "????", "12"])
def test_without_a_known_word_the_thing_that_fails_tells(text: str | None) -> None:
    assert fault_of(ticket(text)).severity == "point"
    for kind in ("cabinet", "circuit"):
        assert fault_of(ticket(text, asset_kind=kind)).severity == "street"
    assert fault_of(ticket(text, asset_kind="support")).severity == "point"


@pytest.mark.parametrize(
    ("column", "value", "severity"),
    [
        ("Gravité", "Danger", "danger"),
        ("severity", "street", "street"),
        ("URGENCE", "Mise en sécurité", "danger"),
        ("Priorité", "mineure", "minor"),
        ("criticité", "Point lumineux", "point"),
    ],
)
def test_a_severity_that_is_told_holds(column: str, value: str, severity: Severity) -> None:
    found = fault_of(ticket("foyer éteint", raw={"id": "1", column: value}))
    assert (found.severity, found.told) == (severity, True)


@pytest.mark.parametrize("raw", [{"Gravité": "2"}, {"autre": "danger"}, {"Gravité": "élevée"}])
def test_a_severity_that_is_not_understood_is_not_told(raw: dict[str, str]) -> None:
    found = fault_of(ticket("foyer éteint", raw=raw))
    assert (found.severity, found.told) == ("point", False)


@pytest.mark.parametrize(
    ("text", "cause", "counts"),
    [
        ("foyer éteint", None, True),
        (None, None, True),
        ("changement lampe", "fin de vie", True),
        ("foyer éteint", "vandalisme", False),
        ("foyer éteint", "coupure Enedis", False),
        ("changement fusible", None, False),
        ("vasque cassée", None, False),
        ("mât couché", "accident", False),
    ],
)
def test_only_faults_of_the_lamp_count_as_its_failures(
    text: str | None, cause: str | None, *, counts: bool
) -> None:
    assert is_of_lamp(ticket(text, cause=cause)) is counts


def test_a_relamping_is_told_by_its_words_or_by_the_kind_that_was_written() -> None:
    assert is_renewal(ticket("Relampage général", kind="preventive"))
    assert is_renewal(ticket("group_relamping", kind="preventive"))
    assert is_renewal(ticket("changement de la lampe", kind="repair"))
    assert is_renewal(ticket("lamp replaced", kind="repair"))
    assert is_renewal(ticket(None, kind="preventive", raw={"nature": "Relamping", "id": "9"}))
    assert not is_renewal(ticket(None, kind="preventive", raw={"nature": "Entretien", "id": "9"}))
    assert not is_renewal(ticket("nettoyage", kind="preventive"))


def test_the_table_is_whole_and_written_plainly() -> None:
    text = files("synergie.park.plan").joinpath("severities.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len({row["phrase"] for row in rows}) == len(rows)
    for row in rows:
        assert row["severity"] in get_args(Severity.__value__)
        assert row["out"] in ("yes", "no")
        assert " ".join(split_plain_words(row["phrase"])) == row["phrase"]
        assert set(row["language"].split()) <= {"fr", "en"}
        assert row["source"]
