"""Whether prices are in the unit that is told of them, by what energy usually costs."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from synergie.errors import BadInput

_USUAL = (Decimal(20), Decimal(400))
"""EUR/MWh between which the middle price of a fixed schedule is."""
_FEW = 3
_TIMES = (Decimal(1), Decimal(10), Decimal(1000))
"""What makes EUR/MWh of a price in EUR/MWh, c€/kWh and EUR/kWh."""
_OWN_UNIT = "prices in the unit of their title (€/MWh, c€/kWh, €/kWh): write them in €/MWh"


def stop_at_other_unit(where: str, prices: Sequence[Decimal], times: Decimal) -> None:
    """BadInput for *prices* that are unusual in their unit, and usual in another: 95 in c€/kWh.

    *times*: what makes EUR/MWh of them.
    """
    priced = [price for price in prices if price > 0]
    if len(priced) < _FEW:
        return
    told = median(priced)
    if not _is_usual(told * times) and any(_is_usual(told * one) for one in _TIMES):
        raise BadInput(where, f"{told:f}", _OWN_UNIT)


def _is_usual(eur_per_mwh: Decimal) -> bool:
    return _USUAL[0] <= eur_per_mwh <= _USUAL[1]
