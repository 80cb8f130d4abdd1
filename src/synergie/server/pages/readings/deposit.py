"""`/depot`: a file is dropped, read, reported, mended and dropped again, or undone."""

import re
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import FileResponse, JSONResponse, Response

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange.readings.depot import Drop
from synergie.schemas.readings.saved_profile import ProfileName
from synergie.server.pages._stamp import format_visit_moment
from synergie.server.pages.door import read_posted_form, redirect_to, require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.readings import _deposit_view as view
from synergie.server.pages.readings._deposit_refusal import build_deposit_refusal

router = page_router()

Looks = Annotated[Visit, require_page_scopes("deposits:read")]
Sends = Annotated[Visit, require_page_scopes("deposits:write")]
Settles = Annotated[Visit, require_page_scopes("deposits:write", "profiles:write")]

FILE, AFTER = "fichier", "corrige"
"""Fields: the file, and the deposit whose refused rows it mends."""
SHORT_S = 2.0
"""How long the answer to a file waits for its report; a longer file has a page of its own."""

_DROP = "drp_"
_DEPOSIT = re.compile(r"dep_[0-9a-f]{20}", re.ASCII)
_NAME = TypeAdapter(ProfileName)
_KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_A_NAME = "3 to 64 small letters, digits, - or _, a letter or digit first"
_EMPTY = 422


@router.get("/depot")
def show_depot(visit: Looks) -> Response:
    """What was deposited last, and the field for the next file."""
    return _render_deposit_page(visit)


@router.post("/depot")
async def take_file(visit: Sends) -> Response:
    """Take a file, read it beside the request, and go where its report is."""
    form = await read_posted_form(visit)
    try:
        return await _take_deposit_file(visit, form)
    finally:
        await form.close()


async def _take_deposit_file(visit: Visit, form: FormData) -> Response:
    source = form.get(FILE)
    after = _get_earlier_deposit(form)
    if not isinstance(source, UploadFile) or not source.filename:
        return await run_in_threadpool(_render_deposit_page, visit, missing=True, after=after)
    depot = visit.readings.depot
    try:
        drop = await run_in_threadpool(
            depot.take,
            visit.principal,
            source.file,
            name=_sanitize_file_name(source.filename),
            after=after,
            now=visit.now,
        )
    except BadInput as error:
        return await run_in_threadpool(_render_deposit_page, visit, error=error, after=after)
    drop = await run_in_threadpool(depot.settle, drop, seconds=SHORT_S)
    return redirect_to(_get_drop_address(drop), visit)


@router.get("/depot/{name}")
def show_one(
    visit: Looks, name: str, envoi: str | None = None, rang: Annotated[int, Query(ge=1, le=100)] = 1
) -> Response:
    """A file on its way, or the report of a deposit."""
    if name.startswith(_DROP):
        return _render_drop(visit, name)
    return _render_deposit_report(visit, name, envoi, rang)


@router.get("/depot/{name}/etat")
def show_state(visit: Looks, name: str) -> Response:
    """How far a file is, for the script of its page."""
    reading = visit.readings.depot.look(visit.principal, name)
    moving = reading.drop.state == "reading" and not reading.stalled
    told = {"moving": moving, "percent": round(100 * reading.share)}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.post("/depot/{name}/profil")
async def confirm_profile(visit: Settles, name: str) -> Response:
    """Take the answers, save the profile, read the file with it."""
    form = await read_posted_form(visit)
    return await run_in_threadpool(_confirm_drop, visit, name, form)


@router.post("/depot/{name}/reprendre")
async def resume(visit: Sends, name: str) -> Response:
    """Read on a file whose reading was cut."""
    await read_posted_form(visit)
    depot = visit.readings.depot
    drop = await run_in_threadpool(depot.resume, visit.principal, name, now=visit.now)
    drop = await run_in_threadpool(depot.settle, drop, seconds=SHORT_S)
    return redirect_to(_get_drop_address(drop), visit)


@router.post("/depot/{name}/retirer")
async def forget(visit: Sends, name: str) -> Response:
    """Remove a file that waits for answers."""
    await read_posted_form(visit)
    await run_in_threadpool(visit.readings.depot.forget, visit.principal, name)
    return redirect_to("/depot?retire=oui", visit)


