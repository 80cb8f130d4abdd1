"""One page of a list."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import Many

Cursor = Annotated[str, Field(min_length=1, max_length=4096)]
"""Where a list goes on: it holds the last key, which may be a long name."""

ItemT = TypeVar("ItemT")


class Page(Wire, Generic[ItemT]):  # noqa: UP046 (pydantic names generic models better this way)
    """Items in a stable order, and where to go on."""

    items: Many[ItemT]
    """The items of this page, at most `limit`, ordered by id."""
    next: Cursor | None
    """Opaque cursor of the next page, to pass as `after`. Null: this was the last page."""
