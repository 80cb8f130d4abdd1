"""What budgets do, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.budget.exchange.budgets import Budgets
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetServices:
    """Its use cases; one transaction each."""

    budgets: Budgets

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(budgets=Budgets(store))
