"""Which rows of purchases a Permit opens: to the coordinator its own, to a member its own part."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false
from sqlmodel import col

from synergie.policy import Permit
from synergie.purchase.storage._tables import (
    PurchaseMarketPartRow,
    PurchaseMarketRow,
    PurchaseMemberRow,
    PurchaseNeedsRow,
    PurchaseOffersRow,
    PurchasePartRow,
    PurchaseRow,
    PurchaseRunRow,
)
from synergie.storage.shared_scope import (
    Rule,
    build_coordinator_rule,
    items,
    of_each,
    of_each_once_told,
    of_those_invited,
)
from synergie.storage.tables import Row


def build_needs_condition(permit: Permit, named: Any) -> ColumnElement[bool]:
    """Needs: to the member itself; under an agreement, those for the purchases it names."""
    mine = col(PurchaseNeedsRow.owner) == permit.owner
    if permit.scope == "own":
        return mine
    if permit.scope == "agreement" and "needs" in permit.datasets:
        return and_(mine, col(PurchaseNeedsRow.purchase).in_(named))
    return false()


def needed_by(permits: Iterable[Permit], named: Collection[tuple[str, int]]) -> ColumnElement[bool]:
    """Needs for one purchase that any of *permits* opens, as `needed` does one by one.

    *named*: the versions of agreements that name the purchase.
    """
    owners = {
        permit.owner
        for permit in permits
        if permit.scope == "own"
        or (
            permit.scope == "agreement"
            and "needs" in permit.datasets
            and (permit.agreement, permit.version) in named
        )
    }
    return col(PurchaseNeedsRow.owner).in_(sorted(owners))


def _build_permit_condition(permit: Permit) -> ColumnElement[bool]:
    return build_needs_condition(permit, items(permit))


RULES: Mapping[type[Row], Rule] = {
    PurchaseNeedsRow: _build_permit_condition,
    PurchaseRow: of_those_invited(
        PurchaseRow, named=PurchaseMemberRow.purchase, who=PurchaseMemberRow.member
    ),
    PurchaseMemberRow: of_each(PurchaseMemberRow, who=PurchaseMemberRow.member),
    PurchaseOffersRow: build_coordinator_rule(PurchaseOffersRow),
    PurchaseMarketRow: build_coordinator_rule(PurchaseMarketRow),
    PurchaseMarketPartRow: of_each(PurchaseMarketPartRow, who=PurchaseMarketPartRow.member),
    PurchaseRunRow: build_coordinator_rule(PurchaseRunRow),
    PurchasePartRow: of_each_once_told(PurchasePartRow, who=PurchasePartRow.member),
}
"""The rule of each table, but that of needs, which an agreement may open."""
