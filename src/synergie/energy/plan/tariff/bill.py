"""The bill of a delivery point: from its terms and its use to every line, exact.

`bill` prices each day as itself, `yearly` a year of use at the prices of one day. A price that is
missing makes the bill "not priced": the other lines stand, and their sum is what it is at least;
nothing is ever taken as zero for want of a figure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from synergie.energy.plan.tariff._lines import (
    Draft,
    build_bill_line,
    compute_rounding_gap,
    is_known,
    round_to_cent,
    sum_component_amounts,
    vat_amounts,
)
from synergie.energy.plan.tariff._network import (
    TurpeSpan,
    map_powers_to_classes,
    network_lines,
    overrun_powers,
    quadratic_powers,
    turpe_spans,
)
from synergie.energy.plan.tariff._spans import Period
from synergie.energy.plan.tariff._supply import supply_lines
from synergie.energy.plan.tariff._taxes import (
    accise_lines,
    cta_lines,
    non_economic_more,
    vnu_lines,
    with_vat,
)
from synergie.energy.plan.tariff._uses import Uses, check_use_classes, sort_period_uses
from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.gas import CLASSES, check_gas_terms, gas_lines
from synergie.energy.plan.tariff.options import GAS_OPTIONS, option_name
from synergie.energy.plan.tariff.tables import Tables, Turpe, shipped
from synergie.energy.records.bill import (
    NETWORK,
    SUPPLY,
    Bill,
    Component,
    MissingFigure,
    MissingPrice,
)
from synergie.energy.records.offer import Price
from synergie.energy.records.tariff import BilledTerms, ClassKwh, PeriodUse, PriceSchedule
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase

SHARED = (
    "the use of {} periods that cross a change of prices is shared by days of its class: only a "
    "curve or a reading on that day tells more"
)
MISSING_STEPS = "{} steps of the curve have no measure: their energy is not in the bill"
ONE_DAY = "every day is priced as {}: changes of prices over the year are not foreseen"
CAPACITY = (
    "capacity from 1 November 2026 is priced as the schedule says: the tax that replaces it is not "
    "known"
)
ACTIVITY = (
    "the accise is counted as that of an economic activity of 36 to 250 kVA; for one that is not "
    "(town hall, school, street lighting) it is {} EUR more, where the law is read so"
)
NO_FIGURES = N_(
    "{} has no figures for the days from {} to {}: their lines have no amount; own tables may be "
    "given"
)
ESTIMATE = N_(
    "ESTIMATE: {} has no figures for the days from {} to {}, the last ones before are prolonged: "
    "never to pay or to contest by"
)
NO_SUPPLY = "no prices of a supply were given: only the network and the taxes are billed"
REACTIVE = "{} kVArh of reactive energy over the free share are not priced: their price is unknown"
__all__ = ["bill", "lot_prices", "overrun_powers", "quadratic_powers", "yearly"]

OVERRUNS_AT_LEAST = (
    "overruns (CMDPS) are counted from active power: {} h above the subscribed power for certain; "
    "apparent power is higher, so that they and the total are a lower bound"
)
OVERRUNS_APPARENT = (
    "overruns (CMDPS) are counted from the active and reactive power of each step: {} h above the "
    "subscribed power; those that the grid operator tells go before them"
)
OVERRUNS_UNKNOWN = (
    "overruns (CMDPS) above 36 kVA cannot be determined: no hours above the subscribed power are "
    "told, and none are billed"
)
OVERRUNS_GAPS = (
    "overruns (CMDPS) are counted from a curve with missing steps: they and the total are a lower "
    "bound"
)
OVERRUNS_CAP = (
    "overruns (CMDPS) may be capped on request, at 30 % of the month's network tariff or 25 times "
    "the tariff of the power that is missing: no cap is applied here"
)

_CAPACITY_TAX = date(2026, 11, 1)
_SIX = Decimal("0.000001")


def bill(
    terms: BilledTerms,
    uses: Sequence[PeriodUse],
    tables: Tables | None = None,
    *,
    estimates: bool = False,
) -> Bill:
    """What *uses*, which follow one another without hole, cost under *terms*.

    A period over which a price changes is cut there: fixed amounts by days, energy by the uses
    (by days inside one, and said so). On days that a table does not cover lines have no amount;
    with *estimates* that of the last figures before, and the bill is an estimate.
    BadInput: an option that is not known, a class that it has not, one that the calendar of the
    grid has on no day of its use (winter hours in August), powers that fall.
    """
    found = sort_period_uses(uses)
    begins, ends = found[0].from_date, found[-1].to_date
    period = Period(begins=begins, ends=ends, tables=tables or shipped(), estimates=estimates)
    return _compute_period_bill(terms, found, period)


def yearly(
    terms: BilledTerms,
    energy: Mapping[str, Decimal] | PeriodUse,
    *,
    on: date,
    tables: Tables | None = None,
    estimates: bool = False,
) -> Bill:
    """What a year of *energy* (kWh by time class) costs at the prices of the day *on*.

    The fixed amounts are those of one year exactly, whatever the year.
    """
    ends = _year_after(on)
    if isinstance(energy, PeriodUse):
        use = energy.model_copy(update={"from_date": on, "to_date": ends})
    else:
        told = tuple(ClassKwh(time_class=name, kwh=kwh) for name, kwh in energy.items())
        use = PeriodUse(from_date=on, to_date=ends, energy=told)
    period = Period(
        begins=on, ends=ends, tables=tables or shipped(), priced_on=on, estimates=estimates
    )
    return _compute_period_bill(terms, (use,), period)


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day + timedelta(days=366)


def _compute_period_bill(terms: BilledTerms, uses: Sequence[PeriodUse], period: Period) -> Bill:
    check_use_classes(terms.tariff_code, uses)
    if terms.tariff_code in GAS_OPTIONS:
        return _compute_gas_bill(terms, uses, period)
    spans = turpe_spans(terms, period)
    kinds = [_find_span_version(terms, period, span) for span in spans]
    used = Uses(uses, _find_common_classes(kinds), option_name(terms.tariff_code))
    drafts, absent = [], []
    for one in _iterate_all_drafts(terms, period, (spans, kinds), used):
        if isinstance(one, MissingPrice):
            absent.append(one)
        else:
            drafts.append(one)
    taxed = tuple(with_vat(drafts, period))
    found = _build_totalled_bill(terms, (period, used), taxed, tuple(absent))
    return _with_overruns(found, uses) if _has_overruns(kinds) else found


def _compute_gas_bill(terms: BilledTerms, uses: Sequence[PeriodUse], period: Period) -> Bill:
    check_gas_terms(terms)
    used = Uses(uses, CLASSES)
    supplied = list(supply_lines(terms, period, CLASSES, used))
    drafts = [one for one in supplied if isinstance(one, Draft)]
    drafts += gas_lines(terms, period, used)
    drafts += _iterate_fee_drafts(terms, period, used)
    absent = tuple(one for one in supplied if isinstance(one, MissingPrice))
    return _build_totalled_bill(terms, (period, used), tuple(with_vat(drafts, period)), absent)


def _has_overruns(kinds: list[Turpe]) -> bool:
    """Whether the option bills overruns: up to 36 kVA the connection trips instead."""
    return any(turpe.domain != "BT_UP_TO_36" for turpe in kinds)


def _with_overruns(found: Bill, uses: Sequence[PeriodUse]) -> Bill:
    """The bill with what is known of hours above the subscribed power: the least known of all."""
    sources = {_find_overrun_source(use) for use in uses}
    hours = sum((use.overrun_hours for use in uses), Decimal(0))
    more = (
        [Phrase(text=OVERRUNS_CAP)] if any(one.component == "cmdps" for one in found.lines) else []
    )
    kind = "at_least" if None not in sources or hours else "unknown"
    if sources <= {"operator", "meter_curve", "apparent_curve"}:
        kind = "billed"
        if "apparent_curve" in sources:
            more.append(Phrase(text=OVERRUNS_APPARENT, values=(f"{hours.normalize():f}",)))
    elif kind == "unknown":
        more.append(Phrase(text=OVERRUNS_UNKNOWN))
    elif found.tariff_code.startswith("HTA"):
        more.append(Phrase(text=OVERRUNS_GAPS))
    else:
        more.append(Phrase(text=OVERRUNS_AT_LEAST, values=(f"{hours.normalize():f}",)))
    said = (*found.assumptions, *more)
    return found.model_copy(update={"overruns": kind, "assumptions": said})


def _find_overrun_source(use: PeriodUse) -> str | None:
    """How the hours of a use are known; hours that are told without a source are the operator's."""
    return use.overrun_source or ("operator" if use.overrun_hours or use.overruns else None)


