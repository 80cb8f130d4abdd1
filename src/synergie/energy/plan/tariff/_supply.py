"""The supply: prices by class, their parts, the subscription; a missing cell is not priced."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._lines import Draft
from synergie.energy.plan.tariff._spans import Period, Span
from synergie.energy.plan.tariff._uses import Uses
from synergie.energy.plan.tariff.options import option_name
from synergie.energy.plan.tariff.time_classes import time_class_name
from synergie.energy.records.bill import Component, MissingPrice
from synergie.energy.records.offer import Price
from synergie.energy.records.tariff import BilledTerms, PriceSchedule
from synergie.errors import BadInput

_MWH = Decimal(1000)
_PARTS: tuple[tuple[Component, str], ...] = (
    ("supply", "supply"),
    ("capacity", "capacity"),
    ("cee", "cee"),
    ("guarantees", "guarantees"),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """The prices of one tariff option in one civil year of delivery."""

    year: int
    prices: dict[str, Price]
    """By class, under the name that the house gives it."""

    @property
    def until(self) -> date:
        """The day after its last one."""
        return date(self.year + 1, 1, 1)


def select_price_cells(schedule: PriceSchedule, tariff_code: str, day: date) -> Cells:
    """The prices of an option on *day*: those of its year before those of every year.

    BadInput: a day that the schedule does not cover.
    """
    if (schedule.valid_from and day < schedule.valid_from) or (
        schedule.valid_to and day >= schedule.valid_to
    ):
        raise BadInput(f"/prices/{schedule.name}", day.isoformat(), "a day the prices hold on")
    found: dict[str, Price] = {}
    option = option_name(tariff_code)
    for price in sorted(schedule.prices, key=lambda one: one.year is not None):
        if option_name(price.tariff_code) == option and price.year in {None, day.year}:
            found[time_class_name(price.time_class)] = price
    return Cells(day.year, found)


def supply_lines(
    terms: BilledTerms, period: Period, classes: Iterable[str], uses: Uses
) -> Iterator[Draft | MissingPrice]:
    """Lines of the supply by civil year; a missing cell is told, and has no line of its own."""
    schedule = terms.prices
    if schedule is None:
        return
    spans = period.spans(
        lambda day: select_price_cells(schedule, terms.tariff_code, day), lambda found: found.until
    )
    for span in spans:
        kwh = uses.between(span.begins, span.ends).kwh
        for name in classes:
            price = span.figure.prices.get(name)
            if price is None:
                yield _build_missing_price(terms, span, name, kwh[name])
            else:
                yield from _iterate_priced_drafts(schedule, span, price, (name, kwh[name]))
    yield from _iterate_subscription_drafts(terms, schedule, period)


def _build_missing_price(
    terms: BilledTerms, span: Span[Cells], name: str, kwh: Decimal
) -> MissingPrice:
    dated = any(one.year is not None for one in terms.prices.prices) if terms.prices else False
    return MissingPrice(
        tariff_code=terms.tariff_code,
        time_class=name,
        year=span.figure.year if dated else None,
        kwh=kwh.quantize(Decimal("0.000001")),
    )


def _iterate_priced_drafts(
    schedule: PriceSchedule, span: Span[Cells], price: Price, used: tuple[str, Decimal]
) -> Iterator[Draft]:
    """One line, or one a part when the price tells what it is made of."""
    name, kwh = used
    told: list[tuple[Component, Decimal]] = [("supply", price.eur_per_mwh)]
    if price.parts is not None:
        told = [(component, getattr(price.parts, part)) for component, part in _PARTS]
    for component, eur_per_mwh in told:
        if component == "supply" or eur_per_mwh:
            yield Draft(
                component=component,
                time_class=name,
                begins=span.begins,
                ends=span.ends,
                quantity=kwh,
                unit="kWh",
                price=eur_per_mwh,
                price_unit="EUR/MWh",
                amount=eur_per_mwh * kwh / _MWH,
                source=schedule.name,
            )


def _iterate_subscription_drafts(
    terms: BilledTerms, schedule: PriceSchedule, period: Period
) -> Iterator[Draft]:
    for one in schedule.subscriptions:
        if option_name(one.tariff_code) == option_name(terms.tariff_code):
            yield Draft(
                component="subscription",
                begins=period.begins,
                ends=period.ends,
                quantity=Decimal(period.days),
                unit="d",
                price=one.eur_per_point,
                price_unit="EUR/y",
                amount=one.eur_per_point * period.share(period.begins, period.ends),
                source=schedule.name,
                subscription=terms.tariff_code.startswith(("BTINF", "T")),
            )
