"""The bill of a gas point (PCE): distribution (ATRD), supply, CTA, accise, biogas certificates.

Transport (ATRT) and storage are folded into the price of the supply unless the terms say that they
are billed apart: by MWh, or by the highest day of a winter, CJN = CAR × zi × A (ATRT8). Their
tables are not collected: a line names the cell that is missing until it is loaded.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._lines import Draft
from synergie.energy.plan.tariff._spans import Period, Span
from synergie.energy.plan.tariff._uses import Uses
from synergie.energy.plan.tariff.options import GAS_OPTIONS
from synergie.energy.plan.tariff.tables import Rate, TableMissing, Tables
from synergie.energy.records.bill import Component
from synergie.energy.records.tariff import BilledTerms, ClassKwh, GasTransport, PeriodUse
from synergie.errors import BadInput

CLASSES = ("BASE",)
"""Gas has one time class."""
_STEPS = ((Decimal(6), "T1"), (Decimal(300), "T2"), (Decimal(5000), "T3"))
"""Yearly energy (CAR), MWh, up to which an option is for."""
_LEAST, _MOST = Decimal(8), Decimal(13)
"""Coefficients, kWh/m³, beyond which one is no coefficient: bills print 9 to 12.5."""
_HUNDRED, _MWH = Decimal(100), Decimal(1000)
_ONE_KWH = Decimal(1)


def find_gas_option(car_mwh: Decimal) -> str:
    """The distribution option of a yearly energy (CAR), MWh; a point near transport is TP."""
    return next((name for most, name in _STEPS if car_mwh <= most), "T4")


def convert_volume(
    volume_m3: Decimal, coefficient: Decimal, told_kwh: Decimal | None = None
) -> Decimal:
    """The energy of a volume, kWh, by the coefficient that its bill prints (PCS, altitude).

    BadInput: no such coefficient, or an energy that is told and is not that of the volume.
    """
    if not _LEAST <= coefficient <= _MOST:
        raise BadInput("/coefficient", coefficient, "the coefficient of the bill, 9 to 12.5 kWh/m³")
    kwh = volume_m3 * coefficient
    if told_kwh is not None and abs(told_kwh - kwh) > _ONE_KWH:
        raise BadInput("/kwh", told_kwh, "the volume times its coefficient, to one kWh")
    return kwh if told_kwh is None else told_kwh


def build_gas_use(begins: date, ends: date, kwh: Decimal) -> PeriodUse:
    """The use of a gas point over some civil days, the last excluded."""
    return PeriodUse(from_date=begins, to_date=ends, energy=(ClassKwh(time_class="BASE", kwh=kwh),))


def check_gas_terms(terms: BilledTerms) -> None:
    """BadInput: T4 without its daily capacity, or a capacity of an option that has none."""
    if terms.tariff_code not in GAS_OPTIONS:
        raise BadInput("/tariff_code", terms.tariff_code, "T1, T2, T3, T4 or TP")
    if (terms.tariff_code == "T4") != (terms.capacity_mwh_d is not None):
        raise BadInput(
            "/capacity_mwh_d", terms.capacity_mwh_d or "", "the daily capacity of T4, of T4 alone"
        )


def gas_lines(terms: BilledTerms, period: Period, uses: Uses) -> Iterator[Draft]:
    """Every line but the supply's own: distribution, CTA, accise, and what is billed apart."""
    code, tables = terms.tariff_code, period.tables
    yield from _iterate_yearly(period, "atrd_fixed", _ask(tables, "atrd", code, "fixed_eur"))
    yield from _iterate_energy(period, uses, "atrd_energy", ("atrd", code, "eur_per_mwh"))
    if terms.capacity_mwh_d is not None:
        ask = _ask(tables, "atrd", code, "eur_per_mwh_d")
        yield from _iterate_yearly(period, "atrd_capacity", ask, terms.capacity_mwh_d)
    yield from _iterate_cta(terms, period)
    yield from _iterate_energy(period, uses, "accise", ("gas_accise", "combustible", "eur_per_mwh"))
    if "cpb" in terms.billed_apart:
        yield from _iterate_energy(period, uses, "cpb", ("gas_cpb", "biogas", "eur_per_mwh"))
    if "transport" in terms.billed_apart and terms.transport is not None:
        for component, cells in _CAPACITY.items():
            ask = _ask_capacity(tables, terms.transport, cells)
            lines = _iterate_yearly(period, component, ask)
            yield from (replace(line, subscription=False) for line in lines)
    elif "transport" in terms.billed_apart:
        yield from _iterate_energy(period, uses, "transport", ("atrt", code, "eur_per_mwh"))


_CAPACITY: dict[Component, tuple[str, ...]] = {
    "transport": ("tcs_eur", "tcr_eur", "tcl_eur"),
    "storage": ("storage_eur",),
}
"""Columns of `atrt_terms`, EUR a year for each MWh/d; `tcr_eur` is taken NTR times."""


