"""The one map from our errors to HTTP: RFC 9457 problem documents, and the last resort."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie import errors
from synergie.proof.jose import ALGORITHMS
from synergie.schemas.faults import EXPECTED, SHOWN, fault
from synergie.schemas.problem import Problem, ProblemFault
from synergie.schemas.scopes import SCOPES
from synergie.server.log import digest, logger
from synergie.server.settings import Settings
from synergie.storage.driver_errors import is_unmapped, map_driver_error

MEDIA_TYPE = "application/problem+json"

STATUS: dict[str, int] = {
    "bad-input": 422,
    "not-authenticated": 401,
    "bad-signature": 400,
    "not-allowed": 403,
    "not-found": 404,
    "conflict": 409,
    "in-progress": 409,
    "idempotency-key-reused": 422,
    "cursor-expired": 410,
    "too-large": 413,
    "too-slow": 408,
    "unsupported-media": 415,
    "too-many-requests": 429,
    "overloaded": 503,
    "server-fault": 500,
    "storage-full": 507,
    "missing-extra": 501,
}
"""HTTP status of each code. An error whose code is not here is our fault: 500."""

TITLES: dict[str, str] = {
    "bad-input": "Part of the request is wrong",
    "not-authenticated": "Not authenticated",
    "bad-signature": "The message is not signed as it must be",
    "not-allowed": "Not allowed",
    "not-found": "Not found",
    "conflict": "The state does not admit this act",
    "in-progress": "The same request is still running",
    "idempotency-key-reused": "Idempotency-Key used with another body",
    "cursor-expired": "The cursor is too old",
    "too-large": "Too large",
    "too-slow": "Too slow",
    "unsupported-media": "Media type not taken",
    "too-many-requests": "Too many requests",
    "overloaded": "Overloaded",
    "server-fault": "Our fault",
    "storage-full": "The disk holds no more",
    "missing-extra": "A part that this needs is not installed here",
}
"""The kind of each error in words."""

_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


type Pages = Callable[[Scope, errors.SynergieError], Response | None]
"""An error as the page of a person who asked for one; None for a program's request."""


