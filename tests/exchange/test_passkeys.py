"""Passkeys: one that holds opens a sitting, and each thing that is wrong with one is refused."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from synergie.errors import BadInput, Conflict, NotAllowed, NotAuthenticated, NotFound
from synergie.exchange.trust.accounts import Accounts, Browser, principal_of
from synergie.exchange.trust.passkeys import Passkeys
from synergie.schemas.trust.account import Account
from tests.exchange.authenticator import ATTESTED, PRESENT, Authenticator, b64
from tests.exchange.test_accounts import NOW, added, book, events

__all__ = ["book"]

ORIGIN = "https://echange.example"


@pytest.fixture
def keys(book: Accounts) -> Passkeys:
    return Passkeys(book, ORIGIN, b"secret" * 6)


def passkey() -> Authenticator:
    return Authenticator(ORIGIN, "echange.example")


def kept(keys: Passkeys, one: Authenticator, name: str = "ordinateur") -> Account:
    account = added(keys.accounts)
    answer = one.made(keys.new_options(account, now=NOW))
    keys.add(principal_of(account), answer, name, now=NOW)
    return account


def enter(keys: Passkeys, one: Authenticator, at: datetime = NOW, **other: Any) -> str:
    answer = one.signed(keys.options(now=at), **other)
    return keys.enter(answer, browser=Browser(), now=at).token


def test_a_passkey_that_was_added_opens_a_sitting(keys: Passkeys) -> None:
    one = passkey()
    account = kept(keys, one)
    later = NOW + timedelta(days=100)
    present = keys.accounts.present(enter(keys, one, later), now=later)
    assert present is not None and present.account.id == account.id
    (listed,) = keys.of(account.id)
    assert (listed.name, listed.created_at, listed.used_at) == ("ordinateur", NOW, later)
    assert [told for told in events(keys.accounts) if told[0] != "account.opened"] == [
        ("account.passkey_added", "ville", None),
        ("account.entered", "ville", "passkey"),
    ]


def test_what_is_asked_for_is_a_verified_person_and_a_key_that_names_them(keys: Passkeys) -> None:
    account = kept(keys, passkey())
    asked = keys.new_options(account, now=NOW)
    assert (
        asked["authenticatorSelection"] | {"residentKey": "required"}
        == (asked["authenticatorSelection"])
    )
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"]["id"] == "echange.example"
    assert len(asked["excludeCredentials"]) == 1
    assert keys.options(now=NOW)["userVerification"] == "required"
    assert "allowCredentials" not in keys.options(now=NOW)


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "https://echange.example.evil"},
        {"origin": "https://sous.echange.example"},
        {"origin": "http://echange.example"},
        {"challenge": b64(bytes(40))},
        {"type": "webauthn.create"},
        {"flags": PRESENT},
        {"flags": 0},
        {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
        {"handle": b"acc_another"},
    ],
    ids=lambda told: "-".join(f"{k}={v}" for k, v in told.items())[:60],
)
def test_a_log_in_that_does_not_hold_is_refused(keys: Passkeys, other: dict[str, Any]) -> None:
    one = passkey()
    kept(keys, one)
    with pytest.raises(NotAuthenticated):
        enter(keys, one, **other)
    assert events(keys.accounts)[-1] == ("account.refused", "ville", "bad_passkey")
    assert enter(keys, one)


def test_a_key_of_another_site_is_refused(keys: Passkeys) -> None:
    one = passkey()
    kept(keys, one)
    one.rp = "evil.example"
    with pytest.raises(NotAuthenticated):
        enter(keys, one)


def test_another_key_under_the_same_name_is_refused(keys: Passkeys) -> None:
    one, thief = passkey(), passkey()
    kept(keys, one)
    thief.credential, thief.handle = one.credential, one.handle
    with pytest.raises(NotAuthenticated):
        enter(keys, thief)


def test_a_challenge_is_good_once_and_for_its_purpose(keys: Passkeys) -> None:
    one = passkey()
    account = kept(keys, one)
    asked = keys.options(now=NOW)
    answer = one.signed(asked)
    keys.enter(answer, browser=Browser(), now=NOW)
    with pytest.raises(NotAuthenticated):
        keys.enter(answer, browser=Browser(), now=NOW)
    with pytest.raises(NotAuthenticated):
        keys.enter(one.signed(asked), browser=Browser(), now=NOW)
    other = keys.new_options(account, now=NOW)["challenge"]
    with pytest.raises(NotAuthenticated):
        enter(keys, one, challenge=other)


@pytest.mark.parametrize("late", [timedelta(minutes=30), timedelta(minutes=-1)], ids=str)
def test_a_challenge_of_another_time_is_refused(keys: Passkeys, late: timedelta) -> None:
    one = passkey()
    kept(keys, one)
    answer = one.signed(keys.options(now=NOW))
    with pytest.raises(NotAuthenticated):
        keys.enter(answer, browser=Browser(), now=NOW + late)


def test_a_counter_that_does_not_rise_tells_of_a_copy(keys: Passkeys) -> None:
    one = passkey()
    kept(keys, one)
    enter(keys, one)
    enter(keys, one)
    one.count -= 1
    with pytest.raises(NotAuthenticated):
        enter(keys, one)
    assert events(keys.accounts)[-1] == ("account.refused", "ville", "passkey_counter")


def test_a_key_that_counts_nothing_goes_on(keys: Passkeys) -> None:
    one = passkey()
    one.counts = False
    kept(keys, one)
    assert enter(keys, one) != enter(keys, one)


def test_a_passkey_of_a_closed_account_or_a_dropped_one_opens_nothing(keys: Passkeys) -> None:
    one, two = passkey(), passkey()
    first, second = kept(keys, one), kept(keys, two)
    keys.accounts.close(first.id, by=None, now=NOW)
    (listed,) = keys.of(second.id)
    with pytest.raises(NotFound):
        keys.drop(principal_of(first), listed.id, now=NOW)
    keys.drop(principal_of(second), listed.id, now=NOW)
    for gone in (one, two):
        with pytest.raises(NotAuthenticated):
            enter(keys, gone)


def test_a_keeper_removes_the_passkeys_of_a_lost_device(keys: Passkeys) -> None:
    one = passkey()
    account = kept(keys, one)
    keeper, stranger = added(keys.accounts, "keeper"), added(keys.accounts, "keeper", "voisine")
    with pytest.raises(NotFound):
        keys.drop_all(account.id, by=principal_of(stranger), now=NOW)
    with pytest.raises(NotAllowed):
        keys.drop_all(account.id, by=principal_of(account), now=NOW)
    assert keys.drop_all(account.id, by=principal_of(keeper), now=NOW) == 1
    with pytest.raises(NotAuthenticated):
        enter(keys, one)


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "https://evil.example"},
        {"challenge": b64(bytes(40))},
        {"type": "webauthn.get"},
        {"flags": PRESENT | ATTESTED},
    ],
    ids=lambda told: next(iter(told)),
)
def test_a_new_passkey_that_does_not_hold_is_refused(keys: Passkeys, other: dict[str, Any]) -> None:
    account = added(keys.accounts)
    answer = passkey().made(keys.new_options(account, now=NOW), **other)
    with pytest.raises(BadInput):
        keys.add(principal_of(account), answer, "x", now=NOW)
    assert keys.of(account.id) == []


def test_a_passkey_is_kept_for_whom_it_was_asked_and_once(keys: Passkeys) -> None:
    one = passkey()
    account, other = added(keys.accounts), added(keys.accounts)
    answer = one.made(keys.new_options(account, now=NOW))
    with pytest.raises(BadInput):
        keys.add(principal_of(other), answer, "x", now=NOW)
    keys.add(principal_of(account), answer, "x", now=NOW)
    again = one.made(keys.new_options(account, now=NOW))
    with pytest.raises(Conflict):
        keys.add(principal_of(account), again, "x", now=NOW)


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{}", "{" * 3000, '{"id":1}', json.dumps({"id": "x", "rawId": "x"})],
    ids=range(7),
)
def test_bytes_that_are_no_answer_are_refused(keys: Passkeys, answer: str) -> None:
    account = added(keys.accounts)
    with pytest.raises(NotAuthenticated):
        keys.enter(answer, browser=Browser(), now=NOW)
    with pytest.raises(BadInput):
        keys.add(principal_of(account), answer, "x", now=NOW)


@pytest.mark.parametrize(
    ("origin", "takes"),
    [
        ("https://echange.example", "yes"),
        ("http://localhost:8000", "yes"),
        ("http://127.0.0.1:8000", "no"),
        ("https://[2001:db8::1]", "no"),
    ],
    ids=str,
)
def test_where_browsers_take_passkeys(book: Accounts, origin: str, takes: str) -> None:
    assert Passkeys(book, origin, b"").available == (takes == "yes")