def _ask_capacity(
    tables: Tables, of: GasTransport, cells: tuple[str, ...]
) -> Callable[[date], Rate]:
    """The amount of a year: CJN (MWh/d) = CAR × zi × A, times the sum of *cells*."""

    def ask(day: date) -> Rate:
        zi = tables.figure("gas_zi", f"{of.profile}:{of.station}", "zi", day)
        a = tables.figure("gas_a", "network", "a", day)
        terms = [tables.figure("atrt_terms", "network", cell, day) for cell in cells]
        known = [zi, a, *terms]
        eur = sum(
            (one.value * (of.ntr if cell == "tcr_eur" else 1))
            for cell, one in zip(cells, terms, strict=True)
        )
        return replace(
            terms[0],
            value=of.car_mwh * zi.value * a.value * eur,
            valid_from=max(one.valid_from for one in known),
            valid_to=min(one.valid_to for one in known),
            source="; ".join(dict.fromkeys(one.source for one in known))[:200],
        )

    return ask


def _ask(tables: Tables, table: str, key: str, cell: str) -> Callable[[date], Rate]:
    return lambda day: tables.figure(table, key, cell, day)


def _find_end(rate: Rate) -> date:
    return rate.valid_to


def _iterate_yearly(
    period: Period, component: Component, ask: Callable[[date], Rate], times: Decimal = Decimal(1)
) -> Iterator[Draft]:
    for span in period.spans_or_gaps(ask, _find_end):
        line = Draft(
            component=component, begins=span.begins, ends=span.ends, quantity=Decimal(span.days),
            unit="d", price_unit="EUR/y", amount=None, source="", subscription=True,
        )  # fmt: skip
        share = period.share(span.begins, span.ends)
        yield _price(line, span, lambda eur, share=share: eur * times * share, times)  # type: ignore[misc]


def _iterate_energy(
    period: Period, uses: Uses, component: Component, of: tuple[str, str, str]
) -> Iterator[Draft]:
    for span in period.spans_or_gaps(_ask(period.tables, *of), _find_end):
        kwh = uses.between(span.begins, span.ends).total
        line = Draft(
            component=component, begins=span.begins, ends=span.ends, quantity=kwh, unit="kWh",
            price_unit="EUR/MWh", amount=None, source="",
        )  # fmt: skip
        yield _price(line, span, lambda eur, kwh=kwh: eur * kwh / _MWH)  # type: ignore[misc]


def _price(
    line: Draft,
    span: Span[Rate | TableMissing],
    amount: Callable[[Decimal], Decimal],
    times: Decimal = Decimal(1),
) -> Draft:
    """*line* at the figure of its span; without an amount where there is none."""
    rate = span.figure
    if isinstance(rate, TableMissing) and not line.quantity:
        return replace(line, source=rate.where, amount=Decimal(0))
    if isinstance(rate, TableMissing):
        return replace(line, source=rate.where, gap=rate, cells=(rate.cell,))
    estimated = span.gap is not None
    return replace(
        line,
        price=rate.value * times,
        amount=amount(rate.value),
        version=None if estimated else rate.valid_from,
        source=rate.source if span.gap is None else span.gap.where,
        gap=span.gap,
    )


_CTA_CELLS = ("distribution_percent", "transport_percent", "share_percent")


def _iterate_missing_percents(
    tables: Tables, day: date, known: TableMissing
) -> Iterator[TableMissing]:
    """The percents of the CTA that are not known on *day*, without the one that is told already."""
    for cell in _CTA_CELLS:
        try:
            tables.figure("gas_cta", "distribution", cell, day)
        except TableMissing as gap:
            if (gap.table, gap.cell) != (known.table, known.cell):
                yield gap


def _iterate_cta(terms: BilledTerms, period: Period) -> Iterator[Draft]:
    """CTA on the fixed part of distribution, the daily capacity included."""
    code, tables = terms.tariff_code, period.tables

    def ask(day: date) -> tuple[Decimal, Decimal, Rate, date]:
        fixed = tables.figure("atrd", code, "fixed_eur", day)
        base, ends = fixed.value, fixed.valid_to
        if terms.capacity_mwh_d is not None:
            base += tables.figure("atrd", code, "eur_per_mwh_d", day).value * terms.capacity_mwh_d
        parts = [tables.figure("gas_cta", "distribution", cell, day) for cell in _CTA_CELLS]
        percent = parts[0].value + parts[1].value * parts[2].value / _HUNDRED
        return base, percent, parts[0], min(ends, parts[0].valid_to)

    for span in period.spans_or_gaps(ask, lambda found: found[3]):
        line = Draft(
            component="cta", begins=span.begins, ends=span.ends, unit="EUR", price_unit="%",
            amount=None, source="", subscription=True,
        )  # fmt: skip
        if isinstance(span.figure, TableMissing):
            gap = span.figure
            lacks = tuple(_iterate_missing_percents(tables, span.begins, gap))
            yield replace(line, source=gap.where, gap=gap, cells=(gap.cell,), lacks=lacks)
            continue
        base, percent, rate, _ = span.figure
        part = base * period.share(span.begins, span.ends)
        yield replace(
            line,
            quantity=part,
            price=percent,
            amount=part * percent / _HUNDRED,
            version=None if span.gap else rate.valid_from,
            source=span.gap.where if span.gap else rate.source,
            gap=span.gap,
        )
