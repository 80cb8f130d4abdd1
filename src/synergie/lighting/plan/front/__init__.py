"""Plans that no other beats in several criteria at once, by steps of all criteria but the first.

Formulation, numbered E1 to E6: docs/plan/frontier.md.
"""

from synergie.lighting.plan.front._front import TOLERANCE, Front, Point, front
from synergie.lighting.plan.front._ground import FrontOptions

__all__ = ["TOLERANCE", "Front", "FrontOptions", "Point", "front"]
