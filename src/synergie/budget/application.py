"""What budgets add to the core."""

from synergie.application import Application, Placement

APPLICATION = Application(
    name="budget",
    groups=(Placement("budget", "synergie.budget.commands.budget:app", before="keys"),),
)
"""Commands of budgets."""
