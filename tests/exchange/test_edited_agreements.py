"""A row of an agreement that a hand edited: it opens nothing, both parties see it, it is named."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import text

from synergie.errors import Conflict, NotAllowed, NotFound, SynergieError
from synergie.exchange import door as _door
from synergie.exchange._passing_on import public_permit
from synergie.exchange.assets.named_perimeters import NamedPerimeters
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.trust.agreement_faults import AgreementFaults
from synergie.exchange.trust.agreement_watch import AgreementWatch
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.webhooks import _webhook_news
from synergie.policy import Permit, Principal, permit_operator
from synergie.policy.readings.morning import Due
from synergie.schemas.assets.named_perimeter import NamedPerimeterRecord
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.schemas.trust.agreement_bytes import terms_digest
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.agreement_soundness import unsound_agreements
from synergie.storage.trust.organisations import retire_key
from tests.exchange.people import NOW, Body, terms

type Make = Callable[..., Agreement]
LATER = NOW + timedelta(days=30)


@dataclass(frozen=True)
class Deal:
    """An agreement in force over the first site, as its hand-edited row is looked at."""

    store: Store
    owner: Body
    partner: Body
    stranger: Body
    things: dict[str, str]
    made: Agreement

    def run(self, statement: str, **values: object) -> None:
        """*statement* straight in the tables; `:agr` is the agreement."""
        with self.store.engine.begin() as connection:
            done = connection.execute(text(statement), {"agr": self.made.id} | values)
            assert done.rowcount > 0

    def edit(self, column: str, value: object) -> None:
        self.run(f"UPDATE agreement SET {column} = :value WHERE id = :agr", value=value)  # noqa: S608

    def column(self, name: str) -> Any:
        with self.store.engine.begin() as connection:
            query = text(f"SELECT {name} FROM agreement WHERE id = :agr")  # noqa: S608
            return connection.execute(query, {"agr": self.made.id}).scalar_one()

    def opens(self) -> list[str]:
        """What anybody but the owner can read of the two sites."""
        found = []
        for body in (self.partner, self.stranger):
            for site in (self.things["s1"], self.things["s2"]):
                for under in (None, self.made.id):
                    try:
                        Sites(self.store).read(body.caller, site, agreement=under, now=NOW)
                    except (NotFound, NotAllowed):
                        continue
                    found.append(f"{body.caller.organisation} reads {site}")
            try:
                Sites(self.store).page(body.caller, agreement=self.made.id, now=NOW)
            except (NotFound, NotAllowed, Conflict):
                continue
            found.append(f"{body.caller.organisation} lists")
        return found

    def seen(self, body: Body) -> tuple[str, str | None]:
        one = Agreements(self.store).read(body.caller, self.made.id, now=NOW)
        return one.state, one.fault

    def named(self) -> list[str]:
        with self.store.read() as session:
            return [str(one) for one in unsound_agreements(permit_operator(now=NOW), session)]


@pytest.fixture
def deal(
    store: Store, owner: Body, partner: Body, stranger: Body, things: dict[str, str], agreed: Make
) -> Deal:
    made = agreed({"sites": [things["s1"]]})
    found = Deal(store, owner, partner, stranger, things, made)
    assert len(found.opens()) == 3, "by its name, found, and in a list"
    assert found.named() == []
    return found


def _finer(deal: Deal) -> None:
    deal.edit("terms", deal.column("terms").replace('"day"', '"raw"'))


def _wider(deal: Deal) -> None:
    one, two = (f'"{deal.things[name]}"' for name in ("s1", "s2"))
    deal.edit("terms", deal.column("terms").replace(one, f"{one},{two}"))
    _listed(deal)


def _listed(deal: Deal) -> None:
    deal.run("INSERT INTO agreement_item VALUES (:agr, 1, :subject)", subject=deal.things["s2"])


def _again(deal: Deal) -> None:
    """Other terms with the digest that is theirs: only the signatures tell."""
    _finer(deal)
    changed = Terms.model_validate_json(deal.column("terms"))
    deal.edit("terms_sha256", terms_digest(deal.made.id, 1, changed))


def _signatures(deal: Deal, change: Callable[[list[dict[str, Any]]], object]) -> None:
    told = json.loads(deal.column("signatures"))
    change(told)
    deal.edit("signatures", json.dumps(told))


def _forged(deal: Deal) -> None:
    """The owner's signature, made by a key that is not the owner's under the name of one."""
    forged = Body(deal.owner.caller, ECKey.generate_key("P-256", {"kid": "owner-1"}))
    _signatures(deal, lambda told: told[0].update(jws=forged.sign(deal.made)))


def _other(deal: Deal) -> None:
    """A true signature of the owner's, over another agreement of the same parties."""
    made = deal.made.model_copy(update={"id": "agr_0000000000000000"})
    _signatures(deal, lambda told: told[0].update(jws=deal.owner.sign(made)))


