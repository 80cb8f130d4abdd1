"""What pooled purchase does, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.purchase.exchange.markets import PurchaseMarkets
from synergie.purchase.exchange.parts import PurchaseParts
from synergie.purchase.exchange.purchase_needs import PurchaseNeeds
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseServices:
    """Its use cases; one transaction each."""

    purchases: Purchases
    needs: PurchaseNeeds
    runs: PurchaseRuns
    parts: PurchaseParts
    markets: PurchaseMarkets

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(
            purchases=Purchases(store),
            needs=PurchaseNeeds(store),
            runs=PurchaseRuns(store),
            parts=PurchaseParts(store),
            markets=PurchaseMarkets(store),
        )
