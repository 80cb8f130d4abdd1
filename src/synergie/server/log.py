"""The server's log: JSON lines, one an event, with the trace of the request they belong to.

`http.request`, one a request; `auth.refused`, `access.refused` and `limit.hit` with their reason;
`oauth.answered` and `oauth.refused`; `journal.…`, one an act that is recorded; `request.failed`;
`library`, what our client and uvicorn say. Never a reading, a name, a token, a delivery point:
whatever slips into a text, an exception's too, is veiled on its way out.
"""

import logging
import re
import secrets
import sys
from contextlib import suppress
from hashlib import blake2b, sha256
from typing import Any, Final, TextIO, cast, override

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

type Log = FilteringBoundLogger

LIBRARY: Final = "synergie"
"""The logger of the standard library that our own modules speak to."""

_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}", re.ASCII)
"""A JWT or JWS, whole or cut: tokens, assertions, proofs, signatures."""
_POINT = re.compile(r"(?<![0-9A-Za-z])[0-9]{14}(?![0-9A-Za-z])", re.ASCII)
"""A PRM (or a SIRET, which looks the same)."""
_FIELDS = "told"
_KEY = [secrets.token_bytes(32)]


def logger() -> Log:
    """Where the server writes; nothing is written until `start`."""
    if not structlog.is_configured():
        stop_logging()
    log: Log = structlog.get_logger("synergie")
    return log


def start_logging(stream: TextIO = sys.stdout, *, level: int = logging.INFO) -> None:
    """Write from now on to *stream*, events of *level* and above."""
    lossy = _LossyStream(stream)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            lossy.tell_lost,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, lossy)),
        cache_logger_on_first_use=False,
    )
    _hear_uvicorn()
    ours = logging.getLogger(LIBRARY)
    ours.handlers = [*_list_foreign_handlers(ours), _Hearing(level)]
    ours.setLevel(level)


def stop_logging() -> None:
    """Write nothing: a server inside another program does not speak on its output."""
    structlog.configure(processors=[_drop_event], cache_logger_on_first_use=False)
    _hear_uvicorn()
    ours = logging.getLogger(LIBRARY)
    ours.handlers = _list_foreign_handlers(ours)


def set_redaction_key(secret: bytes) -> None:
    """The key under which delivery points are veiled: one for all workers and all starts."""
    _KEY[:] = [secret]


def redact_text(text: str) -> str:
    """*text* with tokens as 8 hexadecimal digits of their SHA-256, delivery points as a MAC.

    The same one gives the same digits, so that lines can be told to belong together.
    """
    text = _TOKEN.sub(lambda found: f"sha256:{digest(found[0])}", text)
    return _POINT.sub(lambda found: f"hmac:{_compute_point_mac(found[0])}", text)


def digest(token: str) -> str:
    """How a token is named in the log: the first 8 hexadecimal digits of its SHA-256."""
    return sha256(token.encode()).hexdigest()[:8]


def _compute_point_mac(point: str) -> str:
    return blake2b(point.encode(), key=_KEY[0][:64], digest_size=8).hexdigest()


def _redact_event(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {name: _redact_value(value) for name, value in event.items()}


def _redact_value(value: Any) -> Any:
    match value:
        case bool() | float() | None:
            return value
        case int():
            return value if abs(value) < 10**13 else redact_text(str(value))
        case dict():
            return {str(name): _redact_value(one) for name, one in value.items()}
        case list() | tuple():
            return [_redact_value(one) for one in value]
        case _:
            return redact_text(str(value))


def _drop_event(_logger: WrappedLogger, _name: str, _event: EventDict) -> EventDict:
    raise structlog.DropEvent


class _LossyStream:
    """Loses lines, never a request: on a full disk, or when nobody reads any more.

    The first line that is written again tells how many were lost before it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._lost = stream, 0

    def write(self, text: str) -> None:
        with suppress(OSError):  # `flush` fails as well, and counts
            self._stream.write(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
            self._lost = 0
        except OSError:
            self._lost += 1

    def tell_lost(self, _log: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
        return {**fields, "lost_lines": self._lost} if self._lost else fields


class _Hearing(logging.Handler):
    """Hands what libraries say to our log, as one event.

    A record with `extra={"told": {…}}` is an event of ours: its message is the name.
    """

    @override
    def emit(self, record: logging.LogRecord) -> None:
        log: Log = structlog.get_logger("synergie")
        told = getattr(record, _FIELDS, None)
        if isinstance(told, dict):
            log.log(record.levelno, record.getMessage(), **told)
            return
        event = "library" if record.name.startswith(LIBRARY) else "http.server"
        log.log(record.levelno, event, text=record.getMessage(), exc_info=record.exc_info)


def _list_foreign_handlers(library: logging.Logger) -> list[logging.Handler]:
    return [one for one in library.handlers if not isinstance(one, _Hearing)]


def _hear_uvicorn() -> None:
    for name in ("uvicorn.error", "uvicorn.access", "asyncio"):
        library = logging.getLogger(name)
        library.handlers = [_Hearing(logging.WARNING)]
        library.propagate = False
