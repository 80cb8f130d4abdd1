"""Price schedules of a re-fit out of the rows of an offer: one supplier a lot, its first tier."""

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from synergie.energy.records.offer import Price, Subscription
from synergie.energy.records.offer_row import OfferRow
from synergie.energy.records.power import PowerPrices
from synergie.energy.records.tariff import PriceSchedule
from synergie.errors import BadInput
from synergie.schemas.assets.supply_point import Usage

USAGES: tuple[Usage, ...] = get_args(Usage.__value__)

_SUPPLIER = "one supplier for each lot: name it"
_USAGES = "what each lot is for, when there are several: a usage a lot, lot-2=public_lighting"
_WORDS = "building, public_lighting, water, charging or other"
_LOT = "a lot of the price schedule"
_NONE = "a price schedule with prices"


def power_prices(
    rows: Iterable[OfferRow],
    usages: Mapping[str, Sequence[str]] | None = None,
    supplier: str | None = None,
) -> tuple[PowerPrices, ...]:
    """The schedule of each lot.

    *usages*: what each lot is for; needed when there are several lots. *supplier*: whose prices, by
    a part of the name. BadInput: several suppliers in a lot, a lot without usage, no price at all.
    """
    named = dict(usages or {})
    lots: dict[str, list[OfferRow]] = {}
    for row in rows:
        if supplier is None or supplier.casefold() in row.supplier.casefold():
            lots.setdefault(row.lot, []).append(row)
    for lot, told in named.items():
        _check_lot_usages(lot, told, lots)
    wanted = {lot: lots[lot] for lot in sorted(lots) if not named or lot in named}
    if len(wanted) > 1 and not named:
        raise BadInput("/lots", ", ".join(wanted), _USAGES)
    found = tuple(_build_lot_prices(lot, mine, named.get(lot, ())) for lot, mine in wanted.items())
    if not found:
        raise BadInput("/prices", "", _NONE)
    return found


def _check_lot_usages(lot: str, told: Sequence[str], lots: Mapping[str, object]) -> None:
    if lot not in lots:
        raise BadInput("/lots", lot, _LOT)
    for word in told:
        if word not in USAGES:
            raise BadInput("/lots", word, _WORDS)


def _build_lot_prices(lot: str, rows: Sequence[OfferRow], usages: Sequence[str]) -> PowerPrices:
    offers = sorted({(row.supplier, row.offer or "") for row in rows})
    if len(offers) > 1:
        raise BadInput(
            f"/lots/{lot}", ", ".join(" ".join(one).strip() for one in offers), _SUPPLIER
        )
    first = min(row.from_mwh for row in rows)
    cells = {
        (row.tariff_code, row.time_class, row.year): Price(
            tariff_code=row.tariff_code,
            time_class=row.time_class,
            year=row.year,
            eur_per_mwh=row.eur_per_mwh,
        )
        for row in rows
        if row.from_mwh == first
        and row.tariff_code
        and row.time_class
        and row.eur_per_mwh is not None
    }
    paid = {
        row.tariff_code: Subscription(
            tariff_code=row.tariff_code, eur_per_point=row.subscription_eur
        )
        for row in rows
        if row.from_mwh == first and row.tariff_code and row.subscription_eur is not None
    }
    if not cells:
        raise BadInput(f"/lots/{lot}", "", _NONE)
    schedule = PriceSchedule(
        name=f"{lot}, {rows[0].supplier}"[:200],
        prices=tuple(cells.values()),
        subscriptions=tuple(paid.values()),
    )
    return PowerPrices.model_validate({"schedule": schedule, "usages": tuple(usages)})
