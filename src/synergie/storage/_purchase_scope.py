"""Which rows of purchases a Permit opens: to the coordinator its own, to a member its own part."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage._purchase_tables import (
    PurchaseMemberRow,
    PurchaseNeedsRow,
    PurchaseOffersRow,
    PurchasePartRow,
    PurchaseRow,
    PurchaseRunRow,
)
from synergie.storage._tables import Row


def _taken_part_in(permit: Permit) -> ColumnElement[bool]:
    """To its coordinator, and to those whom it invited."""
    mine = col(PurchaseRow.owner) == permit.bearer
    invited = select(PurchaseMemberRow.purchase).where(
        col(PurchaseMemberRow.member) == permit.bearer
    )
    return _sides(permit, mine, or_(mine, col(PurchaseRow.id).in_(invited)))


def _membership(permit: Permit) -> ColumnElement[bool]:
    """Every member to the coordinator; to a member itself."""
    mine = col(PurchaseMemberRow.owner) == permit.bearer
    return _sides(permit, mine, or_(mine, col(PurchaseMemberRow.member) == permit.bearer))


def _told_part(permit: Permit) -> ColumnElement[bool]:
    """Every part to the coordinator; to a member its own, of a plan that was proposed."""
    mine = col(PurchasePartRow.owner) == permit.bearer
    told = and_(
        col(PurchasePartRow.member) == permit.bearer, col(PurchasePartRow.told_at).is_not(None)
    )
    return _sides(permit, mine, or_(mine, told))


def _coordinators(table: Any) -> Callable[[Permit], ColumnElement[bool]]:
    """The coordinator's alone, whatever is agreed."""

    def rule(permit: Permit) -> ColumnElement[bool]:
        return _sides(permit, col(table.owner) == permit.bearer, false())

    return rule


def _sides(
    permit: Permit, own: ColumnElement[bool], party: ColumnElement[bool]
) -> ColumnElement[bool]:
    if permit.scope == "own":
        return own
    return party if permit.scope == "party" else false()


def needed(permit: Permit, named: Any) -> ColumnElement[bool]:
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


RULES: Mapping[type[Row], Callable[[Permit], ColumnElement[bool]]] = {
    PurchaseRow: _taken_part_in,
    PurchaseMemberRow: _membership,
    PurchaseOffersRow: _coordinators(PurchaseOffersRow),
    PurchaseRunRow: _coordinators(PurchaseRunRow),
    PurchasePartRow: _told_part,
}
"""The rule of each table, but that of needs, which an agreement may open."""
