"""Whether the signed texts of exports and publications are what their rows say: for the check."""

import json
from collections.abc import Iterator
from typing import Any

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.proof import jose, manifest
from synergie.proof.jose import Signed, Unsigned
from synergie.storage.publication.publication_tables import PublicationRow
from synergie.storage.soundness import Unsound
from synergie.storage.store import Session
from synergie.storage.trust.access_tables import OAuthClientRow
from synergie.storage.trust.agreements.agreement_flaws import party_keys
from synergie.storage.trust.export_tables import ExportRow

_MOST = 262_144

type _Keys = list[dict[str, Any]]


def unsound_proofs(permit: Permit, session: Session) -> Iterator[Unsound]:
    """Exports and publications whose signed texts do not hold, or are not what their rows say.

    A text whose key the store does not know (the server's own, a program's that was replaced) is
    held by its digest and claims, not by its signature.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    for row in session.exec(select(ExportRow).order_by(col(ExportRow.id))):
        yield from _find_unsound_export(session, row)
    for one in session.exec(select(PublicationRow).order_by(col(PublicationRow.id))):
        yield from _find_unsound_publication(session, one)


def _find_unsound_export(session: Session, row: ExportRow) -> Iterator[Unsound]:
    body, digest = json.loads(row.body), manifest.digest(row.manifest)
    yield from _compare_export_claims(
        row.id, "manifest", {"sha256": digest}, {"sha256": body["manifest_sha256"]}
    )
    said = _get_jws_claims(row.manifest)
    expected = {"jti": row.id, "aud": row.recipient, "owner": row.owner}
    yield from _compare_export_claims(
        row.id, "manifest", said, expected | {"agreement": row.agreement}
    )
    if row.tree_head is not None:
        head = {name: said.get(name) for name in ("tree_size", "root")}
        yield from _compare_export_claims(row.id, "tree_head", _get_jws_claims(row.tree_head), head)
    if row.receipt is not None:
        kept = json.loads(row.receipt)
        expected = {"iss": row.recipient, "manifest_sha256": digest}
        told = expected | {"files_ok": kept["files_ok"]}
        yield from _compare_export_claims(row.id, "receipt", _get_jws_claims(kept["jws"]), told)
        if not _has_valid_signature(kept["jws"], _receiver_keys(session, row)):
            yield Unsound(f"export {row.id}, receipt", _NO_SIGNATURE)


_NO_SIGNATURE = "found a signature that does not verify; expected one by the key that it names"


def _find_unsound_publication(session: Session, row: PublicationRow) -> Iterator[Unsound]:
    body = json.loads(row.body)
    keys = _organisation_keys(session, row.owner)
    for place, step in enumerate(body["history"]):
        jws = step.get("signature")
        if jws is None:
            continue
        where = f"publication {row.id}, history/{place}/signature"
        expected = {"publication": row.id, "org": row.owner, "period": step.get("period")}
        for name, value in expected.items():
            found = _get_jws_claims(jws).get(name)
            if found != value:
                yield Unsound(where, f"found {name} {found}; expected {value}")
        if not _has_valid_signature(jws, keys):
            yield Unsound(where, _NO_SIGNATURE)


def _compare_export_claims(
    export: str, column: str, found: dict[str, Any], expected: dict[str, Any]
) -> Iterator[Unsound]:
    for name, value in expected.items():
        if found.get(name) != value:
            why = f"found {name} {found.get(name)}; expected {value}"
            yield Unsound(f"export {export}, {column}", why)


def _peek_jws(jws: str) -> Signed | None:
    try:
        return jose.parse_unverified(jws, limit=_MOST)
    except Unsigned:
        return None


def _get_jws_claims(jws: str) -> dict[str, Any]:
    signed = _peek_jws(jws)
    return {} if signed is None else dict(signed.claims)


def _has_valid_signature(jws: str, keys: _Keys) -> bool:
    """Whether *jws* verifies with a key that it names, when the store knows one of that name."""
    signed = _peek_jws(jws)
    if signed is None:
        return False
    named = [one for one in keys if one.get("kid") == signed.header.get("kid")]
    return not named or any(_is_verified_by(signed, one) for one in named)


def _is_verified_by(signed: Signed, jwk: dict[str, Any]) -> bool:
    try:
        jose.verify_signature(signed, jose.public_key(jwk))
    except Unsigned:
        return False
    return True


def _organisation_keys(session: Session, organisation_id: str) -> _Keys:
    found = party_keys(session, [organisation_id])
    return [json.loads(one.jwk) for one in found.get(organisation_id, ())]


def _receiver_keys(session: Session, row: ExportRow) -> _Keys:
    """Those of the recipient and of the program that took it."""
    program = session.get(OAuthClientRow, row.client)
    mine = [] if program is None or not program.jwks else json.loads(program.jwks)["keys"]
    return [*_organisation_keys(session, row.recipient), *mine]
