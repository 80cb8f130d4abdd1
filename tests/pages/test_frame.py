"""The frame: who enters, in which language, under which headers, and how errors are told."""

import pytest

from synergie.server.pages import _frame
from tests.pages.people import COOKIE, SAME, People, token_of


def test_a_page_bears_the_policy_and_is_kept_nowhere(people: People) -> None:
    answer = people.browser("reader").get("/mes-sessions")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == _frame.POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "Cookie" in answer.headers["vary"]
    assert "set-cookie" not in answer.headers
    assert "style=" not in answer.text and "<style" not in answer.text


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
