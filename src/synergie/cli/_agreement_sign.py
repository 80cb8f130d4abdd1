"""A signature made away from every server: from a file that says an agreement, by one's own key."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from synergie.cli._files import load
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.schemas.agreement import Agreement

_NOWHERE = "http://localhost"
"""An issuer that nothing is sent to."""


def to_sign(file: Path, org: str) -> "Agreement":
    """The agreement in *file*, whose digest is that of its own terms, with *org* as a party.

    BadInput otherwise: nothing is signed that was not read. Its sentence is made of its terms here,
    not taken from the file.
    """
    from synergie.policy.sentence import sentence
    from synergie.schemas.agreement import Agreement
    from synergie.schemas.agreement_bytes import terms_digest

    one = load(file, Agreement)
    found = terms_digest(one.id, one.version, one.terms)
    if found != one.terms_sha256:
        raise BadInput(
            f"{file.name} /terms_sha256", one.terms_sha256, "the digest of its own terms"
        )
    if org not in {one.terms.owner, one.terms.recipient}:
        raise BadInput("--org", org, "the owner or the recipient of the agreement")
    return one.model_copy(update={"summary": sentence(one.terms)})


def signature(one: "Agreement", org: str, key: Path) -> str:
    """The signature of *org* over the terms of *one* by the private key in *key*: a compact JWS."""
    from synergie.client import Auth

    role: Literal["owner", "recipient"] = "owner" if one.terms.owner == org else "recipient"
    auth = Auth.from_files(key=key, client_id=org, issuer=_NOWHERE, organisation=org)
    return auth.sign(one, role, org)
