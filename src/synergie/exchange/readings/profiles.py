"""What organisations do with their profiles: save one, find the one that a file needs."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from synergie.errors import BadInput, NotFound, TooLarge
from synergie.exchange import cursor as _cursor
from synergie.formats.tables.propose import Proposal
from synergie.policy import Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.saved_profile import SavedProfile, SavedProfileRecord
from synergie.storage.readings.profiles import (
    find_profile,
    list_profiles,
    profile_by_fingerprint,
    save_profile,
)
from synergie.storage.store import Store
from synergie.storage.trust.organisations import alone

_SAVED = "the name of a profile that you saved"
_LEAST, _MOST = 3, 60
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Profiles:
    """Profiles of the caller's own organisation; nobody else's are seen."""

    store: Store

    def save(
        self, caller: Principal, name: str, body: SavedProfileRecord, *, now: datetime
    ) -> SavedProfile:
        """Keep *body* under *name*, new or in place of the one before; the version counts up.

        TooLarge above 64 KiB: a page of profiles is held whole.
        """
        if len(body.model_dump_json().encode()) > _MOST_BYTES:
            raise TooLarge(_MOST_BYTES, "bytes")
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            alone(permit, session)
            return save_profile(permit, session, name, body, now=now)

    def read(self, caller: Principal, name: str, *, now: datetime) -> SavedProfile:
        """One profile. NotFound when it is absent or another's."""
        with self.store.read() as session:
            found = find_profile(permit_own_data(caller, action="read", now=now), session, name)
        if found is None:
            raise NotFound
        return found

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[SavedProfile]:
        """A page of the caller's profiles, by name."""
        permit = permit_own_data(caller, action="read", now=now)
        bound = f"profiles\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = list_profiles(permit, session, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(
                session, bound, found, limit, by=lambda one: one.name
            )
        return Page(items=tuple(some), next=following)

    def chosen(self, caller: Principal, name: str, *, now: datetime) -> SavedProfile:
        """The profile that a deposit names; BadInput when there is none of that name."""
        try:
            return self.read(caller, name, now=now)
        except NotFound:
            raise BadInput("/profile", name, _SAVED) from None

    def find_profile(
        self, caller: Principal, proposal: Proposal, *, now: datetime
    ) -> SavedProfile | None:
        """The profile that was saved for tables with the head of this one, or None."""
        head = proposal.table.fingerprint
        if head is None:
            return None
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return profile_by_fingerprint(permit, session, head)


def build_saved_profile(told: Profile) -> SavedProfileRecord:
    """*told* as it is kept for the next files: the doubts that were confirmed are of one file."""
    table = None if told.table is None else told.table.model_copy(update={"confirmed": ()})
    return SavedProfileRecord(profile=told.model_copy(update={"table": table, "confirmed": ()}))


def profile_name(proposal: Proposal) -> str:
    """The name a proposal would be saved under: `factures-edf` of `Factures EDF 2026.csv`."""
    spread = unicodedata.normalize("NFKD", proposal.table.name.casefold())
    plain = "".join(c for c in spread if not unicodedata.combining(c))
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MOST]
    return name if len(name) >= _LEAST else f"table-{name}".rstrip("-")