@dataclass(frozen=True, slots=True)
class Problems:
    """Errors as answers. `settings` gives the base of `type` and the address in challenges.

    `pages` draws what a browser sees before, and beside, the routes of pages.
    """

    settings: Settings
    pages: Pages | None = None

    def document(self, error: errors.SynergieError) -> Problem:
        """*error* as a problem document, also for a line of a stream.

        It shows what the caller sent, at most 80 characters of it, and nothing of ours.
        """
        code = error.code if error.code in STATUS else errors.ServerFault.code
        ours = code == errors.ServerFault.code
        return Problem(
            type=self.kind(code),
            title=TITLES[code],
            status=_choose_status(error, code),
            detail=None if ours else _remove_surrogates(str(error)),
            trace_id=error.reference if ours else None,
            reason=error.reason if isinstance(error, errors.NotAllowed) else None,
            agreement=error.agreement if isinstance(error, errors.NotAllowed) else None,
            rule=error.rule if isinstance(error, errors.NotAllowed) else None,
            faults=tuple(map(_build_problem_fault, _list_fault_places(error))),
            retry_after=getattr(error, "retry_after", None),
            common_seq=getattr(error, "common_seq", None),
            next=getattr(error, "cursor", None),
        )

    def kind(self, code: str) -> str:
        """The address that names a kind of error."""
        return f"{self.settings.problem_base}/{code}"

    def answer(self, error: errors.SynergieError) -> Response:
        """*error* as an HTTP answer, with the headers that its kind wants."""
        headers = {}
        if (after := getattr(error, "retry_after", None)) is not None:
            headers["Retry-After"] = str(seconds_of(after))
        if isinstance(error, errors.NotAuthenticated):
            headers |= self._challenge(error.error, nonce=error.nonce)
        elif isinstance(error, errors.NotAllowed) and error.reason in SCOPES:
            headers |= self._challenge("insufficient_scope", scope=error.reason)
        return _build_problem_response(self.document(error), headers)

    def refuse(self, scope: Scope, error: errors.SynergieError) -> Response:
        """*error* as an answer, told to the log: what was refused, to whom, why."""
        note(scope, error)
        return self._page(scope, error) or self.answer(error)

    def validation(self, error: RequestValidationError) -> Response:
        """What FastAPI found wrong: every place, in our words."""
        found = [_convert_fault_item(dict(item)) for item in error.errors()[:SHOWN]]
        document = self.document(found[0])
        shown = tuple(_build_problem_fault(item) for item in found)
        return _build_problem_response(document.model_copy(update={"faults": shown}), {})

    def http(self, request: Request, error: HTTPException) -> Response:
        """What the framework refuses by itself: no such path, no such method, unreadable body."""
        if error.status_code == HTTPStatus.NOT_FOUND:
            absent = errors.NotFound()
            return self._page(request.scope, absent) or self.answer(absent)
        if error.status_code == HTTPStatus.BAD_REQUEST:
            return self.answer(errors.BadInput("/", "unreadable", EXPECTED["json_invalid"]))
        phrase = _get_status_phrase(error.status_code)
        kind = self.kind(phrase.lower().replace(" ", "-"))
        document = Problem(type=kind, title=phrase, status=error.status_code)
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_list_allowed_methods(request))
            if (page := self._page(request.scope, errors.NotFound())) is not None:
                page.status_code = error.status_code
                page.headers.update(headers)
                return page
        return _build_problem_response(document, headers)

    def fault(self, scope: Scope, error: Exception) -> Response:
        """The last resort: the cause goes to the log, its reference to the caller, nothing else.

        A failure of the database that reached it unmapped is one of the database all the same.
        """
        if (of_driver := map_driver_error(error)) is not None:
            of_driver.error.__cause__ = error
            return self.refuse(scope, of_driver.error)
        reference = scope.get("state", {}).get("trace_id") or secrets.token_hex(8)
        logger().error("request.failed", trace_id=reference, exc_info=error)
        told = errors.ServerFault(reference)
        return self._page(scope, told) or self.answer(told)

    def _page(self, scope: Scope, error: errors.SynergieError) -> Response | None:
        return None if self.pages is None else self.pages(scope, error)

    def _challenge(
        self, error: str, *, nonce: str | None = None, scope: str | None = None
    ) -> dict[str, str]:
        """RFC 9449 §7.1, RFC 9728 §5.1; no `error` when no token came (RFC 6750 §3.1)."""
        parts = {} if error == "missing_token" else {"error": error}
        if scope is not None:
            parts["scope"] = scope
        parts["algs"] = " ".join(ALGORITHMS)
        parts["resource_metadata"] = self.settings.resource_metadata
        text = ", ".join(f'{name}="{value}"' for name, value in parts.items())
        return {"WWW-Authenticate": f"DPoP {text}"} | ({"DPoP-Nonce": nonce} if nonce else {})


EVENTS: dict[str, str] = {
    "not-authenticated": "auth.refused",
    "not-allowed": "access.refused",
    "not-found": "access.absent",
    "too-many-requests": "limit.hit",
    "overloaded": "limit.hit",
    "too-large": "limit.hit",
    "too-slow": "limit.hit",
}
"""Code of an error → what the log calls it. The other ones are in `http.request` alone."""


def note(scope: Scope, error: errors.SynergieError) -> None:
    """Tells the log of a refusal; its reason goes into the line of the request, too.

    Only codes and identifiers of ours: never what the caller sent.
    """
    state = scope.setdefault("state", {})
    reason = getattr(error, "reason", None) or getattr(error, "error", None) or error.code
    state["reason"] = reason
    if is_unmapped(error.__cause__):
        logger().error("store.unmapped", exc_info=error.__cause__)
    event = EVENTS.get(error.code)
    if event is None:
        return
    principal = state.get("principal")
    logger().info(
        event,
        outcome="refused",
        reason=reason,
        client=getattr(principal, "client_id", None),
        organisation=getattr(principal, "organisation", None),
        agreement=getattr(error, "agreement", None),
        token=_hash_presented_token(scope),
    )


def _hash_presented_token(scope: Scope) -> str | None:
    """The token of the request as the log names it; None without one."""
    told = Headers(scope=scope).get("authorization", "")
    return digest(told.partition(" ")[2]) if told else None


