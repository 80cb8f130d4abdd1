"""What is known beside the state of a park: what was done, decided and promised, names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from synergie.maintenance.plan.upkeep.assumed import Costs
from synergie.maintenance.plan.upkeep.works import Asset, Decided
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.park.records.crew import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceContext:
    """What is known beside the state of the park; everything may be left out."""

    done: Mapping[tuple[Asset, Task], date] = field(default_factory=dict)
    """The last day each task was done at a cabinet (`done.find_last_done_days`)."""
    decided: Mapping[Asset, Sequence[Decided]] = field(default_factory=dict)
    """Works that owners have decided (`done.list_decided_works`)."""
    costs: Costs = field(default_factory=Costs)
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of communes by INSEE code; the code itself otherwise."""
    places: Mapping[Asset, str] = field(default_factory=dict)
    """What people call the place of a cabinet."""
    promised: tuple[MaintenanceProblem, MaintenancePlan] | None = None
    """The year plan told before, with its problem. None: a first plan."""


NOTHING = MaintenanceContext()
