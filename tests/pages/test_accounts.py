"""The keeper's page: who sees it, what it does, and when it takes effect."""

import re
from datetime import timedelta
from html import unescape

import httpx2
import pytest

from synergie.exchange.trust.accounts import principal_of
from tests.exchange.authenticator import Authenticator
from tests.pages.people import SAME, People, token_of
from tests.server.partner import URL

ACTS = ("lien", "role", "sessions", "cles", "fermer")
PAGES = ("/comptes", "/mes-sessions", "/entrer", "/entrer/lien", "/accessibilite", "/aide")


def path(people: People, name: str, act: str = "") -> str:
    return f"/comptes/{people.accounts[name].id}" + (f"/{act}" if act else "")


def send(people: People, client: httpx2.Client, at: str, **fields: str) -> httpx2.Response:
    """A form with the right token, from a page that everybody logged in has."""
    fields["_csrf"] = token_of(client.get("/mes-sessions"))
    return client.post(at, data=fields, headers=SAME)


@pytest.mark.parametrize("who", ["reader", "agent", "signer", "other-signer"])
def test_another_role_reads_and_does_nothing(people: People, who: str) -> None:
    client = people.browser(who)
    for at in ("/comptes", path(people, "reader")):
        answer = client.get(at)
        assert answer.status_code == 403
        assert people.accounts["reader"].label not in answer.text.partition("<main")[2]
    for act in ACTS:
        assert send(people, client, path(people, "reader", act), role="keeper").status_code == 403
    made = send(people, client, "/comptes", fonction="x", role="keeper")
    assert made.status_code == 403


def test_nobody_logged_in_reads_and_does_nothing(people: People) -> None:
    client = people.browser()
    for at in ("/comptes", path(people, "reader")):
        assert client.get(at).status_code == 303
    for act in ACTS:
        assert (
            client.post(path(people, "reader", act), data={"x": ""}, headers=SAME).status_code
            == 409
        )
        assert client.post(path(people, "reader", act)).status_code == 403


def test_a_keeper_of_another_organisation_finds_nothing(people: People) -> None:
    client = people.browser("stranger")
    absent = client.get("/comptes/acc_00000000000000000000")
    theirs = client.get(path(people, "reader"))
    assert (absent.status_code, theirs.status_code) == (404, 404)
    assert main_of(absent) == main_of(theirs)
    for act in ACTS:
        answer = send(people, client, path(people, "reader", act), role="keeper")
        assert answer.status_code == 404
    assert people.accounts["reader"].label not in client.get("/comptes").text


def test_a_keeper_opens_an_account_and_hands_its_link_over_once(people: People) -> None:
    client = people.browser("keeper")
    label = "<script>alert('énergie')</script>"
    made = send(people, client, "/comptes", fonction=label, role="agent")
    assert made.status_code == 303
    at = made.headers["location"]
    page = client.get(at)
    assert "&lt;script&gt;alert" in page.text and "<script>alert" not in page.text
    assert send(people, client, f"{at}/lien").headers["location"] == at
    shown = client.get(at)
    link = re.search(r"<textarea[^>]*>([^<]*)</textarea>", shown.text)
    assert link is not None
    address = unescape(link[1]).strip()
    assert address.startswith(f"{URL}/entrer/lien?jeton=")
    assert "<textarea" not in client.get(at).text
    person = people.browser()
    sent = {"jeton": address.partition("jeton=")[2]}
    assert person.post("/entrer/lien", data=sent, headers=SAME).status_code == 303
    assert person.get("/comptes").status_code == 403


def test_a_session_of_this_morning_hands_out_no_way_in(people: People) -> None:
    """Whoever finds a keeper's browser open must not make a link that outlives the session."""
    client, clock = people.browser("keeper"), people.furnished.place.clock
    at, then = path(people, "agent"), clock.now
    assert f'action="{at}/lien"' in client.get(at).text
    clock.now = then + timedelta(minutes=29)
    client.get("/mes-sessions")  # the sitting is used, so it lasts
    clock.now = then + timedelta(minutes=31)
    try:
        page = client.get(at)
        assert page.status_code == 200 and f'action="{at}/lien"' not in page.text
        refused = send(people, client, f"{at}/lien")
        assert refused.status_code == 409
        assert "<textarea" not in client.get(at).text
    finally:
        clock.now = then


