"""Regulated prices of an invoice against the dated tables: network tariff, CTA, accise, VAT."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from synergie.energy.plan.tariff._network import (
    fixed_eur,
    management,
    map_powers_to_classes,
    soutirage_eur,
)
from synergie.energy.plan.tariff._spans import Period
from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, FindingDetails, Line, tell
from synergie.energy.plan.tariff.control._units import (
    compute_row_kwh,
    compute_row_months,
    count_row_days,
    eur_per_mwh,
    normalise_unit,
    round_amount_to_cent,
)
from synergie.energy.plan.tariff.tables import Turpe
from synergie.energy.records.tariff import BilledTerms, Contract
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase

MISSING = "no version of the table covers this period; own tables may be given"
CROSSED = "the period crosses a change of regulated prices on {}: it was not compared"
FIXED = "the amount is not that of the network tariff for these days"
PRICE = "the price is not that of the network tariff"
TERMS = "the terms of this point change on {}: lines over that day are not compared"
REACTIVE = (
    "no reactive energy is due here: from August 2025 on in HTA alone, from November to March"
)
NO_OVERRUNS = "up to 36 kVA there are no overruns: the connection trips"
POWER = "the power billed is not the one subscribed"
NO_OPTION = N_("{} lines of the network are of a point whose tariff option (FTA) is not known")
NO_POWER = N_("{} lines of soutirage are of a point whose subscribed power is not known")
NO_CLASS = N_("{} lines of energy do not tell their time class")
OVERRUN_HOURS = N_(
    "{} lines bill hours above the subscribed power: their price is looked at, their number is "
    "not, for the grid operator alone counts apparent power"
)

NO_REACTIVE = date(2025, 8, 1)
_LOW_SEASON = range(4, 11)
_DAY = timedelta(days=1)
_FIXED_MEANINGS = ("cg", "cc", "cs_fixed", "network")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one meaning, point and period, added up: a fee and what is taken off it are two."""

    lines: tuple[Line, ...]

    @property
    def first(self) -> Line:
        """One that stands for all."""
        return self.lines[0]

    @property
    def amount(self) -> Decimal:
        """All of them, EUR."""
        return sum((one.row.amount_eur for one in self.lines), Decimal(0))


def groups(lines: list[Line], meanings: tuple[str, ...]) -> Iterator[Group]:
    """The lines of *meanings* that have a period, by meaning and period."""
    found: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        if line.meaning in meanings and line.period is not None:
            found.setdefault((line.meaning, line.period), []).append(line)
    for some in found.values():
        yield Group(tuple(some))


def check_tariff_versions(case: Case) -> None:
    """Every period is covered by the tables, and crosses no change of the network tariff.

    Once a point and invoice: the lines concerned are compared with nothing else.
    """
    for lines in case.of_points():
        told: set[object] = set()
        for line in lines:
            if line.meaning not in {*_FIXED_MEANINGS, "cs_energy"} or line.period is None:
                continue
            if line.option is None:
                case.skipped[NO_OPTION] += 1
                continue
            _check_line_version(case, line, line.option, told)


def _check_line_version(case: Case, line: Line, option: str, told: set[object]) -> None:
    begins, ends = line.period or (date.min, date.min)
    case.checked["version-crossed"] += 1
    try:
        first = case.tables.turpe_cells(option, begins)
    except BadInput as fault:
        _tell_missing(case, line, fault.where, told)
        return
    if first.gap is not None and _is_line_open(case, line, first):
        _tell_missing(case, line, first.gap.where, told)
    if ends > first.valid_to and first.valid_to not in told:
        told.add(first.valid_to)
        reason = Phrase(text=CROSSED, values=(first.valid_to.isoformat(),))
        crossed = FindingDetails(
            rule="version-crossed", line=line, found=f"{begins} - {ends}",
            expected=first.valid_to, reason=reason,
        )  # fmt: skip
        tell(case, crossed)


def _tell_missing(case: Case, line: Line, where: str, told: set[object]) -> None:
    """A table that has no figures for a line; once a point and invoice."""
    if "missing" not in told:
        told.add("missing")
        missing = FindingDetails(
            rule="table-missing", line=line, found=(line.period or (date.min,))[0], expected=where,
            reason=Phrase(text=MISSING), ask="coordinator",
        )  # fmt: skip
        tell(case, missing)


