"""The documents of `/ogc` as pages: the HTML form that OGC API Features asks for (17-069r4 §8.2).

Drawn from the very documents that programs read; all of their links are links here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import Request
from starlette.responses import Response

from synergie.reports.language import Pair
from synergie.server.intake import HTML
from synergie.server.pages.visit import Visit, lang_of, render_template_page
from synergie.server.pages.words import format_energy, format_page_number
from synergie.server.wall_clock import CLOCK

type Kind = Literal["landing", "conformance", "collections", "collection", "schema", "api",
                    "items", "item"]  # fmt: skip

_RELS: dict[str, Pair] = {
    "self": ("cette page", "this page"),
    "alternate": ("sous une autre forme", "in another form"),
    "service-desc": ("description pour les programmes", "description for programs"),
    "service-doc": ("explication", "explanation"),
    "conformance": ("conformité", "conformance"),
    "data": ("collections", "collections"),
    "items": ("entités", "features"),
    "collection": ("collection", "collection"),
    "license": ("licence", "licence"),
    "next": ("page suivante", "next page"),
    "prev": ("page précédente", "previous page"),
    "http://www.opengis.net/def/rel/ogc/1.0/schema": ("colonnes", "columns"),
}
_ITS_PAGE: Pair = ("sa page", "its page")
_STATUS = {
    "published": ("publiée", "published"),
    "hidden": ("non publiée, ce qui n'est pas un zéro", "not published, which is no zero"),
}
_FORMED = frozenset({"application/json", "application/geo+json", "application/schema+json"})
"""Types of what has an HTML form here, within the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """One link of a document, ready to print."""

    rel: str
    what: str
    """What it leads to, in words."""
    href: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureView:
    """One feature: what is read at a glance, and all that it says."""

    id: str
    href: str
    name: str
    period: str
    energy: str
    points: str
    status: str
    told: tuple[tuple[str, str], ...]
    """Each property, as it is told."""
    place: str
    """Its geometry in a word."""
    geometry: str
    """Its geometry as GeoJSON."""


def ogc_page(request: Request, kind: Kind, document: dict[str, Any]) -> Response:
    """*document* of the public side of `/ogc` as a page for people."""
    visit = Visit(request=request, lang=lang_of(request), now=CLOCK.wall())
    base = f"{visit.services.problems.settings.public_url}/ogc"
    path = request.url.path.rstrip("/")
    drawn = _Drawn(visit, base)
    return render_template_page(
        visit,
        f"ogc_{kind}.html",
        document=document,
        base=base,
        links=drawn.links(document["links"]),
        links_of=lambda one: drawn.links(one["links"], own=_ITS_PAGE),
        json_form=_with_form(base + path.removeprefix("/ogc"), "json"),
        extent=drawn.extent,
        features=[drawn.feature(one, path) for one in document.get("features", ())],
        feature=drawn.feature(document, path) if kind == "item" else None,
        operations=_list_document_operations(document) if kind == "api" else (),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The parts of a document in the words of a visit."""

    visit: Visit
    base: str

    def links(self, told: list[dict[str, Any]], own: Pair = _RELS["self"]) -> list[LinkView]:
        """The links of a document; *own*: what the one to itself is called."""
        words = _RELS | {"self": own}
        return [self._link(one, words.get(one["rel"], (one["rel"], one["rel"]))) for one in told]

    def _link(self, one: dict[str, Any], what: Pair) -> LinkView:
        """One link: a page of this service where it has one, and what its type says otherwise."""
        href, kind = one["href"], one["type"]
        ours = href == self.base or href.startswith(f"{self.base}/")
        if ours and "f" not in dict(parse_qsl(urlsplit(href).query)):
            formed = kind in _FORMED
            href = _with_form(href, "html" if formed else "json")
            kind = HTML if formed else kind
        return LinkView(
            rel=one["rel"], what=self.visit.say(*what), href=href, kind=kind, title=one["title"]
        )

    def extent(self, one: dict[str, Any]) -> tuple[str, str]:
        """Where and of when a collection is; empty where it is not known."""
        boxes = one["extent"].get("spatial", {}).get("bbox", ())
        spans = one["extent"].get("temporal", {}).get("interval", ())
        where = ", ".join(f"{side:g}" for side in boxes[0]) if boxes else ""
        when = " / ".join(end or ".." for end in spans[0]) if spans else ""
        return where, when

    def feature(self, told: dict[str, Any], here: str) -> FeatureView:
        """One feature, whose page is below the path *here*, or is *here*.

        Its link is no whole address: on paper those are written out, and a table has no room.
        """
        about = told["properties"]
        href = here if here.endswith(f"/{told['id']}") else f"{here}/{told['id']}"
        status = about.get("status", "")
        geometry = told.get("geometry")
        return FeatureView(
            id=told["id"],
            href=_with_form(href, "html"),
            name=about.get("name", told["id"]),
            period=about.get("period", ""),
            energy=format_energy(self.visit.lang, about.get("energy_kwh"))
            if "energy_kwh" in about
            else self.visit.say("non publiée", "not published"),
            points=format_page_number(self.visit.lang, about["n_points"])
            if "n_points" in about
            else "–",
            status=self.visit.say(*_STATUS.get(status, (status, status))),
            told=tuple((name, _format_json_value(value)) for name, value in about.items()),
            place=self._place(geometry),
            geometry="" if geometry is None else json.dumps(geometry, separators=(",", ":")),
        )

    def _place(self, geometry: Mapping[str, Any] | None) -> str:
        if geometry is None:
            return self.visit.say("sans place sur la carte", "no place on the map")
        return str(geometry["type"])


def _list_document_operations(document: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Path, summary and parameters of each operation of an OpenAPI document."""
    return [
        (
            path,
            told["get"]["summary"],
            tuple(one["$ref"].rpartition("/")[2] for one in told["get"].get("parameters", ())),
        )
        for path, told in document["paths"].items()
    ]


def _with_form(address: str, form: str) -> str:
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "f"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("f", form)])))


def _format_json_value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
