"""Errors of `/ogc` as OGC wants them: 400 for a wrong parameter; on public routes, readable by all.

The bodies are problem documents (RFC 9457), as everywhere; for who asked for a page, a page.
"""

from collections.abc import Callable, Coroutine
from typing import Any, override

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from synergie.errors import BadInput, SynergieError
from synergie.server.house import get_services
from synergie.server.ogc._html import VARY
from synergie.server.problems import MEDIA_TYPE, STATUS

ANYBODY = {"Access-Control-Allow-Origin": "*"}
"""A page of any origin may read it (Fetch, CORS): it is public, and bears no cookie's answer."""
_BAD_REQUEST = 400


class OgcRoute(APIRoute):
    """A route whose wrong parameters are 400 (OGC 17-069r4, /req/core/query-param-invalid)."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_request(request: Request) -> Response:
            try:
                return await handle(request)
            except BadInput as error:
                return _build_bad_request(request, error)

        return handle_request


class PublicRoute(OgcRoute):
    """A route that pages of any origin may read, its refusals too."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_request(request: Request) -> Response:
            try:
                answer = await handle(request)
            except SynergieError as error:
                if error.code not in STATUS:
                    raise
                answer = get_services(request).problems.refuse(request.scope, error)
            answer.headers.update(ANYBODY)
            answer.headers.add_vary_header(VARY)
            return answer

        return handle_request


def _build_bad_request(request: Request, error: BadInput) -> Response:
    problems = get_services(request).problems
    answer = problems.refuse(request.scope, error)
    if answer.media_type != MEDIA_TYPE:
        answer.status_code = _BAD_REQUEST
        return answer
    document = problems.document(error).model_copy(update={"status": _BAD_REQUEST})
    body = document.model_dump_json(exclude_defaults=True)
    return Response(body, _BAD_REQUEST, {"Cache-Control": "no-store"}, MEDIA_TYPE)
