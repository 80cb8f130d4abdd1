"""The days of crews as shifts of rounds."""

from collections.abc import Iterable, Iterator
from datetime import date

from synergie.maintenance.plan.upkeep.crews import Team
from synergie.maintenance.plan.upkeep.days import WorkDays, convert_civil_time
from synergie.maintenance.records.rounds import CrewShift
from synergie.park.records.crew import Crew, CrewBook


def shifts_of(teams: Iterable[Team], days: WorkDays, book: CrewBook) -> Iterator[CrewShift]:
    """One shift for each crew and each day it works."""
    for team in teams:
        for crew in team.crews:
            for day in days.of(crew):
                yield _build_crew_shift(team, crew, day, book)


def _build_crew_shift(team: Team, crew: Crew, day: date, book: CrewBook) -> CrewShift:
    rest = crew.break_minutes > 0
    return CrewShift(
        crew=crew.id,
        organisation=crew.organisation,
        day=day,
        start_place=crew.depot,
        end_place=crew.depot,
        starts_at=convert_civil_time(day, crew.starts_at, book),
        ends_at=convert_civil_time(day, crew.ends_at, book),
        break_minutes=crew.break_minutes,
        break_from=convert_civil_time(day, crew.break_from, book) if rest else None,
        break_to=convert_civil_time(day, crew.break_to, book) if rest else None,
        skills=team.skills,
        network_mixes=crew.network_mixes,
        carries=crew.carries,
        hour_eur=crew.hour_eur,
        km_eur=crew.km_eur,
        overtime_minutes=crew.overtime_minutes,
        overtime_hour_eur=crew.overtime_hour_eur,
    )
