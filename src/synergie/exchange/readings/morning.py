"""The morning: how much of one's own data is today's, why not, and what is due.

Read from sums that the deposits keep (`storage.readings.morning`); what depends on the clock is
reckoned here, so it is exact at any moment.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synergie.applications import load_declared
from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.calendar.quiet import QuietHours
from synergie.exchange.readings.came import group_arrivals_by_format
from synergie.exchange.readings.due_dates import AHEAD, MOMENT
from synergie.exchange.trust.sum_tries import was_refused
from synergie.policy import Permit, Principal, permit_own_data, permit_party
from synergie.policy.readings.flows import find_flow
from synergie.policy.readings.lateness import Arrival, FlowDeposits, Teller, compute_due, is_late
from synergie.policy.readings.morning import (
    HOME,
    Ages,
    Due,
    FlowMorning,
    Morning,
    Tally,
    count_days_ago,
    flows_due,
    last_day,
    sum_tallies,
)
from synergie.policy.trust.agreement import LIVE, effective_state
from synergie.policy.trust.versions import find_ruling_version
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.assets.shared_points import shared_points
from synergie.storage.readings.morning import Together, group_alike_series, named_among, never_read
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.agreement_faults import faults_known
from synergie.storage.trust.agreements.agreements_due import agreements_due
from synergie.storage.trust.organisations import find_organisation

SHOWN = 5
"""Series that are named one by one beside a sum."""


@dataclass(frozen=True, slots=True)
class Mornings:
    """Mornings of the caller's own organisation."""

    store: Store
    quiet: QuietHours | None = None
    """Hours in which alerts are told as they stood when these began."""

    def read(
        self, caller: Principal, *, tell: Callable[[str], str] = str, now: datetime
    ) -> Morning:
        """The whole morning; cost grows with flows and days, not with readings.

        *tell* translates the sentences of flows; `str` leaves them in English.
        """
        permit = permit_own_data(caller, action="read", now=now)
        calm = None if self.quiet is None else self.quiet.find_span(now)
        with self.store.read() as session:
            sums = _Sums.read(permit, session, now)
            teller = Teller(permit.owner, HOME, now, tell)
            flows = tuple(sums.flows(permit, session, teller))
            return Morning(
                organisation=permit.owner,
                at=now,
                series=sums.total(),
                flows=flows,
                never=tuple(never_read(permit, session, limit=SHOWN)),
                received_at=sums.received_at(),
                dues=tuple(
                    list_due_items(
                        session,
                        caller,
                        flows_due(flows, permit.owner),
                        now=now,
                        told=now if calm is None else calm[0],
                    )
                ),
            )

    def tally(self, caller: Principal, *, now: datetime) -> tuple[Tally, datetime | None]:
        """How many series are in each state; when the newest file came."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            sums = _Sums.read(permit, session, now)
        return sums.total(), sums.received_at()


class _Group(NamedTuple):
    """Series whose newest reading ends on one day of one zone, by one flow."""

    source: str | None
    time_zone: str
    day: date | None


@dataclass(frozen=True, slots=True)
class _Sums:
    """The kept sums at one moment."""

    now: datetime
    came: Mapping[str, FlowDeposits]
    groups: Mapping[_Group, int]
    ends: Mapping[_Group, Sequence[datetime]]

    @classmethod
    def read(cls, permit: Permit, session: Session, now: datetime) -> "_Sums":
        alike = group_alike_series(permit, session)
        came = group_arrivals_by_format(permit, session, alike)
        groups, ends = Counter[_Group](), defaultdict[_Group, list[datetime]](list)
        for one in alike:
            group = _build_series_group(one)
            groups[group] += one.n
            if one.last_end is not None:
                ends[group].append(one.last_end)
        return cls(now, came, groups, ends)

    def total(self) -> Tally:
        """Of all series."""
        return sum_tallies(self._state(group, n) for group, n in self.groups.items())

    def received_at(self) -> datetime | None:
        """When the newest of all arrivals came."""
        return max((one.arrivals[0].received_at for one in self.came.values()), default=None)

    def flows(self, permit: Permit, session: Session, teller: Teller) -> list[FlowMorning]:
        """Every flow, the late ones first, then by name."""
        found = [self._flow(permit, session, teller, source) for source in sorted(self.came)]
        return sorted(found, key=lambda one: (-(one.line.late_days or 0), one.line.id))

    def _flow(self, permit: Permit, session: Session, teller: Teller, source: str) -> FlowMorning:
        mine = [(group, n) for group, n in self.groups.items() if group.source == source]
        left = [(group, n) for group, n in mine if self._is_excused(group)]
        ends = [end for group, _ in left for end in self.ends[group]]
        return FlowMorning(
            line=teller.flow(self.came[source]),
            series=sum_tallies(self._state(group, n) for group, n in mine),
            left_out=sum(n for _, n in left),
            left_out_named=tuple(named_among(permit, session, source, ends, limit=SHOWN))
            if ends
            else (),
        )

    def _state(self, group: _Group, n: int) -> Tally:
        came, tz = self._last_arrival(group), load_time_zone(group.time_zone)
        if came is None or group.day is None:
            return Tally(never=n)
        if compute_due(came, tz).by is None:
            days = count_days_ago(group.day, self.now, tz)
            return Tally(undated=n, ages=Ages(days, days))
        return Tally(late=n) if is_late(came, tz, self.now) else Tally(up_to_date=n)

    def _last_arrival(self, group: _Group) -> FlowDeposits | None:
        """What came of the flow of *group*, its last reading that of *group*. None: never read."""
        if group.day is None or group.source is None:
            return None
        last = day_bounds(group.day, load_time_zone(group.time_zone))[1]
        came = self.came.get(group.source)
        if came is None:  # its deposit is not finished: what came of it counts, and it alone
            return FlowDeposits(group.source, find_flow(group.source), [Arrival(last, None)], last)
        return came._replace(last_reading=last)

    def _late(self, group: _Group) -> bool:
        came = self._last_arrival(group)
        return came is not None and is_late(came, load_time_zone(group.time_zone), self.now)

    def _is_excused(self, group: _Group) -> bool:
        came = self.came.get(group.source or "")
        if came is None or not self._late(group):
            return False
        return not is_late(came, load_time_zone(group.time_zone), self.now)


def _build_series_group(one: Together) -> _Group:
    tz: ZoneInfo = load_time_zone(one.time_zone)
    day = None if one.last_end is None else last_day(one.last_end, tz)
    return _Group(one.source, one.time_zone, day)


# What is due to an organisation, or by it: answers, ends, deadlines, weeks of rounds.

_NAMED = 3
"""Delivery points that are named beside their number."""


def list_due_items(
    session: Session,
    caller: Principal,
    deposits: Sequence[Due],
    *,
    now: datetime,
    told: datetime | None = None,
) -> list[Due]:
    """All that is due to the caller's organisation, or by it; what has no day comes first.

    *told*: until when faults were raised that are told. None: *now*.
    """
    permit = permit_party(caller, action="read", now=now)
    found = [
        *deposits,
        *_iterate_shared_point_dues(permit, session),
        *_iterate_faulty_dues(permit, session),
        *_iterate_agreement_dues(permit, session, now),
    ]
    for list_dues in load_declared("dues"):
        found.extend(list_dues(permit, session, now))
    own = permit_own_data(caller, action="read", now=now)
    for list_dues in load_declared("own_dues"):
        found.extend(list_dues(own, session, now))
    for list_dues in load_declared("quiet_dues"):
        found.extend(list_dues(own, session, told or now))
    return sorted(dict.fromkeys(found), key=_get_due_order)


def _get_due_order(one: Due) -> tuple[date, str, str]:
    return one.day or date.min, one.kind, one.subject


def _iterate_agreement_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    for versions in agreements_due(permit, session, now=now, until=now + AHEAD):
        newest = versions[-1]
        called = _get_organisation_name(
            permit, session, _get_agreement_partner(newest, permit.bearer)
        )
        if newest.state == "proposed":
            held = newest.terms.owner == permit.bearer and was_refused(session, newest, now=now)
            yield _build_proposal_due(newest, permit.bearer, called, held=held)
        live = [one for one in versions if effective_state(one, now) in LIVE]
        if live and max(one.terms.valid_until for one in live) <= now + AHEAD:
            yield _build_ending_due(find_ruling_version(versions, now), permit.bearer, called)


def _iterate_shared_point_dues(permit: Permit, session: Session) -> Iterator[Due]:
    """Delivery points of the bearer's that another body declared later: who, is not told."""
    found = shared_points(permit, session)
    numbers = sorted({one.number for one in found})
    if found:
        yield Due(
            kind="points_shared",
            who="deposits",
            by=permit.bearer,
            subject=numbers[0],
            name=", ".join(numbers[:_NAMED]) + (", …" if len(numbers) > _NAMED else ""),
            day=None,
            last_day=None,
            n=len(numbers),
            revision=len(numbers),
            revised_at=found[0].noted_at,
        )


