"""The model of a purchase while it is written: columns by what they decide, and their source."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from synergie.plan.solver import Model
from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.records.purchase import PurchaseProblem

type Terms = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns of the model by what they decide."""

    takes: dict[Option, int] = field(default_factory=dict)
    """Basket at a tier of an offer."""
    opens: dict[tuple[int, int], int] = field(default_factory=dict)
    """Tier of an offer."""
    alone: dict[int, int] = field(default_factory=dict)
    """Basket that stays out."""

    def of_basket(self) -> dict[int, list[tuple[Option, int]]]:
        """The options of each basket that the model keeps, with their columns."""
        found: dict[int, list[tuple[Option, int]]] = defaultdict(list)
        for option, column in self.takes.items():
            found[option.basket].append((option, column))
        return found


@dataclass(frozen=True, slots=True)
class Draft:
    """A model while it is written, and what it is written from."""

    problem: PurchaseProblem
    book: Book
    lots: frozenset[str]
    """The lots that it is for."""
    trim: bool
    """Leave out what no plan can take; not when a conflict is to be told."""
    model: Model = field(default_factory=lambda: Model("purchase"))
    choice: Choice = field(default_factory=Choice)
    derived: dict[int, Callable[[Mapping[int, Option]], float]] = field(default_factory=dict)
    """Columns that follow from what each basket takes, with how."""

    def baskets(self) -> list[int]:
        """Baskets of these lots."""
        return [u for u, basket in enumerate(self.book.baskets) if basket.lot in self.lots]

    def holds(self, supplier: str) -> bool:
        """Whether all that *supplier* may win is in these lots."""
        return self.book.lots_of(supplier) <= self.lots

    def all_lots(self) -> bool:
        """Whether nothing is bought outside these lots."""
        return all(basket.lot in self.lots for basket in self.book.baskets)
