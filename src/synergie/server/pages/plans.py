"""`/plans`: what is decided with others, what it costs, and what is impossible as it stands."""

from collections.abc import Callable
from typing import Annotated, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.errors import BadInput, NotFound
from synergie.exchange.plan_pages_runs import CoordinatorPlan, OwnPart
from synergie.exchange.plan_pages_seen import Part, PlanDetails, kind_of
from synergie.maintenance.policy.campaign import ACTS as CAMPAIGN_ACTS
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.workbook import write_maintenance
from synergie.maintenance.services import MaintenanceServices
from synergie.purchase.policy.purchase import ACTS as PURCHASE_ACTS
from synergie.purchase.reports.workbook import write_purchase
from synergie.purchase.services import PurchaseServices
from synergie.reports.document import Section
from synergie.schemas.shared_plan import PartRequest
from synergie.server.pages import _plans_data as data
from synergie.server.pages import plans_files as files
from synergie.server.pages import plans_view as view
from synergie.server.pages._plans_printed import Printed, render_plan_report
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import (
    Visit,
    build_table_file,
    page_router,
    read_table_question,
    render_page,
)
from synergie.server.pages.plans_forms import form_of, read_part_answer
from synergie.server.pages.plans_sheet import build_coordinator_sheet, part_sheet
from synergie.server.pages.plans_words import (
    SWITCH_STEPS,
    TUNNEL_STATES,
    check_plan_identifier,
    describe_answer,
    set_report_spaces,
)

router = page_router()

Reader = Annotated[Visit, require_page_scopes("purchases:read", "campaigns:read")]
Writer = Annotated[Visit, require_page_scopes("purchases:write", "campaigns:write")]

_ACTS = frozenset(act for _, act in (*PURCHASE_ACTS, *CAMPAIGN_ACTS)) & {
    "propose",
    "award",
    "adopt",
}


@router.get("/plans")
def plans_page(*, visit: Reader) -> Response:
    """Every plan that the visitor's organisation shares, in one sentence and one table."""
    asked = read_table_question(visit, view.list_plan_fields(visit))
    found = visit.services.plan_pages.plans(visit.principal, now=visit.now)
    rows = view.sort_plans(found, visit)
    if asked.form:
        return build_table_file(visit, asked, rows, name="plans")
    return render_page(
        visit,
        "plans.html",
        sentence=view.describe_plans(found, visit) if found else "",
        table=asked.view(rows),
    )


@router.get("/plans/{item}")
def plan_page(*, visit: Reader, item: str, membres: str = "") -> Response:
    """One purchase or campaign: where it stands, who takes part, which plans were made.

    *membres*: tell everybody that takes part, however many.
    """
    read, asked = visit.services.plan_pages.plan, bool(membres)
    one = read(visit.principal, check_plan_identifier(item), everybody=asked, now=visit.now)
    return render_page(
        visit,
        "plan.html",
        one=one,
        row=view.build_plan_row(one.shared, visit),
        state=view.state(one, visit),
        sides=list(view.build_side_rows(one, visit)),
        runs=list(view.build_run_rows(one, visit)),
        steps=list(view.build_step_rows(one, visit)),
        form=_build_answer_form(visit, one),
    )


@router.get("/plans/{item}/feuille")
def sheet(*, visit: Reader, item: str, calcul: str = "") -> Response:
    """One plan on one sheet of A4, for a council: the current one unless another is named."""
    one = visit.services.plan_pages.outline(
        visit.principal, check_plan_identifier(item), now=visit.now
    )
    plan = calcul or one.shared.current
    if plan is None:
        raise NotFound
    reports, told = (
        visit.services.plan_reports,
        (visit.principal, one.shared.item.id, check_plan_identifier(plan)),
    )
    if one.shared.leads:
        made = reports.report(*told, build_coordinator_sheet, now=visit.now)
    else:
        made = part_sheet(reports.own(*told, now=visit.now))
    return render_page(visit, "feuille.html", sheet=made, back=f"/plans/{item}")


@router.get("/plans/{item}/donnees")
def data_page(*, visit: Reader, item: str, chercher: str = "") -> Response:
    """What a plan would be made of today, for its coordinator: who is missing, what stops it.

    *chercher*: look for what cannot hold together, for a few seconds; of who may write.
    """
    one = visit.services.plan_pages.outline(
        visit.principal, check_plan_identifier(item), now=visit.now
    )
    read, current = visit.services.plan_data.read, one.shared.current
    told = read(visit.principal, item, current, now=visit.now)
    asked = bool(chercher) and visit.may("purchases:write")
    return render_page(
        visit,
        "plan_data.html",
        one=one,
        item=item,
        told=told,
        rows=list(
            data.iterate_data_rows(
                told, visit, visit.services.plan_pages.names(visit.principal, visit.now)
            )
        ),
        stops=data.faults(told, visit, severity="blocking"),
        looks=data.faults(told, visit, severity="warning"),
        found=data.describe_plan_search(told, visit) if asked else None,
        may_search=told.problem is not None and visit.may("purchases:write"),
    )


