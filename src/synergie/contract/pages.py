"""`/contrats`: savings that are guaranteed, what came of them, who signed; each its own part."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Annotated, Any

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from synergie.calendar import day_of
from synergie.contract.exchange.contracts import Contracts, Signer
from synergie.contract.exchange.years import list_unreported_years
from synergie.contract.plan.digest import MOST_SIGNATURE, SIGNATURE_TYPE
from synergie.contract.records.document import (
    ContractDocument,
    ContractHead,
    ContractYear,
    DocumentState,
    name_plan,
)
from synergie.contract.reports.sheet import write_point_sheet
from synergie.contract.reports.words import (
    describe_carbon,
    describe_due_amount,
    describe_guarantee,
    describe_year,
    format_known_energy,
)
from synergie.contract.reports.words import describe_state as describe_result
from synergie.contract.services import ContractServices
from synergie.errors import MissingExtra, NotAllowed, NotFound, SynergieError
from synergie.exchange.trust.held_keys import KeyUse
from synergie.policy.readings.morning import HOME
from synergie.reports.document import Document, Fact, Figure, Section, Table
from synergie.reports.figure.bars import Bar, Bars, DotPair, DotPairs
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.written import format_euros, format_interval, format_quantity
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.plans_words import check_plan_identifier
from synergie.server.pages.trust.agreement_faults import fault_told
from synergie.server.pages.trust.signature_sent import SignatureSent, signature_sent
from synergie.server.pages.words import build_translator

router = page_router()

Reader = Annotated[Visit, require_page_scopes("contracts:read")]
First = Annotated[int, Query(ge=0, le=1_000_000)]
"""The first point that is shown."""
Writer = Annotated[Visit, require_page_scopes("contracts:write")]

_STATES: dict[DocumentState, tuple[str, str, str]] = {
    "draft": ("brouillon : son auteur seul le lit", "draft: its author alone reads it", "plain"),
    "proposed": ("signé par le donneur d'ordre", "signed by the client", "late"),
    "signed": ("signé par les deux", "signed by both", "fresh"),
}
"""A state in both languages, and the shape beside it."""
_SIGN_PLAN = ("Signer le plan de mesure", "Sign the plan of measurement")
_MOST_HEADS = 1000
"""Most documents that are looked at for the list."""
_MOST_POINTS = 100
"""Most points of a statement that are drawn by month, and listed on one page."""


def _get_contracts(visit: Visit) -> Contracts:
    return visit.services.of(ContractServices).contracts


def _describe_state(visit: Visit, one: ContractHead) -> tuple[str, str]:
    french, english, shape = _STATES[one.state]
    return visit.say(french, english), shape


def _awaits_signature(visit: Visit, one: ContractHead) -> bool:
    """Whether the visitor's organisation is the one to sign it."""
    return visit.someone.organisation.id == {"draft": one.owner, "proposed": one.operator}.get(
        one.state
    )


def _find_names(visit: Visit) -> dict[str, str]:
    return visit.services.plan_pages.names(visit.principal, visit.now)


@router.get("/contrats")
def contracts_page(*, visit: Reader) -> Response:
    """Each contract, where it stands, years that nobody has reported."""
    page = _get_contracts(visit).page(visit.principal, limit=_MOST_HEADS, now=visit.now)
    statements: dict[tuple[str, str], list[ContractHead]] = {}
    for one in page.items:
        if one.kind == "statement":
            statements.setdefault((one.owner, one.contract), []).append(one)
    rows = []
    for one in page.items:
        if one.kind != "plan":
            continue
        told = statements.get((one.owner, one.contract), [])
        unreported = list_unreported_years(one, told, day_of(visit.now, HOME))
        signed = sum(each.state == "signed" for each in told)
        newest = max((one, *told), key=lambda each: each.changed_at)
        missing = len(unreported) if one.state == "signed" else 0
        rows.append((one, *_describe_state(visit, one), signed, missing, newest))
    return render_page(
        visit, "contrats.html", rows=rows, names=_find_names(visit), more=page.next is not None
    )


@router.get("/contrats/{document}")
def contract_page(*, visit: Reader, document: str, de: First = 0) -> Response:
    """A contract with its years, or the statement of one year: a member sees its own part."""
    name = check_plan_identifier(document)
    if name.startswith("sta_"):
        return _render_statement(visit, name, de)
    plan, years = _get_contracts(visit).read_years(visit.principal, name, now=visit.now)
    whole, part = plan.plan, plan.member_plan
    points = whole.contract.points if whole else part.points if part else ()
    unreported = list_unreported_years(plan, [one.head for one in years], day_of(visit.now, HOME))
    state, shape = _describe_state(visit, plan)
    return render_page(
        visit,
        "contrat.html",
        one=plan,
        state=state,
        shape=shape,
        signs=_awaits_signature(visit, plan),
        names=_find_names(visit),
        guarantee=None if whole is None else describe_guarantee(whole.contract.guarantee),
        factors=[] if whole is None else [describe_carbon(one) for one in whole.contract.prices],
        points=points[de : de + _MOST_POINTS],
        turns=_build_turns(visit, de, len(points)),
        years=[
            (
                one,
                *_describe_state(visit, one.head),
                describe_result(one),
                describe_due_amount(one),
                _awaits_signature(visit, one.head),
            )
            for one in years
        ],
        unreported=unreported if plan.state == "signed" else (),
        figure=_draw_years(years) if years else None,
    )


