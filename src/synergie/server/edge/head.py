"""HEAD is GET without the body (RFC 9110 §9.3.2): one route serves both."""

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Enough(Exception):
    """Not a fault: the head is out, the rest need not be made."""


class Head:
    """ASGI middleware: asks the routes for GET, and keeps the body back.

    `scope["state"]["method"]` tells the guard which method the caller's proof must name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; of an answer to HEAD only the head comes back."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["method"] = "HEAD"

        async def headed(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            await send({"type": "http.response.body", "body": b""})
            raise _Enough

        with suppress(_Enough):  # alone, or in a group
            await self.app({**scope, "method": "GET"}, receive, headed)
