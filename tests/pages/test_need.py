"""`/besoin` and `/catalogue`: what anybody may ask, who reads it, and what is never told."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import httpx2
import pytest

from synergie.reports.french import typeset_french
from synergie.reports.publication import catalogue
from synergie.reports.trust import agreement_words as words
from synergie.schemas.trust.agreement import Dataset, Grant, LegalBasis, Purpose
from synergie.server.quota import Quota
from tests.pages.people import SAME, People, token_of

SCRIPT = "<script>alert('x')</script>"


def need(**more: Any) -> dict[str, Any]:
    return {
        "of": "org-one",
        "asker": "Les Lumens associés",
        "asker_kind": "citizens",
        "purpose": "energy_monitoring",
        "why": "Comparer les écoles.",
        "datasets": ["consumption"],
        "granularity": "month",
        "things": "Les écoles du bourg.",
        "contact": "chargée d'études",
        "address": "lumens@example.org",
    } | more


def say(client: httpx2.Client, **more: Any) -> httpx2.Response:
    return client.post("/besoin", data=need(**more), headers=SAME)


def text_of(page: httpx2.Response) -> str:
    bare = re.sub(r"<[^>]+>", " ", page.text)
    return re.sub(r"[\s\u00a0\u202f]+", " ", html.unescape(bare))


@pytest.fixture(autouse=True)
def rested(people: People) -> Iterator[None]:
    """No need is left over."""
    yield
    house = people.furnished.place.app.state.house
    with house.needs_asked.store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM asked_need")


def waiting(people: People, who: str = "signer") -> list[str]:
    """Addresses of the needs that *who* finds on `/accords`."""
    page = people.browser(who).get("/accords")
    return re.findall(r'href="(/accords/besoins/need_[0-9a-f]+)"', page.text)


def test_without_account_and_without_cookie(people: People) -> None:
    client = people.browser()
    page = client.get("/besoin")
    assert page.status_code == 200
    answer = say(client)
    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200
    assert not list(client.cookies.jar)
    assert all("set-cookie" not in one.headers for one in (page, answer))


def test_it_is_read_by_the_body_that_it_is_asked_of_and_by_nobody_else(people: People) -> None:
    say(people.browser(), why="Le mot canari-51b.")
    (address,) = waiting(people)
    page = text_of(people.browser("reader").get(address))
    for told in ("canari-51b", "Les Lumens associés", "lumens@example.org", "à traiter", "12 mois"):
        assert told in page
    assert "1 demande à traiter" in text_of(people.browser("reader").get("/accords"))
    for who in ("other-signer", "stranger"):
        assert waiting(people, who) == []
        assert people.browser(who).get(address).status_code == 404
        client = people.browser(who)
        sent = {"_csrf": token_of(client.get("/mes-sessions"))}
        assert client.post(f"{address}/refuser", data=sent, headers=SAME).status_code == 404
        assert client.get(f"/accords/nouveau?besoin={address[17:]}").status_code == 404
    assert people.browser().get(address).status_code == 303


@pytest.mark.parametrize("of", ["org-one", "org-nowhere", "Commune de Nulle-Part"])
def test_the_answer_is_the_same_whatever_exists(people: People, of: str) -> None:
    client = people.browser()
    answer = say(client, of=of)
    assert (answer.status_code, answer.headers["location"]) == (303, "/besoin?recu=oui")
    assert of not in client.get("/besoin?recu=oui").text


@pytest.mark.parametrize(
    "field",
    ["of", "asker", "asker_kind", "purpose", "why", "datasets", "granularity", "things",
     "contact", "address"],
)  # fmt: skip
def test_a_script_in_a_field_comes_out_as_a_text(people: People, field: str) -> None:
    answer = say(people.browser(), **{field: SCRIPT}, lang="fr")
    assert SCRIPT not in answer.text
    for address in waiting(people):
        page = people.browser("signer").get(address)
        assert SCRIPT not in page.text
        draft = people.browser("signer").get(f"/accords/nouveau?besoin={address[17:]}")
        assert draft.status_code == 200 and SCRIPT not in draft.text
    assert SCRIPT not in people.browser("signer").get("/accords").text


@pytest.mark.parametrize("field", ["of", "asker", "purpose", "why", "datasets", "things"])
def test_what_is_missing_is_said_and_the_rest_is_given_back(people: People, field: str) -> None:
    answer = say(people.browser(), **{field: [] if field == "datasets" else ""}, contact="canari-9")
    assert answer.status_code == 422
    assert "À revoir" in text_of(answer)
    assert 'value="canari-9"' in answer.text
    assert waiting(people) == []


@pytest.fixture
def limited(people: People) -> Iterator[None]:
    """The quota of reads as a server has it; tests have none."""
    state = people.furnished.place.app.state
    house = state.house
    state.house = replace(house, quotas=replace(house.quotas, openly=Quota(240, 4)))
    yield
    state.house = house


@pytest.mark.usefixtures("limited")
def test_many_from_one_address_are_told_to_wait(people: People) -> None:
    client = people.browser()
    answers = [say(client, why=f"Raison {n}.") for n in range(12)]
    assert {one.status_code for one in answers} == {303, 429}
    assert len(waiting(people)) == sum(one.status_code == 303 for one in answers) <= 10


def test_a_form_of_another_site_says_nothing(people: People) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = people.browser().post("/besoin", data=need(), headers=headers)
    assert answer.status_code == 403
    assert waiting(people) == []


@pytest.mark.parametrize("text", ["x" * 2001, "y" * 5000])
def test_what_is_too_long_is_refused(people: People, text: str) -> None:
    assert say(people.browser(), why=text).status_code == 422
    assert say(people.browser(), asker=text).status_code == 422


def test_who_is_logged_in_may_ask_another_body(people: People) -> None:
    client = people.browser("other-reader")
    answer = people.form(client, "/besoin", **need(of="org-one"))
    assert answer.status_code == 303, text_of(answer)
    assert len(waiting(people)) == 1


def test_the_signer_says_no_once(people: People) -> None:
    say(people.browser())
    (address,) = waiting(people)
    for who in ("reader", "agent"):
        client = people.browser(who)
        sent = {"_csrf": token_of(client.get(address))}
        assert client.post(f"{address}/refuser", data=sent, headers=SAME).status_code == 403
    client = people.browser("signer")
    assert people.form(client, address, at=f"{address}/refuser").status_code == 303
    page = text_of(client.get(address))
    assert "refusée" in page and "Dire non" not in page
    assert "Demandes traitées" in text_of(client.get("/accords"))


def test_the_signer_makes_a_proposal_from_it(people: People) -> None:
    say(people.browser(), granularity="day", purpose="lighting_planning", datasets=["assets"])
    (address,) = waiting(people)
    client, path = people.browser("signer"), f"/accords/nouveau?besoin={address[17:]}"
    form = client.get(path)
    assert re.search(r'value="lighting_planning" selected', form.text)
    assert re.search(r'value="day" selected', form.text)
    assert re.search(r'value="assets" checked', form.text)
    answer = people.form(
        client,
        path,
        at="/accords/nouveau",
        besoin=address[17:],
        recipient="org-two",
        purpose="lighting_planning",
        datasets="assets",
        sites=people.ids["site"],
        granularity="day",
        data_subject="legal_person",
        legal_basis="contract",
        valid_from="2026-12-01",
        months="12",
        readings_from="2026-01-01",
        retention_days="90",
        title="",
    )
    assert answer.status_code == 303, text_of(answer)
    page = client.get(address)
    assert answer.headers["location"].removesuffix("/proposer") in page.text
    assert "un accord est rédigé" in text_of(page)


@pytest.mark.parametrize("path", ["/catalogue", "/besoin", "/besoin?recu=oui"])
def test_both_languages_and_no_canary(people: People, path: str) -> None:
    client = people.browser()
    french = client.get(path)
    english = client.get(path + ("&" if "?" in path else "?") + "lang=en")
    assert french.status_code == english.status_code == 200
    assert '<html lang="fr">' in french.text and '<html lang="en">' in english.text
    titles = [re.search("<h1>(.*?)</h1>", page.text) for page in (french, english)]
    assert titles[0] and titles[1] and titles[0][1] != titles[1][1]
    held = [*people.ids.values(), "org-one", "org-two", "École du centre", "99000000000017"]
    for page in (french, english):
        assert [one for one in held if len(one) > 3 and f">{one}<" in page.text] == []


def test_every_choice_of_the_terms_is_told() -> None:
    assert {one.dataset for one in catalogue.ENTRIES} == set(get_args(Dataset.__value__))
    assert set(catalogue.GRAINS) == set(words.GRAIN) == set(get_args(Grant.__value__))
    assert set(catalogue.BASES) == set(words.BASIS) == set(get_args(LegalBasis.__value__))
    told = {purpose for one in catalogue.ENTRIES for purpose in one.purposes}
    assert told == set(words.PURPOSE) == set(get_args(Purpose.__value__))


def test_each_field_says_what_it_is_for(people: People) -> None:
    page = text_of(people.browser().get("/catalogue"))
    for entry in catalogue.ENTRIES:
        for field in entry.fields:
            assert all(typeset_french(one[0]) in page for one in (field.name, field.use))
