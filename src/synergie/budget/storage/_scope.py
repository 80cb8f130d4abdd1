"""Which lines of budgets a Permit opens: its owner's own, and nothing under an agreement."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, false
from sqlmodel import col

from synergie.budget.storage._tables import BudgetLineRow
from synergie.policy import Permit
from synergie.storage.shared_scope import Rule
from synergie.storage.tables import Row


def _match_lines(permit: Permit) -> ColumnElement[bool]:
    return col(BudgetLineRow.owner) == permit.owner if permit.scope == "own" else false()


RULES: Mapping[type[Row], Rule] = {BudgetLineRow: _match_lines}
"""The rule of the table."""