@router.get("/contrats/{document}/fichier.json")
def contract_file(*, visit: Reader, document: str) -> Response:
    """The plan or the statement as it is signed, or a member's part: enough to compute it again."""
    name = check_plan_identifier(document)
    found = _get_contracts(visit).read(visit.principal, name, now=visit.now)
    told = found.plan or found.statement or found.member_plan or found.member_statement
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}.json"',
    }
    body = "{}" if told is None else told.model_dump_json(indent=2)
    return Response(body, headers=headers, media_type="application/json")


@router.get("/contrats/{document}/signer")
def sign_page(*, visit: Writer, document: str) -> Response:
    """What a party signs, and the form that does it."""
    found = _read_to_sign(visit, document)
    if not _awaits_signature(visit, found):
        return redirect_to(f"/contrats/{found.id}", visit)
    return _render_sign_page(visit, found)


@router.post("/contrats/{document}/signer")
async def sign_document(*, visit: Writer, document: str) -> Response:
    """Sign exactly what was shown; signed already, it changes nothing."""
    form = await read_posted_form(visit)
    digest, by = str(form.get("digest", "")), await signature_sent(form, most=MOST_SIGNATURE)
    await form.close()
    return await run_in_threadpool(_sign_shown, visit, document, digest, by)


def _read_to_sign(visit: Visit, document: str) -> ContractDocument:
    """NotFound; NotAllowed: a member signs nothing."""
    name = check_plan_identifier(document)
    found = _get_contracts(visit).read(visit.principal, name, now=visit.now)
    if visit.principal.organisation not in {found.owner, found.operator}:
        raise NotAllowed("other_party")
    return found


def _sign_shown(visit: Visit, document: str, digest: str, by: SignatureSent) -> Response:
    found = _read_to_sign(visit, document)
    try:
        signer = _build_signer(visit, found.id, by)
        _get_contracts(visit).sign(visit.principal, found.id, signer, seen=digest, now=visit.now)
    except SynergieError as error:
        status = visit.services.problems.document(error).status
        fault = fault_told(visit, error)
        return _render_sign_page(visit, found, fault=fault, typed=by.text, status=status)
    return redirect_to(f"/contrats/{found.id}", visit)


def _build_signer(visit: Visit, document: str, by: SignatureSent) -> str | Signer:
    """By the key that is held here, when the person confirmed; or as it was brought."""
    if not by.held:
        return by.brought()
    by.confirm()
    keys, caller, now = visit.trust.held_keys, visit.principal, visit.now
    use = KeyUse(SIGNATURE_TYPE, "sign", document)
    return lambda session, claims: keys.sign_claims(session, caller, use, claims, now=now)


def _render_sign_page(visit: Visit, found: ContractDocument, **more: Any) -> Response:
    lead = describe_guarantee(found.plan.contract.guarantee) if found.plan else ""
    facts: tuple[Fact, ...] = ()
    if found.statement is not None:
        document = _build_statement_document(visit, found)
        lead, facts = document.lead, document.facts
    told: dict[str, Any] = {
        "one": found,
        "title": visit.say(
            *(("Signer le relevé", "Sign the statement") if found.statement else _SIGN_PLAN)
        ),
        "lead": lead,
        "facts": facts,
        "names": _find_names(visit),
        "proposes": found.state == "draft",
        "held": visit.trust.held_keys.read(visit.principal, now=visit.now),
        "fault": None,
        "typed": "",
        "status": 200,
    }
    return render_page(visit, "contrat_signer.html", **(told | more))


@router.get("/contrats/{document}/points.csv")
def point_sheet(*, visit: Reader, document: str) -> Response:
    """Every point of a statement that the visitor reads. NotFound: it is none."""
    found = _get_contracts(visit).read(
        visit.principal, check_plan_identifier(document), now=visit.now
    )
    told = found.statement or found.member_statement
    if told is None:
        raise NotFound
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{found.id}.csv"',
    }
    names = _find_point_names(visit, found)
    sheet = write_point_sheet(told.points, names)
    return Response(sheet, headers=headers, media_type="text/csv; charset=utf-8")


def _build_turns(visit: Visit, first: int, count: int) -> dict[str, int | str | None] | None:
    """Which points the page shows, and where those before and after are. None: it shows all."""
    if count <= _MOST_POINTS and not first:
        return None
    path, ends = visit.request.url.path, min(first + _MOST_POINTS, count)
    before, after = f"{path}?de={max(0, first - _MOST_POINTS)}#points", f"{path}?de={ends}#points"
    return {
        "low": min(first + 1, count),
        "high": ends,
        "count": count,
        "before": before if first else None,
        "after": after if ends < count else None,
    }


