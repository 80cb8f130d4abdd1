"""One calendar a crew (iCalendar, RFC 5545): its stops and breaks in UTC, always the same bytes.

A stop keeps its identifier through revisions; one that a revision takes away is sent cancelled.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from typing import Any

from synergie.errors import MissingExtra
from synergie.maintenance.records.rounds import PlannedStop, Round
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.rounds_words import StopWords, stops_of
from synergie.maintenance.reports.words import (
    describe_parts,
    describe_task,
    format_distance,
    format_geo_address,
    format_minutes,
)
from synergie.reports.language import choose_text
from synergie.reports.written import format_moment

_PRODUCT = ("-//synergie//tournees//FR", "-//synergie//rounds//EN")
_URGENT = {"danger": 1, "street": 3, "point": 5, "minor": 9}
"""PRIORITY of each severity, 1 the highest (RFC 5545 §3.8.1.9)."""


def build_crew_calendars(
    brief: MaintenanceBrief, weeks: Sequence[Week] | None = None
) -> dict[str, bytes]:
    """Crew → its calendar over *weeks* (those of *brief*), stamped with the moment of the brief.

    SEQUENCE is the revision of the week; UID is of the crew and the stop. MissingExtra("report").
    """
    try:
        library: Any = import_module("icalendar")
    except ModuleNotFoundError as error:
        raise MissingExtra("report") from error
    events = defaultdict[str, dict[str, Any]](dict)
    for week in brief.weeks if weeks is None else weeks:
        for crew, event in _of_week(library, brief, week):
            events[crew][str(event["uid"])] = event  # a stop that is carried over: its last week
    return {
        crew: _build_calendar(library, brief, crew, list(events[crew].values()))
        for crew in sorted(events)
    }


def _of_week(library: Any, brief: MaintenanceBrief, week: Week) -> Iterator[tuple[str, Any]]:
    """Every event, with its crew: what is gone first."""
    for one, planned in _iterate_dropped_stops(week):
        yield one.crew, _build_cancelled_event(library, brief, week, (one, planned))
    for one in week.rounds:
        for event in _of_round(library, brief, week, one):
            yield one.crew, event


def _build_calendar(
    library: Any, brief: MaintenanceBrief, crew: str, events: Sequence[Any]
) -> bytes:
    told = library.Calendar()
    told.add("prodid", choose_text(*_PRODUCT))
    told.add("version", "2.0")
    told.add("calscale", "GREGORIAN")
    told.add("method", "PUBLISH")
    called = choose_text(f"Tournées de l'équipe {crew}", f"Rounds of crew {crew}")
    for name in ("name", "x-wr-calname"):  # the library escapes neither by itself
        told.add(name, library.vText(called))
    at = format_moment(brief.made_at, brief.tz)
    computed = choose_text(f"Calcul du {at}.", f"Computed on {at}.")
    told.add("description", f"{brief.title}. {computed}")
    for event in sorted(events, key=lambda one: (one["dtstart"].dt, str(one["uid"]))):
        told.add_component(event)
    packed: bytes = told.to_ical()
    return packed


def _of_round(library: Any, brief: MaintenanceBrief, week: Week, one: Round) -> Iterator[Any]:
    words = stops_of(brief, week, one)
    for rank, told in enumerate(words, start=1):
        yield _build_stop_event(library, brief, week, (one, rank, told))
    shift = week.shifts.get((one.crew, one.day))
    if one.break_at is not None and shift is not None and shift.break_minutes:
        until = one.break_at + timedelta(minutes=shift.break_minutes)
        uid = _build_event_uid(one.crew, f"pause {one.day.isoformat()}")
        event = _build_event(library, brief, week, uid=uid, at=(one.break_at, until))
        event.add("summary", choose_text("Pause", "Break"))
        event.add("status", "CONFIRMED")
        yield event


def _build_stop_event(
    library: Any, brief: MaintenanceBrief, week: Week, at: tuple[Round, int, StopWords]
) -> Any:
    one, rank, told = at
    planned = told.planned
    event = _build_event(
        library, brief, week, uid=_build_event_uid(one.crew, planned.stop),
        at=(planned.starts_at, planned.ends_at),
    )  # fmt: skip
    event.add("summary", f"{rank}. {_format_event_title(told.asset, told.task)}")
    event.add("status", "CONFIRMED")
    event.add("categories", [told.task])
    event.add("description", "\n".join(_iterate_description_lines(told)))
    if told.where:
        event.add("location", told.where)
    if told.location is not None:
        event.add("geo", (told.location.latitude, told.location.longitude))
    if told.stop.severity is not None:
        event.add("priority", _URGENT[told.stop.severity])
    return event


def _format_event_title(asset: str, job: str) -> str:
    return choose_text(f"{asset} : {job}", f"{asset}: {job}")


def _build_cancelled_event(
    library: Any, brief: MaintenanceBrief, week: Week, at: tuple[Round, PlannedStop]
) -> Any:
    one, planned = at
    uid = _build_event_uid(one.crew, planned.stop)
    event = _build_event(library, brief, week, uid=uid, at=(planned.starts_at, planned.ends_at))
    stop = week.stops.get(planned.stop)
    told = _format_event_title(stop.asset, describe_task(stop.task)) if stop else planned.stop
    event.add("summary", choose_text(f"Annulé. {told}", f"Cancelled. {told}"))
    event.add("status", "CANCELLED")
    return event


def _build_event(
    library: Any, brief: MaintenanceBrief, week: Week, *, uid: str, at: tuple[datetime, datetime]
) -> Any:
    """An event from one moment to another, UTC: no reader needs a table of zones."""
    event = library.Event()
    event.add("uid", uid)
    event.add("dtstamp", brief.made_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", at[0].astimezone(UTC).replace(microsecond=0))
    event.add("dtend", at[1].astimezone(UTC).replace(microsecond=0))
    event.add("sequence", week.revision)
    event.add("class", "CONFIDENTIAL")
    return event


def _iterate_dropped_stops(week: Week) -> Iterator[tuple[Round, PlannedStop]]:
    """The stops of the plan told before that the crew no longer makes."""
    if week.before is None:
        return
    kept = {(one.crew, planned.stop) for one in week.plan.rounds for planned in one.stops}
    for one in week.before.rounds:
        for planned in one.stops:
            if (one.crew, planned.stop) not in kept:
                yield one, planned


def _build_event_uid(crew: str, what: str) -> str:
    """An identifier that stays: of the crew and the stop, and of nothing that may change."""
    return f"{sha256(f'{crew}\x1f{what}'.encode()).hexdigest()[:32]}@synergie.invalid"


def _iterate_description_lines(told: StopWords) -> Iterator[str]:
    """What the crew needs, line by line, the ways to find it last."""
    if told.severity:
        yield told.severity
    if told.ticket or told.fault:
        fault = choose_text(" : ", ": ").join(filter(None, (told.ticket, told.fault)))
        yield choose_text(f"Signalement : {fault}", f"Fault report: {fault}")
    yield told.to_do
    if told.parts:
        needed = describe_parts(told.parts)
        yield choose_text(f"À apporter : {needed}", f"To bring: {needed}")
    if told.skills:
        yield choose_text(f"Il faut : {told.skills}", f"Required: {told.skills}")
    yield told.authorisation
    yield from told.orders
    if told.instructions:
        yield told.instructions
    planned = told.planned
    way = f"{format_minutes(planned.drive_minutes)}, {format_distance(planned.drive_m)}"
    yield choose_text(f"Route : {way}", f"Drive: {way}")
    if told.location is not None:
        yield format_geo_address(told.location)
