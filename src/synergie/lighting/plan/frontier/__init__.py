"""Plans of a study that no other beats: retrofit, schedule and year of each cabinet.

Cabinets are the segments, pairs of an entry of the catalogue and a schedule the options, budgets
the limits (`lighting.plan.front`). Any point opens as a scenario. Formulation:
docs/plan/frontier.md.
"""

from synergie.lighting.plan.frontier._frontier import frontier
from synergie.lighting.plan.frontier._point import scenario_of

__all__ = ["frontier", "scenario_of"]
