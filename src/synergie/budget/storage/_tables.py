"""The private table of budgets: lines that were voted."""

from datetime import datetime

from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_integer, define_moment, define_text, key


class BudgetLineRow(Row, table=True):
    """A line; its owner alone reads it, whatever is agreed."""

    __tablename__ = "budget_line"
    id: str = key()
    owner: str = define_text(index=True)
    member: str = define_text()
    year: int = define_integer()
    body: str = define_text()
    """StoredBudgetLine as JSON."""
    changed_at: datetime = define_moment()
