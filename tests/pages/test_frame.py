"""The frame: who enters, in which language, under which headers, and how errors are told."""

import gzip
import re
import time
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from synergie.errors import Overloaded, StorageFull, TooManyRequests
from synergie.server.pages import _static
from synergie.server.pages import frame as _frame
from synergie.server.pages import visit as _visit
from synergie.storage.store import Store
from tests.pages.people import COOKIE, SAME, People, token_of
from tests.server.partner import NOW, URL
from tests.server.place import Place


def test_a_page_bears_the_policy_and_is_kept_nowhere(people: People) -> None:
    answer = people.browser("reader").get("/mes-sessions")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == _frame.POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "Cookie" in answer.headers["vary"]
    assert "set-cookie" not in answer.headers
    assert "style=" not in answer.text and "<style" not in answer.text


def test_a_logo_and_an_accent_are_on_every_page_and_without_them_nothing(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = people.browser()
    assert "marque" not in nobody.get("/aide").text
    assert nobody.get("/pages/marque.svg").status_code == 404
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>')
    for module in (_visit, _static):
        monkeypatch.setattr(module, "load_brand", lambda _: _static._build_brand(logo, "#0b6b53"))
    found = re.compile(r'"(/pages/marque\.[a-z]+\?v=[0-9a-f]+)"')
    sources = found.findall(nobody.get("/aide").text)
    assert len(sources) == 2 and found.findall(nobody.get("/entrer").text) == sources
    style, image = (nobody.get(one) for one in sources)
    assert "--accent:#0b6b53" in style.text and style.headers["content-type"].startswith("text/css")
    assert image.headers["content-type"].startswith("image/svg+xml")
    assert image.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert image.content == logo.read_bytes()


def test_nobody_is_sent_to_the_log_in_and_back(people: People) -> None:
    answer = people.browser().get("/mes-sessions?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/entrer?vers=%2Fmes-sessions%3Fx%3D1"
    assert "set-cookie" not in answer.headers


def test_a_role_that_is_too_small_is_told_which_one_it_takes(people: People) -> None:
    answer = people.browser("signer").get("/comptes")
    assert answer.status_code == 403
    assert "«\u00a0signature\u00a0»" in answer.text
    assert "«\u00a0gestion des comptes\u00a0»" in answer.text


def test_the_language_is_kept_when_the_address_chose_it(people: People) -> None:
    client = people.browser("reader")
    english = client.get("/mes-sessions?lang=en")
    assert '<html lang="en">' in english.text and "My sessions" in english.text
    assert client.cookies["lang"] == "en"
    assert "My sessions" in client.get("/mes-sessions").text


def test_a_form_is_taken_once_it_holds_its_token(people: People) -> None:
    client = people.browser("reader")
    people.browser("reader")
    answer = people.form(client, "/mes-sessions", seance="autres")
    assert answer.status_code == 303, answer.text
    assert "1 session ouverte." in client.get("/mes-sessions").text


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 88])
def test_a_form_with_an_old_token_comes_back_with_what_was_typed(
    people: People, token: str
) -> None:
    client = people.browser("reader")
    sent = {"seance": "<script>alert(1)</script>", "_csrf": token}
    answer = client.post("/mes-sessions", data=sent, headers=SAME)
    assert answer.status_code == 409
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert token_of(answer)


def test_the_cookie_opens_and_its_absence_closes(people: People) -> None:
    client = people.browser("reader")
    assert client.get("/mes-sessions").status_code == 200
    client.cookies.delete(COOKIE)
    assert client.get("/mes-sessions").status_code == 303


PAGES = list(Path(_visit.__file__).parent.glob("templates/*.html"))
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def main_of(page: httpx2.Response) -> str:
    return unescape(page.text.partition("<main")[2].partition("</main>")[0])


def test_an_address_that_is_nowhere_is_a_page_for_people(people: People) -> None:
    answer = people.browser().get("/nulle-part", headers=HTML)
    assert answer.status_code == 404
    assert "Cette adresse n’existe pas, ou ce qu’elle désigne n’est pas partagé" in main_of(answer)
    theirs = people.browser("stranger").get(f"/comptes/{people.accounts['reader'].id}")
    assert main_of(theirs).count("n’existe pas") == 1
    assert main_of(answer) == main_of(theirs)


