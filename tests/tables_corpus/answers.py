"""True answers to what the door asks: from what is known of the file, or from its own columns."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from tests.tables_corpus.compare import near
from tests.tables_corpus.sheets import Cell, Formula
from tests.tables_corpus.truth import ANSWERS, Case

UNITS = ("kWh", "MWh", "Wh")
SCALES = (Decimal(1), Decimal(1000), Decimal("0.001"))
NOT_KEPT = ("ignore", "other", "unknown")
"""Roles of a column that holds no figure to keep."""


def answer(case: Case, field: str, choices: tuple[str, ...]) -> str | None:
    """What is true of *field*; None: the file leaves it open, or none of *choices* is true."""
    if field in case.about:
        return None
    for one in _true(case, field, choices):
        if not choices or one in choices:
            return one
    return None


def _true(case: Case, field: str, choices: tuple[str, ...]) -> Iterator[str]:
    known = {**ANSWERS, "decimal": case.dialect.decimal, **case.answers}
    if field in known:
        yield known[field]
    elif case.stops:
        return
    elif field.startswith("role:"):
        holds = _kept(case, field.removeprefix("role:"))
        yield from ("energy", "value") if holds else NOT_KEPT
    elif field == "unit" or field.startswith("unit:"):
        yield from _unit(case)
    else:
        yield from (one for one in choices if _kept(case, one))


def _unit(case: Case) -> Iterator[str]:
    """The unit that the cells of the table name, when they name one."""
    words = {
        word.strip("()[],")
        for sheet in case.sheets
        for row in sheet.rows
        for cell in row
        if isinstance(cell, str)
        for word in cell.split()
    }
    named = [unit for unit in UNITS if unit in words]
    if len(named) == 1:
        yield named[0]


def _kept(case: Case, head: str) -> bool:
    """Whether the numbers under *head* are energies to be kept, in one unit."""
    energies = {*case.truth.energy.values(), *case.truth.steps.values()}
    for sheet in case.sheets:
        for number, row in enumerate(sheet.rows):
            for at, cell in enumerate(row):
                if isinstance(cell, str) and cell.strip() == head.strip():
                    below = [r[at] for r in sheet.rows[number + 1 :] if at < len(r)]
                    return _all_known(list(_numbers(below)), energies)
    return False


def _numbers(cells: Iterable[Cell]) -> Iterator[Decimal]:
    for cell in cells:
        told = cell.value if isinstance(cell, Formula) else cell
        if isinstance(told, Decimal | int):
            yield Decimal(told)


def _all_known(values: list[Decimal], energies: set[Decimal]) -> bool:
    """Whether most of *values* are among *energies*; a total below them is none."""
    for scale in SCALES:
        hits = sum(any(near(value * scale, one) for one in energies) for value in values)
        if values and hits >= 0.8 * len(values):
            return True
    return False
