"""Regulated prices of an invoice against the dated tables: network tariff, CTA, accise, VAT."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._network import (
    fixed_eur,
    management,
    map_powers_to_classes,
    soutirage_eur,
)
from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, Line, NetworkPart
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell
from synergie.energy.plan.tariff.control._points import PerimeterPoint
from synergie.energy.plan.tariff.control._spread import (
    DatedFigure,
    bound_price,
    compute_days_amount,
    compute_yearly_excess,
    tell_price,
)
from synergie.energy.plan.tariff.control._units import (
    compute_row_months,
    count_row_days,
    eur_per_mwh,
    normalise_unit,
)
from synergie.energy.plan.tariff.tables import Turpe
from synergie.energy.records.tariff import Contract
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase

MISSING = "no version of the table covers this period; own tables may be given"
FIXED = "the amount is not that of the network tariff for these days"
PRICE = N_("the price is not that of the network tariff")
TERMS = "the terms of this point are not known on all these days: the line is not compared"
POWER = "the power billed is not the one subscribed"
NO_OPTION = N_("{} lines of the network are of a point whose tariff option (FTA) is not known")
NO_POWER = N_("{} lines of soutirage are of a point whose subscribed power is not known")
NO_CLASS = N_("{} lines of energy do not tell their time class")

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
    """Every day is covered by the tables, and by terms that are known; once a point and invoice.

    The lines concerned are compared with nothing else.
    """
    for lines in case.of_points():
        told: set[object] = set()
        for line in lines:
            if line.meaning in {None, "vat"} or line.period is None:
                continue
            if not case.terms_parts(line):
                _tell_unknown_terms(case, line, told)
            elif line.meaning in {*_FIXED_MEANINGS, "cs_energy"}:
                _check_line_version(case, line, told)


def _check_line_version(case: Case, line: Line, told: set[object]) -> None:
    found = case.find_network(line)
    if found is None:
        case.skipped[NO_OPTION] += 1
        return
    case.checked["version-crossed"] += 1
    if isinstance(found, BadInput):
        _tell_missing(case, line, found.where, told)
        return
    for part in found:
        if part.turpe.gap is not None and _is_part_open(line, part):
            _tell_missing(case, line, part.turpe.gap.where, told)


def _tell_unknown_terms(case: Case, line: Line, told: set[object]) -> None:
    """A line with days on which no terms of its point are known; once a point and invoice."""
    if "terms" not in told:
        told.add("terms")
        unknown = FindingDetails(
            rule="version-crossed", line=line, found=f"{line.row.from_date}",
            expected=min((a for a, _, _ in case.parts(line)), default="-"),
            reason=Phrase(text=TERMS), ask="coordinator",
        )  # fmt: skip
        tell(case, unknown)


def _tell_missing(case: Case, line: Line, where: str, told: set[object]) -> None:
    """A table that has no figures for a line; once a point and invoice."""
    if "missing" not in told:
        told.add("missing")
        missing = FindingDetails(
            rule="table-missing", line=line, found=(line.period or (date.min,))[0], expected=where,
            reason=Phrase(text=MISSING), ask="coordinator",
        )  # fmt: skip
        tell(case, missing)


def _is_part_open(line: Line, part: NetworkPart) -> bool:
    """Whether a cell is missing that a line would be compared with on some days."""
    return bool(part.turpe.missing.intersection(_list_line_cells(line, part)))


def _list_line_cells(line: Line, part: NetworkPart) -> set[str]:
    """The columns of the table that a line is compared with."""
    turpe = part.turpe
    if line.meaning == "cs_energy":
        name = next(iter(turpe.c)) if len(turpe.c) == 1 else line.time_class or ""
        return {"c" if name == "BASE" else f"c_{name.lower()}"}
    powers = {"b" if name == "BASE" else f"b_{name.lower()}" for name in turpe.b}
    management = "cg_card_eur" if find_contract(part.point) == "card" else "cg_eur"
    cells = {"cg": {management}, "cc": {"cc_eur"}, "cs_fixed": powers}
    return cells.get(str(line.meaning), {management, "cc_eur", *powers})


def find_contract(point: PerimeterPoint | None) -> Contract | None:
    """Whether the network of a point has a contract apart. None: not known."""
    return None if point is None else point.contract


def network_fixed(case: Case) -> None:
    """CG, CC and the fixed part of soutirage: the year's amount for the days, or for the months."""
    for lines in case.of_points():
        for group in groups(lines, _FIXED_MEANINGS):
            parts = case.network_parts(group.first)
            if not parts or not group.amount or _is_card_fee(case, group, parts):
                continue
            if any(_is_part_open(group.first, part) for part in parts):
                continue
            years = [_compute_part_year(case, group, part) for part in parts]
            known = [each for each in years if each is not None]
            if len(known) == len(years):
                case.checked["network-price"] += 1
                _check_group_amount(case, group, date_figures(parts, known))


