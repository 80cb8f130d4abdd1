"""From an answer that says no to the same exception as on the server."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from synergie.errors import (
    BadInput,
    BadSignature,
    Conflict,
    CursorExpired,
    InProgress,
    KeyReused,
    MissingExtra,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Overloaded,
    ServerFault,
    StorageFull,
    SynergieError,
    TooLarge,
    TooManyRequests,
    TooSlow,
    Unreachable,
    UnsupportedMedia,
)
from synergie.schemas.problem import Problem

_DEFAULT_WAIT_S = 1.0
_YEAR_S = 31_536_000.0
_NOT_SIGNED = BadSignature("").tell(str)
_UNAUTHORIZED = 401
_SERVER_ERROR = 500
_GATEWAY = frozenset({408, 425, 502, 504})
_NOT_ALLOWED = frozenset(
    {"invalid_scope", "invalid_target", "unauthorized_client", "invalid_authorization_details"}
)
_OAUTH_WORD = re.compile(r'error="?([a-z_]+)"?', re.IGNORECASE)


class OtherProblem(SynergieError):
    """A problem of a kind this version does not know: its title and its case, in words."""

    code = "other-problem"


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> SynergieError:
    """The exception that the answer means, with its problem document and reference.

    An answer without a problem document (a proxy's) is told by its status.
    """
    problem = _parse_problem(body)
    if problem is None:
        return _by_status(status, headers)
    waits = problem.retry_after or _parse_retry_after(headers)
    return of_problem(problem.model_copy(update={"retry_after": waits}), headers)


def of_problem(problem: Problem, headers: Mapping[str, str] | None = None) -> SynergieError:
    """The exception that *problem* means; `OtherProblem` when its kind is not known."""
    code = problem.type.rpartition("/")[2]
    error = _MADE.get(code, _build_other_problem)(problem)
    if isinstance(error, NotAuthenticated) and headers is not None:
        error = NotAuthenticated(_parse_challenge(headers), headers.get("DPoP-Nonce"))
    error.problem = problem
    error.reference = problem.trace_id
    return error


def oauth_error(status: int, headers: Mapping[str, str], body: bytes) -> SynergieError:
    """The exception that the token endpoint's answer means (RFC 6749 §5.2)."""
    try:
        word = json.loads(body)["error"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return error_of(status, headers, body)
    word = str(word)[:80]
    if word in _NOT_ALLOWED:
        return NotAllowed(word)
    return NotAuthenticated(word, headers.get("DPoP-Nonce"))


def demands_nonce(status: int, headers: Mapping[str, str]) -> bool:
    """Whether the resource wants the same request again with its nonce (RFC 9449 §9)."""
    return (
        status == _UNAUTHORIZED
        and "DPoP-Nonce" in headers
        and "use_dpop_nonce" in headers.get("WWW-Authenticate", "").lower()
    )


def refuses_token(status: int, headers: Mapping[str, str]) -> bool:
    """Whether the resource finds the token, not the proof, not good (RFC 6750 §3.1)."""
    return status == _UNAUTHORIZED and _parse_challenge(headers) == "invalid_token"


def _parse_challenge(headers: Mapping[str, str]) -> str:
    found = _OAUTH_WORD.search(headers.get("WWW-Authenticate", ""))
    return found[1].lower() if found else "invalid_token"


def _parse_problem(body: bytes) -> Problem | None:
    try:
        return Problem.model_validate_json(body, extra="ignore")
    except ValidationError:
        return None


def _parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of Retry-After (RFC 9110 §10.2.3), of a year at most; None when absent or a date."""
    text = headers.get("Retry-After", "")
    return min(float(text), _YEAR_S) if text.isascii() and text.isdigit() else None


def _by_status(status: int, headers: Mapping[str, str]) -> SynergieError:
    waits = _parse_retry_after(headers) or _DEFAULT_WAIT_S
    made: dict[int, Callable[[], SynergieError]] = {
        401: lambda: NotAuthenticated(_parse_challenge(headers), headers.get("DPoP-Nonce")),
        403: lambda: NotAllowed("forbidden"),
        404: NotFound,
        429: lambda: TooManyRequests(waits),
        503: lambda: Overloaded(waits),
        507: lambda: StorageFull(waits),
    }
    if status in made:
        return made[status]()
    if status in _GATEWAY:
        return Unreachable(f"no server behind the gateway (status {status})")
    if status >= _SERVER_ERROR:
        return ServerFault("none given")
    return OtherProblem(f"status {status} without a problem document")


def _describe_problem(problem: Problem) -> str:
    return problem.detail or problem.title


def _bad_input(problem: Problem) -> SynergieError:
    if not problem.faults:
        return BadInput("request", _describe_problem(problem), "a request that holds")
    fault = problem.faults[0]
    return BadInput(fault.where, fault.found, fault.expected)


def _build_conflict(problem: Problem) -> SynergieError:
    return Conflict(
        *(_split_found_and_expected(problem) or (_describe_problem(problem), "another state"))
    )


def _in_progress(problem: Problem) -> SynergieError:
    error = InProgress()
    error.retry_after = problem.retry_after or _DEFAULT_WAIT_S
    return error


def _build_unsupported_media(problem: Problem) -> SynergieError:
    return UnsupportedMedia(
        *(_split_found_and_expected(problem) or (_describe_problem(problem), "another media type"))
    )


def _split_found_and_expected(problem: Problem) -> tuple[str, str] | None:
    """Both parts of a sentence such as "state is 'revoked', expected one of: …"."""
    parts = re.search(r"'([^']*)', expected (.+)", _describe_problem(problem))
    return (parts[1], parts[2]) if parts else None


def _too_large(problem: Problem) -> SynergieError:
    """The limit is the first number of the sentence, the unit the word after it."""
    found = re.search(r"([0-9]+) (\w+)", _describe_problem(problem))
    return TooLarge(int(found[1]), found[2]) if found else TooLarge(0, "bytes")


def _too_slow(problem: Problem) -> SynergieError:
    found = re.search(r"[0-9]+", _describe_problem(problem))
    return TooSlow(int(found[0]) if found else 0)


def _missing_extra(problem: Problem) -> SynergieError:
    """The part that the server's operator has not installed stands in brackets."""
    found = re.search(r"\[(\w+)\]", _describe_problem(problem))
    return MissingExtra(found[1]) if found else _build_other_problem(problem)


def _build_wait_mapper(
    kind: Callable[[float], SynergieError],
) -> Callable[[Problem], SynergieError]:
    return lambda problem: kind(problem.retry_after or _DEFAULT_WAIT_S)


def _build_other_problem(problem: Problem) -> SynergieError:
    return OtherProblem(": ".join(filter(None, (problem.title, problem.detail))))


_MADE: dict[str, Callable[[Problem], SynergieError]] = {
    "bad-input": _bad_input,
    "not-authenticated": lambda _: NotAuthenticated(),
    "bad-signature": lambda p: BadSignature(_describe_problem(p).removeprefix(_NOT_SIGNED)),
    "not-allowed": lambda p: NotAllowed(p.reason or _describe_problem(p), p.agreement, p.rule),
    "not-found": lambda _: NotFound(),
    "conflict": _build_conflict,
    "in-progress": _in_progress,
    "idempotency-key-reused": lambda _: KeyReused(),
    "cursor-expired": lambda p: CursorExpired(
        _describe_problem(p), common_seq=p.common_seq, cursor=p.next
    ),
    "too-large": _too_large,
    "too-slow": _too_slow,
    "unsupported-media": _build_unsupported_media,
    "too-many-requests": _build_wait_mapper(TooManyRequests),
    "overloaded": _build_wait_mapper(Overloaded),
    "storage-full": _build_wait_mapper(StorageFull),
    "missing-extra": _missing_extra,
    "server-fault": lambda p: ServerFault(p.trace_id or "none given"),
}
"""The code of a problem → what makes the exception of the same code."""


def line_error(fields: Any, place: str | None = None) -> SynergieError:
    """The exception of an `{"error":Problem}` line, put at *place* when it is bad input."""
    try:
        error = of_problem(Problem.model_validate(fields, extra="ignore"))
    except ValidationError:
        return OtherProblem("an error line without a problem document")
    if isinstance(error, BadInput) and place is not None:
        placed = error.at(place)
        placed.problem, placed.reference = error.problem, error.reference
        return placed
    return error
