"""Gas lines of an invoice (PCE) against the tables: distribution (ATRD), CTA, accise."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._spans import Period
from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, Line, find_part_option
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell, tell_once
from synergie.energy.plan.tariff.control._spread import (
    DatedFigure,
    bound_price,
    compute_yearly_excess,
    tell_price,
)
from synergie.energy.plan.tariff.control._units import eur_per_mwh, round_amount_to_cent
from synergie.energy.plan.tariff.options import GAS_OPTIONS
from synergie.energy.plan.tariff.tables import TableMissing
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.invoice import Rule

RATE = N_("the rate is not that of gas on these days")
AMOUNT = "the amount is not that of gas distribution for these days"
MISSING = "no version of the table covers this period; own tables may be given"

type _Ask = Callable[[date], tuple[Decimal, date]]
"""A figure of a day, and the day from which another holds."""


def check_gas_lines(case: Case) -> None:
    """Each line of distribution, CTA and accise of a gas point; what is missing is named."""
    for line in case.lines:
        if line.period is None or not str(line.meaning).startswith("gas_"):
            continue
        match line.meaning:
            case "gas_accise":
                _check_rate(case, line, lambda _: ("gas_accise", "combustible", "eur_per_mwh"))
            case "gas_energy":
                _check_rate(case, line, lambda option: ("atrd", option, "eur_per_mwh"))
            case "gas_fixed":
                _check_amount(
                    case, line, lambda option: _figure(case, ("atrd", option, "fixed_eur"))
                )
            case "gas_cta" if line.option == "T4":
                _check_capacity_cta(case, line)
            case "gas_cta":
                _check_amount(case, line, lambda option: _cta(case, option))
            case _:
                pass


def _check_capacity_cta(case: Case, line: Line) -> None:
    """CTA of T4, of the fixed and the capacity terms that stand in the invoice."""
    lines = [
        one
        for one in case.of_invoice(line.invoice)
        if (one.row.supply_point, one.period) == (line.row.supply_point, line.period)
    ]
    terms = {"gas_fixed", "gas_capacity"}
    dated = _find_figures(case, line, lambda _: _percent(case))
    percents = [percent for _, _, percent in dated or ()]
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


def _find_figures(
    case: Case, line: Line, ask_of: Callable[[str], _Ask]
) -> list[DatedFigure] | None:
    """The figures of the days of a line, each by the option of its days.

    None: an option is not known, or a figure is missing, which is told.
    """
    found, parts = list[DatedFigure](), case.terms_parts(line)
    for begins, ends, point in parts:
        option = find_part_option(line, point, alone=len(parts) == 1)
        if option not in GAS_OPTIONS and line.meaning != "gas_accise":
            return None
        period = Period(begins=begins, ends=ends, tables=case.tables)
        try:
            spans = period.spans(ask_of(option or ""), lambda figure: figure[1])
        except BadInput as fault:
            _tell_missing_figure(case, line, fault)
            return None
        found += ((span.begins, span.ends, span.figure[0]) for span in spans)
    return found


def _tell_missing_figure(case: Case, line: Line, fault: BadInput) -> None:
    missing = FindingDetails(
        rule="table-missing", line=line,
        found=str(fault.found) if isinstance(fault, TableMissing) else line.row.from_date,
        expected=fault.where, reason=Phrase(text=MISSING), ask="coordinator",
    )  # fmt: skip
    tell_once(case, (fault.where,), missing)


def _check_rate(case: Case, line: Line, of: Callable[[str], tuple[str, str, str]]) -> None:
    """A price of energy; over a change it lies between both."""
    figures = _find_figures(case, line, lambda option: _figure(case, of(option)))
    if not figures or eur_per_mwh(line.row) is None:
        return
    rule: Rule = "accise" if line.meaning == "gas_accise" else "network-price"
    case.checked[rule] += 1
    tell_price(case, line, bound_price(case, line, figures), (rule, RATE))


def _check_amount(case: Case, line: Line, ask_of: Callable[[str], _Ask]) -> None:
    """A yearly amount for the days of a line, or a twelfth of it a month."""
    figures = _find_figures(case, line, ask_of)
    if not figures or not line.row.amount_eur:
        return
    rule: Rule = "cta" if line.meaning == "gas_cta" else "network-price"
    case.checked[rule] += 1
    over = compute_yearly_excess(case, line.row.amount_eur, figures)
    twelfth = any(_is_twelfth(line, a_year) for _, _, a_year in figures)
    if abs(over) > case.rules.eur and not twelfth:
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
