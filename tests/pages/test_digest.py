"""The morning page, its letter and its calendar; the secret address of the calendar."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import icalendar
import pytest
from sqlmodel import select

from synergie.exchange.readings.deposits import Deposits
from synergie.policy.readings.morning import Due, Morning, Tally
from synergie.reports.readings import digest, digest_ics
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal_tables import JournalRow
from tests.exchange.lines import LINES, curve, put, register
from tests.pages.people import SAME, People, token_of
from tests.pages.test_home import body_of, main_of
from tests.server.partner import NOW

_ADDRESS = re.compile(r"https://[^<]*/agenda/([^<]+)\.ics")


def due(kind: str = "deposit", **more: Any) -> Due:
    values: dict[str, Any] = {
        "kind": kind,
        "who": "deposits",
        "by": "org-one",
        "subject": "enedis-r50",
        "name": "R50",
        "day": date(2026, 11, 27),
        "last_day": None,
        "revision": 0,
        "revised_at": NOW,
    }
    return Due(**(values | more))


def morning(*dues: Due, at: datetime = NOW) -> Morning:
    return Morning(
        organisation="org-one",
        at=at,
        series=Tally(142, 6, never=2),
        flows=(),
        never=(),
        received_at=NOW,
        dues=dues,
    )


@pytest.fixture
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


@contextmanager
def late_flow(people: People) -> Iterator[None]:
    """The stranger's organisation waits for a file that comes each week."""
    who = body_of(people, people.furnished.stranger.organisation)
    store: Store = people.furnished.place.store
    made = [
        put(
            store, who, curve(NOW - timedelta(days=90), [n, 1]), name=f"{n}.csv",
            now=NOW - timedelta(days=50 - 7 * n),
        )
        for n in range(4)
    ]  # fmt: skip
    try:
        yield
    finally:
        for report in reversed(made):
            Deposits(store).undo(who.caller, str(report.id), now=NOW)


def journal_of(people: People) -> str:
    """Every record that is kept, as text."""
    with people.furnished.place.store.read() as session:
        return "\n".join(str(row.record) for row in session.exec(select(JournalRow)))


def events(content: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def list_summaries(content: bytes) -> list[str]:
    """What the events say, but the ends of tables: whoever has delivery points is told of these."""
    ends = "Dernier jour de la table", "Fin d’une table"
    return [one["summary"] for one in events(content) if not one["summary"].startswith(ends)]


def test_a_letter_is_plain_lines_that_a_mail_can_hold() -> None:
    asked = due("agreement_answer", day=None, subject="agr_1", name="SIVU", who="agreements")
    both = morning(due(late_days=9), asked)
    told = digest.render_letter("fr", both, name="CC", address="https://a.test")
    assert all(len(line) <= 72 or line.strip().startswith("https://") for line in told.split("\n"))
    assert "142 mesures sur 150 à jour. 6 en retard. 2 jamais reçues." in told
    assert "Déposer le fichier R50" in told and "https://a.test/depot?flux=enedis-r50" in told
    assert "La personne chargée des dépôts\u00a0:" in told
    assert "  https://a.test/accords/agr_1" in told
    mail = EmailMessage()
    mail["Subject"] = digest.build_subject("fr", morning())
    mail.set_content(told)
    mail.add_alternative("<p>…</p>", subtype="html")
    assert mail["Subject"] == "Matin du 25/11/2026\u00a0: 142 mesures sur 150 à jour"
    assert mail.get_content_type() == "multipart/alternative"


def test_a_letter_in_english_holds_no_french() -> None:
    told = digest.render_letter("en", morning(due(late_days=1)), name="CC")
    assert "142 series of 150 up to date." in told and "(one day late)" in told
    assert not re.search(r"[éèàçù]|jour|retard", told)


def test_the_same_morning_gives_the_same_bytes_and_each_thing_keeps_its_identifier() -> None:
    before = due(day=date(2026, 11, 27))
    first = digest_ics.render_calendar("fr", morning(before), name="CC")
    assert first == digest_ics.render_calendar("fr", morning(before), name="CC")
    late = due(day=date(2026, 11, 27), revision=1, late_days=2, revised_at=NOW + timedelta(days=3))
    (was,), (now,) = (
        events(first),
        events(digest_ics.render_calendar("fr", morning(late), name="CC")),
    )
    assert was["uid"] == now["uid"]
    assert (was["sequence"], now["sequence"]) == (0, 1)
    assert was["dtstamp"].dt < now["dtstamp"].dt
    assert was["dtstart"].dt == date(2026, 11, 27)
    assert was["dtend"].dt == date(2026, 11, 28)  # excluded


def test_a_week_of_rounds_is_one_event_over_its_days() -> None:
    week = due("rounds", who="maintenance", subject="cmp_1", name="Entretien",
               day=date(2026, 10, 19), last_day=date(2026, 10, 25))  # fmt: skip
    (event,) = events(digest_ics.render_calendar("fr", morning(week), name="CC"))
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 10, 19), date(2026, 10, 26))
    assert event["summary"] == "Semaine de tournées\u00a0: Entretien"
    assert event["dtstamp"].dt == NOW and event["dtstamp"].dt.utcoffset() == timedelta(0)


