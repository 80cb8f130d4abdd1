"""Blocks against spot: the programme hour by hour, the frontier, caps, lots, fixed prices."""

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Cancelled
from synergie.plan.solver import Model
from synergie.purchase.plan.hedge import Scenarios, hedge, resampled
from synergie.purchase.plan.hedge._model import Programme, _Draft
from synergie.purchase.plan.hedge.axis import (
    PARIS,
    Axis,
    Floats,
    build_hour_classes,
    mark_product_hours,
)
from synergie.purchase.plan.hedge.risk import compute_cvar
from synergie.purchase.plan.hedge.scenarios import of_hours
from synergie.purchase.plan.hedge.study import _HedgeContext
from synergie.purchase.records.hedge import FixedOffer, HedgeProblem, HedgeProduct
from synergie.purchase.records.purchase import DeliveryPeriod

WEEK = DeliveryPeriod(starts=date(2027, 3, 22), ends=date(2027, 3, 29))  # the clocks go forward
YEAR = DeliveryPeriod(starts=date(2027, 1, 1), ends=date(2028, 1, 1))


def product(name: str, shape: str, price: str, delivery: DeliveryPeriod = WEEK) -> HedgeProduct:
    return HedgeProduct.model_validate(
        {
            "id": name,
            "shape": shape,
            "starts": delivery.starts,
            "ends": delivery.ends,
            "eur_per_mwh": Decimal(price),
        }
    )


def problem(**changes: Any) -> HedgeProblem:
    given_: dict[str, Any] = {
        "delivery": WEEK,
        "products": (product("base", "base", "80"), product("peak", "peak", "95")),
    }
    return HedgeProblem.model_validate(given_ | changes)


def drawn(count: int, seed: int, delivery: DeliveryPeriod = WEEK) -> Scenarios:
    """Prices and loads that move together, by hour and by scenario."""
    source, hours = np.random.default_rng(seed), len(Axis.of(delivery).starts)
    level = np.exp(source.normal(0, 0.4, (count, 1)))
    prices = 80 * level * np.exp(source.normal(0, 0.3, (count, hours)))
    loads = 2 * np.sqrt(level) * source.uniform(0.5, 1.5, (count, hours))
    return Scenarios(tuple(f"s{i}" for i in range(count)), prices, loads)


def by_hours(one: HedgeProblem, found: Scenarios, weight: float) -> float:
    """The least weighted sum, from a programme that has every hour of every scenario."""
    axis = Axis.of(one.delivery)
    covered, spread = mark_product_hours(axis, one), float(one.resale_spread_eur_per_mwh)
    paid = [float(p.eur_per_mwh) for p in one.products]
    groups = build_hour_classes(covered)
    model, count = Model("hours"), len(found.names)
    blocks = [model.column(p.id, high=1e3) for p in one.products]
    for group in range(len(groups.hours)):
        inside = groups.of_hour == group
        held = [(b, 1.0) for b, h in zip(blocks, groups.holds[group], strict=True) if h]
        if held:
            model.require(held, high=one.most_of_load * float(found.loads[:, inside].mean()))
    eta = model.column("eta", weight, low=-1e7, high=1e7)
    for w in range(count):
        spot = found.prices[w] + float(one.margin_eur_per_mwh)
        cost = model.column(f"c{w}", (1 - weight) / count, low=-1e7, high=1e7)
        above = model.column(f"u{w}", weight / ((1 - one.confidence) * count), high=1e8)
        model.require([(above, 1.0), (eta, 1.0), (cost, -1.0)], low=0)
        row = [(cost, 1.0)]
        for p, block in enumerate(blocks):
            row.append((block, float(((found.prices[w] - paid[p]) * covered[p]).sum())))
        for h in np.flatnonzero(covered.any(axis=0)):
            over = model.column(f"o{w}_{h}", high=1e4)
            held = [(b, -1.0) for p, b in enumerate(blocks) if covered[p, h]]
            model.require([(over, 1.0), *held], low=-float(found.loads[w, h]))
            row.append((over, -spread))
        model.require(row, low=float((spot * found.loads[w]).sum()))
    outcome = model.minimise(limit_s=60)
    assert outcome.stop == "proved" and outcome.objective is not None
    return outcome.objective


@pytest.mark.parametrize("spread", ["0", "7.5"])
@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_the_result_is_that_of_the_programme_with_every_hour(spread: str, weight: float) -> None:
    one = problem(
        resale_spread_eur_per_mwh=Decimal(spread),
        risk_weights=(weight,),
        confidence=0.8,
        margin_eur_per_mwh=Decimal("1.5"),
    )
    found = drawn(12, seed=5)
    (choice,) = hedge(one, found).choices
    expected = by_hours(one, found, weight)
    assert float(choice.weighted_eur) == pytest.approx(expected, rel=1e-6)
    assert choice.bound_eur is not None
    assert float(choice.bound_eur) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["0", "12"]), st.sampled_from([0.5, 0.9]))
