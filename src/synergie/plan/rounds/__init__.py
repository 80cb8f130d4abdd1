"""Rounds of a week or a day: who goes where in which order, at what hour, with what.

Formulation and rules: docs/plan/rounds.md.
"""

from synergie.plan.rounds._solve import solve

__all__ = ["solve"]
