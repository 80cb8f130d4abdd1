"""What the store knows of the subscribed power of the caller's own delivery points."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.storage.assets.owned import SUPPLY_POINTS
from synergie.storage.readings.facts import FactQuery, list_facts
from synergie.storage.store import Session, Store

_TERMS = 100
"""Terms of one point that are looked at: the newest holds."""


@dataclass(slots=True)
class Subscribed:
    """Highest subscribed power of a point by its key, kVA; None when nothing tells it.

    The newest terms are believed before what the point was declared with. Asked once a point.
    """

    store: Store
    caller: Principal
    now: datetime
    _known: dict[str, Decimal | None] = field(default_factory=dict)

    def __call__(self, key: str) -> Decimal | None:
        """The power of *key*, from memory when it was asked before."""
        if key not in self._known:
            permit = permit_own_data(self.caller, action="read", now=self.now)
            with self.store.read() as session:
                self._known[key] = _find_subscribed_power(permit, session, key) or self._declared(
                    permit, session, key
                )
        return self._known[key]

    def _declared(self, permit: Permit, session: Session, key: str) -> Decimal | None:
        (item_id,) = SUPPLY_POINTS.load_ids(permit, session, [key]).values() or (None,)
        if item_id is None:
            return None
        point = SUPPLY_POINTS.load_item(permit, session, item_id, now=self.now)
        power = None if point is None else point.subscribed_power_kva
        return None if power is None else Decimal(repr(power))


def _find_subscribed_power(permit: Permit, session: Session, key: str) -> Decimal | None:
    wanted = FactQuery(kind="supply_terms", subject=key)
    found = [one.record for one in list_facts(permit, session, wanted, after="", limit=_TERMS)]
    terms = [one for one in found if isinstance(one, SupplyTerms) and one.subscribed_powers]
    if not terms:
        return None
    newest = max(terms, key=lambda one: one.valid_from)
    return max(power.value for power in newest.subscribed_powers) or None