def _list_line_cells(case: Case, line: Line, turpe: Turpe) -> set[str]:
    """The columns of the table that a line is compared with."""
    if line.meaning == "cs_energy":
        name = next(iter(turpe.c)) if len(turpe.c) == 1 else line.time_class or ""
        return {"c" if name == "BASE" else f"c_{name.lower()}"}
    powers = {"b" if name == "BASE" else f"b_{name.lower()}" for name in turpe.b}
    management = "cg_card_eur" if find_contract(case, line) == "card" else "cg_eur"
    cells = {"cg": {management}, "cc": {"cc_eur"}, "cs_fixed": powers}
    return cells.get(str(line.meaning), {management, "cc_eur", *powers})


def find_contract(case: Case, line: Line) -> Contract | None:
    """Whether the network of a point has a contract apart. None: not known."""
    known = case.point(line)
    return None if known is None else known.contract


def check_terms(case: Case) -> None:
    """A line over a change of the terms of its point is compared with neither; once each."""
    for lines in case.of_points():
        told: set[date] = set()
        for line in lines:
            parts = list(case.parts(line)) if line.meaning not in {None, "vat"} else []
            for _, day, _ in parts[:-1]:
                if day not in told:
                    told.add(day)
                    reason = Phrase(text=TERMS, values=(day.isoformat(),))
                    crossed = FindingDetails(
                        rule="version-crossed", line=line, found=f"{line.row.from_date}",
                        expected=day, reason=reason,
                    )  # fmt: skip
                    tell(case, crossed)


def network_fixed(case: Case) -> None:
    """CG, CC and the fixed part of soutirage: the year's amount for the days, or for the months."""
    for lines in case.of_points():
        for group in groups(lines, _FIXED_MEANINGS):
            turpe = case.turpe(group.first)
            if turpe is None or not group.amount or _is_card_fee(case, group, turpe):
                continue
            if _is_line_open(case, group.first, turpe):
                continue
            a_year = _a_year(case, group, turpe)
            if a_year is not None:
                case.checked["network-price"] += 1
                _check_group_amount(case, group, a_year)


def _is_line_open(case: Case, line: Line, turpe: Turpe) -> bool:
    """Whether a cell is missing that a line would be compared with."""
    return bool(turpe.missing.intersection(_list_line_cells(case, line, turpe)))


def _is_card_fee(case: Case, group: Group, turpe: Turpe) -> bool:
    """Whether a management fee is that of a network contract apart (CARD), which may be."""
    a_year, known = turpe.cg_card_eur, case.point(group.first)
    single = known is not None and known.contract is not None
    if group.first.meaning != "cg" or a_year is None or single:
        return False
    return abs(amount_differs(case, group, a_year)) <= case.rules.eur


def _a_year(case: Case, group: Group, turpe: Turpe) -> Decimal | None:
    match group.first.meaning:
        case "cg":
            return management(turpe, find_contract(case, group.first) or "single").eur or None
        case "cc":
            return turpe.cc_eur
        case _:
            return _of_power(case, group, turpe)


def _of_power(case: Case, group: Group, turpe: Turpe) -> Decimal | None:
    """What depends on the subscribed power, EUR a year: of the point, else as it is billed."""
    known = case.point(group.first)
    if known is not None and known.powers:
        try:
            if group.first.meaning == "network":
                return fixed_eur(turpe, known.powers, known.contract or "single")
            return _compute_yearly_soutirage(
                case, group, turpe, soutirage_eur(turpe, map_powers_to_classes(known.powers, turpe))
            )
        except BadInput:
            return None
    billed = weighted_kva(group.first)
    if billed is None or group.first.meaning == "network":
        case.skipped[NO_POWER] += 1
        return None
    return billed * next(iter(turpe.b.values()))


