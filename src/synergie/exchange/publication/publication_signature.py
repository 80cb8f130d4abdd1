"""The signature of a publication: asked for in the transaction that publishes, and verified there.

With the publisher's keys as the citizen's own check has them: what is taken here verifies there.
"""

from collections.abc import Callable
from datetime import datetime

from synergie.errors import BadInput
from synergie.exchange.trust import signature as _signature
from synergie.proof import publication
from synergie.proof.jose import Unsigned
from synergie.schemas.publication.open_publication import MOST_SIGNATURE
from synergie.schemas.publication.signed_publication import (
    PUBLICATION_TYPE,
    PublicationToSign,
    claims_for,
)
from synergie.storage.store import Session
from synergie.storage.trust.organisations import key_history, signing_keys

type Signer = Callable[[Session, PublicationToSign], str]
"""Gives the publisher's signature: a compact JWS, made here by a held key, or elsewhere."""

_IN_USE = "a key that is named (kid), and in use when it signed (iat)"
_AHEAD_S = 300
"""Seconds by which the signer's clock may be ahead of ours."""


def sign_publication(
    session: Session, paper: PublicationToSign, signer: Signer, *, now: datetime
) -> str:
    """The signature that *signer* gives under *paper*, once it holds. BadInput at `/signature`.

    It is by a key that is in use now, over just these sums and terms, and of no other kind.
    """
    compact = signer(session, paper)
    wanted = claims_for(paper, 0).model_dump(mode="json", exclude={"iat"})
    keys, typ = signing_keys(session, paper.org), PUBLICATION_TYPE
    issued = _signature.verify(compact, keys, wanted, typ=typ, most=MOST_SIGNATURE)
    if issued > now.timestamp() + _AHEAD_S:
        raise BadInput("/signature", issued, "iat, seconds since 1970, no later than now")
    try:
        publication.verify_publication(compact, build_owner_jwks(session, paper.org))
    except Unsigned as error:
        raise BadInput("/signature", issued, _IN_USE) from error
    return compact


def build_owner_jwks(
    session: Session, owner: str, kids: frozenset[str] | None = None
) -> dict[str, object]:
    """The public keys of *owner* as a JWK set, past ones as well, each with when it signed.

    *kids*: those of these names only.
    """
    told = [
        one.jwk
        | {"valid_from": one.valid_from.isoformat()}
        | ({} if one.valid_until is None else {"valid_until": one.valid_until.isoformat()})
        for one in key_history(session, owner)
        if kids is None or one.jwk.get("kid") in kids
    ]
    return {"keys": told}
