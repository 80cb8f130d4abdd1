"""What organisations do with cell schemes: define one, look at it before they sign."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import NotFound, TooLarge
from synergie.exchange import cursor as _cursor
from synergie.policy import Principal, permit_own_data
from synergie.policy.publication.cells import tree
from synergie.schemas.page import Page
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.storage.publication.cell_schemes import (
    cell_scheme,
    cell_schemes,
    named_cell_scheme,
    save_cell_scheme,
)
from synergie.storage.store import Store
from synergie.storage.trust.organisations import alone

_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class CellSchemes:
    """Cell schemes: each its owner's to define, and anybody's to read."""

    store: Store

    def save(
        self, caller: Principal, name: str, body: CellSchemeRecord, *, now: datetime
    ) -> CellScheme:
        """Keep *body* under *name*; another tree counts the version up, the same changes nothing.

        BadInput for what is no partition; TooLarge above 1 MiB. A year of which something is out
        keeps the version it has.
        """
        if len(body.model_dump_json().encode()) > _MOST_BYTES:
            raise TooLarge(_MOST_BYTES, "bytes")
        tree(body.cells)
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            alone(permit, session)
            return save_cell_scheme(permit, session, name, body, now=now)

    def read(self, caller: Principal, item: str, *, now: datetime) -> CellScheme:
        """The caller's scheme of that name, or anybody's of that identifier; else NotFound.

        A scheme tells of communes and categories, never of points: who is asked to sign an
        agreement that names it must be able to read it.
        """
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            found = named_cell_scheme(permit, session, item) or cell_scheme(permit, session, item)
        if found is None:
            raise NotFound
        return found

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[CellScheme]:
        """A page of the caller's schemes, by name."""
        permit = permit_own_data(caller, action="read", now=now)
        bound = f"cell-schemes\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = cell_schemes(permit, session, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(
                session, bound, found, limit, by=lambda one: one.name
            )
        return Page(items=tuple(some), next=following)
