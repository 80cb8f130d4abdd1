"""Files of budgets to fill."""
