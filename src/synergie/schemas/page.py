"""One page of a list."""

from typing import Generic, TypeVar

from synergie.schemas._wire import Wire
from synergie.units import Many, Text

ItemT = TypeVar("ItemT")


class Page(Wire, Generic[ItemT]):  # noqa: UP046 (pydantic names generic models better this way)
    """Items in a stable order, and where to go on."""

    items: Many[ItemT]
    """The items of this page, at most `limit`, ordered by id."""
    next: Text | None
    """Opaque cursor of the next page, to pass as `after`. Null: this was the last page."""
