"""Overruns (CMDPS) and reactive energy (CER) of an invoice: what may be billed, at which price."""

from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._network import QUADRATIC
from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, Line
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell
from synergie.energy.plan.tariff.control._regulated import PRICE
from synergie.energy.plan.tariff.control._spread import lay_end_to_end
from synergie.energy.plan.tariff.control._units import normalise_unit, round_amount_to_cent
from synergie.energy.plan.tariff.tables import Turpe
from synergie.energy.plan.tariff.time_classes import count_class_days
from synergie.schemas.plan import Phrase

REACTIVE = (
    "no reactive energy is due here: from August 2025 on in HTA alone, from November to March"
)
NO_OVERRUNS = "up to 36 kVA there are no overruns: the connection trips"
HOURS = N_("the grid operator tells other hours above the subscribed power")
CURVE_HOURS = N_("curves of active and reactive power have fewer hours above the subscribed power")
OVERRUN_HOURS = N_(
    "{} lines bill hours above the subscribed power: their price is looked at, their number is "
    "not, for the readings of these days do not tell them"
)
_HOURS = frozenset({"h", "heure", "heures"})
_ONE_HOUR = Decimal(1)
"""What a meter may round its hours by."""
NO_REACTIVE = date(2025, 8, 1)


def check_overrun_prices(case: Case) -> None:
    """The price of an hour over the subscribed power; of a kW of the quadratic sum in HTA."""
    for line in case.lines:
        parts = case.network_parts(line) if line.meaning == "cmdps" else ()
        if (
            parts
            and line.row.amount_eur > 0
            and all(part.turpe.domain == "BT_UP_TO_36" for part in parts)
        ):
            case.checked["network-price"] += 1
            never = FindingDetails(
                rule="network-price", line=line, found=line.row.amount_eur, expected="0",
                reason=Phrase(text=NO_OVERRUNS), amount=line.row.amount_eur,
            )  # fmt: skip
            tell(case, never)
        elif parts:
            _check_overrun_price(
                case, line, [_find_overrun_price(line, one.turpe) for one in parts]
            )


def _find_overrun_price(line: Line, turpe: Turpe) -> Decimal | None:
    """EUR an hour, or in HTA EUR a kW of its class. None: not known."""
    if turpe.domain != "HTA":
        return turpe.cmdps_eur_per_h
    column = f"b_{(line.time_class or '').lower()}"
    price = None if column in turpe.missing else turpe.b.get(line.time_class or "")
    return None if price is None else price * QUADRATIC


def _check_overrun_price(case: Case, line: Line, due: list[Decimal | None]) -> None:
    known = [one for one in due if one is not None]
    price, quantity = line.row.unit_price, line.row.quantity
    if len(known) < len(due) or price is None or quantity is None:
        return
    case.checked["network-price"] += 1
    nearest = min(max(abs(price), min(known)), max(known))
    over = abs(price) - nearest
    if abs(over) > (Decimal("0.01") if nearest > 1 else Decimal("0.0005")):
        wrong = FindingDetails(
            rule="network-price", line=line, found=price, expected=nearest,
            reason=Phrase(text=PRICE), amount=round_amount_to_cent(over * quantity),
        )  # fmt: skip
        tell(case, wrong)


def check_overrun_hours(case: Case) -> None:
    """The hours over the subscribed power against those of the readings of the same days."""
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in case.lines:
        if line.meaning == "cmdps" and line.period is not None and line.row.quantity is not None:
            groups.setdefault((*line.key, line.period), []).append(line)
    for some in groups.values():
        known = _find_known_hours(case, some[0])
        if known is None or normalise_unit(some[0].row.quantity_unit) not in _HOURS:
            case.skipped[OVERRUN_HOURS] += len(some)
            continue
        case.checked["overrun-hours"] += 1
        _check_hours(case, some, known[0], exact=known[1])


def _check_hours(case: Case, lines: list[Line], hours: Decimal, *, exact: bool) -> None:
    """Blocked where the grid operator tells other hours, told where curves have fewer."""
    billed = sum((signed for line in lines if (signed := line.row.quantity)), Decimal(0))
    over = billed - hours
    if abs(over) <= _ONE_HOUR or (not exact and over < hours / 10):
        return
    price = lines[0].row.unit_price
    wrong = FindingDetails(
        rule="overrun-hours" if exact else "energy-differs", line=lines[0], found=billed,
        expected=hours.quantize(Decimal("0.01")),
        reason=Phrase(text=HOURS if exact else CURVE_HOURS), ask="grid_operator",
        amount=None if price is None else round_amount_to_cent(over * price),
    )  # fmt: skip
    tell(case, wrong)


def _find_known_hours(case: Case, line: Line) -> tuple[Decimal, bool] | None:
    """The hours of uses that make up the days of a line, and whether the operator tells them.

    None: none do, or a curve of active power alone, whose hours are the least there are.
    """
    begins, ends = line.period or (date.min, date.min)
    uses = [
        use for use in case.uses.get(line.row.supply_point or "", ())
        if begins <= use.from_date and use.to_date <= ends
    ]  # fmt: skip
    for sources in ({"operator"}, {"operator", "apparent_curve"}):
        some = [use for use in uses if use.overrun_source in sources]
        whole = lay_end_to_end(some, begins, ends)
        if whole:
            hours = sum((use.overrun_hours for use in whole), Decimal(0))
            return hours, len(sources) == 1
    return None


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
        if not hta or not count_class_days(line.option, "HPH", begins, ends):
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
