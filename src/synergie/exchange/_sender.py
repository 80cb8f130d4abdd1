"""Who sends curves: the owner itself, or who may write in its name; decided where it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from synergie.errors import NotAllowed
from synergie.policy import Ask, Permit, Principal
from synergie.storage.assets.held import SeriesInPermit, covered_among, lock_series
from synergie.storage.readings.arrivals import Arrival
from synergie.storage.store import Session

SEND = Ask(dataset="consumption", action="write", curve=True, granularity="raw")
"""Curves are sent as they are: a receipt tells which values were known, so `raw` must be open."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A caller that may write; `permit` writes the owner's rows.

    `under`: what the agreement opens of them. None: they are the caller's own.
    """

    caller: Principal
    permit: Permit
    under: Permit | None = None

    def series(self, session: Session, names: Iterable[str]) -> dict[str, SeriesInPermit]:
        """Those of the series *names* it may write; who else would append to them waits."""
        if self.under is not None:
            names = covered_among(self.under, session, names)
        return lock_series(self.permit, session, names)

    def check(self, came: Arrival) -> None:
        """NotAllowed for readings that are not wholly in the period that is open."""
        if self.under is None:
            return
        start, end = (datetime.fromtimestamp(at, UTC) for at in (came.start_s, came.end_s))
        before = self.under.start is not None and start < self.under.start
        if before or (self.under.end is not None and end > self.under.end):
            raise NotAllowed("period", self.under.agreement)

    def build_content_key(self, digest: str) -> str:
        """What a content is known by: what the owner has sent is no replay of another's."""
        return digest if self.under is None else f"{digest}/{self.caller.organisation}"

    @property
    def by(self) -> str | None:
        """Who sends in the owner's name. None: the owner."""
        return None if self.under is None else self.caller.organisation

    @property
    def version(self) -> str | None:
        """Under which agreement, with its version. None: the owner's own."""
        return None if self.under is None else f"{self.under.agreement}/{self.under.version}"
