"""Exports: whole or not at all, signed, decided again at each page and at each download."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from synergie.errors import (
    Conflict,
    NotAllowed,
    NotFound,
)
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.once import Once
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.exports import exports as exports_module
from synergie.exchange.trust.exports.exports import Exports, Head
from synergie.policy.trust.principal import Narrowing
from synergie.proof import manifest
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.curve_json import decode
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.export import ExportRequest
from synergie.storage.store import Store
from tests.exchange.exporting import SPAN, acknowledged, asked, events, held, now
from tests.exchange.people import NOW, Body, site
from tests.exchange.test_deposits import curve_file, deposit
from tests.proof.signers import ISSUER, Hand


def test_files_are_what_the_signed_manifest_says(
    store: Store, desk: Exports, hand: Hand, owner: Body, things: dict[str, str]
) -> None:
    deposit(store, owner, curve_file())
    made = desk.make(owner.caller, asked("sites", "series", "curves"), clock=now)
    said = manifest.verify_manifest(desk.manifest(owner.caller, made.id, now=NOW), hand.jwks())
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
    store: Store, desk: Exports, hand: Hand, partner: Body, by_day: Agreement
) -> None:
    request = asked("sites", "curves", agreement=by_day.id)
    made = desk.make(partner.caller, request, clock=now)
    assert (made.recipient, made.owner) == ("partner", "owner")
    assert made.agreement == f"{by_day.id}/1"
    said = manifest.verify_manifest(desk.manifest(partner.caller, made.id, now=NOW), hand.jwks())
    assert (said.agreement, said.version, said.purpose) == (by_day.id, 1, "joint_purchase")
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
    desk: Exports, partner: Body, by_day: Agreement
) -> None:
    request = asked("curves", agreement=by_day.id, granularity="raw")
    with pytest.raises(NotAllowed) as refused:
        desk.make(partner.caller, request, clock=now)
    assert refused.value.reason == "granularity_too_fine"
    assert held(desk) == []


def test_another_sees_nothing_of_it_and_the_owner_sees_its_proofs_only(
    desk: Exports, owner: Body, partner: Body, stranger: Body, by_day: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=by_day.id), clock=now)
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
        lambda: desk.make(stranger.caller, asked("sites", agreement=by_day.id), clock=now),
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
    monkeypatch.setattr("synergie.exchange.trust.exports._export_content.PAGE", 1)
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
    store: Store, desk: Exports, owner: Body, partner: Body, by_day: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=by_day.id), clock=now)
    Agreements(store).act(owner.caller, by_day.id, "revoke", now=NOW)
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
    desk: Exports, partner: Body, by_day: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=by_day.id), clock=now)
    narrowed = replace(
        partner.caller,
        agreements=frozenset({by_day.id}),
        narrowings=(Narrowing(agreement=by_day.id, datasets=frozenset({"consumption"})),),
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
    once = Once("partner-app", "key", "POST /v1/exports", "0" * 64)
    request = asked("sites", agreement=by_day.id)
    assert desk.make(partner.caller, request, once=once, clock=now).id != made.id
    with pytest.raises(NotFound):
        desk.make(elsewhere, request, once=once, clock=now)
    assert desk.page(elsewhere, now=NOW).items == ()
    assert made in desk.page(narrowed, now=NOW).items


def test_each_act_is_in_the_journal(
    store: Store, desk: Exports, partner: Body, by_day: Agreement, things: dict[str, str]
) -> None:
    made = desk.make(partner.caller, asked("sites", "curves", agreement=by_day.id), clock=now)
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
        assert told["agreement"] == f"{by_day.id}/1"
    assert taken["subjects"] == curves["subjects"]
    assert taken["subjects"][1].startswith("ser_")


def test_the_head_of_the_journal_is_named_and_kept(
    store: Store, desk: Exports, hand: Hand, owner: Body, things: dict[str, str]
) -> None:
    at = replace(desk, head=lambda _s, _n: Head(tree_size=7, root="ab" * 32, jws="a.b.c"))
    made = at.make(owner.caller, asked("sites"), clock=now)
    said = manifest.verify_manifest(at.manifest(owner.caller, made.id, now=NOW), hand.jwks())
    assert (said.tree_size, said.root) == (7, "ab" * 32)
    assert at.tree_head(owner.caller, made.id, now=NOW) == "a.b.c"
    without = desk.make(owner.caller, asked("sites"), clock=now)
    with pytest.raises(NotFound):
        desk.tree_head(owner.caller, without.id, now=NOW)


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
