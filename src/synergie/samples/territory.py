"""The demonstration territory: the Bassin de Pompey, as three organisations hold it.

Real facts (names, codes, populations, the 7,500 points) are labelled `public`; every site, meter,
cabinet and light point is drawn and labelled `synthetic`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from synergie.samples import lighting, supply
from synergie.samples.communes import COMMUNES, ENERGY, EPCI, FAST, LIGHTING, Commune
from synergie.samples.draw import Draw
from synergie.samples.lamps import Lamp, all_lamps
from synergie.samples.night import burn_hours
from synergie.samples.supply import Holder, Kind, Served
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.organisation import Organisation

YEAR = 2025
"""The civil year of every curve."""

_ASSUMED = """
Trois exploitants se partagent l'éclairage ; en réalité, la communauté de communes l'exploite seule.
Les deux syndicats sont fictifs, leurs points de livraison aussi.
Armoires, points lumineux par commune et bâtiments : répartis selon la population.
Un petit bâtiment sur cinq est suivi ; tous les autres points de livraison le sont.
Lampes de 2021 : 68 % sodium haute pression, 12 % iodures métalliques, 8 % mercure, 12 % LED.
130 W par point lumineux en moyenne, appareillage compris.
Éclairage de référence de 2021 : toute la nuit, soleil à plus de 3° sous l'horizon (année 2025).
8 % des points lumineux dépendent d'armoires non programmables.
"""

ASSUMPTIONS: tuple[str, ...] = tuple(_ASSUMED.strip().splitlines())
"""What the demonstration assumes, in sentences for people (French)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one organisation holds and deposits."""

    owner: str
    """The organisation."""
    sites: tuple[SiteRecord, ...]
    """Places that consume."""
    supply_points: tuple[SupplyPointRecord, ...]
    """Their delivery points, one a site, in the same order."""
    series: tuple[SeriesRecord, ...]
    """The active power of each delivery point, in the same order."""
    cabinets: tuple[CabinetRecord, ...]
    """Lighting cabinets it runs."""
    light_points: tuple[LightPointRecord, ...]
    """Light points it runs, cabinet by cabinet."""

    def records(self) -> Iterator[SiteRecord | SupplyPointRecord | SeriesRecord | CabinetRecord]:
        """Every record but the light points, in the order in which they are published."""
        yield from self.sites
        yield from self.supply_points
        yield from self.series
        yield from self.cabinets


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """The whole territory; the same seed gives the same bytes."""

    seed: int
    """The seed of every draw."""
    communes: tuple[Commune, ...]
    """The communes, largest first."""
    organisations: tuple[Organisation, ...]
    """The communes, their community, and two fictional syndicates."""
    holdings: tuple[Holding, ...]
    """What the community, the energy syndicate and the lighting syndicate hold, in this order."""

    @property
    def sites(self) -> tuple[SiteRecord, ...]:
        """Every site."""
        return tuple(site for holding in self.holdings for site in holding.sites)

    @property
    def supply_points(self) -> tuple[SupplyPointRecord, ...]:
        """Every delivery point."""
        return tuple(point for holding in self.holdings for point in holding.supply_points)

    @property
    def series(self) -> tuple[SeriesRecord, ...]:
        """Every series: the active power of each delivery point."""
        return tuple(series for holding in self.holdings for series in holding.series)

    @property
    def cabinets(self) -> tuple[CabinetRecord, ...]:
        """Every lighting cabinet."""
        return tuple(cabinet for holding in self.holdings for cabinet in holding.cabinets)

    @property
    def light_points(self) -> tuple[LightPointRecord, ...]:
        """Every light point."""
        return tuple(point for holding in self.holdings for point in holding.light_points)

    def holding(self, owner: str) -> Holding:
        """What *owner* holds. KeyError when it holds nothing here."""
        return {holding.owner: holding for holding in self.holdings}[owner]

    def cabinet_power_w(self) -> dict[str, int]:
        """Power of the light points of each cabinet, W, by the cabinet's identifier."""
        powers = Counter[str]()
        for point in self.light_points:
            powers[point.cabinet or ""] += point.power_w or 0
        return dict(powers)

    def lighting_kwh(self) -> float:
        """Energy of all light points over the year, lit all night: 4.01 GWh, kWh."""
        return sum(point.power_w or 0 for point in self.light_points) * burn_hours(YEAR) / 1000

    def digest(self) -> str:
        """SHA-256 of every record as JSON, in order: the same on every machine and version."""
        digest = sha256()
        for organisation in self.organisations:
            digest.update(organisation.model_dump_json().encode())
        for holding in self.holdings:
            for record in (*holding.records(), *holding.light_points):
                digest.update(record.model_dump_json().encode())
        return digest.hexdigest()


def territory(*, seed: int = 54, fast: bool = False) -> Territory:
    """The Bassin de Pompey: 13 communes, 7,500 light points, 191 cabinets, 295 delivery points.

    *fast* keeps three communes, exactly as they are in the whole. Under a second.
    """
    zones = _build_zones(seed)
    chosen = [commune for commune in COMMUNES if not fast or commune.insee_code in FAST]
    insee = {commune.insee_code for commune in chosen}
    kept = [zone for zone in zones if zone.commune.insee_code in insee]
    return Territory(
        seed=seed,
        communes=tuple(chosen),
        organisations=_build_organisations(chosen),
        holdings=tuple(
            _build_holding(owner, kept, chosen, seed) for owner in (EPCI, ENERGY, LIGHTING)
        ),
    )


def member(owner: str, site: SiteRecord) -> str:
    """Who pays for *site*, held by *owner*: the energy syndicate holds the communes' buildings."""
    if site.external_id.startswith("BAT-"):
        return next(c.id for c in COMMUNES if c.insee_code == site.insee_code)
    return owner


