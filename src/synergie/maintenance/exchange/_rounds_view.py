"""From joint rounds to the part of each body: work on its own assets, days of its own crews. Pure.

Withheld from a body: assets, tickets, places and instructions of others, where its own crews are
beside its own assets, and why work is left for later: the reason may name another's. What it pays
is told to a body that is alone in them: a day is paid by minutes, as a crew-day of the year is by
hours, and its share of one would tell the minutes of the others.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from synergie.maintenance.records.campaign_rounds import CampaignRoundsPart, PartRound, PartStop
from synergie.maintenance.records.rounds import (
    PlannedStop,
    Round,
    RoundsPlan,
    RoundsProblem,
    RoundStop,
)

type Days = tuple[date, date]
_LAST = datetime.max.replace(tzinfo=UTC)


def iterate_rounds_parts(
    problem: RoundsProblem, plan: RoundsPlan, *, campaign: str, rounds_id: str, days: Days
) -> Iterator[CampaignRoundsPart]:
    """The part of each body with assets or crews in them, by body."""
    outcomes = {one.member: one for one in plan.members}
    stops = _group_part_stops(problem, plan)
    crews = {(one.crew, one.day): one.organisation for one in problem.shifts}
    bodies = sorted({stop.organisation for stop in problem.stops} | set(crews.values()))
    for body in bodies:
        outcome = outcomes.get(body)
        yield CampaignRoundsPart(
            campaign=campaign,
            rounds=rounds_id,
            body=body,
            first_day=days[0],
            last_day=days[1],
            cost_eur=outcome.cost_eur if outcome is not None and len(bodies) == 1 else None,
            alone_eur=None if outcome is None else outcome.alone_eur,
            stops=tuple(sorted(stops.get(body, ()), key=_by_time)),
            crews=tuple(
                _build_part_round(one) for one in plan.rounds if crews[one.crew, one.day] == body
            ),
        )


def _group_part_stops(problem: RoundsProblem, plan: RoundsPlan) -> Mapping[str, list[PartStop]]:
    planned = {stop.stop: (one, stop) for one in plan.rounds for stop in one.stops}
    owners = {(one.crew, one.day): one.organisation for one in problem.shifts}
    made: dict[str, list[PartStop]] = {}
    for stop in problem.stops:
        found = planned.get(stop.id)
        told = _build_part_stop(
            stop, found, None if found is None else owners[found[0].crew, found[0].day]
        )
        made.setdefault(stop.organisation, []).append(told)
    return made


def _build_part_stop(
    stop: RoundStop, found: tuple[Round, PlannedStop] | None, organisation: str | None
) -> PartStop:
    return PartStop(
        stop=stop.id,
        asset=stop.asset,
        task=stop.task,
        ticket=stop.ticket,
        day=None if found is None else found[0].day,
        organisation=organisation,
        crew=None if found is None else found[0].crew,
        starts_at=None if found is None else found[1].starts_at,
        ends_at=None if found is None else found[1].ends_at,
    )


def _build_part_round(one: Round) -> PartRound:
    return PartRound(
        crew=one.crew,
        day=one.day,
        leaves_at=one.leaves_at,
        returns_at=one.returns_at,
        stops=len(one.stops),
    )


def _by_time(stop: PartStop) -> tuple[datetime, str]:
    return stop.starts_at or _LAST, stop.stop
