"""What people call organisations, and lists read to their end: for pages."""

from collections.abc import Callable
from datetime import datetime

from synergie.errors import NotFound
from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.storage.store import Store

MOST = 1000
"""Most items of one page that is read."""


def list_page_items[T](page: Callable[[str | None], Page[T]], most: int | None = None) -> list[T]:
    """The items of all pages; the first *most* of them when that many are there."""
    items: list[T] = []
    after: str | None = None
    while True:
        found = page(after)
        items += found.items
        if found.next is None or (most is not None and len(items) >= most):
            return items[:most]
        after = found.next


class Names:
    """What people call organisations of the directory: each is read once."""

    def __init__(self, store: Store, caller: Principal, now: datetime) -> None:
        self._directory, self._caller, self._now = Directory(store), caller, now
        self._known: dict[str, str] = {}
        self._codes: dict[str, str] | None = None

    def name(self, organisation: str) -> str:
        """What people call one; its identifier when it is not in the directory."""
        if organisation not in self._known:
            try:
                found = self._directory.read(self._caller, organisation, now=self._now)
                self._known[organisation] = found.name
            except NotFound:
                self._known[organisation] = organisation
        return self._known[organisation]

    def read_all(self) -> None:
        """Read the whole directory, which every caller may."""
        read = self._directory.page
        found = list_page_items(lambda at: read(self._caller, after=at, limit=MOST, now=self._now))
        self._known |= {one.id: one.name for one in found}
        self._codes = {
            one.insee_code: one.name
            for one in found
            if one.kind == "commune" and one.insee_code is not None
        }

    def communes(self) -> dict[str, str]:
        """Communes of the directory: what people call each, by its INSEE code."""
        if self._codes is None:
            self.read_all()
        return dict(self._codes or {})

    def names_by_id(self) -> dict[str, str]:
        """Those that were read."""
        return dict(self._known)
