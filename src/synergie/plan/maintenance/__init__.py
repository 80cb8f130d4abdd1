"""The cheapest joint maintenance year: cabinets, weeks, whole crew-days, shared between neighbours.

Formulation, numbered M1 to M4: docs/plan/maintenance.md.
"""

from synergie.plan.maintenance._solve import quarter_days, solve

__all__ = ["quarter_days", "solve"]
