"""The nights of one series after those that were judged: alerts raised, followed and closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from synergie.calendar import day_of, load_time_zone
from synergie.energy.plan.power.curves import Curve
from synergie.errors import BadInput
from synergie.measure.watch.building_judging import BuildingJudgement
from synergie.measure.watch.judging import begin_watch, judge_nights
from synergie.measure.watch.nights import cut_nights
from synergie.measure.watch.state import Finding, Judgement, WatchState
from synergie.policy import Permit, permit_own_data
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.work_order import WorkOrder
from synergie.storage.readings.facts import FactQuery, list_facts
from synergie.storage.store import Session, Store, run_again
from synergie.watch.exchange._news import Act, build_watch_principal, tell_alerts
from synergie.watch.exchange.building_watch import (
    BUILDING,
    build_building_supply,
    find_old_calendar,
    judge_stored_building,
)
from synergie.watch.exchange.park import build_supply, price_energy, sum_energy
from synergie.watch.exchange.stored_curve import (
    is_watched_series,
    read_billed_price,
    read_stored_curve,
)
from synergie.watch.records.alert import StoredAlert, decide_alert_state
from synergie.watch.records.report import count_nights
from synergie.watch.storage.alerts import (
    Learned,
    UnwatchedSeries,
    build_alert_id,
    insert_alert,
    list_alerts,
    load_learned,
    replace_alert,
    save_learned,
)

STATE: TypeAdapter[WatchState] = TypeAdapter(WatchState)
"""What was learned, to JSON and back."""
_MOST_ALERTS = 1000
_DAY_S = 86400


@dataclass(frozen=True, slots=True)
class _Watched:
    """What one look at a series found."""

    state: str | None = None
    """What was learned, as JSON."""
    judged: Judgement | BuildingJudgement | None = None
    untaught: BadInput | None = None


@dataclass(frozen=True)
class NightWatch:
    """Looks at what *organisation* stored; one transaction a series."""

    store: Store
    organisation: str
    now: datetime

    def _permit(self, action: Literal["read", "write"]) -> Permit:
        return permit_own_data(
            build_watch_principal(self.organisation), action=action, now=self.now
        )

    @cached_property
    def _reading(self) -> Permit:
        return self._permit("read")

    def watch_series(self, series: UnwatchedSeries) -> None:
        """Judge the new nights of *series*, and keep what they tell."""
        with self.store.read() as session:
            known = load_learned(self._reading, session, series.id)
            if series.cabinet is not None:
                found = self._look(session, series, series.cabinet, known)
            else:
                found = self._look_at_building(session, series, known)
        self._keep(series, found)

    def _look_at_building(
        self, session: Session, series: UnwatchedSeries, known: Learned | None
    ) -> _Watched:
        if not is_watched_series(series.record):
            return _Watched()
        state = _parse_known(BUILDING, known)
        try:
            judged = judge_stored_building(self._reading, session, series, state)
        except BadInput as fault:
            return _Watched(untaught=fault)
        before = None if known is None else known.untaught
        if judged is None:
            return _Watched(None if known is None else known.state, None, before)
        why, last = judged.untaught, judged.state.judged
        if why is None and judged.state.learns_from is not None:
            why = before  # sixty days that did not tell, and not sixty more yet
        if why is None and last is not None:
            why = find_old_calendar(build_building_supply(series), last)
        return _Watched(BUILDING.dump_json(judged.state).decode(), judged, why)

    def _look(
        self,
        session: Session,
        series: UnwatchedSeries,
        cabinet: CabinetRecord,
        known: Learned | None,
    ) -> _Watched:
        where, state = cabinet.location, _parse_known(STATE, known)
        if not is_watched_series(series.record) or where is None:
            return _Watched(untaught=_refuse_curve() if where is not None else _refuse_place())
        place = where.longitude, where.latitude
        since = None if state is None else _find_next_noon(state)
        curve = read_stored_curve(self._reading, session, series.id, since=since)
        if state is not None and curve is not None and not _has_same_step(state, curve):
            state, curve = None, read_stored_curve(self._reading, session, series.id)
        if curve is None:
            return _Watched(_tell_state(state), None, _refuse_curve() if state is None else None)
        try:
            nights = cut_nights(
                curve.start, curve.step_s, curve.watts, place=place, zone=curve.zone
            )
            state = state or begin_watch(nights)
        except BadInput as fault:
            return _Watched(_tell_state(state), None, fault if state is None else None)
        judged = judge_nights(nights, state, build_supply(cabinet, series.lamps))
        return _Watched(_tell_state(judged.state), judged)

    @run_again
    def _keep(self, series: UnwatchedSeries, found: _Watched) -> None:
        with self.store.write() as session:
            permit = self._permit("write")
            learned = Learned(series.received_at, series.last_end, found.state, found.untaught)
            save_learned(permit, session, series.id, learned)
            if found.judged is not None:
                done = list(self._follow(permit, session, series, found.judged))
                tell_alerts(permit, session, done, client="watch", now=self.now)

    def _follow(
        self,
        permit: Permit,
        session: Session,
        series: UnwatchedSeries,
        judged: Judgement | BuildingJudgement,
    ) -> Iterator[tuple[StoredAlert, Act]]:
        """Alerts that began, ended or go on; those that somebody is to be told of.

        Those of a building that became a cabinet, or the other way about, end here.
        """
        last = judged.state.judged or max(one.said_night for one in judged.findings)
        ends = {(one.fault, one.first_night): one.last_night for one in judged.endings}
        price = read_billed_price(permit, session, series.record.supply_point, now=self.now)
        there = list_alerts(permit, session, series=series.id)
        works = self._read_works(permit, session, there)
        for one in there:
            if one.ended_night is None:
                end = ends.get((one.fault, one.first_night))
                if (one.cabinet is None) != (series.cabinet is None):
                    end = one.last_night + timedelta(days=1)
                yield from self._settle(permit, session, one, nights=(last, end), works=works)
        for finding in judged.findings:
            raised = self._build_alert(session, series, finding, price=price)
            end = ends.get((finding.fault, finding.first_night))
            settled = settle_alert(raised, (last, end), None, now=self.now)
            if insert_alert(permit, session, settled) and settled.state != "closed":
                yield settled, "raised"

    def _settle(
        self,
        permit: Permit,
        session: Session,
        alert: StoredAlert,
        *,
        nights: tuple[date, date | None],
        works: dict[str, WorkOrder],
    ) -> Iterator[tuple[StoredAlert, Act]]:
        done_on = _find_done_day(works.get(alert.ticket or ""))
        settled = settle_alert(alert, nights, done_on or alert.done_on, now=self.now)
        if settled == alert:
            return
        replace_alert(permit, session, settled)
        if settled.state == "closed" != alert.state:
            yield settled, "closed"
        if settled.state == "open" and alert.state == "closed":
            yield settled, "reopened"

    @run_again
    def close_mended(self) -> None:
        """Close alerts whose ticket came back as done."""
        with self.store.write() as session:
            permit = self._permit("write")
            there = list_alerts(permit, session, states=("ticketed",))
            works = self._read_works(permit, session, there)
            done = [
                told
                for one in there
                for told in self._settle(
                    permit, session, one, nights=(one.last_night, None), works=works
                )
            ]
            tell_alerts(permit, session, done, client="watch", now=self.now)

    @staticmethod
    def _read_works(
        permit: Permit, session: Session, alerts: list[StoredAlert]
    ) -> dict[str, WorkOrder]:
        """Works of the cabinets of *alerts* that have a ticket, by number."""
        found = {}
        for cabinet in sorted({one.cabinet or "" for one in alerts if one.ticket is not None}):
            wanted = FactQuery(kind="work_order", subject=cabinet)
            for fact in list_facts(permit, session, wanted, after="veille-", limit=_MOST_ALERTS):
                if isinstance(fact.record, WorkOrder):
                    found[fact.record.external_id] = fact.record
        return found

    def _build_alert(
        self,
        session: Session,
        series: UnwatchedSeries,
        found: Finding,
        *,
        price: Decimal | None,
    ) -> StoredAlert:
        point, night = series.record.supply_point, found.first_night
        cabinet, site = series.cabinet, series.site
        placed = site if cabinet is None else cabinet
        return StoredAlert(
            id=build_alert_id(session, self.organisation, point, found.fault, night.isoformat()),
            owner=self.organisation,
            series=series.id,
            cabinet=None if cabinet is None else cabinet.external_id,
            supply_point=point if cabinet is None else None,
            insee_code=None if placed is None else placed.insee_code,
            provenance=series.record.provenance,
            fault=found.fault,
            state="open",
            first_night=night,
            said_night=found.said_night,
            last_night=found.said_night,
            value=round(found.value, 1),
            expected=round(found.expected, 1),
            unit=found.unit,
            nights=1,
            kwh_night=None if found.kwh_night is None else round(found.kwh_night, 2),
            kwh=None,
            eur_kwh=None if price is None else str(price),
            sure=found.sure,
            raised_at=self.now,
            changed_at=self.now,
        )


def settle_alert(
    alert: StoredAlert, nights: tuple[date, date | None], done_on: date | None, *, now: datetime
) -> StoredAlert:
    """*alert* up to the last judged night, or to the first normal one; *alert* when all is as is.

    *nights*: the last judged one, and the first normal one or None.
    """
    last, end = nights
    until = last if end is None else end - timedelta(days=1)
    until = alert.said_night if alert.fault == "holidays" else max(until, alert.first_night)
    count = count_nights(alert.first_night, until)
    kwh = sum_energy(alert.fault, alert.kwh_night, count)
    price = None if alert.eur_kwh is None else Decimal(alert.eur_kwh)
    changed = alert.model_copy(
        update={
            "last_night": until,
            "ended_night": end,
            "nights": count,
            "kwh": kwh,
            "eur": price_energy(kwh, price),
            "done_on": done_on,
        }
    )
    changed = changed.model_copy(update={"state": decide_alert_state(changed)})
    if changed == alert:
        return alert
    again = alert.state == "closed" and changed.state == "open"
    return changed.model_copy(
        update={"changed_at": now, "raised_at": now if again else alert.raised_at}
    )


def _refuse_curve() -> BadInput:
    return BadInput("/series", "another", "power drawn, or energy, of an hour or finer")


def _refuse_place() -> BadInput:
    return BadInput("/location", "none", "a cabinet with its place")


def _parse_known[T](state: TypeAdapter[T], known: Learned | None) -> T | None:
    """What is known. None: nothing, or that of a cabinet that is one no more, or of a building."""
    if known is None or known.state is None:
        return None
    try:
        return state.validate_json(known.state)
    except ValidationError:
        return None


def _tell_state(state: WatchState | None) -> str | None:
    return None if state is None else STATE.dump_json(state).decode()


def _find_next_noon(state: WatchState) -> datetime | None:
    """From when the nights that were not judged begin, a day to spare for the zone. None: all."""
    if state.judged is None:
        return None
    return datetime.combine(state.judged, time(), load_time_zone("UTC")) + timedelta(hours=23)


def _has_same_step(state: WatchState, curve: Curve) -> bool:
    return len(state.expected.share) == _DAY_S // curve.step_s


def _find_done_day(order: WorkOrder | None) -> date | None:
    done = None if order is None else order.done_at
    return day_of(done, load_time_zone("Europe/Paris")) if isinstance(done, datetime) else done
