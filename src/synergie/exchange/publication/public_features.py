"""Published sums as features: one a cell and period, on the outline of its commune.

What is open is decided at each read by `PublicData`; here it only takes another shape. A cell that
is hidden stands there without numbers, which is no zero.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from synergie.calendar import load_time_zone
from synergie.errors import NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.assets.communes import Communes, Outline
from synergie.exchange.publication.aggregate_year import bounds_of
from synergie.exchange.publication.features import FeaturePage, FeatureRequest, Sought
from synergie.exchange.publication.publications_public import Dataset, PublicData
from synergie.reports.french import FIXED, format_energy, format_number, short_date
from synergie.schemas.publication.cell_scheme import Category
from synergie.schemas.publication.licences import LICENCES
from synergie.schemas.publication.release import Licence, Release
from synergie.storage.assets.places import Box
from synergie.storage.store import Store

_HOME = "Europe/Paris"
_KWH = 1_000
_ENERGIES = {"electricity": "d'électricité", "gas": "de gaz"}
_CATEGORIES: dict[Category, str] = {
    "residential": "logements",
    "professional": "professionnels",
    "public_body": "éclairage et bâtiments publics",
}

COLUMNS: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "description": "Période et cellule."},
    "name": {"type": "string", "description": "Nom de la cellule."},
    "description": {"type": "string", "description": "La même chose en une phrase."},
    "status": {
        "type": "string",
        "enum": ["published", "hidden"],
        "description": "`hidden` : la somme n'est pas publiée, ce qui n'est pas un zéro.",
    },
    "cell": {"type": "string", "description": "La cellule dans son découpage."},
    "insee_code": {"type": "string", "description": "Commune (INSEE)."},
    "category": {"type": "string", "description": "Catégorie des points, si elle est seule."},
    "period": {"type": "string", "description": "Mois ou année civile."},
    "start": {"type": "string", "format": "date", "description": "Premier jour."},
    "end": {"type": "string", "format": "date", "description": "Lendemain du dernier jour."},
    "n_points": {"type": "number", "description": "Points de livraison comptés."},
    "energy_kwh": {"type": "number", "unit": "kWh", "description": "Somme, kWh."},
    "publisher": {"type": "string", "description": "Qui en répond."},
    "licence": {"type": "string", "description": "À quelles conditions la réutiliser."},
    "released_at": {"type": "string", "format": "date-time", "description": "Date de parution."},
    "freshness": {"type": "string", "description": "Âge des données."},
}
"""The properties of a feature, each with the JSON Schema that describes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCollection:
    """What a collection of published sums says of itself."""

    id: str
    title: str
    description: str
    publisher: str
    licence: tuple[str, str]
    """Name and address."""
    box: Box | None
    """Where. None: neither outlines nor an extent are known."""
    placed: bool
    """Whether its cells stand on outlines."""
    start: datetime
    end: datetime
    released_at: datetime
    freshness: str
    newest: str
    """The newest period."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """One feature before it is written."""

    key: str
    release: Release
    outline: Outline | None
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PublicFeatures:
    """Open datasets on a map."""

    store: Store
    data: PublicData
    communes: Communes = field(default_factory=Communes)

    def collections(self, *, now: datetime) -> list[OpenCollection]:
        """All that is open now, by id."""
        return [self._describe_collection(one, now) for one in self.data.datasets(now=now)]

    def collection(self, name: str, *, now: datetime) -> OpenCollection:
        """One. NotFound when it is absent, or not open now."""
        return self._describe_collection(self.data.dataset(name, now=now), now)

    def page(
        self, name: str, wanted: FeatureRequest, *, after: str | None, limit: int, now: datetime
    ) -> FeaturePage:
        """A page of cells, oldest period first, in the order of the tree. NotFound as above."""
        dataset = self.data.dataset(name, now=now)
        cells = [one for one in self._cells(dataset, now) if _is_requested_cell(one, wanted)]
        bound = f"public\x1f{name}\x1f{wanted.told}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            start = next((n for n, one in enumerate(cells) if one.key >= place), len(cells))
            some, end = cells[start : start + limit], start + limit
            before = cells[max(0, start - limit)].key if start else None
            follows = cells[end].key if end < len(cells) else None
            turns = [
                None if key is None else _cursor.encrypt_cursor(session, bound, key)
                for key in (follows, before)
            ]
        return FeaturePage(
            features=_encode_public_features(some, wanted),
            returned=len(some),
            matched=len(cells),
            next=turns[0],
            prev=turns[1],
        )

    def read_cell(self, name: str, feature: str, wanted: FeatureRequest, *, now: datetime) -> bytes:
        """One cell of one period. NotFound."""
        dataset = self.data.dataset(name, now=now)
        found = [one for one in self._cells(dataset, now) if one.properties["id"] == feature]
        if not found:
            raise NotFound
        return _encode_public_features(found, wanted)[1:-1]

    def newest(self, name: str, *, now: datetime) -> bytes:
        """The cells of the newest period that stand somewhere, for uMap: a list of features."""
        dataset = self.data.dataset(name, now=now)
        period = dataset.newest.period
        cells = (one for one in self._cells(dataset, now) if one.release.period == period)
        return _encode_public_features(
            [one for one in cells if one.outline is not None], FeatureRequest()
        )

    def _describe_collection(self, one: Dataset, now: datetime) -> OpenCollection:
        codes = [cell.insee_code for cell in one.scheme.cells]
        box, extent = self.communes.around(codes), one.terms.extent
        return OpenCollection(
            id=one.id,
            title=one.terms.title,
            description=one.terms.description,
            publisher=one.publisher.name,
            licence=_get_licence_name(one.newest.licence or one.terms.licence),
            box=box or (None if extent is None else Box(**extent.model_dump())),
            placed=box is not None,
            start=bounds_of(one.versions[-1].period)[0],
            end=one.newest.end,
            released_at=one.changed_at,
            freshness=_describe_release_freshness(one.newest, now),
            newest=one.newest.period,
        )

    def _cells(self, dataset: Dataset, now: datetime) -> Iterator[_Cell]:
        codes = {cell.id: cell.insee_code for cell in dataset.scheme.cells}
        for release in self.data.read_releases(dataset.current[::-1], now=now):
            about = _build_release_properties(dataset, release, now)
            for n, told in enumerate(_iterate_release_rows(release, codes)):
                outline = self.communes.outlines.get(told.get("insee_code") or "")
                yield _Cell(f"{release.period}/{n:06}", release, outline, told | about)


def _iterate_release_rows(
    release: Release, codes: dict[str, str | None]
) -> Iterator[dict[str, Any]]:
    """What is published, then what is hidden, with what each may tell."""
    for cell in release.cells:
        told: dict[str, Any] = {
            "id": f"{release.period}.{cell.cell}",
            "name": cell.name,
            "description": _describe_released_sum(
                release, cell.name, cell.energy_wh / _KWH, cell.n_points
            ),
            "status": "published",
            "cell": cell.cell,
            "insee_code": cell.insee_code,
            "category": None if cell.category is None else _CATEGORIES[cell.category],
            "n_points": float(cell.n_points),
            "energy_kwh": cell.energy_wh / _KWH,
        }
        yield {name: value for name, value in told.items() if value is not None}
    for line in release.hidden:
        told = {
            "id": f"{release.period}.{line.cell}",
            "name": line.name,
            "description": f"{line.name}{FIXED}: somme non publiée (secret statistique).",
            "status": "hidden",
            "cell": line.cell,
            "insee_code": codes.get(line.cell),
        }
        yield {name: value for name, value in told.items() if value is not None}


def _describe_released_sum(release: Release, name: str, kwh: float, n: int) -> str:
    what, points = _ENERGIES[release.energy], "points" if n > 1 else "point"
    return (
        f"{name}{FIXED}: {format_energy(kwh)} {what} en {release.period}, "
        f"{format_number(n)} {points} de livraison."
    )


def _build_release_properties(dataset: Dataset, release: Release, now: datetime) -> dict[str, Any]:
    tz = load_time_zone(_HOME)
    licence = _get_licence_name(release.licence or dataset.terms.licence)
    return {
        "period": release.period,
        "start": f"{release.start.astimezone(tz):%Y-%m-%d}",
        "end": f"{release.end.astimezone(tz):%Y-%m-%d}",
        "publisher": dataset.publisher.name,
        "licence": f"{licence[0]} ({licence[1]})",
        "released_at": f"{release.released_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "freshness": _describe_release_freshness(release, now),
    }


def _get_licence_name(name: Licence) -> tuple[str, str]:
    return LICENCES[name].name, LICENCES[name].address


def _describe_release_freshness(release: Release, now: datetime) -> str:
    tz = load_time_zone(_HOME)
    until, out = (one.astimezone(tz).date() for one in (release.end, release.released_at))
    days = max(0, (now - release.end).days)
    return (
        f"Données jusqu'au {short_date(until)} (exclu), parues le {short_date(out)}{FIXED}: "
        f"{format_number(days)} jour{'s' if days > 1 else ''}."
    )


def _is_requested_cell(one: _Cell, wanted: FeatureRequest) -> bool:
    sought: Sought = wanted.sought
    if sought.since is not None and one.release.end <= sought.since:
        return False
    if sought.until is not None and one.release.start > sought.until:
        return False
    if sought.box is None:
        return True
    return one.outline is not None and _has_common_place(one.outline, sought.box, wanted.inside)


def _has_common_place(
    outline: Outline, box: Box, inside: Callable[[float, float], bool] | None
) -> bool:
    """Whether the box around an outline and *box* have a place in common; *inside* tests finer."""
    mine = outline.box
    if mine.south > box.north or mine.north < box.south:
        return False
    if box.west > box.east:
        return mine.east >= box.west or mine.west <= box.east
    if mine.west > box.east or mine.east < box.west:
        return False
    if inside is None:
        return True
    return any(inside(*place) for rings in outline.polygons for place in rings[0])


def _encode_public_features(cells: list[_Cell], wanted: FeatureRequest) -> bytes:
    return msgspec.json.encode([_build_public_feature(one, wanted) for one in cells])


def _build_public_feature(one: _Cell, wanted: FeatureRequest) -> dict[str, Any]:
    geometry = None
    if one.outline is not None:
        project = wanted.project
        rings = [
            [[place if project is None else project(*place) for place in ring] for ring in rings]
            for rings in one.outline.polygons
        ]
        geometry = (
            {"type": "Polygon", "coordinates": rings[0]}
            if len(rings) == 1
            else {"type": "MultiPolygon", "coordinates": rings}
        )
    name = one.properties["id"]
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": one.properties}