@router.get("/depot/{name}/annuler")
def ask_undo(visit: Sends, name: str) -> Response:
    """What an undo would take back."""
    taken = visit.readings.depot.read_deposit(
        visit.principal, _check_deposit_name(name), now=visit.now
    )
    if taken.undone is not None:
        return redirect_to(f"/depot/{name}", visit)
    try:
        would = visit.readings.deposits.undo(visit.principal, name, dry_run=True, now=visit.now)
    except Conflict as error:
        later = visit.readings.deposits.deposit_of(visit.principal, error.found, now=visit.now)
        told = "" if later == name else later  # its own: what it replaced was not kept
        return render_page(visit, "deposit_undo.html", taken=taken, would=None, later=told)
    return render_page(
        visit,
        "deposit_undo.html",
        taken=taken,
        would=would,
        later=None,
        stamp=partial(format_visit_moment, visit),
    )


@router.post("/depot/{name}/annuler")
async def undo(visit: Sends, name: str) -> Response:
    """Undo a deposit."""
    await read_posted_form(visit)
    undo = visit.readings.deposits.undo
    await run_in_threadpool(undo, visit.principal, _check_deposit_name(name), now=visit.now)
    return redirect_to(f"/depot/{name}", visit)


@router.get("/depot/{name}/refus.{kind}")
def refused_rows(visit: Looks, name: str, kind: str) -> Response:
    """The refused rows as a file, to send back to whoever made it."""
    path = visit.readings.depot.find_refused_rows_file(
        visit.principal, _check_deposit_name(name), kind, now=visit.now
    )
    taken = visit.readings.depot.read_deposit(visit.principal, name, now=visit.now)
    return _send_download(path, f"refus-{Path(taken.report.name).stem}.{kind}", _KINDS[kind])


@router.get("/depot/{name}/recu.jws")
def receipt(visit: Looks, name: str) -> Response:
    """The server's signed receipt for a deposit."""
    jws = visit.trust.receipts.deposit(visit.principal, _check_deposit_name(name), now=visit.now)
    headers = {
        "Content-Disposition": f'attachment; filename="recu-{name}.jws"',
        "Cache-Control": "no-store",
    }
    return Response(jws, headers=headers, media_type="application/jose")


def _render_deposit_page(
    visit: Visit, *, missing: bool = False, error: BadInput | None = None, after: str | None = None
) -> Response:
    depot = visit.readings.depot
    recent = depot.recent(visit.principal, now=visit.now)
    wrong = missing or error is not None
    return render_page(
        visit,
        "deposit.html",
        status=_EMPTY if wrong else 200,
        recent=recent,
        waiting=depot.waiting(visit.principal) if visit.may("deposits:write") else [],
        read_and_refused=lambda *counts: view.read_and_refused(visit, *counts),
        formats=view.list_deposit_formats(visit),
        stamp=partial(format_visit_moment, visit),
        titled=lambda form: view.get_format_title(visit, form),
        most=_get_max_megabytes(visit),
        missing=missing,
        error=None if error is None else view.fault(visit, error),
        after=after,
        awaited=view.find_late_flow(visit, visit.request.query_params.get("flux", "")),
        removed=visit.request.query_params.get("retire") == "oui",
    )


def _render_drop(visit: Visit, name: str) -> Response:
    reading = visit.readings.depot.look(visit.principal, name)
    drop = reading.drop
    if drop.state == "done":
        return redirect_to(_get_drop_address(drop), visit)
    if drop.state == "asks":
        return _render_drop_questions(visit, name, {}, None)
    refused = None if drop.fault is None else build_deposit_refusal(visit, drop.fault)
    percent = round(100 * reading.share)
    return render_page(
        visit,
        "deposit_on_its_way.html",
        drop=drop,
        refused=refused,
        percent=percent,
        stalled=reading.stalled,
    )


