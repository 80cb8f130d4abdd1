"""LED by flux and class of road: sums done by hand, and what fits nowhere is never forced."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.lighting.plan.catalogue import assumed
from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.design import (
    LUX,
    compute_needed_lumens,
    load_factors,
    roads_of,
    select_led_family,
)
from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.measured import Measured
from synergie.lighting.records.lit_area import LitArea
from synergie.lighting.records.sizing import FluxSizing
from synergie.lighting.records.study import LightingAction, LightingStudy
from tests.scenarios.criteria_cases import TOWN, led, light, scenario, study

FAMILY = select_led_family(assumed())
SIZED = LightingAction(retrofit_among=tuple(one.id for one in FAMILY))


def road(name: str, road_class: str | None, **told: Any) -> LitArea:
    fields = {"road_class": road_class, "width_m": 6, "spacing_m": 30} | told
    return TOWN.model_copy(update={"id": name} | fields)


def made(*lights: Any, **told: Any) -> LightingStudy:
    fields: dict[str, Any] = {"retrofits": assumed(), "scenarios": (scenario("s1", SIZED),)}
    return study(*lights, **(fields | told))


def measured(told: LightingStudy) -> Measured:
    return Setting(told, park_of(told)).measured(told.scenarios[-1])


def chosen(told: LightingStudy) -> list[str | None]:
    found = measured(told)
    return [None if n < 0 else told.retrofits[n].id for n in found.retrofit]


def sizing(told: LightingStudy) -> FluxSizing:
    found = compare(told).scenarios[-1].sizing
    assert found is not None
    return found


def test_levels_are_those_of_the_norm() -> None:
    assert [LUX[name] for name in ("C0", "C5", "P1", "P4", "P6")] == [50, 7.5, 15, 5, 2]
    assert LUX["M3"] == pytest.approx(1.0 / 0.07)
    assert LUX["M6"] == pytest.approx(4.2857, abs=1e-4)
    assert compute_needed_lumens(road("r", "P4")) == 5 * 6 * 30
    assert compute_needed_lumens(road("r", "P4", spacing_m=None)) is None
    assert compute_needed_lumens(road("r", None)) is None


# P4 over 6 m by 30 m: 900 lm on the road. A LED gives 0.55 x 0.90 x 0.90 x 1 of its flux: 0.4455.
# 900 / 0.4455 = 2020 lm: the smallest that meets it has 2100 lm. P3: 3030 lm, 3900. C3: 6061, 6500.
@pytest.mark.parametrize(
    ("road_class", "entry"),
    [("P6", "led-12-3000"), ("P4", "led-16-3000"), ("P3", "led-30-3000"), ("C3", "led-50-3000"),
     ("M3", "led-50-3000"), ("M2", "led-80-3000"), ("C0", None)],
)  # fmt: skip
def test_the_smallest_luminaire_that_meets_the_class_is_taken(
    road_class: str, entry: str | None
) -> None:
    """Whatever the light of today: here 10,000 lm."""
    told = made(light("l1", area="r"), areas=(road("r", road_class),))
    assert chosen(told) == [entry]


# Class unknown: SHP of 10,000 lm brings 10,000 x 0.40 x 0.90 = 3600 lm, a LED 0.495 of its flux:
# 0.9 to 1.25 of it are 6545 to 9091 lm, 7800 lies within. 7500: 4909 to 6818, 5200. 40,000: none.
@pytest.mark.parametrize(
    ("flux", "entry"),
    [(10_000, "led-60-3000"), (7_500, "led-40-3000"), (4_500, "led-30-3000"), (40_000, None),
     (1_000, None)],
)  # fmt: skip
def test_a_road_of_unknown_class_keeps_its_light_within_bounds(
    flux: int, entry: str | None
) -> None:
    told = made(light("l1", flux_lm=flux, power_w=400))
    assert chosen(told) == [entry]
    found = sizing(told)
    if entry is None:
        assert (found.replaced, found.without_fit) == (0, ("l1",))
    else:
        assert found.ratio_min is not None
        assert 0.9 <= found.ratio_min <= 1.25


def test_a_flux_that_no_file_tells_is_that_of_usual_lamps_and_is_counted() -> None:
    """115 W of sodium: 7500 lm. A power no usual lamp has, or no kind: none is sought."""
    rows = (
        light("l1", flux_lm=None, power_w=115, count=3),
        light("l2", flux_lm=None, power_w=900),
        light("l3", flux_lm=None, source_type=None),
    )
    told = made(*rows)
    assert chosen(told) == ["led-40-3000", None, None]
    found = sizing(told)
    assert (found.compared, found.estimated) == (3, 3)
    assert found.without_fit == ("l2", "l3")
    reasons = {one.reason.text: one.count for one in compare(told).scenarios[-1].not_done}
    assert sum(reasons.values()) == 2
    assert all("is known" in text for text in reasons)


def test_factors_of_a_data_sheet_go_before_those_of_its_kind() -> None:
    """Twice the share on the road: half the flux is enough."""
    wide = led("wide", flux_lm=1000, utilance=1.0, llmf=1.0, lmf=1.0, lsf=1.0)
    told = made(
        light("l1", area="r"), areas=(road("r", "P4"),), retrofits=(led("usual"), wide),
        scenarios=(scenario("s1", LightingAction(retrofit_among=("usual", "wide"))),),
    )  # fmt: skip
    assert chosen(told) == ["wide"]


def test_kinds_that_an_entry_does_not_fit_stay() -> None:
    told = made(
        light("l1", source_type="VM", flux_lm=7000),
        retrofits=tuple(one.model_copy(update={"fits": ("SHP",)}) for one in FAMILY),
    )
    assert chosen(told) == [None]


def test_ratios_of_one_entry_for_all_are_told_too() -> None:
    """One LED of 5200 lm for lamps of 10,000 and of 3000 lm: 0.715 and 2.383 of their light."""
    told = made(
        light("l1", count=2), light("l2", flux_lm=3000),
        scenarios=(scenario("s1", LightingAction(retrofit="led-40-3000")),),
    )  # fmt: skip
    found = sizing(told)
    assert (found.replaced, found.less, found.more) == (3, 2, 1)
    assert found.ratio_min == found.ratio_median == pytest.approx(5200 * 0.495 / 3600, rel=1e-5)
    assert found.ratio_max == pytest.approx(5200 * 0.495 / 1080, rel=1e-5)


def test_a_constant_flux_takes_its_mean_in_energy_and_its_end_in_power() -> None:
    """CLO from 0.90 to 1 of 40 W: 38 W on the year, 40 W for the power that is subscribed."""
    plain, clo = (
        measured(made(light("l1"), retrofits=(led(is_clo=is_clo, llmf=0.9),),
                      scenarios=(scenario("s1", LightingAction(retrofit="led")),)))
        for is_clo in (None, True)
    )  # fmt: skip
    assert clo.kwh().sum() == pytest.approx(0.95 * plain.kwh().sum())
    assert clo.profile_kw.sum() == pytest.approx(0.95 * plain.profile_kw.sum())
    assert clo.power_w.tolist() == plain.power_w.tolist() == [40]


def test_a_later_measure_goes_before_and_what_had_no_fit_may_get_one() -> None:
    told = made(
        light("l1", flux_lm=40_000, power_w=400),
        scenarios=(scenario("s1", SIZED, LightingAction(retrofit="led-140-3000")),),
    )
    assert chosen(told) == ["led-140-3000"]
    assert sizing(told).without_fit == ()


kinds = st.sampled_from(sorted(set(load_factors()) - {"LED"}))


@given(st.lists(st.tuples(kinds, st.integers(200, 60_000)), min_size=1, max_size=12))
def test_every_luminaire_is_within_bounds_or_named(rows: list[tuple[Any, int]]) -> None:
    """And a smaller entry of the family never was within them."""
    lights = [
        light(f"l{n}", source_type=kind, flux_lm=flux, power_w=1000)
        for n, (kind, flux) in enumerate(rows)
    ]
    told = made(*lights)
    found, roads = measured(told), roads_of(told, park_of(told))
    for n, place in enumerate(found.retrofit.tolist()):
        ratios = {one.id: (one.flux_lm or 0) * 0.495 / roads.today_lm[n] for one in FAMILY}
        fits = [name for name, ratio in ratios.items() if 0.9 <= ratio <= 1.25]
        assert found.unfit[n] == (not fits)
        if fits:
            least = min(fits, key=lambda name: ratios[name])
            assert told.retrofits[place].id == least
    assert np.all(found.unfit == (found.retrofit < 0))


def test_an_action_says_one_way() -> None:
    entry = FAMILY[0]
    with pytest.raises(ValueError, match="not both"):
        LightingAction(retrofit=entry.id, retrofit_among=(entry.id,))
