"""A device that a person trusts: it reads for thirty days, and acts as long as any session."""

from datetime import timedelta

import httpx2
import pytest

from tests.pages.people import COOKIE, SAME, People, token_of

DAY = 24 * 3600


def enter(people: People, name: str, **form: str) -> httpx2.Client:
    """A browser that logged in by a link just now."""
    now = people.furnished.place.clock.now
    token = people.book.link(people.accounts[name].id, by=None, now=now)
    browser = people.browser()
    form |= {"jeton": token, "vers": "/"}
    assert browser.post("/entrer/lien", data=form, headers=SAME).status_code == 303
    return browser


def change_role(people: People, browser: httpx2.Client, role: str = "agent") -> httpx2.Response:
    """An act of a keeper, from a form that it had."""
    at = f"/comptes/{people.accounts['reader'].id}/role"
    form = {"_csrf": token_of(browser.get("/mes-sessions")), "role": role}
    return browser.post(at, data=form, headers=SAME)


def role_of(people: People) -> str:
    return people.book.read(people.accounts["reader"].id, by=None).role


def test_a_trusted_device_reads_for_thirty_days_and_acts_no_longer_than_others(
    people: People,
) -> None:
    clock = people.furnished.place.clock
    trusted, other = enter(people, "keeper", garder="1"), enter(people, "keeper")
    assert change_role(people, trusted).status_code == 303
    assert role_of(people) == "agent"
    clock.forward(31 * 60)
    assert other.get("/sites").status_code == 303, "another one is over"
    page = trusted.get("/sites")
    assert page.status_code == 200
    assert "Lecture seule" in page.text
    assert trusted.get("/comptes").headers["location"] == "/entrer?vers=%2Fcomptes"
    kept = change_role(people, trusted, "signer")
    assert kept.status_code == 409
    assert "Entrez de nouveau" in kept.text
    assert role_of(people) == "agent"
    for _ in range(28):
        clock.forward(DAY)
        assert trusted.get("/sites").status_code == 200
    clock.forward(2 * DAY)
    assert trusted.get("/sites").status_code == 303


def test_who_goes_on_acts_for_ten_hours_and_no_longer(people: People) -> None:
    clock = people.furnished.place.clock
    trusted = enter(people, "keeper", garder="1")
    for n in range(38):
        assert trusted.get("/comptes").status_code == 200, n
        clock.forward(15 * 60)
    clock.forward(40 * 60)
    assert trusted.get("/comptes").status_code == 303
    assert trusted.get("/sites").status_code == 200


def test_time_to_act_that_is_over_comes_back_by_a_log_in_alone(people: People) -> None:
    clock = people.furnished.place.clock
    trusted = enter(people, "keeper", garder="1")
    clock.forward(31 * 60)
    for _ in range(5):
        assert trusted.get("/sites").status_code == 200
        clock.forward(5 * 60)
    assert trusted.get("/comptes").status_code == 303
    token = people.book.link(people.accounts["keeper"].id, by=None, now=clock.now)
    again = trusted.post("/entrer/lien", data={"jeton": token}, headers=SAME)
    assert again.status_code == 303
    assert trusted.get("/comptes").status_code == 200


def test_a_trusted_device_that_reads_is_no_way_in_for_good(people: People) -> None:
    clock, reader = people.furnished.place.clock, people.accounts["reader"].id
    trusted = enter(people, "reader", garder="1")
    clock.forward(31 * 60)
    form = {"_csrf": token_of(trusted.get("/mes-sessions")), "reponse": "{}"}
    assert trusted.post("/mes-sessions/cles", data=form, headers=SAME).status_code == 409
    people.book.change_role(reader, "keeper", by=None, now=clock.now)
    assert trusted.get("/comptes").status_code == 303
    people.book.change_role(reader, "reader", by=None, now=clock.now)


def test_it_is_listed_and_ends_from_elsewhere_and_with_its_account(people: People) -> None:
    clock = people.furnished.place.clock
    trusted = enter(people, "signer", garder="1")
    clock.forward(2 * DAY)
    elsewhere = enter(people, "signer")
    assert "appareil de confiance" in elsewhere.get("/mes-sessions").text
    assert people.form(elsewhere, "/mes-sessions", seance="autres").status_code == 303
    assert trusted.get("/sites").status_code == 303
    organisation = people.accounts["signer"].organisation
    made = people.book.add(organisation, "x", "reader", by=None, now=clock.now)
    people.accounts["passing"] = made
    closed = enter(people, "passing", garder="1")
    assert closed.get("/sites").status_code == 200
    people.book.close(made.id, by=None, now=clock.now)
    assert closed.get("/sites").status_code == 303


def test_it_leaves_and_ends_sessions_while_it_only_reads(people: People) -> None:
    clock = people.furnished.place.clock
    trusted = enter(people, "agent", garder="1")
    clock.forward(31 * 60)
    assert people.form(trusted, "/mes-sessions", seance="autres").status_code == 303
    form = {"_csrf": token_of(trusted.get("/mes-sessions"))}
    assert trusted.post("/sortir", data=form, headers=SAME).status_code == 303
    assert trusted.get("/sites").status_code == 303


@pytest.mark.parametrize("told", ["", "0", "oui"])
def test_nothing_is_trusted_that_was_not_said(people: People, told: str) -> None:
    browser = enter(people, "agent", garder=told)
    people.furnished.place.clock.forward(31 * 60)
    assert browser.get("/sites").status_code == 303


def test_the_cookie_lasts_as_long(people: People) -> None:
    now = people.furnished.place.clock.now
    token = people.book.link(people.accounts["agent"].id, by=None, now=now)
    form = {"jeton": token, "garder": "1"}
    answer = people.browser().post("/entrer/lien", data=form, headers=SAME)
    (told,) = answer.headers.get_list("set-cookie")
    assert told.startswith(COOKIE)
    assert f"Max-Age={int(timedelta(days=30).total_seconds())}" in told
