"""Vectorised prices against the bill in decimals, and choices against brute force."""

import itertools
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.energy.plan.power._candidates import rates_of
from synergie.energy.plan.power._powers import FAR, best_powers
from synergie.energy.plan.power._price import compute_bills
from synergie.energy.plan.power.curves import steps_over
from synergie.energy.plan.power.portfolio import digest, refit
from synergie.energy.plan.tariff.bill import yearly
from synergie.energy.plan.tariff.tables import shipped
from synergie.energy.records.offer import Price, Subscription
from synergie.energy.records.power import (
    ClassLoad,
    PowerLoad,
    PowerPoint,
    PowerProblem,
    SubscribedKva,
)
from synergie.energy.records.power_plan import PowerPlan
from synergie.energy.records.tariff import (
    BilledTerms,
    ClassKwh,
    ClassPower,
    PeriodUse,
    PriceSchedule,
)
from synergie.errors import BadInput
from synergie.plan import record as _record
from tests.plan.power_cases import (
    DAY,
    FOUR,
    LOT_2,
    load,
    milp,
    point,
    problem,
    rules,
    schedule,
)

CODES = (
    "BTINFCUST", "BTINFCU4", "BTINFMU4", "BTINFMUDT", "BTINFLU", "BTSUPCU", "BTSUPLU",
)  # fmt: skip
DAYS = (date(2024, 6, 1), date(2025, 3, 1), date(2025, 7, 31), date(2025, 9, 1), date(2026, 3, 1))


def _schedule(chance: random.Random, digits: int) -> PriceSchedule:
    cells = [
        Price(
            tariff_code=code,
            time_class=name,
            eur_per_mwh=Decimal(chance.randint(-(10**3), 30 * 10**4)).scaleb(-digits),
        )
        for code in CODES
        for name in ("BASE", "HP", "HC", *FOUR)
    ]
    paid = [
        Subscription(tariff_code=code, eur_per_point=Decimal(chance.randint(0, 9999)).scaleb(-2))
        for code in CODES
        if chance.random() < 0.5
    ]
    return PriceSchedule(prices=tuple(cells), subscriptions=tuple(paid))


@pytest.mark.parametrize("seed", range(5))
def test_amounts_of_many_points_are_those_of_the_bill_in_decimals(seed: int) -> None:
    """Thousands of random points, every option: the same total to the cent, and the same lines."""
    chance, count = random.Random(seed), 90  # noqa: S311 (a test)
    told = _schedule(chance, digits=(2, 2, 3, 6, 4)[seed])
    for code, day in itertools.product(CODES, DAYS):
        try:
            rates = rates_of(code, told, shipped(), day)
        except BadInput:  # no grid above 36 kVA, or no price of its overruns, before August 2025
            assert code.startswith("BTSUP") and day < date(2025, 8, 1)
            continue
        classes, stepped = len(rates.classes), len(rates.turpe.b) > 1
        most = 10 ** chance.choice((6, 9, 12))
        energy = np.array([[chance.randrange(most) for _ in range(classes)] for _ in range(count)])
        if stepped:
            power = np.array(
                [sorted(1000 * chance.randint(37, 250) for _ in FOUR) for _ in range(count)]
            )
        else:
            power = np.array([[100 * chance.randint(1, 360)] for _ in range(count)])
        overrun = np.array([chance.randrange(10**9) * stepped for _ in range(count)])
        bills = compute_bills(rates, energy, power, overrun)
        for i in range(count):
            use = PeriodUse(
                from_date=day,
                to_date=day + timedelta(days=365),
                energy=tuple(
                    ClassKwh(time_class=name, kwh=Decimal(int(wh)).scaleb(-3))
                    for name, wh in zip(rates.classes, energy[i], strict=True)
                ),
                overrun_hours=Decimal(int(overrun[i])).scaleb(-6),
            )
            terms = BilledTerms(
                tariff_code=code,
                powers=tuple(
                    ClassPower(time_class=name, kva=Decimal(int(va)).scaleb(-3))
                    for name, va in zip(FOUR if stepped else (None,), power[i], strict=True)
                ),
                prices=told,
            )
            bill = yearly(terms, use, on=day)
            assert bill.ht_eur is not None
            assert int(bills.total_cents[i]) == bill.ht_eur * 100, (code, day, i)
            cents = bills.line_cents[i]
            taxes = [eur and eur * 100 for eur in (bill.cta_eur, bill.accise_eur)]
            assert [int(cents[4]), int(cents[8])] == taxes


