"""What is taken out of a study never turns an indicator into another figure."""

from datetime import date
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.plan.money import money_of
from synergie.lighting.records.effects import Indicator
from synergie.lighting.records.study import LightingAction, LightingStudy
from tests.scenarios.criteria_cases import B, found_of, led, light, scenario, study, year

BLANKS: dict[str, dict[str, Any]] = {
    "power_w": {"power_w": None},
    "flux_lm": {"flux_lm": None},
    "ulr": {"ulr": None},
    "cct_k": {"cct_k": None},
    "source_type": {"source_type": None},
    "usage": {"usage": None},
    "installed_on": {"installed_on": None},
    "reference": {"reference": None},
    "is_priority": {"is_priority": None, "location": None},
    "in_corridor": {"in_corridor": None, "location": None},
}
"""What may be left out of a luminaire."""
SIZE = 6
HOURS = [4000.0, 3000.0, 2000.0, 1000.0, 4000.0, 2500.0]


def park(blank: dict[int, set[str]]) -> LightingStudy:
    """Six luminaires, of which *blank* tells less; the second scenario puts LED up in a commune."""
    rows = []
    for n in range(SIZE):
        full: dict[str, Any] = {
            "count": n + 1, "power_w": 50 + 20 * n, "ulr": 0.01 * n, "in_corridor": n % 2 == 0,
            "is_priority": n % 3 == 0, "cct_k": 2200 + 400 * n,
            "installed_on": date(2016 + n, 5, 1),
            "reference": f"maker {n % 2}", "flux_lm": 3000 + 500 * n,
            **({"cabinet": "c2", "insee_code": B} if n > 2 else {}),
        }  # fmt: skip
        for name in blank.get(n, ()):
            full |= BLANKS[name]
        rows.append(light(f"l{n}", **full))
    measure = LightingAction(retrofit="led", communes=(B,))
    return study(*rows, scenarios=(scenario("s0"), scenario("s1", measure)), retrofits=(led(),))


def told(blank: dict[int, set[str]], at: int, where: int | None) -> dict[str, Indicator]:
    found = found_of(park(blank), year(HOURS, [h / 2 for h in HOURS], [h / 10 for h in HOURS]), at)
    bag = money_of(found)
    return {name: one.indicator(found, bag, where) for name, one in CRITERIA.items()}


@cache
def truth(at: int, where: int | None) -> dict[str, Indicator]:
    return told({}, at, where)


blanks = st.dictionaries(
    st.integers(0, SIZE - 1), st.sets(st.sampled_from(sorted(BLANKS)), max_size=4), max_size=SIZE
)


@given(blanks, st.sampled_from([0, 1]), st.sampled_from([None, 0, 1]))
def test_an_indicator_is_the_same_or_unknown_with_a_range_that_holds_it(
    blank: dict[int, set[str]], at: int, where: int | None
) -> None:
    for name, one in told(blank, at, where).items():
        true = truth(at, where)[name]
        if one.value is not None:
            assert one.value == true.value, name
            assert one.unknown is None
            assert one.known == 1
        else:
            assert one.unknown is not None, name
            if true.value is not None:
                assert one.low is None or one.low <= true.value + 1e-9, name
                assert one.high is None or one.high >= true.value - 1e-9, name


@given(blanks)
def test_every_known_share_tells_less_than_all_when_a_figure_is_lost(
    blank: dict[int, set[str]],
) -> None:
    lost = {name for names in blank.values() for name in names}
    indicators = told(blank, 0, None)
    if "power_w" in lost:
        assert indicators["energy"].value is None
        assert indicators["energy"].known < 1
    else:
        assert indicators["energy"].value is not None
