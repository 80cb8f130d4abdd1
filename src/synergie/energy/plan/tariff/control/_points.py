"""What the perimeter knows of delivery points, by days, and the option of a line under it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from synergie.energy.plan.tariff.options import GAS_OPTIONS, option_name
from synergie.energy.records.tariff import Activity, ClassPower, Contract
from synergie.errors import BadInput
from synergie.schemas.readings.invoice import InvoiceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PerimeterPoint:
    """What the perimeter knows of a delivery point."""

    supply_point: str
    tariff_code: str | None = None
    """FTA. None: not known."""
    powers: tuple[ClassPower, ...] = ()
    """Subscribed powers. Empty: not known."""
    activity: Activity = "unknown"
    """Whether its activity is an economic one."""
    contract: Contract | None = None
    """Whether the network has a contract apart. None: not known, either fee is taken."""
    supplier: str | None = None
    """Who supplies it: a name, or a SIREN. None: not known."""
    valid_from: date = date.min
    """First day of these terms."""
    valid_to: date = date.max
    """The day after the last one."""

    @property
    def is_dated(self) -> bool:
        """Whether the terms hold on some days only."""
        return self.valid_from > date.min or self.valid_to < date.max


type Terms = Mapping[str, Sequence[PerimeterPoint]]
"""What the perimeter knows, by delivery point: its terms in rising dates."""


def index_points(points: Iterable[PerimeterPoint]) -> Terms:
    """The terms of each delivery point in rising dates.

    BadInput: two that hold on the same day.
    """
    found: dict[str, list[PerimeterPoint]] = {}
    for one in points:
        found.setdefault(one.supply_point, []).append(one)
    for some in found.values():
        some.sort(key=lambda one: one.valid_from)
        for before, after in pairwise(some):
            if after.valid_from < before.valid_to:
                raise BadInput(
                    f"/points/{after.supply_point}", after.valid_from,
                    "terms that do not overlap those before",
                )  # fmt: skip
    return found


def find_terms(
    terms: Sequence[PerimeterPoint], begins: date, ends: date
) -> Iterator[tuple[date, date, PerimeterPoint]]:
    """The terms of [begins, ends), each with its days."""
    for one in terms:
        first, after = max(begins, one.valid_from), min(ends, one.valid_to)
        if first < after:
            yield first, after, one


def find_point_terms(points: Terms, row: InvoiceRow) -> PerimeterPoint | None:
    """The terms that hold over the whole period of a row; of a row without one the last.

    None: its point is not known, or its terms change within the period.
    """
    terms = points.get(row.supply_point or "", ())
    if not terms:
        return None
    if row.from_date is None or row.to_date is None:
        return terms[-1]
    found = [one for _, _, one in find_terms(terms, row.from_date, row.to_date)]
    return found[0] if len(found) == 1 else None


def option_of(row: InvoiceRow, known: PerimeterPoint | None) -> str | None:
    """FTA of a row, when it looks like one, else that of its point."""
    told = option_name(row.tariff_code) if row.tariff_code else ""
    if told.startswith(("BTINF", "BTSUP", "HTA")) or told in GAS_OPTIONS:
        return told
    if known is not None and known.tariff_code:
        return option_name(known.tariff_code)
    return None