def _ended(deal: Deal) -> None:
    Agreements(deal.store).act(deal.owner.caller, deal.made.id, "suspend", now=NOW)
    deal.edit("state", "active")


def _stolen_key(deal: Deal) -> None:
    other = ECKey.generate_key("P-256", {"kid": "owner-1"}).as_dict(private=False)
    _key(deal, "jwk = :jwk", jwk=json.dumps(other))


def _key(deal: Deal, change: str, **values: object) -> None:
    deal.run(f"UPDATE organisation_key SET {change} WHERE organisation = 'owner'", **values)  # noqa: S608


def _lost_key(deal: Deal) -> None:
    deal.run("DELETE FROM organisation_key WHERE organisation = 'partner'")


def _old(moment: str) -> Callable[[Deal], None]:
    return lambda deal: _key(deal, f"valid_until = '{moment}'")


EDITS: dict[str, tuple[Callable[[Deal], object], str, str]] = {
    "the grain made finer": (_finer, "terms", "terms"),
    "a site more in the terms and the list": (_wider, "terms", "terms"),
    "the terms with their new digest": (_again, "digest", "terms_sha256"),
    "the digest alone": (lambda deal: deal.edit("terms_sha256", "0" * 64), "terms", "terms"),
    "a title": (
        lambda deal: deal.edit("terms", deal.column("terms").replace("Achat", "Rachat")),
        "terms",
        "terms",
    ),
    "no signature": (lambda deal: deal.edit("signatures", "[]"), "signature", "signatures"),
    "one signature": (
        lambda deal: _signatures(deal, lambda told: told.pop()), "signature", "signatures",
    ),
    "one signature twice": (
        lambda deal: _signatures(deal, lambda told: told.__setitem__(1, told[0])),
        "signature", "signatures/1",
    ),
    "a forged signature": (_forged, "signature", "signatures/0"),
    "the signature of another agreement": (_other, "signature", "signatures/0/agreement"),
    "the moment of a signature": (
        lambda deal: _signatures(
            deal, lambda told: told[0].update(signed_at="2020-01-01T00:00:00Z")
        ),
        "signature", "signatures/0/signed_at",
    ),
    "a suspension taken away": (_ended, "state", "state"),
    "a history without its last step": (
        lambda deal: deal.edit("history", json.dumps(json.loads(deal.column("history"))[:-1])),
        "state", "state",
    ),
    "an item more": (_listed, "items", "agreement_item"),
    "an item less": (
        lambda deal: deal.run("DELETE FROM agreement_item WHERE agreement = :agr"),
        "items", "agreement_item",
    ),
    "a beginning": (
        lambda deal: deal.edit("valid_from", "2020-01-01T00:00:00.000000Z"),
        "columns", "valid_from",
    ),
    "an end": (
        lambda deal: deal.edit("valid_until", "2099-01-01T00:00:00.000000Z"),
        "columns", "valid_until",
    ),
    "an author": (lambda deal: deal.edit("author", "partner"), "columns", "author"),
    "a perimeter": (lambda deal: deal.edit("perimeter", "per_x/1"), "columns", "perimeter"),
    "another key under the same name": (_stolen_key, "signature", "signatures/0"),
    "a key that is gone": (_lost_key, "key", "signatures/1"),
    "a key that ended before": (_old("2026-11-24T00:00:00.000000Z"), "key", "signatures/0"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "fault", "where"), EDITS.values(), ids=EDITS)
def test_an_edited_row_opens_nothing_and_is_named(
    deal: Deal, edit: Callable[[Deal], object], fault: str, where: str
) -> None:
    edit(deal)
    assert deal.opens() == []
    for side in (deal.owner, deal.partner):
        assert deal.seen(side) == ("invalid", fault)
    assert any(f"agreement {deal.made.id}/1, {where}: found" in one for one in deal.named())


@pytest.mark.parametrize("column", ["owner", "recipient", "version", "id"])
def test_a_row_given_to_somebody_else_opens_nothing(deal: Deal, column: str) -> None:
    deal.edit(column, {"version": 2, "id": "agr_ffffffffffffffff"}.get(column, "stranger"))
    assert deal.opens() == []
    assert deal.named()


@pytest.mark.parametrize("column", ["terms", "signatures", "history", "state"])
def test_a_text_that_cannot_be_read_opens_nothing_and_says_so(deal: Deal, column: str) -> None:
    deal.edit(column, "{")
    assert deal.opens() == []
    with pytest.raises(Conflict, match="ask who runs the server"):
        Agreements(deal.store).read(deal.owner.caller, deal.made.id, now=NOW)
    assert Agreements(deal.store).page(deal.partner.caller, now=NOW).items == ()
    assert any("cannot be read" in one for one in deal.named())


