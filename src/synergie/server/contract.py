"""The OpenAPI document: what FastAPI finds in the routes, and what it cannot know."""

import re
from collections.abc import Iterable
from itertools import chain
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from synergie import __version__
from synergie.applications import list_applications, load_declared
from synergie.schemas.assets.named_perimeter import NamedPerimeterRecord
from synergie.schemas.page import Page
from synergie.schemas.publication.cell_scheme import CellSchemeRecord
from synergie.schemas.publication.publication import (
    CabinetPublication,
    LightPointPublication,
    SeriesPublication,
    SitePublication,
    SupplyPointPublication,
)
from synergie.schemas.publication.release import ReleaseRequest
from synergie.schemas.published_names import keep_names
from synergie.schemas.readings.closure import ClosureRecord
from synergie.schemas.readings.curve import Curve, CurveExtract
from synergie.schemas.readings.saved_profile import SavedProfileRecord
from synergie.schemas.trust.agreement import ActRequest, Terms
from synergie.schemas.trust.consent import ConsentRecord
from synergie.schemas.trust.export import ReceiptRequest
from synergie.schemas.trust.webhook import WebhookEvent, WebhookRecord
from synergie.server.problems import add_schemas

TITLE = "synergie"

_PAGE = re.compile(r"\bPage_(\w+)_$")
"""What pydantic makes of `Page[Site]`."""

_SENT = (
    ActRequest,
    CabinetPublication,
    CellSchemeRecord,
    ClosureRecord,
    ConsentRecord,
    Curve,
    CurveExtract,
    LightPointPublication,
    NamedPerimeterRecord,
    ReceiptRequest,
    ReleaseRequest,
    SavedProfileRecord,
    SeriesPublication,
    SitePublication,
    SupplyPointPublication,
    Terms,
    WebhookEvent,
    WebhookRecord,
)
"""Records that a route reads or writes by itself, so that FastAPI does not see them."""

_ABOUT = """\
Energy and lighting data, exchanged between organisations under signed agreements.

Every request under `/v1` bears an access token bound to a key (`Authorization: DPoP`, RFC 9449)
and a fresh proof. Errors are problem documents (RFC 9457) whose `type` ends with a stable code.
What is absent and what is not shared with you give the same answer. Bodies may be packed with
`zstd` or `gzip`, in both directions.
"""

_TAGS = {
    "organisations": "The directory: who takes part.",
    "sites": "Places that consume.",
    "supply-points": "Delivery points: PRM, PCE.",
    "series": "Series: one quantity of one delivery point; and their curves.",
    "curves": "Curves, sent and exported.",
    "cabinets": "Lighting cabinets.",
    "light-points": "Light points.",
    "agreements": "Agreements between an owner and a recipient, signed by both.",
    "consents": "Consents that persons gave you: recorded, and withdrawn.",
    "perimeters": "Named perimeters, in versions that agreements may name.",
    "audit": "The journal: its signed head, proofs, and who saw what.",
    "cell-schemes": "Fixed groups of points whose sums may be published.",
    "releases": "Sums of closed periods, published once they may be told.",
    "open": "Open data: published sums, without token.",
    "batches": "Batches you sent, and their receipts.",
    "changes": "What changed, in one order.",
    "deposits": "Files, as they are.",
    "exports": "Files made on the server, with a signed manifest and the receipt of who took them.",
    "years": "Energy and cost by civil year, of bills, indexes and curves.",
    "freshness": "How late each flow and series is, why, and who can act.",
    "profiles": "How to read files that do not say all of themselves.",
    "webhooks": "Addresses of yours that are told what changes.",
    "records": "What your files told beside curves and assets: indexes, bills, contracts.",
    "oauth": "Tokens: OAuth 2 client credentials, private_key_jwt, DPoP.",
    "health": "Whether the server lives and is ready.",
}


def build_app_openapi(app: FastAPI, *, server: str) -> dict[str, Any]:
    """The document of *app*, reached at *server*; made once, then given again."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=TITLE,
            version=__version__,
            summary="Exchange of energy and lighting data under signed agreements",
            description=_ABOUT,
            routes=app.routes,
            tags=[{"name": name, "description": text} for name, text in _list_tags()],
            servers=[{"url": server, "description": "This server"}],
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            separate_input_output_schemas=False,
        )
        app.openapi_schema = _complete_openapi(document)
    return app.openapi_schema


def _list_tags() -> list[tuple[str, str]]:
    """Each tag with its sentence; those of applications, by name, before those of years."""
    declared = sorted(chain.from_iterable(one.tags.items() for one in list_applications()))
    core = list(_TAGS.items())
    place = list(_TAGS).index("years")
    return [*core[:place], *declared, *core[place:]]


def _complete_openapi(document: dict[str, Any]) -> dict[str, Any]:
    add_schemas(document)
    sent = (*_SENT, *load_declared("bodies"))
    _, found = models_json_schema(
        [(model, "validation") for model in sent], ref_template="#/components/schemas/{model}"
    )
    schemas = document["components"]["schemas"]
    schemas |= found["$defs"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, schema in schemas.items():
        if _PAGE.search(name):
            schema["description"] = Page.__doc__
    for operation in iterate_openapi_operations(document):
        operation.setdefault("security", [])
        operation["summary"] = _get_operation_summary(operation)
    document["components"]["schemas"] = dict(
        sorted(_rename_openapi_keywords(keep_names(schemas)).items())
    )
    document["paths"] = dict(
        sorted(_rename_openapi_keywords(keep_names(document["paths"])).items())
    )
    return document


def _rename_openapi_keywords(node: Any) -> Any:
    """*node* with the names and keywords that an OpenAPI document may have."""
    if isinstance(node, dict):
        return {
            _format_openapi_keyword(name, value): _rename_openapi_keywords(value)
            for name, value in node.items()
        }
    if isinstance(node, list):
        return [_rename_openapi_keywords(part) for part in node]
    return _PAGE.sub(r"\1Page", node) if isinstance(node, str) else node


def _format_openapi_keyword(name: str, value: Any) -> str:
    """Units as `x-unit`: a keyword of one's own begins with `x-`; pages as `SitePage`."""
    return "x-unit" if name == "unit" and isinstance(value, str) else _PAGE.sub(r"\1Page", name)


def iterate_openapi_operations(document: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Every operation of an OpenAPI *document*."""
    for path in document["paths"].values():
        yield from path.values()


def _get_operation_summary(operation: dict[str, Any]) -> str:
    """The first sentence of the description, without its full stop."""
    first = operation.get("description", operation["summary"]).split("\n\n", 1)[0]
    return " ".join(first.split()).split(". ")[0].rstrip(".")