@router.get("/plans/{item}/marche")
def market_page(*, visit: Reader, item: str) -> Response:
    """The life of a purchase and its forward curve: whole, or the visitor's own part."""
    if kind_of(check_plan_identifier(item)) != "purchase":
        raise NotFound
    one = visit.services.plan_pages.outline(visit.principal, item, now=visit.now)
    markets = visit.services.of(PurchaseServices).markets
    market = _read_if_told(visit, item, markets.read)
    days = () if market is None else market.tunnels
    return render_page(
        visit,
        "plan_market.html",
        one=one,
        item=item,
        market=market,
        forward=_read_if_told(visit, item, markets.read_forward),
        tunnels={day.lot: [each for each in days if each.lot == day.lot] for day in days},
        states={name: visit.say(*words) for name, words in TUNNEL_STATES.items()},
        steps={name: visit.say(*words) for name, words in SWITCH_STEPS.items()},
    )


def _read_if_told[T](visit: Visit, item: str, read: Callable[..., T]) -> T | None:
    """What *read* tells of a purchase; None: it is not for the visitor, or not yet."""
    try:
        return read(visit.principal, item, now=visit.now)
    except NotFound:
        return None


@router.get("/plans/{item}/{plan}")
def report_page(*, visit: Reader, item: str, plan: str, avec: str = "", vue: str = "") -> Response:
    """One plan as its report: whole for its coordinator, the visitor's own part for another.

    *avec*: another plan of the same matter, to hold it against. *vue*: `part` shows a coordinator
    its own part.
    """
    one = visit.services.plan_pages.outline(
        visit.principal, check_plan_identifier(item), now=visit.now
    )
    whole = one.shared.leads and vue != "part"
    report, form = _render_report_and_answer(visit, one, plan, all_of_it=whole)
    changed: tuple[Section, ...] = ()
    if avec:
        read = visit.services.plan_reports.changed
        changed = read(visit.principal, item, plan, check_plan_identifier(avec), now=visit.now)
    return render_page(
        visit,
        "plan_report.html",
        one=one,
        item=item,
        plan=plan,
        document=report.document,
        report=report,
        changed=set_report_spaces(changed),
        avec=avec,
        others=[each for each in view.build_run_rows(one, visit) if each.id != plan],
        acts=list(view.iterate_plan_acts(one.shared, plan, visit)) if whole else [],
        whole=whole,
        form=form,
    )


@router.get("/plans/{item}/{plan}/decider")
def decide_page(*, visit: Writer, item: str, plan: str, acte: str = "") -> Response:
    """What an act of the coordinator will do, before it is done."""
    one = visit.services.plan_pages.plan(
        visit.principal, check_plan_identifier(item), now=visit.now
    )
    offered = dict(view.iterate_plan_acts(one.shared, check_plan_identifier(plan), visit))
    if acte not in offered:
        raise NotFound
    return render_page(
        visit,
        "plan_decide.html",
        one=one,
        row=view.build_plan_row(one.shared, visit),
        item=item,
        plan=plan,
        act=acte,
        words=offered[acte].rstrip("…"),
    )


@router.post("/plans/{item}/{plan}/decider")
async def decide(*, visit: Writer, item: str, plan: str) -> Response:
    """Propose a plan, or decide it, once its page was read."""
    form = await read_posted_form(visit)
    act: Any = str(form.get("acte", ""))
    if act not in _ACTS:
        raise BadInput("acte", act, "propose, award or adopt")
    house = visit.services
    do: Any = (
        house.of(PurchaseServices).purchases.act
        if kind_of(check_plan_identifier(item)) == "purchase"
        else house.of(MaintenanceServices).campaigns.act
    )
    await run_in_threadpool(
        do, visit.principal, item, act, plan=check_plan_identifier(plan), now=visit.now
    )
    return redirect_to(f"/plans/{item}", visit)


@router.post("/plans/{item}/{plan}/reponse")
async def answer(*, visit: Writer, item: str, plan: str) -> Response:
    """Accept or decline one's own part, or take the answer back."""
    form = await read_posted_form(visit)
    house = visit.services
    of_purchase = kind_of(check_plan_identifier(item)) == "purchase"
    parts: Any = (
        house.of(PurchaseServices).parts if of_purchase else house.of(MaintenanceServices).parts
    )
    caller, now = visit.principal, visit.now
    if form.get("reponse") == "withdraw":
        await run_in_threadpool(parts.withdraw, caller, item, check_plan_identifier(plan), now=now)
    else:
        body = form_of(PartRequest, read_part_answer(form))
        await run_in_threadpool(
            parts.answer, caller, item, check_plan_identifier(plan), body, now=now
        )
    return redirect_to(f"/plans/{item}/{plan}?vue=part", visit)


