"""What the map shows: things as marks of a kind, or crowds of them, each with its row."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from synergie.applications import load_declared
from synergie.errors import NotAllowed
from synergie.exchange.assets.communes import Outline
from synergie.exchange.publication.features import Box, Crowd, MapContent, Sought, Spread
from synergie.reports.assets.map import Key, MapArea, Name, Spot, drawn_map
from synergie.reports.document import Figure
from synergie.reports.explore import Field
from synergie.reports.figure.columns import Columns, Series
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.trust import agreement_words
from synergie.schemas.assets.location import Location
from synergie.schemas.publication.feature import FeatureNoun
from synergie.schemas.trust.agreement import Agreement
from synergie.server.pages.frame import Visit
from synergie.server.pages.words import format_page_number, format_quantity, short_date

MOST = 200
"""Things that are drawn one by one, and rows of the list."""
CELLS = 12
"""Cells of the grid from side to side where things are too many for that."""
_WIDEST, _ZOOMS = 360.0, frozenset(map(str, range(23)))
_TILE, _CELL = 256, 56
_OLDEST, _BAND, _OLD = 1980, 5, 25
"""The oldest year of the ages of lights, years of a column, and when one is called old."""
_AGED = ("LED", "SHP")
"""Lamps that ages tell apart; the others are told together."""
_NAMES = 40
"""Crowds whose number is written on the drawing."""
_MOST_OUTLINES = 60
"""Communes whose outline the page itself holds; the script asks for all of them."""
_CORNERS = 4
_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}", re.ASCII)
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{2,63}", re.ASCII)

type Words = tuple[str, str]

NOUNS: dict[FeatureNoun, Words] = {
    "light_points": ("points lumineux", "light points"),
    "cabinets": ("armoires", "cabinets"),
    "sites": ("sites", "sites"),
}
"""What a map is of, in words. Delivery points stand where their site does, so they are not here."""
_LAMPS: dict[str, Words] = {
    "LED": ("LED", "LED"),
    "SHP": ("sodium haute pression", "high-pressure sodium"),
    "SBP": ("sodium basse pression", "low-pressure sodium"),
    "IM": ("iodures métalliques", "metal halide"),
    "VM": ("vapeur de mercure", "mercury vapour"),
    "FLUO": ("fluorescent", "fluorescent"),
    "HAL": ("halogène", "halogen"),
    "INC": ("incandescence", "incandescent"),
    "IND": ("induction", "induction"),
    "XEN": ("xénon", "xenon"),
    "AU": ("autre", "other"),
    "XX": ("lampe non connue", "lamp not known"),
}
_CONTROLS: dict[str, Words] = {
    "photocell": ("cellule", "photocell"),
    "astronomical_clock": ("horloge astronomique", "astronomical clock"),
    "clock": ("horloge", "clock"),
    "remote": ("télégestion", "remote"),
}
_SITES: dict[str, Words] = {
    "building": ("bâtiment", "building"),
    "public_lighting": ("éclairage public", "public lighting"),
    "water": ("eau", "water"),
    "charging": ("recharge", "charging"),
    "other": ("autre", "other"),
}
_LEGENDS: dict[FeatureNoun, tuple[Words, Words, Words]] = {
    "light_points": (
        ("disque : LED", "disc: LED"),
        ("carré : autre lampe", "square: another lamp"),
        ("triangle : lampe non connue", "triangle: lamp not known"),
    ),
    "cabinets": (
        ("disque : horaires réglables", "disc: hours can be set"),
        ("carré : horaires fixes", "square: hours cannot be set"),
        ("triangle : non connu", "triangle: not known"),
    ),
    "sites": (
        ("disque : bâtiment", "disc: building"),
        ("carré : éclairage, eau, recharge", "square: lighting, water, charging"),
        ("triangle : autre", "triangle: other"),
    ),
}
_CROWDS: tuple[Words, Words] = (
    ("losange : plusieurs, leur nombre est écrit", "diamond: several, their number is written"),
    ("disque : un seul", "disc: one alone"),
)
_ONE: dict[FeatureNoun, Words] = {
    "light_points": ("point lumineux", "light point"),
    "cabinets": ("armoire", "cabinet"),
    "sites": ("site", "site"),
}
_UNKNOWN: Words = ("non connu", "not known")
COLOURS: dict[str, Words] = {
    "nature": ("la commande des horaires", "how hours are set"),
    "energie": ("l'énergie par point lumineux", "energy a light"),
    "age": ("l'âge des points lumineux", "age of the lights"),
    "pannes": ("les alertes", "alerts"),
}
"""What marks of cabinets can tell, one at a time."""
_CLASSES: dict[str, tuple[tuple[float, float], tuple[Words, Words, Words]]] = {
    "energie": ((300, 550), (
        ("disque : 300 kWh par point lumineux et par an au plus",
         "disc: 300 kWh a light and year at most"),
        ("carré : de 300 à 550 kWh", "square: from 300 to 550 kWh"),
        ("triangle : plus de 550 kWh", "triangle: more than 550 kWh"),
    )),
    "age": ((10, 25), (
        ("disque : la moitié des points a 10 ans au plus",
         "disc: half of the lights are 10 years old at most"),
        ("carré : de 11 à 25 ans", "square: from 11 to 25 years"),
        ("triangle : plus de 25 ans", "triangle: more than 25 years"),
    )),
    "pannes": ((0, 1), (
        ("disque : aucune alerte", "disc: no alert"),
        ("carré : une alerte", "square: one alert"),
        ("triangle : plusieurs alertes", "triangle: several alerts"),
    )),
}  # fmt: skip
"""The two limits of the three classes, the same everywhere, and their words."""
_LOZENGE: Words = ("losange : inconnu", "diamond: unknown")


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """What the address asks for; what it says wrongly is left out, and said."""

    noun: FeatureNoun
    agreement: str | None
    commune: str | None
    box: Box | None
    wrong: bool
    colour: str = "nature"

    @classmethod
    def of(cls, visit: Visit) -> "MapQuestion":
        """The question of *visit*."""
        told = visit.request.query_params
        noun = told.get("quoi", "light_points")
        known = next((one for one in NOUNS if one == noun), None)
        agreement = _select_matching_text(_ID, told.get("accord"))
        commune = _select_matching_text(_CODE, told.get("commune"))
        box = _parse_box(told.get("bbox", ""))
        colour = told.get("couleur") if told.get("couleur") in COLOURS else None
        kept = {"accord": agreement, "commune": commune, "bbox": box, "quoi": known,
                "couleur": colour}  # fmt: skip
        wrong = any(told.get(name) and value is None for name, value in kept.items())
        return cls(known or "light_points", agreement, commune, box, wrong, colour or "nature")

    @property
    def classed(self) -> bool:
        """Whether marks tell a class of their own cabinet: of another's nobody knows it here."""
        return self.noun == "cabinets" and self.agreement is None and self.colour in _CLASSES

    @property
    def scope(self) -> str:
        """The scope that opens it: that of the list on `/v1`."""
        return f"{self.noun.replace('_', '-')}:read"

    @property
    def sought(self) -> Sought:
        """The same for the use case."""
        like = () if self.commune is None else (("insee_code", self.commune),)
        return Sought(box=self.box, like=like)

    def query(self, **changed: str | None) -> str:
        """The address of the same, but for *changed*."""
        told = {
            "quoi": self.noun,
            "accord": self.agreement,
            "commune": self.commune,
            "bbox": None if self.box is None else format_box(self.box),
            "couleur": None if self.colour == "nature" else self.colour,
        } | changed
        return urlencode({name: value for name, value in told.items() if value})


