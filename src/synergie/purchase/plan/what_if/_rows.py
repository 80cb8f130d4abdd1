"""Requirements that a what-if adds to the model of a purchase before it is solved."""

from collections.abc import Mapping
from typing import Protocol

from synergie.plan.solver import Model
from synergie.purchase.plan.award.baskets import Book, Option


class Columns(Protocol):
    """The columns of the model, by what they decide."""

    @property
    def takes(self) -> Mapping[Option, int]:
        """A basket billed at a tier of an offer."""
        ...

    @property
    def opens(self) -> Mapping[tuple[int, int], int]:
        """An offer taken at a tier."""
        ...

    @property
    def alone(self) -> Mapping[int, int]:
        """A basket that stays alone."""
        ...


class More(Protocol):
    """Adds rows to a model."""

    def __call__(self, model: Model, book: Book, choice: Columns) -> None:
        """Add them."""
        ...
