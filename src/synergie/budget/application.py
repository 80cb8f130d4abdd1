"""What budgets add to the core."""

from synergie.application import Application, ClientCalls, MenuEntry, Placement

APPLICATION = Application(
    name="budget",
    tags={"budget": "Budgets of energy: lines voted, actual figures beside them, next year."},
    services=("synergie.budget.services:BudgetServices",),
    pages=("synergie.budget.pages:router",),
    menu=(
        MenuEntry(
            "/budget",
            "Budget",
            "Budget",
            "Que reste-t-il du budget de l'énergie, et que voter pour l'an prochain ?",
            "What is left of the budget of energy, and what is to be voted for next year?",
            before="/depot",
        ),
    ),
    home=("synergie.budget.pages:tell_home_budget",),
    rules=("synergie.budget.storage._scope:RULES",),
    calls=(
        ClientCalls(
            "budgets",
            "synergie.budget.client.budgets:Budgets",
            "synergie.budget.client.budgets:AsyncBudgets",
        ),
    ),
    groups=(Placement("budget", "synergie.budget.commands.budget:app", before="keys"),),
    routers=("synergie.budget.api.budgets:router",),
    bodies=("synergie.budget.records.line:BudgetDeposit",),
)
"""Lines of budgets on the server, commands of budgets."""
