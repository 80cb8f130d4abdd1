"""Who was let in lately, by what they present: a place among those who wait, never a right.

The key in the head of a DPoP proof, a token and a cookie are known to their bearer and to this
server alone, so a digest of one that opened something names its bearer before anything is
verified. Whoever is named so is not counted among the strangers of an address.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.types import Scope

_MOST = 10_000
_LASTS_S = 3600.0
_PRESENTED = frozenset({b"authorization", b"cookie"})


@dataclass(slots=True)
class RecentCallers:
    """Digests of what was presented by those who were let in, for an hour; the last 10,000."""

    _until: OrderedDict[bytes, float] = field(default_factory=OrderedDict)

    def find(self, scope: Scope) -> str | None:
        """A name for the caller of *scope* when it was let in lately. None: a stranger."""
        at = time.monotonic()
        for digest in _digests(scope):
            if self._until.get(digest, 0.0) > at:
                return digest.hex()
        return None

    def add(self, scope: Scope) -> None:
        """The caller of *scope* was let in."""
        for digest in _digests(scope):
            self._until[digest] = time.monotonic() + _LASTS_S
            self._until.move_to_end(digest)
        while len(self._until) > _MOST:
            self._until.popitem(last=False)


def _digests(scope: Scope) -> Iterator[bytes]:
    """Of the token, of the cookies, and of the head of the proof, which bears its key."""
    for name, value in scope["headers"]:
        if name in _PRESENTED:
            yield sha256(name + value).digest()
        elif name == b"dpop":
            yield sha256(name + value.partition(b".")[0]).digest()