def test_the_moment_of_the_last_act_is_held_against_the_journal(deal: Deal) -> None:
    deal.edit("changed_at", "2020-01-01T00:00:00.000000Z")
    assert any(f"agreement {deal.made.id}/1, changed_at: found" in one for one in deal.named())


def test_a_revocation_taken_out_of_row_and_history_is_named_by_the_journal(deal: Deal) -> None:
    before = {name: deal.column(name) for name in ("state", "history")}
    Agreements(deal.store).act(deal.owner.caller, deal.made.id, "revoke", now=NOW)
    for name, value in before.items():
        deal.edit(name, value)
    assert [one for one in deal.named() if "history" in one and "revoke by owner" in one]


def test_what_a_hand_listed_under_a_perimeter_is_named_by_the_journal(
    deal: Deal, store: Store
) -> None:
    """Its list is in no term: the row of the perimeter and the items, edited alike, look right."""
    book = Agreements(store)
    record = NamedPerimeterRecord(name="Écoles", sites=(deal.things["s1"],))
    saved = NamedPerimeters(store).save(deal.owner.caller, record, now=NOW)
    named: Any = {"perimeter": {"id": saved.id, "version": saved.version}}
    draft = book.draft(deal.owner.caller, terms(deal.owner, deal.partner, named), now=NOW)
    book.act(deal.owner.caller, draft.id, "propose", signature=deal.owner.sign(draft), now=NOW)
    book.act(deal.partner.caller, draft.id, "accept", signature=deal.partner.sign(draft), now=NOW)
    assert deal.named() == []
    deal.run(
        "INSERT INTO agreement_item VALUES (:name, 1, :subject)",
        name=draft.id, subject=deal.things["s2"],
    )  # fmt: skip
    assert book.read(deal.partner.caller, draft.id, now=NOW).fault == "items"
    deal.run(
        "UPDATE named_perimeter SET body = replace(body, :one, :two)",
        one=f'"{deal.things["s1"]}"', two=f'"{deal.things["s1"]}","{deal.things["s2"]}"',
    )  # fmt: skip
    assert any("items_sha256: found" in one for one in deal.named())


def test_what_a_key_signed_before_its_end_holds_and_nothing_after(deal: Deal, store: Store) -> None:
    with store.write() as session:
        assert retire_key(permit_operator(now=LATER), session, "owner", "owner-1", now=LATER)
    assert len(deal.opens()) == 3
    assert deal.named() == []
    again = Agreements(store).redraft(
        deal.owner.caller, deal.made.id, deal.made.terms, now=LATER + timedelta(seconds=1)
    )
    with pytest.raises(SynergieError, match="a signing key"):
        Agreements(store).act(
            deal.owner.caller,
            again.id,
            "propose",
            signature=deal.owner.sign(again),
            now=LATER + timedelta(seconds=1),
        )


def test_what_is_no_more_what_was_signed_is_signed_anew_or_ended(deal: Deal, store: Store) -> None:
    book = Agreements(store)
    _finer(deal)
    new = book.redraft(deal.owner.caller, deal.made.id, deal.made.terms, now=NOW)
    book.act(deal.owner.caller, new.id, "propose", signature=deal.owner.sign(new), now=NOW)
    book.act(deal.partner.caller, new.id, "accept", signature=deal.partner.sign(new), now=NOW)
    assert deal.seen(deal.partner) == ("active", None)
    assert len(deal.opens()) == 3
    assert AgreementFaults(store).look(now=NOW) == 0, "the first version has ended"
    (line,) = AgreementWatch(store).index(deal.partner.caller, now=NOW)
    assert line.in_force


@pytest.mark.parametrize(("side", "act"), [("owner", "revoke"), ("partner", "terminate")])
def test_either_party_ends_what_is_no_more_what_was_signed(
    deal: Deal, store: Store, side: str, act: Any
) -> None:
    _finer(deal)
    caller = getattr(deal, side).caller
    with pytest.raises(Conflict):
        Agreements(store).act(deal.owner.caller, deal.made.id, "suspend", now=NOW)
    ended = Agreements(store).act(caller, deal.made.id, act, now=NOW)
    assert (ended.state, ended.fault) == ({"revoke": "revoked"}.get(act, "terminated"), "terms")


def test_a_draft_that_was_edited_is_not_signed(store: Store, owner: Body, partner: Body) -> None:
    book = Agreements(store)
    draft = book.draft(owner.caller, terms(owner, partner, {"sites": ["site_1"]}), now=NOW)
    with store.engine.begin() as connection:
        connection.execute(
            text("UPDATE agreement SET terms = replace(terms, '\"day\"', '\"raw\"')")
        )
    with pytest.raises(Conflict, match="draft them again"):
        book.act(owner.caller, draft.id, "propose", signature=owner.sign(draft), now=NOW)
    assert book.redraft(owner.caller, draft.id, draft.terms, now=NOW).fault is None


