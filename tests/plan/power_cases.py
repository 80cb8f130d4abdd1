"""Points, prices and years for the tests of the re-fit."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from synergie.energy.records.offer import Price
from synergie.energy.records.power import (
    ClassLoad,
    PowerLoad,
    PowerPoint,
    PowerPrices,
    PowerProblem,
    PowerRules,
    SubscribedKva,
)
from synergie.energy.records.tariff import PriceSchedule
from synergie.plan.solver import Model

DAY = date(2026, 3, 1)
"""TURPE of August 2025, CTA 15 %, accise 30.85 (domain.md §6.3)."""
FOUR = ("HPH", "HCH", "HPB", "HCB")

LOT_2 = {
    "BTINFCUST": {"BASE": "86.90"},
    "BTINFLU": {"BASE": "86.90"},
    "BTINFCU4": {"HPH": "117.16", "HCH": "85.53", "HPB": "59.45", "HCB": "61.94"},
    "BTINFMU4": {"HPH": "117.16", "HCH": "85.53", "HPB": "59.45", "HCB": "61.94"},
    "BTSUPCU": {"HPH": "117.96", "HCH": "89.37", "HPB": "57.08", "HCB": "67.71"},
    "BTSUPLU": {"HPH": "117.96", "HCH": "89.37", "HPB": "57.08", "HCB": "67.71"},
}
"""Hérault Énergies 2026, lighting (domain.md §4.1); no MUDT price there."""


def schedule(cells: dict[str, dict[str, str]] | None = None, name: str = "lot 2") -> PowerPrices:
    prices = tuple(
        Price(tariff_code=code, time_class=one, eur_per_mwh=Decimal(eur))
        for code, of_class in (LOT_2 if cells is None else cells).items()
        for one, eur in of_class.items()
    )
    return PowerPrices(schedule=PriceSchedule(name=name, prices=prices))


def load(kwh: dict[str, str], va: int | None, **changes: Any) -> PowerLoad:
    """Declared energies by class and a reached power."""
    classes = tuple(
        ClassLoad.model_validate({"time_class": name, "kwh": amount})
        for name, amount in kwh.items()
    )
    given = {"source": "declared", "classes": classes, "reached_va": va}
    return PowerLoad.model_validate(given | changes)


def point(key: str = "p1", **changes: Any) -> PowerPoint:
    given: dict[str, Any] = {
        "id": key,
        "member": "frouard",
        "market_segment": "C5",
        "usage": "public_lighting",
        "tariff_code": "BTINFCUST",
        "subscribed": (SubscribedKva(kva=Decimal(6)),),
    }
    return PowerPoint.model_validate(given | changes)


def problem(*points: PowerPoint, **changes: Any) -> PowerProblem:
    given: dict[str, Any] = {"points": points, "prices": (schedule(),), "on": DAY}
    return PowerProblem.model_validate(given | changes)


def rules(**changes: Any) -> PowerRules:
    return PowerRules.model_validate(changes)


HOURS = {
    "full": (880, 1207, 352, 1670),
    "off": (880, 377, 352, 499),
    "narrow": (1484, 603, 1208, 815),
}
"""Burn hours by class (domain.md §6.1): all night, off 00:00-05:30, off-peak 02:00-06:00."""


def cabinet(key: str, watts: int, hours: str) -> PowerPoint:
    """The cabinet of 38 points of domain.md §6.2."""
    kwh = {name: str(Decimal(watts) * n / 1000) for name, n in zip(FOUR, HOURS[hours], strict=True)}
    return point(key, load=load(kwh, watts), subscribed=(SubscribedKva(kva=Decimal(9)),))


def milp(costs: Any) -> float:
    """Rising powers as a mixed-integer programme: one binary for each class and power."""
    model = Model("powers")
    rows = [
        [model.binary(f"x{k}_{g}", cost) for g, cost in enumerate(row)]
        for k, row in enumerate(costs)
    ]
    for row in rows:
        model.require([(x, 1) for x in row], low=1, high=1)
    for lower, upper in itertools.pairwise(rows):
        rising = [(x, g) for g, x in enumerate(upper)] + [(x, -g) for g, x in enumerate(lower)]
        model.require(rising, low=0)
    found = model.minimise(limit_s=60).objective
    assert found is not None
    return found
