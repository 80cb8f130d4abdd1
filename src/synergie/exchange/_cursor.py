"""Cursors: opaque, sealed, and bound to what they were given for."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from synergie.errors import NotFound
from synergie.storage.head import head
from synergie.storage.store import Session

_TAG = 12
"""Bytes of the seal."""


def sealed(session: Session, bound: str, place: str) -> str:
    """A cursor that holds *place*, good only where *bound* is the same."""
    tag = _tag(session, bound, place)
    return urlsafe_b64encode(tag + place.encode()).decode().rstrip("=")


def opened(session: Session, bound: str, cursor: str | None) -> str:
    """The place a cursor holds; "" without cursor. NotFound for one made for something else."""
    if cursor is None:
        return ""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = raw[_TAG:].decode()
    except (binascii.Error, ValueError):
        raise NotFound from None
    if not hmac.compare_digest(raw[:_TAG], _tag(session, bound, place)):
        raise NotFound
    return place


def _tag(session: Session, bound: str, place: str) -> bytes:
    secret = head(session).secret
    return hmac.digest(secret, f"cursor\x1f{bound}\x1f{place}".encode(), sha256)[:_TAG]
