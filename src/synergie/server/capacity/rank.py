"""The rank of a request: what is refused first when there is more to do than can be done."""

import re
from enum import IntEnum
from typing import NamedTuple


class Rank(IntEnum):
    """Served in this order, refused in the other one."""

    VITAL = 0
    """Health, our public keys, and what takes rights away."""
    TOKEN = 1
    USUAL = 2
    """Writes and small reads of a caller that was let in lately."""
    LARGE = 3
    """Streams of curves, exports and plans of such a caller."""
    STRANGER = 4
    """Everything else: open data, a caller that is not known."""


class Asked(NamedTuple):
    """A request as it counts: its rank, whose it is, and whether it is a long stream."""

    rank: Rank
    name: str
    """Of whom it is: the same for all that share the places of one. "": nobody's."""
    stream: bool


_VITAL = re.compile(rb"/health/.*|/jwks|/revoke|/v1/agreements/[^/]+/(?:revoke|suspend)")
_TOKEN = re.compile(rb"/token|/introspect")
_STREAM = re.compile(rb"/v1/curves|/v1/series/[^/]+/curve|/v1/exports/[^/]+/files/[^/]+")
_LARGE = re.compile(rb"/v1/exports|/v1/[^/]+/[^/]+/(?:plans|rounds|comparisons)")


def ask_of(method: bytes, target: bytes, name: str, *, known: bool) -> Asked:
    """What *method* on *target* of a caller of *name* counts as; *known*: it was let in lately.

    By the bytes that were sent: who writes a path in another way gives up its rank alone.
    """
    path = target.partition(b"?")[0]
    stream = method == b"GET" and _STREAM.fullmatch(path) is not None
    return Asked(_rank(method, path, known=known, stream=stream), name, stream)


def _rank(method: bytes, path: bytes, *, known: bool, stream: bool) -> Rank:
    if _VITAL.fullmatch(path):
        return Rank.VITAL
    if _TOKEN.fullmatch(path):
        return Rank.TOKEN
    if not known:
        return Rank.STRANGER
    large = stream or (method == b"POST" and _LARGE.fullmatch(path))
    return Rank.LARGE if large else Rank.USUAL


def is_vital(path: bytes) -> bool:
    """Whether a request for *path* is never refused for others' sake."""
    return _VITAL.fullmatch(path) is not None
