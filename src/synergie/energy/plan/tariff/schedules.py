"""Price schedules from what tells prices: rows of a file, or an offer of a tender."""

from collections.abc import Iterable

from pydantic import ValidationError

from synergie.energy.records.offer import Offer, Price, Subscription
from synergie.energy.records.offer_row import OfferRow
from synergie.energy.records.tariff import PriceSchedule
from synergie.errors import BadInput
from synergie.formats.invoices import PriceRow
from synergie.schemas.faults import faults

type _Tier = tuple[str, str, str | None, object]


def schedules_of_rows(rows: Iterable[OfferRow]) -> list[PriceSchedule]:
    """One schedule a lot, supplier, offer and tier, in the order of the rows.

    BadInput: two prices of one cell.
    """
    prices: dict[_Tier, dict[tuple[object, ...], Price]] = {}
    subscriptions: dict[_Tier, dict[str, Subscription]] = {}
    for row in rows:
        tier: _Tier = (row.lot, row.supplier, row.offer, row.from_mwh)
        cells = prices.setdefault(tier, {})
        if row.tariff_code and row.time_class and row.eur_per_mwh is not None:
            _add_offer_cell(cells, row)
        if row.tariff_code and row.subscription_eur is not None:
            one = Subscription(tariff_code=row.tariff_code, eur_per_point=row.subscription_eur)
            subscriptions.setdefault(tier, {})[row.tariff_code] = one
    return [
        PriceSchedule(
            name=_format_tier_name(tier),
            prices=tuple(cells.values()),
            subscriptions=tuple(subscriptions.get(tier, {}).values()),
        )
        for tier, cells in prices.items()
    ]


def _add_offer_cell(cells: dict[tuple[object, ...], Price], row: OfferRow) -> None:
    cell = (row.tariff_code, row.time_class, row.year)
    _put_cell(cells, cell, {"eur_per_mwh": row.eur_per_mwh, "parts": row.parts})


def _put_cell(
    cells: dict[tuple[object, ...], Price], cell: tuple[object, ...], more: dict[str, object]
) -> None:
    """One more cell; the same one told again in the same words is no fault."""
    fields = dict(zip(("tariff_code", "time_class", "year"), cell, strict=True))
    try:
        price = Price.model_validate({**fields, **more})
    except ValidationError as error:
        raise faults(error)[0] from error
    if cells.setdefault(cell, price) != price:
        where = "/prices/" + "/".join(str(part) for part in cell if part is not None)
        raise BadInput(where, price.eur_per_mwh, "each cell of the price schedule once")


def _format_tier_name(tier: _Tier) -> str:
    lot, supplier, offer, _from = tier
    return ", ".join(part for part in (lot, supplier, offer) if part)[:200]


def schedules_of_prices(rows: Iterable[PriceRow]) -> list[PriceSchedule]:
    """One schedule a lot, in the order of the rows. BadInput: two prices of one cell."""
    found: dict[str, dict[tuple[object, ...], Price]] = {}
    for row in rows:
        cell = (row.tariff_code, row.time_class, row.year)
        _put_cell(found.setdefault(row.lot, {}), cell, {"eur_per_mwh": row.eur_per_mwh})
    return [
        PriceSchedule(name=lot[:200], prices=tuple(cells.values())) for lot, cells in found.items()
    ]


def schedule_of_offer(offer: Offer, *, tier: int = 0) -> PriceSchedule:
    """The prices of one tier of an offer, the first unless told."""
    chosen = offer.tiers[tier]
    return PriceSchedule(
        name=f"{offer.lot}, {offer.supplier}, {offer.id}"[:200],
        prices=chosen.prices,
        subscriptions=chosen.subscriptions,
    )
