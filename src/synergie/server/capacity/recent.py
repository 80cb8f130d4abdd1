"""Who was let in lately, by what they present: a place among those who wait, never a right.

The key in the head of a DPoP proof, a token and the cookie of a sitting are known to their bearer
and to this server alone, so a digest of one that opened something names its bearer before anything
is verified. Whoever is named so is not counted among the strangers of an address.

A request that is let in adds one of them at most: the one that it was let in by. Else who may come
in once could name itself by as many as a head holds, and crowd out all others.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.types import Scope

from synergie.server.quota import get_source_name

_MOST = 10_000
_MOST_OF = {"organisation": 256, "client": 32, "address": 64}
"""How many of one are remembered: those used last."""
_LASTS_S = {b"authorization": 300.0, b"cookie": 3600.0, b"dpop": 3600.0}
"""How long each is remembered; a token lives no longer."""
_SITTING = re.compile(rb"(?:^|;)\s*((?:__Host-)?synergie)=([^;]*)")

type Headers = Iterable[tuple[bytes, bytes]]
type Group = tuple[str, str]
"""A kind of `_MOST_OF`, and whose."""


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


@dataclass(frozen=True, slots=True)
class _RecentCaller:
    caller: Caller
    until: float
    groups: tuple[Group, ...]


@dataclass(slots=True)
class RecentCallers:
    """What was presented by those who were let in; the last 10,000, and the last few of each."""

    _known: OrderedDict[bytes, _RecentCaller] = field(default_factory=OrderedDict)
    _groups: dict[Group, dict[bytes, None]] = field(default_factory=dict)

    def find(self, headers: Headers) -> Caller | None:
        """The caller that presents *headers*, when it was let in lately. None: a stranger."""
        at = time.monotonic()
        found = None
        for digest in _hash_credentials(headers).values():
            one = self._known.get(digest)
            if one and one.until > at and (found is None or found.organisation is None):
                found = one.caller
        return found

    def add(self, scope: Scope) -> None:
        """The caller of *scope* was let in.

        By the cookie where a page was asked for, else by the token; where neither names a
        principal (`/token`), by the key of its proof.
        """
        state = scope.get("state", {})
        principal = state.get("principal")
        kind = b"dpop" if principal is None else b"cookie" if "visit" in state else b"authorization"
        digest = _hash_credentials(scope["headers"]).get(kind)
        if digest is None:
            return
        name, client, organisation = digest.hex(), None, None
        groups: tuple[Group, ...] = (
            ("address", get_source_name((scope.get("client") or ("",))[0])),
        )
        if principal is not None:
            organisation = principal.organisation
            groups = ("organisation", organisation), ("client", principal.client_id)
        if kind == b"authorization":
            client = principal.client_id
            name = f"client {client}"
        until = time.monotonic() + _LASTS_S[kind]
        self._keep(digest, _RecentCaller(Caller(name, client, organisation), until, groups))

    def _keep(self, digest: bytes, known: _RecentCaller) -> None:
        self._forget(digest)
        self._known[digest] = known
        for group in known.groups:
            held = self._groups.setdefault(group, {})
            held[digest] = None
            if len(held) > _MOST_OF[group[0]]:
                self._forget(next(iter(held)))
        if len(self._known) > _MOST:
            self._forget(next(iter(self._known)))

    def _forget(self, digest: bytes) -> None:
        known = self._known.pop(digest, None)
        for group in () if known is None else known.groups:
            held = self._groups[group]
            held.pop(digest, None)
            if not held:
                del self._groups[group]


def _hash_credentials(headers: Headers) -> dict[bytes, bytes]:
    """Of the token, of the sitting, and of the head of the proof, which bears its key.

    One of each at most: the first token and proof, the last cookie, as they are read later.
    """
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name == b"authorization":
            found.setdefault(name, value)
        elif name == b"dpop":
            found.setdefault(name, value.partition(b".")[0])
        elif name == b"cookie" and (told := dict(_SITTING.findall(value))):
            found[name] = told.get(b"__Host-synergie") or told[b"synergie"]
    return {name: sha256(name + value).digest() for name, value in found.items()}
