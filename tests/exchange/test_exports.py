"""Exports: whole or not at all, signed, decided again at each page and at each download."""

import errno
import json
import os
import signal
import subprocess
import sys
import tracemalloc
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from sqlalchemy import text

from synergie.errors import (
    BadInput,
    Conflict,
    InProgress,
    KeyReused,
    NotAllowed,
    NotFound,
    Overloaded,
    StorageFull,
    TooLarge,
)
from synergie.exchange import _export_files
from synergie.exchange import exports as exports_module
from synergie.exchange.agreements import Agreements
from synergie.exchange.clients import Clients
from synergie.exchange.curves import Curves
from synergie.exchange.exports import Care, Exports, Head
from synergie.exchange.once import Once
from synergie.exchange.series import SeriesBook
from synergie.exchange.sites import Sites
from synergie.policy.principal import Narrowing
from synergie.proof import manifest, receipt
from synergie.schemas.agreement import Agreement
from synergie.schemas.curve import Curve
from synergie.schemas.curve_json import decode
from synergie.schemas.export import Export, ExportRequest
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, site
from tests.exchange.test_deposits import curve_file, deposit
from tests.proof.signers import ISSUER, Hand
from tests.server.partner import ec_signer, jwt

SPAN: dict[str, Any] = {
    "start": datetime(2026, 5, 31, tzinfo=UTC),
    "end": datetime(2026, 7, 1, tzinfo=UTC),
}


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def desk(store: Store, tmp_path: Path, hand: Hand) -> Exports:
    return Exports(store=store, prover=hand, care=Care(folder=tmp_path / "exports"))


def asked(*kinds: str, **more: Any) -> ExportRequest:
    span = SPAN if "curves" in kinds else {}
    return ExportRequest.model_validate({"kinds": kinds, **span, **more})


def now() -> datetime:
    return NOW


def held(desk: Exports) -> list[str]:
    """What is in the folder of exports."""
    folder = desk.care.folder
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def events(store: Store, *names: str) -> list[dict[str, Any]]:
    """The journal's records of these kinds, in order."""
    with store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        told = [json.loads(bytes(row.record)) for row in rows]
    return [one for one in told if one["event"] in names]


@pytest.fixture
def shared(
    store: Store,
    owner: Body,
    partner: Body,
    things: dict[str, str],
    agreed: Callable[..., Agreement],
) -> Agreement:
    """A point with its curve and a site, opened by the day."""
    deposit(store, owner, curve_file())
    return agreed({"sites": [things["s1"]]}, granularity="day")


def test_files_are_what_the_signed_manifest_says(
    store: Store, desk: Exports, hand: Hand, owner: Body, things: dict[str, str]
) -> None:
    deposit(store, owner, curve_file())
    made = desk.make(owner.caller, asked("sites", "series", "curves"), clock=now)
    said = manifest.verified(desk.manifest(owner.caller, made.id, now=NOW), hand.jwks())
    assert (said.iss, said.aud, said.owner, said.jti) == (ISSUER, "owner", "owner", made.id)
    assert (said.agreement, said.purpose, said.retention_days) == (None, None, None)
    assert said.granularity == "raw"
    assert said.provenance == ("synthetic",)
    assert said.files == made.files
    assert [one.name for one in said.files] == ["sites.ndjson", "series.ndjson", "curves.ndjson"]
    assert [one.rows for one in said.files] == [2, 1, 1]
    content = b""
    for file in said.files:
        content = b"".join(desk.download(owner.caller, made.id, file.name, clock=now).pieces())
        assert (len(content), sha256(content).hexdigest()) == (file.bytes, file.sha256)
        assert content.count(b"\n") == file.rows
    curve = decode(content)
    assert curve.values == list(range(100, 148))


def test_what_an_agreement_opens_is_handed_over_with_its_obligations(
    store: Store, desk: Exports, hand: Hand, partner: Body, shared: Agreement
) -> None:
    request = asked("sites", "curves", agreement=shared.id)
    made = desk.make(partner.caller, request, clock=now)
    assert (made.recipient, made.owner) == ("partner", "owner")
    assert made.agreement == f"{shared.id}/1"
    said = manifest.verified(desk.manifest(partner.caller, made.id, now=NOW), hand.jwks())
    assert (said.agreement, said.version, said.purpose) == (shared.id, 1, "joint_purchase")
    assert (said.granularity, said.retention_days, said.onward) == ("day", 365, "none")
    assert said.period is not None
    assert (said.period.start, said.period.end) == (SPAN["start"], SPAN["end"])
    content = b"".join(desk.download(partner.caller, made.id, "curves.ndjson", clock=now).pieces())
    curve = decode(content)
    assert (curve.step, curve.unit, sum(v or 0 for v in curve.values)) == ("P1D", "Wh", 2964.0)


