"""A dropped file that is not stored whole: what its page says was kept of it, why, and who can act.

Its person may deposit no more meanwhile, with or without a later file that stands on it; or the
disk is full in the middle.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import httpx2
import pytest

from synergie.errors import MissingExtra, NotFound, NotUndone, StorageFull, SynergieError
from synergie.exchange.readings._filing import Filing
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.drops import Fault
from synergie.exchange.trust.accounts import principal_of
from synergie.policy import Principal
from synergie.schemas.readings.batch import Receipt
from tests.formats.frames.made import half_hours, written
from tests.pages.people import SAME, People, token_of
from tests.server.place import JUNE


def text(answer: httpx2.Response) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", unescape(answer.text)).split())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_role_that_is_lost_meanwhile_is_told_and_nothing_stays(
    people: People, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    who = people.add(f"deposante-{moment}", "org-three", "agent")
    client = people.browser(f"deposante-{moment}")
    store_all = Filing.store_all

    def lost(filing: Filing, records: Any) -> Iterator[Any]:
        if moment == "before":
            people.book.change_role(who.id, "reader", by=None, now=filing.now)
        yield from store_all(filing, records)
        if moment == "after":
            people.book.change_role(who.id, "reader", by=None, now=filing.now)

    monkeypatch.setattr(Filing, "store_all", lost)

    def batches() -> dict[str, Receipt]:
        now, store = people.furnished.place.clock.now, people.furnished.place.store
        return {one.id: one for one in Batches(store).page(principal_of(who), now=now).items}

    before = batches()
    day = JUNE.replace(day=23 if moment == "before" else 24)
    content = written([half_hours(day)], "curves-csv")
    sent = client.post(
        "/depot",
        data={"_csrf": token_of(client.get("/depot"))},
        files={"fichier": ("courbe.csv", content)},
        headers=SAME,
    )
    assert sent.status_code == 303
    page = client.get(sent.headers["location"])
    assert "Pendant la lecture, votre compte a changé" in text(page)
    assert "Rien n’a été enregistré." in text(page)
    assert "your account changed" in text(client.get(f"{sent.headers['location']}?lang=en"))
    kept = [one for name, one in batches().items() if name not in before]
    assert all(one.undone_at is not None for one in kept)
    assert bool(kept) == (moment == "after")


def dropped(client: httpx2.Client, content: bytes, *, query: bool = False) -> httpx2.Response:
    """The page where a dropped file leads; with its *query* it knows which file that was."""
    sent = client.post(
        "/depot",
        data={"_csrf": token_of(client.get("/depot"))},
        files={"fichier": ("courbe.csv", content)},
        headers=SAME,
    )
    assert sent.status_code == 303
    where = sent.headers["location"]
    return client.get(where if query else where.partition("?")[0])


@dataclass
class Followed:
    """A deposit that lost its person in the middle, and the one that stands on it."""

    client: httpx2.Client
    page: httpx2.Response
    later: str
    colleague: Principal


@pytest.fixture
def followed(people: People, monkeypatch: pytest.MonkeyPatch) -> Followed:
    """A colleague drops a longer file before the person's role is lost."""
    store, now = people.furnished.place.store, people.furnished.place.clock.now
    who = people.add("deposante-suivie", "org-three", "agent")
    colleague = principal_of(people.add("collègue", "org-three", "agent"))
    days = [half_hours(JUNE.replace(day=day)) for day in (25, 26)]
    store_all = Filing.store_all
    later: list[str] = []

    def lost(filing: Filing, records: Any) -> Iterator[Any]:
        yield from store_all(filing, records)
        if filing.caller != colleague:
            longer = io.BytesIO(written([*days], "curves-csv"))
            told = Deposits(store).deposit(colleague, longer, name="plus-long.csv", now=now)
            later.append(str(told.id))
            people.book.change_role(who.id, "reader", by=None, now=now)

    monkeypatch.setattr(Filing, "store_all", lost)
    client = people.browser("deposante-suivie")
    page = dropped(client, written([days[0]], "curves-csv"))
    return Followed(client, page, later[0], colleague)


