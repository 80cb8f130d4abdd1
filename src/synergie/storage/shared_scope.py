"""Which rows of a plan that is shared a Permit opens: to each side what is told to it.

A coordinator owns the plan; those whom it invited see that it exists, their own standing, and
their own part once they are told it. One rule a kind of table, whatever is planned.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from synergie.policy import Permit
from synergie.storage._sql import json_text, match_subquery
from synergie.storage.tables import AgreementItemRow, LightPointRow, SeriesRow, SupplyPointRow

type Rule = Callable[[Permit], ColumnElement[bool]]


def select_member(body: Any, name: str) -> ColumnElement[str]:
    """A member of the JSON object in the column *body*, as text; null when it is not there."""
    return json_text(body, name)


def items(permit: Permit) -> SelectOfScalar[str]:
    """What the permit's agreement names: a join, never a list of ids."""
    return select(AgreementItemRow.subject).where(
        col(AgreementItemRow.agreement) == permit.agreement,
        col(AgreementItemRow.version) == permit.version,
    )


def match_named_or_below(table: Any, named: Any) -> ColumnElement[bool]:
    """Whether a row is named, or hangs on something that is (site > delivery point > series)."""
    if table is SupplyPointRow:
        return or_(
            match_subquery(col(SupplyPointRow.id), named),
            match_subquery(col(SupplyPointRow.site), named),
        )
    if table is SeriesRow:
        point = col(SeriesRow.supply_point)
        on_site = match_subquery(col(SupplyPointRow.site), named)
        # by its own key: a list of all points on the sites is a scan of everybody's
        through = select(SupplyPointRow.id).where(col(SupplyPointRow.id) == point, on_site)
        through = through.correlate(SeriesRow)
        return or_(
            match_subquery(col(SeriesRow.id), named), match_subquery(point, named), through.exists()
        )
    if table is LightPointRow:
        return or_(
            match_subquery(col(LightPointRow.id), named),
            match_subquery(col(LightPointRow.cabinet), named),
        )
    return match_subquery(col(table.id), named)


def build_coordinator_rule(table: Any) -> Rule:
    """The coordinator's alone, whatever is agreed."""

    def rule(permit: Permit) -> ColumnElement[bool]:
        return _choose_side_rule(permit, col(table.owner) == permit.bearer, false())

    return rule


def of_those_invited(table: Any, *, named: Any, who: Any) -> Rule:
    """A row of *table* to its coordinator, and to those whom it invited.

    *named* and *who*: the columns of the invitations that hold what it is to, and whom.
    """

    def rule(permit: Permit) -> ColumnElement[bool]:
        mine = col(table.owner) == permit.bearer
        invited = select(named).where(col(who) == permit.bearer)
        return _choose_side_rule(permit, mine, or_(mine, col(table.id).in_(invited)))

    return rule


def of_each(table: Any, *, who: Any) -> Rule:
    """Every row to the coordinator; to the one in the column *who*, its own."""

    def rule(permit: Permit) -> ColumnElement[bool]:
        mine = col(table.owner) == permit.bearer
        return _choose_side_rule(permit, mine, or_(mine, col(who) == permit.bearer))

    return rule


def of_each_once_told(table: Any, *, who: Any) -> Rule:
    """Every row to the coordinator; to the one in *who* its own, once `told_at` is set."""

    def rule(permit: Permit) -> ColumnElement[bool]:
        mine = col(table.owner) == permit.bearer
        told = and_(col(who) == permit.bearer, col(table.told_at).is_not(None))
        return _choose_side_rule(permit, mine, or_(mine, told))

    return rule


def _choose_side_rule(
    permit: Permit, own: ColumnElement[bool], party: ColumnElement[bool]
) -> ColumnElement[bool]:
    if permit.scope == "own":
        return own
    return party if permit.scope == "party" else false()
