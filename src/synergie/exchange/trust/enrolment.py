"""How a partner's key comes to be known: an invitation, a signed request, the operator's yes.

Whoever registers a key proves to hold it: the request is signed by it, for this server, with the
word of an invitation, which is good once. The server keeps the request (ASVS 10.4.4).
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from synergie.errors import BadInput, NotFound, Words
from synergie.exchange.trust.clients import add_client, check_client_jwks, check_scopes, note
from synergie.policy import permit_operator
from synergie.proof import enrolment
from synergie.proof.enrolment import Request
from synergie.proof.jose import Signed, Unsigned
from synergie.storage.store import Session, Store
from synergie.storage.trust import oauth_clients, organisations
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.oauth_clients import OAuthClient

INVITED = timedelta(days=7)
"""How long an invitation may be used."""

type Fetch = Callable[[str], Mapping[str, Any]]
"""The JWK set at an address. BadInput or Unreachable when there is none."""

_WHERE = "/request"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the operator does with requests; one transaction each. `issuer`: this server's name."""

    store: Store
    issuer: str

    def invite(self, organisation: str, *, now: datetime) -> str:
        """A word for *organisation* to put into one request. BadInput when it is not known."""
        word = secrets.token_urlsafe(24)
        with self.store.write() as session:
            if not oauth_clients.in_directory(session, organisation):
                raise BadInput("/organisation", organisation, "an organisation of the directory")
            oauth_clients.invite(session, word, organisation, until=now + INVITED)
        return word

    def register(
        self,
        text: str,
        *,
        scopes: Iterable[str] | None = None,
        fetch: Fetch | None = None,
        now: datetime,
    ) -> OAuthClient:
        """The client that the request *text* asks for, with at most the scopes it asks for.

        *fetch* reads the keys of one that publishes them. BadInput at `/request` when it is not
        signed by its key, for this server, with a word that is good; Conflict when the id is taken.
        """
        signed, request = _parse_signed_request(text, enrolment.CLIENT)
        jwks = self._proven(signed, request, fetch, now=now)
        granted = _select_granted_scopes(request, scopes)
        client = OAuthClient(
            id=request.iss,
            organisation=request.organisation,
            name=request.name or request.iss,
            jwks=check_client_jwks(jwks),
            scopes=granted,
            enabled=True,
            created_at=now,
            jwks_uri=request.jwks_uri,
            jwks_read_at=None if request.jwks_uri is None else now,
            jwks_tried_at=None if request.jwks_uri is None else now,
            request=text.strip(),
        )
        with self.store.write() as session:
            _take_invitation(session, request, now=now)
            add_client(session, client, now=now)
        return client

    def add_key(self, text: str, *, now: datetime) -> OAuthClient:
        """The client with one more key, the one that signed the request *text*; the others stay."""
        signed, request = _parse_signed_request(text, enrolment.CLIENT)
        fresh = self._proven(signed, request, None, now=now)
        with self.store.write() as session:
            client = _find_same_client(session, request)
            keys = [*json.loads(client.jwks)["keys"], *fresh["keys"]]
            _take_invitation(session, request, now=now)
            values = {"jwks": check_client_jwks({"keys": keys}), "request": text.strip()}
            oauth_clients.change_oauth_client(session, client.id, **values)
            note(session, client, "client.changed", "key_added", now=now)
        return client

    def drop_key(self, client_id: str, kid: str, *, now: datetime) -> None:
        """Take a key from a client: what it signs is refused from the next request on.

        NotFound; BadInput when the client has no such key, or no other one.
        """
        with self.store.write(essential=True) as session:
            client = oauth_clients.oauth_client(session, client_id)
            if client is None:
                raise NotFound
            keys = json.loads(client.jwks)["keys"]
            left = [key for key in keys if key.get("kid") != kid]
            if len(left) == len(keys) or not left or client.jwks_uri is not None:
                raise BadInput("KID", kid, "one of several keys that the client registered here")
            jwks = json.dumps({"keys": left}, sort_keys=True, separators=(",", ":"))
            oauth_clients.change_oauth_client(session, client_id, jwks=jwks)
            note(session, client, "client.changed", "key_removed", now=now)

    def add_signing_key(self, text: str, *, now: datetime) -> Request:
        """The organisation of the request *text* signs with its key from now on."""
        signed, request = _parse_signed_request(text, enrolment.KEY)
        if request.iss != request.organisation:
            raise BadInput("/request/iss", request.iss, "the organisation itself")
        (jwk,) = self._proven(signed, request, None, now=now)["keys"]
        permit = permit_operator(now=now)
        with self.store.write() as session:
            _take_invitation(session, request, now=now)
            name, kept = request.organisation, text.strip()
            if not organisations.save_key(permit, session, name, jwk, request=kept, now=now):
                raise BadInput("/request/jwks", jwk["kid"], "a key that it has not had before")
            event = Entry(
                "organisation.key_added", by="operator", owner=name, subjects=(jwk["kid"],)
            )
            append(permit, session, event, now=now)
        return request

    def retire_signing_key(self, organisation: str, kid: str, *, now: datetime) -> None:
        """End the use of a signing key: what it signed verifies, what it signs is refused.

        NotFound when the organisation has no such key in use.
        """
        permit = permit_operator(now=now)
        with self.store.write(essential=True) as session:
            if not organisations.retire_key(permit, session, organisation, kid, now=now):
                raise NotFound
            event = Entry(
                "organisation.key_retired", by="operator", owner=organisation, subjects=(kid,)
            )
            append(permit, session, event, now=now)

    def _proven(
        self, signed: Signed, request: Request, fetch: Fetch | None, *, now: datetime
    ) -> Mapping[str, Any]:
        """The keys of *request*, one of which has signed it."""
        jwks = _find_request_keys(request, fetch)
        check_client_jwks(jwks)
        try:
            enrolment.verify_enrolment_request(signed, request, jwks, audience=self.issuer, now=now)
        except Unsigned as error:
            raise BadInput(_WHERE, Words(str(error)), _EXPECTED) from error
        return jwks


