"""Webhooks: who is told what, once, by one worker, until it is taken or given up."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from synergie.client.keys import new_key, public_jwks
from synergie.client.outbound import PUBLIC
from synergie.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    Overloaded,
    TooLarge,
    TooManyRequests,
)
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.webhooks import webhook_courier
from synergie.exchange.trust.webhooks.webhook_courier import LEASE, WAITS, WebhookSender
from synergie.exchange.trust.webhooks.webhooks import MOST, WebhookKeys, Webhooks
from synergie.policy import permit_operator
from synergie.proof import webhook as signed
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.webhook import WebhookRecord
from synergie.storage.store import Store
from synergie.storage.trust import webhooks as kept
from tests.exchange.office import ROOT, Office, answered, caller
from tests.exchange.people import NOW, Body, site, terms
from tests.peer import Asked, Told, peer

type Make = Callable[..., Agreement]


def publish(office: Office, who: Body, name: str = "S1") -> None:
    Sites(office.store).publish(who.caller, [site(name)], now=office.now)


# Registration


def test_an_address_is_active_after_it_echoed(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    assert (hook.state, hook.reason, hook.signature) == ("active", None, "v1a")
    assert hook.key is not None
    assert hook.key.startswith("whpk_")
    assert hook.secret is None
    (asked,) = office.receiver.asked
    assert len(parse_qs(urlsplit(asked.path).query)["echo"][0]) >= 32
    assert office.webhooks.page(caller(owner), now=NOW).items == (hook,)
    assert office.webhooks.read(caller(owner), hook.id, now=NOW) == hook


def test_the_query_of_an_address_stays(office: Office, owner: Body) -> None:
    office.register(owner, "/hook?tenant=3")
    assert parse_qs(urlsplit(office.receiver.asked[0].path).query)["tenant"] == ["3"]


ECHOES: dict[str, Callable[[str], Told]] = {
    "no value": lambda value: Told(200, [b"hello"]),
    "value in a page": lambda value: Told(200, [f"<p>{value}</p>".encode()]),
    "another status": lambda value: Told(201, [value.encode()]),
    "redirect": lambda value: Told(302, [value.encode()], {"location": f"/?echo={value}"}),
    "fault": lambda value: Told(500, [value.encode()]),
    "endless": lambda value: Told(200, (b"x" * 1024 for _ in iter(int, 1))),
}


@pytest.mark.parametrize("kind", ECHOES)
def test_an_address_that_does_not_echo_is_refused_in_the_same_words(
    office: Office, store: Store, owner: Body, kind: str
) -> None:
    def answer(asked: Asked) -> Told:
        return ECHOES[kind](parse_qs(urlsplit(asked.path).query)["echo"][0])

    with peer(answer) as receiver:
        odd = Office(store, receiver)
        with pytest.raises(BadInput) as refused:
            odd.register(owner)
    assert (refused.value.where, refused.value.found) == ("/url", "no echo")
    assert office.webhooks.page(caller(owner), now=NOW).items == ()


def test_an_address_inside_is_refused_without_a_word_about_it(office: Office, owner: Body) -> None:
    webhooks = Webhooks(office.store, WebhookKeys(ROOT), PUBLIC)
    record = WebhookRecord(url="https://127.0.0.1/hook")
    with pytest.raises(BadInput, match="no echo"):
        webhooks.register(caller(owner), record, now=NOW)
    with pytest.raises(BadInput, match="https"):
        webhooks.register(caller(owner), WebhookRecord(url="http://partner.example"), now=NOW)


def test_who_may_not_follow_changes_is_not_told_them(office: Office, owner: Body) -> None:
    record = WebhookRecord(url=f"{office.receiver.url}/hook")
    other = replace(caller(owner), client_id="other-app")
    Clients(office.store).register(
        "other-app", "owner", name="x", jwks=public_jwks(new_key()), scopes=["webhooks:write"],
        now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="changes:read"):
        office.webhooks.register(other, record, now=NOW)
    foreign = replace(caller(owner), client_id="partner-app")
    with pytest.raises(NotAllowed, match="changes:read"):
        office.webhooks.register(foreign, record, now=NOW)
    narrowed = replace(caller(owner), agreements=frozenset({"agr_0"}))
    with pytest.raises(NotAllowed, match="token_narrower"):
        office.webhooks.register(narrowed, record, now=NOW)
    assert office.receiver.asked == []


def test_the_same_address_again_changes_it_and_calls_it_no_more(
    office: Office, owner: Body
) -> None:
    first = office.register(owner)
    assert office.register(owner) == first
    second = office.register(owner, kinds=("agreement",))
    assert second == first.model_copy(update={"kinds": ("agreement",)})
    assert len(office.receiver.asked) == 1


def test_a_shared_secret_is_told_once(office: Office, owner: Body) -> None:
    hook = office.register(owner, signature="v1")
    assert hook.key is None
    assert hook.secret is not None
    assert hook.secret.startswith("whsec_")
    assert office.register(owner, signature="v1").secret is None
    assert office.webhooks.read(caller(owner), hook.id, now=NOW).secret is None
    rotated = office.webhooks.rotate(caller(owner), hook.id, now=NOW)
    assert rotated.secret not in (None, hook.secret)


def test_an_organisation_has_twenty_at_most(office: Office, owner: Body) -> None:
    for n in range(MOST):
        office.register(owner, f"/{n}")
    with pytest.raises(TooLarge):
        office.register(owner, "/more")
    office.register(owner, "/0", kinds=("site",))  # one that is there may be changed


def test_few_addresses_are_tried_at_once(office: Office, store: Store, owner: Body) -> None:
    free = threading.Event()

    def slow(asked: Asked) -> Told:
        free.wait(60)
        return Told(500)

    with peer(slow) as receiver:
        webhooks = Office(store, receiver).webhooks
        record = WebhookRecord(url=f"{receiver.url}/hook")

        def try_it() -> None:
            with pytest.raises(BadInput):
                webhooks.register(caller(owner), record, now=NOW)

        threads = [threading.Thread(target=try_it) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(receiver.asked) < 4:
            time.sleep(0.01)
        with pytest.raises(Overloaded):
            webhooks.register(caller(owner), record, now=NOW)
        free.set()
        for thread in threads:
            thread.join()


def test_an_organisation_has_few_addresses_tried(
    office: Office, owner: Body, partner: Body
) -> None:
    webhooks = Webhooks(office.store, WebhookKeys(ROOT), PUBLIC)
    record = WebhookRecord(url="https://10.0.0.1/hook")

    def tried(who: Body, *, at: datetime = NOW) -> str:
        with pytest.raises((BadInput, TooManyRequests)) as refused:
            webhooks.register(caller(who), record, now=at)
        return refused.value.code

    assert {tried(owner) for _ in range(60)} == {"bad-input"}
    assert tried(owner) == "too-many-requests"
    assert tried(partner) == "bad-input"
    assert tried(owner, at=NOW + timedelta(hours=1)) == "bad-input"


def test_nobody_touches_the_webhook_of_another(office: Office, owner: Body, partner: Body) -> None:
    hook = office.register(owner)
    other = caller(partner)
    webhooks = office.webhooks
    for act in (webhooks.read, webhooks.rotate, webhooks.remove, webhooks.test):
        with pytest.raises(NotFound):
            act(other, hook.id, now=NOW)
    with pytest.raises(NotFound):
        webhooks.deliveries(other, hook.id, now=NOW)
    assert webhooks.page(other, now=NOW).items == ()
    assert webhooks.read(caller(owner), hook.id, now=NOW) == hook


# What is told


def test_what_changed_is_told_in_a_thin_signed_message(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    publish(office, owner)
    (sent,) = office.run()
    assert (sent.status, sent.problem, sent.attempt) == (204, None, 1)
    (message,) = office.took()
    assert hook.key is not None
    envelope = signed.verify_webhook(message.headers, message.body, [hook.key], now=NOW.timestamp())
    assert envelope.id == sent.message
    told = json.loads(message.body)
    assert set(told) == {"type", "timestamp", "data", "epochs"}
    assert told["type"] == "site.published"
    assert set(told["data"]) == {"id", "changed", "owner", "seq"}
    assert told["data"]["id"].startswith("bat_")
    assert len(message.body) < signed.MOST_BYTES
    assert b"S1" not in message.body
    assert message.headers["content-type"] == "application/json"
    assert office.run() == []
    (delivery,) = office.log(owner, hook)
    assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 1, 204)


def test_nothing_of_before_the_registration_is_told(office: Office, owner: Body) -> None:
    publish(office, owner)
    office.register(owner)
    assert office.run() == []


def test_the_changes_of_others_are_never_told(
    office: Office, owner: Body, partner: Body, stranger: Body, agreed: Make, things: dict[str, str]
) -> None:
    for who, path in ((owner, "/owner"), (partner, "/partner"), (stranger, "/stranger")):
        office.register(who, path)
    publish(office, owner, "S9")
    made = agreed({"sites": [things["s1"]]})
    office.run()
    agreement = [f"agreement.{act}" for act in ("drafted", "proposed", "accepted")]
    whose = {"drafted": "owner", "proposed": "owner", "accepted": "partner"}
    expected = [(one, whose[one.partition(".")[2]]) for one in agreement]
    assert office.told("/owner") == [("site.published", "owner"), *expected]
    assert office.told("/partner") == expected[1:]  # a draft is its author's alone
    assert office.told("/stranger") == []
    told = json.loads(office.took("/partner")[-1].body)["data"]
    assert (told["id"], told["version"], told["changed"]) == (made.id, 1, "agreement")


def test_what_changed_since_a_moment_is_what_the_messages_and_the_changes_tell(
    office: Office, owner: Body, partner: Body, agreed: Make, things: dict[str, str]
) -> None:
    book = Agreements(office.store)
    kept, suspended, revoked = (agreed({"sites": [things["s1"]]}) for _ in range(3))
    since = office.now = NOW + timedelta(hours=1)
    office.register(partner)
    book.act(owner.caller, suspended.id, "suspend", now=office.now)
    book.act(owner.caller, revoked.id, "revoke", now=office.now)
    office.run()
    told = {json.loads(one.body)["data"]["id"] for one in office.took()}
    listed = book.page(partner.caller, changed_since=since, now=office.now).items
    page = Changes(office.store).after(partner.caller, now=office.now)
    changed = {one.id for one in page.items if one.at >= since}
    assert {one.id for one in listed} == told == changed == {suspended.id, revoked.id}
    assert kept.id in {one.id for one in book.page(partner.caller, now=office.now).items}


def _series(office: Office, who: Body, code: str = "99000000000017") -> str:
    record = SeriesRecord.model_validate(
        {
            "supply_point": f"prm:{code}",
            "quantity": "active_power",
            "form": "mean_power",
            "unit": "W",
            "provenance": "synthetic",
        }
    )
    return SeriesBook(office.store).publish(who.caller, [record], now=NOW).items[0].id


def _curve(office: Office, who: Body, series: str, value: int = 100) -> None:
    curve = Curve.model_validate(
        {
            "series": series,
            "start": datetime(2026, 6, 1, tzinfo=NOW.tzinfo),
            "step": "PT30M",
            "unit": "W",
            "values": [value] * 48,
        }
    )
    Curves(office.store).deposit(who.caller, [curve], onces=[None], now=NOW)


def test_a_new_curve_is_told_to_whom_an_agreement_opens_it_while_it_does(
    office: Office, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    opened, closed = _series(office, owner), _series(office, owner, "99000000000018")
    made = agreed({"supply_points": [things["p1"]]}, granularity="raw")
    office.register(partner)
    office.register(owner, "/owner")
    _curve(office, owner, opened)
    _curve(office, owner, closed)
    office.run()
    assert office.told() == [("curve.published", "owner")]
    assert json.loads(office.took()[0].body)["data"]["id"] == opened
    assert len(office.told("/owner")) == 2
    Agreements(office.store).act(owner.caller, made.id, "revoke", now=NOW)
    _curve(office, owner, opened, 200)
    office.run()
    assert office.told()[1:] == [("agreement.revoked", "owner")]


@pytest.mark.parametrize("tries", [0, 1])
def test_a_message_that_waits_is_dropped_when_what_it_tells_is_closed_before_it_is_sent(
    office: Office, owner: Body, partner: Body, things: dict[str, str], agreed: Make, tries: int
) -> None:
    """Written, or tried in vain, while the agreement was in force; sent after its end."""
    series = _series(office, owner)
    made = agreed({"supply_points": [things["p1"]]}, granularity="raw")
    hook = office.register(partner)
    _curve(office, owner, series)
    office.courier().follow()
    office.answers = [500] * tries
    assert len(office.courier().send() if tries else ()) == tries
    Agreements(office.store).act(owner.caller, made.id, "revoke", now=NOW)
    office.now = NOW + timedelta(hours=1)
    office.run()
    assert office.told() == [("curve.published", "owner")] * tries + [
        ("agreement.revoked", "owner")
    ]
    (closed,) = (one for one in office.log(partner, hook) if one.type == "curve.published")
    assert (closed.state, closed.problem, closed.next_at) == ("dropped", "not_open", None)
    assert closed.attempts == tries


def test_only_the_kinds_that_are_wanted_are_told(
    office: Office, owner: Body, partner: Body
) -> None:
    office.register(owner, kinds=("agreement",))
    for n in range(3):
        publish(office, owner, f"S{n}")
    Agreements(office.store).draft(
        owner.caller, terms(owner, partner, {"sites": ["site_0"]}), now=NOW
    )
    office.run()
    assert office.told() == [("agreement.drafted", "owner")]


def test_many_changes_are_told_once_each_and_in_order(office: Office, owner: Body) -> None:
    office.register(owner)
    for n in range(230):
        publish(office, owner, f"S{n}")
    while office.run():
        pass
    seqs = [json.loads(one.body)["data"]["seq"] for one in office.took()]
    assert seqs == sorted(set(seqs))
    assert len(seqs) == 230


def test_no_more_than_a_thousand_wait_and_none_is_lost(
    office: Office, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_courier, "_MOST_WAITING", 3)
    hook = office.register(owner)
    for n in range(8):
        publish(office, owner, f"S{n}")
    office.courier().follow()
    assert len(office.log(owner, hook)) == 3
    while office.run():
        pass
    assert len(office.took()) == 8


@pytest.mark.parametrize("seq", [0, 10_000])
def test_at_a_place_of_an_epoch_that_nobody_knows_everything_is_told(
    office: Office, owner: Body, seq: int
) -> None:
    office.register(owner)
    with office.store.engine.begin() as connection:
        statement = text("UPDATE webhook SET seq = :seq, epoch = 'another'")
        connection.execute(statement, {"seq": seq})
    publish(office, owner)
    office.run()
    assert [kind for kind, _ in office.told()][-1] == "site.published"
    publish(office, owner, "S2")
    assert [one.status for one in office.run()] == [204]


# Sending


def test_a_failed_try_is_tried_again_with_the_same_id_at_growing_distances(
    office: Office, owner: Body
) -> None:
    hook = office.register(owner)
    publish(office, owner)
    office.answers = [500] * 9
    for attempt, wait in enumerate(WAITS, start=1):
        (sent,) = office.run()
        assert sent.attempt == attempt
        assert office.run() == []  # not before its time
        (delivery,) = office.log(owner, hook)
        assert delivery.next_at is not None
        waited = (delivery.next_at - office.now).total_seconds()
        assert wait <= waited <= wait * 1.1
        assert (delivery.status, delivery.problem) == (500, "status")
        office.now = delivery.next_at
    office.run()
    (delivery,) = office.log(owner, hook)
    assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 10, 204)
    assert len({one.headers["webhook-id"] for one in office.took()}) == 1
    stamps = [int(one.headers["webhook-timestamp"]) for one in office.took()]
    assert stamps == sorted(set(stamps))  # of each attempt
    assert sum(WAITS) / 3600 == pytest.approx(75.6, abs=0.1)


def test_after_the_last_failure_the_webhook_is_disabled_and_says_why(
    office: Office, owner: Body
) -> None:
    hook = office.register(owner)
    publish(office, owner)
    office.answers = [503] * 10
    disabled = []
    for _ in range(10):
        disabled += [sent.disabled for sent in office.run()]
        office.now += timedelta(days=2)
    assert disabled == [None] * 9 + ["failing"]
    publish(office, owner, "S2")
    assert office.run() == []
    (found,) = office.webhooks.page(caller(owner), now=office.now).items
    assert (found.state, found.reason) == ("disabled", "failing")
    assert [one.state for one in office.log(owner, hook)] == ["failed"]
    with pytest.raises(Conflict):
        office.webhooks.test(caller(owner), hook.id, now=office.now)
    opened = office.register(owner)  # after another challenge
    assert (opened.id, opened.state, opened.key) == (hook.id, "active", hook.key)
    publish(office, owner, "S3")
    assert [one.status for one in office.run()] == [204]


def test_a_receiver_that_is_gone_is_told_nothing_more(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    for n in range(3):
        publish(office, owner, f"S{n}")
    office.answers = [410]
    (sent,) = office.run()
    assert (sent.status, sent.disabled) == (410, "gone")
    office.now += timedelta(days=9)
    assert office.run() == []
    assert {one.state for one in office.log(owner, hook)} == {"failed"}
    assert office.webhooks.read(caller(owner), hook.id, now=office.now).reason == "gone"


def test_a_redirect_is_a_failure_and_is_not_followed(office: Office, owner: Body) -> None:
    office.register(owner)
    publish(office, owner)
    office.answers = [307]
    (sent,) = office.run()
    assert (sent.status, sent.problem) == (307, "status")
    assert len(office.took()) == 1


def test_a_slow_receiver_is_left_and_a_great_answer_is_not_read(
    store: Store, owner: Body, office: Office
) -> None:
    over = threading.Event()

    def answer(asked: Asked) -> Told:
        if asked.method == "GET":
            return answered(office, asked)
        if asked.path == "/slow":
            over.wait(60)
        return Told(200, (b"x" * 65536 for _ in iter(int, 1)))

    with peer(answer) as receiver:
        other = Office(store, receiver)
        other.register(owner, "/great")
        publish(other, owner)
        assert [(sent.problem, sent.status) for sent in other.run()] == [(None, 200)]
        slow = other.register(owner, "/slow")
        publish(other, owner, "S2")
        tries = other.run(timeout=0.5)
        over.set()
    left = [(sent.problem, sent.status) for sent in tries if sent.webhook == slow.id]
    assert left == [("unreachable", None)]


def test_after_a_failure_the_rest_of_that_webhook_waits_and_others_do_not(
    office: Office, owner: Body
) -> None:
    office.register(owner, "/a")
    office.register(owner, "/b")
    for n in range(3):
        publish(office, owner, f"S{n}")
    courier = office.courier()
    while courier.follow():
        pass
    with office.store.read() as session:
        due = kept.list_due_messages(permit_operator(now=NOW), session, now=NOW, limit=10)
    by_hook = {
        name: [one for one in due if one.webhook == name] for name in {d.webhook for d in due}
    }
    for row in by_hook.values():
        office.answers = [500]
        assert [sent.status for sent in courier._send_row(row)] == [500]


def test_two_couriers_racing_send_each_message_once(office: Office, owner: Body) -> None:
    office.register(owner)
    for n in range(20):
        publish(office, owner, f"S{n}")
    couriers = [office.courier() for _ in range(4)]
    start = threading.Barrier(len(couriers))
    failed: list[Exception] = []

    def race(courier: WebhookSender) -> None:
        start.wait()
        try:
            for _ in range(5):
                courier.run()
        except Exception as error:  # noqa: BLE001 (told below)
            failed.append(error)

    threads = [threading.Thread(target=race, args=(one,)) for one in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    sent = [one.headers["webhook-id"] for one in office.took()]
    assert len(sent) == len(set(sent)) == 20


def test_a_message_whose_courier_died_is_sent_again_under_the_same_id(
    office: Office, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = office.register(owner)
    publish(office, owner)

    class Killed(BaseException):
        """As a signal would."""

    def die(self: WebhookSender, *args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(WebhookSender, "_note", die)
        with pytest.raises(Killed):
            office.run()
    assert office.run() == []  # another has it in hand, for all we know
    (before,) = office.log(owner, hook)
    assert (before.state, before.attempts) == ("waiting", 0)
    office.now += LEASE
    (sent,) = office.run()
    first, second = office.took()
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == sent.message
    assert first.body == second.body
    assert office.log(owner, hook)[0].state == "delivered"


def test_for_a_week_both_keys_sign_and_then_the_new_one_alone(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    fresh = office.webhooks.rotate(caller(owner), hook.id, now=NOW)
    assert fresh.key != hook.key
    assert fresh.previous_until == NOW + timedelta(days=7)
    for days, old_holds in ((0, True), (6.9, True), (7, False)):
        office.now = NOW + timedelta(days=days)
        office.webhooks.test(caller(owner), hook.id, now=office.now)
        office.run()
        last, moment = office.took()[-1], office.now.timestamp()
        signed.verify_webhook(last.headers, last.body, [str(fresh.key)], now=moment)
        if old_holds:
            signed.verify_webhook(last.headers, last.body, [str(hook.key)], now=moment)
        else:
            with pytest.raises(signed.Forged):
                signed.verify_webhook(last.headers, last.body, [str(hook.key)], now=moment)


def test_a_test_message_tells_nothing(office: Office, owner: Body) -> None:
    hook = office.register(owner, kinds=("agreement",))
    asked = office.webhooks.test(caller(owner), hook.id, now=NOW)
    (sent,) = office.run()
    assert sent.message == asked.id
    told = json.loads(office.took()[0].body)
    assert told["type"] == "webhook.test"
    assert told["data"] == {"id": hook.id, "changed": "webhook", "owner": "owner"}


def test_a_removed_webhook_is_sent_nothing(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    publish(office, owner)
    office.courier().follow()
    office.webhooks.remove(caller(owner), hook.id, now=NOW)
    assert office.run() == []
    assert office.took() == []
    with pytest.raises(NotFound):
        office.webhooks.remove(caller(owner), hook.id, now=NOW)


def test_a_program_that_is_closed_is_told_nothing_more(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    publish(office, owner)
    office.courier().follow()
    Clients(office.store).disable(owner.caller.client_id, now=NOW)
    assert office.run() == []
    assert office.took() == []
    assert office.webhooks.read(caller(owner), hook.id, now=NOW).reason == "client_closed"


def test_with_another_secret_of_the_server_nothing_is_signed_and_nothing_lost(
    office: Office, owner: Body
) -> None:
    hook = office.register(owner)
    publish(office, owner)
    other = WebhookKeys(bytes(32))
    assert office.run(keys=other) == []
    office.courier().follow()
    assert office.run(keys=other) == []
    webhooks = replace(office.webhooks, keys=other)
    found = webhooks.read(caller(owner), hook.id, now=NOW)
    assert (found.state, found.reason, found.key) == ("disabled", "key_lost", None)
    assert [one.status for one in office.run()] == [204]  # the right courier goes on
    again = webhooks.register(caller(owner), WebhookRecord(url=hook.url), now=NOW)
    assert again.state == "active"
    assert again.key not in (None, hook.key)


def test_an_address_that_may_no_longer_be_called_is_not(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    publish(office, owner)
    (sent,) = office.run(allow=PUBLIC)
    assert (sent.status, sent.problem) == (None, "address")
    assert office.took() == []
    assert office.log(owner, hook)[0].problem == "address"


def test_a_courier_that_is_to_stop_begins_no_other_message(office: Office, owner: Body) -> None:
    office.register(owner)
    for n in range(3):
        publish(office, owner, f"S{n}")
    office.courier().follow()
    courier = office.courier(stopping=lambda: len(office.took()) > 0)
    assert [one.status for one in courier.send()] == [204]
    assert len(office.took()) == 1


def test_what_became_of_a_message_is_forgotten_after_a_month(office: Office, owner: Body) -> None:
    hook = office.register(owner)
    publish(office, owner)
    office.run()
    office.now += timedelta(days=29)
    assert office.courier().forget() == 0
    office.now += timedelta(days=2)
    assert office.courier().forget() == 1
    assert office.log(owner, hook) == []


def test_no_secret_is_in_the_store(office: Office, owner: Body) -> None:
    office.register(owner, "/a")
    shared = office.register(owner, "/b", signature="v1").secret
    assert shared is not None
    with office.store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM webhook").all()
    held = json.dumps([[str(cell) for cell in row] for row in rows])
    for secret in (shared, "whsk_", "whsec_"):
        assert secret not in held
