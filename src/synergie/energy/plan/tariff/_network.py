"""The network tariff (TURPE): gestion, comptage, soutirage, overruns, reactive energy.

`CS_fixed = b1 P1 + b2 (P2 - P1) + ...` with P1 <= P2 <= ...; `CS_energy = sum c_k E_k`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._lines import Draft, clear_draft_price
from synergie.energy.plan.tariff._spans import Period, Span
from synergie.energy.plan.tariff._uses import Used, Uses
from synergie.energy.plan.tariff.tables import TableMissing, Tables, Turpe, shipped
from synergie.energy.plan.tariff.time_classes import time_class_name
from synergie.energy.records.tariff import BilledTerms, ClassPower
from synergie.errors import BadInput

_MOST_UP_TO_36 = 36
_HUNDRED = Decimal(100)


type TurpeSpan = Span[Turpe | TableMissing]


def turpe_spans(terms: BilledTerms, period: Period) -> list[TurpeSpan]:
    """The versions of the option over the period. BadInput: no such option."""
    return period.spans_or_gaps(
        lambda day: period.tables.turpe(terms.tariff_code, day), lambda turpe: turpe.valid_to
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
    return None if turpe.cmdps_eur_per_h is None else map_powers_to_classes(terms.powers, turpe)


def soutirage_eur(turpe: Turpe, by_class: dict[str, Decimal]) -> Decimal:
    """The fixed part of soutirage, EUR a year: each step of power at the price of its class."""
    amount, before = Decimal(0), Decimal(0)
    for name, kva in by_class.items():
        amount += turpe.b[name] * (kva - before)
        before = kva
    return amount


def fixed_eur(turpe: Turpe, told: Sequence[ClassPower]) -> Decimal:
    """CG + CC + CS_fixed, EUR a year: what the CTA is taken of."""
    return turpe.cg_eur + turpe.cc_eur + soutirage_eur(turpe, map_powers_to_classes(told, turpe))


def network_lines(
    terms: BilledTerms, period: Period, spans: list[TurpeSpan], uses: Uses
) -> Iterator[Draft]:
    """Every line of the network tariff; without an amount on days without figures."""
    for span in spans:
        used = uses.between(span.begins, span.ends)
        figure = span.figure
        if isinstance(figure, TableMissing):
            like = period.tables.nearest_turpe(terms.tariff_code, span.begins)
            lines = _iterate_span_lines(terms, period, Span(span.begins, span.ends, like), used)
            yield from (clear_draft_price(one, figure) for one in lines)
        else:
            lines = _iterate_span_lines(terms, period, Span(span.begins, span.ends, figure), used)
            yield from (replace(one, gap=span.gap) for one in lines)


def _iterate_span_lines(
    terms: BilledTerms, period: Period, span: Span[Turpe], used: Used
) -> Iterator[Draft]:
    yield from _iterate_fixed_lines(terms, period, span)
    yield from _iterate_energy_lines(span, used)
    yield from _iterate_overrun_lines(span, used)
    yield from _iterate_reactive_lines(terms, span, used)


def _iterate_fixed_lines(terms: BilledTerms, period: Period, span: Span[Turpe]) -> Iterator[Draft]:
    turpe, share = span.figure, period.share(span.begins, span.ends)
    soutirage = soutirage_eur(turpe, map_powers_to_classes(terms.powers, turpe))
    for component, a_year in (("cg", turpe.cg_eur), ("cc", turpe.cc_eur), ("cs_fixed", soutirage)):
        yield Draft(
            component=component,  # type: ignore[arg-type]  # one of three constants
            begins=span.begins,
            ends=span.ends,
            quantity=Decimal(span.days),
            unit="d",
            price=a_year,
            price_unit="EUR/y",
            amount=a_year * share,
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
            version=turpe.valid_from,
            source=turpe.source,
        )


def _iterate_overrun_lines(span: Span[Turpe], used: Used) -> Iterator[Draft]:
    turpe = span.figure
    if not used.overrun_h:
        return
    if turpe.cmdps_eur_per_h is None:
        raise BadInput(
            "/uses/overrun_hours",
            used.overrun_h,
            "no hours of overrun: the tariff option has no such component (BT <= 36 kVA trips) or "
            "another formula (HTA)",
        )
    yield Draft(
        component="cmdps",
        begins=span.begins,
        ends=span.ends,
        quantity=used.overrun_h,
        unit="h",
        price=turpe.cmdps_eur_per_h,
        price_unit="EUR/h",
        amount=turpe.cmdps_eur_per_h * used.overrun_h,
        version=turpe.valid_from,
        source=turpe.source,
    )


def _iterate_reactive_lines(terms: BilledTerms, span: Span[Turpe], used: Used) -> Iterator[Draft]:
    over = billed_kvarh(terms, span.figure, used)
    if not over:
        return
    price = terms.reactive_eur_per_kvarh
    yield Draft(
        component="reactive",
        begins=span.begins,
        ends=span.ends,
        quantity=over,
        unit="kVArh",
        price=price,
        price_unit="EUR/kVArh",
        amount=None if price is None else over * price,
        source=span.figure.source if price is None else "/terms/reactive_eur_per_kvarh",
    )


_REACTIVE = ("POINTE", "HPH")
"""Peak hours of the high season, in which reactive energy is looked at."""


def billed_kvarh(terms: BilledTerms, turpe: Turpe, used: Used) -> Decimal:
    """Reactive energy over the free share of the active energy, kVArh; none up to 36 kVA."""
    if turpe.domain == "BT_UP_TO_36" or not used.reactive_kvarh:
        return Decimal(0)
    active = sum((used.kwh.get(name, Decimal(0)) for name in _REACTIVE), Decimal(0))
    return max(Decimal(0), used.reactive_kvarh - terms.tan_phi * active)
