"""How fresh data are: every flow and every series of one's own, or what an agreement opens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from synergie.calendar import load_time_zone
from synergie.exchange import cursor as _cursor
from synergie.exchange import door as _door
from synergie.exchange.readings.came import group_arrivals_by_format
from synergie.exchange.trust import seen as _seen
from synergie.policy import Ask, Permit, Principal, permit_own_data
from synergie.policy.readings.flows import API, find_flow
from synergie.policy.readings.lateness import Arrival, FlowDeposits, Teller, line_under
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.page import Page
from synergie.schemas.series import Series
from synergie.storage.assets.owned import SERIES
from synergie.storage.readings.feeds import find_series_formats
from synergie.storage.store import Session, Store

_HOME = "Europe/Paris"
"""Zone in which files are expected: the senders are there."""


@dataclass(frozen=True, slots=True)
class Freshnesses:
    """Lines of freshness. `tell` translates their sentences; `str` leaves them in English."""

    store: Store
    tell: Callable[[str], str] = str

    def page(
        self,
        caller: Principal,
        *,
        agreement: str | None = None,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[FreshnessLine]:
        """A page: first the flows of one's own, by format, then the series, by id.

        Under an agreement: the series it opens, as `policy.freshness` tells them, and no flow.
        """
        ask = Ask(dataset="consumption")
        with _seen.open_recorded_session(self.store, caller, ask, now=now) as session:
            permit = _door.authorize_list(session, caller, ask, agreement=agreement, now=now)
            bound = f"freshness\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            lines = self._lines(permit, session, place, limit=limit + 1, now=now)
            more = len(lines) > limit
            following = None
            if more:
                last = lines[limit - 1]
                following = _cursor.encrypt_cursor(session, bound, f"{last.subject}/{last.id}")
        told = tuple(lines[:limit])
        seen = _seen.AccessRecord("consumption", [one.id for one in told], rows=len(told))
        _seen.record(self.store, caller, permit, seen, now=now)
        return Page(items=told, next=following)

    def flows(self, caller: Principal, *, now: datetime) -> tuple[FreshnessLine, ...]:
        """Every flow of one's own, by format: what is late, and since when nothing is."""
        with self.store.read() as session:
            permit = permit_own_data(caller, action="read", now=now)
            came = group_arrivals_by_format(permit, session)
        teller = Teller(permit.owner, load_time_zone(_HOME), now, self.tell)
        return tuple(teller.flow(came[name]) for name in sorted(came))

    def _lines(
        self, permit: Permit, session: Session, place: str, *, limit: int, now: datetime
    ) -> list[FreshnessLine]:
        subject, _, last = place.partition("/")
        if permit.scope != "own":
            found = SERIES.page(permit, session, after=last, limit=limit, now=now)
            return [line_under(one.id, one.freshness) for one in found]
        came = group_arrivals_by_format(permit, session)
        teller = Teller(permit.owner, load_time_zone(_HOME), now, self.tell)
        lines: list[FreshnessLine] = []
        if subject != "series":
            lines = [teller.flow(came[name]) for name in sorted(came) if name > last][:limit]
            last = ""
        if len(lines) < limit:
            series = SERIES.page(permit, session, after=last, limit=limit - len(lines), now=now)
            fed = find_series_formats(permit, session, [one.id for one in series])
            lines += [_build_freshness_line(one, came, fed, teller) for one in series]
        return lines


def _build_freshness_line(
    series: Series, came: dict[str, FlowDeposits], fed: dict[str, str], teller: Teller
) -> FreshnessLine:
    fresh = series.freshness
    source = fed.get(series.id, API)
    mine = came.get(source)
    if mine is None and fresh.received_at is not None:
        mine = FlowDeposits(source, find_flow(source), [Arrival(fresh.received_at, None)], None)
    at_home = teller._replace(tz=load_time_zone(series.time_zone))
    return at_home.series(series.id, series.external_id, fresh.last_reading, mine)
