"""The network tariff (TURPE): gestion, comptage, soutirage, overruns, reactive energy.

`CS_fixed = b1 P1 + b2 (P2 - P1) + ...` with P1 <= P2 <= ...; `CS_energy = sum c_k E_k`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._lines import Draft, clear_draft_price
from synergie.energy.plan.tariff._spans import Period, Span
from synergie.energy.plan.tariff._uses import Used, Uses
from synergie.energy.plan.tariff.options import option_name
from synergie.energy.plan.tariff.tables import (
    ALL_CELLS,
    NO_CELLS,
    TableMissing,
    Tables,
    Turpe,
    shipped,
)
from synergie.energy.plan.tariff.time_classes import count_class_days, time_class_name
from synergie.energy.records.bill import Component
from synergie.energy.records.tariff import BilledTerms, ClassPower, Contract
from synergie.errors import BadInput

_MOST_UP_TO_36 = 36
_HUNDRED = Decimal(100)


type TurpeSpan = Span[Turpe | TableMissing]

QUADRATIC = Decimal("0.04")
"""Share of the price of power that a kW of overrun costs in HTA (CMDPS)."""
_NO_REACTIVE = date(2025, 8, 1)
"""Day from which reactive energy is billed in HTA alone (TURPE 7)."""


def turpe_spans(terms: BilledTerms, period: Period) -> list[TurpeSpan]:
    """The versions of the option over the period. BadInput: no such option."""
    return period.spans_or_gaps(
        lambda day: period.tables.turpe_cells(terms.tariff_code, day), lambda turpe: turpe.valid_to
    )


def map_powers_to_classes(told: Sequence[ClassPower], turpe: Turpe) -> dict[str, Decimal]:
    """Subscribed power by class of *turpe*, in the order in which they must rise.

    BadInput: a class that the option has not, one missing or told twice, powers that fall from one
    class to the next, or a power of another domain (36 kVA divides them).
    """
    found = _by_class(told, turpe)
    before = Decimal(0)
    for name, kva in found.items():
        if kva < before:
            raise BadInput(
                f"/powers/{name}", kva, "powers that do not fall: HPH <= HCH <= HPB <= HCB"
            )
        before = kva
    if turpe.domain == "BT_UP_TO_36" and before > _MOST_UP_TO_36:
        raise BadInput("/powers", before, "36 kVA at most under this tariff option")
    if turpe.domain == "BT_ABOVE_36" and before <= _MOST_UP_TO_36:
        raise BadInput("/powers", before, "more than 36 kVA under this tariff option")
    return found


def _by_class(told: Sequence[ClassPower], turpe: Turpe) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in told:
        name = _find_power_class(one, turpe)
        for each in turpe.b if name is None else (name,):
            if found.setdefault(each, one.kva) != one.kva:
                raise BadInput(f"/powers/{each}", one.kva, "one power a time class")
    for name in turpe.b:
        if name not in found:
            raise BadInput(f"/powers/{name}", "", "the subscribed power of this class")
    return {name: found[name] for name in turpe.b}


def _find_power_class(told: ClassPower, turpe: Turpe) -> str | None:
    """The class of a power; None when it is that of all."""
    if told.time_class is None:
        return None
    name = time_class_name(told.time_class)
    if name in turpe.b:
        return name
    if len(turpe.b) == 1:  # one power for all classes: told once a class by some files
        return None
    raise BadInput(f"/powers/{told.time_class}", told.time_class, "a class of the tariff option")


def overrun_powers(
    terms: BilledTerms, day: date, tables: Tables | None = None
) -> dict[str, Decimal] | None:
    """Subscribed power by class whose overruns are billed by the hour. None: an option without.

    BadInput: no such option, powers that do not hold.
    """
    turpe = (tables or shipped()).nearest_turpe(terms.tariff_code, day)
    return map_powers_to_classes(terms.powers, turpe) if turpe.domain == "BT_ABOVE_36" else None


def quadratic_powers(
    terms: BilledTerms, day: date, tables: Tables | None = None
) -> dict[str, Decimal]:
    """Subscribed power by class, kW, of an option in HTA. BadInput: as `overrun_powers`."""
    turpe = (tables or shipped()).nearest_turpe(terms.tariff_code, day)
    return map_powers_to_classes(terms.powers, turpe)


@dataclass(frozen=True, slots=True)
class FixedPart:
    """An amount of a year, and the columns of the table that it is made with."""

    eur: Decimal
    cells: tuple[str, ...]


def soutirage(turpe: Turpe, by_class: Mapping[str, Decimal]) -> FixedPart:
    """The fixed part of soutirage of a year: each step of power at the price of its class."""
    amount, before, cells = Decimal(0), Decimal(0), list[str]()
    for name, kva in by_class.items():
        if kva != before:
            amount += turpe.b[name] * (kva - before)
            cells.append("b" if name == "BASE" else f"b_{name.lower()}")
        before = kva
    return FixedPart(amount, tuple(cells))


def soutirage_eur(turpe: Turpe, by_class: Mapping[str, Decimal]) -> Decimal:
    """The fixed part of soutirage, EUR a year."""
    return soutirage(turpe, by_class).eur


def management(turpe: Turpe, contract: Contract) -> FixedPart:
    """The management component of a year, of the contract that a point has."""
    if contract == "single":
        return FixedPart(turpe.cg_eur, ("cg_eur",))
    return FixedPart(turpe.cg_card_eur or Decimal(0), ("cg_card_eur",))


def fixed_parts(
    turpe: Turpe, told: Sequence[ClassPower], contract: Contract = "single"
) -> dict[Component, FixedPart]:
    """CG, CC and CS_fixed of a year: what the CTA is taken of."""
    return {
        "cg": management(turpe, contract),
        "cc": FixedPart(turpe.cc_eur, ("cc_eur",)),
        "cs_fixed": soutirage(turpe, map_powers_to_classes(told, turpe)),
    }


def fixed_eur(turpe: Turpe, told: Sequence[ClassPower], contract: Contract = "single") -> Decimal:
    """CG + CC + CS_fixed, EUR a year."""
    return sum((one.eur for one in fixed_parts(turpe, told, contract).values()), Decimal(0))


def clear_missing_price(draft: Draft, turpe: Turpe, gap: TableMissing, *, estimates: bool) -> Draft:
    """*draft* without its amount when a cell that it is priced with is missing in *turpe*.

    Of an estimate with its amount, which is then that of an earlier day.
    """
    cells = tuple(one for one in draft.cells if is_cell_missing(turpe, one))
    if not cells:
        return replace(draft, cells=())
    if estimates and gap.last is not None and turpe.missing.issuperset(cells):
        return replace(draft, cells=cells, gap=gap, version=None, source=gap.where)
    cleared = replace(clear_draft_price(draft, gap), cells=cells)
    if draft.quantity:
        return cleared
    return replace(cleared, amount=Decimal(0), gap=None, cells=())


def is_cell_missing(turpe: Turpe, cell: str) -> bool:
    """Whether the tariff of the day has no figure of its own in a column."""
    if cell in turpe.missing:
        return True
    optional = ("cg_card_eur", "cmdps_eur_per_h", "cer_ceur_per_kvarh")
    return cell in optional and getattr(turpe, cell) is None


def network_lines(
    terms: BilledTerms, period: Period, spans: list[TurpeSpan], uses: Uses
) -> Iterator[Draft]:
    """Every line of the network tariff; without an amount on days without figures."""
    for span in spans:
        used = uses.between(span.begins, span.ends)
        turpe, gap = find_span_cells(terms, period, span)
        lines = _iterate_span_lines(terms, period, Span(span.begins, span.ends, turpe), used)
        for line in lines:
            yield clear_missing_price(line, turpe, gap, estimates=period.estimates)


def find_span_cells(
    terms: BilledTerms, period: Period, span: TurpeSpan
) -> tuple[Turpe, TableMissing]:
    """The cells of a span, and what to say of those that are missing."""
    figure, day = span.figure, period.priced_on or span.begins
    code = option_name(terms.tariff_code)
    if isinstance(figure, TableMissing):
        like = period.tables.nearest_turpe(terms.tariff_code, span.begins)
        return replace(like, missing=ALL_CELLS, cg_card_eur=None, cer_ceur_per_kvarh=None), figure
    if span.gap is not None:  # an estimate: every cell is of an earlier day
        return replace(figure, missing=ALL_CELLS), span.gap
    gap = figure.gap or TableMissing(
        ("turpe", code, ""), "", (day, NO_CELLS), (None, figure.valid_to)
    )
    return figure, gap


def _iterate_span_lines(
    terms: BilledTerms, period: Period, span: Span[Turpe], used: Used
) -> Iterator[Draft]:
    yield from _iterate_fixed_lines(terms, period, span)
    yield from _iterate_energy_lines(span, used)
    yield from _iterate_overrun_lines(span, used)
    yield from _iterate_reactive_lines(terms, span, used)


def _iterate_fixed_lines(terms: BilledTerms, period: Period, span: Span[Turpe]) -> Iterator[Draft]:
    turpe, share = span.figure, period.share(span.begins, span.ends)
    for component, part in fixed_parts(turpe, terms.powers, terms.contract).items():
        yield Draft(
            component=component,
            begins=span.begins,
            ends=span.ends,
            quantity=Decimal(span.days),
            unit="d",
            price=part.eur,
            price_unit="EUR/y",
            amount=part.eur * share,
            cells=part.cells,
            version=turpe.valid_from,
            source=turpe.source,
            subscription=turpe.domain == "BT_UP_TO_36",
        )


def _iterate_energy_lines(span: Span[Turpe], used: Used) -> Iterator[Draft]:
    turpe = span.figure
    for name, price in turpe.c.items():
        yield Draft(
            component="cs_energy",
            time_class=name,
            begins=span.begins,
            ends=span.ends,
            quantity=used.kwh[name],
            unit="kWh",
            price=price,
            price_unit="cEUR/kWh",
            amount=price * used.kwh[name] / _HUNDRED,
            cells=("c" if name == "BASE" else f"c_{name.lower()}",),
            version=turpe.valid_from,
            source=turpe.source,
        )


def _iterate_overrun_lines(span: Span[Turpe], used: Used) -> Iterator[Draft]:
    turpe = span.figure
    if turpe.domain == "HTA":
        yield from _iterate_quadratic_lines(span, used)
    elif used.overruns:
        raise BadInput("/uses/overruns", "", "hours of overrun: kW are those of HTA")
    if not used.overrun_h:
        return
    if turpe.domain != "BT_ABOVE_36":
        raise BadInput(
            "/uses/overrun_hours",
            used.overrun_h,
            "no hours of overrun: the tariff option has no such component (BT <= 36 kVA trips) or "
            "another formula (HTA)",
        )
    price = turpe.cmdps_eur_per_h
    yield Draft(
        component="cmdps",
        begins=span.begins,
        ends=span.ends,
        quantity=used.overrun_h,
        unit="h",
        price=price,
        price_unit="EUR/h",
        amount=None if price is None else price * used.overrun_h,
        cells=("cmdps_eur_per_h",),
        version=turpe.valid_from,
        source=turpe.source,
    )


def _iterate_quadratic_lines(span: Span[Turpe], used: Used) -> Iterator[Draft]:
    """Overruns in HTA: 0.04 b of the class for each kW of its quadratic sum of the month."""
    turpe = span.figure
    for name, kw in used.overruns.items():
        if name not in turpe.b:
            raise BadInput(f"/uses/overruns/{name}", name, "a class of the tariff option")
        price = turpe.b[name] * QUADRATIC
        yield Draft(
            component="cmdps",
            time_class=name,
            begins=span.begins,
            ends=span.ends,
            quantity=kw,
            unit="kW",
            price=price,
            price_unit="EUR/kW",
            amount=price * kw,
            cells=(f"b_{name.lower()}",),
            version=turpe.valid_from,
            source=turpe.source,
        )


def _iterate_reactive_lines(terms: BilledTerms, span: Span[Turpe], used: Used) -> Iterator[Draft]:
    over = billed_kvarh(terms, span.figure, used)
    if not over or not count_class_days(terms.tariff_code, "HPH", span.begins, span.ends):
        return
    price, told = terms.reactive_eur_per_kvarh, True
    if price is None and span.figure.cer_ceur_per_kvarh is not None:
        price, told = span.figure.cer_ceur_per_kvarh / _HUNDRED, False
    yield Draft(
        component="reactive",
        begins=span.begins,
        ends=span.ends,
        quantity=over,
        unit="kVArh",
        price=price,
        price_unit="EUR/kVArh",
        amount=None if price is None else over * price,
        cells=() if told and price is not None else ("cer_ceur_per_kvarh",),
        source="/terms/reactive_eur_per_kvarh"
        if told and price is not None
        else span.figure.source,
    )


_REACTIVE = ("POINTE", "HPH")
"""Peak hours of the high season, in which reactive energy is looked at."""


def billed_kvarh(terms: BilledTerms, turpe: Turpe, used: Used) -> Decimal:
    """Reactive energy over the free share of the active energy, kVArh.

    None up to 36 kVA, and from August 2025 on none above in low voltage (TURPE 7).
    """
    low = turpe.domain == "BT_ABOVE_36" and turpe.valid_from >= _NO_REACTIVE
    if low or turpe.domain == "BT_UP_TO_36" or not used.reactive_kvarh:
        return Decimal(0)
    active = sum((used.kwh.get(name, Decimal(0)) for name in _REACTIVE), Decimal(0))
    return max(Decimal(0), used.reactive_kvarh - terms.tan_phi * active)
