"""What a person said of a table beside its profile: the role or the unit of a column, a sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast, get_args

from synergie.errors import BadInput
from synergie.formats.confirmations import CONFIRM, confirmed_codes
from synergie.formats.tables._fields import VALUES
from synergie.formats.text import normalize_column_name
from synergie.schemas.readings.table_profile import TableField, TableUnit

_COLUMN = "the name of a column of this table"
_ROLE = "a role, such as energy, register, cost_ht, month or ignore"
_UNIT = "a unit: Wh, kWh, MWh, W, kW, VA, kVA, m3"
_USED = "an answer that this table asks for"

ROLES: frozenset[str] = VALUES | {"ignore"} | set(get_args(TableField.__value__))


@dataclass(slots=True)
class ProposalAnswers:
    """Answers by their name; each that is used is crossed off."""

    answers: Mapping[str, str]
    _used: set[str] = field(default_factory=set)

    @property
    def sheet(self) -> str | None:
        """The sheet to read."""
        return self.take("sheet")

    def take(self, name: str) -> str | None:
        """The answer of that name, which is used then."""
        if name in self.answers:
            self._used.add(name)
        return self.answers.get(name)

    def roles(self, names: Sequence[str]) -> dict[int, str]:
        """Place of a column, and the role that it was said to have. BadInput: no such."""
        found = self._by_column("role:", names)
        for at, role in found.items():
            if role not in ROLES:
                raise BadInput(f"role:{names[at]}", role, _ROLE)
        return found

    def units(self, names: Sequence[str]) -> dict[int, TableUnit]:
        """Place of a column, and the unit that its numbers were said to have. BadInput: no such."""
        found = self._by_column("unit:", names)
        for at, unit in found.items():
            if unit not in get_args(TableUnit.__value__):
                raise BadInput(f"unit:{names[at]}", unit, _UNIT)
        return cast("dict[int, TableUnit]", found)

    def confirmed(self) -> tuple[str, ...]:
        """Codes of the doubts that were looked at and found right. BadInput: no such doubt."""
        told = {name: one for name, one in self.answers.items() if name.startswith(CONFIRM)}
        codes = confirmed_codes(told)
        self._used |= told.keys()
        return codes

    def answered(self) -> tuple[str, ...]:
        """What was said of the table that the next of its kind may be read by."""
        kinds = {"role": "energy", "unit": "unit"}
        names = (kinds.get(name.partition(":")[0], name) for name in self.answers)
        return tuple(sorted({name for name in names if ":" not in name and name != "sheet"}))

    def all_used(self) -> None:
        """BadInput for an answer that changed nothing."""
        for name, told in self.answers.items():
            if name not in self._used:
                raise BadInput(name, told, _USED)

    def _by_column(self, start: str, names: Sequence[str]) -> dict[int, str]:
        places = {normalize_column_name(name): at for at, name in enumerate(names)}
        found: dict[int, str] = {}
        for name, told in self.answers.items():
            if name.startswith(start):
                at = places.get(normalize_column_name(name.removeprefix(start)))
                if at is None:
                    raise BadInput(name, ", ".join(names)[:80], _COLUMN)
                found[at] = told
                self._used.add(name)
        return found
