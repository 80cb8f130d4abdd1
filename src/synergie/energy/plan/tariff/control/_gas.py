"""Gas lines of an invoice (PCE) against the tables: distribution (ATRD), CTA, accise."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._spans import Period
from synergie.energy.plan.tariff.control._case import Case, FindingDetails, Line, tell, tell_once
from synergie.energy.plan.tariff.control._regulated import (
    Group,
    amount_differs,
    compute_price_tolerance,
)
from synergie.energy.plan.tariff.control._units import (
    compute_row_kwh,
    eur_per_mwh,
    round_amount_to_cent,
)
from synergie.energy.plan.tariff.options import GAS_OPTIONS
from synergie.energy.plan.tariff.tables import TableMissing
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.invoice import Rule

RATE = "the rate is not that of gas on these days"
AMOUNT = "the amount is not that of gas distribution for these days"
MISSING = "no version of the table covers this period; own tables may be given"

type _Ask = Callable[[date], tuple[Decimal, date]]
"""A figure of a day, and the day from which another holds."""


def check_gas_lines(case: Case) -> None:
    """Each line of distribution, CTA and accise of a gas point; what is missing is named."""
    for line in case.lines:
        if line.period is None or not str(line.meaning).startswith("gas_"):
            continue
        if line.meaning == "gas_accise":
            _check_rate(case, line, _figure(case, ("gas_accise", "combustible", "eur_per_mwh")))
        elif line.option in GAS_OPTIONS:
            _check_distribution(case, line, str(line.option))


def _check_distribution(case: Case, line: Line, option: str) -> None:
    if line.meaning == "gas_energy":
        _check_rate(case, line, _figure(case, ("atrd", option, "eur_per_mwh")))
    elif line.meaning == "gas_fixed":
        _check_amount(case, line, _figure(case, ("atrd", option, "fixed_eur")))
    elif line.meaning == "gas_cta" and option == "T4":
        _check_capacity_cta(case, line)
    elif line.meaning == "gas_cta":
        _check_amount(case, line, _cta(case, option))


def _check_capacity_cta(case: Case, line: Line) -> None:
    """CTA of T4, of the fixed and the capacity terms that stand in the invoice."""
    lines = [
        one
        for one in case.of_invoice(line.invoice)
        if (one.row.supply_point, one.period) == (line.row.supply_point, line.period)
    ]
    terms = {"gas_fixed", "gas_capacity"}
    percents = _find_figures(case, line, _percent(case))
    if not percents or {one.meaning for one in lines} & terms != terms:
        return
    case.checked["cta"] += 1
    base = sum((one.row.amount_eur for one in lines if one.meaning in terms), Decimal(0))
    due = round_amount_to_cent(base * percents[0] / 100)
    if abs(line.row.amount_eur - due) > case.rules.eur and len(percents) == 1:
        wrong = FindingDetails(
            rule="cta", line=line, found=line.row.amount_eur, expected=due,
            reason=Phrase(text=AMOUNT), amount=line.row.amount_eur - due,
        )  # fmt: skip
        tell(case, wrong)


def _figure(case: Case, of: tuple[str, str, str]) -> _Ask:
    def ask(day: date) -> tuple[Decimal, date]:
        found = case.tables.figure(*of, day)
        return found.value, found.valid_to

    return ask


def _cta(case: Case, option: str) -> _Ask:
    def ask(day: date) -> tuple[Decimal, date]:
        fixed = case.tables.figure("atrd", option, "fixed_eur", day)
        percent, ends = _percent(case)(day)
        return fixed.value * percent / 100, min(fixed.valid_to, ends)

    return ask


def _percent(case: Case) -> _Ask:
    def ask(day: date) -> tuple[Decimal, date]:
        own, transport, share = (
            case.tables.figure("gas_cta", "distribution", cell, day)
            for cell in ("distribution_percent", "transport_percent", "share_percent")
        )
        return own.value + transport.value * share.value / 100, own.valid_to

    return ask


def _find_figures(case: Case, line: Line, ask: _Ask) -> list[Decimal] | None:
    """The figures of the days of a line. None: one is missing, and it is told."""
    begins, ends = line.period or (date.min, date.min)
    period = Period(begins=begins, ends=ends, tables=case.tables)
    try:
        return [span.figure[0] for span in period.spans(ask, lambda found: found[1])]
    except BadInput as fault:
        missing = FindingDetails(
            rule="table-missing", line=line,
            found=begins if not isinstance(fault, TableMissing) else str(fault.found),
            expected=fault.where, reason=Phrase(text=MISSING), ask="coordinator",
        )  # fmt: skip
        tell_once(case, (fault.where,), missing)
        return None


def _check_rate(case: Case, line: Line, ask: _Ask) -> None:
    """A price of energy; over a change it lies between both."""
    figures, found = _find_figures(case, line, ask), eur_per_mwh(line.row)
    if not figures or found is None:
        return
    rule: Rule = "accise" if line.meaning == "gas_accise" else "network-price"
    case.checked[rule] += 1
    low, high = min(figures), max(figures)
    over = min(Decimal(0), abs(found) - low) or max(Decimal(0), abs(found) - high)
    if abs(over) > compute_price_tolerance(case, line):
        energy = compute_row_kwh(line.row) or Decimal(0)
        wrong = FindingDetails(
            rule=rule, line=line, found=found.quantize(Decimal("0.001")),
            expected=str(low) if low == high else f"{low} - {high}", reason=Phrase(text=RATE),
            amount=round_amount_to_cent(over * energy / 1000),
        )  # fmt: skip
        tell(case, wrong)


def _check_amount(case: Case, line: Line, ask: _Ask) -> None:
    """A yearly amount for the days of a line, or a twelfth of it a month."""
    figures = _find_figures(case, line, ask)
    if not figures or not line.row.amount_eur:
        return
    rule: Rule = "cta" if line.meaning == "gas_cta" else "network-price"
    case.checked[rule] += 1
    over = min(
        (amount_differs(case, Group((line,)), one) for one in (min(figures), max(figures))),
        key=abs,
    )
    if abs(over) > case.rules.eur and len(set(figures)) == 1 and not _is_twelfth(line, figures[0]):
        wrong = FindingDetails(
            rule=rule, line=line, found=line.row.amount_eur, expected=line.row.amount_eur - over,
            reason=Phrase(text=AMOUNT), amount=over,
        )  # fmt: skip
        tell(case, wrong)


_TWELFTH = range(28, 36)
"""Days for which suppliers bill a twelfth of the year."""


def _is_twelfth(line: Line, a_year: Decimal) -> bool:
    begins, ends = line.period or (date.min, date.min)
    near = abs(abs(line.row.amount_eur) - round_amount_to_cent(a_year / 12)) <= Decimal("0.05")
    return near and (ends - begins).days in _TWELFTH
