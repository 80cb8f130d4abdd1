"""Night sky against the cost of works: the plans that no other beats, and one of them opened.

Needs `pip install synergie[plan]`. Each point is proven; weighted sums would miss most of them.
"""

from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.frontier import frontier, scenario_of
from synergie.lighting.samples.study import study


def main() -> None:
    """Works against flux to the sky over three communes, and the knee as a scenario."""
    whole = study(fast=True)
    found = frontier(whole, ("investment", "upward_flux"), points=10, seconds=30)
    print(f"{len(found.points)} plans, {found.status}, {found.solves} programmes")
    for point in found.points:
        cost, sky = (one.value for one in point.values)
        kind = "on the hull" if point.supported else "inside: no weighted sum finds it"
        mark = "  <- knee" if point.is_knee else ""
        print(f"{point.id}: {cost:12,.0f} EUR  {sky:8.1f} Mlm.h a year  {kind}{mark}")
    for one in found.assumptions:
        print("-", one.tell(str))
    knee = next((point for point in found.points if point.is_knee), found.points[0])
    opened = scenario_of(knee)
    beside = compare(whole.model_copy(update={"scenarios": (whole.scenarios[0], opened)}))
    print(f"{knee.id} opened as a scenario, beside today:")
    for criterion in ("investment", "bill", "upward_flux", "dark_hours", "priority_hours"):
        today, then = (
            next(one.value for one in side.indicators if one.criterion == criterion)
            for side in beside.scenarios
        )
        print(f"  {criterion:18} {today or 0:14,.1f} {then or 0:14,.1f}")


if __name__ == "__main__":
    main()
