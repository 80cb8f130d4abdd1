"""Accounts, one-time links and sittings: who opens them, how they end, what the journal tells."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text

from synergie.errors import BadInput, Conflict, NotAllowed, NotAuthenticated, NotFound
from synergie.exchange.trust.accounts import Accounts, Browser, Entered, Spans, principal_of
from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.account import ACCOUNTS, ROLES, Account, least_role, scopes_of
from synergie.schemas.trust.journal import JournalRecord
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
SPANS = Spans(link=timedelta(minutes=30), idle=timedelta(minutes=30), whole=timedelta(hours=10))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def book(store: Store) -> Accounts:
    for name in ("ville", "voisine"):
        body = Organisation(
            id=name, name=name, kind="commune", siren=None, insee_code=None, parent=None,
            provenance="synthetic",
        )  # fmt: skip
        Directory(store).add(body, now=NOW)
    return Accounts(store, SPANS)


def added(book: Accounts, role: str = "agent", organisation: str = "ville") -> Account:
    return book.add(organisation, "la personne chargée de l'énergie", role, by=None, now=NOW)


def entered(book: Accounts, account: Account, at: datetime = NOW, **how: Any) -> Entered:
    token = book.link(account.id, by=None, now=at)
    return book.enter(token, browser=Browser(**how), now=at)


def records(book: Accounts) -> list[JournalRecord]:
    with book.store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        found = [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]
    return [one for one in found if one.event.startswith("account.")]


def events(book: Accounts) -> list[tuple[str, str, str | None]]:
    return [(one.event, one.by, one.reason) for one in records(book)]


def keeper(book: Accounts, organisation: str = "ville") -> Principal:
    return principal_of(added(book, "keeper", organisation))


def test_each_role_opens_what_the_one_before_opens() -> None:
    opened = [scopes_of(role) for role in ROLES]
    assert all(less < more for less, more in pairwise(opened))
    assert opened[0] == {scope for scope in SCOPES if scope.endswith(":read")}
    assert opened[-1] == {*SCOPES, ACCOUNTS}
    assert ACCOUNTS not in SCOPES  # no token of a program can bear it


@pytest.mark.parametrize(
    ("scopes", "role"),
    [
        (("sites:read",), "reader"),
        (("deposits:write",), "agent"),
        (("sites:read", "agreements:write"), "signer"),
        ((ACCOUNTS,), "keeper"),
        (("no-such",), None),
    ],
    ids=str,
)
def test_the_least_role_that_opens_scopes(scopes: tuple[str, ...], role: str | None) -> None:
    assert least_role(*scopes) == role


def test_a_link_opens_a_sitting_for_the_account_as_it_is(book: Accounts) -> None:
    account = added(book)
    present = book.present(entered(book, account).token, now=NOW)
    assert present is not None
    assert present.principal == principal_of(account)
    assert present.principal.client_id == f"account:{account.id}"
    assert (present.organisation.id, present.account.label) == ("ville", account.label)
    assert present.account.entered_at == NOW
    assert events(book) == [
        ("account.opened", "operator", "agent"),
        ("account.link_made", "operator", None),
        ("account.entered", "ville", "link"),
    ]


def test_no_secret_is_in_the_store(book: Accounts) -> None:
    account = added(book)
    link = book.link(account.id, by=None, now=NOW)
    cookie = book.enter(link, browser=Browser(), now=NOW).token
    with book.store.read() as session:
        for table in ("account", "entry_link", "sitting", "journal"):
            rows = session.connection().execute(text(f"SELECT * FROM {table}"))  # noqa: S608 (our own names)
            told = repr([tuple(row) for row in rows])
            assert link not in told and cookie not in told


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\x00", "é\ud800"], ids=ascii)
def test_a_guessed_link_opens_nothing_and_leaves_no_trace(book: Accounts, token: str) -> None:
    added(book)
    with pytest.raises(NotAuthenticated):
        book.enter(token, browser=Browser(), now=NOW)
    assert [event for event, *_ in events(book)] == ["account.opened"]
    assert book.present(token, now=NOW) is None


def test_a_link_works_once_and_its_replay_is_recorded(book: Accounts) -> None:
    link = book.link(added(book).id, by=None, now=NOW)
    book.enter(link, browser=Browser(), now=NOW)
    with pytest.raises(NotAuthenticated):
        book.enter(link, browser=Browser(), now=NOW)
    assert events(book)[-1] == ("account.refused", "ville", "link_used_or_over")


def test_a_link_ends_with_its_time_and_with_the_next_one(book: Accounts) -> None:
    account = added(book)
    first = book.link(account.id, by=None, now=NOW)
    second = book.link(account.id, by=None, now=NOW)
    with pytest.raises(NotAuthenticated):
        book.enter(first, browser=Browser(), now=NOW)
    with pytest.raises(NotAuthenticated):
        book.enter(second, browser=Browser(), now=NOW + SPANS.link)
    just = NOW + SPANS.link - timedelta(microseconds=1)
    assert book.enter(second, browser=Browser(), now=just).account.id == account.id


def test_of_many_at_once_with_one_link_one_wins(book: Accounts) -> None:
    account = added(book)
    for _ in range(3):
        link = book.link(account.id, by=None, now=NOW)

        def try_it(_: int, link: str = link) -> bool:
            try:
                book.enter(link, browser=Browser(), now=NOW)
            except NotAuthenticated:
                return False
            return True

        with ThreadPoolExecutor(6) as many:
            assert sum(many.map(try_it, range(6))) == 1


def test_a_sitting_ends_idle_and_at_its_latest(book: Accounts) -> None:
    account = added(book)
    token = entered(book, account).token
    last = NOW + SPANS.idle - timedelta(microseconds=1)
    assert book.present(token, now=last) is not None
    assert book.present(token, now=NOW + SPANS.idle) is None
    at = NOW
    while at < NOW + SPANS.whole - SPANS.idle:
        at += SPANS.idle - MINUTE
        present = book.present(token, now=at)
        assert present is not None and present.due
        book.see(present.sitting, now=at)
        soon = book.present(token, now=at + MINUTE)
        assert soon is not None and not soon.due
    assert book.present(token, now=NOW + SPANS.whole) is None


def test_a_log_in_ends_the_sitting_that_the_browser_had(book: Accounts) -> None:
    account = added(book)
    old = entered(book, account).token
    new = entered(book, account, cookie=old).token
    assert book.present(old, now=NOW) is None
    assert book.present(new, now=NOW) is not None


def test_closing_takes_effect_at_the_next_request_and_for_good(book: Accounts) -> None:
    account, by = added(book), keeper(book)
    token = entered(book, account).token
    link = book.link(account.id, by=by, now=NOW)
    book.close(account.id, by=by, now=NOW)
    assert book.present(token, now=NOW) is None
    with pytest.raises(NotAuthenticated):
        book.enter(link, browser=Browser(), now=NOW)
    for act in (book.link, book.close):
        with pytest.raises(Conflict):
            act(account.id, by=by, now=NOW)
    assert events(book)[-1] == ("account.refused", "ville", "link_used_or_over")
    assert ("account.closed", "ville", None) in events(book)


def test_another_role_holds_from_the_next_request(book: Accounts) -> None:
    account, by = added(book, "reader"), keeper(book)
    token = entered(book, account).token
    book.change_role(account.id, "signer", by=by, now=NOW)
    present = book.present(token, now=NOW)
    assert present is not None and present.principal.scopes == scopes_of("signer")
    assert events(book)[-1] == ("account.changed", "ville", "signer")


def test_a_keeper_changes_neither_the_own_account_nor_those_of_others(book: Accounts) -> None:
    mine, theirs = added(book, "keeper"), added(book, "agent", "voisine")
    by = principal_of(mine)
    for name, wrong in ((mine.id, Conflict), (theirs.id, NotFound), ("acc_none", NotFound)):
        with pytest.raises(wrong):
            book.close(name, by=by, now=NOW)
        with pytest.raises(wrong):
            book.change_role(name, "reader", by=by, now=NOW)
    with pytest.raises(NotFound):
        book.add("voisine", "x", "agent", by=by, now=NOW)
    with pytest.raises(NotFound):
        book.of("voisine", by=by)
    with pytest.raises(NotFound):
        book.link(theirs.id, by=by, now=NOW)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "keeper"])
def test_who_keeps_no_accounts_touches_only_the_own_sittings(book: Accounts, role: str) -> None:
    mine, other = added(book, role), added(book)
    by = principal_of(mine)
    entered(book, mine), entered(book, other)
    (sitting,) = book.sittings(mine.id, by=by, now=NOW)
    book.end(mine.id, sitting.id, by=by, now=NOW)
    with pytest.raises(NotAllowed):
        book.sittings(other.id, by=by, now=NOW)
    with pytest.raises(NotAllowed):
        book.link(mine.id, by=by, now=NOW)


def test_one_sitting_or_all_others_are_ended(book: Accounts) -> None:
    account = added(book)
    by = principal_of(account)
    tokens = [entered(book, account).token for _ in range(3)]
    here = book.present(tokens[0], now=NOW)
    last = book.present(tokens[2], now=NOW)
    assert here is not None and last is not None
    book.end(account.id, last.sitting, by=by, now=NOW)
    with pytest.raises(NotFound):
        book.end(account.id, last.sitting, by=by, now=NOW)
    assert book.end_all(account.id, but=here.sitting, by=by, now=NOW) == 1
    assert [book.present(token, now=NOW) is not None for token in tokens] == [True, False, False]


@pytest.mark.parametrize(
    ("organisation", "label", "role", "where"),
    [
        ("nowhere", "x", "agent", "/organisation"),
        ("ville", " ", "agent", "/label"),
        ("ville", "x" * 121, "agent", "/label"),
        ("ville", "x\u202ey", "agent", "/label"),
        ("ville", "x", "admin", "/role"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_new_account_is_told(
    book: Accounts, organisation: str, label: str, role: str, where: str
) -> None:
    with pytest.raises(BadInput) as told:
        book.add(organisation, label, role, by=None, now=NOW)
    assert told.value.where == where


def test_an_account_has_ten_sittings_at_most(book: Accounts) -> None:
    account = added(book)
    tokens = [entered(book, account, at=NOW + n * timedelta(seconds=1)).token for n in range(12)]
    holds = [book.present(token, now=NOW + MINUTE) is not None for token in tokens]
    assert holds == [False] * 2 + [True] * 10


def test_a_log_in_is_recent_for_half_an_hour(book: Accounts) -> None:
    token = entered(book, added(book)).token
    present = book.present(token, now=NOW + 29 * MINUTE)
    assert present is not None and present.recent
    book.see(present.sitting, now=NOW + 29 * MINUTE)
    later = book.present(token, now=NOW + 30 * MINUTE)
    assert later is not None and not later.recent


def test_what_the_journal_holds_of_an_account_is_its_keepers_to_read(book: Accounts) -> None:
    account, by = added(book), keeper(book)
    entered(book, account)
    told = [one.event for one in book.acts(account.id, by=by, now=NOW)]
    assert told == ["account.entered", "account.link_made", "account.opened"]
    with pytest.raises(NotFound):
        book.acts(account.id, by=keeper(book, "voisine"), now=NOW)
    with pytest.raises(NotAllowed):
        book.acts(account.id, by=principal_of(added(book)), now=NOW)
