"""Every term that is signed is in a clause, and every clause says what it means."""

from typing import Any

import pytest

from synergie.policy.clauses import clauses
from synergie.schemas.agreement import Terms
from tests.policy.test_decide import agreement
from tests.policy.test_odrl import ALL, SUMS

NAMES = {"owner": "Commune d'Essai", "partner": "Syndicat d'Essai"}

SAID: list[tuple[str, dict[str, Any], str, str]] = [
    ("owner", {}, "parties", "Commune d'Essai (owner), détenteur"),
    ("recipient", {}, "parties", "Syndicat d'Essai (partner), qui les reçoit"),
    ("datasets", {"datasets": ["contracts"]}, "data", "contrats et factures"),
    ("selector", ALL, "things", "1 site et le périmètre nommé per_1 dans sa version 2"),
    ("granularity", {"granularity": "month"}, "granularity", "au mois, au plus fin"),
    ("cell_scheme", SUMS, "granularity", "cs_0001"),
    ("direction", {"direction": "write"}, "direction", "la lecture et l'envoi"),
    ("fields", ALL, "fields", "l'énergie d'une année"),
    ("data_subject", ALL, "persons", "personnes physiques"),
    ("consent_refs", ALL, "persons", "2 consentements"),
    ("recipient_clients", ALL, "programs", "partner-app"),
    ("purpose", {"purpose": "energy_monitoring"}, "purpose", "le suivi de l'énergie"),
    ("legal_basis", ALL, "legal_basis", "une mission d'intérêt public"),
    ("legal_reference", ALL, "legal_basis", "L.111-73"),
    ("data_period", {}, "data_period", "du 01/01/2025 et avant le 01/01/2027"),
    ("valid_from", {"valid_from": "2026-01-01T00:00:00+01:00"}, "validity", "01/01/2026"),
    ("valid_until", {"valid_until": "2030-01-01T00:00:00+01:00"}, "validity", "01/01/2030"),
    ("retention_days", {"retention_days": 31}, "retention", "31 jours"),
    ("onward", SUMS, "onward", "peut publier les sommes"),
]


@pytest.mark.parametrize(("term", "change", "key", "text"), SAID, ids=[row[0] for row in SAID])
def test_a_term_is_said_in_its_clause(
    term: str, change: dict[str, Any], key: str, text: str
) -> None:
    told = {one.key: one for one in clauses(agreement(**change), NAMES).clauses}
    assert text in told[key].text  # type: ignore[index]


def test_no_term_is_left_unsaid() -> None:
    """`title` is the heading of the whole."""
    assert {row[0] for row in SAID} | {"title"} == set(Terms.model_fields)


@pytest.mark.parametrize("change", [{}, ALL, SUMS], ids=["plain", "all", "sums"])
def test_every_clause_says_what_it_means_in_sentences(change: dict[str, Any]) -> None:
    one = agreement(**change)
    told = clauses(one, NAMES)
    assert (told.agreement, told.version, told.terms_sha256) == ("agr_1", 3, one.terms_sha256)
    assert len({clause.key for clause in told.clauses}) == len(told.clauses) == 16
    for clause in told.clauses:
        for text in (clause.text, clause.meaning):
            assert text[0].isupper()
            assert text.endswith(".")
            assert "  " not in text
        assert clause.text != clause.meaning


def test_a_long_reference_is_cited_whole() -> None:
    reference = "x" * 2000
    one = agreement(legal_basis="public_task", legal_reference=reference)
    assert any(reference in clause.text for clause in clauses(one, {}).clauses)
