"""Whether an agreement is what its parties signed: from its terms, signatures and keys alone.

Pure: neither a store nor a server is asked. What is found is a `Flaw`, never an exception.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, cast

from synergie.proof import jose
from synergie.proof.jose import Key, Signed, Unsigned
from synergie.schemas.trust.agreement import AgreementFault, Signature, Terms
from synergie.schemas.trust.agreement_bytes import SIGNATURE_TYPE, signed_bytes
from synergie.schemas.trust.agreement_proof import AgreementKey, AgreementProof

MOST = 4096
"""Characters of a signature."""


class PartyKey(NamedTuple):
    """A public key with which an organisation signs, or signed."""

    organisation: str
    kid: str
    jwk: str
    """As JSON text (RFC 7517)."""
    valid_from: datetime
    valid_until: datetime | None
    """None: it signs still."""


class Flaw(NamedTuple):
    """One place where an agreement is not what was signed."""

    code: AgreementFault
    where: str
    found: str
    expected: str


class Signing(NamedTuple):
    """What every signature of one version must say, and when the server took each."""

    agreement: str
    version: int
    terms_sha256: str
    parties: Mapping[str, str]
    """Organisation by role."""
    taken_at: Mapping[str, datetime]
    """When the server took the signature of an organisation; of one that is absent, `iat` says."""


def find_signature_flaws(
    signing: Signing, signatures: Iterable[Signature], keys: Iterable[PartyKey]
) -> Iterator[Flaw]:
    """Where *signatures* are not those of the parties; each role at most once."""
    known, seen = list(keys), set[str]()
    for place, one in enumerate(signatures):
        where = f"signatures/{place}"
        if one.role in seen:
            yield Flaw("signature", where, f"two of the {one.role}", "a signature of each party")
        seen.add(one.role)
        yield from _flaws_of(signing, one, known, where)


def proof_flaws(
    proof: AgreementProof, keys: Iterable[AgreementKey] | None = None
) -> Iterator[Flaw]:
    """Where *proof* does not hold, by *keys* that the reader kept, or by its own when None."""
    digest = sha256(proof.signed_text.encode()).hexdigest()
    if digest != proof.terms_sha256:
        yield Flaw("terms", "signed_text", digest, f"a text of digest {proof.terms_sha256}")
        return
    signed = proof_terms(proof)
    if signed is None:
        expected = f"the canonical text (RFC 8785) of {proof.agreement}, version {proof.version}"
        yield Flaw("terms", "signed_text", "another text", expected)
        return
    parties = {"owner": signed.owner, "recipient": signed.recipient}
    signing = Signing(proof.agreement, proof.version, proof.terms_sha256, parties, {})
    some = proof.keys if keys is None else tuple(keys)
    yield from find_signature_flaws(signing, proof.signatures, map(_party_key, some))
    yield from _key_flaws(some)
    for role in sorted({"owner", "recipient"} - {one.role for one in proof.signatures}):
        yield Flaw("signature", "signatures", f"none of the {role}", "a signature of each party")


def _key_flaws(keys: Sequence[AgreementKey]) -> Iterator[Flaw]:
    """Where a key is not the one that its thumbprint (RFC 7638) names, or two bear one name."""
    named = set[tuple[str, str]]()
    for place, one in enumerate(keys):
        where = f"keys/{place}"
        if (one.organisation, one.kid) in named:
            yield Flaw("key", f"{where}/kid", one.kid, f"one key of {one.organisation} of a name")
        named.add((one.organisation, one.kid))
        try:
            thumbprint = jose.public_key(dict(one.jwk)).thumbprint()
        except Unsigned:
            thumbprint = "no public key"
        if thumbprint != one.thumbprint:
            yield Flaw("key", f"{where}/thumbprint", one.thumbprint, thumbprint)


def proof_terms(proof: AgreementProof) -> Terms | None:
    """The terms in the text that was signed; None when it is not the canonical text of *proof*."""
    try:
        told = jose.parse_strict_json(proof.signed_text)
        terms = Terms.model_validate_json(json.dumps(cast("Any", told)["terms"]))
        canonical = signed_bytes(proof.agreement, proof.version, terms)
    except (Unsigned, ValueError, KeyError, TypeError):
        return None
    return terms if canonical == proof.signed_text.encode() else None


def find_key(signature: Signature, keys: Iterable[AgreementKey]) -> AgreementKey | None:
    """The key among *keys* that *signature* verifies by; the newest of several. None: none does."""
    try:
        signed = jose.parse_unverified(signature.jws, limit=MOST)
    except Unsigned:
        return None
    kid = signed.header.get("kid")
    mine = (one for one in keys if one.organisation == signature.organisation)
    named = (one for one in mine if kid in {None, one.kid})
    fits = [one for one in named if _is_verified_by(signed, _party_key(one))]
    return max(fits, key=lambda one: (one.valid_until is None, one.valid_from), default=None)


def _party_key(one: AgreementKey) -> PartyKey:
    jwk = json.dumps(dict(one.jwk))
    return PartyKey(one.organisation, one.kid, jwk, one.valid_from, one.valid_until)


def _flaws_of(signing: Signing, one: Signature, keys: list[PartyKey], where: str) -> Iterator[Flaw]:
    if signing.parties.get(one.role) != one.organisation:
        expected = f"a signature of {signing.parties.get(one.role)}"
        yield Flaw("signature", where, f"a signature of {one.organisation}", expected)
        return
    try:
        signed = jose.parse_unverified(one.jws, limit=MOST)
    except Unsigned:
        yield Flaw("signature", where, "no signed text", "a compact JWS (RFC 7515)")
        return
    mine = [key for key in keys if key.organisation == one.organisation]
    found = list(_select_named_keys(signed, mine))
    fits = [key for key in found if _is_verified_by(signed, key)]
    if not found:
        yield Flaw("key", where, str(signed.header.get("kid")), f"a key of {one.organisation}")
    elif not fits:
        yield Flaw("signature", where, "a signature that does not verify", "one by its key")
    else:
        yield from _find_claim_flaws(signing, one, signed, where)
        latest = max(fits, key=lambda key: (key.valid_until is None, key.valid_from))
        yield from _in_time(signing, one, (signed, latest), where)


def _select_named_keys(signed: Signed, keys: Iterable[PartyKey]) -> Iterator[PartyKey]:
    """The keys of *keys* that the header names; without a name, all of them."""
    kid = signed.header.get("kid")
    return (key for key in keys if kid is None or key.kid == kid)


def _is_verified_by(signed: Signed, key: PartyKey) -> bool:
    if signed.header.get("typ") != SIGNATURE_TYPE:
        return False
    try:
        jose.verify_signature(signed, _parse_public_key(key.jwk))
    except Unsigned:  # of the key, or of the text
        return False
    return True


@lru_cache(maxsize=4096)
def _parse_public_key(jwk: str) -> Key:
    return jose.public_key(jose.parse_strict_json(jwk))


def _find_claim_flaws(
    signing: Signing, one: Signature, signed: Signed, where: str
) -> Iterator[Flaw]:
    """Where the claims are not those of this version and of this party."""
    expected = {
        "agreement": signing.agreement,
        "version": signing.version,
        "terms_sha256": signing.terms_sha256,
        "role": one.role,
        "org": one.organisation,
    }
    for name, value in expected.items():
        told = signed.claims.get(name)
        if told != value or type(told) is not type(value):  # JSON's true is no 1
            code: AgreementFault = "digest" if name == "terms_sha256" else "signature"
            yield Flaw(code, f"{where}/{name}", str(told), str(value))


def _in_time(
    signing: Signing, one: Signature, by: tuple[Signed, PartyKey], where: str
) -> Iterator[Flaw]:
    """Whether the key was in use when the signature was made, and when the server took it."""
    signed, key = by
    try:
        issued = jose.time_of(signed, "iat")
    except Unsigned:
        issued = None
    if issued is None or int(issued) != int(one.signed_at.timestamp()):
        expected = f"iat {int(one.signed_at.timestamp())}"
        yield Flaw("signature", f"{where}/signed_at", f"iat {issued}", expected)
        return
    taken = signing.taken_at.get(one.organisation)
    if key.valid_until is None or not _is_late(taken, issued, key.valid_until):
        return
    at = f"signed {one.signed_at.isoformat()}" if taken is None else f"taken {taken.isoformat()}"
    yield Flaw("key", where, at, f"before {key.valid_until.isoformat()}, the end of key {key.kid}")


def _is_late(taken: datetime | None, issued: float, until: datetime) -> bool:
    """Whether it came after the end of its key: by the server's clock, else as the signer says.

    At that very moment the server takes no such key any more: what it took was there before.
    """
    return issued >= until.timestamp() if taken is None else taken > until
