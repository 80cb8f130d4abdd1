"""Cursors: encrypted, sealed, and bound to what they were given for.

A place may be the number of a delivery point, which not every reader may see. AES-SIV (RFC 5297)
needs no nonce: the same page has the same cursor, hence the same ETag.
"""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha512
from operator import attrgetter
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from synergie.errors import NotFound
from synergie.storage.head import read_store_secret
from synergie.storage.store import Session

_CIPHER = "synergie_cursor"


def encrypt_cursor(session: Session, bound: str, place: str) -> str:
    """A cursor that holds *place*, good only where *bound* is the same."""
    hidden = _build_cursor_cipher(session).encrypt(place.encode(), [bound.encode()])
    return urlsafe_b64encode(hidden).decode().rstrip("=")


def opened(session: Session, bound: str, cursor: str | None) -> str:
    """The place a cursor holds; "" without cursor. NotFound for one made for something else."""
    if cursor is None:
        return ""
    try:
        hidden = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return _build_cursor_cipher(session).decrypt(hidden, [bound.encode()]).decode()
    except (binascii.Error, ValueError, InvalidTag):
        raise NotFound from None


def split_cursor_page[T](
    session: Session,
    bound: str,
    found: list[T],
    limit: int,
    *,
    by: Callable[[T], str] = attrgetter("id"),
) -> tuple[list[T], str | None]:
    """The first *limit* of *found*, which was read one further, and the cursor of what follows.

    *by* is the place of one of them: what the rows are in the order of.
    """
    following = encrypt_cursor(session, bound, by(found[limit - 1])) if len(found) > limit else None
    return found[:limit], following


def _build_cursor_cipher(session: Session) -> AESSIV:
    """Made once a session: a page opens one cursor and seals two."""
    known = session.info.get(_CIPHER)
    if known is None:
        known = session.info[_CIPHER] = AESSIV(
            hmac.digest(read_store_secret(session), b"cursor", sha512)
        )
    return cast(AESSIV, known)
