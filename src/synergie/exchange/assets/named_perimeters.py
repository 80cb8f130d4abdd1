"""What an organisation does with its named perimeters: save one, and read what was agreed."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import BadInput, NotAllowed, NotFound, TooLarge
from synergie.exchange import cursor as _cursor
from synergie.policy import Principal, permit_own_data, permit_party
from synergie.schemas.assets.named_perimeter import NamedPerimeter, NamedPerimeterRecord
from synergie.schemas.page import Page
from synergie.schemas.trust.agreement import MAX_ITEMS, PerimeterRef
from synergie.storage import head
from synergie.storage.assets.named_perimeters import (
    list_perimeters,
    not_held,
    perimeter,
    perimeter_agreed,
    save_perimeter,
)
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import alone


@dataclass(frozen=True, slots=True)
class NamedPerimeters:
    """Perimeters of the caller's own; and the versions that its agreements name."""

    store: Store

    def save(
        self, caller: Principal, body: NamedPerimeterRecord, *, now: datetime
    ) -> NamedPerimeter:
        """The perimeter of that name: a new version when its list is another, else as it was.

        No agreement covers what a later version adds: it names one version. BadInput when a thing
        is not the caller's, TooLarge above 20,000 things.
        """
        if len(body.ids()) > MAX_ITEMS:
            raise TooLarge(MAX_ITEMS, "things")
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            alone(permit, session)
            strange = not_held(permit, session, body)
            if strange is not None:
                where, found = strange
                raise BadInput(where, found, "a thing of yours, by the identifier given here")
            saved, new = save_perimeter(permit, session, body, now=now)
            if new:
                entry = Entry(
                    "perimeter.saved",
                    by=permit.bearer,
                    client=caller.client_id,
                    owner=permit.owner,
                    subjects=(saved.id,),
                    rows=len(saved.ids()),
                )
                append(permit, session, entry, now=now)
                news = head.News(
                    owner=permit.owner, kind="perimeter", subject=saved.id, act="saved"
                )
                head.tell(session, head.take_sequence_numbers(session), news, now=now)
        return saved

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[NamedPerimeter]:
        """A page of the caller's perimeters in their newest version, by id."""
        permit = permit_own_data(caller, action="read", now=now)
        bound = f"perimeters\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = list_perimeters(permit, session, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
        return Page(items=tuple(some), next=following)

    def read(
        self, caller: Principal, perimeter_id: str, *, version: int | None = None, now: datetime
    ) -> NamedPerimeter:
        """One perimeter of one's own; or a version that an agreement with the caller names.

        Identifiers only: what they stand for is opened by the agreement. NotFound when it is
        absent, another's that no agreement names, or not signed by its owner yet.
        """
        with self.store.read() as session:
            try:
                mine = permit_own_data(caller, action="read", now=now)
            except NotAllowed:  # a token narrowed to agreements opens nothing of one's own
                found = None
            else:
                found = perimeter(mine, session, perimeter_id, version=version)
            if found is None and version is not None:
                ref = PerimeterRef(id=perimeter_id, version=version)
                found = perimeter_agreed(permit_party(caller, action="read", now=now), session, ref)
        if found is None:
            raise NotFound
        return found
