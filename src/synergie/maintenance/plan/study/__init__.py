"""A maintenance year looked at from all sides: what a crew-day is worth, who is late, who pays.

Each answer is a solve of the whole year with one thing changed; nothing is read from duals, which
whole crew-days do not have.
"""

from synergie.maintenance.plan.study._crew_days import worth
from synergie.maintenance.plan.study._fairness import fairness
from synergie.maintenance.plan.study._sharing import share
from synergie.maintenance.plan.study._study import study
from synergie.maintenance.plan.study._ways_out import ways_out
from synergie.maintenance.plan.study._what_if import (
    answer_case,
    answer_cases,
    apply_case,
    list_usual_cases,
)

__all__ = [
    "answer_case",
    "answer_cases",
    "apply_case",
    "fairness",
    "list_usual_cases",
    "share",
    "study",
    "ways_out",
    "worth",
]
