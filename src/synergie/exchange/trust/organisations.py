"""The directory: who takes part, and with which keys each signs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from synergie.errors import BadInput, NotFound
from synergie.exchange import cursor as _cursor
from synergie.policy import Principal, permit_operator, permit_party
from synergie.proof import jose
from synergie.schemas.page import Page
from synergie.schemas.trust.agreement import OPERATOR
from synergie.schemas.trust.organisation import Organisation
from synergie.storage import head
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import (
    SigningKey,
    find_organisation,
    key_history,
    list_organisations,
    save_key,
    save_organisation,
)


@dataclass(frozen=True, slots=True)
class Directory:
    """Organisations of this server. Adding one is the operator's act, from the command line."""

    store: Store

    def add(self, body: Organisation, jwks: dict[str, Any] | None = None, *, now: datetime) -> None:
        """Add or change an organisation, and the public keys it signs agreements with.

        *jwks*: a JSON Web Key Set (RFC 7517) of public keys, each with a `kid`. Keys are added,
        never taken away, so that old signatures still verify. BadInput when it holds a private
        key or one that is not a key, and for the name by which histories call the operator.
        """
        if body.id == OPERATOR:
            raise BadInput("/id", body.id, "another identifier: this one is the operator's")
        keys = _check_public_keys(jwks)
        permit = permit_operator(now=now)
        with self.store.write() as session:
            save_organisation(permit, session, body, now=now)
            new = [key["kid"] for key in keys if save_key(permit, session, body.id, key, now=now)]
            seq = head.take_sequence_numbers(session)
            news = head.News(owner=body.id, kind="organisation", subject=body.id, act="published")
            head.tell(session, seq, news, now=now)
            saved = Entry("organisation.saved", by="operator", owner=body.id)
            append(permit, session, saved, now=now)
            for key in new:
                added = Entry(
                    "organisation.key_added", by="operator", owner=body.id, subjects=(key,)
                )
                append(permit, session, added, now=now)

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[Organisation]:
        """A page of the directory, by id: the same for every authenticated caller."""
        permit = permit_party(caller, action="read", now=now)
        with self.store.read() as session:
            place = _cursor.opened(session, "organisations", after)
            found = list_organisations(permit, session, after=place, limit=limit + 1)
            more = len(found) > limit
            last = found[limit - 1].id if more else ""
            following = _cursor.encrypt_cursor(session, "organisations", last) if more else None
        return Page(items=tuple(found[:limit]), next=following)

    def read(self, caller: Principal, organisation_id: str, *, now: datetime) -> Organisation:
        """One entry of the directory. NotFound."""
        with self.store.read() as session:
            found = find_organisation(
                permit_party(caller, action="read", now=now), session, organisation_id
            )
        if found is None:
            raise NotFound
        return found

    def keys(self, organisation_id: str) -> list[SigningKey]:
        """Every key an organisation has signed with, for the operator."""
        with self.store.read() as session:
            return key_history(session, organisation_id)


def _check_public_keys(jwks: dict[str, Any] | None) -> list[dict[str, str]]:
    if jwks is None:
        return []
    jose.public_keys(jwks)
    for index, key in enumerate(jwks["keys"]):
        if not isinstance(key.get("kid"), str):
            raise BadInput(
                f"/jwks/keys/{index}/kid", key.get("kid"), "the key's identifier, a text"
            )
    found: list[dict[str, str]] = jwks["keys"]
    return found