def test_amounts_too_large_for_64_bits_are_still_exact() -> None:
    told = _schedule(random.Random(7), digits=6)  # noqa: S311 (a test)
    rates = rates_of("BTINFMU4", told, shipped(), DAY)
    energy = np.array([[10**15 + 1, 7, 10**14 + 3, 10**13 + 9]])
    bills = compute_bills(rates, energy, np.array([[36_000]]))
    kwh = {n: Decimal(int(wh)).scaleb(-3) for n, wh in zip(FOUR, energy[0], strict=True)}
    turpe = rates.turpe
    fixed = turpe.cg_eur + turpe.cc_eur + 36 * turpe.b["BASE"]
    total = fixed * Decimal("1.15") + rates.subscription_eur
    total += sum((kwh[n] * (turpe.c[n] / 100 + rates.supply[n] / 1000) for n in FOUR), Decimal(0))
    total += sum(kwh.values()) * rates.accise_eur_per_mwh / 1000
    assert bills.amounts.dtype == object
    assert abs(Decimal(int(bills.total_cents[0])) - total * 100) <= Decimal("0.5")


@given(
    st.lists(st.lists(st.integers(0, 60), min_size=7, max_size=7), min_size=4, max_size=4).map(
        np.array
    ),
    st.sets(st.integers(0, 6), max_size=3),
)
def test_the_dynamic_programme_is_the_best_of_all_rising_powers(
    costs: np.ndarray, barred: set[int]
) -> None:
    costs = costs.astype(np.int64)
    costs[-1, sorted(barred)] = FAR
    total, at = best_powers(costs[None])
    rising = itertools.combinations_with_replacement(range(7), 4)
    values: dict[tuple[int, ...], int] = {
        p: sum(int(costs[k, p[k]]) for k in range(4)) for p in rising
    }
    least = min(values.values())
    assert int(total[0]) == least
    assert values[tuple(map(int, at[0]))] == least


def brute_force(
    one: PowerPoint, given_: PowerProblem, code: str
) -> tuple[Decimal, tuple[int, ...]]:
    """The cheapest rising powers of a small grid by pricing every one in decimals."""
    assert one.load is not None and one.load.step_s is not None
    low, top = given_.rules.c4_least_kva, given_.rules.c4_top_kva
    most = int(one.connection_kva or 250)
    energy = tuple(ClassKwh(time_class=c.time_class, kwh=c.kwh) for c in one.load.classes)
    over: dict[str, tuple[int, ...]] = {c.time_class: c.steps_over for c in one.load.classes}
    best: tuple[Decimal, tuple[int, ...]] | None = None
    for powers in itertools.combinations_with_replacement(range(low, most + 1), 4):
        if powers[-1] < top:
            continue
        hours = Decimal(0)
        for name, kva in zip(FOUR, powers, strict=True):
            steps = over[name][kva] if kva < len(over[name]) else 0
            hours += (Decimal(steps * one.load.step_s) / 3600).quantize(Decimal("0.000001"))
        use = PeriodUse(from_date=DAY, to_date=date(2027, 3, 1), energy=energy, overrun_hours=hours)
        terms = BilledTerms(
            tariff_code=code,
            powers=tuple(
                ClassPower(time_class=n, kva=Decimal(p)) for n, p in zip(FOUR, powers, strict=True)
            ),
            prices=given_.prices[0].schedule,
        )
        total = yearly(terms, use, on=DAY).ht_eur
        assert total is not None
        best = min(best or (total, powers), (total, powers))
    assert best is not None
    return best


@st.composite
def large(draw: st.DrawFn) -> PowerPoint:
    """A point above 36 kVA with a few steps near 36 to 40 kVA."""
    classes = []
    for name in FOUR:
        va = draw(st.lists(st.integers(30_000, 40_500), min_size=1, max_size=12))
        repeat = draw(st.integers(1, 12))
        over = steps_over(np.repeat(np.array(va), repeat))
        classes.append(
            ClassLoad(
                time_class=name,  # type: ignore[arg-type]
                kwh=Decimal(draw(st.integers(0, 90_000))),
                reached_va=max(va),
                steps_over=tuple(over.tolist()),
            )
        )
    whole = PowerLoad(source="curve", step_s=600, classes=tuple(classes))
    kva = draw(st.integers(37, 41))
    return point(
        market_segment="C4",
        tariff_code=draw(st.sampled_from(["BTSUPCU", "BTSUPLU"])),
        subscribed=(SubscribedKva(kva=Decimal(kva)),),
        connection_kva=Decimal(41),
        load=whole,
    )


