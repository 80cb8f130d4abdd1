"""The frame of every page: `page_router`, `Visit`, `page`."""

from collections.abc import Callable, Coroutine
from typing import Any, override
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Scope

from synergie.reports.language import use_language
from synergie.server.pages._errors import render_error_page
from synergie.server.pages._fresh import describe_visit_freshness
from synergie.server.pages.visit import POLICY, Visit, Visitor, lang_of
from synergie.server.pages.visit import render_template_page as drawn

_NO_TEXT = "\ufffd"

__all__ = ["POLICY", "Visit", "Visitor", "page_router", "render_page"]


def render_page(visit: Visit, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """*template* drawn with *values*, as an answer that is kept nowhere and loads nothing else.

    Its foot says how fresh the visitor's own data are. In templates: `visit`, `say("…", "…")`,
    `tell(text)`, `csrf_field()`, `asset("name.js")`, and the filters number, quantity, kwh,
    percent, euros, date, long_date, moment.
    """
    return drawn(
        visit, template, status=status, foot=lambda: describe_visit_freshness(visit), **values
    )


class _PageRoute(APIRoute):
    """A route whose errors are pages for people; reports are told in the language of the page."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_request(request: Request) -> Response:
            _hold_text(request.scope)
            try:
                with use_language(lang_of(request)):
                    return await handle(request)
            except Exception as error:  # noqa: BLE001 (each becomes a page; the cause goes to the log)
                return await render_error_page(request, error)

        return handle_request


def page_router() -> APIRouter:
    """A router of pages: outside the API's document; its errors are pages with the way out."""
    return APIRouter(include_in_schema=False, route_class=_PageRoute)


def _hold_text(scope: Scope) -> None:
    """NUL in an address is read as U+FFFD, as bytes that are no text are: PostgreSQL takes none."""
    scope["path"] = scope["path"].replace("\0", _NO_TEXT)
    scope["path_params"] = {
        name: value.replace("\0", _NO_TEXT) for name, value in scope["path_params"].items()
    }
    query: bytes = scope["query_string"]
    scope["query_string"] = query.replace(b"%00", quote(_NO_TEXT).encode())