def _compute_yearly_soutirage(case: Case, group: Group, turpe: Turpe, a_year: Decimal) -> Decimal:
    """The year's amount; a power that is billed and is not the one subscribed is told instead."""
    billed = weighted_kva(group.first)
    price = next(iter(turpe.b.values()))
    if billed is None or len(group.lines) > 1:
        return a_year
    case.checked["power-differs"] += 1
    weighted = a_year / price
    if abs(billed - weighted) <= Decimal("0.01"):
        return a_year
    amount = round_amount_to_cent(
        (billed - weighted) * price * _compute_period_share(case, group.first)
    )
    differs = FindingDetails(
        rule="power-differs", line=group.first, found=billed,
        expected=weighted.quantize(Decimal("0.01")),
        reason=Phrase(text=POWER), ask="grid_operator", amount=amount,
    )  # fmt: skip
    tell(case, differs)
    return billed * price


def weighted_kva(line: Line) -> Decimal | None:
    """The power that a line of soutirage bills: kVA, or kVA and days. None: not told so."""
    told, n = normalise_unit(line.row.quantity_unit), count_row_days(line.row)
    if line.row.quantity is None:
        return None
    if told in {"kva", "kw"}:
        return abs(line.row.quantity)
    if told in {"kva.j", "kw.j", "kvaj", "kwj"} and n:
        return abs(line.row.quantity) / n
    if told in {"kva.mois", "kw.mois"} and n:
        return abs(line.row.quantity) / compute_row_months(line.row)
    return None


def _compute_period_share(case: Case, line: Line) -> Decimal:
    begins, ends = line.period or (date.min, date.min)
    period = Period(begins=begins, ends=ends, tables=case.tables)
    return period.share(begins, ends)


def amount_differs(case: Case, group: Group, a_year: Decimal) -> Decimal:
    """What a group is above the year's amount for its days, or for its months, EUR.

    Whichever of the two is nearer; a credit is compared with a credit.
    """
    sign = -1 if group.amount < 0 else 1
    by_days = sign * a_year * _compute_period_share(case, group.first)
    by_months = sign * a_year * compute_row_months(group.first.row) / 12
    expected = round_amount_to_cent(
        min((by_days, by_months), key=lambda one: abs(one - group.amount))
    )
    return group.amount - expected


def _check_group_amount(case: Case, group: Group, a_year: Decimal) -> None:
    """The amount of a group against that of a year."""
    over = amount_differs(case, group, a_year)
    if abs(over) > case.rules.eur:
        wrong = FindingDetails(
            rule="network-price", line=group.first, found=group.amount,
            expected=group.amount - over,
            reason=Phrase(text=FIXED), amount=over,
        )  # fmt: skip
        tell(case, wrong)


def network_energy(case: Case) -> None:
    """The price of each energy of the network, EUR/MWh, against that of its class."""
    for line in case.lines:
        turpe = case.turpe(line) if line.meaning == "cs_energy" else None
        if turpe is None or _is_line_open(case, line, turpe):
            continue
        price, found = _price_of(turpe, line), eur_per_mwh(line.row)
        if price is None or found is None:
            case.skipped[NO_CLASS] += price is None
            continue
        case.checked["network-price"] += 1
        over = abs(found) - price * 10
        if abs(over) > compute_price_tolerance(case, line):
            amount = round_amount_to_cent(over * (compute_row_kwh(line.row) or Decimal(0)) / 1000)
            wrong = FindingDetails(
                rule="network-price", line=line, found=found.quantize(Decimal("0.001")),
                expected=price * 10, reason=Phrase(text=PRICE), amount=amount,
            )  # fmt: skip
            tell(case, wrong)


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


def compute_price_tolerance(case: Case, line: Line) -> Decimal:
    """What a price of energy may differ by; one found from an amount is known to a cent only."""
    energy = compute_row_kwh(line.row)
    if line.row.unit_price is not None or not energy:
        return case.rules.eur_per_mwh
    return case.rules.eur_per_mwh + Decimal("0.01") / abs(energy) * 1000


def _price_of(turpe: Turpe, line: Line) -> Decimal | None:
    """c€/kWh of the class of a line; an option with one price needs none."""
    if len(turpe.c) == 1:
        return next(iter(turpe.c.values()))
    return turpe.c.get(line.time_class or "")


def terms_of(case: Case, line: Line) -> BilledTerms | None:
    """The terms of the point of a line, when option and power are known."""
    known = case.point(line)
    if known is None or not known.powers or line.option is None:
        return None
    return BilledTerms(tariff_code=line.option, powers=known.powers)
