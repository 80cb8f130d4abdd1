"""The bytes that both parties of an agreement sign (RFC 8785), and their digest.

A term that came after the first version is left out while it says what held before it: what was
signed then has the same bytes, and the same digest, for ever.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import rfc8785

from synergie.schemas.trust.agreement import Terms

SIGNATURE_TYPE = "synergie-agreement+jwt"
"""`typ` of the JWS by which a party signs."""

_LATER: Mapping[str, object] = {
    "cell_scheme": None, "direction": "read", "fields": [], "data_subject": "legal_person",
    "consent_refs": [], "recipient_clients": [],
}  # fmt: skip
"""Terms of the second version, and what held before them. Never changed: signatures stand on it."""

_LATER_OF_SELECTOR: Mapping[str, object] = {
    "series": [], "light_points": [], "perimeter": None, "purchases": [],
}  # fmt: skip


def signed_bytes(agreement_id: str, version: int, terms: Terms) -> bytes:
    """The bytes both parties sign: RFC 8785 of id, version and terms."""
    told = _drop_later_fields(terms.model_dump(mode="json"), _LATER)
    told["selector"] = _drop_later_fields(told["selector"], _LATER_OF_SELECTOR)
    return rfc8785.dumps({"agreement": agreement_id, "version": version, "terms": told})


def terms_digest(agreement_id: str, version: int, terms: Terms) -> str:
    """SHA-256 of `signed_bytes`, in hexadecimal."""
    return sha256(signed_bytes(agreement_id, version, terms)).hexdigest()


def items_digest(items: Iterable[str]) -> str:
    """SHA-256 of *items*, sorted, a line each, in hexadecimal."""
    return sha256("".join(f"{one}\n" for one in sorted(items)).encode()).hexdigest()


def _drop_later_fields(told: Mapping[str, Any], later: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: value for name, value in told.items() if name not in later or value != later[name]
    }