def test_a_bare_calendar_tells_kinds_and_no_names() -> None:
    some = [
        due("agreement_ends", who="agreements", subject="agr_1", name="SIVU Untel"),
        due("offer_expires", who="purchases", subject="pur_1", name="Achat Untel", n=3),
        due("rounds", who="maintenance", subject="cmp_1", name="Campagne Untel"),
    ]
    content = digest_ics.render_calendar("fr", morning(*some), name="Commune Untel", bare=True)
    assert b"Untel" not in content and b"agr_1" not in content
    assert len(events(content)) == 3


def test_a_calendar_without_events_is_one_still() -> None:
    content = digest_ics.render_calendar(
        "fr", morning(due("agreement_answer", day=None)), name="CC"
    )
    calendar = icalendar.Calendar.from_ical(content)
    assert events(content) == []
    assert [one.name for one in calendar.subcomponents] == ["VTIMEZONE"]


def test_text_in_a_name_does_not_break_the_calendar() -> None:
    nasty = "Ligne\r\nEND:VCALENDAR\r\n<script>;,\\"
    one = due("agreement_ends", who="agreements", name=nasty)
    (event,) = events(digest_ics.render_calendar("fr", morning(one), name=nasty))
    assert "<script>;,\\" in event["summary"]


@pytest.mark.usefixtures("_lines")
def test_the_page_the_letter_and_the_calendar_tell_the_same(people: People) -> None:
    client = people.browser("stranger")
    with late_flow(people):
        page = main_of(client.get("/matin").text)
        letter = client.get("/matin.txt")
        calendar = client.get("/matin.ics")
    assert f"Déposer le fichier {LINES}" in page
    assert f"Déposer le fichier {LINES}" in letter.text
    assert letter.headers["content-type"] == "text/plain; charset=utf-8"
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    assert list_summaries(calendar.content) == [f"Déposer le fichier {LINES}"]
    assert "99000000000017" not in letter.text + calendar.text


@pytest.mark.usefixtures("_lines")
def test_an_address_opens_without_a_log_in_until_it_is_closed(people: People) -> None:
    client, nobody = people.browser("stranger"), people.browser()
    made = people.form(client, "/matin", at="/agenda")
    assert (made.status_code, made.headers["location"]) == (303, "/matin")
    shown = client.get("/matin")
    found = _ADDRESS.search(shown.text)
    assert found is not None
    secret = found[1]
    assert secret not in client.get("/matin").text, "it is shown once"
    with late_flow(people):
        read = nobody.get(f"/agenda/{secret}.ics")
    assert read.status_code == 200
    assert list_summaries(read.content) == [f"Fichier {LINES} attendu"]
    assert "stranger" not in read.text and people.furnished.stranger.organisation not in read.text
    feeds = re.findall(r'name="adresse" value="([^"]+)"', shown.text)
    assert feeds
    for feed in feeds:  # with what other tests left open
        closed = people.form(client, "/matin", at="/agenda/fermer", adresse=feed)
        assert closed.status_code == 303
    gone = nobody.get(f"/agenda/{secret}.ics")
    never = nobody.get("/agenda/abc.ics")
    assert gone.status_code == never.status_code == 404


