"""What organisations do with sums: compute the cells of a closed period, and publish what passes.

One transaction: a release is checked against all that is out of the same scheme and year, and two
that would be made at once wait for each other. No row of another organisation leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from synergie.collector import defer_search
from synergie.errors import BadInput, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange import door as _door
from synergie.exchange._passing_on import may_pass_on
from synergie.exchange.publication import _release_record as record
from synergie.exchange.publication import aggregate_year as year_of
from synergie.exchange.publication._release_making import Making, Task
from synergie.exchange.publication.open_shelf import record_public_files
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.trust import seen as _seen
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.publication.public import SUMS
from synergie.policy.trust.atoms import Limits
from synergie.schemas.page import Page
from synergie.schemas.publication.release import Release, ReleaseRequest
from synergie.storage.publication.releases import find_release, list_releases
from synergie.storage.store import Store
from synergie.storage.trust.organisations import alone


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Releases of the caller's own schemes, and those of others that an agreement opens in sums.

    `limits`: the thresholds in force.
    """

    store: Store
    limits: Limits

    @defer_search()
    def release(
        self, caller: Principal, asked: ReleaseRequest, *, once: Once | None = None, now: datetime
    ) -> Release:
        """Compute a closed period and publish every cell that may be told beside what is out.

        Of a period that is out: the same release when nothing changed, else the next version when
        the points that changed may be told by themselves, or when it is now opened to all.
        NotFound for a scheme that is not the caller's; BadInput for a period that is not over;
        Conflict when no cell passes, when a point is published under another scheme, or when a
        correction would tell who changed.
        """
        if year_of.bounds_of(asked.period)[1] > now:
            raise BadInput("/period", asked.period, "a civil month or year that is over")
        permit = permit_own_data(caller, action="write", now=now)
        task = Task(permit, caller, asked, self.limits, now)
        with self.store.read() as session:
            looked = task.look(session)
        with self.store.write() as session:
            known = claim_or_replay(session, once, Release, now=now)
            if known is not None:
                return known
            alone(permit, session)
            made = Making.opened(session, task).build_release(looked)
            record_public_files(self.store, session, made, now=now)
            store_answer(session, once, made)
        return made

    def page(
        self,
        caller: Principal,
        *,
        agreement: str | None = None,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[Release]:
        """A page of the caller's releases, or of those that *agreement* opens, by id."""
        with _seen.open_recorded_session(self.store, caller, SUMS, now=now) as session:
            permit = _door.authorize_list(session, caller, SUMS, agreement=agreement, now=now)
            bound = f"releases\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            found = list_releases(permit, session, after=place, limit=limit + 1)
            more, kept = len(found) > limit, found[:limit]
            following = _cursor.encrypt_cursor(session, bound, kept[-1].id) if more else None
            told = [one for one in kept if may_pass_on(permit, session, one, now=now)]
        self._record(caller, permit, told, now)
        shown = told if permit.scope == "own" else map(record.for_others, told)
        return Page(items=tuple(shown), next=following)

    def read(
        self, caller: Principal, release_id: str, *, agreement: str | None = None, now: datetime
    ) -> Release:
        """One release of the caller's, or one that *agreement* opens. NotFound, NotAllowed."""
        with _seen.open_recorded_session(
            self.store, caller, SUMS, subject=release_id, now=now
        ) as session:
            permit = _door.authorize_list(session, caller, SUMS, agreement=agreement, now=now)
            found = find_release(permit, session, release_id)
            if found is None or not may_pass_on(permit, session, found, now=now):
                raise NotFound
        self._record(caller, permit, [found], now)
        return found if permit.scope == "own" else record.for_others(found)

    def _record(
        self, caller: Principal, permit: Permit, told: Sequence[Release], now: datetime
    ) -> None:
        rows = sum(len(one.cells) for one in told)
        seen = _seen.AccessRecord("consumption", (one.id for one in told), rows=rows)
        _seen.record(self.store, caller, permit, seen, now=now)
