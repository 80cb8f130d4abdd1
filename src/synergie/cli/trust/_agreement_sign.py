"""A signature made away from every server: from a file that says an agreement, by one's own key."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from synergie.cli._offline import build_org_auth
from synergie.cli.files import load_record
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.schemas.trust.agreement import Agreement


def to_sign(file: Path, org: str) -> "Agreement":
    """The agreement in *file*, whose digest is that of its own terms, with *org* as a party.

    BadInput otherwise: nothing is signed that was not read. What the file says in its summary is
    not shown: the sentence is made of the terms.
    """
    from synergie.schemas.trust.agreement import Agreement
    from synergie.schemas.trust.agreement_bytes import terms_digest

    one = load_record(file, Agreement)
    found = terms_digest(one.id, one.version, one.terms)
    if found != one.terms_sha256:
        raise BadInput(
            f"{file.name} /terms_sha256", one.terms_sha256, "the digest of its own terms"
        )
    if org not in {one.terms.owner, one.terms.recipient}:
        raise BadInput("--org", org, "the owner or the recipient of the agreement")
    return one


def sign_agreement_terms(one: "Agreement", org: str, key: Path) -> str:
    """The signature of *org* over the terms of *one* by the private key in *key*: a compact JWS."""
    role: Literal["owner", "recipient"] = "owner" if one.terms.owner == org else "recipient"
    return build_org_auth(org, key).sign(one, role, org)
