"""The frame of every page: `page_router`, `Visit`, `page`."""

from collections.abc import Callable, Coroutine
from typing import Any, override

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from synergie.server.pages._errors import shown
from synergie.server.pages._visit import POLICY, Visit, Visitor, page

__all__ = ["POLICY", "Visit", "Visitor", "page", "page_router"]


class _PageRoute(APIRoute):
    """A route whose errors are pages for people."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:  # noqa: BLE001 (each becomes a page; the cause goes to the log)
                return await shown(request, error)

        return told


def page_router() -> APIRouter:
    """A router of pages: outside the API's document; its errors are pages with the way out."""
    return APIRouter(include_in_schema=False, route_class=_PageRoute)
