"""Token buckets: a burst, then a steady rate; so one caller's flood is not another's."""

import ipaddress
import re
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Literal

from synergie.errors import TooManyRequests
from synergie.server.settings import Settings

_MOST_NAMES = 10_000
_FREE = 1e12

_OAUTH = re.compile(r"/token|/revoke|/introspect")
_API = ("/v1/", "/ogc")

type Room = Literal["api", "oauth", "pages"]
"""What strangers ask for; each has its own budget of refusals."""


@dataclass(slots=True)
class Quota:
    """One bucket a name: *burst* requests at once, *per_s* in the long run.

    Times are those of a monotonic clock, in seconds. At most 10,000 names are remembered, the
    latest used; a forgotten one starts again with a full bucket. "" names nobody: it is not
    limited.
    """

    burst: float
    per_s: float
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, name: str, *, at: float, n: float = 1) -> None:
        """Take *n* from the bucket of *name*; TooManyRequests when it holds less."""
        if not name:
            return
        with self._lock:
            left = self._now(name, at)
            if left < n:
                raise TooManyRequests(round((n - left) / self.per_s, 1) or 0.1)
            self._keep(name, left - n, at)

    def check(self, name: str, *, at: float) -> None:
        """TooManyRequests when the bucket of *name* is empty; nothing is taken."""
        if not name:
            return
        with self._lock:
            if (left := self._now(name, at)) < 1:
                raise TooManyRequests(round((1 - left) / self.per_s, 1) or 0.1)

    def _now(self, name: str, at: float) -> float:
        left, since = self._left.get(name, (self.burst, at))
        return min(self.burst, left + max(at - since, 0) * self.per_s)

    def _keep(self, name: str, left: float, at: float) -> None:
        self._left[name] = (left, at)
        self._left.move_to_end(name)
        if len(self._left) > _MOST_NAMES:
            self._left.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas of one worker. Workers do not share them: what a worker counts, it forgets alone.

    That costs no write a request; with n workers a caller may have up to n times as much.
    """

    requests: Quota
    """By client, of authenticated requests."""
    organisations: Quota
    """By organisation, of the same."""
    tokens: Quota
    """By client, of tokens: counted once the client is authenticated, so that nobody uses up the
    quota of another."""
    organisation_tokens: Quota
    """By organisation, of the same."""
    addresses: Quota
    """By source address, of requests to the authorization server, before anything is read."""
    openly: Quota
    """By source address, of reads of open data, which bear no token."""
    failures: Quota
    """By source address, of refused authentications."""

    @classmethod
    def of(cls, settings: Settings) -> "Quotas":
        """Those that *settings* say."""
        free = not settings.limits
        return cls(
            requests=_build_quota(settings.burst, settings.requests_per_s, free=free),
            organisations=_build_quota(
                settings.organisation_burst, settings.organisation_requests_per_s, free=free
            ),
            tokens=_a_minute(settings.tokens_per_min, free=free),
            organisation_tokens=_a_minute(settings.organisation_tokens_per_min, free=free),
            addresses=_a_minute(settings.address_tokens_per_min, free=free),
            openly=_a_minute(settings.open_reads_per_min, free=free),
            failures=_a_minute(settings.failures, free=free),
        )

    def request(self, client: str, organisation: str) -> None:
        """Count an authenticated request. TooManyRequests."""
        at = time.monotonic()
        self.requests.take(client, at=at)
        self.organisations.take(organisation, at=at)

    def token(self, client: str, organisation: str) -> None:
        """Count a token. TooManyRequests."""
        at = time.monotonic()
        self.tokens.take(client, at=at)
        self.organisation_tokens.take(organisation, at=at)

    def read(self, address: str) -> None:
        """Count a read of open data from *address*. TooManyRequests."""
        self.openly.take(get_source_name(address), at=time.monotonic())

    def failed(self, address: str) -> None:
        """Count a log-in from *address* that failed; beyond its quota the door refuses it."""
        with suppress(TooManyRequests):
            self.failures.take(failures_of(get_source_name(address), "pages"), at=time.monotonic())

    def call(self, address: str) -> None:
        """Count a request to the authorization server from *address*. TooManyRequests."""
        self.addresses.take(get_source_name(address), at=time.monotonic())


def failures_of(address: str, room: Room) -> str:
    """The bucket of the refused authentications of *address* in *room*; "" is nobody's address."""
    return f"{room} {address}" if address else ""


def classify_quota_path(path: str) -> Room:
    """What a stranger at *path* asks for."""
    if is_oauth(path):
        return "oauth"
    return "api" if path.startswith(_API) else "pages"


def is_oauth(path: str) -> bool:
    """Whether *path* is the authorization server's, which refuses a caller with 400."""
    return _OAUTH.fullmatch(path) is not None


@lru_cache(_MOST_NAMES)
def get_source_name(address: str) -> str:
    """What counts as one source: an IPv4 address, or the 64 bits that one IPv6 subscriber has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004
        return address
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def _build_quota(burst: float, per_s: float, *, free: bool) -> Quota:
    return Quota(_FREE, _FREE) if free else Quota(burst, per_s)


def _a_minute(n: float, *, free: bool) -> Quota:
    return _build_quota(n, n / 60, free=free)