@dataclass(frozen=True, slots=True)
class _Zone:
    commune: Commune
    cabinets: list[CabinetRecord]
    light_points: list[LightPointRecord]
    served: list[Served]


def _build_zones(seed: int) -> list[_Zone]:
    """The lighting of each commune. The lamps are dealt out over the whole territory."""
    counts = {
        c.insee_code: lighting.draw_cabinet_sizes(c, Draw(seed, c.insee_code)) for c in COMMUNES
    }
    by_cabinet = {
        lighting.cabinet_id(commune, i + 1): count
        for commune in COMMUNES
        for i, count in enumerate(counts[commune.insee_code])
    }
    fixed = lighting.fixed_cabinets(by_cabinet, seed)
    lamps = iter(all_lamps(seed))
    return [
        _build_zone(commune, counts[commune.insee_code], lamps, fixed=fixed, seed=seed)
        for commune in COMMUNES
    ]


def _build_zone(
    commune: Commune, counts: list[int], lamps: Iterator[Lamp], *, fixed: frozenset[str], seed: int
) -> _Zone:
    numbered = [(lighting.cabinet_id(commune, i + 1), n) for i, n in enumerate(counts)]
    points = lighting.light_points(commune, numbered, lamps, seed)
    zone = _Zone(commune, [], points, [])
    for number, (name, _) in enumerate(numbered, start=1):
        mine = [point for point in points if point.cabinet == name]
        prm = supply.format_prm(commune, "lighting", number)
        zone.cabinets.append(lighting.cabinet(commune, number, mine, prm=prm, fixed=name in fixed))
        kwh = round(sum(point.power_w or 0 for point in mine) * burn_hours(YEAR) / 1000, 1)
        kva = lighting.subscribed_kva(mine)
        zone.served.append(supply.build_lighting_point(commune, number, kva=kva, kwh=kwh))
    return zone


def _build_holding(owner: str, zones: list[_Zone], communes: list[Commune], seed: int) -> Holding:
    mine = [zone for zone in zones if zone.commune.operator == owner]
    served = [one for zone in mine for one in zone.served]
    served += {EPCI: _of_epci, ENERGY: _of_energy, LIGHTING: _of_lighting}[owner](communes, seed)
    return Holding(
        owner=owner,
        sites=tuple(one.site for one in served),
        supply_points=tuple(one.supply_point for one in served),
        series=tuple(one.series for one in served),
        cabinets=tuple(cabinet for zone in mine for cabinet in zone.cabinets),
        light_points=tuple(point for zone in mine for point in zone.light_points),
    )


def _of_epci(communes: list[Commune], seed: int) -> list[Served]:
    """One in five of its 20 small buildings, its 10 C4 and its 3 C2."""
    kinds: tuple[tuple[Kind, int], ...] = (("c5", 4), ("c4", 10), ("c2", 3))
    return [
        one
        for kind, n in kinds
        for one in _spread_sites(communes, kind, n, seed=seed, holder="epci")
    ]


def _of_energy(communes: list[Commune], seed: int) -> list[Served]:
    """The communes' buildings, held under their mandates, and eight sites of its own."""
    held = [one for commune in communes for one in _of_commune(commune, seed)]
    return held + _spread_sites(communes, "own", 8, seed=seed, holder="energy")


def _of_commune(commune: Commune, seed: int) -> list[Served]:
    kinds: tuple[tuple[Kind, int], ...] = (
        ("c5", small_buildings(commune)),
        ("c4", commune.c4_points),
    )
    return [
        supply.build_building_point(commune, kind, number, seed=seed)
        for kind, count in kinds
        for number in range(1, count + 1)
    ]


def _of_lighting(communes: list[Commune], seed: int) -> list[Served]:
    return _spread_sites(communes, "own", 6, seed=seed, holder="lighting")


def small_buildings(commune: Commune) -> int:
    """Small buildings with a meter followed here: one in five, the largest consumers first."""
    return (2 * commune.c5_buildings + 5) // 10


def _spread_sites(
    communes: list[Commune], kind: Kind, count: int, *, seed: int, holder: Holder
) -> list[Served]:
    """*count* sites of a grouping, one a commune in turn from its seat (Pompey) on."""
    seat = next(i for i, commune in enumerate(COMMUNES) if commune.id == "pompey")
    whole = [(COMMUNES[(seat + i) % len(COMMUNES)], i + 1) for i in range(count)]
    insee = {commune.insee_code for commune in communes}
    return [
        supply.build_building_point(commune, kind, number, seed=seed, holder=holder)
        for commune, number in whole
        if commune.insee_code in insee
    ]


def _build_organisations(communes: list[Commune]) -> tuple[Organisation, ...]:
    community = Organisation(
        id=EPCI,
        name="Communauté de communes du Bassin de Pompey",
        kind="epci",
        siren="245400601",
        insee_code=None,
        parent=None,
        provenance="public",
    )
    syndicates = (
        _build_syndicate(ENERGY, "Syndicat d'énergie (fictif)", "energy_syndicate"),
        _build_syndicate(LIGHTING, "Syndicat d'éclairage (fictif)", "lighting_syndicate"),
    )
    return (community, *syndicates, *map(_build_organisation, communes))


def _build_syndicate(key: str, name: str, kind: str) -> Organisation:
    return Organisation.model_validate(
        {"id": key, "name": name, "kind": kind, "siren": None, "insee_code": None, "parent": None,
         "provenance": "synthetic"}
    )  # fmt: skip


def _build_organisation(commune: Commune) -> Organisation:
    return Organisation(
        id=commune.id,
        name=commune.name,
        kind="commune",
        siren=commune.siren,
        insee_code=commune.insee_code,
        parent=EPCI,
        provenance="public",
    )
