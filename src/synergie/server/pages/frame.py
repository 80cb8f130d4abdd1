"""The frame of every page: `page_router`, `Visit`, `page`."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, override
from urllib.parse import quote

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Scope

from synergie.errors import TooLarge
from synergie.reports.explore import Explorer, Field
from synergie.reports.language import use_language
from synergie.server.pages._errors import render_error_page
from synergie.server.pages._fresh import describe_visit_freshness
from synergie.server.pages.visit import POLICY, Visit, Visitor, build_site_link, lang_of
from synergie.server.pages.visit import render_template_page as drawn
from synergie.server.router import Router

_NO_TEXT = "\ufffd"

_KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}

__all__ = [
    "POLICY",
    "Visit",
    "Visitor",
    "build_table_file",
    "page_router",
    "read_table_question",
    "render_page",
]


def render_page(visit: Visit, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """*template* drawn with *values*, as an answer that is kept nowhere and loads nothing else.

    Its foot says how fresh the visitor's own data are. In templates: `visit`, `say("…", "…")`,
    `tell(text)`, `csrf_field()`, `asset("name.js")`, and the filters number, quantity, kwh,
    percent, euros, date, long_date, moment.
    """
    return drawn(
        visit, template, status=status, foot=lambda: describe_visit_freshness(visit), **values
    )


def read_table_question[Row](
    visit: Visit, fields: Sequence[Field[Row]], *, searches: bool = True
) -> Explorer[Row]:
    """What the address of *visit* asks of a table of *fields*: see `Explorer`. BadInput."""
    path = build_site_link(visit.request.url.path)
    return Explorer(fields, path, visit.request.query_params.multi_items(), searches=searches)


def build_table_file[Row](
    visit: Visit, asked: Explorer[Row], rows: Sequence[Row], *, name: str, most: int | None = None
) -> Response:
    """The view that was asked for as a file.

    *most*: how many rows a page reads, where there are more. TooLarge: a file would lack some.
    """
    if most is not None:
        raise TooLarge(most, "rows of a view")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}-{visit.now:%Y-%m-%d}.{asked.form}"',
        "X-Content-Type-Options": "nosniff",
        "Vary": "Cookie",
    }
    return Response(asked.write_file(rows, name), headers=headers, media_type=_KINDS[asked.form])


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


def page_router() -> Router:
    """A router of pages: outside the API's document; its errors are pages with the way out."""
    return Router(include_in_schema=False, route_class=_PageRoute)


def _hold_text(scope: Scope) -> None:
    """NUL in an address is read as U+FFFD, as bytes that are no text are: PostgreSQL takes none."""
    scope["path"] = scope["path"].replace("\0", _NO_TEXT)
    scope["path_params"] = {
        name: value.replace("\0", _NO_TEXT) for name, value in scope["path_params"].items()
    }
    query: bytes = scope["query_string"]
    scope["query_string"] = query.replace(b"%00", quote(_NO_TEXT).encode())
