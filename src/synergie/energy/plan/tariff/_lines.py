"""Lines before they are rounded, and what they add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from synergie.energy.plan.tariff.tables import TableMissing
from synergie.energy.records.bill import BillLine, Component, VatAmount

_CENT, _SHOWN = Decimal("0.01"), Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One line with all its digits."""

    component: Component
    begins: date
    ends: date
    amount: Decimal | None
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    price_unit: str | None = None
    time_class: str | None = None
    label: str | None = None
    version: date | None = None
    source: str
    subscription: bool = False
    """Whether it may bear the reduced VAT of subscriptions."""
    gap: TableMissing | None = None
    """Why it has no amount, or the one of an earlier day's price: a table has no figures."""
    cells: tuple[str, ...] = ()
    """Columns of the table that it is priced with."""
    lacks: tuple[TableMissing, ...] = ()
    """Cells beside that of `gap` that are not known either."""
    vat: Decimal | None = None
    """Percent. None: that of its days, not looked up yet."""


def clear_draft_price(draft: Draft, gap: TableMissing) -> Draft:
    """*draft* without its price and its amount: the table has no figures for its days."""
    return replace(draft, price=None, amount=None, version=None, source=gap.where, gap=gap)


def is_known(drafts: Iterable[Draft], components: Iterable[Component]) -> bool:
    """Whether every line of *components* has its amount."""
    wanted = frozenset(components)
    return all(one.amount is not None for one in drafts if one.component in wanted)


def round_to_cent(amount: Decimal) -> Decimal:
    """*amount* to the cent, halves up in size, as an invoice does."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _round_shown_decimals(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(_SHOWN, ROUND_HALF_UP)


def build_bill_line(draft: Draft) -> BillLine:
    """*draft* as it travels: six decimals."""
    return BillLine(
        component=draft.component,
        label=draft.label,
        time_class=draft.time_class,
        from_date=draft.begins,
        to_date=draft.ends,
        quantity=_round_shown_decimals(draft.quantity),
        unit=draft.unit,
        unit_price=_round_shown_decimals(draft.price),
        price_unit=draft.price_unit,
        amount_eur=_round_shown_decimals(draft.amount),
        vat_percent=draft.vat or Decimal(0),
        version=draft.version,
        source=draft.source,
    )


def sum_component_amounts(drafts: Iterable[Draft], components: Iterable[Component]) -> Decimal:
    """The sum of the lines of *components*, all digits; those not priced are left out."""
    wanted = frozenset(components)
    amounts = (one.amount for one in drafts if one.component in wanted)
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def compute_rounding_gap(drafts: Sequence[Draft], told: Decimal) -> Decimal:
    """*told*, less the lines each rounded to the cent."""
    return told - sum(
        (round_to_cent(one.amount) for one in drafts if one.amount is not None), Decimal(0)
    )


def vat_amounts(drafts: Sequence[Draft]) -> tuple[VatAmount, ...]:
    """VAT by rate, lowest first; each base and each tax rounded once."""
    bases: dict[Decimal, Decimal] = {}
    for one in drafts:
        percent = one.vat or Decimal(0)
        bases[percent] = bases.get(percent, Decimal(0)) + (one.amount or Decimal(0))
    found = []
    for percent, base in sorted(bases.items()):
        taken = round_to_cent(base)
        found.append(
            VatAmount(percent=percent, base_eur=taken, vat_eur=round_to_cent(taken * percent / 100))
        )
    return tuple(found)
