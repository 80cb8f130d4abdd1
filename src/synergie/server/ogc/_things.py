"""The collections of a caller: what each is called, and the answers made of them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, get_args

from fastapi import Request
from starlette.responses import Response

from synergie.errors import NotAllowed, NotFound
from synergie.exchange.publication.feature_sources import (
    FeatureSource,
    SourceList,
    encode_source_item,
    list_agreed_sources,
    list_sources,
    measure_spread,
    page_source,
)
from synergie.exchange.publication.features import DATASETS, FeaturePage, FeatureRequest, Spread
from synergie.policy import Principal
from synergie.reports.french import FIXED, short_date
from synergie.schemas.publication.feature import (
    MEDIA_TYPE,
    FeatureNoun,
    Project,
    list_feature_columns,
)
from synergie.schemas.trust.agreement import Terms
from synergie.server.house import Services
from synergie.server.ogc import _documents, _query
from synergie.server.ogc._answers import (
    JSON,
    OPENAPI,
    SCHEMA,
    build_feature_collection,
    build_ogc_response,
    encode_html_safe_json,
)
from synergie.server.ogc._crs import CRS84, LAMBERT_93, to_lambert_93
from synergie.server.ogc._documents import Collection, Side, build_link
from synergie.server.ogc._html import Link
from synergie.server.ogc._openapi import build_ogc_openapi

NOUNS: tuple[FeatureNoun, ...] = get_args(FeatureNoun.__value__)
_TITLES: dict[FeatureNoun, str] = {
    "light_points": "Points lumineux",
    "cabinets": "Armoires d'éclairage",
    "sites": "Sites",
    "supply_points": "Points de livraison",
}
_ABOUT: dict[FeatureNoun, str] = {
    "light_points": "Un point par luminaire, tel que son propriétaire le déclare.",
    "cabinets": "Une armoire commande et compte ses points lumineux.",
    "sites": "Bâtiments, éclairage, eau : ce qui consomme.",
    "supply_points": (
        "Un point de livraison se trouve où est son site ; sous un accord qui n'ouvre pas les "
        "sites, il n'a pas de place sur la carte."
    ),
}


@dataclass(frozen=True, slots=True)
class _Noun:
    """One collection: of the core, or of an application."""

    id: str
    title: str
    about: str
    scope: str
    columns: dict[str, dict[str, Any]]
    at: FeatureNoun | FeatureSource
    """Its name in the core, or the source of an application."""


def _find_noun(name: str) -> _Noun:
    """The collection of that name. NotFound for another."""
    for noun in NOUNS:
        if noun == name:
            scope, columns = scope_of(noun), list_feature_columns(noun)
            return _Noun(noun, _TITLES[noun], _ABOUT[noun], scope, columns, noun)
    one = list_sources().get(name)
    if one is None:
        raise NotFound
    return _Noun(one.id, one.title, one.about, one.scope, one.columns, one)


@dataclass(frozen=True, slots=True)
class Things:
    """What *caller* asks of one side: its own, or those of *agreement*."""

    request: Request
    house: Services
    caller: Principal
    side: Side
    now: datetime
    agreement: str | None = None
    terms: Terms | None = None
    """Of *agreement*: what it opens is listed. None: all is, before the scopes of the token."""

    def landing(self) -> Response:
        """The landing page."""
        _query.check_plain_query(self.request)
        return self._build_response(_documents.build_landing(self.side))

    def api(self) -> Response:
        """Its OpenAPI document."""
        _query.check_plain_query(self.request)
        described = [self._bare(noun) for noun in self._open_nouns()]
        return self._build_response(
            build_ogc_openapi(self.side, described, version="1.0.0"), OPENAPI
        )

    def conformance(self) -> Response:
        """The classes that are claimed."""
        _query.check_plain_query(self.request)
        return self._build_response(_documents.build_conformance(self.side))

    def collections(self) -> Response:
        """The collections that the token opens."""
        _query.check_plain_query(self.request)
        found = [self._described(noun) for noun in self._open_nouns()]
        return self._build_response(_documents.build_collections(self.side, found))

    def collection(self, name: str) -> Response:
        """One collection."""
        _query.check_plain_query(self.request)
        return self._build_response(
            _documents.describe_collection(self.side, self._described(self._named(name)))
        )

    def schema(self, name: str) -> Response:
        """The columns of one collection."""
        _query.check_plain_query(self.request)
        return self._build_response(
            _documents.build_collection_schema(self.side, self._bare(self._named(name))), SCHEMA
        )

    def items(self, name: str) -> Response:
        """A page of features."""
        noun, asked = self._named(name), _query.items(self.request)
        page = self._page(noun, asked.wanted, asked.cursor, asked.limit)
        here = self.side.at(f"/collections/{noun.id}/items")
        links = [
            build_link("self", here + asked.link(asked.cursor), MEDIA_TYPE, noun.title),
            build_link("collection", self.side.at(f"/collections/{noun.id}"), JSON, noun.title),
        ]
        links += build_neighbour_links(here, asked, page.next, page.prev)
        about = {"numberMatched": page.matched, "numberReturned": page.returned, "links": links}
        return self._features(
            build_feature_collection(page.features, about), asked.crs, at=self.now
        )

    def item(self, name: str, item_id: str) -> Response:
        """One feature, with the links that lead back."""
        noun, system = self._named(name), _query.parse_feature_query(self.request)
        body = self._read(noun, item_id, to_lambert_93 if system == LAMBERT_93 else None)
        home = self.side.at(f"/collections/{noun.id}")
        links = [
            build_link("self", f"{home}/items/{item_id}", MEDIA_TYPE, noun.title),
            build_link("collection", home, JSON, noun.title),
        ]
        return self._features(add_feature_links(body, links), system)

    def _open_nouns(self) -> list[_Noun]:
        names = [*NOUNS, *list_sources()] if self.terms is None else opened(self.terms)
        found = [_find_noun(name) for name in names]
        return [noun for noun in found if noun.scope in self.caller.scopes]

    def _named(self, name: str) -> _Noun:
        """The collection of that name. NotFound for another; NotAllowed by its scope."""
        noun = _find_noun(name)
        if noun.scope not in self.caller.scopes:
            raise NotAllowed(noun.scope)
        return noun

    def _list(self, source: FeatureSource) -> SourceList:
        store = self.house.publication.features.store
        return source.list_items(store, self.caller, agreement=self.agreement, now=self.now)

    def _page(
        self, noun: _Noun, wanted: FeatureRequest, after: str | None, limit: int
    ) -> FeaturePage:
        features = self.house.publication.features
        if isinstance(noun.at, FeatureSource):
            found = self._list(noun.at)
            return page_source(noun.at, found, features.store, wanted, after=after, limit=limit)
        return features.page(
            self.caller,
            noun.at,
            wanted,
            agreement=self.agreement,
            after=after,
            limit=limit,
            now=self.now,
        )

    def _read(self, noun: _Noun, item_id: str, project: Project | None) -> bytes:
        if isinstance(noun.at, FeatureSource):
            return encode_source_item(noun.at, self._list(noun.at), item_id, project)
        return self.house.publication.features.read_feature(
            self.caller,
            noun.at,
            item_id,
            agreement=self.agreement,
            project=project,
            now=self.now,
        )

    def _spread(self, noun: _Noun) -> Spread:
        if isinstance(noun.at, FeatureSource):
            return measure_spread(self._list(noun.at))
        return self.house.publication.features.spread(
            self.caller, noun.at, agreement=self.agreement, now=self.now
        )

    def _bare(self, noun: _Noun) -> Collection:
        return Collection(
            id=noun.id, title=noun.title, description=noun.about, box=None, updated=None,
            freshness="", columns=noun.columns,
        )  # fmt: skip

    def _described(self, noun: _Noun) -> Collection:
        spread = self._spread(noun)
        placed = f"{spread.placed} sur {spread.n} ont une place sur la carte."
        return replace(
            self._bare(noun),
            description=f"{noun.about} {placed}",
            box=spread.box,
            end=spread.changed_at,
            updated=spread.changed_at,
            freshness=describe_collection_age(spread.changed_at, self.now),
        )

    def _build_response(self, document: dict[str, Any], kind: str = JSON) -> Response:
        return build_ogc_response(self.request, document, kind, public=False)

    def _features(self, body: bytes, system: str, *, at: datetime | None = None) -> Response:
        headers = {"Content-Crs": f"<{system}>"}
        return build_ogc_response(
            self.request, body, MEDIA_TYPE, public=False, headers=headers, at=at
        )


def opened(terms: Terms) -> list[str]:
    """The collections that an agreement of these terms opens."""
    there = set(terms.datasets)
    return [noun for noun in NOUNS if DATASETS[noun] in there] + list_agreed_sources(terms)


def scope_of(noun: FeatureNoun) -> str:
    """The scope that opens a collection: that of its list on `/v1`."""
    return f"{noun.replace('_', '-')}:read"


def build_neighbour_links(
    here: str, asked: _query.Items, after: str | None, before: str | None
) -> list[Link]:
    """The links to the pages beside."""
    pages = (("next", after, "Page suivante"), ("prev", before, "Page précédente"))
    return [
        build_link(rel, here + asked.link(cursor), MEDIA_TYPE, title)
        for rel, cursor, title in pages
        if cursor is not None
    ]


def add_feature_links(feature: bytes, links: list[Link]) -> bytes:
    """A feature with *links* at its end."""
    return b"".join(
        (feature[:-1], b',"links":', encode_html_safe_json({"links": links})[9:-1], b"}")
    )


def describe_collection_age(changed: datetime | None, now: datetime) -> str:
    """How old a collection is, in a sentence."""
    if changed is None:
        return "Rien n'a été déposé."
    days = (now.astimezone(UTC).date() - changed.astimezone(UTC).date()).days
    since = {0: "aujourd'hui", 1: "hier"}.get(days, f"il y a {days} jours")
    return f"Dernière mise à jour{FIXED}: {short_date(changed.date())}, {since}."


__all__ = [
    "CRS84",
    "NOUNS",
    "Things",
    "add_feature_links",
    "build_neighbour_links",
    "describe_collection_age",
    "opened",
    "scope_of",
]
