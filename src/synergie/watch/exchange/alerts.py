"""What organisations do with alerts: read them, judge them, make a ticket of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from synergie import formats
from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange import door as _door
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.trust import seen as _seen
from synergie.policy import Ask, Permit, Principal, permit_own_data
from synergie.reports.document import Figure
from synergie.reports.language import Language, use_language
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.page import Page
from synergie.storage.store import Session, Store
from synergie.watch.exchange._news import tell_alerts
from synergie.watch.exchange.tickets import FAULT_TYPES, build_ticket, name_ticket
from synergie.watch.records.alert import (
    Alert,
    AlertState,
    AlertVerdict,
    AlertVerdictRequest,
    StoredAlert,
    decide_alert_state,
)
from synergie.watch.reports.sentences import describe_check, describe_finding
from synergie.watch.storage.alerts import (
    PointSite,
    list_alerts,
    list_untaught,
    load_alert,
    map_point_sites,
    replace_alert,
)

ASK = Ask(dataset="consumption", curve=True, granularity="raw")
"""What is asked of an agreement to see alerts: they tell what single steps told."""
JUDGED: tuple[AlertState, ...] = ("acknowledged", "works", "ticketed", "closed")
_PRECISION = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Precision:
    """How many alerts of the last 90 days a person called true, and how many false."""

    true: int
    false: int


@dataclass(frozen=True, slots=True)
class Alerts:
    """Alerts of the caller's cabinets and buildings, or of cabinets whose raw curves are opened."""

    store: Store

    def page(
        self,
        caller: Principal,
        *,
        state: AlertState | None = None,
        agreement: str | None = None,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[Alert]:
        """A page of alerts by id, of *state* alone when it is told.

        NotFound, NotAllowed: `granularity_too_fine` under an agreement that opens no raw curve.
        """
        states = () if state is None else (state,)
        with _seen.open_recorded_session(self.store, caller, ASK, now=now) as session:
            permit = _door.authorize_list(session, caller, ASK, agreement=agreement, now=now)
            bound = f"alerts\x1f{permit.fingerprint}\x1f{state}"
            place = _cursor.opened(session, bound, after)
            found = list_alerts(permit, session, states=states, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
            items = tuple(build_alerts(permit, session, some))
        self._record(caller, permit, some, now=now)
        return Page(items=items, next=following)

    def read(
        self,
        caller: Principal,
        alert_id: str,
        *,
        agreement: str | None = None,
        language: Language = "fr",
        now: datetime,
    ) -> Alert:
        """One alert, its sentences in *language*. NotFound, NotAllowed as for a page."""
        with _seen.open_recorded_session(
            self.store, caller, ASK, subject=alert_id, now=now
        ) as session:
            permit = _door.authorize_list(session, caller, ASK, agreement=agreement, now=now)
            found = _require_alert(permit, session, alert_id)
            (alert,) = build_alerts(permit, session, [found], language)
        self._record(caller, permit, [found], now=now)
        return alert

    def _record(
        self, caller: Principal, permit: Permit, some: list[StoredAlert], *, now: datetime
    ) -> None:
        seen = _seen.AccessRecord(
            "consumption", [one.id for one in some], granularity="raw", rows=len(some)
        )
        _seen.record(self.store, caller, permit, seen, now=now)

    def list_lasting(
        self, caller: Principal, *, language: Language = "fr", now: datetime
    ) -> list[Alert]:
        """Alerts of the caller's own that are neither closed nor false: open ones, then the oldest.

        Their sentences are in *language*.
        """
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            states: tuple[AlertState, ...] = ("open", "acknowledged", "works", "ticketed")
            found = list_alerts(permit, session, states=states)
            found.sort(key=lambda one: (one.state != "open", one.first_night, one.id))
            return build_alerts(permit, session, found, language)

    def list_untaught(self, caller: Principal, *, now: datetime) -> list[tuple[str, BadInput]]:
        """Cabinets and delivery points of the caller's own that are not wholly watched, and why."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return list_untaught(permit, session)

    def compute_precision(self, caller: Principal, *, now: datetime) -> Precision:
        """What people said of the caller's alerts in the last 90 days."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            states: tuple[AlertState, ...] = ("false", *JUDGED)
            judged = list_alerts(permit, session, states=states, since=now - _PRECISION)
        said = [
            one.verdict.verdict
            for one in judged
            if one.verdict is not None and one.verdict.at >= now - _PRECISION
        ]
        return Precision(true=sum(one != "false" for one in said), false=said.count("false"))

    def draw(self, caller: Principal, alert_id: str, *, now: datetime) -> Figure | None:
        """The last fourteen nights or days of an alert of one's own; None: none is known."""
        from synergie.watch.exchange.picture import draw_alert  # noqa: PLC0415 (numpy)

        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return draw_alert(permit, session, _require_alert(permit, session, alert_id))

    def judge(
        self, caller: Principal, alert_id: str, said: AlertVerdictRequest, *, now: datetime
    ) -> Alert:
        """Say what an alert of one's own is; the same again changes nothing. Conflict: it is over.

        One that has a ticket keeps it: a verdict does not call a crew back.
        """
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            found = _require_alert(permit, session, alert_id, for_update=True)
            known = found.verdict
            if known is not None and (known.verdict, known.note) == (said.verdict, said.note):
                return build_alerts(permit, session, [found])[0]
            if found.state == "closed":
                raise Conflict("closed", "an alert that is not over")
            verdict = AlertVerdict(**dict(said), at=now, client=caller.client_id)
            judged = found.model_copy(update={"verdict": verdict, "changed_at": now})
            judged = judged.model_copy(update={"state": decide_alert_state(judged)})
            replace_alert(permit, session, judged)
            tell_alerts(permit, session, [(judged, "judged")], client=caller.client_id, now=now)
            return build_alerts(permit, session, [judged])[0]

    def make_ticket(self, caller: Principal, alert_id: str, *, now: datetime) -> Alert:
        """Make a ticket of an alert of one's own, once; the same again changes nothing.

        The ticket is a work order of kind `report`, deposited as a file of the template of works:
        what a deposit may undo. Conflict: it is over, or no crew mends it.
        """
        with self.store.read() as session:
            permit = permit_own_data(caller, action="write", now=now)
            found = _require_alert(permit, session, alert_id)
            if found.ticket is not None:
                return build_alerts(permit, session, [found])[0]
            _check_mendable(found)
        order = _build_alert_ticket(found)
        self._deposit(caller, order, now=now)
        with self.store.write() as session:
            found = _require_alert(permit, session, alert_id, for_update=True)
            if found.ticket is not None:
                return build_alerts(permit, session, [found])[0]
            _check_mendable(found)
            done = found.model_copy(update={"ticket": order.external_id, "changed_at": now})
            done = done.model_copy(update={"state": decide_alert_state(done)})
            replace_alert(permit, session, done)
            tell_alerts(permit, session, [(done, "ticketed")], client=caller.client_id, now=now)
            return build_alerts(permit, session, [done])[0]

    @staticmethod
    def is_mendable(alert: StoredAlert) -> bool:
        """Whether a crew mends it, and no ticket of it was made."""
        return _is_of_crew(alert) and alert.ticket is None

    def _deposit(self, caller: Principal, order: WorkOrder, *, now: datetime) -> None:
        file = BytesIO()
        formats.write([order], file, format="template-work-orders")
        file.seek(0)
        Deposits(self.store).deposit(
            caller, file, name=f"{order.external_id}.csv", format="template-work-orders", now=now
        )


def _require_alert(
    permit: Permit, session: Session, alert_id: str, *, for_update: bool = False
) -> StoredAlert:
    found = load_alert(permit, session, alert_id, for_update=for_update)
    if found is None:
        raise NotFound
    return found


def _check_mendable(alert: StoredAlert) -> None:
    if alert.state == "closed":
        raise Conflict("closed", "an alert that is not over")
    if not _is_of_crew(alert):
        raise Conflict(alert.fault, "a fault that a crew mends")


def _is_of_crew(alert: StoredAlert) -> bool:
    return alert.cabinet is not None and alert.fault in FAULT_TYPES


def _build_alert_ticket(alert: StoredAlert) -> WorkOrder:
    """Its ticket of maintenance; the number is always the same."""
    cabinet = alert.cabinet
    number = None if cabinet is None else name_ticket(cabinet, alert.fault, alert.first_night)
    if number is None:
        raise Conflict(alert.fault, "a fault that a crew mends")
    return build_ticket(
        number,
        alert.fault,
        reported_on=alert.said_night,
        cabinet=alert.cabinet,
        insee_code=alert.insee_code,
        provenance=alert.provenance,
    )


def build_alerts(
    permit: Permit, session: Session, stored: Iterable[StoredAlert], language: Language = "fr"
) -> list[Alert]:
    """*stored* with sentences; to a partner without money, verdict and works."""
    some, own = list(stored), permit.scope == "own"
    points = {one.supply_point for one in some if one.supply_point is not None} if own else set()
    sites = map_point_sites(permit, session, points) if points else {}
    with use_language(language):
        return [_build_alert(one, sites.get(one.subject), own=own) for one in some]


def _build_alert(stored: StoredAlert, site: PointSite | None, *, own: bool) -> Alert:
    private = ("eur", "eur_kwh", "verdict", "ticket", "done_on")
    hidden = {} if own else dict.fromkeys(private)
    name = stored.subject if site is None else f"{site.name} ({stored.subject})"
    return Alert(
        **(dict(stored) | hidden),
        site=None if site is None else site.external_id,
        sentence=describe_finding(name, stored),
        check=describe_check(stored),
    )
