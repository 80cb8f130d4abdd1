"""Who was let in lately, by what they present: a place among those who wait, never a right.

The key in the head of a DPoP proof, a token and a cookie are known to their bearer and to this
server alone, so a digest of one that opened something names its bearer before anything is
verified. Whoever is named so is not counted among the strangers of an address.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256

from starlette.types import Scope

_MOST = 10_000
_LASTS_S = {b"authorization": 300.0, b"cookie": 3600.0, b"dpop": 3600.0}
"""How long each is remembered; a token lives no longer."""

type Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Caller:
    """One that was let in lately."""

    name: str
    """Whose failures count together: of the client for a token, else a digest."""
    client: str | None = None
    """Whose quota counts. None: it is not known by a token."""
    organisation: str | None = None
    """None: it is known by the key of its proofs alone, which others may know, too."""

    @property
    def share(self) -> str:
        """Whose requests have one share of the places together."""
        return self.name if self.organisation is None else f"organisation {self.organisation}"


@dataclass(slots=True)
class RecentCallers:
    """What was presented by those who were let in; the last 10,000."""

    _known: OrderedDict[bytes, tuple[float, Caller]] = field(default_factory=OrderedDict)

    def find(self, headers: Headers) -> Caller | None:
        """The caller that presents *headers*, when it was let in lately. None: a stranger."""
        at = time.monotonic()
        found = None
        for _kind, digest in _digests(headers):
            until, caller = self._known.get(digest, (0.0, None))
            if until > at and (found is None or found.organisation is None):
                found = caller
        return found

    def add(self, scope: Scope) -> None:
        """The caller of *scope* was let in."""
        principal = scope.get("state", {}).get("principal")
        for kind, digest in _digests(scope["headers"]):
            caller = Caller(digest.hex())
            if principal is not None and kind != b"dpop":
                caller = replace(caller, organisation=principal.organisation)
            if principal is not None and kind == b"authorization":
                client = principal.client_id
                caller = replace(caller, name=f"client {client}", client=client)
            self._known[digest] = (time.monotonic() + _LASTS_S[kind], caller)
            self._known.move_to_end(digest)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)


def _digests(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    """Of the token, of the cookies, and of the head of the proof, which bears its key."""
    for name, value in headers:
        if name == b"dpop":
            yield name, sha256(name + value.partition(b".")[0]).digest()
        elif name in _LASTS_S:
            yield name, sha256(name + value).digest()
