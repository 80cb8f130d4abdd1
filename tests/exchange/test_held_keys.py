"""A signing key that the server holds: sealed, used when asked, recorded, let go, never given."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlmodel import select

from synergie.errors import BadInput, Conflict
from synergie.exchange.trust import _key_box
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.held_keys import SigningKeyCustody
from synergie.exchange.trust.organisations import Directory
from synergie.policy import permit_own_data
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Store
from synergie.storage.trust.held_keys import find_sealed_key
from synergie.storage.trust.journal.journal_tables import JournalRow
from tests.exchange.people import NOW, Body, terms

ROOT = b"r" * 32


@pytest.fixture
def keys(store: Store) -> SigningKeyCustody:
    return SigningKeyCustody(store, ROOT)


@pytest.fixture
def draft(store: Store, owner: Body, partner: Body, things: dict[str, str]) -> Agreement:
    wanted = terms(owner, partner, {"sites": [things["s1"]]})
    return Agreements(store).draft(owner.caller, wanted, now=NOW)


def journal(store: Store) -> list[JournalRecord]:
    with store.read() as session:
        rows = session.exec(select(JournalRow)).all()
        return [JournalRecord.model_validate_json(row.record or b"") for row in rows]


def test_a_key_made_here_signs_what_both_verify(
    store: Store, keys: SigningKeyCustody, owner: Body, draft: Agreement
) -> None:
    held = keys.make(owner.caller, now=NOW)
    signature = keys.sign(owner.caller, draft, "propose", now=NOW)
    moved = Agreements(store).act(owner.caller, draft.id, "propose", signature=signature, now=NOW)
    assert moved.state == "proposed"
    assert keys.read(owner.caller, now=NOW) == held
    assert held.kid in {str(one.jwk["kid"]) for one in Directory(store).keys("owner")}


def test_each_use_is_in_the_journal_with_who_asked_and_for_what(
    store: Store, keys: SigningKeyCustody, owner: Body, draft: Agreement
) -> None:
    kid = keys.make(owner.caller, now=NOW).kid
    keys.sign(replace(owner.caller, client_id="account:x"), draft, "propose", now=NOW)
    (used,) = [one for one in journal(store) if one.event == "organisation.key_used"]
    told = (used.by, used.client, used.agreement, used.reason, used.subjects)
    assert told == ("owner", "account:x", f"{draft.id}/1", "propose", (kid,))


def test_a_private_key_is_nowhere_in_the_store_nor_in_what_is_told(
    store: Store, keys: SigningKeyCustody, owner: Body
) -> None:
    key = ECKey.generate_key("P-256", auto_kid=True)
    secret = str(key.as_dict(private=True)["d"])
    held = keys.bring(owner.caller, json.dumps(key.as_dict(private=True)), now=NOW)
    with store.read() as session:
        sealed = find_sealed_key(permit_own_data(owner.caller, action="read", now=NOW), session)
        kept = session.connection().exec_driver_sql("SELECT * FROM held_key").all()
    assert sealed is not None
    assert secret not in repr((held, kept, sealed, keys)) + repr(Directory(store).keys("owner"))
    assert secret.encode() not in sealed.sealed


def test_another_organisation_neither_sees_nor_uses_it(
    keys: SigningKeyCustody, owner: Body, partner: Body, draft: Agreement
) -> None:
    keys.make(owner.caller, now=NOW)
    assert keys.read(partner.caller, now=NOW) is None
    assert keys.let_go(partner.caller, now=NOW) is False
    with pytest.raises(Conflict) as refused:
        keys.sign(partner.caller, draft, "accept", now=NOW)
    assert refused.value.found == "no key"
    assert keys.read(owner.caller, now=NOW) is not None


def test_what_is_let_go_signs_no_more_and_what_it_signed_still_stands(
    store: Store, keys: SigningKeyCustody, owner: Body, draft: Agreement
) -> None:
    kid = keys.make(owner.caller, now=NOW).kid
    signature = keys.sign(owner.caller, draft, "propose", now=NOW)
    assert keys.let_go(owner.caller, now=NOW)
    assert not keys.let_go(owner.caller, now=NOW)
    with pytest.raises(Conflict):
        keys.sign(owner.caller, draft, "propose", now=NOW)
    with pytest.raises(BadInput, match="/signature"):
        Agreements(store).act(owner.caller, draft.id, "propose", signature=signature, now=NOW)
    (known,) = [one for one in Directory(store).keys("owner") if one.jwk["kid"] == kid]
    assert known.valid_until == NOW
    assert keys.make(owner.caller, now=NOW).kid != kid


def test_a_key_that_was_brought_is_still_its_owners_when_it_is_let_go(
    store: Store, keys: SigningKeyCustody, owner: Body, draft: Agreement
) -> None:
    text = json.dumps(owner.key.as_dict(private=True))
    assert keys.bring(owner.caller, text, now=NOW).kid == owner.key.kid
    keys.let_go(owner.caller, now=NOW)
    moved = Agreements(store).act(
        owner.caller, draft.id, "propose", signature=owner.sign(draft), now=NOW
    )
    assert moved.state == "proposed"


def test_one_key_at_a_time(keys: SigningKeyCustody, owner: Body) -> None:
    keys.make(owner.caller, now=NOW)
    with pytest.raises(Conflict):
        keys.make(owner.caller, now=NOW)
    with pytest.raises(Conflict):
        keys.bring(owner.caller, json.dumps(owner.key.as_dict(private=True)), now=NOW)


def _jwk(make: Callable[[], ECKey | OKPKey | RSAKey], *, private: bool) -> str:
    return json.dumps(make().as_dict(private=private))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("[]", id="list"),
        pytest.param('{"kty":"EC"}', id="no point"),
        pytest.param("x" * 5000, id="long"),
        pytest.param(
            _jwk(lambda: ECKey.generate_key("P-256"), private=False), id="public half only"
        ),
        pytest.param(_jwk(lambda: ECKey.generate_key("P-384"), private=True), id="another curve"),
        pytest.param(_jwk(lambda: RSAKey.generate_key(2048), private=True), id="RSA"),
        pytest.param('{"kty":"oct","k":"c2VjcmV0"}', id="shared secret"),
    ],
)
def test_what_is_no_key_of_ours_is_refused_and_not_shown_again(
    keys: SigningKeyCustody, owner: Body, text: str
) -> None:
    with pytest.raises(BadInput) as refused:
        keys.bring(owner.caller, text, now=NOW)
    assert refused.value.where == "/key"
    assert not text or text not in str(refused.value)
    assert keys.read(owner.caller, now=NOW) is None


def test_an_ed25519_key_signs_too(
    store: Store, keys: SigningKeyCustody, owner: Body, draft: Agreement
) -> None:
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    keys.bring(owner.caller, json.dumps(key.as_dict(private=True)), now=NOW)
    signature = keys.sign(owner.caller, draft, "propose", now=NOW)
    book = Agreements(store)
    assert book.act(owner.caller, draft.id, "propose", signature=signature, now=NOW).signatures


def test_a_name_that_another_key_bears_is_refused(keys: SigningKeyCustody, owner: Body) -> None:
    other = ECKey.generate_key("P-256", {"kid": str(owner.key.kid)})
    with pytest.raises(BadInput, match="no other key"):
        keys.bring(owner.caller, json.dumps(other.as_dict(private=True)), now=NOW)


def test_terms_that_were_changed_on_the_way_are_not_signed(
    keys: SigningKeyCustody, owner: Body, draft: Agreement
) -> None:
    keys.make(owner.caller, now=NOW)
    longer = draft.terms.model_copy(
        update={"valid_until": draft.terms.valid_until + timedelta(days=1)}
    )
    with pytest.raises(Conflict) as refused:
        keys.sign(owner.caller, draft.model_copy(update={"terms": longer}), "propose", now=NOW)
    assert refused.value.found == "changed"


def test_the_secret_of_another_server_opens_nothing(
    store: Store, keys: SigningKeyCustody, owner: Body, draft: Agreement
) -> None:
    keys.make(owner.caller, now=NOW)
    with pytest.raises(Conflict) as refused:
        SigningKeyCustody(store, b"x" * 32).sign(owner.caller, draft, "propose", now=NOW)
    assert refused.value.found == "sealed elsewhere"


@given(place=st.integers(0, 63), flip=st.integers(1, 255))
def test_a_changed_byte_opens_nothing(place: int, flip: int) -> None:
    box = _key_box.encrypt_private_key(ROOT, "owner", "k1", {"kty": "EC", "d": "0" * 43})
    assert _key_box.opened(ROOT, "owner", "k1", box)["d"] == "0" * 43
    at = place % len(box)
    changed = box[:at] + bytes([box[at] ^ flip]) + box[at + 1 :]
    with pytest.raises(Conflict):
        _key_box.opened(ROOT, "owner", "k1", changed)


@pytest.mark.parametrize(("owner", "kid"), [("other", "k1"), ("owner", "k2")])
def test_a_box_opens_for_its_owner_and_its_name_only(owner: str, kid: str) -> None:
    box = _key_box.encrypt_private_key(ROOT, "owner", "k1", {"d": "x"})
    with pytest.raises(Conflict):
        _key_box.opened(ROOT, owner, kid, box)
