"""The HTML form of the public side (OGC 17-069r4 §8.2): who asks for it, and what is drawn.

A page is drawn from the very document that programs read, so that the two cannot differ. Who draws
is given by the application: this package knows no page.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import Request
from starlette.responses import Response

from synergie.server.intake import HTML, likes_pages

VARY = "Accept"
"""On each answer, whatever its form: what one reader was given is not for every other."""

type Link = dict[str, Any]
"""One link (RFC 8288), as OGC writes it."""
type Kind = Literal["landing", "conformance", "collections", "collection", "schema", "api",
                    "items", "item"]  # fmt: skip
type Drawn = Callable[[Request, Kind, dict[str, Any]], Response]
"""A document as a page for people."""


def is_asked(request: Request) -> bool:
    """Whether *request* wants a page: by `f`, else when its `Accept` likes pages better."""
    told = request.query_params.get("f")
    return likes_pages(request.headers) if told is None else told == "html"


def render_ogc_page(request: Request, kind: Kind, document: dict[str, Any] | bytes) -> Response:
    """*document* as a page, with the links of the page itself."""
    told = json.loads(document) if isinstance(document, bytes) else dict(document)
    told["links"] = list(_iterate_page_links(told.get("links", ())))
    if "collections" in told:
        told["collections"] = [
            one | {"links": list(_iterate_page_links(one["links"]))} for one in told["collections"]
        ]
    draw: Drawn = request.app.state.ogc_drawn
    return draw(request, kind, told)


def build_alternate_link(here: str, title: str) -> Link:
    """The link of a JSON document to its page (`alternate`)."""
    return {"rel": "alternate", "href": of_form(here, "html"), "type": HTML, "title": title}


def of_form(address: str, form: str) -> str:
    """*address* in the form *form*, whatever it was in."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "f"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("f", form)])))


def _iterate_page_links(links: Iterable[Link]) -> Iterable[Link]:
    """The links of a document as its page has them: the page is itself, JSON the other form."""
    for one in links:
        if one["rel"] == "self":
            yield one | {"rel": "alternate", "href": of_form(one["href"], "json")}
        elif one["rel"] == "alternate" and one["type"] == HTML:
            yield one | {"rel": "self"}
        else:
            yield one
