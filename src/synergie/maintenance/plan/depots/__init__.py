"""The cheapest depots for several bodies: which stay open, and who is served from where.

Capacitated facility location. Formulation, numbered D1 to D5: docs/plan/depots.md.
"""

from synergie.maintenance.plan.depots._solve import solve

__all__ = ["solve"]
