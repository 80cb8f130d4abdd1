"""A closure: days of a series that its owner declares final, whatever is missing of them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Id, Instant, OrganisationId


class ClosureRecord(Wire):
    """Whole days of a series that are final: readers below raw are told the sum of what is there.

    What is missing of them then is in no sum below raw any more, also when it is filled later: the
    difference would be the value that came. Less than half of a day, an hour or a half-hour counts
    as nothing of it. It cannot be taken back.
    """

    first_day: CivilDate
    """The first day, in the zone of the series."""
    last_day: CivilDate
    """The last day, included; it must be over. At most 366 days."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("a last day on or after the first one")
        return self


class Closure(ClosureRecord):
    """A closure as the server holds it; seen by the owner of the series only."""

    id: Id
    """Identifier given by the server."""
    series: Id
    """The series."""
    owner: OrganisationId
    """Who declared it."""
    closed_at: Instant
    """When it was declared."""
    closed_s: Annotated[int, Field(ge=0)]
    """Seconds of these days that no sum below raw counts any more. 0: nothing was missing."""
    undone_s: Annotated[int, Field(ge=0)]
    """Seconds whose values were undone: they may have been read, so they are not closed, and their
    periods stay null until they are filled."""
