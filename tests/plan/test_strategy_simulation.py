"""The simulated life of a park: closed forms, expected values, crews that queue, promises."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput, Cancelled
from synergie.maintenance.plan import strategy
from synergie.maintenance.plan.strategy import simulation
from synergie.maintenance.plan.strategy._choices import items
from synergie.maintenance.plan.strategy._ground import DAYS, StrategyInputs
from synergie.maintenance.plan.strategy._options import Option
from synergie.maintenance.records.maintenance import MaintenancePlan, PlannedVisit
from synergie.maintenance.records.strategy import (
    AgeCount,
    DelayShare,
    Estimate,
    Response,
    StrategyProblem,
    UpkeepPolicy,
)
from synergie.park.records.crew import ServiceTarget
from synergie.park.records.park import CabinetState, LampState, ParkState
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import Phrase
from tests.plan.strategy_cases import (
    DELAYS,
    MODELS,
    build_cleaning_rule,
    group,
    model,
    problem,
    spot,
)

AGES = (
    AgeCount(burned_hours=0, count=300),
    AgeCount(burned_hours=20_000, count=300),
    AgeCount(burned_hours=38_000, count=300),
)


def near(seen: Estimate, told: float, *, times: float = 1.6) -> bool:
    """Within the interval of the mean, a little widened: 95 % is not always."""
    middle, half = seen.mean, (seen.interval.high - seen.interval.low) / 2 * times
    return abs(told - middle) <= half + 1e-3 * abs(told)


def chosen(given: StrategyProblem, **told: object) -> Option:
    lamps = next(item for item in items(StrategyInputs.of(given)) if item.kind == "lamps")
    return next(
        option
        for option in lamps.options
        if all(getattr(option, field) == value for field, value in told.items())
    )


# against closed forms


def test_without_memory_points_out_are_those_of_the_closed_form() -> None:
    """A renewal of life m and repair d is out d / (m + d) of the time."""
    lamp = model("SHP", 1.0, 8_200.0)
    given = problem(group(cabinets=0), models=(lamp,))
    life = strategy.simulate(given, spot(given), lives=100, seed=5)
    mean, delay = 2.0, 3 / DAYS
    assert near(life.out_share, delay / (mean + delay))
    (points,) = life.delays
    assert points.severity == "point" and near(points.mean_days, 3.0)
    assert near(points.faults, 400 / (mean + delay))
    assert points.median_days in {1.0, 5.0} and points.p90_days == points.p95_days == 5.0


def test_a_life_that_never_varies_fails_when_it_must() -> None:
    lamp = model("SHP", 50.0, 4_100.0 * 3)
    given = problem(group(cabinets=0), models=(lamp,))
    life = strategy.simulate(given, spot(given), lives=5)
    each = [year.faults.mean for year in life.by_year]
    assert sum(each) == pytest.approx(3 * 400, rel=0.01)
    assert each[0] == each[1] == 0 and each[2] > 200 and each[3] + each[6] < 0.3 * sum(each)


@pytest.mark.parametrize(
    ("told", "policy"),
    [
        ({"relamp_years": None, "led_year": None}, {}),
        ({"relamp_years": 4.0, "led_year": None}, {"relamp_years": 4.0}),
        ({"relamp_years": None, "led_year": 3}, {"led_year": 3}),
        ({"relamp_years": 2.0, "led_year": 6}, {"relamp_years": 2.0, "led_year": 6}),
    ],
    ids=["spot", "relamp", "led", "both"],
)
def test_lives_meet_what_is_expected(told: dict[str, object], policy: dict[str, object]) -> None:
    given = problem(group(lamps=AGES, cabinets=12, led_power_w=40), models=MODELS[:3])
    option = chosen(given, **told)
    life = strategy.simulate(given, spot(given, **policy), lives=100, seed=11)
    assert near(life.out_share, option.gives.out / (900 * 10 * DAYS), times=2)
    assert near(life.cost_eur, float(option.cost), times=2)
    assert near(life.crew_hours_year, option.gives.hours / 10, times=2)
    assert near(life.energy_mwh_year, option.gives.energy / 10, times=2)


@pytest.mark.parametrize("buys", [True, False], ids=["bought", "none-bought"])
def test_lives_meet_what_is_expected_when_lamps_are_sold_no_more(*, buys: bool) -> None:
    lamps = group(lamps=AGES, led_power_w=40, purchasable_until=date(2029, 7, 1))
    given = problem(lamps, models=MODELS[:3])
    options = [
        o
        for o in next(iter(items(StrategyInputs.of(given)))).options
        if o.led_year is None and o.relamp_years is None
    ]
    option = next(o for o in options if bool(o.last_buy) == buys)
    policy = spot(given, last_buy=option.last_buy)
    life = strategy.simulate(given, policy, lives=100, seed=2)
    assert near(life.out_share, option.gives.out / (900 * 10 * DAYS), times=2)
    assert near(life.cost_eur, float(option.cost), times=2)
    assert near(life.energy_mwh_year, option.gives.energy / 10, times=2)


def test_a_cabinet_out_is_a_street_out() -> None:
    given = problem(group(cabinets=8), models=(model("SHP", 3.0, 9e6), MODELS[3]))
    life = strategy.simulate(given, spot(given), lives=200, seed=1)
    rate, delay = 0.3, 0.5 / DAYS
    (streets,) = life.delays
    assert streets.severity == "street"
    assert near(streets.faults, 8 * rate / (1 + rate * delay))
    assert near(life.out_share, rate * delay / (1 + rate * delay))


def test_what_nobody_has_told_is_dark_but_not_late() -> None:
    lamp = model("SHP", 1.0, 8_200.0)
    point = DELAYS[0].model_copy(update={"unseen_days": 20.0})
    given = problem(group(cabinets=0), models=(lamp,), responses=(point,))
    life = strategy.simulate(given, spot(given), lives=100, seed=3)
    delay = 23 / DAYS
    assert near(life.out_share, delay / (2 + delay), times=2)
    (points,) = life.delays
    assert near(points.mean_days, 3.0) and points.p95_days == 5.0


# crews


def quick(**told: object) -> StrategyProblem:
    return problem(group(lamps=AGES, technology="IM", cabinets=12), **told)


def test_fewer_crews_never_mend_sooner() -> None:
    shares = []
    for most in (None, 12, 6, 4, 0):
        given = quick(repairs_week=most)
        shares.append(strategy.simulate(given, spot(given), lives=20).out_share.mean)
    assert shares == sorted(shares)
    assert shares[2] > 1.02 * shares[0] and shares[-1] > 0.5


def test_with_crews_too_few_faults_pile_up() -> None:
    given = quick(repairs_week=2)
    life = strategy.simulate(given, spot(given), lives=20)
    free = quick(repairs_week=50)
    assert life.waiting.mean > 100 > strategy.simulate(free, spot(free), lives=20).waiting.mean
    late = [d.beyond.mean for d in life.delays if d.beyond is not None and d.severity == "point"]
    assert late[0] > 0.9


def test_streets_come_first_when_crews_are_few() -> None:
    given = quick(repairs_week=2)
    life = strategy.simulate(given, spot(given), lives=20)
    days = {delay.severity: delay.mean_days.mean for delay in life.delays}
    assert days["street"] < 8 < days["point"]


def test_group_relamping_means_fewer_faults() -> None:
    given = quick()
    alone = strategy.simulate(given, spot(given), lives=20)
    grouped = strategy.simulate(given, spot(given, relamp_years=2.0), lives=20)
    assert sum(y.faults.mean for y in grouped.by_year) < sum(y.faults.mean for y in alone.by_year)
    assert grouped.out_share.mean < alone.out_share.mean


# the same again, and bounds of memory


def test_the_same_seed_draws_the_same_lives() -> None:
    given = quick(repairs_week=8)
    one, two, other = (strategy.simulate(given, spot(given), lives=8, seed=s) for s in (4, 4, 5))
    assert one == two
    assert one.out_share.mean != other.out_share.mean


def test_lives_drawn_in_parts_are_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    given = quick()
    whole = strategy.simulate(given, spot(given), lives=30)
    monkeypatch.setattr(simulation, "_CELLS", 912 * 7)
    parts = strategy.simulate(given, spot(given), lives=30)
    assert parts.lives == whole.lives == 30
    assert near(parts.out_share, whole.out_share.mean, times=3)


def test_a_life_alone_has_no_width_and_none_is_refused() -> None:
    given = quick(years=2)
    life = strategy.simulate(given, spot(given), lives=1)
    assert life.out_share.interval.low == life.out_share.mean == life.out_share.spread.high
    with pytest.raises(BadInput, match="/lives"):
        strategy.simulate(given, spot(given), lives=0)
    with pytest.raises(BadInput, match="/groups/0/group"):
        strategy.simulate(given, spot(problem(group("other"))))
    with pytest.raises(Cancelled):
        strategy.simulate(given, spot(given), cancel=lambda: True)


# promises


def test_ten_years_of_the_park_hold_what_the_plan_promises() -> None:
    given = problem(
        group("old", lamps=AGES, cabinets=12, led_power_w=40, contract="lot-1"),
        group("new", technology="LED", lamp_eur=Decimal(90), power_w=40),
        repairs_week=20,
        inspection=strategy.assumed.inspection(),
        cleaning=build_cleaning_rule(),
        led_budgets_eur=(Decimal(0),) * 5 + (Decimal(600_000),) * 5,
        targets=(
            ServiceTarget(
                severity="point",
                contract="lot-1",
                max_delay_hours=Decimal(96),
                penalty_eur_day=Decimal(10),
                source="contract",
            ),
        ),
    )
    plan = strategy.solve(given)
    promise = strategy.promise(given, plan.policy, lives=200, seed=1)
    life = strategy.simulate(given, plan.policy, lives=60, seed=2)
    assert strategy.broken(promise, life) == ()
    told = {(f.figure, f.severity, f.contract): f for f in promise.figures}
    share = told["out_share", None, None]
    assert share.verdict == "kept" and share.interval.high < given.most_out
    assert share.interval.low <= plan.criteria.out_share <= share.interval.high
    beyond = told["beyond", "point", "lot-1"]
    assert beyond.interval.low < 0.5 < beyond.interval.high
    assert told["beyond", "street", "lot-1"].expected < 0.01


@pytest.mark.parametrize("wrong", ["slower", "fewer-crews", "no-relamping"])
def test_a_promise_that_is_wrong_does_not_hold(wrong: str) -> None:
    given = quick(repairs_week=12)
    policy = spot(given, relamp_years=4.0)
    promise = strategy.promise(given, policy, lives=100, seed=1)
    assert strategy.broken(promise, strategy.simulate(given, policy, lives=40, seed=7)) == ()
    slower = Response(
        severity="point",
        delays=(DelayShare(days=1, share=0.4), DelayShare(days=5, share=0.6)),
        source="made",
    )
    lived = {
        "slower": given.model_copy(update={"responses": (given.responses[1], slower)}),
        "fewer-crews": given.model_copy(update={"repairs_week": 3}),
        "no-relamping": given,
    }[wrong]
    if wrong == "no-relamping":
        policy = spot(given)
    found = strategy.broken(promise, strategy.simulate(lived, policy, lives=40, seed=7))
    assert any("promised between" in phrase.tell(str) for phrase in found)


def test_what_a_contract_asks_for_is_judged_by_the_interval() -> None:
    verdicts = set()
    for most in (0.5, 1e-6):
        given = quick(most_out=most, years=3)
        verdicts.add(strategy.promise(given, spot(given), lives=20).figures[0].verdict)
    given = quick(years=3)
    middle = strategy.promise(given, spot(given), lives=20).figures[0].expected
    edge = given.model_copy(update={"most_out": middle})
    verdicts.add(strategy.promise(edge, spot(edge), lives=20).figures[0].verdict)
    assert verdicts == {"kept", "missed", "uncertain"}


# all together


def test_a_study_tells_each_policy_with_its_risk_of_late_repairs() -> None:
    given = problem(
        group("im", technology="IM", lamps=AGES, cabinets=12),
        group("led", technology="LED", lamp_eur=Decimal(90)),
        years=6,
        costs=strategy.assumed.costs().model_copy(update={"out_day_eur": Decimal(2)}),
    )
    told = strategy.study(given, points=3, lives=20)
    assert len(told.policies) == len(told.frontier.points) >= 2
    for one in told.policies:
        assert one.life.delays[-1].beyond is not None
        assert one.life.out_share.mean == pytest.approx(one.point.criteria.out_share, rel=0.1)
    few = given.model_copy(update={"repairs_week": 12})
    waits = strategy.simulate(few, told.policies[0].point.policy, lives=20)
    beyond = [d.beyond.mean for d in waits.delays if d.severity == "point" and d.beyond]
    free = told.policies[0].life.delays[-1].beyond
    assert free is not None and beyond[0] > 1.05 * free.mean
    shares = [one.life.out_share.mean for one in told.policies]
    assert shares == sorted(shares, reverse=True)
    halide, light = told.advice
    assert halide.period_years is not None and halide.lamp_year_eur < halide.spot_year_eur
    assert light.period_years is None and light.lamp_year_eur == light.spot_year_eur


# a year plan as the policy


def visit(cabinet: str, task: str, week: int) -> PlannedVisit:
    return PlannedVisit.model_validate(
        {
            "id": f"{cabinet}-{task}",
            "cabinet": cabinet,
            "task": task,
            "zone": "z",
            "week": week,
            "cost_eur": "0",
            "cheapest_week": week,
        }
    )


def test_a_year_plan_repeated_is_a_policy() -> None:
    given = problem(
        group("a", technology="IM", cabinet="cab-a", cabinets=1),
        group("b", technology="IM", cabinet="cab-b", cabinets=1),
        years=6,
        inspection=strategy.assumed.inspection(),
    )
    visits = (
        visit("cab-a", "group_relamping", 10),
        visit("cab-a", "inspection", 4),
        visit("cab-b", "inspection", 5),
        visit("elsewhere", "group_relamping", 6),
    )
    told: dict[str, Any] = {"visits": visits}
    plan = MaintenancePlan.model_construct(**told)
    policy = strategy.year_plan_policy(given, plan, every_years=2)
    assert [(w.cabinet, w.week) for w in policy.weeks] == [("cab-a", 10)]
    assert [b.inspection_months for b in policy.bodies] == [12]
    life = strategy.simulate(given, policy, lives=20)
    without = UpkeepPolicy(groups=policy.groups)
    bare = strategy.simulate(given, without, lives=20)
    assert life.out_share.mean < bare.out_share.mean
    spots = sum(d.faults.mean for d in life.delays)
    assert life.visits_year.mean == pytest.approx(spots + 2 + 3 / 6, rel=0.02)


# from the state of a park


def lamp(name: str, kind: str | None, burned: float | None) -> LampState:
    return LampState.model_validate(
        {
            "light_point": name,
            "source_type": kind,
            "power_w": 100,
            "location": None,
            "age_years": None,
            "burn_hours_year": 4100.0,
            "burned_hours": burned,
            "failures_year": None,
            "purchasable_until": "2027-02-24" if kind == "SHP" else None,
            "is_out": False,
        }
    )


def park() -> ParkState:
    def cabinet(name: str, owner: str, *lamps: LampState) -> CabinetState:
        return CabinetState(
            cabinet=name,
            organisation=owner,
            insee_code="54430",
            location=Location(latitude=48.77, longitude=6.13),
            location_told=True,
            network_mix=None,
            inspected_on=None,
            failures_year=None,
            lamps=lamps,
        )

    return ParkState(
        as_of=datetime(2026, 11, 26, tzinfo=UTC),
        cabinets=(
            cabinet("A1", "x", lamp("1", "SHP", 10_100.0), lamp("2", "SHP", None)),
            cabinet("A2", "x", lamp("3", "SHP", 20_000.0), lamp("4", None, 5.0)),
            cabinet("B1", "y", lamp("5", "LED", 100.0), lamp("6", "FLUO", 100.0)),
        ),
        tickets=(),
        technologies=(),
        models=MODELS,
        out_share=0.0,
        burn_hours_source=Phrase(text="made"),
        set_aside=(),
        notes=(),
    )


def test_groups_are_made_from_a_park_and_say_what_is_left_out() -> None:
    made = strategy.groups(park())
    assert [(g.organisation, g.technology, g.cabinets) for g in made.groups] == [
        ("x", "SHP", 2),
        ("y", "LED", 1),
    ]
    shp = made.groups[0]
    told = [(a.burned_hours, a.count) for a in shp.lamps]
    assert (10_000.0, 1) in told and sum(n for _, n in told) == 3
    assert shp.led_power_w == 40 and shp.purchasable_until == date(2027, 2, 24)
    assert made.groups[1].led_power_w is None
    notes = [note.tell(str) for note in made.notes]
    assert any(note.startswith("2 light points are left out") for note in notes)
    assert any(note.startswith("2 light points of unknown age") for note in notes)
    later = [n for n in (a.burned_hours for a in shp.lamps) if n != 10_000]
    assert 5_000 < later[0] < 20_000 < later[-1] < 40_000  # two lamps of a park in service
    boxes = strategy.groups(park(), by="cabinet").groups
    assert [g.cabinet for g in boxes] == ["A1", "A2", "B1"]
    plan = strategy.solve(problem(*made.groups, years=4))
    assert math.isfinite(float(plan.objective_eur)) and plan.status == "proved"
