"""Runs every rule over invoices, and says what none of them could look at."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control import (
    _identity,
    _overruns,
    _regulated,
    _sums,
    _supply,
    _taxes,
)
from synergie.energy.plan.tariff.control._case import Case, Line
from synergie.energy.plan.tariff.control._energy import check_point_energies
from synergie.energy.plan.tariff.control._gas import check_gas_lines
from synergie.energy.plan.tariff.control._periods import check_invoice_periods
from synergie.energy.plan.tariff.control._points import (
    PerimeterPoint,
    Terms,
    find_point_terms,
    index_points,
    option_of,
)
from synergie.energy.plan.tariff.control.meaning import classify_invoice_row, time_class
from synergie.energy.plan.tariff.tables import Tables, shipped
from synergie.energy.records.tariff import PeriodUse, PriceSchedule
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.invoice import ControlRules, Invoice, InvoiceControl, InvoiceFinding

__all__ = ["PerimeterPoint", "control"]

UNREAD = N_("{} lines are of a kind that no rule compares: they are added up only")
NO_PERIMETER = "no perimeter was given: delivery points, options and powers were not compared"

_RULES = (
    _identity.unknown_points,
    _identity.wrong_markets,
    _identity.check_line_terms,
    _identity.check_duplicate_invoices,
    _identity.repeated_lines,
    _identity.check_corrected_invoices,
    _sums.check_line_products,
    _sums.billed_days,
    _sums.check_invoice_totals,
    _sums.check_annexes,
    _regulated.check_tariff_versions,
    _regulated.network_fixed,
    _regulated.network_energy,
    _overruns.check_overrun_prices,
    _overruns.check_overrun_hours,
    _overruns.check_reactive_energy,
    _taxes.check_cta_rates,
    _taxes.accise,
    _taxes.check_vat_rates,
    check_gas_lines,
    _supply.check_class_mapping,
    _supply.check_class_seasons,
    _supply.prices,
    _supply.check_subscriptions,
    check_invoice_periods,
    check_point_energies,
)


def control(
    invoices: Sequence[Invoice],
    *,
    points: Iterable[PerimeterPoint] | None = None,
    schedules: Sequence[PriceSchedule] = (),
    uses: Mapping[str, Sequence[PeriodUse]] | None = None,
    rules: ControlRules | None = None,
    tables: Tables | None = None,
) -> InvoiceControl:
    """What is wrong with *invoices*, all together: they are compared with one another, too.

    *points*: what the perimeter knows (None: not looked at). *schedules*: prices that hold.
    *uses*: what was measured, by delivery point. Findings: blocking ones first, then by place.
    """
    known = None if points is None else index_points(points)
    case = Case(
        invoices=invoices,
        lines=tuple(_iterate_invoice_lines(invoices, known or {})),
        tables=tables or shipped(),
        rules=rules or ControlRules(),
        points=known,
        schedules=schedules,
        uses=uses or {},
    )
    for rule in _RULES:
        rule(case)
    corrections = _sums.index_corrections(case)
    return InvoiceControl(
        invoices=tuple(_sums.build_invoice_sum(case, one, corrections) for one in invoices),
        findings=tuple(sorted(case.findings, key=_rank_finding)),
        n_checked=dict(sorted(case.checked.items())),
        not_checked=tuple(_not_checked(case)),
    )


def _rank_finding(finding: InvoiceFinding) -> tuple[bool, str]:
    return finding.severity != "blocking", finding.invoice


def _iterate_invoice_lines(invoices: Sequence[Invoice], known: Terms) -> Iterator[Line]:
    for invoice in invoices:
        for row in invoice.rows:
            option = option_of(row, find_point_terms(known, row))
            yield Line(invoice, row, classify_invoice_row(row), time_class(row), option)


def _not_checked(case: Case) -> Iterator[Phrase]:
    if case.points is None:
        yield Phrase(text=NO_PERIMETER)
    unread = sum(line.meaning is None for line in case.lines)
    counts = Counter({UNREAD: unread} if unread else {}) + case.skipped
    for text, n in counts.items():
        yield Phrase(text=text, values=(str(n),))