def test_any_small_case_is_that_of_the_programme_with_every_hour(
    seed: int, spread: str, confidence: float
) -> None:
    one = problem(
        resale_spread_eur_per_mwh=Decimal(spread), risk_weights=(0.5,), confidence=confidence
    )
    found = drawn(4, seed)
    (choice,) = hedge(one, found).choices
    assert float(choice.weighted_eur) == pytest.approx(by_hours(one, found, 0.5), rel=1e-6)


def test_the_mean_rises_and_the_risk_falls_with_its_weight() -> None:
    study = hedge(
        problem(resale_spread_eur_per_mwh=Decimal(5), risk_weights=(1.0, 0.0, 0.05, 0.2, 0.5)),
        drawn(60, seed=2),
    )
    assert [one.risk_weight for one in study.choices] == [0.0, 0.05, 0.2, 0.5, 1.0]
    means = [one.risk.mean_eur for one in study.choices]
    risks = [one.risk.cvar_eur for one in study.choices]
    assert means == sorted(means)
    assert risks == sorted(risks, reverse=True)
    assert risks[0] > risks[-1]
    assert study.spot_only.cvar_eur >= risks[0]
    for one in study.choices:
        assert one.risk.best_eur <= one.risk.mean_eur <= one.risk.cvar_eur <= one.risk.worst_eur


def test_weight_zero_buys_what_is_cheaper_in_the_mean_and_nothing_else() -> None:
    found = drawn(40, seed=3)
    mean = float(found.prices.mean())
    cheap = problem(products=(product("base", "base", f"{mean - 1:.2f}"),), risk_weights=(0.0,))
    dear = problem(products=(product("base", "base", f"{mean + 1:.2f}"),), risk_weights=(0.0,))
    load = float(found.loads.mean())
    assert hedge(cheap, found).choices[0].positions[0].mw == pytest.approx(load)
    assert hedge(dear, found).choices[0].positions[0].mw == 0


def test_nothing_is_bought_beyond_the_mean_load_however_cheap() -> None:
    one = problem(
        products=(product("base", "base", "1"), product("peak", "peak", "1")),
        most_of_load=0.6,
    )
    found = drawn(20, seed=4)
    peak = Axis.of(WEEK).peak
    for choice in hedge(one, found).choices:
        base, more = (position.mw for position in choice.positions)
        assert base <= 0.6 * found.loads[:, ~peak].mean() + 1e-9
        assert base + more <= 0.6 * found.loads[:, peak].mean() + 1e-9
        assert choice.quarters[0].cover == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize("lot", [0.1, 1.0])
def test_lots_are_whole_and_the_best_of_all(lot: float) -> None:
    found = drawn(15, seed=6)
    one = problem(
        lot_mw=lot, resale_spread_eur_per_mwh=Decimal(4), risk_weights=(0.4,), confidence=0.8
    )
    (choice,) = hedge(one, found).choices
    for position in choice.positions:
        assert position.mw / lot == pytest.approx(round(position.mw / lot))
    ground = _HedgeContext.of(one, found, Axis.of(WEEK))
    caps = [float(ground.terms.cap[ground.terms.classes.holds[:, p]].min()) for p in range(2)]
    best = min(
        _weighted(ground.terms.costs(np.array([i * lot, j * lot])), 0.4, 0.8)
        for i in range(int(caps[0] / lot) + 1)
        for j in range(int(caps[1] / lot) + 1)
        if (i + j) * lot <= caps[1] + 1e-9
    )
    assert float(choice.weighted_eur) == pytest.approx(best, abs=0.01)


def _weighted(costs: Floats, weight: float, confidence: float) -> float:
    return (1 - weight) * float(costs.mean()) + weight * compute_cvar(costs, confidence)


def test_a_fixed_price_moves_with_the_volume_alone() -> None:
    found = drawn(30, seed=7)
    offers = (
        FixedOffer(id="flat", supplier="A", eur_per_mwh=Decimal("99.90"), fixed_eur=Decimal(50)),
        FixedOffer(
            id="shaped", supplier="B", eur_per_mwh=Decimal(90), peak_eur_per_mwh=Decimal(110)
        ),
    )
    flat, shaped = hedge(problem(fixed_offers=offers, risk_weights=(0.0,)), found).fixed
    volumes = found.loads.sum(axis=1)
    assert float(flat.risk.mean_eur) == pytest.approx(99.90 * volumes.mean() + 50, abs=0.01)
    assert float(flat.risk.worst_eur) == pytest.approx(99.90 * volumes.max() + 50, abs=0.01)
    peak = Axis.of(WEEK).peak
    both = 90 * found.loads[:, ~peak].sum(axis=1) + 110 * found.loads[:, peak].sum(axis=1)
    assert float(shaped.risk.mean_eur) == pytest.approx(both.mean(), abs=0.01)


