"""The OpenAPI 3.0 document of a side of `/ogc`: QGIS reads its limits, people its sentences."""

from typing import Any

from synergie.schemas.publication.feature import MEDIA_TYPE
from synergie.server.intake import HTML
from synergie.server.ogc._answers import JSON, OPENAPI, SCHEMA
from synergie.server.ogc._crs import KNOWN
from synergie.server.ogc._documents import Collection, Side
from synergie.server.ogc._query import DEFAULT, MOST
from synergie.server.problems import MEDIA_TYPE as PROBLEM

_NUMBERS = {"type": "array", "items": {"type": "number"}}
_SYSTEM = {"type": "string", "format": "uri", "enum": list(KNOWN), "default": KNOWN[0]}


def build_ogc_openapi(side: Side, found: list[Collection], *, version: str) -> dict[str, Any]:
    """The document; collections are named in it, so that a program can list them."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": side.title, "description": side.description, "version": version},
        "servers": [{"url": side.base}],
        "paths": _build_paths(side),
        "components": {
            "parameters": _build_parameters([one.id for one in found]),
            "responses": _build_responses(),
            "schemas": {
                "problem": _PROBLEM,
                "document": {"type": "object"},
                "page": {"type": "string", "description": "La même chose en HTML, à lire."},
            },
        },
    }
    if not side.public:
        document["security"] = [{"dpop": []}]
        document["components"]["securitySchemes"] = {"dpop": _DPOP}  # type: ignore[index]
    return document


_DPOP = {
    "type": "http",
    "scheme": "dpop",
    "description": (
        "Jeton lié à une clé (RFC 9449). QGIS n'en fait pas : passez par `synergie proxy`."
    ),
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def _build_paths(side: Side) -> dict[str, Any]:
    """Each operation; on the public side it also answers with a page."""
    one = [_build_component_ref("parameters", "collectionId")]
    items = [*one, *(_build_component_ref("parameters", name) for name in _ITEMS)]
    feature = [
        *one,
        _build_component_ref("parameters", "featureId"),
        _build_component_ref("parameters", "crs"),
    ]
    told = {
        "/": _build_get_operation("getLandingPage", "Page d'accueil", JSON),
        "/api": _build_get_operation("getApi", "Ce document", OPENAPI),
        "/conformance": _build_get_operation(
            "getConformanceDeclaration", "Classes de conformité", JSON
        ),
        "/collections": _build_get_operation("getCollections", "Collections", JSON),
        "/collections/{collectionId}": _build_get_operation(
            "describeCollection", "Une collection", JSON, one
        ),
        "/collections/{collectionId}/schema": _build_get_operation(
            "getSchema", "Ses colonnes", SCHEMA, one
        ),
        "/collections/{collectionId}/items": _build_get_operation(
            "getFeatures", "Entités", MEDIA_TYPE, items
        ),
        "/collections/{collectionId}/items/{featureId}": _build_get_operation(
            "getFeature", "Une entité", MEDIA_TYPE, feature
        ),
    }
    for path in told.values() if side.public else ():
        operation = path["get"]
        operation["parameters"] = [*operation.get("parameters", ()), *_PAGES]
        operation["responses"]["200"]["content"][HTML] = {
            "schema": _build_component_ref("schemas", "page")
        }
    return told


_PAGES = ({"$ref": "#/components/parameters/f"}, {"$ref": "#/components/parameters/lang"})
_ITEMS = ("limit", "bbox", "bbox-crs", "datetime", "crs", "cursor")


def _build_get_operation(
    operation: str, summary: str, kind: str, parameters: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    refused = {
        str(code): _build_component_ref("responses", name) for code, name in _REFUSED.items()
    }
    content = {kind: {"schema": _build_component_ref("schemas", "document")}}
    told = {
        "operationId": operation,
        "summary": summary,
        "tags": ["Features"],
        "responses": {"200": {"description": summary, "content": content}, **refused},
    }
    return {"get": told | ({"parameters": parameters} if parameters else {})}


_REFUSED = {400: "wrong", 404: "absent", 429: "often", 503: "busy"}


def _build_responses() -> dict[str, Any]:
    words = {
        "wrong": "Un paramètre n'est pas de la forme attendue ; la réponse dit lequel.",
        "absent": "Rien à cette adresse, ou rien qui vous soit ouvert : la réponse est la même.",
        "often": "Trop de requêtes ; `Retry-After` dit quand revenir.",
        "busy": "Occupé ; `Retry-After` dit quand revenir.",
    }
    content = {PROBLEM: {"schema": _build_component_ref("schemas", "problem")}}
    return {name: {"description": text, "content": content} for name, text in words.items()}


def _build_parameters(names: list[str]) -> dict[str, Any]:
    named: dict[str, Any] = {"type": "string"} | ({"enum": names} if names else {})
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
    return {
        "collectionId": _build_path_parameter("collectionId", named, "Nom de la collection."),
        "featureId": _build_path_parameter(
            "featureId", {"type": "string"}, "Identifiant de l'entité."
        ),
        "limit": _build_query_parameter("limit", limit, f"Entités par page, {MOST} au plus."),
        "bbox": _build_query_parameter(
            "bbox",
            _NUMBERS | {"minItems": 4, "maxItems": 6},
            "Ouest, sud, est, nord ; six nombres avec les hauteurs, qui ne comptent pas. Ouest "
            "plus grand qu'est : à travers l'antiméridien.",
            listed=True,
        ),
        "bbox-crs": _build_query_parameter("bbox-crs", _SYSTEM, "Système de `bbox`."),
        "crs": _build_query_parameter("crs", _SYSTEM, "Système des coordonnées de la réponse."),
        "datetime": _build_query_parameter(
            "datetime", {"type": "string"}, "Instant ou intervalle, `..` pour une borne ouverte."
        ),
        "f": _build_query_parameter(
            "f",
            {"type": "string", "enum": ["json", "html"]},
            "La forme de la réponse ; sans lui, `Accept` la dit, et JSON vaut par défaut.",
        ),
        "lang": _build_query_parameter(
            "lang", {"type": "string", "enum": ["fr", "en"]}, "La langue d'une page à lire."
        ),
        "cursor": _build_query_parameter(
            "cursor", {"type": "string"}, "Donné par les liens `next` et `prev`."
        ),
    }


def _build_path_parameter(name: str, schema: dict[str, Any], about: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": about}


def _build_query_parameter(
    name: str, schema: dict[str, Any], about: str, *, listed: bool = False
) -> dict[str, Any]:
    told = {"name": name, "in": "query", "required": False, "schema": schema, "description": about}
    return told | {"style": "form", "explode": not listed} if listed else told


def _build_component_ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
