"""Signed requests (RFC 9421): verified once their sender is known, before anything is done."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from synergie.errors import BadSignature
from synergie.policy import Principal
from synergie.proof import message
from synergie.proof.jose import Key, Unsigned

type KeysOf = Callable[[str, str | None, datetime], Iterable[Key]]
"""The public keys of a client, now; those that the name of the key leads to are among them."""

EVERYBODY = "*"

_SIGNED = frozenset({b"signature", b"signature-input"})
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Seal:
    """What requests must be signed with: a key of the program that sends them."""

    public_url: str
    keys: KeysOf
    with_keys: Callable[..., Awaitable[None]]
    """Does something of a request in a thread, once keys that it misses were read."""
    demanded: frozenset[str]
    """Programs and organisations whose writes must be signed; `*`: everybody's."""

    async def check(self, request: Request, caller: Principal, now: datetime) -> None:
        """BadSignature when *request* is signed and that does not hold, or is not and must be.

        What reads the body then holds it against the digest that was signed (`intake.pieces`).
        """
        raw = request.headers.raw
        if any(name in _SIGNED for name, _ in raw):  # most are not: nothing else is looked at
            lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
            await self.with_keys(request.scope, self._verify, request, lines, caller, now)
        elif request.method in _WRITES and self._demands(caller):
            raise BadSignature("a write of this program must be signed")

    def _verify(
        self, request: Request, lines: message.Lines, caller: Principal, now: datetime
    ) -> None:
        sent = message.Request(
            str(request.scope.get("state", {}).get("method", request.method)),
            message.build_target_uri(self.public_url, request.scope),
            lines,
        )
        try:
            keys = self.keys(caller.client_id, message.key_name(lines), now)
            message.request_signer(sent, keys, now=now.timestamp())
            digest = message.Digest([v for n, v in lines if n == "content-digest"])
        except Unsigned as error:
            raise BadSignature(str(error)) from error
        request.state.digest = digest

    def _demands(self, caller: Principal) -> bool:
        return not self.demanded.isdisjoint((EVERYBODY, caller.client_id, caller.organisation))
