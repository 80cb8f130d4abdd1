"""Rows of a market table made into runs of equal steps, in order of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import parse_exact_number
from synergie.formats._runs import Astray, Run, split_runs
from synergie.formats.checks import N_
from synergie.formats.report import Gap, Report
from synergie.schemas.readings.market_curve import MarketCurve, MarketQuantity
from synergie.units import STEP_NAMES, Provenance

type Cell = Decimal | None
"""A value as published; None: the publisher has none."""

_BLANKS: Final = {"", "-", "n/a", "n/e", "na", "nan", "null"}
_ONCE = "the values already given for this time, or another time"
_NUMBER = N_("a number with a dot, at most 6 decimals, or a blank")

UNITS: Final[dict[MarketQuantity, Literal["MW", "EUR/MWh"]]] = {
    "actual_load": "MW",
    "forecast_load": "MW",
    "day_ahead_price": "EUR/MWh",
}


def cell_of(text: str, where: str) -> Cell:
    """The number in a cell; None for a blank, a dash, N/A or n/e. BadInput at *where*."""
    plain = text.strip()
    if plain.casefold() in _BLANKS:
        return None
    return Decimal(parse_exact_number(plain, where, _NUMBER, most=10**9))


class About(NamedTuple):
    """What the values of a table are."""

    zone: str
    quantities: tuple[MarketQuantity, ...]
    source: str
    provenance: Provenance


@dataclass(slots=True)
class Table:
    """Rows of one zone, in file order: columns of equal length."""

    stamps: list[int] = field(default_factory=list)
    """Epoch seconds of the start."""
    steps: list[int] = field(default_factory=list)
    """Seconds."""
    cells: list[tuple[Cell, ...]] = field(default_factory=list)
    """One value a quantity."""
    lines: list[int] = field(default_factory=list)

    def add(self, stamp: int, step: int, cells: tuple[Cell, ...], line: int) -> None:
        """One row."""
        self.stamps.append(stamp)
        self.steps.append(step)
        self.cells.append(cells)
        self.lines.append(line)


def market_curves(about: About, table: Table, report: Report) -> Iterator[MarketCurve]:
    """The runs of *table*, each quantity in turn; one that a whole run is without is left out.

    Rows out of order are put in order. A row that repeats another, or is blank where another has
    values, is counted as a repeat; one with other values is refused.
    """
    order = _sort_rows(table, report)
    if not order:
        return
    stamps, steps = [table.stamps[i] for i in order], [table.steps[i] for i in order]
    for run in split_runs(stamps, range(len(order)), steps, "start"):
        if isinstance(run, Astray):
            told = datetime.fromtimestamp(stamps[run.at], UTC).isoformat()
            report.refuse(table.lines[order[run.at]], BadInput("/time", told, run.expected))
            continue
        report.kept += run.rows
        some = [None if i is None else table.cells[order[int(i)]] for i in run.values]
        yield from _build_run_curves(about, run, some, report)


def _build_run_curves(
    about: About, run: Run, some: Sequence[tuple[Cell, ...] | None], report: Report
) -> Iterator[MarketCurve]:
    for place, quantity in enumerate(about.quantities):
        values = [None if cells is None else cells[place] for cells in some]
        key = f"{about.zone}/{quantity}"
        report.gaps += [
            Gap(key, datetime.fromtimestamp(at, UTC), run.step, n) for at, n in run.absent
        ]
        if any(value is not None for value in values):
            yield MarketCurve(
                zone=about.zone,
                quantity=quantity,
                unit=UNITS[quantity],
                start=datetime.fromtimestamp(run.start, UTC),
                step=STEP_NAMES[run.step],
                values=values,
                source=about.source,
                provenance=about.provenance,
            )


def _sort_rows(table: Table, report: Report) -> list[int]:
    """Places of the rows in order of time, each time once."""
    stamps, keep = table.stamps, list[int]()
    if stamps != sorted(stamps):
        report.find(checks.OUT_OF_ORDER)
    for i in sorted(range(len(stamps)), key=stamps.__getitem__):
        if not keep or stamps[keep[-1]] != stamps[i]:
            keep.append(i)
            continue
        known, new = table.cells[keep[-1]], table.cells[i]
        if new == known or not any(cell is not None for cell in new):
            report.duplicates += 1
        elif not any(cell is not None for cell in known):
            report.duplicates += 1
            keep[-1] = i
        else:
            found = next((cell for cell in new if cell is not None), Words("blank"))
            code = checks.CONFLICTING_DUPLICATE.code
            report.refuse(table.lines[i], BadInput("/value", found, _ONCE, code))
    return keep
