"""Pricing and re-fitting portfolios, against what an analyst writes and against a solver."""

import io
import math
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from synergie import formats
from synergie.energy.exchange.power_curves import curve_of
from synergie.energy.plan.power import Curve, Reading, c4_reading, loads, price_options, refit
from synergie.energy.plan.power._powers import best_powers
from synergie.energy.plan.tariff.tables import Turpe, shipped
from synergie.energy.records.power import (
    OffPeakWindow,
    PowerLoad,
    PowerPoint,
    PowerProblem,
    SubscribedKva,
)
from synergie.schemas.readings.meter_curve import MeterCurve
from tests.bench.harness import Bench, Goal, Measured, seconds, side_by_side
from tests.plan.power_cases import DAY, LOT_2, milp, schedule

START = datetime(2024, 12, 31, 23, tzinfo=UTC)
WINDOWS = (OffPeakWindow(starts="22:00", ends="06:00"),)
HALF_HOURS, TEN_MINUTES = 17_520, 52_560
OPTIONS = ("BTINFCU4", "BTINFCUST", "BTINFLU", "BTINFMU4", "BTINFMUDT")
MUDT = {"BTINFMUDT": {"HP": "93.06", "HC": "75.37"}}
FOUR = ("HPH", "HCH", "HPB", "HCB")
PARTS = {
    "BASE": list(FOUR), "HP": ["HPH", "HPB"], "HC": ["HCH", "HCB"], **{k: [k] for k in FOUR},
}  # fmt: skip


def curves(count: int, steps: int, step_s: int, most_w: int) -> Iterator[Curve]:
    """*count* curves, each made when it is asked for: a daily shape, its own level and noise."""
    chance = np.random.default_rng(7)
    shape = 0.4 + 0.4 * np.sin(np.arange(steps) * (2 * math.pi * step_s / 86_400))
    noise = chance.random(2 * steps)
    for _ in range(count):
        at, level = int(chance.integers(steps)), most_w * float(chance.uniform(0.2, 1))
        yield Curve(
            START, step_s, (level * (shape + 0.2 * noise[at : at + steps])).astype(np.int32)
        )


@cache
def three_hundred() -> list[Curve]:
    """A year of half-hours of 300 points, in memory for both."""
    return list(curves(300, HALF_HOURS, 1800, 24_000))


@cache
def series() -> list["pd.Series[int]"]:
    """The same as an analyst has them."""
    index = pd.date_range(START, periods=HALF_HOURS, freq="30min")
    return [pd.Series(one.watts, index=index.copy()) for one in three_hundred()]


def labels(index: Any) -> Any:
    """Time class of each half-hour."""
    local = index.tz_convert("Europe/Paris")
    high = local.month.isin([11, 12, 1, 2, 3])
    off = (local.hour >= 22) | (local.hour < 6)
    return np.select([high & ~off, high & off, ~high & ~off], list(FOUR[:3]), FOUR[3])


def analyst(shared: Any = None) -> Any:
    """Every option of every point with pandas: one groupby a point, then sums by option."""
    tariffs = {code: shipped().turpe(code, DAY) for code in OPTIONS}
    rows = []
    for watts in series():
        kwh = (watts / 2000).groupby(labels(watts.index) if shared is None else shared).sum()
        kva = math.ceil(watts.max() * 1.2 / 1000)
        rows.append({code: _bill(kwh, kva, turpe) for code, turpe in tariffs.items()})
    return pd.DataFrame(rows)


def _bill(kwh: Any, kva: int, turpe: Turpe) -> float:
    prices = (LOT_2 | MUDT)[turpe.tariff_code]
    fixed = float(turpe.cg_eur + turpe.cc_eur + turpe.b["BASE"] * kva)
    energy = sum(
        kwh[PARTS[name]].sum() * (float(c) / 100 + float(prices[name]) / 1000)
        for name, c in turpe.c.items()
    )
    return float(fixed * 1.15 + energy + kwh.sum() * 30.85 / 1000)


def ours() -> Any:
    """The same with one call."""
    prices = schedule(LOT_2 | MUDT).schedule
    return price_options(three_hundred(), prices, DAY, reading=Reading(WINDOWS))


def pricing() -> Measured:
    """300 points × a year of half-hours under every option; the same results first."""
    table, frame = ours(), analyst()
    assert table.codes == OPTIONS and table.priced.all()
    assert (
        np.abs(table.cents / 100 - frame[list(OPTIONS)].to_numpy()).max() < 0.006
    )  # a cent, and the Wh
    shared = labels(series()[0].index)
    lean = side_by_side(ours, lambda: analyst(shared), rounds=3)
    found = side_by_side(ours, analyst)
    notes = f"{found.notes}; {lean.value:.0f} × when the labels are made once for all points"
    return Measured(found.value, notes)


