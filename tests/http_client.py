"""A client of an application in this process, whose requests share one event loop.

Starlette's starts a loop with its threads for each request and joins them: three quarters of what
a request of a test took (5 ms of 7).
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import override

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

_OPEN: list[AbstractContextManager[BlockingPortal]] = []
"""Keeps the loop running to the end of the process."""


@cache
def shared_portal() -> BlockingPortal:
    """The loop of this process, in a thread that ends with it."""
    context = start_blocking_portal(name="http-client")
    _OPEN.append(context)
    return context.__enter__()


class HttpClient(TestClient):
    """One that is entered runs the application's start and end, in a loop of its own."""

    @override
    @contextmanager
    def _portal_factory(self) -> Generator[BlockingPortal]:
        yield self.portal or shared_portal()
