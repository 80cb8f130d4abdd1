"""Rows that could not be used, with the reason."""

from dataclasses import dataclass, field
from typing import Any

from synergie.park.plan.owned import Owned
from synergie.park.records.park import SetAside

_LONGEST = 200


@dataclass(slots=True)
class Aside:
    """What is set aside so far."""

    rows: list[SetAside] = field(default_factory=list)
    """The rows, in the order in which they were found."""

    def put(self, one: Owned[Any], found: str, expected: str) -> None:
        """Set *one* aside: *found* are values, *expected* a constant text."""
        self.rows.append(SetAside(where=place(one), found=found or "-", expected=expected))


def place(one: Owned[Any]) -> str:
    """Where a record stands: its row and its identifier."""
    name = f"{one.organisation} {one.record.external_id}"
    told = f"{one.where} ({name})" if one.where else name
    return told[:_LONGEST]
