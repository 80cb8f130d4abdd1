"""Bills of the cabinets before and after, with option and subscribed power fitted again.

The tariff engine is that of "Buy together" (`energy.plan.power.refit`, `energy.plan.tariff`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from synergie.energy.plan.power import refit
from synergie.energy.records.power import (
    ClassLoad,
    PowerLoad,
    PowerPoint,
    PowerPrices,
    PowerProblem,
    SubscribedKva,
)
from synergie.energy.records.power_plan import OptionCost
from synergie.errors import BadInput
from synergie.lighting.plan.measured import CLASSES, Floats, Measured
from synergie.lighting.plan.money._sums import CENT, sum_rows_by_place
from synergie.lighting.records.study import CabinetTerms

_MILLI = Decimal("0.001")
_MOST_W = 100_000_000
_MOST_KVA = 10_000


@dataclass(frozen=True, slots=True)
class Bill:
    """The bills of one cabinet. None: not known."""

    today: OptionCost | None
    """As it is today."""
    as_subscribed: OptionCost | None
    """After the works, with option and power of today."""
    after: OptionCost | None
    """After the works, fitted again where something changes."""


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """What hangs behind the cabinets of a study, (c, …)."""

    kwh_today: Floats
    """Energy of a year by time class, kWh, (c, 4)."""
    kwh: Floats
    """The same after the works."""
    watts_today: Floats
    """Power of the lamps, W."""
    watts: Floats
    """The same after the works."""
    lights: Floats
    """How many luminaires."""
    changes: NDArray[np.bool_]
    """Whether something changes."""


def sum_lights_by_cabinet(found: Measured) -> Behind:
    """Sums over the luminaires of each cabinet; NaN where one is not known."""
    park, size = found.park, len(found.study.cabinets)
    today = park.power_w * park.count
    after = found.power_w * park.count
    return Behind(
        kwh_today=sum_rows_by_place(
            today[:, None] * found.lit_today.power_hours / 1000, park.cabinet, size
        ),
        kwh=sum_rows_by_place(found.kwh(), park.cabinet, size),
        watts_today=sum_rows_by_place(today, park.cabinet, size),
        watts=sum_rows_by_place(after, park.cabinet, size),
        lights=sum_rows_by_place(park.count, park.cabinet, size),
        changes=sum_rows_by_place(mark_changed_lights(found).astype(np.float64), park.cabinet, size)
        > 0,
    )


def mark_changed_lights(found: Measured) -> NDArray[np.bool_]:
    """Whether each luminaire is replaced or follows another schedule."""
    marks: NDArray[np.bool_] = (found.retrofit >= 0) | (found.schedule != found.park.schedule)
    return marks


def compute_cabinet_bills(found: Measured, held: Behind) -> list[Bill]:
    """The bills of each cabinet, in the order of the study."""
    out = [Bill(None, None, None)] * len(found.study.cabinets)
    for schedule, cabinets in _by_schedule(found).items():
        prices = next(one for one in found.study.prices if one.name == schedule)
        points = [
            point
            for place, terms in cabinets
            for point in _iterate_power_points(place, terms, held, found.study.cabinets[place].body)
        ]
        if not points:
            continue
        problem = PowerProblem(
            points=tuple(points),
            prices=(PowerPrices(schedule=prices),),
            on=found.study.rules.on,
            rules=found.study.rules.power_rules,
        )
        told = {one.point: one for one in refit(problem).outcomes}
        for place, _ in cabinets:
            before, after = told.get(f"b{place}"), told.get(f"a{place}")
            if before is None or after is None:
                continue
            best = after.best if held.changes[place] else after.today
            out[place] = Bill(before.today, after.today, best)
    return out


def compute_stress_total(found: Measured, cost: OptionCost) -> Decimal:
    """The total when the supply price rises by `price_stress`, EUR."""
    rise = Decimal(repr(found.study.rules.price_stress))
    return (cost.bill.total_eur + rise * cost.bill.supply_eur).quantize(CENT)


def _by_schedule(found: Measured) -> dict[str, list[tuple[int, CabinetTerms]]]:
    """The cabinets of each price schedule that is there, with their terms."""
    names = {one.name for one in found.study.prices}
    grouped: dict[str, list[tuple[int, CabinetTerms]]] = defaultdict(list)
    for place, cabinet in enumerate(found.study.cabinets):
        terms = cabinet.terms
        if terms is not None and terms.prices in names:
            grouped[terms.prices or ""].append((place, terms))
    return grouped


def _iterate_power_points(
    place: int, terms: CabinetTerms, held: Behind, body: str
) -> Iterator[PowerPoint]:
    """The cabinet before (`b`) and after (`a`) the works; nothing when an energy is not known."""
    sides = (("b", held.kwh_today, held.watts_today), ("a", held.kwh, held.watts))
    if any(np.isnan(kwh[place]).any() or np.isnan(watts[place]) for _, kwh, watts in sides):
        return
    _can_be_billed(place, terms, max(float(watts[place]) for *_, watts in sides))
    for mark, kwh, watts in sides:
        yield PowerPoint(
            id=f"{mark}{place}",
            member=body,
            market_segment="C4" if terms.tariff_code.startswith("BTSUP") else "C5",
            usage="public_lighting",
            tariff_code=terms.tariff_code,
            subscribed=(SubscribedKva(kva=Decimal(repr(terms.subscribed_kva)).normalize()),),
            load=_build_power_load(kwh[place], float(watts[place]), assumed=not terms.windows),
        )


def _can_be_billed(place: int, terms: CabinetTerms, watts: float) -> None:
    """BadInput when no tariff bills *terms*, or lamps of so many *watts* behind one cabinet."""
    if watts > _MOST_W:
        raise BadInput(
            f"/cabinets/{place}", f"{watts:.0f} W", "lamps of at most 100 MW behind one cabinet"
        )
    kva = Decimal(repr(terms.subscribed_kva))
    if kva > _MOST_KVA or kva != round(kva, 3):
        where = f"/cabinets/{place}/terms/subscribed_kva"
        raise BadInput(where, f"{kva:f}", "a power of at most 10,000 kVA, to the VA")


def _build_power_load(kwh: Sequence[float] | Floats, watts: float, *, assumed: bool) -> PowerLoad:
    """A year by time class; lamps reach their full power in each class in which they burn."""
    reached = int(np.ceil(watts))
    classes = tuple(
        ClassLoad(
            time_class=name,
            kwh=Decimal(repr(float(energy))).quantize(_MILLI),
            reached_va=reached if energy > 0 else 0,
        )
        for name, energy in zip(CLASSES, kwh, strict=True)
    )
    return PowerLoad(
        source="declared", classes=classes, reached_va=reached, offpeak_assumed=assumed
    )
