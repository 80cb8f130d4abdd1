"""The work sheet of one crew on one day, ready to print: every text is final, and always French."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from synergie.maintenance.records.rounds import Round
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.rounds_words import (
    StopWords,
    break_before,
    list_crew_parts,
    stops_of,
)
from synergie.maintenance.reports.words import (
    describe_parts,
    format_distance,
    format_geo_address,
    format_minutes,
)
from synergie.reports.language import use_language
from synergie.reports.written import format_count, format_hour, format_number, long_date

EMERGENCY = "Urgence : 112. Pompiers 18, SAMU 15."
"""Numbers that hold in all of France."""
MAKE_SAFE = "Danger électrique : ne pas toucher, baliser, éloigner, faire couper, prévenir."


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to know at a stop: its name, then the text."""

    name: str
    text: str
    strong: bool = False
    """Whether it must not be missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetStop:
    """One stop as it is printed."""

    number: int
    at: str
    until: str
    asset: str
    commune: str
    task: str
    urgent: str
    """What makes it urgent. "": planned work."""
    danger: bool
    """Whether people are in danger there."""
    note: str
    """Whether it is done already, or new or moved against the sheet before. "": neither."""
    drive: str
    body: str
    """Who answers for the asset."""
    to_do: str
    geo: str
    """Address of its place as `geo:`. "": not known."""
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The break, between two stops."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSheet:
    """The day of a crew."""

    crew: str
    day: str
    body: str
    foot: str
    head: str
    """What each printed page says at its top."""
    banner: str | None
    version: str
    """Which sheet it takes the place of. "": it is the first."""
    facts: tuple[Line, ...]
    load: tuple[tuple[str, str], ...]
    """What to load: part and count."""
    steps: tuple[SheetStop | Pause, ...]
    back: str
    on_call: str | None
    dangers: tuple[str, ...]
    """Where people are in danger, each in a line."""


def work_sheet(brief: MaintenanceBrief, week: Week, one: Round) -> WorkSheet:
    """The sheet of the round *one* of *week*, in French whatever is spoken."""
    with use_language("fr"):
        return _build_work_sheet(brief, week, one)


def _build_work_sheet(brief: MaintenanceBrief, week: Week, one: Round) -> WorkSheet:
    day, steps = long_date(one.day), tuple(_build_sheet_steps(brief, week, one))
    return WorkSheet(
        crew=one.crew,
        day=day,
        body=brief.body(one.organisation),
        head=f"Équipe {one.crew} · {day}",
        foot=f"{EMERGENCY} {_on_call(brief)}",
        banner=brief.banner,
        version=_describe_sheet_version(week),
        facts=tuple(_build_sheet_facts(week, one)),
        load=tuple((name, format_number(many)) for name, many in list_crew_parts(week, one)),
        steps=steps,
        back=_describe_return(week, one),
        on_call=brief.on_call,
        dangers=_list_danger_lines(steps),
    )


def _describe_sheet_version(week: Week) -> str:
    if week.revision == 0:
        return ""
    return f"Version {week.revision + 1} : remplace la feuille précédente de ce jour."


def _on_call(brief: MaintenanceBrief) -> str:
    return "Astreinte : " + (brief.on_call or "voir la première page.")


def _build_sheet_facts(week: Week, one: Round) -> list[Line]:
    shift = week.shifts.get((one.crew, one.day))
    start = week.places.get(shift.start_place) if shift else None
    depot = (start.name or start.id) if start else "dépôt"
    stops = [planned for planned in one.stops if planned.stop in week.stops]
    work = f"{format_count(len(stops), 'arrêt')}, {format_minutes(one.work_minutes)} sur place"
    facts = [
        Line("Départ", f"{format_hour(one.leaves_at, week.tz)}, {depot}"),
        Line("Retour prévu", format_hour(one.returns_at, week.tz)),
        Line("Travail", work),
        Line("Route", _describe_drive_total(one)),
    ]
    if one.overtime_minutes:
        facts.append(Line("Heures en plus", format_minutes(one.overtime_minutes)))
    return facts


def _list_danger_lines(steps: Sequence[SheetStop | Pause]) -> tuple[str, ...]:
    """Where people are in danger: the stop, its hour, its place, what was reported."""
    return tuple(
        " ; ".join(
            filter(None, (f"arrêt {one.number} à {one.at}, {one.asset}", *_list_danger_texts(one)))
        )
        for one in steps
        if isinstance(one, SheetStop) and one.danger
    )


def _list_danger_texts(stop: SheetStop) -> Sequence[str]:
    return [line.text for line in stop.lines if line.name in {"Lieu", "Signalement"}]


def _describe_drive_total(one: Round) -> str:
    told = format_distance(one.distance_m)
    return f"{told}, {format_minutes(one.drive_minutes)}" if one.drive_minutes else told


def _build_sheet_steps(brief: MaintenanceBrief, week: Week, one: Round) -> list[SheetStop | Pause]:
    steps: list[SheetStop | Pause] = []
    pause, before = _build_pause(week, one), break_before(one)
    for at, words in enumerate(stops_of(brief, week, one)):
        if at == before and pause:
            steps.append(pause)
        steps.append(_build_sheet_stop(week, at + 1, words, pause if at == before else None))
    if pause and not any(isinstance(step, Pause) for step in steps):
        steps.append(pause)
    return steps


def _build_pause(week: Week, one: Round) -> Pause | None:
    if one.break_at is None:
        return None
    shift = week.shifts.get((one.crew, one.day))
    length = shift.break_minutes if shift else 0
    until = format_hour(one.break_at + timedelta(minutes=length), week.tz)
    return Pause(text=f"Pause de {format_hour(one.break_at, week.tz)} à {until}")


def _build_sheet_stop(week: Week, rank: int, words: StopWords, pause: Pause | None) -> SheetStop:
    planned = words.planned
    return SheetStop(
        number=rank,
        at=format_hour(planned.starts_at, week.tz),
        until=(
            f"jusqu'à {format_hour(planned.ends_at, week.tz)}"
            f" ({format_minutes(words.stop.minutes)})"
        ),
        asset=words.asset,
        commune=words.commune,
        task=words.task,
        urgent=words.severity,
        danger=words.stop.severity == "danger",
        note=_describe_stop_state(week, words),
        drive=_describe_stop_drive(week, words, pause),
        body=words.body,
        to_do=words.to_do,
        geo=format_geo_address(words.location) if words.location else "",
        lines=tuple(line for line in _build_stop_lines(words) if line.text),
    )


def _describe_stop_state(week: Week, words: StopWords) -> str:
    if words.planned.fixed:
        return "Déjà fait ou commencé"
    moved = words.stop.id in week.plan.moved or words.stop.id in week.added
    return "Nouveau ou déplacé" if moved else ""


def _describe_stop_drive(week: Week, words: StopWords, pause: Pause | None) -> str:
    planned = words.planned
    told = f"{format_minutes(planned.drive_minutes)} de route, {format_distance(planned.drive_m)}"
    if not planned.drive_m and not planned.drive_minutes:
        told = "Sur place"
    waits = (planned.starts_at - planned.arrives_at) >= timedelta(minutes=1)
    if waits and pause is None:
        told += (
            f", arrivée {format_hour(planned.arrives_at, week.tz)}, attente jusqu'à l'heure permise"
        )
    return told


def _build_stop_lines(words: StopWords) -> tuple[Line, ...]:
    fault = " : ".join(filter(None, (words.ticket, words.fault)))
    return (
        Line("Signalement", fault, strong=True),
        Line("Lieu", words.where, strong=True),
        Line("Consigne", words.instructions, strong=True),
        Line("À apporter", describe_parts(words.parts), strong=True),
        Line("Il faut", words.skills),
        Line("Réseau", words.authorisation),
        *(Line("Voirie", order, strong=True) for order in words.orders),
        Line("Lampe" if words.is_lamp else "Alimente", words.lamps),
    )


def _describe_return(week: Week, one: Round) -> str:
    shift = week.shifts.get((one.crew, one.day))
    end = week.places.get(shift.end_place) if shift else None
    where = (end.name or end.id) if end else "dépôt"
    return f"Retour : {where}, vers {format_hour(one.returns_at, week.tz)}."
