"""Purchases and their members: the coordinator's, and of each member its own membership."""

from dataclasses import dataclass

from synergie.purchase.records.group import PurchaseRecord, PurchaseState, PurchaseStep
from synergie.purchase.storage._tables import PurchaseMemberRow, PurchaseRow
from synergie.storage.shared_rows import PlanRows, StoredPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseSnapshot(StoredPlan[PurchaseRecord, PurchaseState, PurchaseStep]):
    """A purchase as it is stored, and how many were invited."""

    plan: str | None

    @property
    def is_awarded(self) -> bool:
        """Whether a plan was decided, be it closed since or not."""
        return any(step.act == "award" for step in self.history)


PURCHASES = PlanRows(
    PurchaseSnapshot,
    PurchaseRecord,
    PurchaseStep,
    PurchaseRow,
    PurchaseMemberRow,
    item=PurchaseMemberRow.purchase,
    who=PurchaseMemberRow.member,
)
