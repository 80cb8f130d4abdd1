"""What the rules say of lines: what was found and expected, by how much, by which text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from synergie.energy.plan.tariff.control._case import Case, Line
from synergie.energy.plan.tariff.control._points import PerimeterPoint
from synergie.energy.records.tariff import Activity
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.invoice import Asked, InvoiceFinding, Rule, Severity

_WARNINGS: frozenset[Rule] = frozenset(
    {
        "accise-category", "table-missing", "version-crossed", "class-mapping",
        "period-overlap", "period-gap", "energy-differs", "power-differs", "days",
        "credit-alone", "terms-differ", "annex-differs",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDetails:
    """What a rule says of one line."""

    rule: Rule
    line: Line
    found: object
    expected: object
    reason: Phrase
    ask: Asked = "supplier"
    amount: Decimal | None = None


def tell(case: Case, told: FindingDetails) -> None:
    """Note a finding."""
    severity: Severity = "warning" if told.rule in _WARNINGS else "blocking"
    case.findings.append(
        InvoiceFinding(
            rule=told.rule,
            severity=severity,
            invoice=told.line.invoice.number,
            supply_point=told.line.row.supply_point,
            where=told.line.row.where,
            found=format_finding_value(told.found),
            expected=format_finding_value(told.expected),
            amount_eur=told.amount,
            reason=told.reason,
            ask=told.ask,
            source=find_source(case, told.line, told.rule),
        )
    )


def find_source(case: Case, line: Line, rule: Rule) -> str | None:
    """The texts that the figures of a rule are from on the days of a line. None: no text."""
    try:
        found = dict.fromkeys(_iterate_sources(case, line, rule))
    except BadInput:
        return None
    return "; ".join(found)[:200] or None


def _iterate_sources(case: Case, line: Line, rule: Rule) -> Iterator[str]:
    if rule == "schedule":
        yield from (one.name for one in case.schedules)
    elif rule in _NETWORK and not str(line.meaning).startswith("gas_"):
        yield from (part.turpe.source for part in case.network_parts(line))
    elif rule in {"network-price", "accise", "cta", "vat"}:
        for begins, ends, point in case.terms_parts(line):
            for day in (begins, ends - timedelta(days=1)):
                yield from _list_day_sources(case, line, rule, (day, point))


def _list_day_sources(
    case: Case, line: Line, rule: Rule, of: tuple[date, PerimeterPoint | None]
) -> list[str]:
    """The texts of a tax, or of a tariff of gas, on one day under its terms."""
    day, point = of
    if rule == "vat":
        return [case.tables.vat(day).source]
    if str(line.meaning).startswith("gas_"):
        return [case.tables.figure(*_find_gas_cell(line, rule), day).source]
    if rule == "cta":
        return [case.tables.cta(day).source]
    return _list_accise_sources(case, line, point, day)


def _find_gas_cell(line: Line, rule: Rule) -> tuple[str, str, str]:
    if rule == "accise":
        return "gas_accise", "combustible", "eur_per_mwh"
    if rule == "cta":
        return "gas_cta", "distribution", "distribution_percent"
    return "atrd", line.option or "", "eur_per_mwh"


def _list_accise_sources(
    case: Case, line: Line, point: PerimeterPoint | None, day: date
) -> list[str]:
    kva = case.kva_of(point, line.option)
    activity: Activity = "unknown" if point is None else point.activity
    return [] if kva is None else [
        one.source for one in case.tables.accise_rates(kva, day, activity)
    ]  # fmt: skip


_NETWORK = frozenset({"network-price", "power-differs", "reactive"})
"""Rules whose figures are those of the network tariff."""


def tell_once(case: Case, key: tuple[object, ...], told: FindingDetails) -> None:
    """Note a finding once for each point of an invoice and *key*."""
    whole = (told.rule, told.line.key, *key)
    if whole not in case.told:
        case.told.add(whole)
        tell(case, told)


def format_finding_value(value: object) -> str:
    """A value as a finding shows it."""
    if isinstance(value, Decimal):
        shown = value.normalize() if value % 1 else value.quantize(Decimal(1))
        return f"{shown:f}"
    if isinstance(value, date):
        return value.isoformat()
    return (str(value) or "-")[:200]