def _find_span_version(terms: BilledTerms, period: Period, span: TurpeSpan) -> Turpe:
    """The version of a span, else the nearest one: its classes and its domain hold."""
    if isinstance(span.figure, Turpe):
        return span.figure
    return period.tables.nearest_turpe(terms.tariff_code, period.priced_on or span.begins)


def _find_common_classes(kinds: list[Turpe]) -> tuple[str, ...]:
    classes = {turpe.classes for turpe in kinds}
    if len(classes) > 1:
        raise BadInput("turpe.csv", kinds[0].tariff_code, "the same classes in all versions")
    return kinds[0].classes


def _iterate_all_drafts(
    terms: BilledTerms, period: Period, network: tuple[list[TurpeSpan], list[Turpe]], used: Uses
) -> Iterator[Draft | MissingPrice]:
    spans, kinds = network
    for turpe in kinds:
        map_powers_to_classes(terms.powers, turpe)
    yield from network_lines(terms, period, spans, used)
    yield from supply_lines(terms, period, kinds[0].classes, used)
    yield from _iterate_fee_drafts(terms, period, used)
    yield from vnu_lines(period, used)
    yield from cta_lines(terms, period, spans)
    yield from accise_lines(terms, period, used)


def _iterate_fee_drafts(terms: BilledTerms, period: Period, used: Uses) -> Iterator[Draft]:
    for fee in terms.fees:
        kwh = used.between(period.begins, period.ends).total
        share = period.share(period.begins, period.ends)
        yield Draft(
            component="fee",
            label=fee.label,
            begins=period.begins,
            ends=period.ends,
            amount=fee.eur_per_year * share + fee.eur_per_mwh * kwh / 1000,
            source=fee.label,
            vat=fee.vat_percent,
        )