@given(large(), st.sampled_from(["priced", "none"]))
def test_powers_above_36_kva_are_those_of_brute_force(one: PowerPoint, overruns: str) -> None:
    asked, priced = problem(one, rules=rules(overruns=overruns)), overruns == "priced"
    (found,) = refit(asked).outcomes
    assert found.best is not None and found.today is not None
    if priced:
        cheapest = min(brute_force(one, asked, code)[0] for code in ("BTSUPCU", "BTSUPLU"))
        assert found.best.bill.total_eur == min(cheapest, found.today.bill.total_eur)
    elif found.status == "change":
        assert found.best.overrun_hours == 0
    told = [part.kva for part in found.best.subscribed]
    assert told == sorted(told)
    assert found.best.bill.total_eur <= found.today.bill.total_eur


def test_the_mixed_integer_programme_finds_the_same() -> None:
    chance = np.random.default_rng(3)
    for _ in range(5):
        costs = np.cumsum(chance.integers(0, 90, (4, 40)), axis=1)
        costs += np.sort(chance.integers(0, 4000, (4, 40)), axis=1)[:, ::-1]
        total, _at = best_powers(costs[None])
        assert abs(milp(costs) - int(total[0])) < 1e-6


@st.composite
def small(draw: st.DrawFn, key: str = "p") -> PowerPoint:
    """A point up to 36 kVA, whatever is known of it."""
    level = draw(st.sampled_from([("BASE",), ("HP", "HC"), FOUR]))
    kwh = {name: str(draw(st.integers(0, 20_000))) for name in level}
    reached = draw(st.one_of(st.none(), st.integers(0, 40_000)))
    kva = draw(st.sampled_from(["3", "6", "9.5", "18", "36"]))
    code = draw(st.sampled_from([None, *CODES[:5]]))
    return point(
        key,
        tariff_code=code,
        member=draw(st.sampled_from(["a", "b"])),
        subscribed=(SubscribedKva(kva=Decimal(kva)),) if draw(st.booleans()) or code else (),
        connection_kva=draw(st.sampled_from([None, Decimal(12)])),
        load=load(kwh, reached),
    )


def cheapest(one: PowerPoint, asked: PowerProblem) -> Decimal | None:
    """The best of all options and all whole powers up to 36 kVA that hold what was reached with
    its margin (today's power too where it held), priced in decimals; today is always open."""
    assert one.load is not None
    names = [c.time_class for c in one.load.classes]
    energy = {c.time_class: c.kwh for c in one.load.classes}
    reached = one.load.reached_va
    today = one.subscribed[0].kva if one.subscribed else None
    room = min(Decimal(36), max(one.connection_kva or Decimal(36), today or Decimal(0)))
    margin = 1 + asked.rules.margin
    found = []
    for code in CODES[:5]:
        classes = tuple(shipped().turpe(code, DAY).c)
        if len(names) < len(classes):
            continue
        whole = [Decimal(k) for k in range(1, 37) if k <= room]
        if reached is None:
            powers = [today] if today is not None else []
        else:
            held = Decimal(reached) / 1000
            wanted = [k for k in whole if k >= held * margin] or [
                k for k in whole[-1:] if k >= held
            ]
            few = [*wanted[:4], *wanted[-1:]]  # the cost rises with the power
            powers = [*few, *([today] if today is not None and today >= held else [])]
        found += [
            total for kva in powers if (total := _total(code, kva, energy, asked)) is not None
        ]
    if one.tariff_code is not None and today is not None:
        now = _total(one.tariff_code, today, energy, asked)
        found += [] if now is None or len(names) < len(_classes(one.tariff_code)) else [now]
    return min(found, default=None)


def _classes(code: str) -> tuple[str, ...]:
    return tuple(shipped().turpe(code, DAY).c)


def _total(
    code: str, kva: Decimal, energy: dict[Any, Decimal], asked: PowerProblem
) -> Decimal | None:
    terms = BilledTerms(
        tariff_code=code, powers=(ClassPower(kva=kva),), prices=asked.prices[0].schedule
    )
    try:
        bill = yearly(terms, energy, on=DAY)
    except BadInput:
        return None
    return bill.ht_eur if not bill.not_priced or not any(m.kwh for m in bill.not_priced) else None


