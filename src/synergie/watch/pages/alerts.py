"""`/alertes`: what lamps and buildings report; one sentence, one picture, what to do."""

from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.application import PointNote
from synergie.errors import BadInput
from synergie.reports.explore import Field
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import (
    Visit,
    build_table_file,
    page_router,
    read_table_question,
    render_page,
)
from synergie.server.pages.plans_forms import form_of, get_form_field
from synergie.server.pages.plans_words import check_plan_identifier
from synergie.server.pages.visit import MARK, Shape
from synergie.server.pages.words import build_translator
from synergie.watch.exchange.alerts import Alerts
from synergie.watch.records.alert import Alert, AlertState, AlertVerdictRequest
from synergie.watch.reports.alert_sheet import write_alert_sheet
from synergie.watch.services import WatchServices

router = page_router()

Reader = Annotated[Visit, require_page_scopes("alerts:read")]
Writer = Annotated[Visit, require_page_scopes("alerts:write")]

_STATES: dict[AlertState, tuple[str, str, Shape]] = {
    "open": ("à regarder", "to look at", "late"),
    "acknowledged": ("confirmée", "confirmed", "late"),
    "works": ("travaux connus", "known works", "plain"),
    "ticketed": ("ticket fait", "ticket made", "plain"),
    "false": ("fausse", "false", "plain"),
    "closed": ("terminée", "over", "fresh"),
}
"""A state in both languages, and the shape beside it."""


_NAMED = 20
"""Names that one reason is told with."""


def _get_alerts(visit: Visit) -> Alerts:
    return visit.services.of(WatchServices).alerts


def count_cabinet_alerts(visit: Visit) -> Mapping[str, int] | None:
    """How many alerts last, by cabinet of one's own. None: the visitor may not know."""
    if not visit.may("alerts:read"):
        return None
    lasting = _get_alerts(visit).list_lasting(visit.principal, now=visit.now)
    return Counter(one.cabinet for one in lasting if one.cabinet is not None)


def list_point_alerts(visit: Visit, points: Collection[str]) -> list[PointNote]:
    """Alerts that last of *points* of one's own, by their keys; none where one may not know."""
    if not visit.may("alerts:read"):
        return []
    lasting = _get_alerts(visit).list_lasting(visit.principal, language=visit.lang, now=visit.now)
    return [
        PointNote(f"{one.sentence} {one.check}", f"/alertes/{one.id}")
        for one in lasting
        if one.supply_point in points
    ]


def _describe_state(visit: Visit, one: Alert) -> tuple[str, Shape]:
    french, english, shape = _STATES[one.state]
    return visit.say(french, english), shape


def _list_alert_fields(visit: Visit) -> list[Field[Alert]]:
    """What the table of alerts can show, sort and filter by."""
    say = visit.say
    states: dict[str, str] = {
        name: say(french, english) for name, (french, english, _) in _STATES.items()
    }
    return [
        Field(name="alerte", head=say("Alerte", "Alert"), value=lambda one: one.sentence,
              kind="long", href=lambda one: f"/alertes/{one.id}"),
        Field(name="armoire", head=say("Armoire", "Cabinet"), facet=True, hidden=True,
              value=lambda one: one.cabinet),
        Field(name="point", head=say("Point de livraison", "Delivery point"), facet=True,
              hidden=True, value=lambda one: one.supply_point),
        Field(name="site", head=say("Site", "Site"), facet=True, hidden=True,
              value=lambda one: one.site),
        Field(name="commune", head=say("Commune", "Commune"), value=lambda one: one.insee_code,
              facet=True, hidden=True),
        Field(name="etat", head=say("État", "State"), value=lambda one: states[one.state],
              text=lambda one: f"{MARK[_STATES[one.state][2]]} {states[one.state]}",
              key=lambda one: one.state, words=states, facet=True),
        Field(name="debut", head=say("Première nuit", "First night"), kind="date", hidden=True,
              value=lambda one: one.first_night),
        Field(name="nuits", head=say("Nuits", "Nights"), kind="whole",
              value=lambda one: one.nights),
        Field(name="kwh", head=say("Énergie", "Energy"), kind="energy", unit="kWh",
              value=lambda one: one.kwh),
        Field(name="cout", head=say("Coût", "Cost"), kind="euros", unit="€",
              value=lambda one: None if one.eur is None else Decimal(one.eur)),
        Field(name="verifier", head=say("À vérifier", "To check"), kind="long",
              value=lambda one: one.check),
    ]  # fmt: skip