def _build_totalled_bill(
    terms: BilledTerms,
    about: tuple[Period, Uses],
    drafts: tuple[Draft, ...],
    absent: tuple[MissingPrice, ...],
) -> Bill:
    """The lines with their totals; none while a price is missing that has energy in it."""
    period, used = about
    supplied = not any(one.kwh for one in absent)
    priced = supplied and all(one.amount is not None for one in drafts)
    vat = vat_amounts(drafts) if priced else ()
    ht = sum((one.base_eur for one in vat), Decimal(0)) if priced else None
    return Bill(
        supply_point=terms.supply_point,
        tariff_code=terms.tariff_code,
        from_date=period.begins,
        to_date=period.ends,
        kwh=used.between(period.begins, period.ends).total.quantize(_SIX),
        lines=tuple(build_bill_line(one) for one in drafts),
        network_eur=_sum_components(drafts, NETWORK),
        supply_eur=_sum_components(drafts, SUPPLY) if supplied and terms.prices else None,
        cta_eur=_sum_components(drafts, ("cta",)),
        accise_eur=_sum_components(drafts, ("accise",)),
        other_eur=_sum_components(drafts, ("fee", "vnu")),
        not_priced=absent,
        missing=tuple(_iterate_missing_figures(drafts)),
        ht_eur=ht,
        least_ht_eur=None if priced else _compute_least_total(drafts),
        is_estimate=any(one.gap is not None and one.amount is not None for one in drafts),
        rounding_eur=None if ht is None else compute_rounding_gap(drafts, ht),
        vat=vat,
        ttc_eur=None if ht is None else ht + sum((one.vat_eur for one in vat), Decimal(0)),
        assumptions=tuple(_iterate_bill_assumptions(terms, period, used, drafts)),
    )


