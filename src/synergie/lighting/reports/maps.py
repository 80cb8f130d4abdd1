"""One small map a scenario: what each cabinet, or each commune, does at night; no network."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from synergie.lighting.records.effects import CabinetEffects, ScenarioEffects
from synergie.lighting.records.schedule import LightingSchedule
from synergie.lighting.reports.actions import schedule_name
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.words import (
    format_bare_value,
    format_colon,
    format_semicolon,
    select_column_heads,
)
from synergie.reports.assets.map import Key, Name, Spot, drawn_map
from synergie.reports.document import Block, Figure, Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import format_number
from synergie.schemas.assets.location import Location

KINDS: tuple[Pair, ...] = (
    ("lumière toute la nuit, lampes d'aujourd'hui", "light all night, lamps of today"),
    ("lumière éteinte une partie de la nuit, lampes d'aujourd'hui",
     "light off for a part of the night, lamps of today"),
    ("lumière abaissée une partie de la nuit, lampes d'aujourd'hui",
     "light dimmed for a part of the night, lamps of today"),
    ("lumière toute la nuit, lampes remplacées", "light all night, lamps replaced"),
    ("lumière éteinte une partie de la nuit, lampes remplacées",
     "light off for a part of the night, lamps replaced"),
    ("lumière abaissée une partie de la nuit, lampes remplacées",
     "light dimmed for a part of the night, lamps replaced"),
)  # fmt: skip
"""What a mark says, by its shape: disc, square, triangle, diamond, cross, star."""
MOST_MARKS = 1_200
"""Cabinets that a map shows; of more, it shows communes."""
_SMALL = 'width="64%"'


def maps_section(brief: LightingBrief) -> Section:
    """The maps, each with its table."""
    where = _Where(brief)
    title = choose_text("Où la lumière change", "Where the light changes")
    if not where.cabinets and not where.communes:
        told = choose_text(
            "Aucun fichier ne dit où sont les armoires ni les luminaires : pas de carte.",
            "No file tells where the cabinets or the luminaires stand: no map.",
        )
        return Section("cartes", title, (Paragraph(told),))
    how = choose_text(
        "Une marque par armoire (ou par commune quand il y en a trop). Sa forme dit ce qui s'y "
        "passe ; la légende la nomme.",
        "One mark for each cabinet (or for each commune when there are too many). Its shape tells "
        "what happens there; the legend names it.",
    )
    blocks: list[Block] = [Paragraph(how)]
    blocks += [
        _of_cabinets(where, one) if where.is_fine(one) else _of_communes(where, one)
        for one in brief.scenarios_in_play_first
    ]
    return Section("cartes", title, tuple(blocks))


@dataclass(frozen=True)
class _Where:
    """Places of cabinets and communes."""

    brief: LightingBrief

    @cached_property
    def cabinets(self) -> dict[str, Location]:
        """Each cabinet where it stands, else in the middle of its luminaires."""
        found = {one.id: one.location for one in self.brief.study.cabinets if one.location}
        lights = defaultdict[str, list[Location]](list)
        for light in self.brief.study.lights:
            if light.location and light.cabinet and light.cabinet not in found:
                lights[light.cabinet].append(light.location)
        return found | {cabinet: compute_mean_place(places) for cabinet, places in lights.items()}

    @cached_property
    def communes(self) -> dict[str, Location]:
        """Each commune in the middle of what stands in it."""
        places = defaultdict[str, list[Location]](list)
        for cabinet in self.brief.study.cabinets:
            place = self.cabinets.get(cabinet.id)
            if place is not None and cabinet.insee_code is not None:
                places[cabinet.insee_code].append(place)
        for light in self.brief.study.lights:
            if light.location is not None and light.insee_code is not None:
                places[light.insee_code].append(light.location)
        return {code: compute_mean_place(held) for code, held in places.items()}

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names of the communes."""
        known = self.brief.communes
        return tuple(Name(place, known.get(code, code)) for code, place in self.communes.items())

    @cached_property
    def schedules(self) -> dict[str, LightingSchedule]:
        """The schedules by key."""
        return {one.id: one for one in self.brief.study.schedules}

    @cached_property
    def watts(self) -> dict[str, float | None]:
        """Power of each cabinet today."""
        return {one.cabinet: one.power_w for one in self.brief.today.cabinets}

    def is_fine(self, one: ScenarioEffects) -> bool:
        """Whether a map of *one* can show cabinets."""
        placed = sum(each.cabinet in self.cabinets for each in one.cabinets)
        return 0 < placed <= MOST_MARKS

    def kind(self, one: CabinetEffects) -> int:
        """What a cabinet does, as a place in `KINDS`."""
        spans = self.schedules[one.schedule].spans if one.schedule in self.schedules else ()
        night = 0
        if spans:
            night = 1 if any(not span.light_share for span in spans) else 2
        before = self.watts.get(one.cabinet)
        renewed = None not in (before, one.power_w) and one.power_w != before
        return night + 3 * renewed


