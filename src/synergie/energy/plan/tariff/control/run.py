"""Runs every rule over invoices, and says what none of them could look at."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control import _identity, _regulated, _sums, _supply, _taxes
from synergie.energy.plan.tariff.control._case import Case, KnownPoint, Line, option_of
from synergie.energy.plan.tariff.control._energy import energies
from synergie.energy.plan.tariff.control._meaning import meaning, time_class
from synergie.energy.plan.tariff.control._periods import periods
from synergie.energy.plan.tariff.tables import Tables, shipped
from synergie.energy.records.tariff import PeriodUse, PriceSchedule
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.invoice import ControlRules, Invoice, InvoiceControl, InvoiceFinding

__all__ = ["KnownPoint", "control"]

UNREAD = N_("{} lines are of a kind that no rule compares: they are added up only")
NO_PERIMETER = "no perimeter was given: delivery points, options and powers were not compared"

_RULES = (
    _identity.unknown_points,
    _identity.wrong_markets,
    _identity.duplicates,
    _identity.repeated_lines,
    _sums.products,
    _sums.billed_days,
    _sums.totals,
    _regulated.versions,
    _regulated.network_fixed,
    _regulated.network_energy,
    _regulated.overruns,
    _taxes.cta,
    _taxes.accise,
    _taxes.vat,
    _supply.mapping,
    _supply.prices,
    _supply.subscriptions,
    periods,
    energies,
)


def control(
    invoices: Sequence[Invoice],
    *,
    points: Iterable[KnownPoint] | None = None,
    schedules: Sequence[PriceSchedule] = (),
    uses: Mapping[str, Sequence[PeriodUse]] | None = None,
    rules: ControlRules | None = None,
    tables: Tables | None = None,
) -> InvoiceControl:
    """What is wrong with *invoices*, all together: they are compared with one another, too.

    *points*: what the perimeter knows (None: not looked at). *schedules*: prices that hold.
    *uses*: what was measured, by delivery point. Findings: blocking ones first, then by place.
    """
    known = None if points is None else {one.supply_point: one for one in points}
    case = Case(
        invoices=invoices,
        lines=tuple(_lines(invoices, known or {})),
        tables=tables or shipped(),
        rules=rules or ControlRules(),
        points=known,
        schedules=schedules,
        uses=uses or {},
    )
    for rule in _RULES:
        rule(case)
    return InvoiceControl(
        invoices=tuple(_sums.summed(case, invoice) for invoice in invoices),
        findings=tuple(sorted(case.findings, key=_order)),
        n_checked=dict(sorted(case.checked.items())),
        not_checked=tuple(_not_checked(case)),
    )


def _order(finding: InvoiceFinding) -> tuple[bool, str]:
    return finding.severity != "blocking", finding.invoice


def _lines(invoices: Sequence[Invoice], known: Mapping[str, KnownPoint]) -> Iterator[Line]:
    for invoice in invoices:
        for row in invoice.rows:
            option = option_of(row, known.get(row.supply_point or ""))
            yield Line(invoice, row, meaning(row), time_class(row), option)


def _not_checked(case: Case) -> Iterator[Phrase]:
    if case.points is None:
        yield Phrase(text=NO_PERIMETER)
    unread = sum(line.meaning is None for line in case.lines)
    counts = Counter({UNREAD: unread} if unread else {}) + case.skipped
    for text, n in counts.items():
        yield Phrase(text=text, values=(str(n),))
