"""CTA, accise and VAT of an invoice against the rates of their days."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._network import fixed_eur, management
from synergie.energy.plan.tariff._spans import Period, Span, intersect_spans
from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, Line, NetworkPart
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell, tell_once
from synergie.energy.plan.tariff.control._regulated import find_contract
from synergie.energy.plan.tariff.control._spread import (
    DatedFigure,
    PriceBounds,
    bound_price,
    compute_price_tolerance,
    compute_yearly_excess,
    format_bounds,
    tell_doubtful_price,
)
from synergie.energy.plan.tariff.control._units import (
    compute_row_kwh,
    eur_per_mwh,
    round_amount_to_cent,
)
from synergie.energy.plan.tariff.tables import Rate
from synergie.energy.records.tariff import Contract
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase

CTA = "the CTA is not at the rate of these days"
ACCISE = "the accise is not at the rate of these days and of this subscribed power"
ACTIVITY = (
    "the accise of a point of 36 to 250 kVA depends on its activity: the first rate for an "
    "economic one, the second for one that is not (CIBS L312-24); which it is is not known here"
)
VAT = "the VAT is not at the rate of these days"
MISSING = "no version of the table covers this period; own tables may be given"
CROSSED = N_("{} lines with their VAT cross a change of its rate: it is not compared")
NO_BASE = N_("{} lines of CTA tell neither a rate nor the fixed part that it is taken of")
NO_ENERGY = N_("{} lines of accise do not tell their energy")
NO_KVA = N_("{} lines of accise are of a point whose subscribed power is not known")

_PERCENT = Decimal("0.02")
"""Percentage points that a rate found from a quantity may differ by."""


def _find_period_rate(case: Case, line: Line, ask: Callable[[date], Rate]) -> Rate | None:
    """The rate over the whole period. None: no period, or it changes inside; missing is told."""
    found = _list_rates(case, line, ask)
    case.skipped[CROSSED] += len(found) > 1
    return found[0].figure if len(found) == 1 else None


def check_cta_rates(case: Case) -> None:
    """The rate of CTA: as told, else of the fixed part that stands in the invoice."""
    for lines in case.of_points():
        for line in lines:
            rates = _list_rates(case, line, case.tables.cta) if line.meaning == "cta" else []
            if not rates:
                continue
            told = _find_line_rate(line) or _compute_fixed_part_rate(line, lines)
            if told is None or len(rates) > 1:
                _check_cta_amount(case, line, lines, rates)
                continue
            case.checked["cta"] += 1
            percent, base, due = *told, rates[0].figure.value
            allowed = max(_PERCENT, case.rules.eur / abs(base) * 100 if base else _PERCENT)
            if line.row.unit_price is not None:
                allowed = _PERCENT
            elif _compute_cta_excess(case, line, lines, rates) == 0:
                continue
            if abs(percent - due) > allowed:
                wrong = FindingDetails(
                    rule="cta", line=line, found=percent.quantize(Decimal("0.01")),
                    expected=due, reason=Phrase(text=CTA),
                    amount=round_amount_to_cent(line.row.amount_eur - base * due / 100),
                )  # fmt: skip
                tell(case, wrong)


def _list_rates[T: (Rate, tuple[Rate, ...])](
    case: Case, line: Line, ask: Callable[[date], T], days: tuple[date, date] | None = None
) -> list[Span[T]]:
    """The rates of the days of a line. Empty: no period, or a table has none, and says so."""
    found = days or line.period
    if found is None:
        return []
    period = Period(begins=found[0], ends=found[1], tables=case.tables)
    try:
        return period.spans(ask, _find_end)
    except BadInput as fault:
        missing = FindingDetails(
            rule="table-missing", line=line, found=found[0], expected=fault.where,
            reason=Phrase(text=MISSING), ask="coordinator",
        )  # fmt: skip
        tell_once(case, (fault.where,), missing)
        return []


def _find_end(rates: Rate | tuple[Rate, ...]) -> date:
    return min(one.valid_to for one in (rates if isinstance(rates, tuple) else (rates,)))


def _find_line_rate(line: Line) -> tuple[Decimal, Decimal] | None:
    """Percent and base, when a line tells both: its amount is the percent of its quantity."""
    row = line.row
    if row.unit_price is None or row.quantity is None:
        return None
    percent = row.unit_price * 100 if abs(row.unit_price) < 1 else row.unit_price
    near = abs(row.quantity * percent / 100 - row.amount_eur) <= abs(row.amount_eur) / 10 + 1
    return (percent, row.quantity) if near else None


def _compute_fixed_part_rate(line: Line, lines: list[Line]) -> tuple[Decimal, Decimal] | None:
    """Percent of the fixed part of the network that the same point is billed for these days."""
    wanted = {"cg", "cc", "cs_fixed", "network"}
    parts = [one for one in lines if one.meaning in wanted and one.period == line.period]
    base = sum((one.row.amount_eur for one in parts), Decimal(0))
    whole = {one.meaning for one in parts} >= {"cg", "cc", "cs_fixed"}
    if not base or not (whole or any(one.meaning == "network" for one in parts)):
        return None
    return line.row.amount_eur / base * 100, base


def _check_cta_amount(case: Case, line: Line, lines: list[Line], rates: list[Span[Rate]]) -> None:
    """A CTA whose base does not stand in the invoice, against that of the tables."""
    over = _compute_cta_excess(case, line, lines, rates)
    if over is None:
        case.skipped[NO_BASE] += 1
        return
    case.checked["cta"] += 1
    if over:
        wrong = FindingDetails(
            rule="cta", line=line, found=line.row.amount_eur, expected=line.row.amount_eur - over,
            reason=Phrase(text=CTA), amount=over,
        )  # fmt: skip
        tell(case, wrong)


def _list_contracts(case: Case, line: Line, lines: list[Line]) -> list[Contract]:
    """The contracts that the management fee of the same days may be of; none told: both."""
    both: list[Contract] = ["single", "card"]
    fees = [
        one.row.amount_eur for one in lines if one.meaning == "cg" and one.period == line.period
    ]
    fee, parts = sum(fees, Decimal(0)), case.network_parts(line)

    def is_told(contract: Contract) -> bool:
        years = [(one.begins, one.ends, management(one.turpe, contract).eur) for one in parts]
        return abs(compute_yearly_excess(case, fee, years)) <= case.rules.eur

    return [one for one in both if fees and is_told(one)] or both


def _compute_cta_excess(
    case: Case, line: Line, lines: list[Line], rates: list[Span[Rate]]
) -> Decimal | None:
    """What a CTA is above the rate of the fixed part as the tables say, EUR; 0 within tolerance.

    None: the fixed part is not known.
    """
    network = [Span(one.begins, one.ends, one) for one in case.network_parts(line)]
    overs: list[Decimal] = []
    for other in _list_contracts(case, line, lines):
        try:
            years = [
                (span.begins, span.ends, _compute_year_cta(*span.figure, other))
                for span in intersect_spans(network, rates)
            ]
        except BadInput:
            return None
        known = [(begins, ends, eur) for begins, ends, eur in years if eur is not None]
        if known and len(known) == len(years):
            overs.append(compute_yearly_excess(case, line.row.amount_eur, known))
    if not overs:
        return None
    over = min(overs, key=abs)
    return Decimal(0) if abs(over) <= case.rules.eur else over


def _compute_year_cta(part: NetworkPart, rate: Rate, other: Contract) -> Decimal | None:
    """The CTA of a year under the terms of some days; *other*: the contract that is not known.

    None: a power or a cell is not known. BadInput: powers that do not hold.
    """
    if part.point is None or not part.point.powers:
        return None
    contract = find_contract(part.point) or other
    management = {"cg_eur"} if contract == "card" else {"cg_card_eur"}
    if part.turpe.missing - management or (contract == "card" and part.turpe.cg_card_eur is None):
        return None
    return fixed_eur(part.turpe, part.point.powers, contract) * rate.value / 100


def accise(case: Case) -> None:
    """The rate of accise, by the category of the subscribed power and, where it counts, activity.

    Where the activity decides and is not known, either rate may be due: told, never blocking.
    """
    for line in case.lines:
        if line.meaning != "accise":
            continue
        found, due = eur_per_mwh(line.row), _accise_due(case, line)
        case.skipped[NO_ENERGY] += found is None
        if not due or found is None:
            continue
        case.checked["accise"] += 1
        nearest = min(due, key=lambda one: abs(one.compute_excess(abs(found))))
        over = nearest.compute_excess(abs(found))
        if abs(over) > compute_price_tolerance(case, line) + nearest.slack:
            wrong = FindingDetails(
                rule="accise",
                line=line,
                found=found.quantize(Decimal("0.001")),
                expected=_rates_text(due),
                reason=Phrase(text=ACCISE),
                amount=round_amount_to_cent(
                    over * (compute_row_kwh(line.row) or Decimal(0)) / 1000
                ),
            )
            tell(case, wrong)
        elif len(due) > 1:
            open_ = FindingDetails(
                rule="accise-category", line=line, found=found.quantize(Decimal("0.001")),
                expected=_rates_text(due, compute_row_kwh(line.row)),
                reason=Phrase(text=ACTIVITY), ask="coordinator",
            )  # fmt: skip
            tell_once(case, (), open_)
        else:
            tell_doubtful_price(case, line, nearest)


def _accise_due(case: Case, line: Line) -> list[PriceBounds]:
    """What the rate may be over the period, of each category that may be due on its days."""
    paths: tuple[list[DatedFigure], list[DatedFigure]] = ([], [])
    for begins, ends, known in case.terms_parts(line):
        kva = case.kva_of(known, line.option or (None if known is None else known.tariff_code))
        if kva is None:
            case.skipped[NO_KVA] += 1
            return []
        activity = "unknown" if known is None else known.activity
        spans = _list_rates(
            case,
            line,
            lambda day, kva=kva, activity=activity: case.tables.accise_rates(kva, day, activity),  # type: ignore[misc]
            (begins, ends),
        )
        if not spans:
            return []
        for span in spans:
            paths[0].append((span.begins, span.ends, span.figure[0].value))
            paths[1].append((span.begins, span.ends, span.figure[-1].value))
    due = [bound_price(case, line, path) for path in paths if path]
    return due if paths[0] != paths[1] else due[:1]


def _rates_text(due: list[PriceBounds], kwh: Decimal | None = None) -> str:
    """The rates that may be due, EUR/MWh, with what each makes of an energy."""
    rates = " / ".join(format_bounds(one) for one in due)
    if not kwh:
        return rates
    amounts = (round_amount_to_cent(one.high * abs(kwh) / 1000) for one in due)
    return f"{rates} €/MWh ({' / '.join(f'{one}' for one in amounts)} €)"


_SUBSCRIPTIONS = frozenset(
    {"cg", "cc", "cs_fixed", "network", "subscription", "cta", "gas_fixed", "gas_cta"}
)


def check_vat_rates(case: Case) -> None:
    """The rate of VAT, where a line tells one and it may only be one."""
    for line in case.lines:
        told = line.row.vat_percent
        if told is None or line.meaning in {None, "vat", "whole"}:
            continue
        if line.meaning in _SUBSCRIPTIONS and line.option is None:
            continue
        base = "standard"
        if line.meaning in _SUBSCRIPTIONS and str(line.option).startswith(("BTINF", "T")):
            base = "subscription"
        rate = _find_period_rate(case, line, lambda day, base=base: case.tables.vat(day, base))  # type: ignore[misc]
        if rate is None:
            continue
        case.checked["vat"] += 1
        if told != rate.value:
            wrong = FindingDetails(
                rule="vat", line=line, found=told, expected=rate.value, reason=Phrase(text=VAT),
                amount=round_amount_to_cent(line.row.amount_eur * (told - rate.value) / 100),
            )  # fmt: skip
            tell(case, wrong)
