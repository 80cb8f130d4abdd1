"""`/ogc`: published sums, for anybody and any page; no token is asked and none is looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from synergie.errors import NotFound
from synergie.exchange.publication.features import FeatureRequest
from synergie.exchange.publication.public_features import COLUMNS, OpenCollection
from synergie.schemas.publication.feature import MEDIA_TYPE
from synergie.server.guard import Now
from synergie.server.house import InHouse, Services
from synergie.server.ogc import _documents, _query
from synergie.server.ogc._answers import (
    JSON,
    OPENAPI,
    SCHEMA,
    build_feature_collection,
    build_ogc_response,
)
from synergie.server.ogc._crs import LAMBERT_93, to_lambert_93
from synergie.server.ogc._documents import Collection, Side, build_link
from synergie.server.ogc._door import count_public_reading
from synergie.server.ogc._errors import ANYBODY, PublicRoute
from synergie.server.ogc._html import Kind, build_alternate_link, is_asked, render_ogc_page
from synergie.server.ogc._openapi import build_ogc_openapi
from synergie.server.ogc._things import add_feature_links, build_neighbour_links
from synergie.server.router import Router

router = Router(include_in_schema=False, route_class=PublicRoute)

_ITEMS = "/ogc/collections/{name}/items"
_ASKED = {
    **ANYBODY,
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What somebody asks of the public side."""

    request: Request
    house: Services
    now: datetime

    @property
    def side(self) -> Side:
        """The public side."""
        home = self.house.problems.settings.public_url
        return Side(
            base=f"{home}/ogc",
            title="Données ouvertes du territoire",
            description=(
                "Sommes publiées d'énergie par commune et catégorie. Ce qu'un accord ouvre se lit "
                "avec un jeton, sous /ogc/own et /ogc/agreements."
            ),
            public=True,
            docs=f"{home}/public",
        )

    def described(self) -> list[Collection]:
        """Every collection that is open now."""
        return list(
            map(self._collection, self.house.publication.public_features.collections(now=self.now))
        )

    def read_collection(self, name: str) -> Collection:
        """One. NotFound."""
        return self._collection(
            self.house.publication.public_features.collection(name, now=self.now)
        )

    def build_response(
        self,
        kind: Kind,
        document: dict[str, Any] | bytes,
        media_type: str = JSON,
        *,
        at: datetime | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """An answer that caches may keep for a minute; or the same as a page for people."""
        if is_asked(self.request):
            return render_ogc_page(self.request, kind, document)
        return build_ogc_response(
            self.request, document, media_type, public=True, headers=headers, at=at
        )

    def _collection(self, found: OpenCollection) -> Collection:
        home = self.side.base.removesuffix("/ogc")
        nowhere = (
            "" if found.placed else " Sans contour de commune : les entités n'ont pas de place."
        )
        return Collection(
            id=found.id,
            title=found.title,
            description=f"{found.description} Source : {found.publisher}."
            + ("" if found.placed else nowhere),
            box=found.box,
            start=found.start,
            end=found.end,
            updated=found.released_at,
            freshness=found.freshness,
            columns=COLUMNS,
            licence=found.licence,
            more=[
                build_link(
                    "alternate", f"{home}/public/umap/{found.id}.geojson", MEDIA_TYPE, "Pour uMap"
                )
            ],
        )


async def _get_public_sums(request: Request, house: InHouse, now: Now) -> Sums:
    count_public_reading(request)
    return Sums(request, house, now)


Asked = Annotated[Sums, Depends(_get_public_sums)]


@router.get("/ogc")
@router.get("/ogc/")
def landing(asked: Asked) -> Response:
    """The landing page."""
    _query.check_plain_query(asked.request, pages=True)
    return asked.build_response("landing", _documents.build_landing(asked.side))


@router.get("/ogc/api")
def api(asked: Asked) -> Response:
    """Its OpenAPI 3.0 document."""
    _query.check_plain_query(asked.request, pages=True)
    document = build_ogc_openapi(asked.side, asked.described(), version="1.0.0")
    return asked.build_response("api", document, OPENAPI)


@router.get("/ogc/conformance")
def conformance(asked: Asked) -> Response:
    """The classes that are claimed."""
    _query.check_plain_query(asked.request, pages=True)
    return asked.build_response("conformance", _documents.build_conformance(asked.side))


@router.get("/ogc/collections")
def collections(asked: Asked) -> Response:
    """What is open now."""
    _query.check_plain_query(asked.request, pages=True)
    return asked.build_response(
        "collections", _documents.build_collections(asked.side, asked.described())
    )


@router.get("/ogc/collections/{name}")
def one_collection(asked: Asked, name: str) -> Response:
    """One collection."""
    _query.check_plain_query(asked.request, pages=True)
    return asked.build_response(
        "collection", _documents.describe_collection(asked.side, asked.read_collection(name))
    )


@router.get("/ogc/collections/{name}/schema")
def schema(asked: Asked, name: str) -> Response:
    """Its columns."""
    _query.check_plain_query(asked.request, pages=True)
    return asked.build_response(
        "schema",
        _documents.build_collection_schema(asked.side, asked.read_collection(name)),
        SCHEMA,
    )


@router.get(_ITEMS)
def items(asked: Asked, name: str) -> Response:
    """A page of cells."""
    question = _query.items(asked.request, pages=True)
    page = asked.house.publication.public_features.page(
        name, question.wanted, after=question.cursor, limit=question.limit, now=asked.now
    )
    here = asked.side.at(f"/collections/{name}/items")
    links = [
        build_link("self", here + question.link(question.cursor), MEDIA_TYPE, "Cette page"),
        build_alternate_link(here + question.link(question.cursor), "Cette page"),
        build_link("collection", asked.side.at(f"/collections/{name}"), JSON, "La collection"),
        *build_neighbour_links(here, question, page.next, page.prev),
    ]
    about = {"numberMatched": page.matched, "numberReturned": page.returned, "links": links}
    body = build_feature_collection(page.features, about)
    crs = {"Content-Crs": f"<{question.crs}>"}
    return asked.build_response("items", body, MEDIA_TYPE, at=asked.now, headers=crs)


@router.get(f"{_ITEMS}/{{feature}}")
def item(asked: Asked, name: str, feature: str) -> Response:
    """One cell of one period."""
    system = _query.parse_feature_query(asked.request, pages=True)
    wanted = FeatureRequest(project=to_lambert_93 if system == LAMBERT_93 else None)
    body = asked.house.publication.public_features.read_cell(name, feature, wanted, now=asked.now)
    home = asked.side.at(f"/collections/{name}")
    links = [
        build_link("self", f"{home}/items/{feature}", MEDIA_TYPE, "Cette entité"),
        build_alternate_link(f"{home}/items/{feature}", "Cette entité"),
        build_link("collection", home, JSON, "La collection"),
    ]
    crs = {"Content-Crs": f"<{system}>"}
    return asked.build_response("item", add_feature_links(body, links), MEDIA_TYPE, headers=crs)


@router.get("/public/umap/{name}.geojson")
def umap(asked: Asked, name: str) -> Response:
    """The newest period of a collection for uMap: `name` and `description` on each outline."""
    _query.check_plain_query(asked.request)
    found = asked.house.publication.public_features.collection(name, now=asked.now)
    features = asked.house.publication.public_features.newest(name, now=asked.now)
    about = {"name": found.title, "description": f"{found.description} {found.freshness}"}
    return build_ogc_response(
        asked.request, build_feature_collection(features, about), MEDIA_TYPE, public=True
    )


@router.options("/ogc")
@router.options("/ogc/{path:path}")
@router.options("/public/umap/{path:path}")
def asked_first() -> Response:
    """What a page of another origin may do here: read."""
    return Response(status_code=204, headers=_ASKED)


@router.get("/ogc/{path:path}")
def nowhere() -> Response:
    """Nothing is at any other address."""
    raise NotFound