def test_another_role_and_the_closing_hold_from_the_next_request(people: People) -> None:
    people.add("passante", "org-one", "reader")
    keeper, person = people.browser("keeper"), people.browser("passante")
    assert person.get("/comptes").status_code == 403
    send(people, keeper, path(people, "passante", "role"), role="keeper")
    assert person.get("/comptes").status_code == 200
    asked = keeper.get(path(people, "passante") + "?fermer=oui")
    assert "Fermer pour de bon" in asked.text
    send(people, keeper, path(people, "passante", "fermer"))
    assert person.get("/comptes").status_code == 303
    assert "Compte fermé" in keeper.get(path(people, "passante")).text


def test_the_page_of_an_account_tells_what_the_journal_holds(people: People) -> None:
    people.add("observée", "org-one", "agent")
    keeper, person = people.browser("keeper"), people.browser("observée")
    person.post("/sortir", headers={"Origin": "https://evil.example"})
    told = keeper.get(path(people, "observée")).text.partition("Derniers actes")[2]
    acts = [unescape(one) for one in re.findall(r"<td>([^<]*)</td></tr>", told)]
    assert acts == [
        "refus (formulaire venu d’un autre site)",
        "entrée (par un lien)",
        "lien d’entrée fait",
        "compte ouvert (agent)",
    ]


def test_a_keeper_ends_the_sittings_of_another(people: People) -> None:
    people.add("absente", "org-one", "agent")
    keeper, person = people.browser("keeper"), people.browser("absente")
    send(people, keeper, path(people, "absente", "sessions"))
    assert person.get("/mes-sessions").status_code == 303


def test_a_keeper_removes_the_passkeys_of_another(people: People) -> None:
    account = people.add("distraite", "org-one", "agent")
    keys, now = (
        people.furnished.place.app.state.house.trust.passkeys,
        people.furnished.place.clock.now,
    )
    key = Authenticator(URL, URL.removeprefix("https://"))
    answer = key.made(keys.new_options(account, now=now))
    keys.add(principal_of(account), answer, "x", now=now)
    keeper = people.browser("keeper")
    assert "Retirer ses clés d’accès" in unescape(keeper.get(path(people, "distraite")).text)
    send(people, keeper, path(people, "distraite", "cles"))
    assert keys.of(account.id) == []


def test_a_keeper_cannot_close_the_own_account(people: People) -> None:
    client = people.browser("keeper")
    assert "/fermer" not in client.get(path(people, "keeper")).text
    answer = send(people, client, path(people, "keeper", "fermer"))
    assert answer.status_code == 409
    assert client.get("/comptes").status_code == 200


def test_a_sitting_of_another_is_not_found(people: People) -> None:
    client = people.browser("reader")
    people.browser("agent")
    account = people.accounts["agent"].id
    now = people.furnished.place.clock.now
    theirs = people.book.sittings(account, by=None, now=now)[0].id
    assert send(people, client, "/mes-sessions", seance=theirs).status_code == 404
    assert theirs in [one.id for one in people.book.sittings(account, by=None, now=now)]


@pytest.mark.parametrize("fields", [{"fonction": ""}, {"fonction": "x", "role": "root"}], ids=str)
def test_what_is_wrong_with_a_new_account_is_said(people: People, fields: dict[str, str]) -> None:
    answer = send(people, people.browser("keeper"), "/comptes", **fields)
    assert answer.status_code == 422
    assert "Rien n’a été enregistré." in unescape(answer.text)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("at", PAGES)
def test_each_page_stands_in_both_languages(people: People, at: str, lang: str) -> None:
    answer = people.browser("keeper").get(f"{at}?lang={lang}")
    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text
    assert answer.text.count("<h1>") == 1


def main_of(page: httpx2.Response) -> str:
    return page.text.partition("<main")[2].partition("</main>")[0]