def install_problem_handlers(app: FastAPI, settings: Settings, pages: Pages | None = None) -> None:
    """Make *app* answer every error with a problem document, and nothing with a stack trace.

    *pages*: for who asked for a page, a page.
    """
    problems = Problems(settings, pages)

    async def refuse_error(request: Request, error: Exception) -> Response:
        if isinstance(error, errors.SynergieError) and error.code in STATUS:
            return problems.refuse(request.scope, error)
        if isinstance(error, RequestValidationError):
            request.state.reason = errors.BadInput.code
            return problems.validation(error)
        if isinstance(error, HTTPException):
            return problems.http(request, error)
        return problems.fault(request.scope, error)

    for kind in (errors.SynergieError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, refuse_error)
    app.add_middleware(LastResort, problems=problems)


class LastResort:
    """ASGI middleware: an exception that nothing else took becomes a 500 with a reference.

    Starlette's own handler raises again after answering, and uvicorn then closes the connection
    under a pooled client. Once an answer has begun it is cut: the reader sees no closing line.
    """

    def __init__(self, app: ASGIApp, problems: Problems) -> None:
        self.app, self.problems = app, problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer if it fails before its answer begins."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            await self.problems.fault(scope, error)(scope, receive, send)


def seconds_of(after: float) -> int:
    """The whole seconds of `Retry-After` (RFC 9110 §10.2.3): one or more, and none too few."""
    return max(1, ceil(after))


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of a route, for the OpenAPI document: `responses=responses(401, 404)`."""
    return {status: _describe_problem_response(_get_status_phrase(status)) for status in statuses}


def _get_status_phrase(status: int) -> str:
    """The phrase of RFC 9110, which Python says so from 3.13 on only."""
    return {413: "Content Too Large", 422: "Unprocessable Content"}.get(
        status, HTTPStatus(status).phrase
    )


def add_schemas(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI *document* with the schemas that `responses` refers to."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    whole = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= whole.pop("$defs", {}) | {"Problem": whole}
    return document


def _list_allowed_methods(request: Request) -> list[str]:
    """The methods that this path takes: Starlette names those of the first route alone."""
    routes = request.app.router.routes
    taken = [
        method
        for method in _METHODS
        if any(one.matches({**request.scope, "method": method})[0] is Match.FULL for one in routes)
    ]
    return [*taken, "HEAD"] if "GET" in taken else taken


def _describe_problem_response(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _build_problem_response(document: Problem, headers: Mapping[str, str]) -> Response:
    body = document.model_dump_json(exclude_defaults=True)
    kept = {"Cache-Control": "no-store", **headers}
    return Response(body, document.status, kept, MEDIA_TYPE)


def _choose_status(error: errors.SynergieError, code: str) -> int:
    if isinstance(error, errors.BadInput) and _is_unreadable(error):
        return HTTPStatus.BAD_REQUEST
    return STATUS[code]


def _is_unreadable(error: errors.BadInput) -> bool:
    """A head that is ill formed, a header that is missing, a body that is no JSON or ill packed."""
    if error.where in {"body", "request line"} or error.where.startswith("header "):
        return True
    return error.expected == EXPECTED["json_invalid"]


def _convert_fault_item(item: dict[str, Any]) -> errors.BadInput:
    """One of FastAPI's faults; outside the body its place is named in words, as `query limit`."""
    source, *rest = item["loc"]
    told = fault(item, before=1)
    if source == "body":
        return told
    place = f"{source} {'/'.join(map(str, rest))}"
    return errors.BadInput(place, told.found, told.expected)


def _list_fault_places(error: errors.SynergieError) -> tuple[errors.BadInput, ...]:
    """Each place that is wrong."""
    if isinstance(error, errors.BadInputs):
        told = ((one.where, one.found.tell(str), one.expected.tell(str)) for one in error.faults)
        return tuple(errors.BadInput(*one) for one in islice(told, SHOWN))
    if isinstance(error, errors.TooLarge) and error.where:
        most = f"at most {error.limit} {error.unit}"
        return (errors.BadInput(error.where, error.found, most),)
    return (error,) if isinstance(error, errors.BadInput) else ()


def _build_problem_fault(error: errors.BadInput) -> ProblemFault:
    return ProblemFault(
        where=_remove_surrogates(error.where),
        found=_remove_surrogates(str(error.found)[:80]),
        expected=_remove_surrogates(error.expected),
    )


def _remove_surrogates(text: str) -> str:
    """*text* without the lone surrogates that JSON can smuggle in and UTF-8 cannot carry out."""
    return text.encode("utf-8", "replace").decode()
