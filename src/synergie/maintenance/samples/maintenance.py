"""A joint maintenance half-year: every cabinet visited once, three crews, three depots.

No source was found for crew productivity: durations, costs and failure rates are assumed, and the
plan repeats it. Times are rounded to a quarter of a crew-day, so that the plan is proved quickly.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import cos, hypot, radians

from synergie.maintenance.records.maintenance import (
    DayCost,
    Depot,
    MaintenanceProblem,
    Neighbours,
    Visit,
    Zone,
)
from synergie.maintenance.samples.crews import crew_book
from synergie.park.records.crew import WorkDepot
from synergie.samples.communes import COMMUNES, Commune
from synergie.samples.territory import Territory
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location

WEEKS = 26
"""Weeks of the campaign, from the first of January."""
EARLY, LATE = 1, 1
"""A visit may come this many weeks before or after the week it is due."""

_ASSUMED = """
Chaque armoire est visitée une fois en 26 semaines, à une semaine près de son échéance.
Visite : 45 min pour l'armoire, 3 min par point lumineux, 12 min par lampe remplacée (une sur six).
Durées arrondies au quart de journée d'équipe (1 h 45), trajet entre communes voisines compris.
Équipe : 2 personnes et une nacelle, 7 h, 910 € par jour, plus le trajet du dépôt à 30 km/h.
Pannes par an : sodium 12 %, iodures 25 %, mercure 20 %, LED 0,8 % ; 60 € par panne avant la visite.
Au plus 8 jours d'équipe par semaine et par dépôt. Coûts arrondis à l'euro.
Dépôts : Champigneulles (communauté), Pompey (syndicat d'énergie), Liverdun (syndicat d'éclairage).
Une équipe peut servir dans la même journée deux communes d'un même secteur de tournée.
"""
MAINTENANCE_ASSUMPTIONS: tuple[str, ...] = tuple(_ASSUMED.strip().splitlines())
"""What the problem assumes, in sentences for people (French)."""

_DAY_HOURS = Decimal(7)
_QUARTER = Decimal("1.75")
_BOOK = crew_book()
_HOUR_EUR = _BOOK.crews[0].hour_eur
_NEIGHBOURS = (
    ("custines", "malleloy"),
    ("custines", "millery"),
    ("faulx", "montenoy"),
    ("bouxieres-aux-dames", "lay-saint-christophe"),
    ("pompey", "marbache"),
    ("frouard", "liverdun"),
)
_FIRST_DUE = {
    "custines": 3, "malleloy": 3, "millery": 3, "champigneulles": 5, "bouxieres-aux-dames": 8,
    "lay-saint-christophe": 8, "saizerais": 9, "pompey": 13, "marbache": 13, "frouard": 16,
    "liverdun": 16, "faulx": 20, "montenoy": 20,
}  # fmt: skip
_SPREAD = 6
_FAILURES = {"SHP": 0.12, "IM": 0.25, "VM": 0.20, "LED": 0.008}
_FAILURE_EUR, _EARLY_EUR = 60, 4
_KM_A_DEGREE = 111.2
_EURO = Decimal(1)
"""Costs are whole euros: the plan is then proved to the euro, which is to say exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """One cabinet to visit, who answers for it, and the light points that hang on it."""

    organisation: str
    """Who answers for it."""
    cabinet: CabinetRecord
    """The cabinet."""
    light_points: tuple[LightPointRecord, ...]
    """Its light points."""


def upkeep(whole: Territory) -> tuple[Upkeep, ...]:
    """What the territory has to maintain: for tests and for plans without a server."""
    return tuple(
        one
        for holding in whole.holdings
        for one in iterate_upkeep(holding.owner, holding.cabinets, holding.light_points)
    )


def iterate_upkeep(
    organisation: str, cabinets: Iterable[CabinetRecord], light_points: Iterable[LightPointRecord]
) -> Iterator[Upkeep]:
    """Each of the *cabinets* of an organisation with its light points."""
    by_cabinet = defaultdict[str | None, list[LightPointRecord]](list)
    for point in light_points:
        by_cabinet[point.cabinet].append(point)
    for cabinet in cabinets:
        yield Upkeep(
            organisation=organisation,
            cabinet=cabinet,
            light_points=tuple(by_cabinet[cabinet.external_id]),
        )


