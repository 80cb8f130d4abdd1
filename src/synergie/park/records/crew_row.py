"""One row of the crew book: a crew, a depot, an order, works of others, a target, a task or terms.

The rows of a file make a `CrewBook` (`synergie.maintenance.plan.upkeep`).
"""

from typing import Annotated, Literal, Self, assert_never

from pydantic import Field, model_validator

from synergie.park.records.crew import (
    Crew,
    OtherWorks,
    RoadOrder,
    ServiceTarget,
    TaskRule,
    WorkDepot,
)
from synergie.schemas.wire import Wire
from synergie.units import Provenance, Share, Text

type CrewRowKind = Literal[
    "crew", "depot", "road_order", "other_works", "target", "rule", "settings"
]
"""What a row tells; `settings`: the calendar, the speed, the time that is kept free."""


class BookSettings(Wire):
    """What holds for all crews; null: as `CrewBook` has it."""

    holidays: Literal["metropole", "alsace-moselle"] | None = None
    """Public holidays. Null: those of the whole country."""
    school_zone: Literal["A", "B", "C"] | None = None
    """Zone of school holidays. Null: they do not matter."""
    school_work: Literal["any", "only_holidays", "never_holidays"] | None = None
    """Whether work waits for school holidays, or avoids them. Null: neither."""
    speed_km_h: Annotated[float, Field(gt=0, le=130, json_schema_extra={"unit": "km/h"})] | None = (
        None
    )
    """Speed where no matrix of roads is given, km/h. Null: 30."""
    detour: Annotated[float, Field(ge=1, le=5, json_schema_extra={"unit": "1"})] | None = None
    """Road length over straight length. Null: 1.3."""
    late_share: Share | None = None
    """Share of a crew's time kept free for urgent faults, 0 to 1. Null: none."""
    on_call: Text | None = None
    """Whom crews call in an emergency: a service and its number. Null: not told."""


class CrewRow(Wire):
    """One row; exactly the part of its kind is there."""

    kind: CrewRowKind
    """What it tells."""
    crew: Crew | None = None
    """A crew. Null: another kind of row, as for all below."""
    depot: WorkDepot | None = None
    """A depot."""
    road_order: RoadOrder | None = None
    """A traffic order."""
    other_works: OtherWorks | None = None
    """Works of another body."""
    target: ServiceTarget | None = None
    """How soon a fault must be mended."""
    rule: TaskRule | None = None
    """How often a task comes back."""
    settings: BookSettings | None = None
    """What holds for all crews."""
    provenance: Provenance
    """`synthetic` for demonstration rows."""

    @property
    def external_id(self) -> str:
        """What it is about: two rows of the same must agree."""
        return f"{self.kind} {self._subject()}".strip()

    def _subject(self) -> str:
        match self.part():
            case Crew(id=name) | WorkDepot(id=name) | RoadOrder(id=name) | OtherWorks(id=name):
                return name
            case ServiceTarget(severity=severity, contract=contract):
                return f"{severity} {contract or ''}"
            case TaskRule(task=task):
                return task
            case BookSettings():
                return ""
            case unknown:
                assert_never(unknown)

    def part(
        self,
    ) -> Crew | WorkDepot | RoadOrder | OtherWorks | ServiceTarget | TaskRule | BookSettings:
        """What the row tells."""
        parts = (
            self.crew,
            self.depot,
            self.road_order,
            self.other_works,
            self.target,
            self.rule,
            self.settings,
        )
        return next(part for part in parts if part is not None)

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        told = [
            name
            for name in type(self).model_fields
            if name not in ("kind", "provenance") and getattr(self, name) is not None
        ]
        if told != [self.kind]:
            raise ValueError("the part of this kind of row, and no other")
        return self
