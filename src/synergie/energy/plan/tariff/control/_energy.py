"""Energies of an invoice: the same for the supply, the network and the accise; and as measured."""

from decimal import Decimal

from synergie.energy.plan.tariff.control._case import Case, Line
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell
from synergie.energy.plan.tariff.control._spread import measure_days
from synergie.energy.plan.tariff.control._units import signed_kwh
from synergie.schemas.plan import Phrase

WITHIN = "supply, network and accise do not bill the same energy"
MEASURED = "the energy is not that of the readings of these days"

_MEANINGS = ("supply", "cs_energy", "gas_energy", "accise", "gas_accise", "whole")


def check_point_energies(case: Case) -> None:
    """One energy a point and invoice, whoever is paid for it; and that of its readings."""
    for lines in case.of_points():
        totals = {
            name: total
            for name in _MEANINGS
            if (total := _sum_meaning_energy(lines, name)) is not None
        }
        if len(totals) > 1:
            case.checked["energy-differs"] += 1
            least, most = min(totals.values()), max(totals.values())
            if most - least > max(Decimal(1), abs(most) * case.rules.energy_share):
                odd = next(one for one in lines if one.meaning in totals)
                found = ", ".join(f"{name} {total.normalize():f}" for name, total in totals.items())
                within = FindingDetails(
                    rule="energy-differs", line=odd, found=f"{found} kWh", expected="-",
                    reason=Phrase(text=WITHIN),
                )  # fmt: skip
                tell(case, within)
        _check_measured_energy(case, lines, totals)


def _sum_meaning_energy(lines: list[Line], meaning: str) -> Decimal | None:
    """The energy of the lines of a meaning, kWh. None: no such line, or one without a quantity."""
    found = [signed_kwh(one.row) for one in lines if one.meaning == meaning]
    known = [one for one in found if one is not None]
    return sum(known, Decimal(0)) if found and len(known) == len(found) else None


def _check_measured_energy(case: Case, lines: list[Line], totals: dict[str, Decimal]) -> None:
    """Against what was measured over the same days, when it is known of every one of them."""
    name = next(iter(totals), None)
    if name is None:
        return
    dated = [(one, one.period) for one in lines if one.meaning == name and one.period]
    uses = case.uses.get(lines[0].row.supply_point or "", ())
    if not dated or not uses:
        return
    begins, ends = min(p[0] for _, p in dated), max(p[1] for _, p in dated)
    measured = measure_days(uses, begins, ends)
    if measured is None:
        return
    case.checked["energy-differs"] += 1
    over = totals[name] - measured
    if abs(over) > max(Decimal(1), measured * case.rules.energy_share):
        differs = FindingDetails(
            rule="energy-differs", line=dated[0][0], found=totals[name], expected=measured,
            reason=Phrase(text=MEASURED), ask="grid_operator",
        )  # fmt: skip
        tell(case, differs)
