"""Overruns (CMDPS) and reactive energy (CER) of an invoice: what may be billed, at which price."""

from datetime import date, timedelta
from decimal import Decimal

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, FindingDetails, Line, tell
from synergie.energy.plan.tariff.control._regulated import PRICE
from synergie.energy.plan.tariff.control._units import round_amount_to_cent
from synergie.schemas.plan import Phrase

REACTIVE = (
    "no reactive energy is due here: from August 2025 on in HTA alone, from November to March"
)
NO_OVERRUNS = "up to 36 kVA there are no overruns: the connection trips"
OVERRUN_HOURS = N_(
    "{} lines bill hours above the subscribed power: their price is looked at, their number is "
    "not, for the grid operator alone counts apparent power"
)
NO_REACTIVE = date(2025, 8, 1)
_LOW_SEASON = range(4, 11)
_DAY = timedelta(days=1)


def check_overrun_prices(case: Case) -> None:
    """The price of an hour over the subscribed power; the hours are the operator's alone."""
    for line in case.lines:
        turpe = case.turpe(line) if line.meaning == "cmdps" else None
        if turpe is not None and turpe.domain == "BT_UP_TO_36" and line.row.amount_eur > 0:
            case.checked["network-price"] += 1
            never = FindingDetails(
                rule="network-price", line=line, found=line.row.amount_eur, expected="0",
                reason=Phrase(text=NO_OVERRUNS), amount=line.row.amount_eur,
            )  # fmt: skip
            tell(case, never)
            continue
        case.skipped[OVERRUN_HOURS] += line.meaning == "cmdps"
        price, hours = line.row.unit_price, line.row.quantity
        if turpe is None or turpe.cmdps_eur_per_h is None or price is None or hours is None:
            continue
        case.checked["network-price"] += 1
        over = abs(price) - turpe.cmdps_eur_per_h
        if abs(over) > Decimal("0.01"):
            wrong = FindingDetails(
                rule="network-price", line=line, found=price, expected=turpe.cmdps_eur_per_h,
                reason=Phrase(text=PRICE), amount=round_amount_to_cent(over * hours),
            )  # fmt: skip
            tell(case, wrong)


def check_reactive_energy(case: Case) -> None:
    """Reactive energy: in HTA alone from August 2025 on, from November to March, at its price."""
    for line in case.lines:
        if line.meaning != "reactive" or line.option is None or line.period is None:
            continue
        begins, ends = line.period
        hta, amount = line.option.startswith("HTA"), line.row.amount_eur
        if amount <= 0 or (not hta and begins < NO_REACTIVE and line.option.startswith("BTSUP")):
            continue
        case.checked["reactive"] += 1
        if not hta or (begins.month in _LOW_SEASON and (ends - _DAY).month in _LOW_SEASON):
            never = FindingDetails(
                rule="reactive", line=line, found=amount, expected="0",
                reason=Phrase(text=REACTIVE), amount=amount,
            )  # fmt: skip
            tell(case, never)
            continue
        _check_reactive_price(case, line)


def _check_reactive_price(case: Case, line: Line) -> None:
    turpe, kvarh = case.turpe(line), line.row.quantity
    if turpe is None or turpe.cer_ceur_per_kvarh is None or not kvarh:
        return
    due = round_amount_to_cent(abs(kvarh) * turpe.cer_ceur_per_kvarh / 100)
    over = line.row.amount_eur - due
    if abs(over) > case.rules.eur:
        wrong = FindingDetails(
            rule="network-price", line=line, found=line.row.amount_eur, expected=due,
            reason=Phrase(text=PRICE), amount=over,
        )  # fmt: skip
        tell(case, wrong)
