"""A form that meets a refusal that passes comes back whole; an error shows its own site alone.

What no name holds is absent on both engines: PostgreSQL takes no NUL.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.errors import Overloaded, StorageFull
from synergie.server.quota import Quota
from synergie.storage.store import Store
from tests.pages.people import SAME, People, token_of
from tests.server.partner import URL
from tests.server.place import Place

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT = "<script>alert(1)</script>"
NEED = {
    "of": "org-one",
    "asker": "Les Lumens associés",
    "asker_kind": "citizens",
    "purpose": "energy_monitoring",
    "why": f"Comparer les écoles. {SCRIPT}",
    "datasets": "consumption",
    "granularity": "month",
    "things": "Les écoles du bourg.",
    "contact": "chargée d'études",
    "address": "lumens@example.org",
}
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def given_back(page: httpx2.Response) -> dict[str, str]:
    """The fields that the form of *page* holds, but its token."""
    told = {unescape(name): unescape(value) for name, value in _FIELD.findall(page.text)}
    return {name: value for name, value in told.items() if name != "_csrf"}


def broken(error: Exception) -> Any:
    """What raises *error*, whatever it is called with."""

    def call(*_: object, **__: object) -> None:
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (StorageFull(60.0), 507, "Le disque du serveur est plein"),
        (Overloaded(1.0), 503, "Le serveur est occupé"),
        (Overloaded(3600.0), 503, "déjà autant de demandes de ce genre qu’il le peut."),
        (RuntimeError("secret of the house"), 500, "donnez cette référence"),
    ],
    ids=["full", "busy", "at its limit", "fault"],
)
def test_what_was_typed_comes_back_to_be_sent_again(
    people: People, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    client, needs = people.browser(), people.furnished.place.app.state.house.needs_asked
    with monkeypatch.context() as down:
        down.setattr(type(needs), "ask", broken(error))
        answer = client.post("/besoin", data=NEED, headers=SAME)
    assert answer.status_code == status
    assert words in unescape(answer.text) and "secret of the house" not in answer.text
    assert ("retry-after" in answer.headers) == (status != 500)
    assert given_back(answer) == NEED and SCRIPT not in answer.text
    again = client.post("/besoin", data=given_back(answer), headers=SAME)
    assert again.headers["location"] == "/besoin?recu=oui"


@contextmanager
def limited(people: People, **quotas: Quota) -> Iterator[None]:
    """The house with these *quotas*, by name."""
    state = people.furnished.place.app.state
    house = state.house
    state.house = replace(house, quotas=replace(house.quotas, **quotas))
    yield
    state.house = house


def test_a_form_that_is_told_to_wait_comes_back_too(people: People) -> None:
    client = people.browser()
    with limited(people, openly=Quota(30, 0.001)):
        answers = [client.post("/besoin", data=NEED, headers=SAME) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 429]
    assert given_back(answers[1]) == NEED


def test_who_is_logged_in_sends_the_same_form_with_its_token(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, house = people.browser("reader"), people.furnished.place.app.state.house
    with monkeypatch.context() as down:
        down.setattr(type(house.trust.accounts), "end", broken(Overloaded(1.0)))
        answer = people.form(client, "/mes-sessions", seance="none")
    assert answer.status_code == 503 and given_back(answer) == {"seance": "none"}
    sent = given_back(answer) | {"_csrf": token_of(answer)}
    assert client.post("/mes-sessions", data=sent, headers=SAME).status_code in {303, 404}


def test_what_has_to_be_mended_is_shown_with_the_way_back(people: People) -> None:
    client = people.browser("keeper")
    sent = {"fonction": f"x{SCRIPT}" * 20, "role": "reader"}
    sent["_csrf"] = token_of(client.get("/comptes"))
    answer = client.post("/comptes", data=sent, headers=SAME | {"Referer": f"{URL}/comptes?a=1"})
    assert answer.status_code == 422
    assert unescape(answer.text).count(sent["fonction"]) == 1 and SCRIPT not in answer.text
    assert '<a class="button" href="/comptes?a=1">Revenir à la page précédente</a>' in answer.text
    assert "Envoyer encore une fois" not in answer.text


def test_a_secret_is_not_given_back(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    client = people.browser()
    monkeypatch.setattr(type(people.book), "enter", broken(Overloaded(1.0)))
    answer = client.post("/entrer/lien", data={"jeton": "A" * 43, "vers": "/"}, headers=SAME)
    assert answer.status_code == 503
    assert "A" * 43 not in answer.text and given_back(answer) == {}


def test_a_file_is_to_be_chosen_again(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    depot = people.furnished.place.app.state.house.readings.depot
    monkeypatch.setattr(type(depot), "take", broken(StorageFull(60.0)))
    answer = people.form(people.browser("agent"), "/depot", fichier=("juin.csv", b"a;b\n1;2\n"))
    assert answer.status_code == 507
    assert "Fichier à choisir de nouveau" in answer.text and "juin.csv" in answer.text


def test_a_full_disk_says_why_a_reading_has_to_wait(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(people.book), "sittings", broken(StorageFull(60.0)))
    text = unescape(people.browser("reader").get("/mes-sessions").text)
    assert "s’inscrit d’abord au journal" in text and "lire reste possible" not in text


def test_too_many_of_an_account_are_not_laid_on_its_connection(people: People) -> None:
    client = people.browser("reader")
    with limited(people, requests=Quota(1, 0.001)):
        answers = [client.get("/mes-sessions", headers=HTML) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]
    assert "de votre organisation ou de cette connexion" in unescape(answers[1].text)


def test_no_error_leads_to_another_host(people: People, tmp_path: Path, store: Store) -> None:
    """An address that begins with two slashes is, in a link, that of a host (RFC 3986 §4.2)."""
    elsewhere = f"{URL}//evil.example/x"
    back = people.browser("signer").get("/comptes", headers=HTML | {"Referer": elsewhere})
    assert back.status_code == 403
    place = Place.of(store, tmp_path, limits=True, failures=1)
    sent = {"jeton": "A" * 43}
    for _ in range(3):
        place.http.post("/entrer/lien", data=sent, headers=SAME | HTML)
    again = place.http.get(elsewhere, headers=HTML)
    assert again.status_code == 429
    for page in (back, again):
        assert 'href="//' not in page.text
        assert 'href="/evil.example/x"' in page.text


@pytest.mark.parametrize(
    "path",
    ["/public/donnees/%00-gas", "/public/donnees/%00-gas/a.csv", "/ogc/collections/%00-gas",
     "/accords/%00", "/accords/besoins/%00", "/depot/%00", "/plans/%00", "/plans/achats/%00",
     "/scenarios/%00", "/publications/%00-gas", "/accords/nouveau?besoin=%00"],
)  # fmt: skip
def test_what_no_name_holds_is_absent(people: People, path: str) -> None:
    answer = people.browser("signer").get(path, headers=HTML)
    assert answer.status_code == 404
    assert "Page introuvable" in answer.text


@pytest.mark.parametrize(
    "path", ["/journal?qui=%00&quoi=%00", "/publications/apercu?decoupage=%00", "/sites?q=a%00"]
)
def test_what_no_name_holds_finds_nothing(people: People, path: str) -> None:
    assert people.browser("signer").get(path, headers=HTML).status_code in {200, 422}


@pytest.mark.parametrize("field", ["of", "why"])
def test_a_form_with_what_no_text_holds_is_refused(people: People, field: str) -> None:
    answer = people.browser().post("/besoin", data=NEED | {field: "a\0b"}, headers=SAME)
    assert answer.status_code == 400
    assert "NUL" in answer.text
