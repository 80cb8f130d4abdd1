"""Needs that anybody says without an account: taken down for who can grant them, for a year.

Nothing is answered to the asker: not whether the organisation is served here, nor what it holds.
"""

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Literal

from synergie.errors import Conflict, NotFound, Overloaded
from synergie.policy import Permit, Principal, permit_operator, permit_own_data
from synergie.policy.publication.public import open_data
from synergie.purchase.storage.asked_needs import (
    NeedView,
    answer_asked_need,
    forget_asked_needs,
    list_need_requests,
    load_need_request,
    save_asked_need,
    waiting_needs,
)
from synergie.schemas.asked_need import AskedNeed
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Session, Store
from synergie.storage.trust.organisations import list_organisations

__all__ = ["KEPT", "NeedView", "NeedsAsked"]

KEPT = timedelta(days=365)
"""How long a need is kept, answered or not."""
MOST_WAITING = 2_000
"""Needs that may wait on one server; the next one is told to come back later."""
_SHOWN = 100
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class NeedsAsked:
    """What is asked by those who have no account; one transaction each."""

    store: Store

    def ask(self, body: AskedNeed, *, of: str, now: datetime) -> None:
        """Take down *body* for the organisation that *of* names: its name, SIREN or commune code.

        The same whether there is one or not; for none nothing is kept. The same need sent twice
        waits once. Overloaded while 2,000 wait on this server, whoever they are for.
        """
        permit = open_data(now=now)
        with self.store.write() as session:
            if waiting_needs(permit, session) >= MOST_WAITING:
                raise Overloaded(3600.0)
            owner = _find_named_organisation(permit, session, of)
            if owner is not None:
                save_asked_need(
                    permit,
                    session,
                    body,
                    need_id=f"need_{token_hex(10)}",
                    owner=owner,
                    digest=sha256(body.model_dump_json().encode()).hexdigest(),
                    now=now,
                )

    def page(self, caller: Principal, *, now: datetime) -> list[NeedView]:
        """The needs asked of the caller's organisation: those that wait first, at most 100."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return list_need_requests(permit, session, limit=_SHOWN)

    def read(self, caller: Principal, need_id: str, *, now: datetime) -> NeedView:
        """One need asked of the caller's organisation. NotFound when absent or another's."""
        with self.store.read() as session:
            found = load_need_request(
                permit_own_data(caller, action="read", now=now), session, need_id
            )
        if found is None:
            raise NotFound
        return found

    def refuse(self, caller: Principal, need_id: str, *, now: datetime) -> None:
        """Say no to a need; again changes nothing. NotFound; Conflict when it was proposed on."""
        self._answer(caller, need_id, None, now=now)

    def proposed(self, caller: Principal, need_id: str, agreement: str, *, now: datetime) -> None:
        """Note which draft a need became. NotFound; Conflict when it was refused."""
        self._answer(caller, need_id, agreement, now=now)

    def sweep(self, *, now: datetime) -> int:
        """Remove the needs that have been kept for a year; how many."""
        with self.store.write(essential=True) as session:
            return forget_asked_needs(permit_operator(now=now), session, before=now - KEPT)

    def _answer(
        self, caller: Principal, need_id: str, agreement: str | None, *, now: datetime
    ) -> None:
        state: Literal["refused", "proposed"] = "refused" if agreement is None else "proposed"
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            found = load_need_request(permit, session, need_id, for_update=True)
            if found is None:
                raise NotFound
            if found.state == state:
                return
            if found.state != "waiting":
                raise Conflict(found.state, "a need that waits for an answer")
            answer_asked_need(permit, session, need_id, state, agreement=agreement, now=now)


def _find_named_organisation(permit: Permit, session: Session, named: str) -> str | None:
    """The organisation that *named* means, or None when it is none, or several.

    The whole directory is gone through in any case: the time tells nothing.
    """
    asked, found, after = _normalize_name(named).encode(), list[str](), ""
    while True:
        some = list_organisations(permit, session, after=after, limit=_PAGE)
        found += [
            one.id
            for one in some
            if any(_is_same_name(asked, name) for name in _list_organisation_names(one))
        ]
        if len(some) < _PAGE:
            return found[0] if len(found) == 1 else None
        after = some[-1].id


def _list_organisation_names(one: Organisation) -> list[str]:
    return [name for name in (one.id, one.name, one.siren, one.insee_code) if name is not None]


def _is_same_name(asked: bytes, name: str) -> bool:
    return hmac.compare_digest(asked, _normalize_name(name).encode())


def _normalize_name(text: str) -> str:
    """*text* without accents, case, and what is neither letter nor digit."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in bare if one.isalnum())