def maintenance_problem(found: Sequence[Upkeep]) -> MaintenanceProblem:
    """The half-year of *found*: one visit a cabinet, the communes as zones."""
    zones = _list_present_communes(found)
    return MaintenanceProblem(
        weeks=WEEKS,
        crew_day_hours=_DAY_HOURS,
        zones=tuple(Zone(id=commune.insee_code, name=commune.name) for commune in zones),
        neighbours=tuple(_iterate_neighbours(zones)),
        depots=tuple(_build_sample_depot(depot, zones) for depot in _BOOK.depots),
        visits=tuple(map(_build_sample_visit, found)),
    )


def _list_present_communes(found: Iterable[Upkeep]) -> list[Commune]:
    present = {one.cabinet.insee_code for one in found}
    return [commune for commune in COMMUNES if commune.insee_code in present]


def _iterate_neighbours(zones: Iterable[Commune]) -> Iterator[Neighbours]:
    codes = {commune.id: commune.insee_code for commune in zones}
    for one, other in _NEIGHBOURS:
        if one in codes and other in codes:
            yield Neighbours(first=codes[one], second=codes[other], travel_hours=Decimal(0))


def _build_sample_depot(depot: WorkDepot, zones: Sequence[Commune]) -> Depot:
    days = sum(len(crew.weekdays) for crew in _BOOK.crews if crew.depot == depot.id)
    return Depot(
        id=f"{depot.organisation}.{depot.id.removeprefix('depot-')}",
        organisation=depot.organisation,
        crew_days=(days,) * WEEKS,
        day_costs=tuple(
            DayCost(
                zone=commune.insee_code,
                eur=_day_cost(_compute_commune_distance_km(depot.location, commune)),
            )
            for commune in zones
        ),
    )


def _day_cost(km: float) -> Decimal:
    """A crew-day with the way there and back."""
    hours = _DAY_HOURS + Decimal(str(2 * _BOOK.detour * km / _BOOK.speed_km_h))
    return (_HOUR_EUR * hours).quantize(_EURO)


def _build_sample_visit(one: Upkeep) -> Visit:
    due = _compute_due_week(one.cabinet)
    first, last = max(1, due - EARLY), min(WEEKS, due + LATE)
    return Visit(
        cabinet=one.cabinet.external_id,
        organisation=one.organisation,
        zone=one.cabinet.insee_code or "",
        hours=compute_crew_hours(one.light_points),
        first_week=first,
        last_week=last,
        costs_eur=tuple(
            _compute_lateness_cost(one.light_points, week - due) for week in range(first, last + 1)
        ),
        network_mix=one.cabinet.network_mix,
    )


def _compute_due_week(cabinet: CabinetRecord) -> int:
    """The week in which a cabinet is due: its commune's turn, over six weeks by its number."""
    commune = next(c for c in COMMUNES if c.insee_code == cabinet.insee_code)
    return _FIRST_DUE[commune.id] + int(cabinet.external_id.rpartition("-")[2]) % _SPREAD


def compute_crew_hours(light_points: Sequence[LightPointRecord]) -> Decimal:
    """Crew-hours of a visit, whole quarters of a crew-day."""
    lamps = sum(point.source_type != "LED" for point in light_points)
    minutes = 45 + 3 * len(light_points) + 12 * (lamps // 6)
    quarters = (Decimal(minutes) / 60 / _QUARTER).quantize(Decimal(1), ROUND_HALF_UP)
    return _QUARTER * max(quarters, Decimal(1))


def _compute_lateness_cost(light_points: Sequence[LightPointRecord], weeks_late: int) -> Decimal:
    """Failures to expect before a late visit, or lamp life lost by an early one."""
    if weeks_late <= 0:
        return Decimal(-weeks_late * _EARLY_EUR)
    failures = sum(_FAILURES.get(point.source_type or "", 0.12) for point in light_points) / 52
    return Decimal(str(failures * weeks_late * _FAILURE_EUR)).quantize(_EURO)


def _compute_commune_distance_km(one: Location, other: Commune) -> float:
    """Distance of a depot and a commune as the crow flies, km."""
    shrink = cos(radians((one.latitude + other.latitude) / 2))
    east = (one.longitude - other.longitude) * shrink
    return _KM_A_DEGREE * hypot(east, one.latitude - other.latitude)