def _render_statement(visit: Visit, name: str, first: int) -> Response:
    found = _get_contracts(visit).read(visit.principal, name, now=visit.now)
    state, shape = _describe_state(visit, found)
    told = found.statement or found.member_statement
    return render_page(
        visit,
        "releve.html",
        turns=_build_turns(visit, first, len(told.points) if told else 0),
        one=found,
        plan=name_plan(found.owner, found.contract),
        state=state,
        shape=shape,
        signs=_awaits_signature(visit, found),
        names=_find_names(visit),
        document=_build_statement_document(visit, found, first),
    )


def _build_statement_document(visit: Visit, found: ContractDocument, first: int = 0) -> Document:
    """Sums, pictures, points and adjustments; proof and signatures are the page's own."""
    if find_spec("numpy") is None:
        raise MissingExtra("plan")
    from synergie.contract.reports.statement import (  # noqa: PLC0415 (numpy)
        build_document,
        list_points,
    )

    translate = build_translator(visit.lang)
    if found.statement is not None:
        told = build_document(
            found.statement,
            translate,
            first=first,
            most=_MOST_POINTS,
            names=_find_names(visit),
        )
        kept = tuple(one for one in told.sections if one.anchor != "preuve")
        return replace(told, title=found.title, sections=kept)
    mine = found.member_statement
    if mine is None:
        raise TypeError("a statement without what is in it")
    part, names = mine.part, _find_point_names(visit, found)
    return Document(
        title=found.title,
        lead=choose_text(
            "Votre part du relevé : vos points, et ce qui vous est dû.",
            "Your part of the statement: your points, and what is due to you.",
        ),
        banner=None,
        dated=format_interval(mine.year.from_date, mine.year.to_date),
        facts=(
            Fact(
                label=choose_text("Économie", "Saving"),
                value=format_quantity(part.saved_kwh, "kWh"),
            ),
            Fact(label=choose_text("Valeur", "Worth"), value=format_euros(part.saved_eur)),
            Fact(
                label=choose_text("CO2 évité", "CO2 avoided"),
                value=format_quantity(part.saved_kgco2, "kg"),
            ),
            Fact(
                label=choose_text("Dû par l’exploitant", "Due by the operator"),
                value=format_euros(part.due_eur),
            ),
        ),
        sections=(
            Section(
                "points",
                choose_text("Par point", "By point"),
                list_points(mine.points, names, translate, first=first, most=_MOST_POINTS),
            ),
        ),
    )


def _find_point_names(visit: Visit, found: ContractDocument) -> dict[str, str]:
    """Names of the sites of the points that the visitor reads, as the plan tells them."""
    if found.statement is not None:
        return {one.id: one.name for one in found.statement.inputs.plan.contract.points}
    name = name_plan(found.owner, found.contract)
    plan = _get_contracts(visit).read(visit.principal, name, now=visit.now)
    part = plan.member_plan
    return {} if part is None else {one.id: one.name for one in part.points}


def _draw_years(years: Sequence[ContractYear]) -> Figure:
    """Saved beside guaranteed, a row a year; to a member what its points saved."""
    labels = [format_interval(one.head.from_date, one.head.to_date) for one in years]
    heads = choose_texts(
        ("année", "year"), ("garanti", "guaranteed"), ("économisé", "saved"),
        ("±", "±"), ("écart", "difference"),
    )  # fmt: skip
    rows = tuple(
        (
            label,
            format_known_energy(one.guaranteed_kwh),
            format_quantity(one.saved_kwh, "kWh"),
            format_known_energy(one.half_width_kwh),
            format_known_energy(one.gap_kwh),
        )
        for label, one in zip(labels, years, strict=True)
    )
    title = describe_year(years[-1])
    table = Table(choose_text("Chaque année", "Each year"), heads, rows, frozenset({1, 2, 3, 4}))
    saved = [Cell(float(one.saved_kwh), format_quantity(one.saved_kwh, "kWh")) for one in years]
    chart: Bars | DotPairs
    if any(one.guaranteed_kwh is None for one in years):
        bars = [
            Bar(label, cell.value, cell.text) for label, cell in zip(labels, saved, strict=True)
        ]
        chart = Bars(title=title, bars=bars, heads=(heads[0], heads[2]), unit="kWh")
        return build_figure(chart, table=table)
    pairs = [
        DotPair(
            label,
            Cell(float(one.guaranteed_kwh or 0), format_quantity(one.guaranteed_kwh, "kWh")),
            cell,
            describe_result(one),
        )
        for label, one, cell in zip(labels, years, saved, strict=True)
    ]
    chart = DotPairs(
        title=title, pairs=pairs, names=(heads[1], heads[2]), heads=(heads[0], heads[4]), unit="kWh"
    )
    return build_figure(chart, table=table)
