"""A proposed profile of a table, and what must be asked before it is used."""

from dataclasses import dataclass, replace
from typing import Literal, override

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.checks import N_
from synergie.formats.tables._cells import month_of
from synergie.schemas.faults import faults
from synergie.schemas.profile import Profile
from synergie.schemas.table_profile import TableProfile

type Asked = Literal[
    "unit", "direction", "stamp", "last_day", "supply_point", "scheme", "dates", "decimal", "year"
]  # fmt: skip
"""What a table may leave open."""

QUESTIONS: dict[Asked, str] = {
    "unit": N_("In which unit are the values?"),
    "direction": N_("Is this energy drawn from the grid (import) or fed into it (export)?"),
    "stamp": N_("Which side of the step, or of the day, do the times mark?"),
    "last_day": N_("Is the end of a period its last day (included) or the day after (excluded)?"),
    "supply_point": N_("Which delivery point is it (prm:, pce: or other: and its number)?"),
    "scheme": N_("Are these numbers PRM (electricity) or PCE (gas)?"),
    "dates": N_("Are dates written day/month (dmy) or month/day (mdy)?"),
    "decimal": N_("Which sign marks the decimals?"),
    "year": N_("Of which year are these months?"),
}
"""What is asked of each, in English; the French is in the catalogue."""

_UNCONFIRMED = N_("a profile for this table: confirm the one that is proposed (synergie deposit)")
_CHOICE = "one of the choices"
_OPEN = "a question that is open"


@dataclass(frozen=True, slots=True)
class Question:
    """What the table does not say and nobody may guess."""

    field: Asked
    text: str
    """English; the French is in the catalogue."""
    choices: tuple[str, ...]
    """The answers that are taken. Empty: a text."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a table would be read, and what must be asked first."""

    profile: Profile
    """Its `table` is the proposal; what is asked is left open in it."""
    questions: tuple[Question, ...]
    names: tuple[str, ...]
    """Every column of the head, in order."""

    @property
    def sure(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.questions

    @property
    def table(self) -> TableProfile:
        """The proposed profile of the table."""
        if self.profile.table is None:
            raise TypeError("a proposal has a table")
        return self.profile.table

    @property
    def passed_over(self) -> tuple[str, ...]:
        """Columns that are not read."""
        read = {column.name for column in self.table.columns}
        if self.table.layout == "wide_months":
            read |= {name for name in self.names if month_of(name)}
        return tuple(name for name in self.names if name not in read)

    def answered(self, asked: Asked, choice: str) -> "Proposal":
        """The proposal with one question answered; BadInput when the choice is none of its own."""
        question = next((one for one in self.questions if one.field == asked), None)
        if question is None or (question.choices and choice not in question.choices):
            raise BadInput(asked, choice, _OPEN if question is None else _CHOICE)
        told: dict[str, object] = {asked: int(choice) if choice.isdecimal() else choice}
        profile, table = dict(self.profile), dict(self.table)
        (profile if asked == "stamp" else table).update(told)
        try:
            made = Profile.model_validate({**profile, "table": TableProfile.model_validate(table)})
        except ValidationError as error:
            raise faults(error)[0].at(asked) from error
        left = tuple(one for one in self.questions if one is not question)
        return replace(self, profile=made, questions=left)


class Unconfirmed(BadInput):
    """A table without its profile: the proposal is beside the error, to confirm and save."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__("profile", proposal.table.name, _UNCONFIRMED, checks.PROFILE_NEEDED.code)
        self.proposal = proposal

    @override
    def __reduce__(self) -> tuple[type["Unconfirmed"], tuple[Proposal]]:
        """The proposal alone makes it again."""
        return type(self), (self.proposal,)