def test_a_table_of_curves_is_a_csv_with_a_row_a_step(
    store: Store, desk: Exports, owner: Body
) -> None:
    deposit(store, owner, curve_file())
    made = desk.make(owner.caller, asked("curves", curves_as="csv"), clock=now)
    (file,) = made.files
    assert (file.name, file.media_type, file.rows) == ("curves.csv", "text/csv", 48)


def test_finer_than_agreed_is_refused_and_nothing_is_kept(
    desk: Exports, partner: Body, shared: Agreement
) -> None:
    request = asked("curves", agreement=shared.id, granularity="raw")
    with pytest.raises(NotAllowed) as refused:
        desk.make(partner.caller, request, clock=now)
    assert refused.value.reason == "granularity_too_fine"
    assert held(desk) == []


def test_another_sees_nothing_of_it_and_the_owner_sees_its_proofs_only(
    desk: Exports, owner: Body, partner: Body, stranger: Body, shared: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=shared.id), clock=now)
    for who in (owner, partner):
        assert desk.read(who.caller, made.id, now=NOW) == made
        assert [one.id for one in desk.page(who.caller, now=NOW).items] == [made.id]
        assert desk.manifest(who.caller, made.id, now=NOW).count(".") == 2
    with pytest.raises(NotAllowed) as refused:
        desk.download(owner.caller, made.id, "sites.ndjson", clock=now)
    assert refused.value.reason == "other_party"
    assert desk.page(stranger.caller, now=NOW).items == ()
    for act in (
        lambda: desk.read(stranger.caller, made.id, now=NOW),
        lambda: desk.manifest(stranger.caller, made.id, now=NOW),
        lambda: desk.receipt(stranger.caller, made.id, now=NOW),
        lambda: desk.receive(stranger.caller, made.id, "a.b.c", now=NOW),
        lambda: desk.download(stranger.caller, made.id, "sites.ndjson", clock=now),
        lambda: desk.make(stranger.caller, asked("sites", agreement=shared.id), clock=now),
    ):
        with pytest.raises(NotFound):
            act()


def test_pages_of_exports_come_by_id(desk: Exports, owner: Body, things: dict[str, str]) -> None:
    made = {desk.make(owner.caller, asked("sites"), clock=now).id for _ in range(5)}
    first = desk.page(owner.caller, limit=2, now=NOW)
    second = desk.page(owner.caller, limit=3, after=first.next, now=NOW)
    assert [one.id for one in (*first.items, *second.items)] == sorted(made)
    assert second.next is None


@pytest.mark.parametrize("name", ["../../store.db", "sites.ndjson/..", "/etc/passwd", "", "."])
def test_a_name_that_is_none_of_its_files_names_nothing(
    desk: Exports, owner: Body, things: dict[str, str], name: str
) -> None:
    made = desk.make(owner.caller, asked("sites"), clock=now)
    with pytest.raises(NotFound):
        desk.download(owner.caller, made.id, name, clock=now)


class Revoking:
    """A clock that revokes an agreement the n-th time it is asked."""

    def __init__(self, store: Store, owner: Body, agreement: str, at: int) -> None:
        self.store, self.owner, self.agreement, self.at = store, owner, agreement, at
        self.asked = 0

    def __call__(self) -> datetime:
        self.asked += 1
        if self.asked == self.at:
            Agreements(self.store).act(self.owner.caller, self.agreement, "revoke", now=NOW)
        return NOW