def format_box(box: Box) -> str:
    """A box as an address says it: a metre is fine enough."""
    return ",".join(f"{one:.5f}" for one in (box.west, box.south, box.east, box.north))


def _select_matching_text(form: re.Pattern[str], text: str | None) -> str | None:
    return text if text and form.fullmatch(text) else None


def _parse_box(text: str) -> Box | None:
    try:
        numbers = [float(one) for one in text.split(",")]
    except ValueError:
        return None
    if len(numbers) != _CORNERS or not all(map(isfinite, numbers)):
        return None
    west, south, east, north = numbers
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 (the globe)
        return None
    return Box(west, south, east, north)


def cell_of(visit: Visit, box: Box | None) -> float:
    """How wide a crowd is, degrees: by the zoom of the map, else by the width of the box."""
    zoom = visit.request.query_params.get("zoom", "")
    if zoom in _ZOOMS:
        return _WIDEST / (1 << int(zoom)) * _CELL / _TILE
    wide = _WIDEST if box is None else box.east - box.west
    return max(wide / CELLS, 1e-6)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the map, and one row of the list under it."""

    kind: int
    """0 to 2 by the legend; 3: a crowd."""
    place: tuple[float, float] | None
    n: int
    name: str
    what: str
    power: float | None
    commune: str
    changed_on: datetime | None
    closer: str | None
    """The address that shows a crowd more closely. None: one thing."""

    @property
    def script_values(self) -> list[Any]:
        """The mark as the script reads it."""
        x, y = self.place or (None, None)
        said = self.name, self.what, self.power, self.commune, self.closer
        return [x, y, self.kind, self.n, *said]


def build_map_marks(visit: Visit, asked: MapQuestion, shown: MapContent, cell: float) -> list[Mark]:
    """Every mark, in the order of the list."""
    if shown.crowds:
        return [_build_crowd_mark(visit, asked, one, cell) for one in shown.crowds]
    marks = [_build_asset_mark(visit, asked.noun, *one) for one in shown.things]
    if asked.noun != "cabinets" or asked.agreement or not marks:
        return marks
    cards = _read_cabinet_cards(visit, [one for one, _ in shown.things])
    return [
        replace(
            mark,
            kind=card.find_class(asked.colour) if asked.classed else mark.kind,
            what=", ".join((mark.what, *card.describe(visit))),
        )
        for mark, card in zip(marks, cards, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _CabinetCard:
    """What one's own cabinet is known by. None: not known."""

    lights: int
    kwh: float | None
    """Energy of the twelve last known months, a light."""
    age: int | None
    """Years that half of its lights have at least, where half of them have a year."""
    faults: int | None

    def find_class(self, colour: str) -> int:
        """0 to 2 by the limits of *colour*; 3: unknown."""
        value = {"energie": self.kwh, "age": self.age, "pannes": self.faults}[colour]
        return 3 if value is None else sum(value > limit for limit in _CLASSES[colour][0])

    def describe(self, visit: Visit) -> Iterator[str]:
        """Each figure with its unit; what is not known says so."""
        yield visit.say("points lumineux : {}", "lights: {}",
                        format_page_number(visit.lang, self.lights))  # fmt: skip
        unknown = visit.say("inconnu", "unknown")
        kwh = unknown if self.kwh is None else format_quantity(visit.lang, round(self.kwh), "kWh")
        yield visit.say("par point et par an : {}", "a light and year: {}", kwh)
        if self.age is None:
            yield visit.say("âge inconnu", "age unknown")
        else:
            yield visit.say(
                "la moitié a {} ans au moins", "half are {} years old at least", self.age
            )
        if self.faults is not None:
            yield visit.say("alertes : {}", "alerts: {}", self.faults)


