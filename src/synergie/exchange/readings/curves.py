"""What organisations do with curves: deposit their own, read what is open to them, export it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from synergie.errors import SynergieError, TooLarge
from synergie.exchange import door as _door
from synergie.exchange._sender import SEND
from synergie.exchange.publication.publication import Filed
from synergie.exchange.readings._gather import MAX_GROUP, Gathering, Member
from synergie.exchange.readings._group import store_group
from synergie.exchange.readings.once import Once
from synergie.exchange.readings.told import (
    check_span,
    choose_granularity,
    curve_runs,
    get_curve_unit,
    published_state,
)
from synergie.exchange.trust import seen as _seen
from synergie.exchange.trust.exports.export import Export
from synergie.policy import Ask, Permit, Principal
from synergie.policy.freshness import freshness
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve, CurveExtract
from synergie.schemas.trust.agreement import Granularity
from synergie.storage.assets.held import SeriesInPermit, find_series_in_permit
from synergie.storage.readings.readings import Run, list_period_runs, list_step_runs
from synergie.storage.readings.told_end import find_told_end
from synergie.storage.store import Session, Store, run_again


@dataclass(frozen=True, slots=True)
class Curves:
    """What organisations do with curves; a deposit or a read is one transaction."""

    store: Store
    _gathering: Gathering = field(default_factory=Gathering, repr=False, compare=False)

    def deposit(
        self,
        caller: Principal,
        curves: Sequence[Curve],
        *,
        onces: Sequence[Once | None],
        filed: Filed | None = None,
        agreement: str | None = None,
        now: datetime,
    ) -> list[Receipt | SynergieError]:
        """Store up to `MAX_GROUP` curves of the caller's own series by one commit.

        What comes by itself shares the commit with what comes at the same time (`_gather`).

        Under *agreement*, which must be to write and at `raw`: of the owner's series it covers,
        in its period, in the owner's name; the receipts tell who sent them.

        One answer a curve, in order: its receipt, or why it was refused (BadInput, NotFound,
        Conflict, KeyReused): nothing of a refused curve is stored, and the others are. The same
        content again, at any time, gives the first receipt with `replayed` and undoes nothing;
        `supersedes` in the curve brings an older content back. Values equal to what holds are
        counted as unchanged. What comes later covers what came before, unless a better source
        holds (`policy.readings.source_priority`; *filed* tells in which file they came); null
        covers no value and is counted as unchanged over one.
        """
        if len(curves) > MAX_GROUP:
            raise TooLarge(MAX_GROUP, "curves")
        with _seen.record_refusals(self.store, caller, SEND, now=now):
            if filed is None:
                sent = Member(caller, curves, onces, agreement, now)
                return self._gathering.store(self.store, sent)
            return self._store_filed(caller, curves, filed, agreement=agreement, now=now)

    @run_again
    def _store_filed(
        self,
        caller: Principal,
        curves: Sequence[Curve],
        filed: Filed,
        *,
        agreement: str | None,
        now: datetime,
    ) -> list[Receipt | SynergieError]:
        """What comes in a file, under no keys: many groups in a row, each a commit of its own."""
        onces = [None] * len(curves)
        with self.store.write() as session:
            return store_group(
                session, caller, curves, onces, filed=filed, agreement=agreement, now=now
            )

    def extract(
        self,
        caller: Principal,
        series: str,
        *,
        start: datetime,
        end: datetime,
        granularity: Granularity | None = None,
        as_of: datetime | None = None,
        agreement: str | None = None,
        now: datetime,
    ) -> CurveExtract:
        """What the caller may see of *series* over [start, end), decided and read in one go.

        *granularity* None: the finest that is open. *as_of* None: as known now. *agreement* None:
        one's own data, else an agreement that covers the series. NotFound, NotAllowed; BadInput
        for an empty interval; TooLarge above 110,000 values.
        """
        check_span(start, end)
        ask = Ask(dataset="consumption", curve=True, granularity=granularity, start=start, end=end)
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=series, now=now
        ) as session:
            permit, found = _door.authorize_subject(
                session,
                caller,
                ask,
                agreement=agreement,
                now=now,
                table="series",
                subject=series,
                find=lambda permit: find_series_in_permit(permit, session, series, as_of=as_of),
            )
            told = choose_granularity(permit, session, found, granularity, span=(start, end))
            read = _Read(permit, session, found, told)
            first, last, runs = read.over(start, end, as_of)
            newest = find_told_end(permit, session, found, now=now)
        seen = _seen.AccessRecord(
            "consumption",
            [series],
            granularity=read.level,
            start=first,
            end=last,
            rows=sum(len(run.values) for run in runs),
        )
        _seen.record(self.store, caller, permit, seen, now=now)
        return CurveExtract(
            series=series,
            unit=get_curve_unit(found, read.level),
            granularity=read.level,
            time_zone=found.tz.key,
            start=first,
            end=last,
            as_of=as_of,
            state=published_state(permit, found, read.level, as_of=as_of),
            agreement=None if permit.scope == "own" else f"{permit.agreement}/{permit.version}",
            runs=curve_runs(runs),
            freshness=freshness(
                newest, found.last_received, permit=permit, tz=found.tz, sender=found.owner, now=now
            ),
        )

    def export(
        self,
        caller: Principal,
        *,
        start: datetime,
        end: datetime,
        granularity: Granularity | None = None,
        agreement: str | None = None,
        series: Sequence[str] = (),
        clock: Callable[[], datetime],
    ) -> Iterator[Curve]:
        """Curves of *series* (none named: of all of the caller's, or of all *agreement* opens).

        In order of series, then time, at most 6,000 values each. What the first page would raise
        is raised here; each page is decided again at the time *clock* gives, and NotAllowed
        comes between two pages when an agreement ends in mid-stream. In a list, series that do
        not add up over days are left out where days are what is open.
        """
        check_span(start, end)
        export = Export(
            store=self.store,
            caller=caller,
            start=start,
            end=end,
            granularity=granularity,
            agreement=agreement,
            series=tuple(series),
            clock=clock,
        )
        export.decide()
        return export.pages()


@dataclass(frozen=True, slots=True)
class _Read:
    """One decided read of one series."""

    permit: Permit
    session: Session
    series: SeriesInPermit
    level: Granularity

    def over(
        self, start: datetime, end: datetime, as_of: datetime | None
    ) -> tuple[datetime, datetime, list[Run]]:
        """Bounds of what is told, and what is."""
        if self.level != "raw":
            return list_period_runs(
                self.permit,
                self.session,
                self.series,
                (start, end),
                bucket=self.level,
                as_of=as_of,
                now=self.permit.decided_at,
            )
        runs = list_step_runs(self.permit, self.session, self.series, (start, end), as_of=as_of)
        first = max(start, self.permit.start or start)
        return first, max(first, min(end, self.permit.end or end)), runs