def test_one_block_of_all_the_load_is_a_fixed_price() -> None:
    """A flat load bought whole: spot prices no longer matter."""
    hours = len(Axis.of(WEEK).starts)
    prices = drawn(10, seed=8).prices
    found = Scenarios(tuple(map(str, range(10))), prices, np.full((10, hours), 3.0))
    one = problem(products=(product("base", "base", "80"),), risk_weights=(1.0,))
    (choice,) = hedge(one, found).choices
    fixed = round(Decimal(80) * 3 * hours, 2)
    assert choice.risk.worst_eur == choice.risk.mean_eur == choice.risk.cvar_eur == fixed
    assert choice.quarters[0].cover == pytest.approx(1)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.sampled_from([0.5, 0.9, 0.95]))
def test_the_mean_of_the_dearest_is_the_least_over_eta(
    costs: list[float], confidence: float
) -> None:
    array = np.array(costs)
    least = min(eta + np.maximum(array - eta, 0).mean() / (1 - confidence) for eta in array)
    assert compute_cvar(array, confidence) == pytest.approx(least, rel=1e-9, abs=1e-6)


def test_the_programme_does_not_grow_with_the_hours() -> None:
    sizes = []
    for delivery in (WEEK, YEAR):
        one = problem(
            delivery=delivery,
            products=(
                product("base", "base", "80", delivery),
                product("peak", "peak", "95", delivery),
            ),
        )
        ground = _HedgeContext.of(one, drawn(8, 1, delivery), Axis.of(delivery))
        made = _Draft(Programme(ground.terms, 0.9, None), 0.5).model
        sizes.append((len(made.columns), len(made.rows)))
    assert sizes[0] == sizes[1] == (2 + 8 + 2, 8 + 1)  # products, scenarios, eta, one; caps


def test_a_week_of_the_change_has_167_hours_and_60_of_peak() -> None:
    axis = Axis.of(WEEK)
    assert len(axis.starts) == 167
    assert int(axis.peak.sum()) == 60
    assert len(Axis.of(YEAR).starts) == 8760


def test_several_years_are_told_apart() -> None:
    both = DeliveryPeriod(starts=date(2026, 12, 28), ends=date(2027, 1, 4))
    one = problem(
        delivery=both,
        products=(product("base", "base", "80", both),),
        risk_weights=(0.5,),
        margin_eur_per_mwh=Decimal(2),
        resale_spread_eur_per_mwh=Decimal(3),
    )
    (choice,) = hedge(one, drawn(9, 2, both)).choices
    assert [year.year for year in choice.years] == [2026, 2027]
    assert [one_.quarter for one_ in choice.quarters] == ["2026-Q4", "2027-Q1"]
    total = sum(float(year.mean_eur) for year in choice.years)
    assert total == pytest.approx(float(choice.risk.mean_eur), abs=0.02)


def _history(days: int, *, start: date = date(2025, 1, 6)) -> dict[datetime, tuple[float, float]]:
    """The number of the day as the price, the local hour as the load."""
    first = datetime(start.year, start.month, start.day, tzinfo=PARIS).astimezone(UTC)
    hours = [first + timedelta(hours=i) for i in range(days * 24)]
    local = [hour.astimezone(PARIS) for hour in hours]
    return {
        hour: (float((one.date() - start).days), float(one.hour))
        for hour, one in zip(hours, local, strict=True)
    }


