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

HTML = "text/html"
VARY = "Accept"
"""On both forms: what one reader was given is not for every other."""

type Link = dict[str, Any]
"""One link (RFC 8288), as OGC writes it."""
type Kind = Literal["landing", "conformance", "collections", "collection", "schema", "api",
                    "items", "item"]  # fmt: skip
type Drawn = Callable[[Request, Kind, dict[str, Any]], Response]
"""A document as a page for people."""

_JSON = ("application/json", "application/geo+json")


def is_asked(request: Request) -> bool:
    """Whether *request* wants a page: by `f`, else when its Accept likes HTML better than JSON.

    A program that names neither, or `*/*`, is given JSON (QGIS, GDAL, curl).
    """
    told = request.query_params.get("f")
    if told is not None:
        return told == "html"
    accept = request.headers.get("accept", "")
    if HTML not in accept:
        return False
    liked = _liked(accept)
    return liked.get(HTML, 0.0) > max(liked.get(one, 0.0) for one in _JSON)


def drawn(request: Request, kind: Kind, document: dict[str, Any] | bytes) -> Response:
    """*document* as a page, with the links of the page itself."""
    told = json.loads(document) if isinstance(document, bytes) else dict(document)
    told["links"] = list(_turned(told.get("links", ())))
    draw: Drawn = request.app.state.ogc_drawn
    answer = draw(request, kind, told)
    answer.headers.add_vary_header(VARY)
    return answer


def other(here: str, title: str) -> Link:
    """The link of a JSON document to its page (`alternate`)."""
    return {"rel": "alternate", "href": of_form(here, "html"), "type": HTML, "title": title}


def of_form(address: str, form: str) -> str:
    """*address* in the form *form*, whatever it was in."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "f"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("f", form)])))


def _turned(links: Iterable[Link]) -> Iterable[Link]:
    """The links of a document as its page has them: the page is itself, JSON the other form."""
    for one in links:
        if one["rel"] == "self":
            yield one | {"rel": "alternate", "href": of_form(one["href"], "json")}
        elif one["rel"] == "alternate" and one["type"] == HTML:
            yield one | {"rel": "self"}
        else:
            yield one


def _liked(accept: str) -> dict[str, float]:
    """Media type → its weight (RFC 9110 §12.5.1); what is not a weight counts as 1."""
    liked: dict[str, float] = {}
    for part in accept.split(","):
        kind, _, rest = part.partition(";")
        weight = 1.0
        for one in rest.split(";"):
            name, _, value = one.strip().partition("=")
            if name == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 1.0
        liked[kind.strip().lower()] = weight
    return liked
