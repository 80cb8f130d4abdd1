"""A link to log in, asked for by its address of mail: who gets one, and what nobody learns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import text

from synergie.errors import TooManyRequests
from synergie.exchange.trust import login_mails
from synergie.exchange.trust.login_mails import LoginMails
from synergie.server.edge.mail import LoginMailSender, MailServer
from tests.mail import Mailbox, mailbox
from tests.pages.people import SAME, People
from tests.server.partner import URL

SENDER = "synergie@commune.example"


@dataclass
class Post:
    """The pages with mail: who asks, and what arrives."""

    people: People
    box: Mailbox
    sender: LoginMailSender

    @property
    def mails(self) -> LoginMails:
        return self.sender.mails

    def ask(self, address: str, vers: str = "/", **headers: str) -> httpx2.Response:
        return self.people.browser().post(
            "/entrer/courriel", data={"courriel": address, "vers": vers}, headers=SAME | headers
        )

    def send(self, seconds: float = 0) -> list[str]:
        """Addresses of the links that arrive now."""
        self.box.taken.clear()
        now = self.people.furnished.place.clock.now + timedelta(seconds=seconds)
        self.sender.send_due(now=now)
        halves = [re.split(r"\r?\n-- ?\r?\n", one.get_content()) for one in self.box.taken]
        assert all(len(half) == 2 for half in halves)
        return re.findall(r"https://\S+", "\n".join(french for french, _ in halves))

    def rows(self) -> int:
        with self.mails.accounts.store.read() as session:
            found = session.connection().execute(text("select count(*) from login_mail"))
            return int(found.scalar_one())


@pytest.fixture
def post(people: People) -> Iterator[Post]:
    state = people.furnished.place.app.state
    plain, mails = state.house, LoginMails(people.book)
    with mailbox() as box:
        server = MailServer(host="127.0.0.1", port=box.port, sender=SENDER)
        made = Post(people, box, LoginMailSender(mails, server, URL))
        state.house = replace(plain, trust=replace(plain.trust, login_mails=mails))
        try:
            yield made
        finally:
            state.house = plain
            people.furnished.place.clock.forward(3600)
            for name in people.accounts:
                give(people, name, "")
            made.send()


def give(people: People, name: str, address: str) -> None:
    now = people.furnished.place.clock.now
    people.book.change_mail(people.accounts[name].id, address, by=None, now=now)


def test_who_asks_gets_a_link_that_opens_once_and_goes_where_they_were_going(post: Post) -> None:
    give(post.people, "agent", "Energie@Commune.example")
    asked = post.ask(" energie@commune.EXAMPLE", vers="/matin?x=1")
    assert (asked.status_code, asked.headers["location"]) == (303, "/entrer?demande=oui")
    (link,) = post.send()
    (mail,) = post.box.taken
    assert (mail["To"], mail["From"]) == ("energie@commune.example", SENDER)
    assert mail["Subject"] == "Votre lien de connexion" and mail["Auto-Submitted"]
    assert "la personne chargée de agent" in mail.get_content()
    assert "You asked to log in" in mail.get_content()
    parts = urlsplit(link)
    told = {name: one for name, (one,) in parse_qs(parts.query).items()}
    assert (f"{parts.scheme}://{parts.netloc}", parts.path) == (URL, "/entrer/lien")
    browser = post.people.browser()
    assert browser.get(f"{parts.path}?{parts.query}").status_code == 200
    entered = browser.post("/entrer/lien", data=told, headers=SAME)
    assert (entered.status_code, entered.headers["location"]) == (303, "/matin?x=1")
    assert browser.get("/mes-sessions").status_code == 200
    again = post.people.browser().post("/entrer/lien", data=told, headers=SAME)
    assert again.status_code == 403
    assert post.rows() == 0 and post.send(60) == []


def test_an_unknown_address_has_the_same_answer_and_no_mail(post: Post) -> None:
    give(post.people, "agent", "energie@commune.example")
    known, unknown = post.ask("energie@commune.example"), post.ask("autre@commune.example")
    for one in (known, unknown):
        one.headers.pop("traceparent", None)
    assert known.status_code == unknown.status_code == 303
    kept = {"location", "cache-control", "content-length", "set-cookie"}
    headers = [{k: v for k, v in one.headers.items() if k in kept} for one in (known, unknown)]
    assert headers[0] == headers[1]
    assert post.rows() == 2
    assert len(post.send()) == 1
    assert post.rows() == 0


def test_a_link_by_mail_is_over_after_a_quarter_of_an_hour(post: Post) -> None:
    give(post.people, "agent", "energie@commune.example")
    post.ask("energie@commune.example")
    (link,) = post.send()
    post.people.furnished.place.clock.forward(15 * 60 + 1)
    token = parse_qs(urlsplit(link).query)["jeton"][0]
    late = post.people.browser().post("/entrer/lien", data={"jeton": token}, headers=SAME)
    assert late.status_code == 403


def test_one_address_of_two_organisations_gets_a_link_for_each(post: Post) -> None:
    for name in ("agent", "stranger"):
        give(post.people, name, "energie@commune.example")
    post.ask("energie@commune.example")
    assert len(set(post.send())) == 2
    assert len(post.box.taken) == 1


def test_a_closed_account_and_an_address_taken_away_get_no_link(post: Post) -> None:
    people, now = post.people, post.people.furnished.place.clock.now
    made = people.book.add(
        people.accounts["agent"].organisation,
        "x",
        "reader",
        mail="x@commune.example",
        by=None,
        now=now,
    )
    post.ask("x@commune.example")
    (link,) = post.send()
    people.book.close(made.id, by=None, now=now)
    assert people.book.read(made.id, by=None).mail is None
    token = parse_qs(urlsplit(link).query)["jeton"][0]
    answer = people.browser().post("/entrer/lien", data={"jeton": token}, headers=SAME)
    assert answer.status_code == 403
    give(people, "agent", "energie@commune.example")
    give(people, "agent", "")
    for address in ("x@commune.example", "energie@commune.example"):
        post.ask(address)
    assert post.send() == [] and post.box.taken == []


def test_who_asks_without_end_sends_three_mails_a_quarter_of_an_hour(post: Post) -> None:
    give(post.people, "agent", "energie@commune.example")
    found = []
    for _ in range(6):
        post.ask("energie@commune.example")
        found += post.send()
    assert len(found) == 3
    post.people.furnished.place.clock.forward(16 * 60)
    post.ask("energie@commune.example")
    assert len(post.send()) == 1


def test_an_address_waits_once_and_hundreds_are_refused(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_mails, "_MOST_WAITING", 3)
    for _ in range(3):
        post.ask("a@commune.example")
    assert post.rows() == 1
    for letter in "bc":
        assert post.ask(f"{letter}@commune.example").status_code == 303
    assert post.ask("d@commune.example").status_code == 429
    with pytest.raises(TooManyRequests):
        post.mails.ask(
            "e@commune.example", lang="fr", path="/", now=post.people.furnished.place.clock.now
        )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "x@y",
        "x@y.example\nBcc: z@y.example",
        "<a@b.example>",
        "é@b.example",
        "a" * 250 + "@b.example",
    ],
)
def test_what_is_no_address_is_told_and_not_kept(post: Post, address: str) -> None:
    answer = post.ask(address)
    assert answer.status_code == 422
    assert "energie@commune.example" in answer.text
    assert post.rows() == 0


def test_a_server_that_is_down_is_tried_again_and_another_link_is_sent(post: Post) -> None:
    give(post.people, "agent", "energie@commune.example")
    post.ask("energie@commune.example")
    post.box.answer = "451 later"
    with pytest.raises(OSError, match=r"^SMTPDataError 451$"):
        post.send()
    assert post.rows() == 1
    assert post.send(5) == []
    post.box.answer = ""
    assert len(post.send(31)) == 1
    assert post.rows() == 0


def test_an_address_that_the_server_refuses_is_forgotten_and_not_told(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    give(post.people, "agent", "energie@commune.example")
    post.ask("energie@commune.example")
    post.box.refuses = "550 no such user energie@commune.example"
    assert post.send() == [] and post.rows() == 0
    told = capsys.readouterr()
    assert "energie@" not in told.out + told.err


def test_a_form_of_another_site_asks_for_nothing(post: Post) -> None:
    other = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert post.ask("energie@commune.example", **other).status_code == 403
    assert post.rows() == 0


def test_a_server_without_mail_has_neither_form_nor_address(people: People) -> None:
    browser = people.browser()
    assert (
        "courriel" not in browser.get("/entrer").text.partition("<main")[2].partition("</main")[0]
    )
    sent = browser.post("/entrer/courriel", data={"courriel": "a@b.example"}, headers=SAME)
    assert sent.status_code == 404


def test_the_keeper_gives_an_address_with_a_fresh_log_in_alone(post: Post) -> None:
    people = post.people
    keeper, clock = people.browser("keeper"), people.furnished.place.clock
    at = f"/comptes/{people.accounts['reader'].id}"
    assert (
        people.form(keeper, at, at=f"{at}/courriel", courriel="Agents@commune.example").status_code
        == 303
    )
    assert "agents@commune.example" in keeper.get(at).text
    assert "adresse de courriel changée" in keeper.get(at).text
    clock.forward(31 * 60)
    keeper = people.browser("keeper")
    clock.forward(29 * 60)
    assert keeper.get(at).status_code == 200
    clock.forward(2 * 60)
    stale = people.form(keeper, at, at=f"{at}/courriel", courriel="mine@elsewhere.example")
    assert stale.status_code == 409
    assert people.book.read(people.accounts["reader"].id, by=None).mail == "agents@commune.example"


@pytest.mark.parametrize("who", ["reader", "agent", "signer", "stranger"])
def test_nobody_else_changes_or_sees_an_address(post: Post, who: str) -> None:
    people = post.people
    give(people, "keeper", "secret@commune.example")
    browser, at = people.browser(who), f"/comptes/{people.accounts['keeper'].id}"
    sent = people.form(
        browser, "/mes-sessions", at=f"{at}/courriel", courriel="mine@elsewhere.example"
    )
    assert sent.status_code == (404 if who == "stranger" else 403)
    assert "secret@" not in browser.get(at).text
    assert people.book.read(people.accounts["keeper"].id, by=None).mail == "secret@commune.example"
