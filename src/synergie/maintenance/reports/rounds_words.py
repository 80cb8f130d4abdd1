"""What is told of one stop of a round: sheets, calendars and maps say it alike."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from synergie.maintenance.records.rounds import PlannedStop, Round, RoundStop
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.words import (
    describe_authorisation,
    describe_severity,
    describe_skill,
    describe_task,
    part,
    to_do,
)
from synergie.park.records.crew import PartCount
from synergie.park.records.park import CabinetState, LampState
from synergie.reports.assets.lamps import describe_lamp
from synergie.reports.language import choose_text, get_language
from synergie.reports.written import format_count, format_number, format_quantity
from synergie.schemas.assets.location import Location

_MOST_LISTED = 12
"""Light points out that a sheet names; of more it says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWords:
    """One stop in words; "" where nothing is known."""

    stop: RoundStop
    planned: PlannedStop
    task: str
    to_do: str
    asset: str
    """Cabinet or light point, as its owner names it."""
    body: str
    """Who answers for it."""
    address: str
    """What people call the place."""
    commune: str
    """Its name, or else its code."""
    code: str
    """INSEE code of the commune."""
    location: Location | None
    """None: the place is not among those of the problem."""
    authorisation: str
    skills: str
    parts: tuple[PartCount, ...]
    ticket: str
    fault: str
    severity: str
    instructions: str
    orders: tuple[str, ...]
    """Traffic orders and works of others at this place on this day."""
    lamps: str
    """What hangs on the cabinet, or the lamp itself."""
    is_lamp: bool
    """Whether the asset is one light point."""

    @property
    def where(self) -> str:
        """The place in a line: address, commune and its code, each once."""
        town, code = self.commune, f" ({self.code})" if self.code else ""
        if town and town in self.address:
            return f"{self.address}{code if code.strip(' ()') != town else ''}"
        told = ", ".join(filter(None, (self.address, town)))
        return told if self.code in {"", town} else f"{told}{code}"


def stops_of(brief: MaintenanceBrief, week: Week, one: Round) -> list[StopWords]:
    """The stops of a round in words, in order; one that the problem does not know is left out.

    They are made once for a brief: sheets, maps, notes and tables ask for them again.
    """
    key = (get_language(), id(week), one.crew, one.day)
    known = brief.stops_in_words.get(key)
    if known is None or known[0] is not week or known[1] is not one:
        stops = [
            _build_stop_words(brief, week, p, one.day) for p in one.stops if p.stop in week.stops
        ]
        known = brief.stops_in_words[key] = (week, one, stops)
    found: list[StopWords] = known[2]
    return found


def _build_stop_words(
    brief: MaintenanceBrief, week: Week, planned: PlannedStop, day: date
) -> StopWords:
    stop = week.stops[planned.stop]
    place = week.places.get(stop.place)
    ticket = brief.tickets.get((stop.organisation, stop.ticket or ""))
    cabinet = cabinet_of(brief, stop)
    code = stop.insee_code or (cabinet.insee_code if cabinet else None)
    return StopWords(
        stop=stop,
        planned=planned,
        task=describe_task(stop.task),
        to_do=to_do(stop.task),
        asset=stop.asset,
        body=brief.body(stop.organisation),
        address=(place.name if place and place.name != stop.asset else None) or "",
        commune=brief.commune(code),
        code=code or "",
        location=place.location if place else None,
        authorisation=describe_authorisation(stop.network_mix),
        skills=", ".join(map(describe_skill, stop.skills)),
        parts=stop.parts,
        ticket=stop.ticket or "",
        fault=(ticket.fault if ticket else None) or "",
        severity=describe_severity(stop.severity) if stop.severity else "",
        instructions=stop.instructions or "",
        orders=brief.orders.at((stop.asset, cabinet.cabinet if cabinet else stop.asset), code, day),
        lamps=_describe_stop_lamps(stop, cabinet),
        is_lamp=cabinet is not None and cabinet.cabinet != stop.asset,
    )


def cabinet_of(brief: MaintenanceBrief, stop: RoundStop) -> CabinetState | None:
    """The cabinet of a stop, or the one that its light point hangs on. None: not known."""
    key = (stop.organisation, stop.asset)
    return brief.cabinets.get(key) or brief.cabinet_of_lamp.get(key)


def _describe_stop_lamps(stop: RoundStop, cabinet: CabinetState | None) -> str:
    """The lamp of a stop, or what hangs on its cabinet and which of it is out; "": not known."""
    if cabinet is None:
        return ""
    for one in cabinet.lamps:
        if one.light_point == stop.asset:
            return (
                f"{_describe_lamp_power(one)}, "
                f"{choose_text('armoire', 'cabinet')} {cabinet.cabinet}"
            )
    if not cabinet.lamps:
        return ""
    kinds = ", ".join(_iterate_lamp_kinds(cabinet.lamps))
    out = [one.light_point for one in cabinet.lamps if one.is_out]
    if len(out) == len(cabinet.lamps) > 1:
        said = choose_text("Tout est éteint, d'après les signalements", "All are out, as reported")
        return f"{kinds}. {said}"
    return f"{kinds}. {_format_lamps_out(out)}" if out else kinds


def _iterate_lamp_kinds(lamps: Sequence[LampState]) -> Iterator[str]:
    """How many of each kind, from what power to what: « 3 × LED (52 W) »."""
    found = defaultdict[str, list[int | None]](list)
    for one in lamps:
        found[describe_lamp(one.source_type)].append(one.power_w)
    for kind, powers in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        known = sorted({watts for watts in powers if watts is not None})
        ends = (
            choose_text(" à ", " to ").join(
                str(watts) for watts in dict.fromkeys((known[0], known[-1]))
            )
            if known
            else ""
        )
        yield f"{format_number(len(powers))} × {kind}" + (f" ({ends} W)" if ends else "")


def _format_lamps_out(names: list[str]) -> str:
    told = ", ".join(names[:_MOST_LISTED])
    if len(names) > _MOST_LISTED:
        rest = len(names) - _MOST_LISTED
        told += choose_text(
            f" et {format_count(rest, 'autre')}", f" and {format_number(rest)} more"
        )
    return choose_text(f"Éteints : {told}", f"Out: {told}")


def _describe_lamp_power(one: LampState) -> str:
    watts = "" if one.power_w is None else f" {format_quantity(one.power_w, 'W')}"
    return f"{describe_lamp(one.source_type)}{watts}"


def list_crew_parts(week: Week, one: Round) -> list[tuple[str, int]]:
    """What a crew loads in the morning: parts in words and how many, by part."""
    counts = Counter[str]({each.part: each.count for each in one.parts})
    if not counts:
        for planned in one.stops:
            for each in week.stops[planned.stop].parts if planned.stop in week.stops else ():
                counts[each.part] += each.count
    return [(part(key), many) for key, many in sorted(counts.items())]


def break_before(one: Round) -> int | None:
    """How many stops come before the break of a round. None: it has no break."""
    if one.break_at is None:
        return None
    return sum(planned.starts_at < one.break_at for planned in one.stops)