@router.get("/plans/{item}/tournees/{rounds}/{name}")
def calendar(*, visit: Reader, item: str, rounds: str, name: str) -> Response:
    """Rounds as a calendar: `part.ics` of one's own assets; of a crew for the coordinator."""
    reports = visit.services.plan_reports
    caller, now = visit.principal, visit.now
    if kind_of(check_plan_identifier(item)) != "campaign" or not name.endswith(".ics"):
        raise NotFound
    if name == "part.ics":
        part, bodies = reports.rounds_part(caller, item, check_plan_identifier(rounds), now=now)
        return files.build_file_response(name, files.build_stops_calendar(part, bodies, at=now))
    crews = reports.calendars(caller, item, check_plan_identifier(rounds), now=now)
    at = files.check_file_name([f"equipe-{n}.ics" for n in range(1, len(crews) + 1)], name)
    number = int(at.removeprefix("equipe-").removesuffix(".ics"))
    return files.build_file_response(name, crews[sorted(crews)[number - 1]])


@router.get("/plans/{item}/tournees/{rounds}")
def rounds_page(*, visit: Reader, item: str, rounds: str) -> Response:
    """Some rounds: map, stops in order, a calendar a crew; to others, their own stops."""
    one = visit.services.plan_pages.plan(
        visit.principal, check_plan_identifier(item), now=visit.now
    )
    told = next((each for each in one.rounds if each.id == check_plan_identifier(rounds)), None)
    if told is None:
        raise NotFound
    crews: list[str] = []
    reports, leads = visit.services.plan_reports, one.shared.leads
    blocks = reports.rounds_blocks(visit.principal, item, rounds, leads=leads, now=visit.now)
    if leads:
        crews = sorted(reports.calendars(visit.principal, item, rounds, now=visit.now))
    return render_page(
        visit, "plan_rounds.html", one=one, item=item, rounds=told, crews=crews, blocks=blocks
    )


@router.get("/plans/{item}/{plan}/fichiers/{name}")
def download(*, visit: Reader, item: str, plan: str, name: str) -> Response:
    """The report to print, the workbook, or the plan as JSON, as far as the visitor may read."""
    mine = name in {"note.html", "note.pdf", "part.json"}
    told = _read_plan_report(
        visit, check_plan_identifier(item), check_plan_identifier(plan), whole=not mine
    )
    if isinstance(told, OwnPart):
        if name == "part.json":
            return files.record(name, told.part)
        return files.build_print_response(name, told.document, at=told.proposed_at or visit.now)
    return _build_plan_file(told, name)


def _build_plan_file(told: CoordinatorPlan, name: str) -> Response:
    if name in {"rapport.html", "rapport.pdf"}:
        return files.build_print_response(name, told.document, at=told.run.kept_at)
    if name == "classeur.xlsx":
        in_common = isinstance(told.brief, MaintenanceBrief)
        return files.build_workbook_response(
            name, write_maintenance if in_common else write_purchase, told.brief
        )
    if name == "plan.json":
        return files.record(name, told.run)
    if name == "probleme.json" and told.brief.problem is not None:
        return files.record(name, told.brief.problem)
    raise NotFound


def _read_plan_report(
    visit: Visit, item: str, plan: str, *, whole: bool
) -> CoordinatorPlan | OwnPart:
    reports = visit.services.plan_reports
    read = reports.read_full_plan if whole else reports.own
    return read(visit.principal, item, plan, now=visit.now)


def _render_coordinator_report(told: CoordinatorPlan) -> Printed:
    return render_plan_report(told.document)


def _render_report_and_answer(
    visit: Visit, one: PlanDetails, plan: str, *, all_of_it: bool
) -> tuple[Printed, dict[str, Any] | None]:
    """The report of a plan as it is printed, and the form of an answer to one's own part."""
    item, reports = one.shared.item.id, visit.services.plan_reports
    if all_of_it:
        return reports.report(
            visit.principal,
            item,
            check_plan_identifier(plan),
            _render_coordinator_report,
            now=visit.now,
        ), None
    told = reports.own(visit.principal, item, check_plan_identifier(plan), now=visit.now)
    return render_plan_report(told.document), _build_answer_form(visit, one, told)


def _build_answer_form(visit: Visit, one: PlanDetails, told: Any = None) -> dict[str, Any] | None:
    """What the form of an answer needs. None: no answer is taken from this visitor now."""
    part: Part | None = one.part if told is None else told.part
    if part is None or part.plan != _find_answerable_plan(one):
        return None
    if not visit.may("purchases:write", "campaigns:write"):
        return None
    return {
        "action": f"/plans/{one.shared.item.id}/{part.plan}/reponse",
        "sha256": part.sha256,
        "answer": None if part.answer is None else describe_answer(visit, part.answer),
        "reason": None if part.answer is None else part.answer.reason,
    }


def _find_answerable_plan(one: PlanDetails) -> str | None:
    """The plan to which answers are taken now. None: to none."""
    item = one.shared.item
    waits = item.state in {"proposed", "revision"}
    return one.shared.current if waits else None
