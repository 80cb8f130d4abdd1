"""The rank of a request: what is refused first when there is more to do than can be done."""

import re
from enum import Enum, IntEnum
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


class Lane(Enum):
    """What has a bound, and those that wait, of its own: a flood of one fills no other."""

    HEALTH = "health"
    """Beside all others: whether we live, and our public keys."""
    RIGHTS = "rights"
    """Beside all others: what takes rights away."""
    TOKEN = "token"  # noqa: S105 (a lane)
    STREAM = "stream"
    COMMON = "common"
    """All that only the limit bounds."""

    @property
    def beside(self) -> bool:
        """Whether the limit does not count it."""
        return self in (Lane.HEALTH, Lane.RIGHTS)


class PlaceRequest(NamedTuple):
    """A request as it counts: its rank, whose it is, and what bounds it."""

    rank: Rank
    name: str
    """Of whom it is: the same for all that share the places of one. "": nobody's."""
    lane: Lane = Lane.COMMON
    known: bool = False
    """Whether its caller was let in lately."""


_HEALTH = re.compile(rb"/health/(?:live|ready)|/jwks")
_RIGHTS = re.compile(rb"/revoke|/v1/agreements/[^/]+/(?:revoke|suspend)")
_TOKEN = re.compile(rb"/token|/introspect")
_STREAM = re.compile(rb"/v1/curves|/v1/series/[^/]+/curve|/v1/exports/[^/]+/files/[^/]+")
_LARGE = re.compile(rb"/v1/exports|/v1/[^/]+/[^/]+/(?:plans|rounds|comparisons)")


def ask_of(method: bytes, target: bytes, name: str, *, known: bool) -> PlaceRequest:
    """What *method* on *target* of a caller of *name* counts as; *known*: it was let in lately.

    By the bytes that were sent: who writes a path in another way gives up its rank alone.
    """
    path = target.partition(b"?")[0]
    lane = _choose_lane(method, path)
    return PlaceRequest(_choose_rank(method, path, lane, known=known), name, lane, known)


def _choose_lane(method: bytes, path: bytes) -> Lane:
    if _HEALTH.fullmatch(path):
        return Lane.HEALTH
    if _RIGHTS.fullmatch(path):
        return Lane.RIGHTS
    if _TOKEN.fullmatch(path):
        return Lane.TOKEN
    return Lane.STREAM if method == b"GET" and _STREAM.fullmatch(path) else Lane.COMMON


def _choose_rank(method: bytes, path: bytes, lane: Lane, *, known: bool) -> Rank:
    if lane.beside:
        return Rank.VITAL
    if lane is Lane.TOKEN:
        return Rank.TOKEN
    if not known:
        return Rank.STRANGER
    large = lane is Lane.STREAM or (method == b"POST" and _LARGE.fullmatch(path))
    return Rank.LARGE if large else Rank.USUAL


def is_vital(path: bytes) -> bool:
    """Whether a request for *path* is never refused for others' sake."""
    return _choose_lane(b"", path).beside
