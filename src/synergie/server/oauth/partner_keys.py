"""The keys of a client that publishes them: kept for ten to twenty minutes, never asked in a rush.

What is kept is in the store, and so is the moment of the last try: of all workers together one
asks, once a minute a client at most. An unknown key's name makes it ask again, once. Keys that
could not be read for twenty minutes hold no more: one that the client took away would live on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc.jwk import KeySet

from synergie.client.outbound import tell_failed
from synergie.errors import SynergieError
from synergie.exchange.clients import Clients, OAuthClient, keys_of
from synergie.proof import jose
from synergie.proof.jose import Signed, Unsigned
from synergie.server.log import logger

type Read = Callable[[str], bytes]
"""What an address answers, through the guard of outgoing calls. SynergieError when nothing."""

STALE = timedelta(minutes=10)
"""After this the keys are read again when the client calls."""
DEAD = timedelta(minutes=20)
"""After this they are not taken any more, and the client is refused until they can be read."""


def nobody(url: str) -> bytes:
    """For a server that calls nobody."""
    raise SynergieError(url)


@dataclass(frozen=True, slots=True)
class PartnerKeys:
    """Which keys a client's assertion may be signed with, now."""

    clients: Clients
    read: Read

    def of(self, client: OAuthClient, signed: Signed, *, now: datetime) -> KeySet:
        """The keys of *client*, read anew when they are old or do not know the one of *signed*.

        Unsigned when there are none that may be taken.
        """
        if client.jwks_uri is None:
            return keys_of(client.jwks)
        if self._wanted(client, signed, now) and self.clients.reads_keys(client.id, now=now):
            client = self._fetched(client, client.jwks_uri, now) or client
        if client.jwks_read_at is None or client.jwks_read_at <= now - DEAD:
            raise Unsigned("the keys of the client cannot be read")
        return keys_of(client.jwks)

    def _wanted(self, client: OAuthClient, signed: Signed, now: datetime) -> bool:
        if client.jwks_read_at is None or client.jwks_read_at <= now - STALE:
            return True
        kid = signed.header.get("kid")
        return isinstance(kid, str) and all(key.kid != kid for key in keys_of(client.jwks).keys)

    def _fetched(self, client: OAuthClient, url: str, now: datetime) -> OAuthClient | None:
        try:
            self.clients.keep_keys(client.id, jwk_set(self.read(url)), now=now)
        except (SynergieError, Unsigned) as error:
            why = error if isinstance(error, SynergieError) else "content"
            tell_failed("jwks_uri", url, why, client=client.id)
            logger().warning("client.keys_unread", client=client.id, reason=type(error).__name__)
            return None
        return self.clients.client(client.id)


def jwk_set(content: bytes) -> dict[str, object]:
    """The keys in *content*, not checked; what else is there is left out. Unsigned: no JWK set."""
    found = jose.parsed(content)
    if not isinstance(found, dict):
        raise Unsigned("no JWK set")
    return {"keys": found.get("keys")}
