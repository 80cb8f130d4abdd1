"""The paper of an agreement in English: whole, and of the same signed terms as the French one."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from synergie.calendar import load_time_zone
from synergie.policy.readings.sentence import describe_terms
from synergie.policy.trust.clauses import build_clauses
from synergie.reports.document import Document
from synergie.reports.language import Language, use_language
from synergie.reports.page import html
from synergie.reports.trust import agreement_words as words
from synergie.reports.trust.agreement import KeyShown, Printed, agreement_document
from synergie.schemas.trust.agreement import Agreement, State, Transition
from tests.policy.test_decide import agreement
from tests.policy.test_odrl import ALL, SUMS
from tests.reports.english import french_left, texts

OWNER, RECIPIENT = "Commune d'Essai", "Syndicat d'Essai"
AT = "2026-03-04T10:00:00Z"
MANY = 1001
"""Things that are named: one more than is printed."""


def _agreement(state: State = "active", **terms: Any) -> Agreement:
    """One with every act behind it; signed by both, but a draft."""
    acts = get_args(Transition.model_fields["act"].annotation)
    history = [
        {"act": act, "by": "operator" if act == "suspend" else "owner", "at": AT, "state": state}
        for act in acts
    ]
    signatures = [
        {"role": role, "organisation": one, "jws": "a.b.c", "signed_at": AT}
        for role, one in (("owner", "owner"), ("recipient", "partner"))
    ]
    more = {"history": history, "signatures": [] if state == "draft" else signatures}
    return Agreement.model_validate(agreement(state, **terms).model_dump() | more)


def _document(one: Agreement, language: Language, *, things: int = MANY) -> Document:
    keys = (
        KeyShown(role="owner", kid="k1", thumbprint="aBc"),
        KeyShown(role="recipient", kid=None, thumbprint=None),
    )
    with use_language(language):
        return agreement_document(
            Printed(
                agreement=one,
                clauses=build_clauses(one, {"owner": OWNER, "partner": RECIPIENT}, lang=language),
                names=(OWNER, RECIPIENT),
                items=[f"site_{n:04d}" for n in range(things)],
                keys=keys if one.signatures else (),
                tz=load_time_zone("Europe/Paris"),
            )
        )


def _cases() -> Iterator[Any]:
    for name, terms in (("plain", {}), ("all", ALL), ("sums", SUMS)):
        yield pytest.param(_agreement(**terms), id=name)
    for state in get_args(State.__value__):
        yield pytest.param(_agreement(state), id=state)


@pytest.mark.parametrize("one", list(_cases()))
def test_no_french_is_left(one: Agreement) -> None:
    names = (OWNER, RECIPIENT, one.terms.title, str(one.terms.legal_reference))
    before = html(_document(one, "fr"))
    told = _document(one, "en")
    assert told.language == "en"
    assert french_left(told, names) == []
    assert len(french_left(_document(one, "fr"), names)) > 30, "the list can fail"
    assert html(_document(one, "fr")) == before


def test_figures_dates_and_counts_are_english() -> None:
    told = _document(_agreement(), "en")
    words = list(texts(told))
    assert told.dated == "Agreement agr_1, version 3, Wednesday 4 March 2026"
    for text in (
        "Annex: 1,001 named things",
        "And 1 more, in the signed text of the agreement.",
        "Wednesday 4 March 2026 at 11:00",
        "the operator of the server",
        "signed by both parties",
    ):
        assert text in words, text
    assert "Annex: 1 named thing" in list(texts(_document(_agreement(), "en", things=1)))
    given = next(one for one in words if one.startswith(f"{RECIPIENT}, recipient"))
    assert given.endswith(
        "; key without a name, thumbprint of the key (RFC 7638): unknown to the directory"
    )


def test_both_papers_bear_the_one_digest_and_the_english_one_says_so() -> None:
    one = _agreement()
    for language in get_args(Language.__value__):
        assert one.terms_sha256 in list(texts(_document(one, language))), language
    page = html(_document(one, "en"))
    assert '<html lang="en">' in page
    assert "This paper and the one in French tell the same terms" in page


@pytest.mark.parametrize(("lang", "told"), [("fr", "1 jour après"), ("en", "1 day after")])
def test_one_of_anything_is_singular_in_both(lang: Language, told: str) -> None:
    held = "01k0000000000000000000000"
    terms = _agreement(retention_days=1).terms
    facts = {one.key: one.text for one in words.build_term_texts(terms, lang)}
    assert facts["retention"].startswith(told)
    consenting = terms.model_copy(update={"consent_refs": (held,)})
    persons = {one.key: one.text for one in words.build_term_texts(consenting, lang)}["persons"]
    assert persons.endswith("1 consentement" if lang == "fr" else "1 consent")
    days = "1 jour au plus" if lang == "fr" else "1 day at most"
    assert describe_terms(terms, lang=lang).endswith(f"{days}.")


def test_what_left_and_joined_agrees_in_number() -> None:
    before = _agreement().terms
    sites = before.selector.model_copy(update={"supply_points": (), "sites": ("a", "b")})
    after = before.model_copy(update={"selector": sites})
    gone = len(before.selector.ids())
    assert gone == 1
    told = words.changes(before, after, "fr")[-1]
    assert (told.before, told.after) == ("1 retiré", "2 ajoutés")


def test_the_title_of_a_form_is_known_by_being_what_the_form_makes() -> None:
    terms = _agreement().terms
    year = terms.valid_from.astimezone(load_time_zone("Europe/Paris")).year
    made = words.usual_title(terms.purpose, RECIPIENT, year, "fr")
    named = terms.model_copy(update={"title": made})
    assert words.build_agreement_title(named, RECIPIENT, "fr") == made
    english = words.build_agreement_title(named, RECIPIENT, "en")
    assert english == words.usual_title(terms.purpose, RECIPIENT, year, "en") != made
    assert words.build_agreement_title(named, "Un autre", "en") == made, (
        "not what the form makes of these terms"
    )
    assert words.build_agreement_title(terms, RECIPIENT, "en") == terms.title
