"""`/scenarios`: what each way to light does to night, service, communes and money. No score."""

from typing import Annotated, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from synergie.errors import BadInput, NotFound
from synergie.lighting.exchange.plan_pages_lighting import ComparisonReport, SharedStudy
from synergie.lighting.pages import _scenarios_view as view
from synergie.lighting.records.exchange import JointStudyActRequest
from synergie.lighting.records.part import StudyAnswerRequest, StudyPart
from synergie.lighting.records.voice import VoiceRequest
from synergie.lighting.reports.consultation.consultation_form import form_html, paper_html
from synergie.lighting.reports.consultation.consultation_result import result_document
from synergie.lighting.reports.house import scenario_name
from synergie.lighting.reports.workbook import write_lighting
from synergie.lighting.services import LightingServices
from synergie.reports.document import Figure, Section
from synergie.server.pages import plans_files as files
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.plans_forms import form_of, get_form_field, read_part_answer
from synergie.server.pages.plans_sheet import comparison_sheet
from synergie.server.pages.plans_words import (
    check_plan_identifier,
    describe_answer,
    set_report_spaces,
)
from synergie.server.pages.words import build_translator

router = page_router()

_SCOPE = "lighting-studies"
Reader = Annotated[Visit, require_page_scopes(f"{_SCOPE}:read")]
Writer = Annotated[Visit, require_page_scopes(f"{_SCOPE}:write")]

_ACTS = frozenset({"propose", "collect", "adopt"})


@router.get("/scenarios")
def scenarios_page(*, visit: Reader) -> Response:
    """The studies that the visitor's organisation takes part in, the table of one first."""
    found = visit.services.of(LightingServices).pages.studies(visit.principal, now=visit.now)
    first = next((one for one in found if one.current is not None), None)
    picture, table = _glance(visit, first)
    return render_page(
        visit,
        "scenarios.html",
        sentence=view.describe_study_count(found, visit) if found else "",
        rows=[view.build_study_row(one, visit) for one in found],
        first=first,
        picture=picture,
        table=table,
    )


@router.get("/scenarios/{study}")
def study_page(*, visit: Reader, study: str) -> Response:
    """One study: where it stands, who takes part, which comparisons were made."""
    one = visit.services.of(LightingServices).pages.study(
        visit.principal, check_plan_identifier(study), now=visit.now
    )
    return render_page(
        visit,
        "scenario.html",
        one=one,
        row=view.build_study_row(one.shared, visit),
        sides=list(view.iterate_study_sides(one, visit)),
        comparisons=list(view.iterate_comparison_rows(one, visit)),
        steps=list(view.iterate_step_rows(one, visit)),
        asked=_build_visitor_request(visit, one.shared, one.part),
        spoken=one.voice,
    )


@router.get("/scenarios/{study}/feuille")
def sheet(*, visit: Reader, study: str, comparaison: str = "") -> Response:
    """One comparison on one sheet of A4, for a council."""
    item = visit.services.of(LightingServices).studies.read(
        visit.principal, check_plan_identifier(study), now=visit.now
    )
    name = comparaison or item.proposed or item.comparison
    if name is None:
        raise NotFound
    read = visit.services.of(LightingServices).pages.report
    told = read(visit.principal, study, check_plan_identifier(name), now=visit.now)
    return render_page(
        visit, "feuille.html", sheet=comparison_sheet(told), back=f"/scenarios/{study}"
    )


@router.get("/scenarios/{study}/{comparison}")
def report_page(
    *, visit: Reader, study: str, comparison: str, avec: str = "", vue: str = ""
) -> Response:
    """One comparison: whole for its coordinator, the visitor's own part for another.

    *avec*: another comparison of the study, to hold it against. *vue*: `part` shows a coordinator
    its own part.
    """
    pages, caller, now = visit.services.of(LightingServices).pages, visit.principal, visit.now
    one = pages.outline(caller, check_plan_identifier(study), now=now)
    told = _read_comparison_report(
        visit, study, check_plan_identifier(comparison), whole=one.shared.leads and vue != "part"
    )
    changed: tuple[Section, ...] = ()
    if avec:
        changed = pages.changed(caller, study, comparison, check_plan_identifier(avec), now=now)
    return render_page(
        visit,
        "scenario_report.html",
        one=one,
        study=study,
        comparison=comparison,
        document=set_report_spaces((told.document,))[0],
        changed=set_report_spaces(changed),
        avec=avec,
        others=[each for each in view.iterate_comparison_rows(one, visit) if each.id != comparison],
        acts=list(view.iterate_comparison_acts(one.shared, comparison, visit))
        if told.part is None
        else [],
        whole=told.part is None,
        asked=_build_visitor_request(visit, one.shared, told.part),
    )


