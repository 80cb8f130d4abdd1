"""What pooled purchase does, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.exchange.purchase_needs import PurchaseNeeds
from synergie.exchange.purchase_parts import PurchaseParts
from synergie.exchange.purchase_runs import PurchaseRuns
from synergie.exchange.purchases import Purchases
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseServices:
    """Its use cases; one transaction each."""

    purchases: Purchases
    needs: PurchaseNeeds
    runs: PurchaseRuns
    parts: PurchaseParts

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(
            purchases=Purchases(store),
            needs=PurchaseNeeds(store),
            runs=PurchaseRuns(store),
            parts=PurchaseParts(store),
        )