def _point(number: int, load: PowerLoad, segment: str = "C5") -> PowerPoint:
    above = segment == "C4"
    return PowerPoint.model_validate(
        {
            "id": f"p{number}",
            "member": f"m{number % 300}",
            "market_segment": segment,
            "usage": "public_lighting",
            "tariff_code": "BTSUPCU" if above else "BTINFCUST",
            "subscribed": (SubscribedKva(kva=Decimal(150 if above else 36)),),
            "load": load,
        }
    )


def _problem(points: Iterator[PowerPoint]) -> PowerProblem:
    return PowerProblem(points=tuple(points), prices=(schedule(),), on=DAY)


def portfolio() -> Measured:
    """20,000 points from their curves to the plan, curves made on the way, in one process."""
    found: list[int] = []

    def run() -> None:
        some = loads(curves(20_000, HALF_HOURS, 1800, 24_000), Reading(WINDOWS))
        plan = refit(_problem(_point(n, load) for n, load in enumerate(some)))
        found.append(plan.totals.changed)

    spent = seconds(run)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(spent, f"one process, {found[0]} points change, peak {memory:.0f} MB")


def large_costs() -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Costs of 80 powers in four classes from a year of ten-minute values, as a re-fit makes."""
    (curve,) = curves(1, TEN_MINUTES, 600, 70_000)
    (load,) = loads([curve], c4_reading(WINDOWS))
    costs = np.zeros((4, 80), np.int64)
    for k, one in enumerate(load.classes):
        over = np.zeros(80, np.int64)
        told = np.array(one.steps_over[:80])
        over[: len(told)] = told
        costs[k] = np.arange(80) * (165, 140, 258, 1198)[k] + over * 207
    return costs


def programme() -> Measured:
    """The dynamic programme against the mixed-integer programme, the same optimum."""
    costs = large_costs()
    assert abs(milp(costs) - int(best_powers(costs[None])[0][0])) < 1e-3
    return side_by_side(lambda: best_powers(costs[None]), lambda: milp(costs), rounds=5)


def hdm(count: int) -> bytes:
    """A file of the grid operator: a year of ten-minute values of *count* points."""
    sink = io.BytesIO()
    records = (
        MeterCurve(
            supply_point=f"prm:{99_000_000_000_000 + n:014d}", quantity="active_power",
            form="mean_power", direction="import", unit="W", start=one.start, step="PT10M",
            values=one.watts.tolist(), provenance="synthetic",
        )
        for n, one in enumerate(curves(count, TEN_MINUTES, 600, 70_000))
    )  # fmt: skip
    formats.write(records, sink, format="enedis-hdm-curve")
    return sink.getvalue()


def reading() -> Measured:
    """A year of ten-minute values: how much longer it takes to read than to choose."""
    count = 20
    content = hdm(count)
    known: list[Curve] = []

    def read() -> None:
        known.clear()
        with formats.read(content, name="courbes.csv") as result:
            known.extend(curve_of(one) for one in result.records if isinstance(one, MeterCurve))

    def choose() -> None:
        some = loads(known, c4_reading(WINDOWS))
        refit(_problem(_point(n, load, "C4") for n, load in enumerate(some)))

    read_s = min(seconds(read) for _ in range(3))
    choose_s = min(seconds(choose) for _ in range(5))
    notes = (
        f"for 1,000 points: reading {read_s * 1000 / count:.0f} s, "
        f"choosing {choose_s * 1000 / count:.1f} s"
    )
    return Measured(read_s / choose_s, notes)


BENCHES = [
    Bench(
        name="power-pricing",
        title="300 points × a year of half-hours under every option",
        goal=Goal(">=", 50),
        unit="×",
        peer=f"pandas {pd.__version__}, one groupby a point",
        run=pricing,
    ),
    Bench(
        name="power-portfolio",
        title="20,000 points × a year of half-hours, from curves to the plan",
        goal=Goal("<", 60),
        unit="s",
        peer="none",
        run=portfolio,
    ),
    Bench(
        name="power-programme",
        title="powers above 36 kVA: dynamic programme against a mixed-integer programme",
        goal=Goal(">=", 10),
        unit="×",
        peer="HiGHS through PuLP, same optimum",
        run=programme,
    ),
    Bench(
        name="power-reading",
        title="a year of ten-minute values: reading against choosing",
        goal=Goal(">=", 5),
        unit="×",
        peer="reading of the same file (Enedis HDM)",
        run=reading,
    ),
]
