"""The week by mail: who gets it, what it tells, and that one link ends it, without a log-in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import unescape
from urllib.parse import urlsplit

import pytest

from synergie.errors import Conflict, NotFound
from synergie.exchange.readings.energies.month_tables import MonthTables
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.trust.accounts import principal_of
from synergie.exchange.trust.login_mails import LoginMails
from synergie.exchange.weekly_mails import WeeklyMails, find_next
from synergie.policy.readings.morning import HOME
from synergie.reports.document import Figure, Table
from synergie.reports.figure.columns import Columns, Series
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.pdf import render_png
from synergie.server.edge.mail import MailServer
from synergie.server.pages import week_text
from synergie.server.weekly_mail import WeeklyMailSender
from tests.mail import Mailbox, mailbox
from tests.pages.people import People
from tests.server.partner import URL

SENDER = "synergie@commune.example"
ADDRESS = "energie@commune.example"
WEEK = timedelta(days=7)


@dataclass
class Weeks:
    """The pages with mail, and what arrives."""

    people: People
    box: Mailbox
    sender: WeeklyMailSender

    @property
    def now(self) -> datetime:
        return self.people.furnished.place.clock.now

    def send(self, at: datetime) -> list[EmailMessage]:
        """The mails that arrive at *at*."""
        self.box.taken.clear()
        self.sender.send_due(now=at)
        return list(self.box.taken)

    def monday(self) -> datetime:
        return find_next(self.now)


@pytest.fixture
def weeks(people: People) -> Iterator[Weeks]:
    state = people.furnished.place.app.state
    plain, store = state.house, people.book.store
    mails = WeeklyMails(people.book, Mornings(store), MonthTables(store), b"secret of the tests")
    with mailbox() as box:
        server = MailServer(host="127.0.0.1", port=box.port, sender=SENDER)
        made = Weeks(people, box, WeeklyMailSender(mails, server, URL))
        trust = replace(plain.trust, login_mails=LoginMails(people.book), weekly_mails=mails)
        state.house = replace(plain, trust=trust)
        give(people, "agent", ADDRESS)
        try:
            yield made
        finally:
            state.house = plain
            give(people, "agent", "")


def give(people: People, name: str, address: str) -> None:
    now = people.furnished.place.clock.now
    people.book.change_mail(people.accounts[name].id, address, by=None, now=now)


def choose(weeks: Weeks, name: str = "agent", choice: str = "oui", lang: str = "fr") -> None:
    browser = weeks.people.browser(name)
    sent = weeks.people.form(browser, f"/matin?lang={lang}", at="/semaine", choix=choice)
    assert (sent.status_code, sent.headers["location"]) == (303, "/matin")


def texts(mail: EmailMessage) -> tuple[str, str]:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert isinstance(plain, EmailMessage) and isinstance(html, EmailMessage)
    return plain.get_content(), html.get_content()


def test_who_asks_gets_it_on_monday_and_every_monday_once(weeks: Weeks) -> None:
    choose(weeks)
    assert weeks.send(weeks.now) == []
    monday = weeks.monday()
    assert (monday.astimezone(HOME).weekday(), monday.astimezone(HOME).hour) == (0, 7)
    assert weeks.send(monday - timedelta(minutes=1)) == []
    (mail,) = weeks.send(monday)
    assert (mail["To"], mail["From"]) == (ADDRESS, SENDER)
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = texts(mail)
    for text in (plain, html):
        assert "À faire\u00a0: " in text and "la personne chargée de agent" in text
    assert mail["Subject"] in plain and f"{URL}/" in plain
    assert weeks.send(monday + timedelta(days=6)) == []
    assert len(weeks.send(monday + WEEK)) == 1
    assert len(weeks.send(monday + 5 * WEEK)) == 1, "weeks that nobody sent are not made up for"
    assert weeks.send(monday + 5 * WEEK) == []


def test_it_names_no_delivery_point_and_speaks_english_to_who_asked_in_english(
    weeks: Weeks,
) -> None:
    choose(weeks, lang="en")
    (mail,) = weeks.send(weeks.monday())
    plain, html = texts(mail)
    assert "To do: " in plain and "À faire" not in plain + html
    assert not re.search(r"\b\d{14}\b", plain + html), "a number of a delivery point"


def test_the_link_of_a_mail_ends_it_without_a_log_in_and_ends_nothing_else(weeks: Weeks) -> None:
    choose(weeks)
    (mail,) = weeks.send(weeks.monday())
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = urlsplit(mail["List-Unsubscribe"].strip("<>"))
    assert f"{link.scheme}://{link.netloc}" == URL
    path = f"{link.path}?{link.query}"
    nobody = weeks.people.browser()
    page = nobody.get(path)
    assert page.status_code == 200 and "Ne plus recevoir" in page.text
    assert len(weeks.send(weeks.monday() + WEEK)) == 1, "a page that is looked at ends nothing"
    for wrong in (path[:-1] + ("0" if path[-1] != "0" else "1"), "/semaine/arret", path + "é"):
        assert nobody.post(wrong).status_code == 404
    assert len(weeks.send(weeks.monday() + 2 * WEEK)) == 1
    for _ in range(2):
        ended = nobody.post(path, data={"List-Unsubscribe": "One-Click"})
        assert ended.status_code == 200 and "ne vous sera plus envoyé" in ended.text
    assert weeks.send(weeks.monday() + 3 * WEEK) == []


def test_the_page_ends_it_too_and_another_address_must_ask_again(weeks: Weeks) -> None:
    choose(weeks)
    choose(weeks, choice="non")
    assert weeks.send(weeks.monday()) == []
    choose(weeks)
    give(weeks.people, "agent", "autre@commune.example")
    assert weeks.send(weeks.monday()) == []
    keeper = principal_of(weeks.people.accounts["keeper"])
    acts = weeks.people.book.acts(weeks.people.accounts["agent"].id, by=keeper, now=weeks.now)
    told = [(one.event.removeprefix("account."), one.reason) for one in acts]
    assert [one for one in told if "_changed" in one[0]][:4] == [
        ("mail_changed", None), ("weekly_changed", "on"),
        ("weekly_changed", "off"), ("weekly_changed", "on"),
    ]  # fmt: skip


def test_an_account_without_an_address_is_told_so_and_a_closed_one_gets_nothing(
    weeks: Weeks,
) -> None:
    mails, people = weeks.sender.mails, weeks.people
    page = unescape(people.browser("reader").get("/matin").text).replace("’", "'")
    assert "Votre compte n'a pas d'adresse" in page
    with pytest.raises(Conflict):
        mails.choose(principal_of(people.accounts["reader"]), "fr", now=weeks.now)
    extra = people.add("passing", people.furnished.owner.organisation, "agent")
    give(people, "passing", "passage@commune.example")
    mails.choose(principal_of(extra), "fr", now=weeks.now)
    people.book.close(extra.id, by=None, now=weeks.now)
    with pytest.raises(NotFound):
        mails.choose(principal_of(extra), "fr", now=weeks.now)
    assert weeks.send(weeks.monday()) == []
    del people.accounts["passing"]


def test_a_server_that_is_down_gets_it_an_hour_later(weeks: Weeks) -> None:
    choose(weeks)
    monday = weeks.monday()
    weeks.box.answer = "451 later"
    with pytest.raises(OSError, match="451"):
        weeks.send(monday)
    weeks.box.answer = ""
    assert weeks.send(monday + timedelta(minutes=59)) == []
    assert len(weeks.send(monday + timedelta(minutes=61))) == 1
    weeks.box.refuses = "550 nobody"
    assert weeks.send(monday + WEEK) == []
    weeks.box.refuses = ""
    assert weeks.send(monday + WEEK + timedelta(hours=2)) == [], "refused for good: next Monday"


def test_its_pictures_are_joined_and_said_in_words(
    weeks: Weeks, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("typst")
    cells = (Cell(1.0, "1 kWh"), Cell(2.0, "2 kWh"))
    drawn = build_figure(
        Columns(
            title="Trois kWh <b>", steps=["a", "b"], labels=["a", "b"],
            series=[Series("tout", cells)], before=None, heads="Mois", unit="kWh", source="",
        )
    )  # fmt: skip
    monkeypatch.setattr(week_text, "build_month_figure", lambda *_: drawn)
    choose(weeks)
    (mail,) = weeks.send(weeks.monday())
    plain, html = texts(mail)
    assert "Trois kWh <b>" in plain and 'alt="Trois kWh &lt;b&gt;"' in html
    (png,) = [one for one in mail.walk() if one.get_content_type() == "image/png"]
    assert png.get_content().startswith(b"\x89PNG")
    assert f"cid:{png['Content-ID'].strip('<>')}" in html
    assert "http" not in re.sub(re.escape(URL), "", html), "it loads nothing"


def test_a_figure_without_a_drawing_has_no_picture() -> None:
    pytest.importorskip("typst")
    assert render_png(Figure("", "", Table("x", (), ()))) == b""  # type: ignore[arg-type]


def test_mondays_are_those_of_paris_in_summer_too() -> None:
    at = datetime(2026, 3, 29, 12, tzinfo=UTC)  # a Sunday, the clocks changed at night
    assert find_next(at) == datetime(2026, 3, 30, 5, tzinfo=UTC)
    assert find_next(datetime(2026, 3, 30, 5, tzinfo=UTC)) == datetime(2026, 4, 6, 5, tzinfo=UTC)
    assert find_next(datetime(2026, 1, 5, 5, 59, tzinfo=UTC)) == datetime(2026, 1, 5, 6, tzinfo=UTC)
