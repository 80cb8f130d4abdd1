"""What a report, sheets and files on a joint maintenance are made of, and how it names things."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from synergie.calendar import load_time_zone
from synergie.maintenance.records.maintenance import (
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    Visit,
)
from synergie.maintenance.records.rounds import (
    CrewShift,
    Round,
    RoundPlace,
    RoundsPlan,
    RoundsProblem,
    RoundStop,
)
from synergie.maintenance.records.study import MaintenanceStudy
from synergie.maintenance.reports.rounds_orders import Orders
from synergie.maintenance.reports.words import describe_means
from synergie.park.records.crew import CrewBook
from synergie.park.records.park import CabinetState, FaultReport, ParkState, SetAside
from synergie.reports.language import Language, choose_text
from synergie.reports.plans import Catalogue, SourceFile, describe_phrase
from synergie.reports.written import format_moment, short_date
from synergie.schemas.plan import Phrase

_COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)
"""A number of weeks or days, never a name."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """The rounds of some days: their problem and their plan."""

    problem: RoundsProblem
    plan: RoundsPlan
    revision: int = 0
    """How many times these days were told before."""
    before: RoundsPlan | None = None
    """The plan that was told before. None: none was."""

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone of its days."""
        return load_time_zone(self.problem.time_zone)

    @cached_property
    def stops(self) -> dict[str, RoundStop]:
        """Its work, by identifier."""
        return {stop.id: stop for stop in self.problem.stops}

    @cached_property
    def places(self) -> dict[str, RoundPlace]:
        """Its places, by identifier."""
        return {place.id: place for place in self.problem.places}

    @cached_property
    def shifts(self) -> dict[tuple[str, date], CrewShift]:
        """Its shifts, by crew and day."""
        return {(shift.crew, shift.day): shift for shift in self.problem.shifts}

    @cached_property
    def added(self) -> frozenset[str]:
        """The stops that the plan told before did not have. Empty: none was told."""
        if self.before is None:
            return frozenset()
        told = {planned.stop for one in self.before.rounds for planned in one.stops}
        return frozenset(p.stop for one in self.plan.rounds for p in one.stops) - told

    @property
    def rounds(self) -> list[Round]:
        """Its rounds with work, by day and crew."""
        rounds = (one for one in self.plan.rounds if one.stops)
        return sorted(rounds, key=lambda one: (one.day, one.crew))

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        days = [shift.day for shift in self.problem.shifts] or [date.min]
        return min(days), max(days)


def _usual_title() -> str:
    return choose_text(
        "Entretien commun de l'éclairage public", "Joint maintenance of street lighting"
    )