def _iterate_missing_figures(drafts: tuple[Draft, ...]) -> Iterator[MissingFigure]:
    """The cells that lines without an amount would need, each once with all its days."""
    days: dict[tuple[str, str, str], tuple[date, date]] = {}
    for one in drafts:
        if one.gap is None or one.amount is not None:
            continue
        own = ((one.gap.table, one.gap.key, cell) for cell in one.cells)
        for key in (*own, *((gap.table, gap.key, gap.cell) for gap in one.lacks)):
            begins, ends = days.get(key, (one.begins, one.ends))
            days[key] = min(begins, one.begins), max(ends, one.ends)
    for (table, row, cell), (begins, ends) in days.items():
        yield MissingFigure(table=table, key=row, cell=cell, from_date=begins, to_date=ends)


def _sum_components(drafts: tuple[Draft, ...], components: Iterable[Component]) -> Decimal | None:
    """Of *components*, to the cent; None: one has no amount."""
    some = frozenset(components)
    return round_to_cent(sum_component_amounts(drafts, some)) if is_known(drafts, some) else None


def _compute_least_total(drafts: tuple[Draft, ...]) -> Decimal | None:
    """The lines that have an amount; None where one that would take money off has none."""
    if not is_known(drafts, ("vnu",)):
        return None
    return round_to_cent(sum((one.amount for one in drafts if one.amount is not None), Decimal(0)))


def _iterate_bill_assumptions(
    terms: BilledTerms, period: Period, used: Uses, drafts: tuple[Draft, ...]
) -> Iterator[Phrase]:
    if period.priced_on is not None:
        yield Phrase(text=ONE_DAY, values=(period.priced_on.isoformat(),))
    if used.shared:
        yield Phrase(text=SHARED, values=(str(len(used.shared)),))
    steps = sum(use.missing_steps for use in used.uses)
    if steps:
        yield Phrase(text=MISSING_STEPS, values=(str(steps),))
    yield from _iterate_table_gaps(drafts)
    yield from _assumed_prices(terms, period, used)
    for one in drafts:
        if one.component == "reactive" and one.amount is None:
            yield Phrase(text=REACTIVE, values=(str(one.quantity),))


def _iterate_table_gaps(drafts: tuple[Draft, ...]) -> Iterator[Phrase]:
    """The tables that have no figures for some days, once each."""
    days: dict[tuple[str, str], tuple[date, date]] = {}
    for one in drafts:
        if one.gap is not None:
            key = (NO_FIGURES if one.amount is None else ESTIMATE, one.gap.where)
            begins, ends = days.get(key, (one.begins, one.ends))
            days[key] = min(begins, one.begins), max(ends, one.ends)
    for (text, where), (begins, ends) in days.items():
        last = (ends - timedelta(days=1)).isoformat()
        yield Phrase(text=text, values=(where, begins.isoformat(), last))


def _assumed_prices(terms: BilledTerms, period: Period, used: Uses) -> Iterator[Phrase]:
    gas = terms.tariff_code in GAS_OPTIONS
    more = None if gas else non_economic_more(terms, period, used)
    if more is not None:
        yield Phrase(text=ACTIVITY, values=(str(round_to_cent(more)),))
    if terms.prices is None:
        yield Phrase(text=NO_SUPPLY)
    elif period.ends > _CAPACITY_TAX and not gas:
        yield Phrase(text=CAPACITY)


def lot_prices(name: str, cells: Mapping[tuple[str, str], Decimal]) -> PriceSchedule:
    """A price schedule of *cells*: EUR/MWh by tariff option and time class."""
    prices = (
        Price(tariff_code=code, time_class=one, eur_per_mwh=eur)
        for (code, one), eur in cells.items()
    )
    return PriceSchedule(name=name, prices=tuple(prices))
