"""Signing an agreement: only terms whose digest we made ourselves."""

from collections.abc import Sequence

from synergie.client.auth import Auth
from synergie.errors import BadInput, Misconfigured, NotAllowed
from synergie.schemas.trust.agreement import Act, Agreement, Party
from synergie.schemas.trust.agreement_bytes import terms_digest


def sign_agreement(auth: Auth, agreement: Agreement, read: str | None) -> str:
    """The signature of *auth*'s organisation over *agreement*: a compact JWS.

    BadInput when the server's digest is not that of the terms it shows, or not *read*, the digest
    of the terms that were read before deciding. NotAllowed when the organisation is no party.
    """
    digest = terms_digest(agreement.id, agreement.version, agreement.terms)
    if digest != agreement.terms_sha256:
        raise BadInput("/terms_sha256", agreement.terms_sha256, "the SHA-256 of the terms shown")
    if read is not None and read != digest:
        raise BadInput("/terms_sha256", digest, "the SHA-256 of the terms that were read")
    role = _choose_signing_role(auth, agreement)
    terms = agreement.terms
    return auth.sign(agreement, role, terms.owner if role == "owner" else terms.recipient)


def to_sign(versions: Sequence[Agreement], act: Act) -> Agreement | None:
    """The version that *act* is meant for: the newest draft, or the one that is proposed."""
    state = "draft" if act == "propose" else "proposed"
    return next((one for one in reversed(versions) if one.state == state), None)


def _choose_signing_role(auth: Auth, agreement: Agreement) -> Party:
    """The party that signs: the organisation of *auth*, else the one that has not signed yet."""
    sides: dict[str, Party] = {
        agreement.terms.owner: "owner",
        agreement.terms.recipient: "recipient",
    }
    if auth.organisation is not None:
        if auth.organisation not in sides:
            raise NotAllowed("other_party", agreement.id)
        return sides[auth.organisation]
    signed = {signature.role for signature in agreement.signatures}
    left = [role for role in sides.values() if role not in signed]
    if len(left) != 1:
        raise Misconfigured("Auth: organisation not given, expected the one that signs")
    return left[0]
