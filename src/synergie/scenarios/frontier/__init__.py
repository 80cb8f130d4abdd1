"""Plans of a study that no other beats: retrofit, schedule and year of each cabinet.

Cabinets are the segments, pairs of an entry of the catalogue and a schedule the options, budgets
the limits (`plan.frontier`). Any point opens as a scenario. Formulation: docs/plan/frontier.md.
"""

from synergie.scenarios.frontier._frontier import frontier
from synergie.scenarios.frontier._point import scenario_of

__all__ = ["frontier", "scenario_of"]
