"""Crews as the year plan counts them: crew-days of each week from each depot, and their cost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import fmean, median

from synergie.errors import BadInput, Words
from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.assumed import mean
from synergie.maintenance.plan.upkeep.days import WorkDays, net_hours
from synergie.maintenance.records.maintenance import DayCost, Depot, Neighbours
from synergie.park.plan.places import compute_distance_km
from synergie.park.records.crew import Crew, CrewBook, WorkDepot
from synergie.park.records.park import CabinetState, SetAside
from synergie.schemas.assets.cabinet import NetworkMix
from synergie.schemas.assets.location import Location

EVERY_NETWORK = "every-network"
"""Skill of crews that are authorised for every kind: they alone act where the kind is unknown."""
PAIR_KM = 10.0
"""Kilometres between the middles of two communes that a crew may serve on one day."""
_ALL: frozenset[NetworkMix] = frozenset({"separate", "shared_supports", "shared_neutral"})
_EURO = Decimal(1)
_HALF_H = Decimal("0.5")
_LEAST_H = Decimal(2)
_SHORT_H = Decimal("0.25")

type Middles = Mapping[str, Location]
"""The middle of the assets of each zone."""


@dataclass(frozen=True, slots=True)
class Team:
    """Crews of one depot that may do the same."""

    id: str
    depot: WorkDepot
    organisation: str
    skills: tuple[str, ...]
    mixes: tuple[NetworkMix, ...]
    crews: tuple[Crew, ...]


def build_teams(book: CrewBook, days: WorkDays, aside: list[SetAside]) -> list[Team]:
    """The crews by depot, owner and what they may do; one that never works is set aside."""
    depots = {depot.id: depot for depot in book.depots}
    groups: dict[tuple[str, str, tuple[str, ...], tuple[NetworkMix, ...]], list[Crew]]
    groups = defaultdict(list)
    for crew in book.crews:
        if not days.of(crew) or net_hours(crew) < _LEAST_H:
            found = f"{crew.id}: {len(days.of(crew))} d, {net_hours(crew):.2f} h"
            aside.append(SetAside(where=crew.id, found=found, expected=_text.NO_WORKING_DAY))
            continue
        groups[crew.depot, crew.organisation, _list_crew_skills(crew), crew.network_mixes].append(
            crew
        )
    if not groups:
        raise BadInput("--crews", Words("no working day"), _text.NO_WORKING_DAY_AT_ALL)
    shared = [key[0] for key in groups]
    return [
        Team(
            _format_team_name(key[0], shared.count(key[0]), n),
            depots[key[0]],
            *key[1:],
            tuple(crews),
        )
        for n, (key, crews) in enumerate(sorted(groups.items()), start=1)
    ]


def _list_crew_skills(crew: Crew) -> tuple[str, ...]:
    every = (EVERY_NETWORK,) if set(crew.network_mixes) >= _ALL else ()
    return tuple(sorted({*crew.skills, *every}))


def _format_team_name(depot: str, uses: int, n: int) -> str:
    return depot if uses == 1 else f"{depot[:58]}.{n}"


def day_hours(book: CrewBook, found: Sequence[Team], middles: Middles) -> tuple[Decimal, Decimal]:
    """Hours on site of a crew-day, and hours on the road left aside: half hours.

    The shortest day of a crew, less the way to a usual commune and back.
    """
    shortest = min(net_hours(crew) for team in found for crew in team.crews)
    ways = [
        min(_trip_h(book, compute_distance_km(team.depot.location, middle)) for team in found)
        for middle in middles.values()
    ]
    usual = Decimal(str(median(ways))) if ways else Decimal(0)
    road = min(usual.quantize(Decimal("0.01")), shortest / 3)
    site = max(_LEAST_H, (shortest - road) // _HALF_H * _HALF_H)
    return site, shortest - site


def _trip_h(book: CrewBook, straight_km: float) -> float:
    """Hours of the way there and back."""
    return 2 * straight_km * book.detour / book.speed_km_h


def depot_of(
    team: Team, book: CrewBook, days: WorkDays, *, weeks: int, site: Decimal, middles: Middles
) -> Depot:
    """The crew-days of *team* and what one costs in each zone that it reaches in half a day."""
    hour = mean(crew.hour_eur for crew in team.crews)
    by_km = mean(crew.km_eur for crew in team.crews)
    costs = []
    for zone, middle in sorted(middles.items()):
        way = compute_distance_km(team.depot.location, middle)
        trip = Decimal(str(round(_trip_h(book, way), 4)))
        if trip <= site:
            eur = hour * (site + trip) + by_km * Decimal(str(round(2 * way * book.detour, 3)))
            costs.append(DayCost(zone=zone, eur=eur.quantize(_EURO, ROUND_HALF_UP)))
    return Depot(
        id=team.id,
        organisation=team.organisation,
        crew_days=crew_days(team.crews, days, weeks, 1 - book.late_share),
        day_costs=tuple(costs),
        network_mixes=team.mixes,
        skills=team.skills,
    )


def crew_days(crews: Iterable[Crew], days: WorkDays, weeks: int, share: float) -> tuple[int, ...]:
    """Whole crew-days of each week; what rounding leaves of a week goes to the next."""
    worked = [0] * weeks
    for crew in crews:
        for day in days.of(crew):
            worked[days.week_of(day) - 1] += 1
    kept, total, given = [], 0.0, 0
    for count in worked:
        total += count * share
        kept.append(max(0, min(count, int(total + 1e-9) - given)))
        given += kept[-1]
    return tuple(kept)


def pair_neighbour_communes(book: CrewBook, middles: Middles) -> tuple[Neighbours, ...]:
    """Pairs of communes, nearest first, each commune in one pair: few, so that plans are proved."""
    zones = sorted(middles)
    pairs = sorted(
        (compute_distance_km(middles[a], middles[b]), a, b)
        for i, a in enumerate(zones)
        for b in zones[i + 1 :]
    )
    taken: set[str] = set()
    found = []
    for away, one, other in pairs:
        if away <= PAIR_KM and not {one, other} & taken:
            taken |= {one, other}
            hours = Decimal(str(round(away * book.detour / book.speed_km_h, 4)))
            lost = Decimal(0) if hours <= _SHORT_H else hours.quantize(_SHORT_H)
            found.append(Neighbours(first=one, second=other, travel_hours=lost))
    return tuple(sorted(found, key=lambda pair: (pair.first, pair.second)))


def compute_commune_middles(cabinets: Iterable[CabinetState]) -> dict[str, Location]:
    """The middle of the cabinets of each commune."""
    places: dict[str, list[Location]] = defaultdict(list)
    for one in cabinets:
        places[one.insee_code].append(one.location)
    return {
        code: Location(
            longitude=fmean(place.longitude for place in found),
            latitude=fmean(place.latitude for place in found),
        )
        for code, found in places.items()
    }