@router.get("/scenarios/{study}/{comparison}/decider")
def decide_page(*, visit: Writer, study: str, comparison: str, acte: str = "") -> Response:
    """What an act of the coordinator will do, before it is done."""
    one = visit.services.of(LightingServices).pages.study(
        visit.principal, check_plan_identifier(study), now=visit.now
    )
    offered = dict(
        view.iterate_comparison_acts(one.shared, check_plan_identifier(comparison), visit)
    )
    if acte not in offered:
        raise NotFound
    choices = []
    if acte == "adopt":
        told = _read_comparison_report(visit, study, comparison, whole=True)
        out = told.brief.comparison.excluded
        choices = [
            (each.scenario, told.brief.full(each.scenario))
            for each in told.brief.comparison.scenarios
            if each.scenario not in out
        ]
    return render_page(
        visit,
        "scenario_decide.html",
        one=one,
        row=view.build_study_row(one.shared, visit),
        sides=list(view.iterate_study_sides(one, visit)),
        study=study,
        comparison=comparison,
        act=acte,
        words=offered[acte].rstrip("…"),
        choices=choices,
    )


@router.post("/scenarios/{study}/{comparison}/decider")
async def decide(*, visit: Writer, study: str, comparison: str) -> Response:
    """Propose a comparison, close the voices, or retain a scenario, once its page was read."""
    form = await read_posted_form(visit)
    act: Any = get_form_field(form, "acte")
    if act not in _ACTS:
        raise BadInput("acte", act, "propose, collect or adopt")
    told = {
        "comparison": None if act == "collect" else check_plan_identifier(comparison),
        "scenario": get_form_field(form, "scenario") if act == "adopt" else None,
    }
    body, do = form_of(JointStudyActRequest, told), visit.services.of(LightingServices).studies.act
    await run_in_threadpool(
        do, visit.principal, check_plan_identifier(study), act, body, now=visit.now
    )
    return redirect_to(f"/scenarios/{study}", visit)


@router.post("/scenarios/{study}/{comparison}/reponse")
async def answer(*, visit: Writer, study: str, comparison: str) -> Response:
    """Take a scenario or decline it, or take the answer back."""
    form = await read_posted_form(visit)
    parts, caller, now = visit.services.of(LightingServices).parts, visit.principal, visit.now
    if get_form_field(form, "reponse") == "withdraw":
        await run_in_threadpool(
            parts.withdraw,
            caller,
            check_plan_identifier(study),
            check_plan_identifier(comparison),
            now=now,
        )
    else:
        body = form_of(
            StudyAnswerRequest,
            read_part_answer(form) | {"scenario": get_form_field(form, "scenario")},
        )
        do = parts.answer
        await run_in_threadpool(
            do,
            caller,
            check_plan_identifier(study),
            check_plan_identifier(comparison),
            body,
            now=now,
        )
    return redirect_to(f"/scenarios/{study}/{comparison}?vue=part", visit)


@router.post("/scenarios/{study}/{comparison}/voix")
async def voice(*, visit: Writer, study: str, comparison: str) -> Response:
    """Say what counts for one's own council, in order; or take the voice back."""
    form = await read_posted_form(visit)
    voices, caller, now = visit.services.of(LightingServices).voices, visit.principal, visit.now
    if get_form_field(form, "voix") == "withdraw":
        await run_in_threadpool(
            voices.withdraw,
            caller,
            check_plan_identifier(study),
            check_plan_identifier(comparison),
            now=now,
        )
    else:
        body = form_of(VoiceRequest, _parse_council_weights(form))
        do = voices.give
        await run_in_threadpool(
            do,
            caller,
            check_plan_identifier(study),
            check_plan_identifier(comparison),
            body,
            now=now,
        )
    return redirect_to(f"/scenarios/{study}/{comparison}?vue=part", visit)


@router.get("/scenarios/{study}/consultations/{consultation}")
def consultation_page(*, visit: Reader, study: str, consultation: str) -> Response:
    """What came of one consultation: no group of one to nine people is ever shown."""
    read = visit.services.of(LightingServices).consultations.read
    made = read(
        visit.principal,
        check_plan_identifier(study),
        check_plan_identifier(consultation),
        now=visit.now,
    )
    if made.record is None:
        raise NotFound
    told = result_document(
        made.record.consultation, made.record.result, tell=build_translator(visit.lang)
    )
    return render_page(
        visit,
        "scenario_consultation.html",
        study=study,
        made=made,
        document=set_report_spaces((told,))[0],
    )