def test_who_leaves_takes_no_calendar_along(people: People) -> None:
    """An address that a closed account made opens no more; those of others go on."""
    people.add("partante", "org-three", "reader")
    nobody, kept = people.browser(), {}
    for name in ("partante", "stranger"):
        client = people.browser(name)
        people.form(client, "/matin", at="/agenda")
        found = _ADDRESS.search(client.get("/matin").text)
        assert found is not None
        kept[name] = f"/agenda/{found[1]}.ics"
        assert nobody.get(kept[name]).status_code == 200
    now = people.furnished.place.clock.now
    people.book.close(people.accounts["partante"].id, by=None, now=now)
    assert nobody.get(kept["partante"]).status_code == 404
    assert nobody.get(kept["stranger"]).status_code == 200


def test_the_secret_is_not_in_the_store(people: People) -> None:
    client = people.browser("agent")
    people.form(client, "/matin", at="/agenda")
    found = _ADDRESS.search(client.get("/matin").text)
    assert found is not None
    path = people.furnished.place.store.engine.url.database
    assert path is not None
    assert found[1].encode() not in Path(path).read_bytes()


def test_making_and_closing_an_address_is_in_the_journal(people: People) -> None:
    client = people.browser("signer")
    people.form(client, "/matin", at="/agenda")
    feeds = re.findall(r'name="adresse" value="([^"]+)"', client.get("/matin").text)
    people.form(client, "/matin", at="/agenda/fermer", adresse=feeds[-1])
    told = journal_of(people)
    assert "calendar.opened" in told and "calendar.closed" in told
    assert people.accounts["signer"].id in told


def test_an_address_of_others_is_closed_by_nobody_else(people: People) -> None:
    mine = people.browser("keeper")
    people.form(mine, "/matin", at="/agenda")
    feeds = re.findall(r'name="adresse" value="([^"]+)"', mine.get("/matin").text)
    other = people.browser("other-signer")
    refused = people.form(other, "/matin", at="/agenda/fermer", adresse=feeds[-1])
    assert refused.status_code == 404
    assert feeds[-1] in mine.get("/matin").text
    assert feeds[-1] not in other.get("/matin").text


def test_an_address_is_closed_by_its_maker_and_by_a_keeper(people: People) -> None:
    reader, agent, keeper = (people.browser(name) for name in ("reader", "agent", "keeper"))
    before = _feeds(keeper)
    people.form(reader, "/matin", at="/agenda")
    (feed,) = _feeds(keeper) - before
    assert feed in _feeds(reader)
    assert feed not in _feeds(agent)
    assert people.form(agent, "/matin", at="/agenda/fermer", adresse=feed).status_code == 404
    assert feed in _feeds(keeper)
    assert people.accounts["reader"].label in main_of(keeper.get("/matin").text)
    assert people.form(keeper, "/matin", at="/agenda/fermer", adresse=feed).status_code == 303
    assert feed not in _feeds(reader)


def _feeds(client: httpx2.Client) -> set[str]:
    return set(re.findall(r'name="adresse" value="([^"]+)"', client.get("/matin").text))


def test_a_forged_form_makes_no_address(people: People) -> None:
    client = people.browser("reader")
    token = token_of(client.get("/matin"))
    foreign = SAME | {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    refused = client.post("/agenda", data={"_csrf": token}, headers=foreign)
    assert refused.status_code == 403
    stale = client.post("/agenda", data={"_csrf": "x"}, headers=SAME)
    assert stale.status_code in {403, 409}