def _render_drop_questions(
    visit: Visit, name: str, told: dict[str, str], error: BadInput | None
) -> Response:
    drop = visit.readings.depot.look(visit.principal, name).drop
    told = {**drop.answers, **told}
    try:
        opened = visit.readings.depot.open(visit.principal, name, told)
    except BadInput as fault:
        opened, error = visit.readings.depot.open(visit.principal, name), fault
    status = 200 if error is None else _EMPTY
    wrong = None if error is None else view.describe_answer_fault(visit, error)
    if opened is None:
        doubts = view.build_doubt_views(visit, drop)
        return render_page(
            visit,
            "deposit_doubts.html",
            status=status,
            drop=drop,
            doubts=doubts,
            has_columns=False,
            error=wrong,
        )
    return render_page(
        visit,
        "deposit_table.html",
        status=status,
        table=view.build_table_view(visit, opened),
        told=told,
        wrong=None if error is None else error.where,
        error=wrong,
    )


def _confirm_drop(visit: Visit, name: str, form: FormData) -> Response:
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    depot = visit.readings.depot
    answers = {k: v for k, v in told.items() if not k.startswith("_")}
    try:
        is_table = depot.look(visit.principal, name).drop.is_table
        saved_as = _profile_name(told.get("nom", "")) if is_table else None
        drop = depot.confirm(visit.principal, name, answers, saved_as=saved_as, now=visit.now)
    except BadInput as error:
        return _render_drop_questions(visit, name, told, error)
    return redirect_to(_get_drop_address(depot.settle(drop, seconds=SHORT_S)), visit)


def _render_deposit_report(visit: Visit, name: str, envoi: str | None, rang: int) -> Response:
    taken = visit.readings.depot.read_deposit(
        visit.principal, _check_deposit_name(name), now=visit.now
    )
    came = _find_visitor_drop(visit, envoi, name)
    start = view.ROWS * (rang - 1)
    return render_page(
        visit,
        "deposit_report.html",
        taken=taken,
        report=taken.report,
        stamp=partial(format_visit_moment, visit),
        told_rows=view.describe_row_counts(visit, taken.report),
        title_of=view.get_format_title(visit, taken.report.format),
        refused=view.build_refused_views(visit, taken.report.refused[start : start + view.ROWS]),
        most=_get_max_megabytes(visit),
        rang=rang,
        pages=view.pages_of(taken),
        kinds=view.count_record_kinds(visit, taken.report),
        notes=view.list_report_notes(visit, taken.report),
        retold=lambda text: view.translate_report_text(visit, text),
        energy=lambda kwh: view.format_series_energy(visit, kwh),
        again=came is not None and came.again,
        fresh=view.format_flow_names(visit, came.fresh) if came is not None and came.fresh else "",
        mended=came.after if came is not None else None,
    )


def _get_max_megabytes(visit: Visit) -> int:
    """Megabytes of a file."""
    return visit.services.file.travelling // (1 << 20)


def _find_visitor_drop(visit: Visit, envoi: str | None, deposit: str) -> Drop | None:
    """The file that led here, when the visitor has just dropped it."""
    if envoi is None:
        return None
    try:
        drop = visit.readings.depot.look(visit.principal, envoi).drop
    except NotFound:
        return None
    return drop if drop.deposit == deposit else None


def _get_drop_address(drop: Drop) -> str:
    if drop.state == "done":
        return f"/depot/{drop.deposit}?{urlencode({'envoi': drop.id})}"
    return f"/depot/{drop.id}"


def _check_deposit_name(name: str) -> str:
    if not _DEPOSIT.fullmatch(name):
        raise NotFound
    return name


def _get_earlier_deposit(form: FormData) -> str | None:
    told = form.get(AFTER)
    return _check_deposit_name(told) if isinstance(told, str) and told else None


def _sanitize_file_name(told: str) -> str:
    """The name of a file without its folder and what no name should hold."""
    last = re.split(r"[/\\]", told)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return unicodedata.normalize("NFC", kept).strip()[-150:] or "fichier"


def _profile_name(told: str) -> str:
    try:
        return _NAME.validate_python(told)
    except ValidationError as error:
        raise BadInput("nom", told, _A_NAME) from error


def _send_download(path: Path, name: str, kind: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    return FileResponse(
        path, filename="".join(_iterate_plain_letters(name)), media_type=kind, headers=headers
    )


def _iterate_plain_letters(name: str) -> Iterator[str]:
    """The letters of *name* that any system takes in the name of a file."""
    for letter in unicodedata.normalize("NFKD", name):
        if letter.isascii() and (letter.isalnum() or letter in "-_."):
            yield letter
        elif letter == " ":
            yield "-"
