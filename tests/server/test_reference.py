"""The documentation page: whole, and without any request elsewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, override

import pytest
from starlette.responses import JSONResponse

from synergie.server.app import build_openapi_document, create_app
from synergie.server.pages.reference import build_reference_view, kind_of, render_reference
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.access.routes import DOCUMENT
from tests.http_client import HttpClient
from tests.server.place import Furnished


class _Seen(HTMLParser):
    """What a page loads, and what is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("script", "style", "img", "iframe", "object") or "style" in told:
            self.inline.append(tag)
        if tag == "link":
            self.loads.append(told["href"] or "")
        self.ids += [told["id"] or ""] if "id" in told else []
        self.inline += [name for name in told if name.startswith("on")]


def seen(html: str) -> _Seen:
    parser = _Seen()
    parser.feed(html)
    return parser


def test_the_document_is_valid_openapi() -> None:
    from openapi_spec_validator import validate  # two seconds, of this test alone

    validate(DOCUMENT)  # raises otherwise
    assert DOCUMENT["openapi"].startswith("3.1")
    assert DOCUMENT["info"]["license"]["identifier"] == "Apache-2.0"


def test_the_document_is_the_same_at_each_run() -> None:
    assert build_openapi_document() == DOCUMENT


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    for path, verbs in DOCUMENT["paths"].items():
        for operation in verbs.values():
            assert operation["description"], path
            assert operation["tags"], path
            if not operation["security"]:
                continue
            for status in ("401", "403", "422", "429", "503"):
                content = operation["responses"][status]["content"]
                assert content.keys() == {"application/problem+json"}, (path, status)


def test_every_parameter_and_field_says_what_it_means() -> None:
    for path, verbs in DOCUMENT["paths"].items():
        for operation in verbs.values():
            for parameter in operation.get("parameters", ()):
                assert parameter.get("description"), (path, parameter["name"])
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema.get("description") or "properties" not in schema, name
        for field, told in schema.get("properties", {}).items():
            assert told.get("description") or "const" in told, (name, field)


def test_every_operation_is_on_the_page() -> None:
    html = render_reference(build_reference_view(DOCUMENT))
    found = seen(html)
    for verbs in DOCUMENT["paths"].values():
        for operation in verbs.values():
            assert operation["operationId"] in found.ids
    assert len(found.ids) == len(set(found.ids))


def test_the_page_asks_nothing_of_any_network(furnished: Furnished) -> None:
    answer = furnished.place.http.get("/docs")
    found = seen(answer.text)
    assert found.inline == []
    assert found.loads == ["data:,", "/docs/reference.css"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    style = furnished.place.http.get("/docs/reference.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert not re.search(r"url\(|@import", style.text)


def test_a_text_of_the_document_is_not_markup() -> None:
    planted = {**DOCUMENT, "info": {**DOCUMENT["info"], "description": "<script>alert(1)</script>"}}
    html = render_reference(build_reference_view(planted))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_what_stands_between_backquotes_is_code() -> None:
    planted = {**DOCUMENT, "info": {**DOCUMENT["info"], "description": "A `<b>` and `more`."}}
    html = render_reference(build_reference_view(planted))
    assert "<p>A <code>&lt;b&gt;</code> and <code>more</code>.</p>" in html
    assert "`" not in html


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"$ref": "#/components/schemas/Site"}, "Site"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer | null"),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, "[string date]"),
        ({"enum": ["a", "b"]}, "a | b"),
        ({"type": "integer", "x-unit": "W"}, "integer (W)"),
        ({"const": 1}, "1"),
        ({}, "any"),
    ],
)
def test_a_kind_is_told_in_few_words(schema: dict[str, Any], text: str) -> None:
    assert kind_of(schema) == text


def test_the_page_is_closed_unless_the_operator_opens_it(store: Store, tmp_path: Path) -> None:
    paths = ("/docs", "/openapi.json", "/docs/reference.css")
    for shown, chosen in ((404, {}), (200, {"docs": True}), (200, {"dev": True})):
        app = create_app(store, Settings.read({}, data_dir=tmp_path / "data", **chosen))
        http = HttpClient(app)
        assert [http.get(path).status_code for path in paths] == [shown] * 3


def test_the_document_is_written_once_whoever_asks(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []

    class Counting(JSONResponse):
        @override
        def render(self, content: object) -> bytes:
            written.append(content)
            return super().render(content)

    monkeypatch.setattr("synergie.server.pages.reference.JSONResponse", Counting)
    app = create_app(store, Settings.read({}, data_dir=tmp_path / "data", docs=True))
    http = HttpClient(app)
    answers = [http.get("/openapi.json") for _ in range(3)]
    assert len(written) == 1
    assert {one.content for one in answers} == {answers[0].content}
    assert answers[0].headers["content-type"] == "application/json"
    assert answers[0].json() == app.openapi()
