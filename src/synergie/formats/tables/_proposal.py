"""A proposed profile of a table, and what must be asked before it is used."""

import re
from dataclasses import dataclass, replace
from typing import override

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.checks import N_
from synergie.formats.tables._candidates import ColumnTold
from synergie.formats.tables._cells import month_of
from synergie.formats.tables._claims import CLAIMS, claim_text
from synergie.formats.tables.wording import QUESTIONS, Asked
from synergie.formats.text import normalize_column_name
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.table_profile import TableColumn, TableProfile

_UNCONFIRMED = N_("a profile for this table: confirm the one that is proposed (synergie deposit)")
_NOT_KEPT = N_("energy that passes the meter of the grid; production alone is not kept")
_NO_SITES = N_("columns that say what they hold, such as Consommation (kWh)")
_NO_MONTHS = N_("the name of a month, or the answer role:COLUMN=ignore")
_NO_YEAR = N_("energies with their period (Du, Au), or the answer role:COLUMN=ignore")
_NO_BILL = N_("the month of the consumption, or its periods (Du, Au)")
_NO_MEASURE = N_("measured energies of the period: nothing else is kept")
_NO_SUM = N_("energies of their own periods, or the answer role:COLUMN=running_sum")
_NO_OTHER_YEAR = N_("one year in the title and in the rows")
_SEEMED: dict[str, str] = {
    "sites": _NO_SITES,
    "spelling": _NO_MONTHS,
    "annual": _NO_YEAR,
    "measured": _NO_MEASURE,
    "billed": _NO_BILL,
    "amounts": _NO_MEASURE,
    "summed": _NO_SUM,
    "dated": _NO_OTHER_YEAR,
}
_NO_COLUMN = N_("a column of energies of the periods of the rows; another was not to be read")
_NO_UNIT = N_("energies in Wh, kWh or MWh, or powers in W, kW or kVA: others are not kept")
IGNORE = "ignore"
"""The answer that none of the columns or units asked about is to be read."""
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
    why: str = ""
    """What stands in the table: columns, rows, sums. Empty: the text says it."""
    rank: int = 1
    """Which of the questions of this field it is: one a class and flow."""

    @property
    def name(self) -> str:
        """What its answer is called where all are answered at once: `energy`, `energy-2`."""
        return self.field if self.rank == 1 else f"{self.field}-{self.rank}"

    @property
    def lines(self) -> tuple[str, ...]:
        """What is typed behind `--answer`: each choice, or the name alone before a text."""
        if self.field == "energy":
            columns = [one for one in self.choices if one != IGNORE]
            ignored = [f"role:{columns[0]}={IGNORE}"] if len(columns) == 1 else []
            return (*(f"role:{one}=energy" for one in columns), *ignored)
        return tuple(f"{self.field}={choice}" for choice in self.choices) or (f"{self.field}=...",)


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a table would be read, and what must be asked first."""

    profile: Profile
    """Its `table` is the proposal; what is asked is left open in it."""
    questions: tuple[Question, ...]
    names: tuple[str, ...]
    """Every column of the head, in order."""
    told: tuple[ColumnTold, ...] = ()
    """What each column was taken for, and why."""
    alternatives: tuple[TableColumn, ...] = ()
    """Columns of values of which one is asked for."""
    untold: frozenset[str] = frozenset()
    """What neither the file told nor needs to be asked: `decimal` where all numbers are whole."""

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
        """The proposal with one question answered; BadInput when the choice is none of its own.

        Of several questions of one field the one that has the choice is meant.
        """
        question = self._open(asked, choice)
        stop_at_other_unit(asked, choice)
        profile = dict(self.profile)
        table = {**dict(self.table), "answered": (*(self.table.answered or ()), asked)}
        if asked == "energy":
            table["columns"] = self._with(choice, question.choices)
            if choice != IGNORE:
                table["energy"] = _find_fuel(choice) or self.table.energy
        elif asked == "production":
            table["direction"] = _check_injected_choice(choice)
        elif asked in _SEEMED:
            stop_at_no(asked, choice)
            if asked in CLAIMS:
                table["claims"] = (*self.table.claims, claim_text(question.why))
        else:
            told: dict[str, object] = {asked: int(choice) if choice.isdecimal() else choice}
            (profile if asked == "stamp" else table).update(told)
        if asked == "scheme":
            table["energy"] = "gas" if choice == "pce" else "electricity"
        try:
            made = Profile.model_validate({**profile, "table": TableProfile.model_validate(table)})
        except ValidationError as error:
            raise faults(error)[0].at(asked) from error
        left = tuple(one for one in self.questions if one is not question)
        return replace(self, profile=made, questions=left)

    def _open(self, asked: Asked, choice: str) -> Question:
        """The open question that *choice* answers. BadInput: there is none."""
        some = [one for one in self.questions if one.field == asked]
        question = next((one for one in some if choice in one.choices), next(iter(some), None))
        if question is None or (question.choices and choice not in question.choices):
            raise BadInput(asked, choice, _OPEN if question is None else _CHOICE)
        return question

    def of_sheet(self, name: str) -> "Proposal":
        """The same, of one sheet of its workbook."""
        table = self.table.model_copy(update={"sheet": name})
        return replace(self, profile=self.profile.model_copy(update={"table": table}))

    def asking_sheet(self, names: tuple[str, ...]) -> "Proposal":
        """The same, once it is asked which of its sheets is meant."""
        question = Question("sheet", QUESTIONS["sheet"], names)
        return replace(self, questions=(question,))

    def _with(self, choice: str, rivals: tuple[str, ...]) -> tuple[TableColumn, ...]:
        """The columns that are read, *choice* the one of *rivals*, which are asked about.

        BadInput where none of them is to be read, and no other holds energies.
        """
        kept = [one for one in self.table.columns if one.name not in rivals]
        chosen = [one for one in self.alternatives if one.name == choice]
        others = [one for one in self.alternatives if one.name not in rivals]
        if not chosen and not others and all(one.field != "value" for one in kept):
            raise BadInput("energy", ", ".join(rivals[:-1])[:80], _NO_COLUMN)
        return (*kept, *chosen)


def _find_fuel(name: str) -> str | None:
    """What a column is energy of, by its name."""
    text = normalize_column_name(name)
    gas = re.search(r"\b(gaz|gas)\b", text) is not None
    return "gas" if gas else "electricity" if "electri" in text else None


def stop_at_no(asked: Asked, choice: str) -> None:
    """BadInput for columns that are not what they seem: nothing says what they are."""
    if choice != "yes":
        raise BadInput(asked, choice, _SEEMED[asked])


def stop_at_other_unit(asked: Asked, choice: str | None) -> None:
    """BadInput for values in a unit of which no figure is kept: GJ, tep, litres."""
    if asked == "unit" and choice == IGNORE:
        raise BadInput(asked, choice, _NO_UNIT)


def _check_injected_choice(choice: str) -> str:
    if choice != "injected":
        raise BadInput("production", choice, _NOT_KEPT)
    return "export"


class Unconfirmed(BadInput):
    """A table without its profile: the proposal is beside the error, to confirm and save."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__("profile", proposal.table.name, _UNCONFIRMED, checks.PROFILE_NEEDED.code)
        self.proposal = proposal

    @override
    def __reduce__(self) -> tuple[type["Unconfirmed"], tuple[Proposal]]:
        """The proposal alone makes it again."""
        return type(self), (self.proposal,)