@given(small(), st.sampled_from(["0", "0.2", "0.5"]))
def test_options_up_to_36_kva_are_those_of_brute_force(one: PowerPoint, margin: str) -> None:
    asked = problem(one, rules=rules(margin=margin))
    (found,) = refit(asked).outcomes
    energies = sum((c.kwh for c in one.load.classes), Decimal(0)) if one.load else Decimal(0)
    expected = cheapest(one, asked) if energies else None
    if expected is None:
        return
    assert found.best is not None
    assert found.best.bill.total_eur == expected


@given(st.lists(small(), max_size=6), st.sampled_from(["0", "0.2"]))
def test_never_dearer_than_today_and_never_under_what_was_reached(
    points: list[PowerPoint], margin: str
) -> None:
    named = [one.model_copy(update={"id": f"p{n}"}) for n, one in enumerate(points)]
    plan = refit(problem(*named, rules=rules(margin=margin)))
    assert plan.baseline_eur is not None and plan.objective_eur <= plan.baseline_eur
    assert plan.bound_eur == plan.objective_eur
    loads = {one.id: one.load for one in named}
    for one in plan.outcomes:
        told = loads[one.point]
        if one.status == "change" and told is not None and told.reached_va is not None:
            assert one.best is not None and one.today is not None
            assert one.best.subscribed[0].kva * 1000 >= told.reached_va
            assert one.best.bill.total_eur < one.today.bill.total_eur


@given(small(), st.integers(0, 20), st.integers(0, 20))
def test_more_margin_is_never_cheaper(one: PowerPoint, tenths: int, more: int) -> None:
    def total(parts: int) -> Decimal | None:
        asked = problem(one, rules=rules(margin=str(Decimal(parts) / 20)))
        best = refit(asked).outcomes[0].best
        return None if best is None else best.bill.total_eur

    low, high = total(min(tenths, more)), total(max(tenths, more))
    assert low is None or high is None or low <= high


@given(st.lists(small(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_points_changes_nothing(points: list[PowerPoint], chance: Any) -> None:
    named = [one.model_copy(update={"id": f"p{n}"}) for n, one in enumerate(points)]
    mixed = chance.sample(named, len(named))
    assert said(refit(problem(*named))) == said(refit(problem(*mixed)))


def said(plan: PowerPlan) -> str:
    return plan.model_dump_json(exclude={"inputs_digest"})


@given(st.lists(small(), min_size=1, max_size=4))
def test_a_point_is_decided_as_if_it_were_alone(points: list[PowerPoint]) -> None:
    named = [one.model_copy(update={"id": f"p{n}"}) for n, one in enumerate(points)]
    together = {one.point: one for one in refit(problem(*named)).outcomes}
    for one in named:
        (alone,) = refit(problem(one)).outcomes
        assert together[one.id] == alone


@given(small())
def test_ten_times_the_prices_and_fees_choose_the_same(one: PowerPoint) -> None:
    """Every amount of the tables and the schedule ten times: the same choice, ten times the cost
    but for the rounding of the cent."""
    tables = shipped()
    dear = type(tables)(
        {
            name: {
                key: tuple(
                    version if name in {"cta", "vat"} else _ten(version) for version in versions
                )
                for key, versions in table.items()
            }
            for name, table in tables.versions.items()
        }
    )
    cells = {
        code: {name: str(10 * Decimal(eur)) for name, eur in of.items()}
        for code, of in LOT_2.items()
    }
    (first,) = refit(problem(one)).outcomes
    (second,) = refit(problem(one, prices=(schedule(cells),)), dear).outcomes
    if first.best is None or second.best is None or first.second is None:
        assert (first.best is None) == (second.best is None)
        return
    assert abs(first.best.bill.total_eur * 10 - second.best.bill.total_eur) < 1


def _ten(version: Any) -> Any:
    from dataclasses import replace

    return replace(version, values={k: 10 * v for k, v in version.values.items()})


def test_the_digest_is_the_canonical_one() -> None:
    asked = problem(point("p", member="é", load=load({"BASE": "10"}, 5), name="Écluse \t"[:6]))
    assert digest(asked) == _record.digest(asked)


def test_the_same_input_gives_the_same_bytes() -> None:
    asked = problem(point(load=load({"BASE": "1000"}, 4000)))
    assert refit(asked).model_dump_json() == refit(asked).model_dump_json()
