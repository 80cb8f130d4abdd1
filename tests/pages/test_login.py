"""Log in and out in a browser: the link, its preview, its replay, the cookie, the passkey."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import httpx2
import pytest
from sqlalchemy import text

from synergie.schemas.trust.journal import JournalRecord
from tests.exchange.authenticator import Authenticator
from tests.pages.people import COOKIE, SAME, People, token_of
from tests.server.partner import NOW, URL

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"


def link(people: People, name: str = "reader") -> str:
    return people.book.link(people.accounts[name].id, by=None, now=people.furnished.place.clock.now)


def press(client: httpx2.Client, token: str, vers: str = "/") -> httpx2.Response:
    return client.post("/entrer/lien", data={"jeton": token, "vers": vers}, headers=SAME)


def test_a_preview_of_the_link_uses_nothing_up(people: People) -> None:
    token, client = link(people), people.browser()
    for method in ("GET", "HEAD", "GET"):
        seen = client.request(method, f"/entrer/lien?jeton={token}")
        assert seen.status_code == 200
        assert "set-cookie" not in seen.headers
    entered = press(client, token)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert client.get("/mes-sessions").status_code == 200


def test_the_cookie_is_bound_to_the_host_and_to_the_browser(people: People) -> None:
    answer = press(people.browser(), link(people))
    (told,) = answer.headers.get_list("set-cookie")
    name, *rest = (part.strip() for part in told.split(";"))
    assert name.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(rest)
    assert not [part for part in rest if part.lower().startswith("domain")]


def test_the_page_of_a_guessed_link_is_that_of_a_good_one(people: People) -> None:
    good, guessed = link(people), "A" * 43
    pages = [
        people.browser().get(f"/entrer/lien?jeton={token}").text.replace(token, "")
        for token in (good, guessed)
    ]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("token", ["", "A" * 43, "<script>alert(1)</script>", "x" * 300], ids=len)
def test_a_guessed_link_opens_nothing(people: People, token: str) -> None:
    answer = press(people.browser(), token)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "Demandez un nouveau lien" in answer.text
    assert "<script>alert" not in answer.text


def test_a_link_that_was_used_opens_nothing(people: People) -> None:
    token = link(people)
    assert press(people.browser(), token).status_code == 303
    assert press(people.browser(), token).status_code == 403


def test_of_two_at_once_one_enters(people: People) -> None:
    token = link(people)
    with ThreadPoolExecutor(4) as many:
        found = list(many.map(lambda _: press(people.browser(), token).status_code, range(4)))
    assert sorted(found) == [303, 403, 403, 403]


def test_a_log_in_from_another_site_is_refused(people: People) -> None:
    token = link(people)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": URL},
        {},
    ):
        answer = people.browser().post("/entrer/lien", data={"jeton": token}, headers=headers)
        assert answer.status_code == 403
        assert "ne venait pas d’une page de ce site" in unescape(answer.text)
    assert press(people.browser(), token).status_code == 303


def test_a_new_log_in_ends_the_sitting_of_the_browser(people: People) -> None:
    client = people.browser("reader")
    old = client.cookies[COOKIE]
    answer = press(client, link(people))
    assert answer.status_code == 303
    assert client.cookies[COOKIE] != old
    assert people.book.present(old, now=NOW) is None


@pytest.mark.parametrize(
    ("vers", "where"),
    [
        ("/sites?x=1", "/sites?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\tx", "/"),
        ("javascript:alert(1)", "/"),
        ("/entrer", "/"),
        ("", "/"),
    ],
    ids=ascii,
)
def test_a_log_in_leads_to_pages_of_ours_only(people: People, vers: str, where: str) -> None:
    assert press(people.browser(), link(people), vers).headers["location"] == where


def test_who_logs_out_is_out(people: People) -> None:
    client = people.browser("agent")
    cookie = client.cookies[COOKIE]
    answer = people.form(client, "/mes-sessions", at="/sortir")
    assert (answer.status_code, answer.headers["location"]) == (303, "/entrer?sorti=oui")
    assert COOKIE not in client.cookies
    assert people.book.present(cookie, now=NOW) is None
    assert "Vous êtes sorti." in client.get("/entrer?sorti=oui").text


def test_a_forged_log_out_does_nothing_and_is_recorded(people: People) -> None:
    client = people.browser("signer")
    answer = client.post("/sortir", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert client.get("/mes-sessions").status_code == 200
    account = people.accounts["signer"].id
    told = last_record(people)
    assert (told.event, told.reason, told.subjects) == (
        "account.refused",
        "forged_form",
        (account,),
    )


def test_a_form_outlives_the_sitting_that_it_was_written_in(people: People) -> None:
    client = people.browser("keeper")
    typed = {"fonction": 'la personne "chargée" de <b>tout</b>\r\n& du reste', "role": "agent"}
    sent = {**typed, "_csrf": token_of(client.get("/comptes"))}
    (sitting,) = people.book.sittings(people.accounts["keeper"].id, by=None, now=NOW)[:1]
    people.book.end(people.accounts["keeper"].id, sitting.id, by=None, now=NOW)
    kept = client.post("/comptes", data=sent, headers=SAME)
    assert kept.status_code == 409
    assert "Votre session est terminée" in kept.text
    assert "<b>tout" not in kept.text
    assert hidden(kept)["fonction"].replace("\r\n", "\n") == typed["fonction"].replace("\r\n", "\n")
    press(client, link(people, "keeper"))
    again = client.post("/comptes", data=hidden(kept), headers=SAME)
    assert again.status_code == 409
    once_more = client.post(
        "/comptes", data=hidden(again) | {"fonction": "la mairie"}, headers=SAME
    )
    assert once_more.status_code == 303


def test_a_file_cannot_be_kept_and_the_page_says_so(people: People) -> None:
    file = {"fichier": ("juin <1>.csv", b"x")}
    answer = people.browser().post("/mes-sessions", files=file, headers=SAME)
    assert answer.status_code == 409
    assert "Un fichier ne peut pas être gardé" in answer.text
    assert "juin &lt;1&gt;.csv" in answer.text
    assert "Envoyer encore une fois" not in answer.text


def test_a_passkey_is_added_and_then_logs_in(people: People) -> None:
    client = people.browser("agent")
    page = client.get("/mes-sessions")
    key = Authenticator(URL, URL.removeprefix("https://"))
    answer = key.made(options(page, "/mes-sessions/cles"))
    sent = {"_csrf": token_of(page), "reponse": answer, "nom": "<i>ordinateur</i>"}
    assert client.post("/mes-sessions/cles", data=sent, headers=SAME).status_code == 303
    assert "&lt;i&gt;ordinateur&lt;/i&gt;" in client.get("/mes-sessions").text
    other = people.browser(**{"User-Agent": FIREFOX})
    signed = key.signed(options(other.get("/entrer"), "/entrer/cle"))
    entered = other.post("/entrer/cle", data={"reponse": signed, "vers": "/plans"}, headers=SAME)
    assert (entered.status_code, entered.headers["location"]) == (303, "/plans")
    assert "Firefox / Linux" in other.get("/mes-sessions").text
    replayed = people.browser().post("/entrer/cle", data={"reponse": signed}, headers=SAME)
    assert replayed.status_code == 403


def test_an_old_session_adds_no_passkey(people: People) -> None:
    client, clock = people.browser("reader"), people.furnished.place.clock
    page = client.get("/mes-sessions")
    key = Authenticator(URL, URL.removeprefix("https://"))
    sent = {"reponse": key.made(options(page, "/mes-sessions/cles")), "nom": "x"}
    began = clock.now
    try:
        clock.now = began + timedelta(minutes=20)
        client.get("/mes-sessions")
        clock.now = began + timedelta(minutes=31)
        late = client.get("/mes-sessions")
        assert "se connecter de nouveau" in late.text
        sent["_csrf"] = token_of(late)
        assert client.post("/mes-sessions/cles", data=sent, headers=SAME).status_code == 409
        assert (
            people.furnished.place.app.state.house.trust.passkeys.of(people.accounts["reader"].id)
            == []
        )
    finally:
        clock.now = began


def test_the_log_in_works_without_script(people: People) -> None:
    page = people.browser().get("/entrer").text
    assert re.search(r'<form [^>]*action="/entrer/cle"[^>]* hidden>', page)
    assert "lien qui sert une seule fois" in page


def options(page: httpx2.Response, action: str) -> dict[str, object]:
    """What the script of a page would hand to the browser."""
    found = re.search(f'action="{action}"[^>]*data-options="([^"]*)"', page.text)
    assert found is not None
    told: dict[str, object] = json.loads(unescape(found[1]))
    return told


def hidden(page: httpx2.Response) -> dict[str, str]:
    """The fields of the form that sends again, in the page's main part."""
    main = page.text.partition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', main)
    return {unescape(name): unescape(value) for name, value in found}


def test_a_secret_is_never_shown_again(people: People) -> None:
    sent = {"key": '{"kty":"EC","d":"secret"}', "name": "visible"}
    answer = people.browser("signer").post("/mes-sessions", data=sent, headers=SAME)
    assert answer.status_code == 409
    assert "secret&#34;" not in answer.text and "visible" in answer.text
    assert "Secret à écrire de nouveau" in answer.text


def last_record(people: People) -> JournalRecord:
    """The newest record of the journal."""
    with people.book.store.read() as session:
        query = text("SELECT record FROM journal ORDER BY seq DESC LIMIT 1")
        row = session.connection().execute(query).scalar_one()
    return JournalRecord.model_validate_json(bytes(row))


def test_who_is_logged_in_is_warned_before_a_link_of_somebody_else_is_used(people: People) -> None:
    """A link that a stranger sends must not move a person into the stranger's account unseen."""
    at = f"/entrer/lien?jeton={'A' * 43}"
    assert "déjà connecté" in people.browser("agent").get(at).text
    assert "déjà connecté" not in people.browser().get(at).text
