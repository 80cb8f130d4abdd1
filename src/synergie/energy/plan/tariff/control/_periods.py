"""Periods of one point, invoice after invoice: no day twice, none left out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from synergie.energy.plan.tariff.control._case import Case, Line
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell
from synergie.energy.plan.tariff.control._sums import find_replaced_invoices
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.invoice import Rule

OVERLAP = "days from {} on are billed in {}, too"
GAP = "no invoice bills the days from {} on"

_ENERGY = frozenset({"supply", "cs_energy", "accise", "gas_energy", "gas_accise", "whole"})
_FIXED = frozenset({"cg", "cc", "cs_fixed", "network", "subscription", "gas_fixed"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days that an invoice bills for a point."""

    begins: date
    ends: date
    amount: Decimal
    line: Line

    @property
    def n(self) -> int:
        """How many days."""
        return (self.ends - self.begins).days


def check_invoice_periods(case: Case) -> None:
    """What is consumed follows on from one invoice to the next; so does what is fixed.

    A credit takes back the days it covers; they may be billed again. An invoice that a correction
    replaces bills nothing.
    """
    replaced = find_replaced_invoices(case)
    found: dict[tuple[str, str], list[Stretch]] = {}
    for lines in case.of_points():
        if lines[0].invoice.number in replaced:
            continue
        for name, meanings in (("energy", _ENERGY), ("fixed", _FIXED)):
            stretch = _find_lines_stretch([one for one in lines if one.meaning in meanings])
            if stretch is not None and stretch.line.row.supply_point is not None:
                key = (stretch.line.row.supply_point, name)
                found.setdefault(key, []).append(stretch)
    told: set[tuple[object, ...]] = set()
    for stretches in found.values():
        _check_stretch_order(case, _drop_credited_stretches(stretches), told)


def _find_lines_stretch(lines: list[Line]) -> Stretch | None:
    dated = [(one, one.period) for one in lines if one.period is not None]
    if not dated:
        return None
    begins = min(period[0] for _, period in dated)
    ends = max(period[1] for _, period in dated)
    amount = sum((one.row.amount_eur for one, _ in dated), Decimal(0))
    return Stretch(begins, ends, amount, dated[0][0])


def _drop_credited_stretches(stretches: list[Stretch]) -> list[Stretch]:
    """The stretches in order of days, without credits and what they take back."""
    kept = sorted((one for one in stretches if one.amount >= 0), key=lambda one: one.begins)
    for credit in (one for one in stretches if one.amount < 0):
        same = [o for o in kept if (o.begins, o.ends) == (credit.begins, credit.ends)]
        if same:
            kept.remove(same[0])
    return kept


def _check_stretch_order(
    case: Case, stretches: list[Stretch], told: set[tuple[object, ...]]
) -> None:
    for before, after in pairwise(stretches):
        case.checked["period-overlap"] += 1
        key = (after.line.key, before.ends, after.begins)
        if key in told or before.line.invoice.number == after.line.invoice.number:
            continue
        told.add(key)
        if after.begins < before.ends:
            reason = Phrase(
                text=OVERLAP, values=(after.begins.isoformat(), before.line.invoice.number)
            )
            _report_period_fault(case, "period-overlap", (before, after), reason)
        elif (after.begins - before.ends).days > case.rules.gap_days:
            reason = Phrase(text=GAP, values=(before.ends.isoformat(),))
            _report_period_fault(case, "period-gap", (before, after), reason)


def _report_period_fault(
    case: Case, rule: Rule, pair: tuple[Stretch, Stretch], reason: Phrase
) -> None:
    before, after = pair
    tell(
        case,
        FindingDetails(
            rule=rule, line=after.line, found=after.begins, expected=before.ends, reason=reason
        ),
    )
