"""Records of budgets."""