def test_a_revocation_at_any_moment_of_the_run_leaves_nothing(
    store: Store,
    desk: Exports,
    owner: Body,
    partner: Body,
    things: dict[str, str],
    agreed: Callable[..., Agreement],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every time it is asked what the time is, in turn: each is before a page."""
    monkeypatch.setattr("synergie.exchange._export_content.PAGE", 1)
    deposit(store, owner, curve_file())
    places = {"sites": [things["s1"], things["s2"]]}
    request = {"kinds": ("sites", "supply_points", "curves"), **SPAN}
    made = agreed(places)
    whole = Revoking(store, owner, made.id, at=0)
    asking = ExportRequest.model_validate({**request, "agreement": made.id})
    desk.make(partner.caller, asking, clock=whole)
    kept = held(desk)
    assert whole.asked > 9
    for moment in range(1, whole.asked + 1):
        made = agreed(places)
        clock = Revoking(store, owner, made.id, at=moment)
        asking = ExportRequest.model_validate({**request, "agreement": made.id})
        with pytest.raises(NotAllowed):
            desk.make(partner.caller, asking, clock=clock)
        assert clock.asked == max(moment, 2)  # it stops there; the first is the broom's
        assert held(desk) == kept
    assert len(desk.page(partner.caller, now=NOW).items) == 1


def test_files_are_closed_by_a_revocation_and_the_proofs_stay(
    store: Store, desk: Exports, owner: Body, partner: Body, shared: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=shared.id), clock=now)
    Agreements(store).act(owner.caller, shared.id, "revoke", now=NOW)
    with pytest.raises(NotAllowed) as refused:
        desk.download(partner.caller, made.id, "sites.ndjson", clock=now)
    assert refused.value.reason == "ended"
    assert desk.manifest(partner.caller, made.id, now=NOW)


def test_a_revocation_cuts_a_download_on_its_way(
    store: Store,
    desk: Exports,
    owner: Body,
    partner: Body,
    things: dict[str, str],
    agreed: Callable[..., Agreement],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports_module, "AGAIN", 64 * 1024)
    many = [site(f"X{n}", name="x" * 190) for n in range(600)]
    ids = [one.id for one in Sites(store).publish(owner.caller, many, now=NOW).items]
    made_with = agreed({"sites": ids})
    made = desk.make(partner.caller, asked("sites", agreement=made_with.id), clock=now)
    (file,) = made.files
    assert file.bytes > 3 * 64 * 1024
    pieces = desk.download(partner.caller, made.id, file.name, clock=now).pieces()
    sent = len(next(pieces))
    Agreements(store).act(owner.caller, made_with.id, "revoke", now=NOW)
    with pytest.raises(NotAllowed):
        next(pieces)
    assert sent == 64 * 1024


def test_a_narrower_token_does_not_take_what_a_wider_one_made(
    desk: Exports, partner: Body, shared: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=shared.id), clock=now)
    narrowed = replace(
        partner.caller,
        agreements=frozenset({shared.id}),
        narrowings=(Narrowing(agreement=shared.id, datasets=frozenset({"consumption"})),),
    )
    with pytest.raises((NotAllowed, Conflict)):
        desk.download(narrowed, made.id, "sites.ndjson", clock=now)
    elsewhere = replace(partner.caller, agreements=frozenset({"agr_2222222222222222"}))
    for act in (
        lambda: desk.download(elsewhere, made.id, "sites.ndjson", clock=now),
        lambda: desk.read(elsewhere, made.id, now=NOW),
        lambda: desk.receive(elsewhere, made.id, acknowledged(made, partner), now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    assert desk.page(elsewhere, now=NOW).items == ()
    assert desk.page(narrowed, now=NOW).items == (made,)


def test_each_act_is_in_the_journal(
    store: Store, desk: Exports, partner: Body, shared: Agreement, things: dict[str, str]
) -> None:
    made = desk.make(partner.caller, asked("sites", "curves", agreement=shared.id), clock=now)
    list(desk.download(partner.caller, made.id, "curves.ndjson", clock=now).pieces())
    assets, curves = events(store, "export.made")
    assert assets["subjects"] == [made.id, things["s1"]]
    assert (assets["dataset"], assets["rows"]) == ("assets", 1)
    assert "granularity" not in assets
    assert (curves["dataset"], curves["granularity"], curves["rows"]) == ("consumption", "day", 1)
    assert curves["start"].startswith("2026-05-31")
    taken = events(store, "data.exported")[-1]  # those before are of the pages of curves
    for told in (assets, curves, taken):
        assert (told["by"], told["client"], told["owner"]) == ("partner", "partner-app", "owner")
        assert told["agreement"] == f"{shared.id}/1"
    assert taken["subjects"] == curves["subjects"]
    assert taken["subjects"][1].startswith("ser_")


def test_the_head_of_the_journal_is_named_and_kept(
    store: Store, desk: Exports, hand: Hand, owner: Body, things: dict[str, str]
) -> None:
    at = replace(desk, head=lambda _s, _n: Head(tree_size=7, root="ab" * 32, jws="a.b.c"))
    made = at.make(owner.caller, asked("sites"), clock=now)
    said = manifest.verified(at.manifest(owner.caller, made.id, now=NOW), hand.jwks())
    assert (said.tree_size, said.root) == (7, "ab" * 32)
    assert at.tree_head(owner.caller, made.id, now=NOW) == "a.b.c"
    without = desk.make(owner.caller, asked("sites"), clock=now)
    with pytest.raises(NotFound):
        desk.tree_head(owner.caller, without.id, now=NOW)


# Whole or not at all


def test_over_its_room_nothing_is_kept(
    store: Store, desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    small = replace(desk, care=replace(desk.care, most_bytes=300))
    with pytest.raises(TooLarge):
        small.make(owner.caller, asked("sites", "supply_points"), clock=now)
    assert held(desk) == []
    assert desk.page(owner.caller, now=NOW).items == ()


def test_a_disk_that_is_full_half_way_leaves_nothing(
    store: Store,
    desk: Exports,
    owner: Body,
    things: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write, count = _export_files.Sink.write, [0]

    def full(self: Any, data: Any) -> int:
        count[0] += 1
        if count[0] == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(_export_files.Sink, "write", full)
    with pytest.raises(StorageFull):
        desk.make(owner.caller, asked("sites", "supply_points"), clock=now)
    assert count == [3]
    assert held(desk) == []
    assert desk.page(owner.caller, now=NOW).items == ()
    assert events(store, "export.made") == []


def test_when_the_store_does_not_keep_it_its_files_go(
    store: Store,
    desk: Exports,
    owner: Body,
    things: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The folder has its name a moment before the commit: a commit that fails takes it back."""
    publish = _export_files.Draft.publish

    def then_fails(self: Any, export: str) -> None:
        publish(self, export)
        assert held(desk) == [export]
        raise RuntimeError("the commit fails")

    monkeypatch.setattr(_export_files.Draft, "publish", then_fails)
    with pytest.raises(RuntimeError):
        desk.make(owner.caller, asked("sites"), clock=now)
    assert held(desk) == []
    assert desk.page(owner.caller, now=NOW).items == ()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from synergie.exchange.exports import Care, Exports
from synergie.policy import Principal
from synergie.schemas.export import ExportRequest
from synergie.storage.store import Store
from tests.proof.signers import Hand
import synergie.exchange._export_content as content
content.PAGE = 1
asked = 0
def clock():
    global asked
    asked += 1
    if asked == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return datetime(2026, 11, 25, 10, tzinfo=UTC)
desk = Exports(store=Store.open(sys.argv[1], migrate=False), prover=Hand(),
               care=Care(folder=Path(sys.argv[2])))
caller = Principal(client_id="owner-app", organisation="owner", scopes=frozenset())
desk.make(caller, ExportRequest.model_validate({"kinds": ["sites"]}), clock=clock)
"""


def test_a_run_that_is_killed_shows_nothing_and_is_swept(
    store: Store, desk: Exports, owner: Body, things: dict[str, str], root: Path
) -> None:
    url = store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    command = [sys.executable, "-c", KILLED, url, str(desk.care.folder)]
    done = subprocess.run(command, cwd=root, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    (left,) = held(desk)
    assert left.startswith(".draft-")
    assert desk.page(owner.caller, now=NOW).items == ()
    written = (desk.care.folder / left).stat().st_mtime
    desk.sweep(now=datetime.fromtimestamp(written + 3000, UTC))
    assert held(desk) == [left]  # it may be somebody's who still writes
    desk.sweep(now=datetime.fromtimestamp(written + 3700, UTC))
    assert held(desk) == []


def test_files_are_removed_when_their_time_is_over_and_the_proofs_stay(
    store: Store, desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    made = desk.make(owner.caller, asked("sites"), clock=now)
    assert made.kept_until == NOW + timedelta(days=7)
    assert desk.sweep(now=made.kept_until - timedelta(seconds=1)) == 0
    assert desk.download(owner.caller, made.id, "sites.ndjson", clock=now).path.is_file()
    with pytest.raises(Conflict):
        desk.download(owner.caller, made.id, "sites.ndjson", clock=lambda: made.kept_until)
    assert desk.sweep(now=made.kept_until) == 1
    assert desk.sweep(now=made.kept_until) == 0
    assert held(desk) == []
    with pytest.raises(Conflict):
        desk.download(owner.caller, made.id, "sites.ndjson", clock=now)
    assert desk.manifest(owner.caller, made.id, now=made.kept_until)


def test_a_folder_that_is_an_export_is_not_swept_however_old(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    made = desk.make(owner.caller, asked("sites"), clock=now)
    os.utime(desk.care.folder / made.id, (0, 0))
    desk.sweep(now=NOW)
    assert held(desk) == [made.id]


# The same request again


def once(body: str = "b", key: str = "k") -> Once:
    return Once(client="owner-app", key=key, request="POST /v1/exports", body_sha256=body)


def test_the_same_request_again_gives_the_same_export(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    made = desk.make(owner.caller, asked("sites"), once=once(), clock=now)
    assert desk.make(owner.caller, asked("sites"), once=once(), clock=now) == made
    assert held(desk) == [made.id]
    with pytest.raises(KeyReused):
        desk.make(owner.caller, asked("series"), once=once("other"), clock=now)


def test_of_two_of_the_same_at_once_one_is_kept_and_both_are_told_it(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    """In two workers: each knows of the other by the store alone."""
    other, first = replace(desk, care=Care(folder=desk.care.folder)), list[Export]()

    def clock() -> datetime:
        if not first:
            first.append(other.make(owner.caller, asked("sites"), once=once(), clock=now))
        return NOW

    assert desk.make(owner.caller, asked("sites"), once=once(), clock=clock) == first[0]
    assert held(desk) == [first[0].id]


def test_the_same_request_while_it_runs_is_told_to_come_back(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    refused: list[InProgress] = []

    def clock() -> datetime:
        with pytest.raises(InProgress) as again:
            desk.make(owner.caller, asked("sites"), once=once(), clock=now)
        refused.append(again.value)
        return NOW

    made = desk.make(owner.caller, asked("sites"), once=once(), clock=clock)
    assert {error.retry_after for error in refused} == {15.0}
    assert held(desk) == [made.id]
    assert desk.make(owner.caller, asked("sites"), once=once(), clock=now) == made
    assert desk.make(owner.caller, asked("sites"), once=once(key="other"), clock=now) != made


def test_one_more_than_are_made_at_once_is_told_to_come_back(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    places = [desk.care.room.acquire(blocking=False) for _ in range(4)]
    assert all(places)
    with pytest.raises(Overloaded):
        desk.make(owner.caller, asked("sites"), clock=now)
    desk.care.room.release()
    for _ in range(2):  # the place is given back, after a refusal, too
        with pytest.raises(NotFound):
            desk.make(owner.caller, asked("sites", agreement="agr_22222222"), clock=now)
    made = desk.make(owner.caller, asked("sites"), clock=now)
    assert held(desk) == [made.id]


# Receipts


def acknowledged(made: Export, who: Body, **more: Any) -> str:
    """The receipt of *who* for *made*, but for *more*."""
    claims = {
        "iss": who.caller.organisation,
        "aud": ISSUER,
        "iat": int(NOW.timestamp()),
        "manifest_sha256": made.manifest_sha256,
        "received_at": "2026-11-25T10:00:00Z",
        "files_ok": True,
    }
    typ = more.pop("typ", receipt.TYP)
    key = more.pop("key", who.key)
    header = {"alg": "ES256", "kid": who.key.kid, "typ": typ}
    return jws.serialize_compact(header, json.dumps(claims | more), key, algorithms=["ES256"])


def test_a_receipt_is_kept_for_both_parties(
    store: Store, desk: Exports, owner: Body, partner: Body, shared: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=shared.id), clock=now)
    assert made.received is None
    with pytest.raises(NotFound):
        desk.receipt(partner.caller, made.id, now=NOW)
    given = desk.receive(partner.caller, made.id, acknowledged(made, partner), now=NOW)
    for who in (owner, partner):
        assert desk.receipt(who.caller, made.id, now=NOW) == given
        assert desk.read(who.caller, made.id, now=NOW).received is True
    assert (given.by, given.files_ok) == ("partner", True)
    assert desk.receive(partner.caller, made.id, given.jws, now=NOW) == given
    (told,) = events(store, "export.received")
    assert (told["by"], told["owner"], told["subjects"]) == ("partner", "owner", [made.id])
    assert told["reason"] == "files_ok"


def test_one_that_refuses_files_may_be_followed_by_one_that_does_not(
    desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    made = desk.make(owner.caller, asked("sites"), clock=now)
    refused = [{"name": "sites.ndjson", "reason": "sha256"}]
    bad = acknowledged(made, owner, files_ok=False, refused=refused)
    given = desk.receive(owner.caller, made.id, bad, now=NOW)
    assert (given.files_ok, [one.reason for one in given.refused]) == (False, ["sha256"])
    assert desk.read(owner.caller, made.id, now=NOW).received is False
    assert desk.receive(owner.caller, made.id, acknowledged(made, owner), now=NOW).files_ok
    with pytest.raises(Conflict):
        desk.receive(owner.caller, made.id, bad, now=NOW)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"typ": "synergie-manifest+jwt"}, "/receipt"),
        ({"typ": "JWT"}, "/receipt"),
        ({"iss": "owner"}, "/receipt/iss"),
        ({"aud": "https://elsewhere.example"}, "/receipt/aud"),
        ({"manifest_sha256": "ab" * 32}, "/receipt/manifest_sha256"),
        ({"files_ok": False}, "/receipt"),
        (
            {"files_ok": False, "refused": [{"name": "other.csv", "reason": "sha256"}]},
            "/receipt/refused",
        ),
    ],
)
def test_a_receipt_for_something_else_is_refused(
    desk: Exports, partner: Body, shared: Agreement, more: dict[str, Any], where: str
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=shared.id), clock=now)
    with pytest.raises(BadInput) as refused:
        desk.receive(partner.caller, made.id, acknowledged(made, partner, **more), now=NOW)
    assert refused.value.where == where


def test_a_receipt_by_another_key_or_of_the_owner_is_refused(
    desk: Exports, owner: Body, partner: Body, shared: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=shared.id), clock=now)
    forged = acknowledged(made, partner, key=owner.key)
    with pytest.raises(BadInput):
        desk.receive(partner.caller, made.id, forged, now=NOW)
    with pytest.raises(BadInput):
        desk.receive(partner.caller, made.id, "not a jws", now=NOW)
    with pytest.raises(NotAllowed):
        desk.receive(owner.caller, made.id, acknowledged(made, partner), now=NOW)


def test_a_program_may_sign_with_its_own_key_though_it_bears_the_name_of_another(
    store: Store, desk: Exports, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    """A kid is a name within one set of keys: the organisation's, or its program's."""
    program = ec_signer(str(owner.key.kid))
    Clients(store).register(
        owner.caller.client_id,
        "owner",
        name="A program",
        jwks=program.jwks,
        scopes=["exports:write"],
        now=NOW,
    )
    made = desk.make(owner.caller, asked("sites"), clock=now)
    header = {"alg": "ES256", "kid": program.kid, "typ": receipt.TYP}
    claims = json.loads(b64_decoded(acknowledged(made, owner).split(".")[1]))
    by_program = jwt(header, claims, program)
    elsewhere = replace(owner.caller, client_id="another-app")
    with pytest.raises(BadInput):  # it is the key of that program only
        desk.receive(elsewhere, made.id, by_program, now=NOW)
    assert desk.receive(owner.caller, made.id, by_program, now=NOW).files_ok


def b64_decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


# Memory


def test_memory_does_not_grow_with_what_is_exported(
    store: Store, desk: Exports, owner: Body, things: dict[str, str]
) -> None:
    deposit(store, owner, curve_file())
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    small = _peak(desk, owner)
    for year in range(2000, 2010):
        start = datetime(year, 1, 1, tzinfo=UTC)
        values = [n * 7919 % 30_011 for n in range(17_520)]
        curve = Curve(series=series.id, start=start, step="PT30M", unit="W", values=list(values))
        (stored,) = Curves(store).deposit(owner.caller, [curve], onces=[None], now=NOW)
        assert not isinstance(stored, Exception)
    large = _peak(desk, owner)
    (newest, *_) = sorted(desk.page(owner.caller, now=NOW).items, key=lambda x: -x.files[0].bytes)
    assert newest.files[0].bytes > 900_000
    assert large - small < 1_500_000, (small, large)


def _peak(desk: Exports, owner: Body) -> int:
    span = {"start": datetime(2000, 1, 1, tzinfo=UTC), "end": datetime(2027, 1, 1, tzinfo=UTC)}
    tracemalloc.start()
    made = desk.make(owner.caller, asked("curves", **span), clock=now)
    assert made.files[0].rows
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