def _read_cabinet_cards(visit: Visit, cabinets: Sequence[Any]) -> list[_CabinetCard]:
    """The card of each of the visitor's own *cabinets*."""
    years: dict[str, Counter[int | None]] = {}
    if visit.may("light-points:read"):
        tally = visit.publication.features.tally_lights
        for year, cabinet, n in tally(visit.principal, Sought(), by="cabinet", now=visit.now):
            years.setdefault(cabinet, Counter())[int(year) if year.isdigit() else None] += n
    energies: dict[str, float] = {}
    feeds = dict(visit.publication.features.values(
        visit.principal, "cabinets", "supply_point", now=visit.now))  # fmt: skip
    if visit.may("series:read", "supply-points:read"):
        months = visit.readings.months.read(visit.principal, now=visit.now)
        whole = len(months.months)
        energies = {one.point.key: one.wh / 1000 for one in months.totals if one.months == whole}
    found = [each for count in load_declared("outages") if (each := count(visit)) is not None]
    cards = []
    for one in cabinets:
        lights = years.get(one.external_id, Counter())
        n, kwh = lights.total(), energies.get(one.supply_point or "")
        shared = feeds.get(one.supply_point or "", 0) > 1
        cards.append(
            _CabinetCard(
                lights=n,
                kwh=None if kwh is None or not n or shared else kwh / n,
                age=_find_median_age(lights, visit.now.year),
                faults=sum(each.get(one.external_id, 0) for each in found) if found else None,
            )
        )
    return cards


