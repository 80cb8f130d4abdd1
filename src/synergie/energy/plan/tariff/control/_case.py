"""What the rules share: lines with what they mean, what is known of points, what was found."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._spans import Period
from synergie.energy.plan.tariff.control._points import (
    PerimeterPoint,
    Terms,
    find_point_terms,
    find_terms,
)
from synergie.energy.plan.tariff.control.meaning import Meaning
from synergie.energy.plan.tariff.options import option_name
from synergie.energy.plan.tariff.tables import Tables, Turpe
from synergie.energy.records.tariff import PeriodUse, PriceSchedule
from synergie.errors import BadInput
from synergie.schemas.readings.invoice import ControlRules, Invoice, InvoiceFinding, InvoiceRow


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice and what it is for."""

    invoice: Invoice
    row: InvoiceRow
    meaning: Meaning | None
    time_class: str | None
    option: str | None
    """FTA of the line, else of its point. None: not known."""

    @property
    def key(self) -> tuple[str, str | None]:
        """The point within its invoice."""
        return self.invoice.number, self.row.supply_point

    @property
    def period(self) -> tuple[date, date] | None:
        """First day and the day after the last one. None: not told."""
        if self.row.from_date is None or self.row.to_date is None:
            return None
        return self.row.from_date, self.row.to_date


@dataclass(frozen=True, slots=True)
class NetworkPart:
    """Days of a line on which its terms and the network tariff stand still."""

    begins: date
    ends: date
    point: PerimeterPoint | None
    """What the perimeter knows on these days."""
    turpe: Turpe


@dataclass(slots=True, kw_only=True)
class Case:
    """Everything one control looks at."""

    invoices: Sequence[Invoice]
    lines: Sequence[Line]
    tables: Tables
    rules: ControlRules
    points: Terms | None
    """By delivery point. None: no perimeter was given."""
    schedules: Sequence[PriceSchedule] = ()
    uses: Mapping[str, Sequence[PeriodUse]] = field(default_factory=dict)
    """What was measured, by delivery point."""
    findings: list[InvoiceFinding] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    told: set[tuple[object, ...]] = field(default_factory=set)
    """What was told once and is not told again."""
    by_point: dict[tuple[str, str, str | None], list[Line]] = field(default_factory=dict)
    """The lines by file, invoice and point, found once."""
    by_invoice: dict[int, list[Line]] = field(default_factory=dict)
    """The lines by invoice, found once."""
    networks: dict[int, "tuple[NetworkPart, ...] | BadInput | None"] = field(default_factory=dict)
    """The days of each line under one network tariff, found once."""
    skipped: Counter[str] = field(default_factory=Counter)
    """What could not be looked at: a constant sentence, and how often."""

    def point(self, line: Line) -> PerimeterPoint | None:
        """What is known of the point of a line. None: nothing, or it changes within its period."""
        return find_point_terms(self.points or {}, line.row)

    def parts(self, line: Line) -> Iterator[tuple[date, date, PerimeterPoint]]:
        """The days of a line, each with the terms that hold on them."""
        if line.period is not None:
            terms = (self.points or {}).get(line.row.supply_point or "", ())
            yield from find_terms(terms, *line.period)

    def of_invoice(self, invoice: Invoice) -> list[Line]:
        """The lines of one invoice, in their order."""
        if not self.by_invoice:
            for line in self.lines:
                self.by_invoice.setdefault(id(line.invoice), []).append(line)
        return self.by_invoice.get(id(invoice), [])

    def of_points(self) -> Iterator[list[Line]]:
        """The lines of each delivery point within each invoice."""
        if not self.by_point:
            for line in self.lines:
                key = (line.invoice.file, *line.key)
                self.by_point.setdefault(key, []).append(line)
        yield from self.by_point.values()

    def terms_parts(self, line: Line) -> Sequence[tuple[date, date, PerimeterPoint | None]]:
        """The days of a line, each with its terms, which may not be known at all.

        Empty: no period, or terms that are known on some of its days only.
        """
        if line.period is None:
            return ()
        parts = list(self.parts(line))
        if not parts and not (self.points or {}).get(line.row.supply_point or ""):
            return [(*line.period, None)]
        known = sum((ends - begins).days for begins, ends, _ in parts)
        return parts if known == (line.period[1] - line.period[0]).days else ()

    def network_parts(self, line: Line) -> "tuple[NetworkPart, ...]":
        """The days of a line, each with the terms and the network tariff that hold on them.

        Empty: the option, the period or the terms of a day are not known, or no version of the
        table covers a day (told by a rule of its own).
        """
        found = self.find_network(line)
        return found if isinstance(found, tuple) else ()

    def find_network(self, line: Line) -> "tuple[NetworkPart, ...] | BadInput | None":
        """As `network_parts`; what a table says that covers no day, None for all else unknown."""
        if id(line) not in self.networks:
            self.networks[id(line)] = self._cut_network(line)
        return self.networks[id(line)]

    def _cut_network(self, line: Line) -> "tuple[NetworkPart, ...] | BadInput | None":
        parts = self.terms_parts(line)
        found = list[NetworkPart]()
        for begins, ends, point in parts:
            option = find_part_option(line, point, alone=len(parts) == 1)
            if option is None:
                return None
            period = Period(begins=begins, ends=ends, tables=self.tables)
            try:
                spans = period.spans(
                    lambda day, option=option: self.tables.turpe_cells(option, day),  # type: ignore[misc]
                    lambda turpe: turpe.valid_to,
                )
            except BadInput as fault:
                return fault
            found += (NetworkPart(one.begins, one.ends, point, one.figure) for one in spans)
        return tuple(found) or None

    def turpe(self, line: Line) -> Turpe | None:
        """The one network tariff of the whole period of a line, as far as its cells are known.

        None: not known, or several.
        """
        found = self.network_parts(line)
        return found[0].turpe if len(found) == 1 else None

    @staticmethod
    def kva_of(known: PerimeterPoint | None, option: str | None) -> Decimal | None:
        """A power of the category of accise under some terms, else by the option."""
        if known is not None and known.powers:
            return max(one.kva for one in known.powers)
        name = option or ""
        if name.startswith("BTINF"):
            return Decimal(36)
        return Decimal(37) if name.startswith("BTSUP") else None


def find_part_option(line: Line, point: PerimeterPoint | None, *, alone: bool) -> str | None:
    """FTA of some days of a line: where its terms change, that of the terms before its own."""
    if not alone and point is not None and point.tariff_code:
        return option_name(point.tariff_code)
    return line.option