def test_both_parties_are_told_in_the_morning_and_the_journal_once(
    deal: Deal, store: Store
) -> None:
    book = AgreementFaults(store)
    assert book.look(now=NOW) == 0
    before = deal.column("terms")
    _finer(deal)
    assert [book.look(now=NOW) for _ in range(3)] == [1, 1, 1]
    assert _recorded(deal) == ["agreement.fault terms"]
    for side in (deal.owner, deal.partner):
        (due,) = _told(deal, side)
        assert (due.kind, due.subject) == ("agreement_fault", deal.made.id)
        (line,) = AgreementWatch(store).index(side.caller, now=NOW)
        assert not line.in_force
    assert _told(deal, deal.stranger) == []
    deal.edit("terms", before)
    assert book.look(now=NOW) == 0
    assert _recorded(deal) == ["agreement.fault terms", "agreement.repair terms"]
    assert _told(deal, deal.owner) == []


def test_a_refused_reading_tells_at_once(deal: Deal, store: Store) -> None:
    _finer(deal)
    for _ in range(3):
        with pytest.raises(NotAllowed, match="signature"):
            Sites(store).read(deal.partner.caller, deal.things["s1"], now=NOW)
    assert _recorded(deal) == ["agreement.fault terms"]
    assert [due.kind for due in _told(deal, deal.owner)] == ["agreement_fault"]


def test_one_that_a_party_ended_is_told_no_more(deal: Deal, store: Store) -> None:
    _finer(deal)
    AgreementFaults(store).look(now=NOW)
    Agreements(store).act(deal.owner.caller, deal.made.id, "revoke", now=NOW)
    assert AgreementFaults(store).look(now=NOW) == 0
    assert _told(deal, deal.owner) == []


def _told(deal: Deal, side: Body) -> list[Due]:
    morning = Mornings(deal.store).read(side.caller, now=NOW)
    return [one for one in morning.dues if one.kind == "agreement_fault"]


def _recorded(deal: Deal) -> list[str]:
    query = text("SELECT record FROM journal ORDER BY seq")
    with deal.store.engine.begin() as connection:
        found = [json.loads(one) for one in connection.execute(query).scalars()]
    events = ("agreement.fault", "agreement.repair")
    return [f"{one['event']} {one['reason']}" for one in found if one["event"] in events]


def test_an_edited_draft_is_told_to_nobody(store: Store, owner: Body, partner: Body) -> None:
    """The other side knows of no draft: to be told of its fault would be to learn of it."""
    book, watch = Agreements(store), AgreementFaults(store)
    draft = book.draft(owner.caller, terms(owner, partner, {"sites": ["site_1"]}), now=NOW)
    broken = text("UPDATE agreement SET terms = '{' WHERE id = :agr")
    with store.engine.begin() as connection:
        connection.execute(broken, {"agr": draft.id})
    assert watch.look(now=NOW) == 0
    for side in (owner, partner):
        dues = Mornings(store).read(side.caller, now=NOW).dues
        assert [one for one in dues if one.kind == "agreement_fault"] == []
    other = book.draft(owner.caller, terms(owner, partner, {"sites": ["site_2"]}), now=NOW)
    book.act(owner.caller, other.id, "propose", signature=owner.sign(other), now=NOW)
    with store.engine.begin() as connection:
        connection.execute(broken, {"agr": other.id})
    assert watch.look(now=NOW) == 1, "proposed: both know of it"


def test_what_cannot_be_read_opens_nothing_to_the_public_nor_to_webhooks(
    deal: Deal, agreed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that was broken is a Conflict to its parties; beside others it must stop nothing."""
    whole = agreed({"sites": [deal.things["s2"]]}, datasets=["consumption"])
    door = _door.authorize_changes

    def news(session: Session, caller: Principal, *, agreement: str, now: Any) -> Permit:
        if agreement == deal.made.id:  # it was readable when its page was
            raise Conflict("invalid", "an agreement that can be read")
        return door(session, caller, agreement=agreement, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(_door, "authorize_changes", news)
        with deal.store.read() as session:
            opened = [
                *_webhook_news._iterate_received_permits(session, deal.partner.caller, now=NOW)
            ]
    assert [one.agreement for one in opened] == [whole.id]
    deal.edit("terms", "{")
    with deal.store.read() as session, pytest.raises(NotAllowed, match="signature"):
        public_permit(session, "owner", f"{deal.made.id}/1", NOW)
