"""Following changes: nothing skipped, nothing twice, nothing of others."""

import threading
from collections.abc import Callable

import pytest

from synergie.errors import NotFound
from synergie.exchange.agreements import Agreements
from synergie.exchange.changes import Changes
from synergie.exchange.sites import Sites
from synergie.policy import Principal
from synergie.schemas.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, site, terms

WRITERS, BATCHES = 4, 12


def test_every_change_comes_once_and_in_order_under_concurrent_writers(
    store: Store, owner: Body
) -> None:
    def write(writer: int) -> None:
        for n in range(BATCHES):
            Sites(store).publish(owner.caller, [site(f"{writer}-{n}")], now=NOW)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen, cursor = _follow(store, owner.caller, None)
    while any(thread.is_alive() for thread in threads):
        more, cursor = _follow(store, owner.caller, cursor)
        seen += more
    for thread in threads:
        thread.join()
    seen += _follow(store, owner.caller, cursor)[0]
    batches = [seq for seq, kind in seen if kind == "site"]
    assert batches == sorted(set(batches))
    assert len(batches) == WRITERS * BATCHES


def test_a_stranger_follows_nothing(
    store: Store, owner: Body, stranger: Body, things: dict[str, str]
) -> None:
    found, _ = _follow(store, stranger.caller, None)
    assert {kind for _, kind in found} <= {"organisation"}


def test_a_draft_is_news_to_its_author_only_and_a_proposal_to_both(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    assert "agreement" not in {kind for _, kind in _follow(store, partner.caller, None)[0]}
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    assert "agreement" in {kind for _, kind in _follow(store, partner.caller, None)[0]}


def test_a_cursor_is_good_for_its_own_list_only(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    cursor = Changes(store).after(owner.caller, now=NOW).next
    assert Changes(store).after(owner.caller, cursor, now=NOW).items == ()
    for bad in (cursor[:-2] + "aa", "x", "é", ""):
        with pytest.raises(NotFound):
            Changes(store).after(owner.caller, bad, now=NOW)
    with pytest.raises(NotFound):
        Changes(store).after(partner.caller, cursor, now=NOW)


def test_an_agreement_that_is_not_yours_tells_no_change(
    store: Store, stranger: Body, things: dict[str, str], agreed: Callable[..., Agreement]
) -> None:
    made = agreed({"sites": [things["s1"]]})
    with pytest.raises(NotFound):
        Changes(store).after(stranger.caller, agreement=made.id, now=NOW)


def _follow(
    store: Store, caller: Principal, cursor: str | None
) -> tuple[list[tuple[int, str]], str | None]:
    seen: list[tuple[int, str]] = []
    while True:
        page = Changes(store).after(caller, cursor, limit=7, now=NOW)
        seen += [(one.seq, one.kind) for one in page.items]
        cursor = page.next
        if not page.more:
            return seen, cursor
