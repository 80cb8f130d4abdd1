"""A dropped file whose person may deposit no more while it is stored: told, and nothing stays."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx2
import pytest

from synergie.exchange._filing import Filing
from synergie.exchange.accounts import principal_of
from synergie.exchange.batches import Batches
from synergie.schemas.batch import Receipt
from synergie.server.pages import deposit
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
    monkeypatch.setattr(deposit, "SHORT_S", 20.0)
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
    assert "Rien n'a été enregistré." in text(page)
    assert "your account changed" in text(client.get(f"{sent.headers['location']}?lang=en"))
    kept = [one for name, one in batches().items() if name not in before]
    assert all(one.undone_at is not None for one in kept)
    assert bool(kept) == (moment == "after")
