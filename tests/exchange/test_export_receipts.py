"""Receipts for exports: by whom, for what, and who reads them."""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import Any

import pytest

from synergie.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
)
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.exports.exports import Exports
from synergie.proof import receipt
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.exporting import acknowledged, asked, events, now
from tests.exchange.people import NOW, Body
from tests.server.partner import ec_signer, jwt


def test_a_receipt_is_kept_for_both_parties(
    store: Store, desk: Exports, owner: Body, partner: Body, by_day: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=by_day.id), clock=now)
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
    desk: Exports, partner: Body, by_day: Agreement, more: dict[str, Any], where: str
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=by_day.id), clock=now)
    with pytest.raises(BadInput) as refused:
        desk.receive(partner.caller, made.id, acknowledged(made, partner, **more), now=NOW)
    assert refused.value.where == where


def test_a_receipt_by_another_key_or_of_the_owner_is_refused(
    desk: Exports, owner: Body, partner: Body, by_day: Agreement
) -> None:
    made = desk.make(partner.caller, asked("sites", agreement=by_day.id), clock=now)
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