@pytest.mark.parametrize(
    ("path", "accept"), [("/nulle-part", "application/json"), ("/v1/nothing", HTML["Accept"])]
)
def test_a_program_is_told_by_a_problem_document(people: People, path: str, accept: str) -> None:
    answer = people.browser().get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_method_that_a_page_does_not_take_is_told_as_such(people: People) -> None:
    answer = people.browser().delete("/comptes", headers=HTML)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST, HEAD"
    assert answer.headers["content-type"].startswith("text/html")
    again = people.browser().get("/sortir", headers=HTML)  # the address of a form, loaded anew
    assert (again.status_code, again.headers["allow"]) == (405, "POST")


def test_a_fault_of_ours_is_a_page_with_its_reference(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(type(people.book), "of", broken)
    answer = people.browser("keeper").get("/comptes")
    assert answer.status_code == 500
    reference = answer.headers["synergie-trace-id"]
    assert reference in answer.text
    assert "secret of the house" not in answer.text
    assert "Rien n’a été enregistré." in main_of(answer)


def test_a_form_that_is_too_large_is_told_as_a_page(people: People) -> None:
    client = people.browser("reader")
    sent = {"seance": "x" * (1 << 20), "_csrf": token_of(client.get("/mes-sessions"))}
    answer = client.post("/mes-sessions", data=sent, headers=SAME)
    assert answer.status_code == 413
    assert "<h1>Trop grand</h1>" in answer.text
    assert "Cet envoi dépasse la limite de 1\u202f048\u202f576 octets." in main_of(answer)


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"\xff=\xfe", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 2000, "application/x-www-form-urlencoded", 413),
        (b"--x", "multipart/form-data; boundary=y", 400),
        (b"--x", "multipart/form-data", 400),
        (b"{}", "application/json", 415),
    ],
    ids=range(5),
)
def test_bytes_that_are_no_form_are_told_as_a_page(
    people: People, content: bytes, kind: str, status: int
) -> None:
    headers = SAME | {"Content-Type": kind}
    answer = people.browser("reader").post("/mes-sessions", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize("path", ["/depot", "/besoin", "/entrer/lien", "/comptes"])
def test_a_packed_form_is_refused_before_it_is_unpacked(people: People, path: str) -> None:
    """A kilobyte of nobody's would become a megabyte here; no browser packs a form."""
    head = b'--x\r\nContent-Disposition: form-data; name="fichier"; filename="a.csv"\r\n\r\n'
    packed = gzip.compress(head + bytes(1 << 20) + b"\r\n--x--\r\n")
    told = {"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "gzip"}
    answer = people.browser().post(path, content=packed, headers=SAME | told)
    assert answer.status_code == 415 and "<h1>" in answer.text
    plain = people.browser().post(path, data={"q": "x"}, headers=SAME)
    assert plain.status_code in {403, 409, 422}


def test_forms_of_nobody_are_counted(tmp_path: Path, store: Store) -> None:
    place = Place.of(store, tmp_path, limits=True, proxied=False, open_reads_per_min=3.0)
    with TestClient(place.app, base_url=URL) as client:
        sent = [client.post("/depot", data={"q": "x"}, headers=SAME).status_code for _ in range(5)]
    assert sent[0] == 409 and sent[-1] == 429


def test_too_many_log_ins_are_told_as_a_page(tmp_path: Path, store: Store) -> None:
    place = Place.of(store, tmp_path, limits=True, failures=3)
    sent = {"jeton": "A" * 43}
    told = [place.http.post("/entrer/lien", data=sent, headers=SAME | HTML) for _ in range(6)]
    assert [one.status_code for one in told] == [403] * 3 + [429] * 3
    assert "<h1>Trop de demandes</h1>" in told[-1].text
    assert int(told[-1].headers["retry-after"]) > 0


def test_too_many_readings_say_in_words_when_to_come_back(tmp_path: Path, store: Store) -> None:
    place = Place.of(store, tmp_path, limits=True, proxied=False, open_reads_per_min=3.0)
    with TestClient(place.app, base_url=URL) as client:
        told = [client.get("/public", headers=HTML) for _ in range(6)][-1]
        english = client.get("/public?lang=en", headers=HTML)
    assert told.status_code == 429
    assert told.headers["content-security-policy"] == _frame.POLICY
    seconds = int(told.headers["retry-after"])
    assert f"Réessayez dans {seconds} seconde" in main_of(told)
    assert '<a class="button" href="/public">Réessayer</a>' in told.text
    assert "Rien n’a été perdu." in main_of(told)
    assert "Try again in" in main_of(english)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Overloaded(1.0), 503, "ou sa base de données ne répond pas pour l’instant."),
        (Overloaded(3600.0), 503, "Réessayez dans 60 minutes."),
        (TooManyRequests(100.2), 429, "Réessayez dans 2 minutes."),
        (StorageFull(60.0), 507, "La personne qui tient le serveur peut faire de la place."),
    ],
    ids=range(4),
)
def test_a_store_that_does_not_answer_is_a_calm_page(
    people: People, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    client = people.browser("keeper")

    def down(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(type(people.book), "present", down)
    answer = client.get("/accords?suite=x", headers=HTML)
    assert answer.status_code == status
    assert words in main_of(answer)
    assert int(answer.headers["retry-after"]) >= 1
    assert '<a class="button" href="/accords?suite=x">Réessayer</a>' in answer.text
    assert answer.headers["content-security-policy"] == _frame.POLICY
    sent = client.post("/comptes", data={"q": "x"}, headers=SAME | HTML)
    assert sent.status_code == status
    assert "Rien n’a été enregistré." in main_of(sent)
    assert "rechargez cette page" in main_of(sent)
    assert "rechargez cette page" not in main_of(answer)


def test_pages_are_compiled_before_anybody_asks_for_one(tmp_path: Path, store: Store) -> None:
    _visit._build_page_environment.cache_clear()
    with TestClient(Place.of(store, tmp_path).app, base_url=URL):
        compiled, until = _visit._build_page_environment().cache, time.monotonic() + 60
        assert compiled is not None
        pages = {one.name for one in PAGES}
        while (left := pages - {name for _, name in compiled}) and time.monotonic() < until:
            time.sleep(0.01)
    assert len(pages) > 50 and left == set()


def test_in_http_on_this_machine_the_cookie_has_no_prefix(tmp_path: Path, store: Store) -> None:
    url = "http://localhost:8000"
    place = Place.of(store, tmp_path, public_url=url)
    book = place.app.state.house.trust.accounts
    place.member("ville")
    account = book.add("ville", "la mairie", "reader", by=None, now=NOW)
    token = book.link(account.id, by=None, now=NOW)
    with TestClient(place.app, base_url=url, follow_redirects=False) as client:
        answer = client.post("/entrer/lien", data={"jeton": token}, headers={"Origin": url})
    told = answer.headers["set-cookie"]
    assert told.startswith("synergie=") and "Secure" not in told and "HttpOnly" in told


def test_a_style_is_kept_for_good_by_who_asks_with_its_digest(people: People) -> None:
    client = people.browser()
    found = re.search(r'href="(/pages/pages.css[^"]*)"', client.get("/entrer").text)
    assert found is not None
    assert "immutable" in client.get(found[1]).headers["cache-control"]
    assert "immutable" not in client.get("/pages/pages.css?v=old").headers["cache-control"]
    for name in ("../reference.py", "%2e%2e/_door.py", "none.js", ""):
        assert client.get(f"/pages/{name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "digest"),
    [
        ("leaflet.js", "text/javascript", "20nQCchB9co0qIjJZRGuk2/Z9VM+kNiyxNV1lvTlZBo="),
        ("leaflet.css", "text/css", "p4NxAoJBhIIN+hmNHrzRCf9tD/miZyoHS5obTRR9BMY="),
    ],
)
def test_what_others_publish_is_sent_as_they_publish_it(
    people: People, name: str, kind: str, digest: str
) -> None:
    """The digests are those that https://leafletjs.com/download.html gives for 1.9.4."""
    answer = people.browser().get(f"/pages/leaflet/{name}")
    assert answer.headers["content-type"].startswith(kind)
    assert b64encode(sha256(answer.content).digest()).decode() == digest
    assert people.browser().get(f"/pages/leaflet/{name}.gz").status_code == 404


def test_no_cookie_before_a_log_in(people: People) -> None:
    client = people.browser()
    for path in ("/entrer", "/entrer/lien?jeton=x", "/accessibilite", "/aide", "/comptes"):
        assert "set-cookie" not in client.get(path).headers
