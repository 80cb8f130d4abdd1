"""The server's log: JSON lines, one an event, with the trace of the request they belong to."""

import logging
import sys
from typing import TextIO, override

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

type Log = FilteringBoundLogger


def logger() -> Log:
    """Where the server writes; nothing is written until `start`."""
    if not structlog.is_configured():
        silence()
    log: Log = structlog.get_logger("synergie")
    return log


def start(stream: TextIO = sys.stdout, *, level: int = logging.INFO) -> None:
    """Write from now on to *stream*, events of *level* and above."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    _hear_uvicorn()


def silence() -> None:
    """Write nothing: a server inside another program does not speak on its output."""
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    _hear_uvicorn()


def _drop(_logger: WrappedLogger, _name: str, _event: EventDict) -> EventDict:
    raise structlog.DropEvent


class _Hearing(logging.Handler):
    """Hands what uvicorn says to our log, as one event."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        log: Log = structlog.get_logger("synergie")
        log.log(record.levelno, "http.server", text=record.getMessage(), exc_info=record.exc_info)


def _hear_uvicorn() -> None:
    for name in ("uvicorn.error", "uvicorn.access", "asyncio"):
        library = logging.getLogger(name)
        library.handlers = [_Hearing(logging.WARNING)]
        library.propagate = False
