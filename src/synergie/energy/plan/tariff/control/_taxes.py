"""CTA, accise and VAT of an invoice against the rates of their days."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._network import fixed_eur
from synergie.energy.plan.tariff._spans import Period
from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import (
    Case,
    FindingDetails,
    Line,
    PerimeterPoint,
    tell,
    tell_once,
)
from synergie.energy.plan.tariff.control._regulated import (
    Group,
    amount_differs,
    compute_price_tolerance,
    find_contract,
    terms_of,
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
CROSSED = N_("{} lines of taxes cross a change of their rate: compared with both, or not at all")
NO_BASE = N_("{} lines of CTA tell neither a rate nor the fixed part that it is taken of")
NO_KVA = N_("{} lines of accise are of a point whose subscribed power is not known")

_PERCENT = Decimal("0.02")
"""Percentage points that a rate found from a quantity may differ by."""


def _find_period_rate(case: Case, line: Line, ask: Callable[[date], Rate]) -> Rate | None:
    """The rate over the whole period. None: no period, or it changes inside; missing is told."""
    if line.period is None:
        return None
    begins, ends = line.period
    try:
        found = ask(begins)
    except BadInput as fault:
        missing = FindingDetails(
            rule="table-missing", line=line, found=begins, expected=fault.where,
            reason=Phrase(text=MISSING), ask="coordinator",
        )  # fmt: skip
        tell_once(case, (fault.where,), missing)
        return None
    if ends > found.valid_to:
        case.skipped[CROSSED] += 1
        return None
    return found


def check_cta_rates(case: Case) -> None:
    """The rate of CTA: as told, else of the fixed part that stands in the invoice."""
    for lines in case.of_points():
        for line in lines:
            rate = _find_period_rate(case, line, case.tables.cta) if line.meaning == "cta" else None
            if rate is None:
                continue
            told = _find_line_rate(line) or _compute_fixed_part_rate(line, lines)
            if told is None:
                _check_cta_amount(case, line, rate)
                continue
            case.checked["cta"] += 1
            percent, base = told
            allowed = max(_PERCENT, case.rules.eur / abs(base) * 100 if base else _PERCENT)
            if line.row.unit_price is not None:
                allowed = _PERCENT
            elif _compute_cta_excess(case, line, rate) == 0:
                continue
            if abs(percent - rate.value) > allowed:
                wrong = FindingDetails(
                    rule="cta", line=line, found=percent.quantize(Decimal("0.01")),
                    expected=rate.value, reason=Phrase(text=CTA),
                    amount=round_amount_to_cent(line.row.amount_eur - base * rate.value / 100),
                )  # fmt: skip
                tell(case, wrong)


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


def _check_cta_amount(case: Case, line: Line, rate: Rate) -> None:
    """A CTA whose base does not stand in the invoice, against that of the tables."""
    over = _compute_cta_excess(case, line, rate)
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


def _compute_cta_excess(case: Case, line: Line, rate: Rate) -> Decimal | None:
    """What a CTA is above the rate of the fixed part as the tables say, EUR; 0 within tolerance.

    None: the fixed part is not known.
    """
    turpe, terms = case.turpe(line), terms_of(case, line)
    contract = find_contract(case, line)
    contracts: tuple[Contract, ...] = ("single", "card") if contract is None else (contract,)
    if (
        turpe is None
        or terms is None
        or turpe.missing - ({"cg_eur"} if contract == "card" else set())
    ):
        return None
    try:
        years = [fixed_eur(turpe, terms.powers, one) * rate.value / 100 for one in contracts]
    except BadInput:
        return None
    over = min((amount_differs(case, Group((line,)), one) for one in years), key=abs)
    return Decimal(0) if abs(over) <= case.rules.eur else over


def accise(case: Case) -> None:
    """The rate of accise, by the category of the subscribed power and, where it counts, activity.

    Where the activity decides and is not known, either rate may be due: told, never blocking.
    """
    for line in case.lines:
        if line.meaning != "accise":
            continue
        found, due = eur_per_mwh(line.row), _accise_due(case, line)
        if not due or found is None:
            continue
        case.checked["accise"] += 1
        over = min((_compute_rate_excess(abs(found), one) for one in due), key=abs)
        if abs(over) > compute_price_tolerance(case, line):
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


def _accise_due(case: Case, line: Line) -> list[tuple[Decimal, Decimal]]:
    """Least and greatest rate of the period, of each category that may be due on its days."""
    if line.period is None:
        return []
    parts: list[tuple[date, date, PerimeterPoint | None]] = list(case.parts(line))
    paths: tuple[list[Decimal], list[Decimal]] = ([], [])
    for begins, ends, known in parts or [(*line.period, None)]:
        kva = case.kva_of(known, line.option or (None if known is None else known.tariff_code))
        if kva is None:
            case.skipped[NO_KVA] += 1
            return []
        rates = _list_accise_rates(case, line, (begins, ends), (kva, known))
        if rates is None:
            return []
        for each in rates:
            paths[0].append(each[0].value)
            paths[1].append(each[-1].value)
    due = [(min(path), max(path)) for path in paths]
    return due if due[0] != due[1] else due[:1]


def _list_accise_rates(
    case: Case, line: Line, days: tuple[date, date], of: tuple[Decimal, PerimeterPoint | None]
) -> list[tuple[Rate, ...]] | None:
    """The rates that may be due on each part of some days. None: a table has none, and says so."""
    kva, known = of
    activity = "unknown" if known is None else known.activity
    period = Period(begins=days[0], ends=days[1], tables=case.tables)
    try:
        spans = period.spans(
            lambda day: case.tables.accise_rates(kva, day, activity),
            lambda rates: min(one.valid_to for one in rates),
        )
    except BadInput as fault:
        missing = FindingDetails(
            rule="table-missing", line=line, found=days[0], expected=fault.where,
            reason=Phrase(text=MISSING), ask="coordinator",
        )  # fmt: skip
        tell_once(case, (fault.where,), missing)
        return None
    return [span.figure for span in spans]


def _compute_rate_excess(found: Decimal, due: tuple[Decimal, Decimal]) -> Decimal:
    """By how much *found* is above or below what is due."""
    low, high = due
    return min(Decimal(0), found - low) or max(Decimal(0), found - high)


def _rates_text(due: list[tuple[Decimal, Decimal]], kwh: Decimal | None = None) -> str:
    """The rates that may be due, EUR/MWh, with what each makes of an energy."""
    rates = " / ".join(f"{low}" if low == high else f"{low} - {high}" for low, high in due)
    if not kwh:
        return rates
    amounts = (round_amount_to_cent(high * abs(kwh) / 1000) for _, high in due)
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
