"""What if my cabinets cannot be programmed: the ability to switch belongs to the cabinet.

Needs `pip install synergie[plan]`. Cabinets lose their clock one commune after the other; what a
switch-off still saves falls with them, unless the luminaire itself keeps the time.
"""

from synergie.lighting.plan.compare import compare
from synergie.lighting.records.effects import ScenarioEffects
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.samples.study import study


def main() -> None:
    """S1 (switch-off by the cabinet) against S5 (by the luminaire), clocks taken away."""
    whole = study()
    codes = [one.insee_code for one in whole.communes]
    for n in (0, 4, 9, len(codes)):
        found = compare(_without(whole, set(codes[:n])))
        s0, s1, s5 = (found.scenarios[i] for i in (0, 1, 5))
        base = _energy(s0)
        kept = sum(one.count for one in s1.not_done)
        print(
            f"{n:2} communes without clocks: S1 {1 - _energy(s1) / base:6.1%} less energy, "
            f"{kept} luminaires stay lit; S5 {1 - _energy(s5) / base:6.1%}"
        )
        for reason in sorted({one.reason.tell(str) for one in s1.not_done}):
            print("   because", reason)


def _without(whole: LightingStudy, codes: set[str]) -> LightingStudy:
    cabinets = tuple(
        one.model_copy(update={"programmable": False}) if one.insee_code in codes else one
        for one in whole.cabinets
    )
    return whole.model_copy(update={"cabinets": cabinets})


def _energy(scenario: ScenarioEffects) -> float:
    told = {one.criterion: one.value for one in scenario.indicators}
    return told["energy"] or 0.0


if __name__ == "__main__":
    main()
