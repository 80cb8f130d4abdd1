"""What an undo took back."""

from typing import Annotated

from pydantic import Field

from synergie.schemas.readings.batch import BatchKind, Named
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many


class UndoneBatch(Wire):
    """One batch that does not hold any more."""

    id: Id
    """Identifier of the batch."""
    kind: BatchKind
    """What it held."""
    received_at: Instant
    """When it had been stored."""
    lost: Annotated[int, Field(ge=0)]
    """Items or readings that it had brought; what was there before them holds again."""


class Undone(Wire):
    """What an undo took back: the same answer each time."""

    id: Id
    """The batch or the deposit that was undone."""
    undone_at: Instant | None
    """When. Null: a dry run, nothing was undone."""
    batches: Many[UndoneBatch]
    """Its batches, the last one first."""
    stays: Many[Named] = ()
    """Things it had declared that others refer to, or whose past is kept: they stay."""
