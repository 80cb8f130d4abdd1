"""Agreements in English: every page and paper told, and the same terms signed as in French."""

import html
import re

import httpx2
import pytest

from synergie.schemas.trust.agreement_bytes import signed_bytes
from tests.pages.people import People
from tests.pages.test_agreements import Desk, hidden, text_of
from tests.reports.english import french_left
from tests.server.partner import NOW

NAMES = (
    "Écoles du centre", "École du centre", "Français", "code de l'énergie", "cles-du-serveur.json",
)  # fmt: skip
"""What the furnished place, a law and a file are called by, and the way to the other language."""
OF_ONE = ("", "/proposer", "/accepter", "/retirer", "/revoquer", "/suspendre", "/terminer")
FORMS = ("/modifier", "/renouveler")


@pytest.fixture
def desk(people: People) -> Desk:
    """Agreements seen by people whose pages are English."""
    made = Desk(people)
    for who in ("signer", "other-signer", "reader"):
        made.browser(who).get("/accords?lang=en")
    return made


def told(page: httpx2.Response) -> list[str]:
    """What stands between the tags of an English page, and in their labels."""
    assert page.status_code < 500, page.text[:300]
    assert '<html lang="en">' in page.text
    labels = re.findall(r'(?:aria-label|placeholder|title)="([^"]+)"', page.text)
    between = re.sub(r"<(style|script)\b.*?</\1>", "", page.text, flags=re.DOTALL)
    return [html.unescape(one).strip() for one in (*re.split(r"<[^>]*>", between), *labels)]


def called(desk: Desk) -> tuple[str, ...]:
    """What people named: things, agreements, and themselves."""
    house = desk.people.furnished.place.app.state.house
    titles = {
        one.terms.title
        for side in ("one", "two")
        for one in house.trust.agreements.page(desk.principal(side), limit=200, now=NOW).items
    }
    people = {one.label for one in desk.people.accounts.values()}
    return (*NAMES, *titles, *people)


def test_no_page_of_an_agreement_holds_french(desk: Desk) -> None:
    drafted, proposed, active = desk.drafted(), desk.proposed(), desk.active(granularity="year")
    paths = ["/accords", "/accords/cle", "/accords/nouveau", "/catalogue", "/besoin", "/journal"]
    for made in (drafted, proposed, active):
        paths += [f"/accords/{made}{gesture}" for gesture in (*OF_ONE, *FORMS, "/document.html")]
    known = called(desk)
    seen = set()
    for who in ("signer", "other-signer"):
        for path in paths:
            page = desk.browser(who).get(path)
            if page.status_code in {200, 409}:
                seen.add(path.rpartition("/")[2])
                assert french_left(told(page), known) == [], path
    assert {"proposer", "accepter", "revoquer", "renouveler", "document.html"} <= seen


def test_no_part_of_them_is_declared_french(desk: Desk) -> None:
    made = desk.active()
    for path in ("/accords", f"/accords/{made}", f"/accords/{made}/renouveler"):
        page = desk.browser("signer").get(path)
        assert re.findall(r'<(\w+)[^>]* lang="fr"', page.text) == ["a"], "the link to French alone"


def test_the_sentence_is_english_on_english_pages_alone(desk: Desk) -> None:
    made = desk.proposed()
    paths = ("/accords", f"/accords/{made}", f"/accords/{made}/accepter")
    for path in paths:
        client = desk.browser("other-signer")
        english, french = (text_of(client.get(f"{path}?lang={lang}")) for lang in ("en", "fr"))
        client.get("/accords?lang=en")
        assert "org-one opens to org-two its data on consumption" in english, path
        assert "org-one ouvre à org-two ses données de consommation" in french, path
        assert "opens to" not in french and "ouvre à" not in english, path


