"""What is done with contracts, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.contract.exchange.contracts import Contracts
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractServices:
    """Its use cases; one transaction each."""

    contracts: Contracts

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(contracts=Contracts(store))
