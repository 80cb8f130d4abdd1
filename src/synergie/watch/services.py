"""What the watch does, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.storage.store import Store
from synergie.watch.exchange.alerts import Alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchServices:
    """Its use cases; one transaction each."""

    alerts: Alerts

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(alerts=Alerts(store))