def date_figures(parts: Sequence[NetworkPart], figures: Sequence[Decimal]) -> list[DatedFigure]:
    """Figures of parts with their days."""
    pairs = zip(parts, figures, strict=True)
    return [(part.begins, part.ends, figure) for part, figure in pairs]


def _is_card_fee(case: Case, group: Group, parts: Sequence[NetworkPart]) -> bool:
    """Whether a management fee is that of a network contract apart (CARD), which may be."""
    fees = [part.turpe.cg_card_eur for part in parts if find_contract(part.point) is None]
    known = [fee for fee in fees if fee is not None]
    if group.first.meaning != "cg" or len(known) < len(parts):
        return False
    over = compute_yearly_excess(case, group.amount, date_figures(parts, known))
    return abs(over) <= case.rules.eur


def _compute_part_year(case: Case, group: Group, part: NetworkPart) -> Decimal | None:
    """What a group is a year under the terms of some of its days. None: not known."""
    match group.first.meaning:
        case "cg":
            return management(part.turpe, find_contract(part.point) or "single").eur or None
        case "cc":
            return part.turpe.cc_eur
        case _:
            return _of_power(case, group, part)


def _of_power(case: Case, group: Group, part: NetworkPart) -> Decimal | None:
    """What depends on the subscribed power, EUR a year: of the point, else as it is billed."""
    known, turpe = part.point, part.turpe
    if known is not None and known.powers:
        try:
            if group.first.meaning == "network":
                return fixed_eur(turpe, known.powers, known.contract or "single")
            return _compute_yearly_soutirage(
                case, group, part, soutirage_eur(turpe, map_powers_to_classes(known.powers, turpe))
            )
        except BadInput:
            return None
    billed = weighted_kva(group.first)
    if billed is None or group.first.meaning == "network":
        case.skipped[NO_POWER] += 1
        return None
    return billed * next(iter(turpe.b.values()))


def _compute_yearly_soutirage(
    case: Case, group: Group, part: NetworkPart, a_year: Decimal
) -> Decimal:
    """The year's amount; a power that is billed and is not the one subscribed is told instead."""
    billed = weighted_kva(group.first)
    price = next(iter(part.turpe.b.values()))
    if billed is None or len(group.lines) > 1 or (part.begins, part.ends) != group.first.period:
        return a_year
    case.checked["power-differs"] += 1
    weighted = a_year / price
    if abs(billed - weighted) <= Decimal("0.01"):
        return a_year
    days = [(part.begins, part.ends, (billed - weighted) * price)]
    differs = FindingDetails(
        rule="power-differs", line=group.first, found=billed,
        expected=weighted.quantize(Decimal("0.01")),
        reason=Phrase(text=POWER), ask="grid_operator", amount=compute_days_amount(case, days),
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


def _check_group_amount(case: Case, group: Group, years: Sequence[DatedFigure]) -> None:
    """The amount of a group against those of a year."""
    over = compute_yearly_excess(case, group.amount, years)
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
        parts = case.network_parts(line) if line.meaning == "cs_energy" else ()
        if not parts or any(_is_part_open(line, part) for part in parts):
            continue
        prices = [_price_of(part.turpe, line) for part in parts]
        known = [price * 10 for price in prices if price is not None]
        if len(known) < len(prices) or eur_per_mwh(line.row) is None:
            case.skipped[NO_CLASS] += len(known) < len(prices)
            continue
        case.checked["network-price"] += 1
        bounds = bound_price(case, line, date_figures(parts, known))
        tell_price(case, line, bounds, ("network-price", PRICE))


def _price_of(turpe: Turpe, line: Line) -> Decimal | None:
    """c€/kWh of the class of a line; an option with one price needs none."""
    if len(turpe.c) == 1:
        return next(iter(turpe.c.values()))
    return turpe.c.get(line.time_class or "")
