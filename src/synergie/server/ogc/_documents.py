"""The documents of a side of `/ogc`: landing page, conformance, collections, and their links.

Texts are French, as are the reasons of freshness: people read them in QGIS as they are.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from synergie.exchange.publication.features import Box
from synergie.schemas.publication.feature import MEDIA_TYPE
from synergie.server.ogc._answers import JSON, OPENAPI, SCHEMA, format_utc_moment
from synergie.server.ogc._crs import KNOWN
from synergie.server.ogc._html import Link, build_alternate_link

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
"""The classes that `tests/ogc` holds us to, on every side."""
HTML_CLASS = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html"
"""Pages for people, on the public side: the others want a token that no browser bears."""
_SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Where a side of `/ogc` starts, and what it is."""

    base: str
    """Its address, without a slash at the end."""
    title: str
    description: str
    public: bool
    docs: str
    """The page for people that explains it."""

    def at(self, path: str) -> str:
        """An address below."""
        return f"{self.base}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What a collection says of itself."""

    id: str
    title: str
    description: str
    box: Box | None
    """Where its things stand. None: none of them stands anywhere."""
    start: datetime | None = None
    end: datetime | None = None
    """The times that `datetime` asks about. None: open, or not known."""
    updated: datetime | None
    """When it last changed. None: it is empty."""
    freshness: str
    """How old it is and why, a sentence."""
    columns: dict[str, dict[str, Any]]
    """Its properties, each with the JSON Schema that describes it."""
    licence: tuple[str, str] | None = None
    """Name and address of the licence."""
    more: list[Link] = field(default_factory=list)
    """Further links."""


def build_link(rel: str, href: str, kind: str, title: str) -> Link:
    """One link (RFC 8288), as OGC writes it."""
    return {"rel": rel, "href": href, "type": kind, "title": title}


def build_landing(side: Side) -> dict[str, Any]:
    """The landing page: QGIS refuses the layer, without a word, where `service-desc` is missing."""
    return {
        "title": side.title,
        "description": side.description,
        "links": [
            build_link("self", side.base, JSON, side.title),
            *list_page_links(side, side.base, side.title),
            build_link("service-desc", side.at("/api"), OPENAPI, "Description OpenAPI 3.0"),
            build_link("service-doc", side.docs, "text/html", "Page d'explication"),
            build_link("conformance", side.at("/conformance"), JSON, "Classes de conformité"),
            build_link("data", side.at("/collections"), JSON, "Collections"),
        ],
    }


def list_page_links(side: Side, here: str, title: str) -> list[Link]:
    """The link to the page for people that shows the document at *here*, if there are pages."""
    return [build_alternate_link(here, title)] if side.public else []


def build_conformance(side: Side) -> dict[str, Any]:
    """The classes that are claimed."""
    return {"conformsTo": [*CONFORMANCE, *([HTML_CLASS] if side.public else [])]}


def build_collections(side: Side, found: list[Collection]) -> dict[str, Any]:
    """All collections of a side."""
    return {
        "links": [
            build_link("self", side.at("/collections"), JSON, "Collections"),
            *list_page_links(side, side.at("/collections"), "Collections"),
        ],
        "crs": list(KNOWN),
        "collections": [describe_collection(side, one) for one in found],
    }


def describe_collection(side: Side, one: Collection) -> dict[str, Any]:
    """One collection: what it holds, where, of when, how fresh, under which licence."""
    here = side.at(f"/collections/{one.id}")
    links = [
        build_link("self", here, JSON, one.title),
        *list_page_links(side, here, one.title),
        build_link("items", f"{here}/items", MEDIA_TYPE, one.title),
        build_link(_SCHEMA_REL, f"{here}/schema", SCHEMA, "Colonnes"),
        *one.more,
    ]
    if one.licence is not None:
        links.append(build_link("license", one.licence[1], "text/html", one.licence[0]))
    told: dict[str, Any] = {
        "id": one.id,
        "title": one.title,
        "description": f"{one.description} {one.freshness}",
        "itemType": "feature",
        "extent": _build_extent(one),
        "crs": list(KNOWN),
        "storageCrs": KNOWN[0],
        "freshness": one.freshness,
        "links": links,
    }
    if one.updated is not None:
        told["updated"] = format_utc_moment(one.updated)
    if one.licence is not None:
        told["license"] = one.licence[0]
    return told


def build_collection_schema(side: Side, one: Collection) -> dict[str, Any]:
    """The columns of a collection as JSON Schema (2020-12): what each is for."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": side.at(f"/collections/{one.id}/schema"),
        "title": one.title,
        "type": "object",
        "properties": {
            "geometry": {"x-ogc-role": "primary-geometry", "format": "geometry-any"},
            **one.columns,
        },
    }


def _build_extent(one: Collection) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if one.box is not None:
        box = one.box
        told["spatial"] = {"bbox": [[box.west, box.south, box.east, box.north]], "crs": KNOWN[0]}
    ends = [None if at is None else format_utc_moment(at) for at in (one.start, one.end)]
    if any(ends):
        told["temporal"] = {"interval": [ends]}
    return told
