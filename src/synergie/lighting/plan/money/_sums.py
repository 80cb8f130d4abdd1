"""Sums over cabinets and communes: what is not known of one is not known of the sum."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.measured import Floats, Places

CENT = Decimal("0.01")


def sum_rows_by_place(rows: Floats, places: Places, size: int) -> Floats:
    """*rows* summed by place, (size,) or (size, k); NaN where one of them is; -1 is left out."""
    held = places >= 0
    found = np.zeros((size, *rows.shape[1:]))
    np.add.at(found, places[held], rows[held])
    return found


def sum_known_amounts(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None when one is not known."""
    found = Decimal(0)
    for one in amounts:
        if one is None:
            return None
        found += one
    return found


def by_place(
    amounts: Sequence[Decimal | None], places: Iterable[int], size: int
) -> list[Decimal | None]:
    """*amounts* summed by place; None where one is not known; a negative place is left out."""
    found: list[Decimal | None] = [Decimal(0)] * size
    for amount, place in zip(amounts, places, strict=True):
        if place < 0:
            continue
        held = found[place]
        found[place] = None if held is None or amount is None else held + amount
    return found


def round_to_cents(amount: float) -> Decimal | None:
    """EUR to the cent; None for NaN."""
    return None if np.isnan(amount) else Decimal(repr(float(amount))).quantize(CENT)


def main_commune(commune: Places, cabinet: Places, count: Floats, size: int) -> NDArray[Any]:
    """Commune of most luminaires of each cabinet, the first of equals; -1: of none known."""
    held = (cabinet >= 0) & (commune >= 0)
    pairs, where = np.unique(np.stack([cabinet[held], commune[held]]), axis=1, return_inverse=True)
    weights = np.bincount(where.ravel(), count[held], minlength=pairs.shape[1])
    found, most = np.full(size, -1), np.zeros(size)
    for (place, one), weight in zip(pairs.T, weights, strict=True):
        if weight > most[place]:
            found[place], most[place] = one, weight
    return found
