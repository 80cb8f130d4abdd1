"""The six scenarios of the Bassin de Pompey, by everything that they change.

Needs `pip install synergie[plan]`. Lamps, prices and places are synthetic (docs/plan).
"""

from synergie.lighting.plan.compare import compare
from synergie.lighting.records.effects import LightingComparison, LightingCriterion
from synergie.lighting.samples.study import study


def main() -> None:
    """One line an indicator, one column a scenario; what is not known says why."""
    found = compare(study())
    print(f"{found.study}: no score, for that takes weights, and weights are somebody's")
    for one in found.criteria:
        print(f"{one.criterion:18} {one.unit:14} {one.direction:10} {_row(found, one.criterion)}")
    s4, s5 = (_values(found, name) for name in ("s4", "s5"))
    print("the teaching pair, S4 and S5: the same energy,", f"{s4['energy']:.0f} MWh a year;")
    print(
        f"  S4 lights priority places {s4['priority_hours']:.0f} h, S5 {s5['priority_hours']:.0f} h"
    )
    s4_light, s5_light = (one["priority_light"] for one in (s4, s5))
    print(f"  at {s4_light:.0f} % of full light while they are lit, S5 at {s5_light:.0f} %")
    print(f"  S4 leaves {s4['dark_hours']:.0f} h of night dark, S5 {s5['dark_hours']:.0f} h")
    for scenario in found.scenarios:
        for breach in scenario.breaches:
            print(f"{scenario.scenario}: {breach.article}, {breach.count} luminaires")
    for note in found.assumptions:
        print("-", note.tell(str))


def _row(found: LightingComparison, criterion: LightingCriterion) -> str:
    cells = []
    for scenario in found.scenarios:
        told = {one.criterion: one.value for one in scenario.indicators}.get(criterion)
        cells.append("unknown" if told is None else f"{told:,.6g}")
    return "  ".join(f"{cell:>10}" for cell in cells)


def _values(found: LightingComparison, name: str) -> dict[str, float]:
    scenario = next(one for one in found.scenarios if one.scenario == name)
    return {one.criterion: one.value for one in scenario.indicators if one.value is not None}


if __name__ == "__main__":
    main()
