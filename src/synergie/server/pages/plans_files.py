"""What a page hands over as files: the report to print, the workbook, JSON, calendars."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from synergie.errors import MissingExtra, NotFound
from synergie.maintenance.records.campaign_rounds import CampaignRoundsPart, PartStop
from synergie.maintenance.reports.words import describe_task
from synergie.reports.document import Document
from synergie.reports.language import choose_text, get_language
from synergie.reports.page import html, policy_of
from synergie.reports.pdf import render_pdf
from synergie.server.pages.words import PARIS

_KINDS = {
    "html": "text/html",
    "pdf": "application/pdf",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
}


def build_file_response(name: str, content: bytes | str, *, policy: str | None = None) -> Response:
    """*content* as the file *name*, kept nowhere; a page for print opens, others are saved."""
    kind = name.rpartition(".")[2]
    how = "inline" if kind in {"html", "pdf"} else "attachment"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'{how}; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": policy or "default-src 'none'; frame-ancestors 'none'",
    }
    return Response(content, headers=headers, media_type=_KINDS[kind])


def build_print_response(name: str, document: Document, *, at: datetime) -> Response:
    """*document* as one page to print, or as a PDF dated *at*. MissingExtra("report")."""
    if name.endswith(".pdf"):
        return build_file_response(name, render_pdf(document, day=at.date()))
    return build_file_response(name, html(document), policy=policy_of(document))


def build_saved_page_response(name: str, told: str) -> Response:
    """A page that is saved, and opened from where it was saved: it holds its own policy."""
    answer = build_file_response(name, told)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def record(name: str, told: BaseModel) -> Response:
    """*told* as JSON, as the API tells it."""
    return build_file_response(name, told.model_dump_json(indent=2) + "\n")


def build_workbook_response(name: str, write: Any, brief: Any) -> Response:
    """The workbook that *write* makes of *brief*. MissingExtra("frames")."""
    sink = BytesIO()
    write(brief, sink)
    return build_file_response(name, sink.getvalue())


def build_stops_calendar(
    part: CampaignRoundsPart, bodies: dict[str, str], *, at: datetime
) -> bytes:
    """The stops at a body's own assets (RFC 5545), in UTC. MissingExtra("report").

    What is left for later is not in it.
    """
    try:
        library: Any = import_module("icalendar")
    except ModuleNotFoundError as error:
        raise MissingExtra("report") from error
    told = library.Calendar()
    told.add("prodid", f"-//synergie//tournees//{get_language().upper()}")
    told.add("version", "2.0")
    told.add("method", "PUBLISH")
    for stop in part.stops:
        if stop.starts_at is not None and stop.ends_at is not None:
            crew = bodies.get(stop.organisation or "", stop.organisation or "")
            event = _build_stop_event(library, stop, key=f"{part.campaign}\x1f{part.body}", at=at)
            word = choose_text("Équipe", "Crew")
            event.add("description", f"{word} {stop.crew}, {crew}")
            told.add_component(event)
    if not told.subcomponents:  # a calendar holds one component at least (RFC 5545 §3.6)
        told.add_component(library.Timezone.from_tzid(PARIS))
    packed: bytes = told.to_ical()
    return packed


def _build_stop_event(library: Any, stop: PartStop, *, key: str, at: datetime) -> Any:
    event = library.Event()
    digest = sha256(f"{key}\x1f{stop.stop}".encode()).hexdigest()
    event.add("uid", f"{digest[:32]}@synergie.invalid")
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    for name, moment in (("dtstart", stop.starts_at), ("dtend", stop.ends_at)):
        if moment is not None:
            event.add(name, moment.astimezone(UTC).replace(microsecond=0))
    event.add("summary", f"{stop.asset}{choose_text(' : ', ': ')}{describe_task(stop.task)}")
    event.add("class", "CONFIDENTIAL")
    return event


def check_file_name(names: Sequence[str], name: str) -> str:
    """*name* when it is one of *names*; NotFound for any other."""
    if name not in names:
        raise NotFound
    return name