def compute_mean_place(places: Sequence[Location]) -> Location:
    """The mean place."""
    return Location(
        longitude=round(sum(one.longitude for one in places) / len(places), 6),
        latitude=round(sum(one.latitude for one in places) / len(places), 6),
    )


def _of_cabinets(where: _Where, one: ScenarioEffects) -> Figure:
    brief, words = where.brief, [choose_text(*one) for one in KINDS]
    kinds = {each.cabinet: where.kind(each) for each in one.cabinets}
    counts = Counter(kinds.values())
    spots = [
        Spot(where.cabinets[cabinet], kind, f"{cabinet}{format_colon()}{words[kind]}")
        for cabinet, kind in kinds.items()
        if cabinet in where.cabinets
    ]
    name = brief.full(one.scenario)
    title = choose_text(f"Armoires sous {name}", f"Cabinets under {name}")
    legend = [
        Key(k, f"{words[k]}{format_colon()}{format_number(counts[k])}") for k in sorted(counts)
    ]
    drawing = drawn_map(title, spots=spots, names=where.names, legend=legend)
    told = format_semicolon().join(
        f"{words[k]}, {format_number(counts[k])}" for k in sorted(counts)
    )
    summary = choose_text(f"{name}. Armoires : {told}.", f"{name}. Cabinets: {told}.")
    return Figure(summary, render_small_map(drawing), _cabinet_table(where, one, kinds))


def render_small_map(drawing: Markup) -> Markup:
    """A map that leaves room for the next one."""
    return Markup(str(drawing).replace('width="100%"', _SMALL, 1))  # noqa: S704 (our own drawing)


def _cabinet_table(where: _Where, one: ScenarioEffects, kinds: Mapping[str, int]) -> Table:
    """The cabinets of a commune together: what they do, how many."""
    brief = where.brief
    homes = {each.id: each.insee_code for each in brief.study.cabinets}
    words = [choose_text(*one) for one in KINDS]
    nowhere = choose_text("commune inconnue", "unknown commune")
    counts: Counter[tuple[str, int, str]] = Counter()
    for each in one.cabinets:
        home = brief.communes.get(homes.get(each.cabinet) or "", nowhere)
        counts[home, kinds[each.cabinet], each.schedule] += 1
    rows = tuple(
        (home, words[kind], schedule_name(brief, schedule), format_number(many))
        for (home, kind, schedule), many in sorted(counts.items())
    )
    mark = brief.mark(one.scenario)
    caption = choose_text(f"Armoires par commune sous {mark}", f"Cabinets by commune under {mark}")
    columns = select_column_heads(
        ("Commune", "Ce qui s'y passe", "Horaire", "Armoires"),
        ("Commune", "What happens there", "Schedule", "Cabinets"),
    )
    return Table(caption, columns, rows, frozenset({3}))


def _of_communes(where: _Where, one: ScenarioEffects) -> Figure:
    brief = where.brief
    spots = [
        Spot(place, _energy_kind(brief, one.scenario, code), brief.communes.get(code, code))
        for code, place in where.communes.items()
    ]
    legend = [
        Key(
            0, choose_text("énergie comme aujourd'hui, ou inconnue", "energy as today, or unknown")
        ),
        Key(1, choose_text("moins d'énergie qu'aujourd'hui", "less energy than today")),
        Key(2, choose_text("plus d'énergie qu'aujourd'hui", "more energy than today")),
    ]
    name = brief.full(one.scenario)
    title = choose_text(f"Communes sous {name}", f"Communes under {name}")
    drawing = drawn_map(title, spots=spots, names=where.names, legend=legend)
    summary = choose_text(
        f"{name} : l'énergie de chaque commune.", f"{name}: the energy of each commune."
    )
    return Figure(summary, render_small_map(drawing), _commune_table(where, one))


def _commune_table(where: _Where, one: ScenarioEffects) -> Table:
    mark = where.brief.mark(one.scenario)
    return Table(
        choose_text(
            f"Énergie par commune sous {mark}, en MWh par an",
            f"Energy by commune under {mark}, in MWh a year",
        ),
        ("Commune", choose_text("Aujourd'hui", "Today"), mark),
        tuple(_commune_rows(where, one)),
        frozenset({1, 2}),
    )


def _commune_rows(where: _Where, one: ScenarioEffects) -> Iterator[tuple[str, ...]]:
    brief = where.brief
    for code, name in brief.communes.items():
        before = brief.commune_value(brief.today.scenario, code, "energy")
        after = brief.commune_value(one.scenario, code, "energy")
        yield name, format_bare_value("energy", before), format_bare_value("energy", after)


def _energy_kind(brief: LightingBrief, scenario: str, code: str) -> int:
    before = brief.commune_value(brief.today.scenario, code, "energy")
    after = brief.commune_value(scenario, code, "energy")
    if before is None or after is None or before == after:
        return 0
    return 1 if after < before else 2