@router.get("/scenarios/{study}/consultations/{consultation}/{name}")
def consultation_form(*, visit: Reader, study: str, consultation: str, name: str) -> Response:
    """The form that people were given: `formulaire.html` on screen, `papier.html` to print."""
    read = visit.services.of(LightingServices).consultations.read
    made = read(
        visit.principal,
        check_plan_identifier(study),
        check_plan_identifier(consultation),
        now=visit.now,
    )
    if made.record is None or name not in {"formulaire.html", "papier.html"}:
        raise NotFound
    asked = made.record.consultation
    told = form_html(asked, alone=True) if name == "formulaire.html" else paper_html(asked)
    return files.build_saved_page_response(name, told)


@router.get("/scenarios/{study}/{comparison}/fichiers/{name}")
def download(*, visit: Reader, study: str, comparison: str, name: str) -> Response:
    """The report to print, the workbook or JSON, as far as the visitor may read."""
    mine = name in {"note.html", "note.pdf", "part.json"}
    told = _read_comparison_report(
        visit, check_plan_identifier(study), check_plan_identifier(comparison), whole=not mine
    )
    if mine and told.part is not None:
        if name == "part.json":
            return files.record(name, told.part)
        return files.build_print_response(name, told.document, at=told.brief.made_at)
    if told.made is None:
        raise NotFound
    if name in {"rapport.html", "rapport.pdf"}:
        return files.build_print_response(name, told.document, at=told.made.kept_at)
    if name == "classeur.xlsx":
        return files.build_workbook_response(name, write_lighting, told.brief)
    if name == "comparaison.json":
        return files.record(name, told.made)
    if name == "etude.json":
        return files.record(name, told.brief.study)
    raise NotFound


def _read_comparison_report(
    visit: Visit, study: str, comparison: str, *, whole: bool
) -> ComparisonReport:
    pages = visit.services.of(LightingServices).pages
    read = pages.report if whole else pages.part_report
    return read(visit.principal, study, comparison, now=visit.now)


def _glance(visit: Visit, first: SharedStudy | None) -> tuple[Figure | None, Section | None]:
    """Of the study that moved last: what each choice changes, and criteria by scenarios."""
    pages = visit.services.of(LightingServices).pages
    told = pages.glance(visit.principal, first, now=visit.now) if first else None
    if told is None:
        return None, None
    sections = {one.anchor: one for one in set_report_spaces(told.sections)}
    blocks = [
        block
        for anchor in ("scenarios", "criteres", "ensemble")
        for block in (sections[anchor].blocks if anchor in sections else ())
    ]
    return next((one for one in blocks if isinstance(one, Figure)), None), sections.get("criteres")


def _build_visitor_request(
    visit: Visit, shared: SharedStudy, part: StudyPart | None
) -> dict[str, Any] | None:
    """What the visitor's organisation is asked now, with its forms. None: nothing, or not by it."""
    if part is None or part.comparison != shared.item.proposed:
        return None
    if not visit.may(f"{_SCOPE}:write"):
        return None
    path = f"/scenarios/{shared.item.id}/{part.comparison}"
    return {
        "voice": part.state == "proposed" and bool(part.view.bounds),
        "answer": part.state == "collected",
        "path": path,
        "sha256": part.sha256,
        "spoke": part.spoke,
        "given": part.answer,
        "word": describe_answer(visit, part.answer),
        "swings": view.list_voice_swings(part, visit),
        "scenarios": [
            (one.scenario, scenario_name(one.scenario, one.name), one.excluded)
            for one in part.view.scenarios
        ],
    }


def _parse_council_weights(form: FormData) -> dict[str, Any]:
    """The weights of a council, from the rank of each criterion; one without a rank is left out."""
    ranks: dict[int, list[str]] = {}
    for name, value in form.multi_items():
        rank = value.strip() if isinstance(value, str) else ""
        if name.startswith("rang_") and rank:
            if not (rank.isascii() and rank.isdigit()) or len(rank) > len("99"):
                raise BadInput(name, rank, "a rank: 1 for what counts most")
            ranks.setdefault(int(rank), []).append(name.removeprefix("rang_"))
    group = {
        "group": "conseil",
        "kind": "council",
        "name": get_form_field(form, "nom"),
        "order": [ranks[rank] for rank in sorted(ranks)],
        "source": get_form_field(form, "source"),
    }
    return {"part_sha256": get_form_field(form, "part_sha256"), "groups": [group]}
