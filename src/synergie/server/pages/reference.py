"""The API documentation: one page drawn from the OpenAPI document, without any request elsewhere.

No script, no font, no image from elsewhere: it works without a connection, and under a policy that
lets a page load nothing but its own style sheet.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import JSONResponse, Response

from synergie.server.router import Router

POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

_CODE = re.compile("`([^`\n]+)`")
_VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class FieldView:
    """One parameter, or one member of a record: every text is ready to print."""

    name: str
    place: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer of an operation."""

    status: str
    text: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation, as a person reads it."""

    anchor: str
    method: str
    path: str
    title: str
    text: str
    scopes: tuple[str, ...]
    parameters: tuple[FieldView, ...]
    bodies: tuple[str, ...]
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """The operations of one noun."""

    name: str
    text: str
    operations: tuple[OperationView, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record of the wire."""

    name: str
    text: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """The whole page."""

    version: str
    server: str
    text: str
    groups: tuple[GroupView, ...]
    records: tuple[RecordView, ...]


def reference_router(document: Callable[[], dict[str, Any]]) -> Router:
    """`/openapi.json`, and `/docs` drawn from it."""
    router = Router(include_in_schema=False)

    @lru_cache(maxsize=1)
    def drawn() -> str:
        """The page: anybody may ask for it, and to draw it costs a second of a processor."""
        return render_reference(build_reference_view(document()))

    @lru_cache(maxsize=1)
    def encoded() -> bytes:
        """The document as it is sent: to write it anew costs tens of milliseconds a request."""
        return bytes(JSONResponse(document()).body)

    @router.get("/openapi.json")
    def openapi() -> Response:
        return Response(encoded(), media_type="application/json")

    @router.get("/docs")
    def docs() -> Response:
        return _build_reference_answer(drawn(), "text/html")

    @router.get("/docs/reference.css")
    def style() -> Response:
        return _build_reference_answer(_read_reference_style(), "text/css")

    return router


def _build_reference_answer(text: str, media_type: str) -> Response:
    headers = {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
    return Response(text, headers=headers, media_type=media_type)


@lru_cache(maxsize=1)
def _read_reference_style() -> str:
    return files(__package__).joinpath("reference.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _build_reference_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("synergie.server.pages", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _render_prose
    return environment


def _render_prose(text: str) -> Markup:
    """*text* of the document as HTML: escaped, what stands between backquotes as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S704 (escaped here)


def render_reference(view: ReferenceView) -> str:
    """*view* as HTML."""
    return _build_reference_environment().get_template("reference.html").render(view=view)


def build_reference_view(document: dict[str, Any]) -> ReferenceView:
    """What the page shows of an OpenAPI *document*."""
    operations = [
        (operation.get("tags", ["other"])[0], _build_operation_view(path, verb, operation))
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb in _VERBS
    ]
    groups = [
        GroupView(
            tag["name"],
            tag["description"],
            tuple(view for name, view in operations if name == tag["name"]),
        )
        for tag in document["tags"]
    ]
    return ReferenceView(
        version=document["info"]["version"],
        server=document["servers"][0]["url"],
        text=document["info"]["description"],
        groups=tuple(group for group in groups if group.operations),
        records=tuple(
            _build_record_view(name, schema)
            for name, schema in document["components"]["schemas"].items()
        ),
    )


def _build_operation_view(path: str, verb: str, operation: dict[str, Any]) -> OperationView:
    content = operation.get("requestBody", {}).get("content", {})
    security = operation.get("security", [])
    return OperationView(
        anchor=operation["operationId"],
        method=verb.upper(),
        path=path,
        title=operation["summary"],
        text=operation.get("description", ""),
        scopes=tuple(
            scope for scheme in security for scopes in scheme.values() for scope in scopes
        ),
        parameters=tuple(_build_parameter_view(one) for one in operation.get("parameters", ())),
        bodies=tuple(f"{kind}: {kind_of(told['schema'])}" for kind, told in content.items()),
        answers=tuple(
            _build_answer_view(status, one) for status, one in operation["responses"].items()
        ),
    )


def _build_parameter_view(parameter: dict[str, Any]) -> FieldView:
    return FieldView(
        name=parameter["name"],
        place=parameter["in"],
        kind=kind_of(parameter["schema"]),
        required=parameter.get("required", False),
        text=parameter.get("description", ""),
    )


def _build_answer_view(status: str, answer: dict[str, Any]) -> AnswerView:
    content = answer.get("content", {})
    kinds = tuple(f"{kind}: {kind_of(told.get('schema', {}))}" for kind, told in content.items())
    return AnswerView(status, answer["description"], kinds)


def _build_record_view(name: str, schema: dict[str, Any]) -> RecordView:
    required = schema.get("required", ())
    fields = tuple(
        FieldView(member, "", kind_of(told), member in required, told.get("description", ""))
        for member, told in schema.get("properties", {}).items()
    )
    return RecordView(name, schema.get("description", ""), fields)


def kind_of(schema: dict[str, Any]) -> str:
    """What values a schema takes, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            return " | ".join(kind_of(part) for part in schema[name])
    if "const" in schema:
        return repr(schema["const"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{kind_of(schema.get('items', {}))}]"
    return " ".join(
        filter(None, [schema.get("type", "any"), schema.get("format"), _format_schema_unit(schema)])
    )


def _format_schema_unit(schema: dict[str, Any]) -> str | None:
    return f"({schema['x-unit']})" if "x-unit" in schema else None
