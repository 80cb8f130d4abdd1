"""The territory in a report: who runs what, where it stands, what it draws month by month."""

from collections.abc import Sequence
from dataclasses import dataclass

from synergie.reports.assets.places import KINDS, Area, Mark, render_places
from synergie.reports.document import Block, Figure, Section, Table
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.columns import Series
from synergie.reports.figure.lines import Lines
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.figure.scale import MONTHS
from synergie.reports.written import format_energy, format_number

_MONTHS = tuple(name for name, _ in MONTHS)
_SHAPES = ("disque", "carré", "triangle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One commune: its lighting as it was read."""

    name: str
    operator: str
    """Who runs its lighting."""
    longitude: float
    latitude: float
    light_points: int
    cabinets: int
    kwh: float | None
    """Energy of its lighting over the year, kWh. None: not opened to the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One cabinet on the map."""

    title: str
    commune: str
    operator: str
    light_points: int
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """Energy of twelve months, kWh, by whoever holds the delivery points."""

    holder: str
    kwh: tuple[float | None, ...]


def territory_section(zones: Sequence[Zone], spots: Sequence[Spot]) -> Section:
    """Map of the cabinets with their list, the communes, and energy by commune."""
    blocks: list[Block] = [_build_territory_map(zones, spots), _build_commune_table(zones)]
    if any(zone.kwh is not None for zone in zones):
        blocks.append(_build_energy_figure(zones))
    return Section("territoire", "Le territoire", tuple(blocks))


def months_section(series: Sequence[Months], year: int) -> Section:
    """The energy of each holder, month by month, as the agreements open it."""
    chart = Lines(
        title=f"Énergie par mois en {year}",
        steps=_MONTHS,
        series=[
            Series(one.holder, tuple(Cell(kwh, format_energy(kwh)) for kwh in one.kwh))
            for one in series
        ],
        heads="Mois",
        unit="kWh",
    )
    rows = tuple(
        (month, *(format_energy(one.kwh[i]) for one in series)) for i, month in enumerate(_MONTHS)
    )
    table = Table(
        f"Énergie par mois en {year}",
        ("Mois", *(one.holder for one in series)),
        rows,
        frozenset(range(1, len(series) + 1)),
        ("Année", *(format_energy(_sum_complete_values(one.kwh)) for one in series)),
    )
    names = ", ".join(f"{one.holder} ({mark})" for one, mark in zip(series, _DASHES, strict=False))
    figure = build_figure(chart, summary=f"Énergie soutirée, mois par mois : {names}.", table=table)
    return Section("mois", "L'énergie de l'année", (figure,))


_DASHES = ("trait plein", "tirets", "points", "traits et points")


def _sum_complete_values(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _build_territory_map(zones: Sequence[Zone], spots: Sequence[Spot]) -> Figure:
    operators = list(dict.fromkeys(zone.operator for zone in zones))
    marks = [
        Mark(s.longitude, s.latitude, operators.index(s.operator) % KINDS, s.title) for s in spots
    ]
    areas = [Area(zone.name, zone.longitude, zone.latitude) for zone in zones]
    words = ", ".join(f"{who} ({_SHAPES[i % KINDS]})" for i, who in enumerate(operators))
    table = Table(
        "Armoires d'éclairage",
        ("Armoire", "Commune", "Exploitant", "Points lumineux"),
        tuple((s.title, s.commune, s.operator, format_number(s.light_points)) for s in spots),
        frozenset({3}),
        ("Total", "", "", format_number(sum(spot.light_points for spot in spots))),
    )
    summary = (
        f"{format_number(len(spots))} armoires dans {len(zones)} communes, le nord en haut. "
        f"Exploitants : {words}."
    )
    return Figure(summary, render_places("Carte des armoires d'éclairage", marks, areas), table)


def _build_commune_table(zones: Sequence[Zone]) -> Table:
    return Table(
        "Éclairage par commune",
        ("Commune", "Exploitant", "Armoires", "Points lumineux"),
        tuple(
            (z.name, z.operator, format_number(z.cabinets), format_number(z.light_points))
            for z in zones
        ),
        frozenset({2, 3}),
        ("Total", "", *(format_number(n) for n in _count_territory_assets(zones))),
    )


def _count_territory_assets(zones: Sequence[Zone]) -> tuple[int, int]:
    return sum(zone.cabinets for zone in zones), sum(zone.light_points for zone in zones)


def _build_energy_figure(zones: Sequence[Zone]) -> Figure:
    rows = [Bar(zone.name, zone.kwh, format_energy(zone.kwh)) for zone in zones]
    whole = _sum_complete_values([zone.kwh for zone in zones])
    heads = ("Commune", "Énergie de l'année")
    table = Table(
        "Énergie de l'éclairage par commune",
        heads,
        tuple((zone.name, format_energy(zone.kwh)) for zone in zones),
        frozenset({1}),
        ("Total", format_energy(whole)),
    )
    chart = Bars(title="Énergie de l'éclairage par commune", bars=rows, heads=heads, unit="kWh")
    summary = f"Énergie de l'éclairage public sur l'année : {format_energy(whole)} en tout."
    return build_figure(chart, summary=summary, table=table)
