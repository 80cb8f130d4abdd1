"""How far ahead what is due is looked for, and what is due to a plan that is shared."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from synergie.policy import Permit
from synergie.policy.readings.morning import Desk, Due, DueKind

AHEAD = timedelta(days=60)
"""How far ahead an end or a deadline is told."""
MOMENT = timedelta(seconds=1)


class _Record(Protocol):
    @property
    def name(self) -> str: ...


class _Step(Protocol):
    @property
    def at(self) -> datetime: ...


class SharedItem(Protocol):
    """A purchase, a campaign or a study, as it is stored."""

    @property
    def id(self) -> str:
        """Its identifier."""
        ...

    @property
    def record(self) -> _Record:
        """What its coordinator declared."""
        ...

    @property
    def version(self) -> int:
        """Its version."""
        ...

    @property
    def history(self) -> Sequence[_Step]:
        """Its steps, in order."""
        ...


def build_plan_due(
    one: SharedItem, permit: Permit, kind: DueKind, who: Desk, *, day: date | None = None
) -> Due:
    """What is due by the bearer to *one*, as its newest step left it. *day* None: none is set."""
    return Due(
        kind=kind,
        who=who,
        by=permit.bearer,
        subject=one.id,
        name=one.record.name,
        day=day,
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )
