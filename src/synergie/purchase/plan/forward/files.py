"""A price forward curve out of a file: the template, filled; whole or refused."""

from typing import BinaryIO

from synergie.errors import BadInput, Words
from synergie.formats import Report
from synergie.purchase.plan.forward.curve import build_forward_curve
from synergie.purchase.plan.hedge.axis import Axis
from synergie.purchase.records.forward import ForwardCurve
from synergie.purchase.templates.forward_prices import read_placed
from synergie.schemas.readings.profile import Profile


def read_forward_curve(
    source: BinaryIO, name: str, axis: Axis
) -> tuple[ForwardCurve | None, Report]:
    """The curve of the hours of a delivery, and the report. None: rows are refused, it tells them.

    BadInput: rows that repeat others; BadInputs: each hour that is missing or doubled, rows of
    several quotations or sources.
    """
    placed, report = read_placed(source, Profile())
    found = list(placed)
    if report.refusals:
        return None, report
    if report.duplicates:
        line = _find_first_repeat([at for at, _ in found if isinstance(at, int)])
        repeated = Words("a row that repeats another")
        raise BadInput(f"{name} line {line}", repeated, "one row for each hour of the delivery")
    rows = [(f"{name} line {at}", row) for at, row in found]
    return build_forward_curve(rows, axis, name), report


def _find_first_repeat(lines: list[int]) -> int:
    """The first line between or after *lines* that gave no hour of its own."""
    there = set(lines)
    return next(line for line in range(min(lines), max(lines) + 2) if line not in there)
