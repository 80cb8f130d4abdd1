"""What is printed of an agreement: whole, harmless, the same each time, for its parties only."""

import html as escaping
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, override

import pytest

from synergie.errors import NotFound
from synergie.exchange.assets.named_perimeters import NamedPerimeters
from synergie.exchange.trust.agreement_papers import AgreementPapers
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_operator
from synergie.reports.language import use_language
from synergie.schemas.assets.named_perimeter import NamedPerimeterRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from synergie.storage.trust.organisations import retire_key
from tests.exchange.people import NOW, Body, terms

type Make = Callable[..., Agreement]

HOSTILE = (
    '#panic("run") #import "@preview/x:1.0.0" <script>alert(1)</script> $x$ \\u{41} `a` *b* _c_ & '
    "{{ 7013*7019 }} </title>"
)


@pytest.fixture
def papers(store: Store) -> AgreementPapers:
    return AgreementPapers(store)


class _Reader(HTMLParser):
    """Tags with their attributes, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_data(self, data: str) -> None:
        self.text += data


def _plain(text: str) -> str:
    """Without the no-break spaces of French."""
    return re.sub(r"[\u00a0\u202f]", " ", text)


def test_the_page_says_who_what_and_with_which_signatures(
    papers: AgreementPapers, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]], "cabinets": ["cab_0001"]})
    sheet = papers.html(partner.caller, made.id, now=NOW)
    text = _plain(_Reader(sheet.text).text)
    for said in (
        "Owner", "Partner", "Achat groupé 2027", made.terms_sha256, things["s1"], "cab_0001",
        "Ce que cela veut dire", "Article 16.", "révoquer", "owner-1", "partner-1",
        owner.key.thumbprint(), partner.key.thumbprint(), "signé par les deux parties",
        "Nom et qualité", "Signature",
    ):  # fmt: skip
        assert said in text, said


def test_the_page_runs_nothing_and_asks_nothing(
    papers: AgreementPapers, owner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]}, title=HOSTILE)
    sheet = papers.html(owner.caller, made.id, now=NOW)
    reader = _Reader(sheet.text)
    tags = {tag for tag, _ in reader.tags}
    assert not tags & {"script", "iframe", "img", "object", "embed", "form", "base"}
    assert all(
        (attributes.get("href") or "#").startswith(("#", "data:")) for _, attributes in reader.tags
    )
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert "alert(1)" in reader.text
    assert str(7013 * 7019) not in _plain(reader.text)
    assert "default-src 'none'" in sheet.policy
    assert "frame-ancestors 'none'" in sheet.policy
    told = re.search(r'Content-Security-Policy" content="([^"]+)"', sheet.text)
    assert told is not None
    assert sheet.policy.startswith(escaping.unescape(told[1]))


def test_the_pdf_is_tagged_french_and_the_same_each_time(
    papers: AgreementPapers, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    paper = papers.pdf(owner.caller, made.id, now=NOW)
    assert paper.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", b"fr-FR"):
        assert mark in paper, mark
    assert paper == papers.pdf(partner.caller, made.id, now=NOW)


def test_both_are_english_where_english_is_spoken(
    papers: AgreementPapers, owner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    french = papers.html(owner.caller, made.id, now=NOW), papers.pdf(owner.caller, made.id, now=NOW)
    with use_language("en"):
        sheet = papers.html(owner.caller, made.id, now=NOW)
        paper = papers.pdf(owner.caller, made.id, now=NOW)
        clauses = papers.clauses(owner.caller, made.id, now=NOW)
    text = _plain(_Reader(sheet.text).text)
    for said in ("What this means:", "Article 16.", "signed by both parties", made.terms_sha256):
        assert said in text, said
    assert b"en-GB" in paper and b"fr-FR" not in paper
    assert (clauses.clauses[0].title, clauses.terms_sha256) == ("The parties", made.terms_sha256)
    assert french == (
        papers.html(owner.caller, made.id, now=NOW),
        papers.pdf(owner.caller, made.id, now=NOW),
    )


def test_the_pdf_takes_every_text_as_a_text(
    papers: AgreementPapers, owner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]}, title=HOSTILE)
    paper = papers.pdf(owner.caller, made.id, now=NOW)
    title = re.search(rb"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", paper, re.DOTALL)
    assert title is not None
    assert _plain(escaping.unescape(title[1].decode())) == HOSTILE


def test_each_version_and_each_state_has_its_own_paper(
    store: Store, papers: AgreementPapers, owner: Body, partner: Body, things: dict[str, str],
    agreed: Make,
) -> None:  # fmt: skip
    made = agreed({"sites": [things["s1"]]})
    book = Agreements(store)
    body = terms(owner, partner, {"sites": [things["s2"]]}, title="Deuxième version")
    book.redraft(owner.caller, made.id, body, now=NOW)
    draft = papers.html(owner.caller, made.id, version=2, now=NOW).text
    assert "Deuxième version" in draft
    assert "Aucune partie n" in draft
    assert things["s1"] not in draft
    assert "Deuxième version" not in papers.html(owner.caller, made.id, now=NOW).text
    with pytest.raises(NotFound):
        papers.html(partner.caller, made.id, version=2, now=NOW)
    book.act(owner.caller, made.id, "revoke", now=NOW)
    assert "révoqué par le détenteur" in papers.html(partner.caller, made.id, now=NOW).text


def test_what_a_perimeter_holds_is_on_paper_once_its_owner_has_signed(
    store: Store, papers: AgreementPapers, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    record = NamedPerimeterRecord(name="Écoles", sites=(things["s1"],))
    saved = NamedPerimeters(store).save(owner.caller, record, now=NOW)
    named: Any = {"perimeter": {"id": saved.id, "version": 1}}
    book = Agreements(store)
    made = book.draft(partner.caller, terms(owner, partner, named), now=NOW)
    book.act(partner.caller, made.id, "propose", signature=partner.sign(made), now=NOW)
    assert things["s1"] not in papers.html(partner.caller, made.id, now=NOW).text
    book.act(owner.caller, made.id, "accept", signature=owner.sign(made), now=NOW)
    assert things["s1"] in papers.html(partner.caller, made.id, now=NOW).text


def test_a_stranger_gets_no_paper(
    papers: AgreementPapers, stranger: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    for ask in (papers.clauses, papers.odrl, papers.html, papers.pdf):
        with pytest.raises(NotFound):
            ask(stranger.caller, made.id, now=NOW)


def test_a_key_that_was_retired_since_is_still_named(
    store: Store, papers: AgreementPapers, owner: Body, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]})
    with store.write() as session:
        assert retire_key(permit_operator(now=NOW), session, "owner", "owner-1", now=NOW)
    assert owner.key.thumbprint() in papers.html(owner.caller, made.id, now=NOW).text