@router.get("/alertes")
def alerts_page(*, visit: Reader) -> Response:
    """Alerts that last, those that nobody looked at first."""
    alerts = _get_alerts(visit)
    asked = read_table_question(visit, _list_alert_fields(visit))
    found = alerts.list_lasting(visit.principal, language=visit.lang, now=visit.now)
    if asked.form:
        return build_table_file(visit, asked, found, name="alertes")
    return render_page(
        visit,
        "alertes.html",
        table=asked.view(found),
        count=len(found),
        waiting=sum(one.state == "open" for one in found),
        untaught=_group_untaught(visit, alerts),
        precision=alerts.compute_precision(visit.principal, now=visit.now),
    )


def _group_untaught(visit: Visit, alerts: Alerts) -> list[tuple[str, int, str]]:
    """The first of what one reason keeps from being watched, how many there are, the reason."""
    tell, groups = build_translator(visit.lang), dict[str, list[str]]()
    for name, why in alerts.list_untaught(visit.principal, now=visit.now):
        groups.setdefault(why.tell(tell), []).append(name)
    return [(", ".join(names[:_NAMED]), len(names) - _NAMED, why) for why, names in groups.items()]


@router.get("/alertes/alertes.csv")
def alerts_file(*, visit: Reader) -> Response:
    """The same as a table."""
    found = _get_alerts(visit).list_lasting(visit.principal, language=visit.lang, now=visit.now)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="alertes.csv"',
    }
    return Response(write_alert_sheet(found), headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/alertes/{alert}")
def alert_page(*, visit: Reader, alert: str) -> Response:
    """One alert: its sentence, fourteen nights drawn, what is at stake, what to check."""
    alerts, name = _get_alerts(visit), check_plan_identifier(alert)
    one = alerts.read(visit.principal, name, language=visit.lang, now=visit.now)
    state, shape = _describe_state(visit, one)
    return render_page(
        visit,
        "alerte.html",
        one=one,
        state=state,
        shape=shape,
        picture=alerts.draw(visit.principal, name, now=visit.now),
        decides=visit.may("alerts:write") and one.state != "closed",
        mends=alerts.is_mendable(one),
    )


@router.post("/alertes/{alert}/avis")
async def judge(*, visit: Writer, alert: str) -> Response:
    """True, false, or known works."""
    form = await read_posted_form(visit)
    verdict: Any = get_form_field(form, "avis")
    if verdict not in {"acknowledged", "false", "works"}:
        raise BadInput("avis", verdict, "acknowledged, false or works")
    told = {"verdict": verdict, "note": get_form_field(form, "note") or None}
    said, name = form_of(AlertVerdictRequest, told), check_plan_identifier(alert)
    await run_in_threadpool(_get_alerts(visit).judge, visit.principal, name, said, now=visit.now)
    return redirect_to(f"/alertes/{name}", visit)


@router.post("/alertes/{alert}/ticket")
async def make_ticket(*, visit: Writer, alert: str) -> Response:
    """A ticket of maintenance, in one click."""
    await read_posted_form(visit)
    name = check_plan_identifier(alert)
    await run_in_threadpool(_get_alerts(visit).make_ticket, visit.principal, name, now=visit.now)
    return redirect_to(f"/alertes/{name}", visit)
