"""What is assumed where no file tells: tasks, durations, costs (domain.md §9.2, unsourced)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from synergie.maintenance.plan.upkeep._text import TASKS
from synergie.park.plan.targets import assumed as targets
from synergie.park.records.crew import Crew, CrewBook, Task, TaskRule

__all__ = [
    "PLATFORM",
    "SOURCE",
    "Costs",
    "hour_eur",
    "list_task_rules",
    "mean",
    "rules_of",
    "targets",
    "task_name",
]  # fmt: skip

PLATFORM = "platform"
"""Skill of a crew with an aerial platform (CACES R486)."""
SOURCE = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Amounts that no file tells, EUR excluding VAT [assumed]."""

    lamp_eur: Decimal = Decimal(15)
    """A lamp."""
    spot_travel_minutes: int = 20
    """Crew minutes on the road for a lamp that is replaced alone."""
    late_eur_week: Decimal = Decimal(10)
    """What each week costs that a planned visit is late."""
    skip_eur: Decimal = Decimal(150)
    """What it costs to leave a planned visit of the week for later."""


_RULES: tuple[tuple[Task, int | None, int, int, tuple[str, ...]], ...] = (
    ("inspection", 12, 45, 0, ()),
    ("group_relamping", None, 0, 12, (PLATFORM,)),
    ("cleaning", 36, 0, 6, (PLATFORM,)),
    ("led_conversion", None, 30, 30, (PLATFORM,)),
    ("repair", None, 45, 25, ()),
    ("cabinet_visit", None, 45, 0, ()),
    ("other", None, 45, 0, ()),
)


def task_name(task: Task) -> str:
    """What a task is called, a constant English text."""
    return TASKS[task]


def list_task_rules() -> dict[Task, TaskRule]:
    """The assumed tasks: period in months, crew minutes for the cabinet and each light point."""
    return {
        task: TaskRule(
            task=task,
            every_months=months,
            minutes_cabinet=cabinet,
            minutes_light_point=point,
            skills=skills,
            source=SOURCE,
        )
        for task, months, cabinet, point, skills in _RULES
    }


def rules_of(book: CrewBook) -> dict[Task, TaskRule]:
    """The tasks of the book; those that it leaves out are assumed, but come back only if told."""
    told: Mapping[Task, TaskRule] = {rule.task: rule for rule in book.rules}
    found = list_task_rules()
    if told and "cleaning" not in told:
        found["cleaning"] = found["cleaning"].model_copy(update={"every_months": None})
    return {**found, **told}


def hour_eur(crews: Sequence[Crew]) -> Decimal:
    """The mean cost of an hour of a crew, EUR."""
    return mean([crew.hour_eur for crew in crews])


def mean(amounts: Iterable[Decimal]) -> Decimal:
    """The mean, to the cent; 0 of none."""
    told = list(amounts)
    return (sum(told, Decimal(0)) / max(1, len(told))).quantize(Decimal("0.01"))
