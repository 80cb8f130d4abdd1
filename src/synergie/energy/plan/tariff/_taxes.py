"""Taxes: CTA on the fixed part of the network tariff, accise on energy, VAT; and the VNU."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._lines import Draft
from synergie.energy.plan.tariff._network import (
    TurpeSpan,
    clear_missing_price,
    find_span_cells,
    fixed_parts,
)
from synergie.energy.plan.tariff._spans import Period, Span, intersect_spans
from synergie.energy.plan.tariff._uses import Uses
from synergie.energy.plan.tariff.tables import BY_ACTIVITY, Rate, TableMissing, find_accise_category
from synergie.energy.records.bill import Component
from synergie.energy.records.tariff import BilledTerms

_HUNDRED, _MWH = Decimal(100), Decimal(1000)
_VNU_BEGINS = date(2026, 1, 1)
"""The versement nucléaire universel pays back from this day on; before, ARENH was in the prices."""
_VNU_MONTHS = range(4, 11)


def _find_rate_end(rate: Rate) -> date:
    return rate.valid_to


def kva_of(terms: BilledTerms) -> Decimal:
    """The greatest subscribed power, kVA: what decides the category of accise."""
    return max(one.kva for one in terms.powers)


def cta_lines(terms: BilledTerms, period: Period, turpe: list[TurpeSpan]) -> Iterator[Draft]:
    """CTA, by version of its rate and of the network tariff; no amount without the latter."""
    for span in intersect_spans(turpe, period.spans(period.tables.cta, _find_rate_end)):
        figure, rate = span.figure
        version, gap = find_span_cells(
            terms, period, Span(span.begins, span.ends, figure, span.gap)
        )
        parts = fixed_parts(version, terms.powers, terms.contract).values()
        fixed = sum((one.eur for one in parts), Decimal(0)) * period.share(span.begins, span.ends)
        line = Draft(
            component="cta",
            begins=span.begins,
            ends=span.ends,
            quantity=fixed,
            unit="EUR",
            price=rate.value,
            price_unit="%",
            amount=fixed * rate.value / _HUNDRED,
            version=rate.valid_from,
            source=rate.source,
            cells=tuple(cell for one in parts for cell in one.cells),
            subscription=version.domain == "BT_UP_TO_36",
        )
        yield clear_missing_price(line, version, gap, estimates=period.estimates)


def accise_lines(terms: BilledTerms, period: Period, uses: Uses) -> Iterator[Draft]:
    """Accise on all energy, by version of its rate.

    Where the law leaves two rates open, the lower one: `non_economic_more` tells the difference.
    """
    kva = kva_of(terms)

    def ask(day: date) -> Rate:
        return period.tables.accise_rates(kva, day, terms.activity)[0]

    for span in period.spans_or_gaps(ask, _find_rate_end):
        kwh = uses.between(span.begins, span.ends).total
        yield _on_energy("accise", span, kwh, Decimal(1))


def non_economic_more(terms: BilledTerms, period: Period, uses: Uses) -> Decimal | None:
    """How many euros more the accise is for a non-economic activity, as far as rates are known.

    None: the activity is no matter.
    """
    kva = kva_of(terms)
    if find_accise_category(kva) != BY_ACTIVITY:
        return None
    more = Decimal(0)
    told = False

    def ask(day: date) -> tuple[Rate, ...]:
        return period.tables.accise_rates(kva, day, terms.activity)

    for span in period.spans_or_gaps(ask, _first_end):
        if not isinstance(span.figure, TableMissing) and len(span.figure) > 1:
            told = True
            economic, other = span.figure
            kwh = uses.between(span.begins, span.ends).total
            more += (other.value - economic.value) * kwh / _MWH
    return more if told else None


def _first_end(rates: tuple[Rate, ...]) -> date:
    return min(rate.valid_to for rate in rates)


def vnu_lines(period: Period, uses: Uses) -> Iterator[Draft]:
    """What the versement nucléaire universel pays back: nothing unless its table says so.

    It is taken of April to October only; the energy of a use that reaches into other months is
    shared by days. A year whose amount is not in the table has a line without one.
    """
    if period.priced_on is not None and period.priced_on < _VNU_BEGINS:
        return
    for begins, ends in _low_seasons(period):
        inner = replace(period, begins=begins, ends=ends)
        for span in inner.spans_or_gaps(period.tables.vnu, _find_rate_end):
            if isinstance(span.figure, TableMissing) or span.figure.value:
                yield _on_energy(
                    "vnu", span, uses.between(span.begins, span.ends).total, Decimal(-1)
                )


def _low_seasons(period: Period) -> Iterator[tuple[date, date]]:
    """The parts of the period in April to October, from 2026 on."""
    for year in range(max(period.begins.year, _VNU_BEGINS.year), period.ends.year + 1):
        begins = max(period.begins, date(year, _VNU_MONTHS[0], 1))
        ends = min(period.ends, date(year, _VNU_MONTHS[-1] + 1, 1))
        if begins < ends:
            yield begins, ends


def _on_energy(
    component: Component, span: Span[Rate | TableMissing], kwh: Decimal, sign: Decimal
) -> Draft:
    rate = span.figure
    draft = Draft(
        component=component,
        begins=span.begins,
        ends=span.ends,
        quantity=kwh,
        unit="kWh",
        price_unit="EUR/MWh",
        amount=None,
        source=rate.where if isinstance(rate, TableMissing) else rate.source,
        gap=rate if isinstance(rate, TableMissing) else span.gap,
        cells=("eur_per_mwh",) if isinstance(rate, TableMissing) or span.gap else (),
    )
    if not kwh:
        return replace(draft, amount=Decimal(0), gap=None, cells=())
    if isinstance(rate, TableMissing):
        return draft
    price = sign * rate.value
    return replace(draft, price=price, amount=price * kwh / _MWH, version=rate.valid_from)


def with_vat(drafts: Iterable[Draft], period: Period) -> Iterator[Draft]:
    """Each line with its rate of VAT; one that crosses a change of rate is cut there, by days."""
    for draft in drafts:
        if draft.vat is not None:
            yield draft
            continue
        base = "subscription" if draft.subscription else "standard"
        inner = replace(period, begins=draft.begins, ends=draft.ends)
        spans = inner.spans(lambda day, base=base: period.tables.vat(day, base), _find_rate_end)  # type: ignore[misc]
        for span in spans:
            yield _split_draft_by_rate(draft, span, (draft.ends - draft.begins).days)


def _split_draft_by_rate(draft: Draft, span: Span[Rate], days: int) -> Draft:
    """The days *span* of a line, with their VAT."""
    vat = span.figure.value
    if span.days == days:
        return replace(draft, vat=vat)
    share = Decimal(span.days) / days
    return replace(
        draft,
        begins=span.begins,
        ends=span.ends,
        vat=vat,
        amount=None if draft.amount is None else draft.amount * share,
        quantity=None if draft.quantity is None else draft.quantity * share,
    )