def test_what_is_signed_from_either_page_is_the_same(desk: Desk) -> None:
    made = desk.drafted()
    client, one = desk.browser("signer"), desk.read(made)
    french, english = (client.get(f"/accords/{made}/proposer?lang={lang}") for lang in ("fr", "en"))
    assert {one.terms_sha256} == {hidden(page)["digest"] for page in (french, english)}
    assert "these same terms" in text_of(english) and "ces mêmes termes" in text_of(french)
    bytes_signed = signed_bytes(one.id, one.version, one.terms).decode()
    assert one.summary not in bytes_signed and "ouvre" not in bytes_signed
    answer = desk.act("signer", made, "proposer", how="offline", signature=desk.signature(made))
    assert answer.status_code == 303, text_of(answer)
    assert desk.read(made).signatures[0].role == "owner"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_papers_are_in_the_language_that_is_asked(desk: Desk, lang: str) -> None:
    made = desk.active()
    client, one = desk.browser("reader"), desk.read(made)
    page = client.get(f"/accords/{made}").text
    other = {"fr": "en", "en": "fr"}
    for wanted in other:
        for form in ("html", "pdf"):
            assert f"/accords/{made}/document.{form}?version=1&amp;lang={wanted}" in page
    sheet = client.get(f"/accords/{made}/document.html?version=1&lang={lang}")
    assert f'<html lang="{lang}">' in sheet.text
    assert one.terms_sha256 in sheet.text
    assert ("What this means:" in text_of(sheet)) == (lang == "en")
    paper = client.get(f"/accords/{made}/document.pdf?version=1&lang={lang}")
    assert {"fr": b"fr-FR", "en": b"en-GB"}[lang] in paper.content
    assert "opens to" in text_of(client.get(f"/accords/{made}")), "the pages stay English"


def test_what_is_wrong_and_what_changed_is_told_in_english(desk: Desk) -> None:
    made = desk.active()
    client = desk.browser("signer")
    wrong = desk.people.form(client, "/accords/nouveau", **desk.fields(months="13000"))
    assert wrong.status_code == 422
    changed = desk.act("signer", made, "revoquer", digest="0" * 64)
    assert changed.status_code == 409
    for page in (wrong, changed):
        assert french_left(told(page), called(desk)) == []


def test_the_api_tells_what_it_told_before(desk: Desk) -> None:
    made = desk.active()
    owner = desk.people.furnished.owner
    clauses = owner.get(f"/v1/agreements/{made}/clauses").json()["clauses"]
    assert clauses[0]["title"] == "Les parties"
    headers = {"Accept-Language": "en"}
    sheet = owner.get(f"/v1/agreements/{made}/document.html", headers=headers)
    assert '<html lang="fr">' in sheet.text
    assert "ouvre à" in owner.get(f"/v1/agreements/{made}").json()["summary"]


def _heading(page: httpx2.Response) -> str:
    (found,) = re.findall(r"<h1>(.*?)</h1>", page.text)
    return html.unescape(str(found))


def test_a_title_that_the_form_made_is_told_in_the_language_of_the_page(desk: Desk) -> None:
    client = desk.browser("signer")
    client.get("/accords?lang=fr")
    made = desk.drafted(title="")
    signed = desk.read(made).terms.title
    assert re.fullmatch(r"Le suivi de l’énergie, .+, 2026", signed)
    french = client.get(f"/accords/{made}")
    assert _heading(french) == signed
    english = client.get(f"/accords/{made}?lang=en")
    told = _heading(english)
    assert told == signed.replace("Le suivi de l’énergie", "Following energy")
    assert html.escape(told, quote=True) in client.get("/accords").text.replace("&#34;", "&quot;")
    assert html.unescape(english.text).count(signed) >= 1, "the terms are told as they are signed"
    assert desk.read(made).terms.title == signed


def test_a_title_that_a_person_wrote_stays(desk: Desk) -> None:
    made = desk.drafted(title="Le suivi de l'énergie, chez nous, 2026")
    page = desk.browser("signer").get(f"/accords/{made}?lang=en")
    assert _heading(page) == "Le suivi de l'énergie, chez nous, 2026"
