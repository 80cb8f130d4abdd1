"""Which kinds of facts an agreement can open, under which dataset; the rest is its owner's."""

from synergie.policy.trust.decide import Ask
from synergie.schemas.readings.fact import FactKind
from synergie.schemas.trust.agreement import Dataset

OPENED: dict[FactKind, Dataset] = {
    "work_order": "work_orders",
    "supply_terms": "contracts",
    "invoice_line": "contracts",
    "register_reading": "consumption",
    "interval_reading": "consumption",
}
"""Readings among them only at `raw`: they are as fine as the curve."""

POINTED: tuple[FactKind, ...] = (
    "supply_terms", "invoice_line", "register_reading", "interval_reading",
)  # fmt: skip
"""Those that are about a delivery point."""


def ask_for(kind: FactKind) -> Ask | None:
    """What is asked by asking for facts of *kind*; None: no agreement opens them."""
    dataset = OPENED.get(kind)
    if dataset is None:
        return None
    if dataset == "consumption":
        return Ask(dataset=dataset, curve=True, granularity="raw")
    return Ask(dataset=dataset)