_EXPECTED = "a request for this server, signed by the key to be registered, in its time"


def _parse_signed_request(text: str, kind: str) -> tuple[Signed, Request]:
    try:
        return enrolment.read(text, kind)
    except Unsigned as error:
        raise BadInput(_WHERE, Words(str(error)), _EXPECTED) from error


def _find_request_keys(request: Request, fetch: Fetch | None) -> Mapping[str, Any]:
    """The one key that goes with the request, or those that the client publishes."""
    if (request.jwks is None) == (request.jwks_uri is None):
        raise BadInput(_WHERE, Words("no key, or two ways to it"), "jwks, or jwks_uri")
    if request.jwks_uri is not None:
        if fetch is None:
            raise BadInput("/request/jwks_uri", request.jwks_uri, "the key itself, in jwks")
        return fetch(request.jwks_uri)
    keys = request.jwks.get("keys") if request.jwks else None
    if not isinstance(keys, list) or len(keys) != 1 or not isinstance(keys[0], dict):
        raise BadInput("/request/jwks", Words("not one key"), "the one key that signs")
    if not isinstance(keys[0].get("kid"), str):
        raise BadInput("/request/jwks", keys[0].get("kid"), "the key's identifier, a text")
    return {"keys": keys}


def _select_granted_scopes(request: Request, scopes: Iterable[str] | None) -> frozenset[str]:
    """The scopes of the new client: those the operator grants, never one it did not ask for."""
    wanted = check_scopes(request.scopes)
    if not wanted:
        raise BadInput("/request/scopes", Words("nothing"), "at least one scope")
    granted = wanted if scopes is None else check_scopes(scopes)
    for scope in sorted(granted - wanted):
        raise BadInput("--scope", scope, "a scope that the request asks for")
    return granted


def _take_invitation(session: Session, request: Request, *, now: datetime) -> None:
    if not oauth_clients.take_invitation(session, request.nonce, request.organisation, now=now):
        raise BadInput("/request/nonce", request.nonce, "the word of an invitation, used once")


def _find_same_client(session: Session, request: Request) -> OAuthClient:
    client = oauth_clients.oauth_client(session, request.iss)
    if client is None or client.organisation != request.organisation:
        raise BadInput("/request/iss", request.iss, "a client of this organisation")
    if client.jwks_uri is not None:
        raise BadInput("/request/iss", request.iss, "a client that does not publish its keys")
    return client
