"""What is decided of a request from its first line and its headers alone."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from synergie.errors import Overloaded, TooManyRequests
from synergie.server.capacity.capacity import Capacity
from synergie.server.capacity.rank import PlaceRequest, Rank, ask_of
from synergie.server.capacity.recent import Caller, RecentCallers
from synergie.server.capacity.refusals import build_overloaded_error
from synergie.server.quota import Quotas, classify_quota_path, failures_of, get_source_name

type Verdict = tuple[PlaceRequest, Overloaded | TooManyRequests | None, str]
"""What the request counts as; what it is refused with; the reason for the log."""


@dataclass(slots=True)
class Judge:
    """Refuses before anything is read or verified: over a quota (429), over capacity (503).

    It takes from no quota and lets nobody in: what it does not refuse is judged again, in full.
    """

    capacity: Capacity
    recent: RecentCallers
    quotas: Quotas

    def judge(
        self, method: bytes, target: bytes, headers: Sequence[tuple[bytes, bytes]], address: str
    ) -> Verdict:
        """What becomes of *method* on *target* by the caller at *address*."""
        caller = self.recent.find(headers)
        share = get_source_name(address) if caller is None else caller.share
        asked = ask_of(method, target, share, known=caller is not None)
        if asked.rank is not Rank.VITAL:
            try:
                self._check(caller, address, target)
            except TooManyRequests as error:
                return asked, error, "quota"
        if not self.capacity.has_room(asked):
            return asked, build_overloaded_error(), "capacity"
        return asked, None, ""

    def _check(self, caller: Caller | None, address: str, target: bytes) -> None:
        """TooManyRequests when the caller has used up what is counted of it."""
        at = time.monotonic()
        if caller is None:
            path = target.partition(b"?")[0].decode("latin-1")
            self.quotas.failures.check(
                failures_of(get_source_name(address), classify_quota_path(path)), at=at
            )
            return
        self.quotas.failures.check(caller.name, at=at)
        if caller.client is not None:
            self.quotas.requests.check(caller.client, at=at)
            self.quotas.organisations.check(caller.organisation or "", at=at)