def test_what_cannot_be_taken_back_is_told_with_who_can_act(
    people: People, followed: Followed
) -> None:
    told = text(followed.page)
    assert "Rien n’a été enregistré" not in told
    assert "Une partie de ce fichier est restée enregistrée." in told
    assert f"un envoi plus récent s’appuie dessus ({followed.later})" in told
    assert "dont le rôle est au moins « agent »" in told.replace("\xa0", " ")
    english = text(followed.client.get(f"{followed.page.request.url.path}?lang=en"))
    assert "A part of this file stays stored." in english
    stayed = re.search(r"\(dépôt (dep_[0-9a-f]{20})\)", told)
    assert stayed is not None
    desk, now = Deposits(people.furnished.place.store), people.furnished.place.clock.now
    desk.undo(followed.colleague, followed.later, now=now)
    assert desk.undo(followed.colleague, stayed[1], now=now).batches


def test_a_disk_that_is_full_in_the_middle_says_that_a_part_may_stay(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.add("deposante-pleine", "org-three", "agent")
    client = people.browser("deposante-pleine")
    store_all = Filing.store_all

    def full(filing: Filing, records: Any) -> Iterator[Any]:
        yield from store_all(filing, records)
        raise StorageFull(60.0)

    monkeypatch.setattr(Filing, "store_all", full)
    content = written([half_hours(JUNE.replace(day=27))], "curves-csv")
    told = text(dropped(client, content))
    assert "Rien n'a été enregistré" not in told
    assert "Une partie de ce fichier a pu être enregistrée." in told
    assert "Le disque du serveur est plein" in told and "60.0" not in told
    monkeypatch.undo()
    assert "lignes lues" in text(dropped(client, content))


def test_a_file_that_was_cut_is_not_told_to_be_there_already(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was begun before, and all of it is stored now."""
    people.add("deposante-coupée", "org-three", "agent")
    client, clock = people.browser("deposante-coupée"), people.furnished.place.clock

    def cut(*_: object) -> None:
        raise StorageFull(60.0)

    content = written([half_hours(JUNE.replace(day=29))], "curves-csv")
    with monkeypatch.context() as down:
        down.setattr(Filing, "store_all", cut)
        assert "a pu être enregistrée" in text(dropped(client, content))
    monkeypatch.setattr(clock, "now", clock.now + timedelta(minutes=1))
    assert "Déjà déposé" not in text(dropped(client, content, query=True))
    monkeypatch.setattr(clock, "now", clock.now + timedelta(minutes=1))
    assert "Déjà déposé" in text(dropped(client, content, query=True))


def test_a_fault_of_ours_in_the_middle_does_not_say_that_nothing_was_stored(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.add("deposante-cassée", "org-three", "agent")
    client = people.browser("deposante-cassée")
    store_all = Filing.store_all

    def breaks(filing: Filing, records: Any) -> Iterator[Any]:
        yield from store_all(filing, records)
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(Filing, "store_all", breaks)
    page = dropped(client, written([half_hours(JUNE.replace(day=28))], "curves-csv"))
    told = text(page)
    assert "Une partie de ce fichier a pu être enregistrée." in told
    assert re.search(r"donnez cette référence à la personne qui tient le serveur : [0-9a-f]{16}\.",
                     told.replace("\xa0", " "))  # fmt: skip
    assert "rien n'a été rangé" not in told and "secret of the house" not in told


@pytest.mark.parametrize("error", [MissingExtra("geo"), NotFound()], ids=["extra", "absent"])
def test_what_stops_before_anything_is_stored_says_so(error: SynergieError) -> None:
    kept = Fault.model_validate_json(Fault.of(error).model_dump_json())
    assert not kept.cuts
    assert type(kept.error) is type(error) and str(kept.error) == str(error)


def test_a_fault_that_is_kept_says_what_stays() -> None:
    kept = Fault.of(NotUndone("deposits:write", "dep_1", "dep_2"))
    error = Fault.model_validate_json(kept.model_dump_json()).error
    assert isinstance(error, NotUndone)
    assert (error.deposit, error.later) == ("dep_1", "dep_2")