def _find_median_age(lights: Counter[int | None], year: int) -> int | None:
    """The age that half of *lights* have at least. None: fewer than half of them tell a year."""
    known = sorted(one for one in lights.elements() if one is not None)
    if not known or 2 * len(known) < lights.total():
        return None
    return max(0, year - known[(len(known) - 1) // 2])


def _build_crowd_mark(visit: Visit, asked: MapQuestion, one: Crowd, cell: float) -> Mark:
    around = Box(
        max(one.longitude - cell, -180),
        max(one.latitude - cell, -90),
        min(one.longitude + cell, 180),
        min(one.latitude + cell, 90),
    )
    noun = visit.say(*(NOUNS if one.n > 1 else _ONE)[asked.noun])
    return Mark(
        3 if one.n > 1 else 0,
        (round(one.longitude, 5), round(one.latitude, 5)),
        one.n,
        f"{format_page_number(visit.lang, one.n)} {noun}",
        visit.say("ensemble", "together"),
        None,
        "",
        None,
        f"/carte?{asked.query(bbox=format_box(around))}",
    )


def _build_asset_mark(
    visit: Visit, noun: FeatureNoun, one: Any, place: tuple[float, float] | None
) -> Mark:
    kind, what = _SAID[noun](one)
    return Mark(
        kind,
        place,
        1,
        getattr(one, "name", None) or one.external_id,
        visit.say(*what),
        getattr(one, "power_w", None),
        visit.publication.public_features.communes.name(one.insee_code or ""),
        datetime.fromisoformat(one.updated_at),
        None,
    )


def _describe_lamp(one: Any) -> tuple[int, Words]:
    known = one.source_type if one.source_type != "XX" else None
    kind = 2 if known is None else int(known != "LED")
    return kind, _LAMPS.get(one.source_type or "XX", _UNKNOWN)


def _describe_cabinet(one: Any) -> tuple[int, Words]:
    kind = 2 if one.programmable is None else int(not one.programmable)
    return kind, _CONTROLS.get(one.control_type or "", _UNKNOWN)


def _describe_site(one: Any) -> tuple[int, Words]:
    kind = {"building": 0, "other": 2}.get(one.kind, 1)
    return kind, _SITES.get(one.kind, _UNKNOWN)


_SAID = {"light_points": _describe_lamp, "cabinets": _describe_cabinet, "sites": _describe_site}


type Thing = tuple[Any, tuple[float, float] | None]
"""A thing as the map has it, and its place."""


def list_asset_fields(visit: Visit, noun: FeatureNoun) -> list[Field[Thing]]:
    """What the table of things of *noun* can show, sort and filter by."""
    say, name_commune = visit.say, visit.publication.public_features.communes.name

    def tell(name: str) -> Callable[[Thing], Any]:
        return lambda one: getattr(one[0], name, None)

    def day(name: str) -> Callable[[Thing], date | None]:
        return lambda one: date.fromisoformat(told[:10]) if (told := tell(name)(one)) else None

    def measure(name: str, head: str, unit: str) -> Field[Thing]:
        value = tell(name)
        return Field(name=name, head=head, kind="whole", unit=unit, value=value,
                     text=lambda one: format_quantity(visit.lang, value(one), unit))  # fmt: skip

    mine: dict[FeatureNoun, list[Field[Thing]]] = {
        "light_points": [
            measure("power_w", say("Puissance", "Power"), "W"),
            Field(name="armoire", head=say("Armoire", "Cabinet"), value=tell("cabinet"),
                  facet=True),
            Field(name="pose", head=say("Posé le", "Installed on"), kind="date",
                  value=day("installed_on")),
            Field(name="modele", head=say("Modèle", "Model"), value=tell("luminaire_model"),
                  hidden=True),
        ],
        "cabinets": [
            measure("subscribed_power_kva", say("Puissance souscrite", "Power subscribed"), "kVA"),
            Field(name="visite", head=say("Dernier contrôle", "Last inspection"), kind="date",
                  value=day("inspected_on")),
        ],
        "sites": [measure("floor_area_m2", say("Surface", "Floor area"), "m²")],
    }  # fmt: skip
    named = [Field(name="nom", head=say("Nom", "Name"), value=tell("name"))]
    return [
        Field(name="repere", head=say("Repère", "Name"), value=tell("external_id")),
        *(named if noun != "light_points" else ()),
        Field(name="nature", head=say("Nature", "Kind"), facet=True,
              value=lambda one: say(*_SAID[noun](one[0])[1])),
        *mine[noun],
        Field(name="ville", head=say("Commune", "Commune"), facet=True,
              value=lambda one: name_commune(one[0].insee_code or "") or None),
        Field(name="change", head=say("Mis à jour", "Changed"), kind="date",
              value=day("updated_at")),
        *(_build_degree_field(visit, at) for at in (0, 1)),
    ]  # fmt: skip


def build_age_figure(visit: Visit, told: Sequence[tuple[str, str, int]]) -> Figure | None:
    """How old lights are, by lamp: five years a column, those of no known year last. None: none."""
    whole = sum(n for *_, n in told)
    if not whole:
        return None
    newest = visit.now.year
    first = newest - (newest - _OLDEST) // _BAND * _BAND
    bands = [*range(first, newest + 1, _BAND), None]
    counted = Counter[tuple[int | None, str]]()
    for year, lamp, n in told:
        known = min(max(int(year), first), newest) if year.isdigit() else None
        band = None if known is None else first + (known - first) // _BAND * _BAND
        counted[band, lamp if lamp in _AGED else "" if lamp in {"", "XX"} else "AU"] += n
    old = sum(n for year, _, n in told if year.isdigit() and newest - int(year) > _OLD)
    lost = sum(n for (band, _), n in counted.items() if band is None)
    names = {
        **{one: visit.say(*_LAMPS[one]) for one in (*_AGED, "AU")},
        "": visit.say(*_LAMPS["XX"]),
    }
    chart = Columns(
        title=visit.say(
            "Points lumineux de plus de {} ans : {} ; année inconnue : {}, sur {}.",
            "Light points of more than {} years: {}; year unknown: {}, of {}.",
            _OLD,
            *(format_page_number(visit.lang, n) for n in (old, lost, whole)),
        ),
        steps=[_name_band(visit, one, first) for one in bands],
        labels=["?" if one is None else str(one) for one in bands],
        series=[
            Series(name, tuple(_make_count_cell(visit, counted[band, lamp]) for band in bands))
            for lamp, name in names.items()
        ],
        heads=visit.say("Année de pose", "Year of installation"),
        unit=visit.say("points", "points"),
        source=visit.say("D'après l'inventaire, le {}.", "By the inventory, on {}.",
                         short_date(visit.lang, visit.now)),
    )  # fmt: skip
    return build_figure(chart)


def _name_band(visit: Visit, band: int | None, first: int) -> str:
    if band is None:
        return visit.say("année inconnue", "year unknown")
    if band == first:
        return visit.say("jusqu'à {}", "up to {}", band + _BAND - 1)
    last = min(band + _BAND - 1, visit.now.year)
    return str(band) if band == last else f"{band} – {last}"


def _make_count_cell(visit: Visit, n: int) -> Cell:
    return Cell(float(n), format_page_number(visit.lang, n))


def _build_degree_field(visit: Visit, at: int) -> Field[Thing]:
    """Longitude or latitude, to a metre."""

    def value(one: Thing) -> float | None:
        return None if one[1] is None else one[1][at]

    def text(one: Thing) -> str:
        return visit.say("inconnu", "unknown") if one[1] is None else f"{one[1][at]:.5f}"

    name = ("longitude", "latitude")[at]
    return Field(name=name, head=name.title(), kind="price", hidden=True, value=value, text=text)


def describe_map_legend(visit: Visit, asked: MapQuestion, *, crowds: bool) -> list[str]:
    """The legend in words, as the map uses it now."""
    words: tuple[Words, ...] = _CROWDS if crowds else _LEGENDS[asked.noun]
    if asked.classed and not crowds:
        words = (*_CLASSES[asked.colour][1], _LOZENGE)
    return [visit.say(*one) for one in words]


def render_map(visit: Visit, found: list[Mark], said: list[str], communes: Sequence[str]) -> Markup:
    """The map without a script: marks of their shape; the largest crowds bear their number.

    Outlines of *communes* and their names lie under them where they are known.
    """
    spots, names = [], []
    outlines = list_outlines(visit, communes)[:_MOST_OUTLINES]
    largest = sorted((one for one in found if one.n > 1), key=lambda one: -one.n)[:_NAMES]
    for one in found:
        if one.place is not None:
            at = Location(longitude=one.place[0], latitude=one.place[1])
            spots.append(Spot(at, one.kind, one.name))
            if one in largest:
                names.append(Name(at, str(one.n)))
    names += _name_communes(outlines, spots)
    kinds = (3, 0) if len(said) == len(_CROWDS) else range(len(said))
    keys = [Key(kind, text) for kind, text in zip(kinds, said, strict=True)]
    title = visit.say(
        "Carte : la liste ci-dessous dit la même chose", "Map: the list below says the same"
    )
    return drawn_map(
        title, spots=spots, names=names, legend=keys, areas=list(map(_build_area, outlines))
    )


def list_outlines(visit: Visit, codes: Sequence[str]) -> list[Outline]:
    """Where the communes of *codes* are, as far as it is known."""
    outlines = visit.publication.public_features.communes.outlines
    return [outlines[code] for code in codes if code in outlines]


def _name_communes(outlines: Sequence[Outline], spots: Sequence[Spot]) -> list[Name]:
    """Names of communes whose middle is among *spots*: others would stand at the edge."""
    longitudes = [one.place.longitude for one in spots]
    latitudes = [one.place.latitude for one in spots]
    found = []
    for one in outlines:
        x, y = (one.box.west + one.box.east) / 2, (one.box.south + one.box.north) / 2
        if spots and (
            min(longitudes) < x < max(longitudes) and min(latitudes) < y < max(latitudes)
        ):
            found.append(Name(Location(longitude=x, latitude=y), one.name))
    return found


def _build_area(one: Outline) -> MapArea:
    rings = (ring for rings in one.polygons for ring in rings)
    return MapArea(
        tuple(tuple(Location(longitude=x, latitude=y) for x, y in ring) for ring in rings),
        one.name,
    )


def describe_outlines(visit: Visit, codes: Sequence[str]) -> str:
    """Whose the outlines are; "": none is drawn, or nobody said."""
    source = visit.publication.public_features.communes.source
    if not source or not list_outlines(visit, codes):
        return ""
    return visit.say("Contours des communes : {}.", "Outlines of communes: {}.", source)


def describe_map(visit: Visit, asked: MapQuestion, whole: Spread) -> str:
    """The first sentence of the page: what stands where."""
    noun = visit.say(*NOUNS[asked.noun])
    if whole.n == 0:
        return visit.say(
            "Rien à montrer : aucun des {} n'est visible pour vous.",
            "Nothing to show: none of the {} is visible to you.",
            noun,
        )
    lost = whole.n - whole.placed
    placed = format_page_number(visit.lang, whole.placed)
    told = visit.say("{} {} sur la carte.", "{} {} on the map.", placed, noun)
    if lost:
        told += " " + visit.say(
            "{} sans place connue, dans la liste seulement.",
            "{} without a known place, in the list only.",
            format_page_number(visit.lang, lost),
        )
    return told


def iterate_asset_agreements(visit: Visit, asked: MapQuestion) -> Iterator[tuple[str, str]]:
    """The agreements whose assets the visitor's organisation reads, by title."""
    if not visit.may("agreements:read"):
        return
    mine = visit.principal.organisation
    after: str | None = None
    while True:
        page = visit.trust.agreements.page(visit.principal, after=after, limit=200, now=visit.now)
        for one in page.items:
            if _is_asset_agreement(one, mine) or one.id == asked.agreement:
                name = visit.someone.organisation.name
                yield one.id, agreement_words.build_agreement_title(one.terms, name, visit.lang)
        after = page.next
        if after is None:
            return


def _is_asset_agreement(one: Agreement, mine: str) -> bool:
    return one.terms.recipient == mine and one.state == "active" and "assets" in one.terms.datasets


def list_visible_communes(visit: Visit, asked: MapQuestion) -> list[str]:
    """The communes of the cabinets and sites that the visitor may see; few, and quickly found."""
    found: set[str] = set()
    for noun in ("cabinets", "sites"):
        if not visit.may(f"{noun}:read"):
            continue
        try:
            told = visit.publication.features.values(
                visit.principal, noun, "insee_code", agreement=asked.agreement, now=visit.now
            )
        except NotAllowed:
            continue
        found |= {code for code, _ in told}
    return sorted(found)


__all__ = [
    "COLOURS",
    "MOST",
    "NOUNS",
    "MapQuestion",
    "Mark",
    "build_age_figure",
    "build_map_marks",
    "cell_of",
    "describe_map",
    "describe_map_legend",
    "describe_outlines",
    "format_box",
    "iterate_asset_agreements",
    "list_asset_fields",
    "list_outlines",
    "list_visible_communes",
    "render_map",
]
