"""The cheapest lawful pooled purchase: one award a lot, tiers on the lot's total volume.

Formulation, numbered P0 to P17: docs/plan/purchase.md.
"""

from synergie.purchase.plan.award._solve import solve, solve_near

__all__ = ["solve", "solve_near"]