@dataclass(frozen=True, kw_only=True)
class MaintenanceBrief:
    """A joint maintenance to tell: what was planned, from what, for whom. All but two may lack."""

    made_at: datetime
    """When the plan was made; the same moment gives the same bytes."""
    tell: Catalogue
    """The plan's sentences in the reader's language."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What people call each organisation; one that is left out is called by its id."""
    title: str = field(default_factory=_usual_title)
    problem: MaintenanceProblem | None = None
    """The year. None: no year is told."""
    plan: MaintenancePlan | None = None
    """Its plan. None: no year is told."""
    study: MaintenanceStudy | None = None
    """What would become of it. None: not studied."""
    weeks: Sequence[Week] = ()
    """Weeks and days with their rounds. Empty: none is told."""
    book: CrewBook | None = None
    """Depots, crews, orders and rules. None: not told."""
    park: ParkState | None = None
    """The park as it stands. None: not told."""
    set_aside: Sequence[SetAside] = ()
    """Rows that could not be planned, beside those of the park."""
    assumptions: Sequence[Phrase | str] = ()
    """What is assumed beside what the plans say; a plain text is told as it is."""
    sources: Sequence[SourceFile] = ()
    """The files it was made of."""
    communes: Mapping[str, str] = field(default_factory=dict)
    """Name of each commune by its INSEE code, beside the zones of the year."""
    banner: str | None = None
    """What holds for all of it, such as that data are synthetic. None: nothing."""
    on_call: str | None = None
    """Whom a crew calls in an emergency: a service and its number, never a person. None: left to
    be written by hand."""
    command: str | None = None
    """The command that makes it again. None: not told."""

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone of days and hours."""
        if self.weeks:
            return self.weeks[0].tz
        return load_time_zone(self.book.time_zone if self.book else "Europe/Paris")

    @cached_property
    def communes_known(self) -> dict[str, str]:
        """Name of each commune or zone, by its code."""
        zones = self.problem.zones if self.problem else ()
        return {one.id: one.name for one in zones} | dict(self.communes)

    @cached_property
    def cabinets(self) -> dict[tuple[str, str], CabinetState]:
        """The cabinets of the park, by owner and identifier."""
        known = self.park.cabinets if self.park else ()
        return {(one.organisation, one.cabinet): one for one in known}

    @cached_property
    def cabinet_of_lamp(self) -> dict[tuple[str, str], CabinetState]:
        """The cabinet of each light point, by owner and identifier of the light point."""
        return {
            (owner, lamp.light_point): one
            for (owner, _), one in self.cabinets.items()
            for lamp in one.lamps
        }

    @cached_property
    def orders(self) -> Orders:
        """The traffic orders and works of others, by place."""
        return Orders(self.book)

    @cached_property
    def stops_in_words(self) -> dict[tuple[Language, int, str, date], tuple[Week, Round, Any]]:
        """The stops of rounds in words, as far as they were asked for, by language."""
        return {}

    @cached_property
    def tickets(self) -> dict[tuple[str, str], FaultReport]:
        """The open faults, by owner and number."""
        known = self.park.tickets if self.park else ()
        return {(one.organisation, one.ticket): one for one in known}

    @cached_property
    def _skills(self) -> frozenset[str]:
        """Keys of what stops ask of a crew: its skills, and the networks it is authorised for."""
        stops = [one for week in self.weeks for one in week.problem.stops]
        networks = (one.network_mix for one in stops if one.network_mix is not None)
        return frozenset((*(key for one in stops for key in one.skills), *networks))

    @cached_property
    def _identifiers(self) -> frozenset[str]:
        """Identifiers that sentences may hold: of bodies, cabinets and stops."""
        visits = self.problem.visits if self.problem else ()
        stops = [one for week in self.weeks for one in week.problem.stops]
        found = [name for one in visits for name in (one.organisation, one.cabinet)]
        found += [name for one in stops for name in (one.organisation, one.asset, one.id)]
        return frozenset(found)

    @cached_property
    def depots(self) -> dict[str, str]:
        """Name of each depot, of the book and of the year."""
        of_year = self.problem.depots if self.problem else ()
        of_book = self.book.depots if self.book else ()
        return {d.id: self.body(d.organisation) for d in of_year} | {d.id: d.name for d in of_book}

    @cached_property
    def depots_of_year(self) -> dict[str, str]:
        """Name of each depot of the year; two of one name are told apart by their keys."""
        names = {
            one.id: self.depots[one.id] for one in (self.problem.depots if self.problem else ())
        }
        twice = {name for name in names.values() if list(names.values()).count(name) > 1}
        return {d: f"{name} ({d})" if name in twice else name for d, name in names.items()}

    def body(self, organisation: str) -> str:
        """What people call an organisation."""
        return self.names.get(organisation, organisation)

    def commune(self, code: str | None) -> str:
        """What people call a commune; "" when none is told."""
        return self.communes_known.get(code or "", code or "")

    def asides(self) -> tuple[SetAside, ...]:
        """Every row set aside, each once, in the language spoken."""
        of_park = self.park.set_aside if self.park else ()
        return tuple(
            SetAside(
                where=_describe_row_place(one.where),
                found=one.found,
                expected=self.tell(one.expected),
            )
            for one in dict.fromkeys((*of_park, *self.set_aside))
        )

    def say_phrase(self, phrase: Phrase) -> str:
        """A sentence of a plan for its reader, with names instead of identifiers."""
        return describe_phrase(phrase, self.tell, self._called)

    def sentences(self, told: Sequence[Phrase | str]) -> tuple[str, ...]:
        """Sentences with their capital and their full stop, each once."""
        texts = (one if isinstance(one, str) else self.say_phrase(one) for one in told)
        return tuple(
            dict.fromkeys(f"{t[:1].upper()}{t[1:]}".removesuffix(".") + "." for t in texts)
        )

    def when(self, at: datetime) -> str:
        """A moment for people, in the reader's own zone."""
        return format_moment(at, self.tz)

    def _called(self, value: str) -> str | None:
        """What fills a sentence: a name, skills, a day. None: neither."""
        if not _COUNT.fullmatch(value):
            for known in (self.names, self.communes_known, self.depots):
                if value in known:
                    return known[value]
            if value in self._identifiers:  # a SIREN is no quantity
                return value
            if self._skills.issuperset(asked := value.split(", ")):
                return ", ".join(map(describe_means, asked))
        try:
            if "T" in value:
                return self.when(datetime.fromisoformat(value))
            return short_date(date.fromisoformat(value)) if "-" in value else None
        except ValueError:
            return None


def _describe_row_place(where: str) -> str:
    """A line and its column, as the reader calls them."""
    told = re.sub(r", /(?=\S)", choose_text(", colonne ", ", column "), where)
    return re.sub(r"\bline (\d+)", choose_text(r"ligne \1", r"line \1"), told)


def visit_key(one: Visit | PlannedVisit) -> str:
    """What a visit is called in lines and promises."""
    return one.id or one.cabinet