def test_weeks_are_drawn_from_their_season_and_keep_their_weekday() -> None:
    history = _history(364)
    found = resampled(WEEK, history, count=50, seed=1, spread_weeks=2)
    axis = Axis.of(WEEK)
    weeks = set()
    for line in range(50):
        day = found.prices[line].astype(int)  # the number of the day in the history
        assert all(d % 7 == i.weekday() for d, i in zip(day, axis.days, strict=True))
        weeks.add(int(day[0] // 7))
    assert weeks <= {8, 9, 10, 11, 12}  # the history begins in week 2; the delivery is week 12
    assert len(weeks) == 5
    again = resampled(WEEK, history, count=50, seed=1, spread_weeks=2)
    assert np.array_equal(found.prices, again.prices)
    assert found.digest() == again.digest()
    assert found.digest() != resampled(WEEK, history, count=50, seed=2, spread_weeks=2).digest()


def test_weeks_are_drawn_in_runs_and_runs_keep_the_risk_of_a_season() -> None:
    history = _history(364 * 3)
    found = resampled(YEAR, history, count=30, seed=4, spread_weeks=4, run_weeks=13)
    mondays = [i for i, (d, h) in enumerate(_local(YEAR)) if d.weekday() == 0 and h == 0]
    weeks = found.prices[:, mondays] // 7  # the number of the week in the history
    steps = np.diff(weeks, axis=1)
    breaks = {int(place) for place in np.argwhere(steps != 1)[:, 1]}
    assert breaks
    assert all((place + 2) % 13 == 0 for place in breaks)  # the first week of 2027 has no Monday


def _local(delivery: DeliveryPeriod) -> list[tuple[date, int]]:
    axis = Axis.of(delivery)
    return list(zip(axis.days, axis.hour.tolist(), strict=True))


def test_price_and_load_are_drawn_together() -> None:
    history = {k: (10 * load, load) for k, (_, load) in _history(364).items()}
    found = resampled(YEAR, history, count=3, seed=0, spread_weeks=26, run_weeks=1)
    assert np.array_equal(found.prices, 10 * found.loads)


def test_a_history_without_the_season_is_refused() -> None:
    with pytest.raises(BadInput, match="same season"):
        resampled(YEAR, _history(28), count=2, seed=0, spread_weeks=1, run_weeks=1)
    with pytest.raises(BadInput, match="whole week"):
        resampled(WEEK, _history(5), count=2, seed=0)


def test_a_scenario_without_an_hour_names_it() -> None:
    hours = dict.fromkeys(Axis.of(WEEK).starts, (50.0, 2.0))
    assert of_hours(WEEK, {"s": hours}).loads.sum() == 334
    gone = Axis.of(WEEK).starts[100]
    del hours[gone]
    with pytest.raises(BadInput) as caught:
        of_hours(WEEK, {"s": hours})
    assert (caught.value.where, caught.value.found) == ("/scenarios/s", gone.isoformat())


@pytest.mark.parametrize(
    ("prices", "loads", "found"),
    [
        ([[1.0, np.nan]], [[1.0, 1.0]], "nan"),
        ([[1.0, 2.0]], [[1.0, -1.0]], "-1 MW"),
        ([[1.0, 2.0]], [[1.0]], "(1, 1)"),
    ],
)
def test_scenarios_with_holes_are_refused(prices: Any, loads: Any, found: str) -> None:
    with pytest.raises(BadInput) as caught:
        Scenarios(("s",), np.array(prices), np.array(loads))
    assert found in str(caught.value.found)


def test_what_does_not_fit_is_refused() -> None:
    outside = problem(products=(product("y", "base", "80", YEAR),))
    with pytest.raises(BadInput, match="inside the delivery"):
        hedge(outside, drawn(2, 1))
    twice = problem(products=(product("b", "base", "80"), product("b", "peak", "80")))
    with pytest.raises(BadInput, match="each product once"):
        hedge(twice, drawn(2, 1))
    with pytest.raises(BadInput, match="as many hours"):
        hedge(problem(), drawn(2, 1, YEAR))
    with pytest.raises(Cancelled):
        hedge(problem(), drawn(2, 1), cancel=lambda: True)


def test_without_products_there_is_only_spot() -> None:
    study = hedge(problem(products=(), risk_weights=(0.5,)), drawn(5, 1))
    assert study.choices[0].risk == study.spot_only
    assert study.choices[0].positions == ()


def test_real_prices_and_loads_of_france_make_scenarios(shared: Path) -> None:
    """Day-ahead prices of autumn 2016 with the shape of the national load, 2 MW in the mean."""
    with (shared / "data/market-prices/epf_hourly_BE_DE_FR_NP_2016.csv").open() as source:
        rows = [row for row in csv.DictReader(source) if row["unique_id"] == "FR"]
    with (shared / "data/load-weather-fr/entsoe_total_load_FR_2022.csv").open() as source:
        load = {
            row["Time (UTC)"][3:5] + row["Time (UTC)"][:2] + row["Time (UTC)"][11:13]: row[
                "Actual Total Load [MW] - BZN|FR"
            ]
            for row in csv.DictReader(source)
        }
    history = {}
    for row in rows:
        start = datetime.fromisoformat(row["ds"]).replace(tzinfo=UTC)
        history[start] = (float(row["y"]), float(load[f"{start:%m%d%H}"]) / 25_000)
    assert len(history) == 1680
    month = DeliveryPeriod(starts=date(2027, 11, 1), ends=date(2027, 12, 1))
    found = resampled(month, history, count=50, seed=1, spread_weeks=4, run_weeks=2)
    assert found.prices.max() > 500  # the peak of 7 November 2016 is among them
    one = problem(
        delivery=month,
        products=(product("base", "base", "55", month), product("peak", "peak", "70", month)),
        resale_spread_eur_per_mwh=Decimal(3),
        lot_mw=0.1,
    )
    study = hedge(one, found)
    assert study.hours == 720
    risks = [choice.risk.cvar_eur for choice in study.choices]
    assert risks == sorted(risks, reverse=True)
    assert risks[-1] < study.spot_only.cvar_eur
