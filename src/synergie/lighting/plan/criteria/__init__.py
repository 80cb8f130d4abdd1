"""What is weighed when lighting is chosen: thirteen stakes, one file each (domain.md §12.1).

Each file says, for each of its indicators, unit, direction, purpose and source, and finds it from
what is measured. A further criterion is a further file, its name in `LightingCriterion` and a
place in `_table.py`.
"""

from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._table import CRITERIA
from synergie.lighting.plan.criteria._view import (
    First,
    ScenarioEvaluation,
    StudyContext,
    View,
    build_study_context,
)

__all__ = [
    "CRITERIA",
    "Criterion",
    "First",
    "ScenarioEvaluation",
    "StudyContext",
    "View",
    "build_study_context",
]
