"""Group against spot relamping for 7,500 lights: cost, points out, LED, and what may be promised.

Needs `pip install synergie[plan]`. Figures are assumed (docs/plan/strategy.md).
"""

from datetime import date
from decimal import Decimal

from synergie.maintenance.plan import strategy
from synergie.maintenance.records.strategy import LampGroup, StrategyProblem
from synergie.park.plan.models import assumed


def lamps(name: str, kind: str, *, count: int, power: int, eur: int) -> LampGroup:
    """A group with lamps of four ages, which LED may replace."""
    return LampGroup.model_validate(
        {
            "id": name,
            "organisation": "commune-a",
            "technology": kind,
            "cabinets": count // 40,
            "lamps": [{"burned_hours": 4000.0 * n, "count": count // 4} for n in range(4)],
            "burn_hours_year": 4100.0,
            "power_w": power,
            "led_power_w": power * 2 // 5,
            "lamp_eur": str(eur),
            "purchasable_until": "2027-02-24",
        }
    )


def main() -> None:
    """The best period alone, the frontier within LED budgets, ten simulated years, a promise."""
    models = {model.technology: model for model in assumed()}
    best = strategy.best_period(models["IM"], spot_eur=117, group_eur=57)
    if best.period_hours:
        print(f"metal halide alone: all of a cabinet after {best.period_hours:.0f} h of light")
    problem = StrategyProblem(
        starts_on=date(2027, 1, 1),
        groups=(
            lamps("sodium", "SHP", count=6000, power=110, eur=15),
            lamps("halide", "IM", count=1500, power=90, eur=30),
        ),
        models=tuple(models.values()),
        costs=strategy.assumed.costs().model_copy(update={"out_day_eur": Decimal(1)}),
        responses=strategy.assumed.responses(),
        inspection=strategy.assumed.inspection(),
        repairs_week=60,
    )
    found = strategy.frontier(problem, points=5)
    for point in found.points:
        print(f"{point.cost_eur} EUR, {point.criteria.out_share:.3%} out: {point.reason.tell(str)}")
    promise = strategy.promise(problem, found.points[0].policy, lives=40)
    for figure in promise.figures[:2]:
        low, high = figure.interval.low, figure.interval.high
        print(f"{figure.figure}: between {low:.3%} and {high:.3%} ({figure.verdict})")


if __name__ == "__main__":
    main()
