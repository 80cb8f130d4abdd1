"""Every term that is signed is in a clause, and every clause says what it means."""

from typing import Any

import pytest

from synergie.policy.readings.sentence import Lang
from synergie.policy.trust.clauses import build_clauses
from synergie.schemas.trust.agreement import Terms
from tests.policy.test_decide import agreement
from tests.policy.test_odrl import ALL, SUMS
from tests.reports.english import french_left

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
    told = {one.key: one for one in build_clauses(agreement(**change), NAMES).clauses}
    assert text in told[key].text  # type: ignore[index]


def test_no_term_is_left_unsaid() -> None:
    """`title` is the heading of the whole."""
    assert {row[0] for row in SAID} | {"title"} == set(Terms.model_fields)


ENGLISH: list[tuple[str, dict[str, Any], str, str]] = [
    ("owner", {}, "parties", "Commune d'Essai (owner), who holds the data"),
    ("recipient", {}, "parties", "Syndicat d'Essai (partner), who receives them"),
    ("datasets", {"datasets": ["contracts"]}, "data", "contracts and bills"),
    ("selector", ALL, "things", "1 site and the named perimeter per_1 in its version 2"),
    ("granularity", {"granularity": "month"}, "granularity", "by the month and no finer."),
    ("cell_scheme", SUMS, "granularity", "points only by the scheme cs_0001."),
    ("direction", {"direction": "write"}, "direction", "reading and sending"),
    ("fields", ALL, "fields", "the energy of a year"),
    ("data_subject", ALL, "persons", "natural persons"),
    ("consent_refs", ALL, "persons", "rests on 2 consents recorded by the owner"),
    ("recipient_clients", ALL, "programs", "partner-app"),
    ("purpose", {"purpose": "energy_monitoring"}, "purpose", "following energy"),
    ("legal_basis", ALL, "legal_basis", "a task in the public interest"),
    ("legal_reference", ALL, "legal_basis", "L.111-73"),
    ("data_period", {}, "data_period", "from 1 Jan 2025 on and before 1 Jan 2027 are open."),
    ("valid_from", {"valid_from": "2026-01-01T00:00:00+01:00"}, "validity", "from 1 Jan 2026"),
    ("valid_until", {"valid_until": "2030-01-01T00:00:00+01:00"}, "validity", "to 1 Jan 2030"),
    ("retention_days", {"retention_days": 31}, "retention", "no later than 31 days after"),
    ("onward", SUMS, "onward", "may publish the sums"),
]


@pytest.mark.parametrize(
    ("term", "change", "key", "text"), ENGLISH, ids=[row[0] for row in ENGLISH]
)
def test_a_term_is_said_in_english_as_well(
    term: str, change: dict[str, Any], key: str, text: str
) -> None:
    told = build_clauses(agreement(**change), NAMES, lang="en")
    assert text in {one.key: one for one in told.clauses}[key].text  # type: ignore[index]


def test_no_term_is_left_unsaid_in_english() -> None:
    assert [row[0] for row in ENGLISH] == [row[0] for row in SAID]


VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {}, "all": ALL, "sums": SUMS, "write": {"direction": "write"},
    "open-end": {"data_period": {"start": "2025-01-01T00:00:00Z"}}, "a-day": {"retention_days": 1},
    "needs": {"datasets": ["needs", "assets", "work_orders"]}, "raw": {"granularity": "raw"},
    "half-hour": {"granularity": "half_hour"}, "hour": {"granularity": "hour"},
    "month": {"granularity": "month"}, "year": {"granularity": "year"},
    "own-data": {"legal_basis": "own_data"}, "mixed": {"data_subject": "mixed"},
}  # fmt: skip


@pytest.mark.parametrize("change", VARIANTS.values(), ids=VARIANTS)
def test_no_french_is_left_in_english_and_the_same_is_signed(change: dict[str, Any]) -> None:
    one = agreement(**change)
    french, told = build_clauses(one, NAMES), build_clauses(one, NAMES, lang="en")
    known = (*NAMES.values(), str(one.terms.legal_reference))
    for clause, other in zip(told.clauses, french.clauses, strict=True):
        assert french_left([clause.title, clause.text, clause.meaning], known) == []
        assert french_left([other.title, other.text, other.meaning], known) != []
        assert clause.key == other.key
    assert told.terms_sha256 == french.terms_sha256 == one.terms_sha256


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("change", [{}, ALL, SUMS], ids=["plain", "all", "sums"])
def test_every_clause_says_what_it_means_in_sentences(change: dict[str, Any], lang: Lang) -> None:
    one = agreement(**change)
    told = build_clauses(one, NAMES, lang=lang)
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
    assert any(reference in clause.text for clause in build_clauses(one, {}).clauses)