def _iterate_faulty_dues(permit: Permit, session: Session) -> Iterator[Due]:
    """Those that are no longer what was signed: signed anew, or ended."""
    for one, found_at in faults_known(permit, session).items():
        other = one.recipient if one.owner == permit.bearer else one.owner
        yield Due(
            kind="agreement_fault",
            who="agreements",
            by=permit.bearer,
            subject=one.agreement,
            name=_get_organisation_name(permit, session, other),
            day=None,
            last_day=None,
            revision=one.version,
            revised_at=found_at,
        )


def _build_proposal_due(one: Agreement, me: str, called: str, *, held: bool) -> Due:
    """*held*: the other side could not accept it."""
    waits = me in {given.organisation for given in one.signatures} and not held
    return Due(
        kind="agreement_held" if held else "agreement_waits" if waits else "agreement_answer",
        who="agreements",
        by=_get_agreement_partner(one, me) if waits else me,
        subject=one.id,
        name=called,
        day=None,
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )


def _build_ending_due(one: Agreement, me: str, called: str) -> Due:
    return Due(
        kind="agreement_ends",
        who="agreements",
        by=me,
        subject=one.id,
        name=called,
        day=day_of(one.terms.valid_until - MOMENT, HOME),
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )


def _get_organisation_name(permit: Permit, session: Session, organisation_id: str) -> str:
    """The name of an organisation, as the directory tells it."""
    found = find_organisation(permit, session, organisation_id)
    return organisation_id if found is None else found.name


def _get_agreement_partner(one: Agreement, me: str) -> str:
    return one.terms.recipient if one.terms.owner == me else one.terms.owner
