"""Rules of one's own, whatever the plan: which of them clash, and what each costs."""
