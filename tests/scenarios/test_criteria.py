"""Each criterion on a park so small that its sum is done on paper; the unknown carried."""

from datetime import date
from decimal import Decimal
from math import gamma, isclose
from typing import Any, get_args

import pytest

from synergie.lighting.plan.criteria import CRITERIA, First
from synergie.lighting.plan.measured import Measured
from synergie.lighting.plan.money import Money
from synergie.lighting.records.effects import Indicator, LightingCriterion, Stake
from synergie.lighting.records.study import EmissionFactor, LightingAction, Stated
from synergie.park.records.park import FailureModel, Interval
from synergie.schemas.plan import Phrase
from tests.scenarios.criteria_cases import (
    A,
    B,
    commune,
    found_of,
    led,
    light,
    money,
    purse,
    rules,
    scenario,
    study,
    year,
)

ALL = LightingAction(retrofit="led")
TWO = (light("l1", count=3), light("l2", cabinet="c2", insee_code=B, power_w=50))


def of(
    criterion: LightingCriterion, found: Measured, bag: Money | None = None,
    where: int | None = None, first: First | None = None,
) -> Indicator:  # fmt: skip
    return CRITERIA[criterion].indicator(found, bag or money(), where, first=first)


def why(one: Indicator) -> str:
    assert one.value is None
    assert one.unknown is not None
    return one.unknown.tell(str)


def test_every_criterion_and_every_stake_is_there() -> None:
    assert tuple(CRITERIA) == get_args(LightingCriterion.__value__)
    assert {one.told.stake for one in CRITERIA.values()} == set(get_args(Stake.__value__))
    constraints = {name for name, one in CRITERIA.items() if one.told.direction == "constraint"}
    assert constraints == {"legal", "worse_off"}


def test_energy_is_power_times_hours_of_all_that_are_alike() -> None:
    found = found_of(study(*TWO), year([4000, 2000]))
    assert of("energy", found).value == pytest.approx(3 * 0.4 + 0.1)
    assert of("energy", found, where=0).value == pytest.approx(1.2)
    assert of("energy", found, where=1).value == pytest.approx(0.1)


def test_one_unknown_power_makes_the_sum_unknown_and_tells_its_share() -> None:
    given = study(TWO[0], light("l2", cabinet="c2", insee_code=B, power_w=None))
    found = found_of(given, year([4000, 2000]))
    whole = of("energy", found)
    assert "1 luminaires" in why(whole)
    assert (whole.known, whole.low, whole.high) == (0.75, None, None)
    assert of("energy", found, where=0).value == pytest.approx(1.2)


def test_energy_by_inhabitant_is_unknown_without_inhabitants() -> None:
    given = study(*TWO, communes=(commune(A, 400), commune(B, 100)))
    found = found_of(given, year([4000, 2000]))
    assert of("energy_inhabitant", found).value == pytest.approx(1300 / 500)
    assert of("energy_inhabitant", found, where=1).value == pytest.approx(1.0)
    for population in (None, 0):
        bare = study(*TWO, communes=(commune(A, population), commune(B, population)))
        assert "INSEE" in why(of("energy_inhabitant", found_of(bare, year([4000, 2000]))))


def test_a_commune_without_luminaires_has_no_figures_and_dilutes_none() -> None:
    given = study(light("l1"), communes=(commune(A, 400), commune(B, 99_999)))
    found = found_of(given, year([4000]))
    assert of("energy_inhabitant", found).value == pytest.approx(1.0)
    for name in ("energy", "dark_hours", "upward_flux", "points_out", "legal", "spares"):
        assert "no luminaire" in why(of(name, found, where=1))


def test_money_is_taken_as_it_is_known() -> None:
    bag = money(purse(Decimal(70)), purse(None), investment_eur=Decimal("1234.50"),
                bill_eur=Decimal(100), known=1.0, no_upkeep=Phrase(text="no upkeep"))  # fmt: skip
    found = found_of(study(), year([1, 1]))
    assert of("investment", found, bag).value == 1234.5
    assert of("bill", found, bag).value == 100
    assert of("bill", found, bag, where=0).value == 70
    assert "invoice" in why(of("bill", found, bag, where=1))
    assert why(of("net_present_cost", found, bag)) == "no upkeep"
    assert why(of("bill_stress", found, bag)) != ""


def test_carbon_is_the_first_factor_between_the_least_and_the_most() -> None:
    factors = tuple(
        EmissionFactor(name=str(kg), kg_mwh=kg, source="made") for kg in (52.0, 32.0, 60.0)
    )
    one = of("carbon", found_of(study(*TWO, rules=rules(co2=factors)), year([4000, 2000])))
    assert (one.value, one.low, one.high) == pytest.approx((1.3 * 0.052, 1.3 * 0.032, 1.3 * 0.06))
    alone = of("carbon", found_of(study(*TWO, rules=rules(co2=factors[:1])), year([4000, 2000])))
    assert (alone.low, alone.high) == (None, None)


def test_making_emits_over_the_life_of_what_is_put_up_and_nothing_stays_nothing() -> None:
    given = study(*TWO, scenarios=(scenario("s0"), scenario("s1", ALL)))
    lit = year([1, 1])
    assert of("carbon_embodied", found_of(given, lit)).value == 0
    assert of("carbon_embodied", found_of(given, lit, 1)).value == pytest.approx(4 * 80 / 20 / 1000)
    blanks: tuple[dict[str, Any], ...] = ({"embodied_kgco2e": None}, {"life_years": None})
    for blank in blanks:
        bare = given.model_copy(update={"retrofits": (led(**blank),)})
        assert "4 luminaires" in why(of("carbon_embodied", found_of(bare, lit, 1)))


def test_upward_flux_is_bounded_when_only_its_share_is_unknown() -> None:
    lit = year([9, 9], [2000, 1000])
    flux = of("upward_flux", found_of(study(*TWO), lit))
    assert flux.value == pytest.approx((3 * 10_000 * 0.05 * 2000 + 10_000 * 0.05 * 1000) / 1e6)
    lost = of("upward_flux", found_of(study(TWO[0], light("l2", ulr=None)), lit))
    assert (lost.value, lost.known) == (None, 0.75)
    assert (lost.low, lost.high) == pytest.approx((3.0, 3.0 + 10.0))
    dark = of("upward_flux", found_of(study(TWO[0], light("l2", flux_lm=None)), lit))
    assert (dark.value, dark.low, dark.high) == (None, None, None)


def test_light_in_corridors_counts_only_there() -> None:
    lit = year([9, 9], [2000, 1000])
    inside = light("l2", in_corridor=True, cct_k=2200)
    found = found_of(
        study(TWO[0], inside, light("l3", in_corridor=True)), year([1] * 3, [1000] * 3)
    )
    assert of("corridor_light", found).value == pytest.approx(20.0)
    assert of("corridor_warm", found).value == pytest.approx(100)
    cold = found_of(study(TWO[0], inside, light("l3", in_corridor=True, cct_k=3000)), year([1] * 3))
    assert of("corridor_warm", cold).value == pytest.approx(50)
    rows = (light("l1", in_corridor=None, location=None), light("l2", in_corridor=True))
    somewhere = of("corridor_light", found_of(study(*rows), lit))
    assert (somewhere.low, somewhere.high) == pytest.approx((10.0, 30.0))


def test_without_a_layer_of_corridors_nothing_is_known_and_with_an_empty_one_it_is_zero() -> None:
    bare = study(light("l1", in_corridor=None), corridors=None)
    assert "no layer" in why(of("corridor_light", found_of(bare, year([1]))))
    assert "no layer" in why(of("corridor_warm", found_of(bare, year([1]))))
    empty = study(light("l1", in_corridor=None), corridors=())
    assert of("corridor_light", found_of(empty, year([1]))).value == 0
    assert "no luminaire" in why(of("corridor_warm", found_of(empty, year([1]))))


def test_dark_hours_are_a_mean_by_luminaire() -> None:
    found = found_of(study(*TWO), year([1, 1], dark=[2000, 0]))
    assert of("dark_hours", found).value == pytest.approx(1500)
    lost = found_of(study(*TWO), year([1, 1], dark=[2000, float("nan")]))
    assert "1 luminaires" in why(of("dark_hours", lost))


def test_the_legal_share_is_a_range_while_the_law_cannot_be_checked() -> None:
    new = {"ulr": 0.01, "installed_on": date(2022, 1, 1)}
    rows = (light("l1", count=2), light("l2", cct_k=4000, **new), light("l3", cct_k=None, **new))
    share = of("legal", found_of(study(*rows), year([1] * 3)))
    assert (share.value, share.low, share.high, share.known) == (None, 50, 75, 0.75)
    assert of("legal", found_of(study(*rows[:2]), year([1] * 2))).value == pytest.approx(200 / 3)


def test_priority_hours_are_those_of_priority_places_only() -> None:
    rows = (light("l1", is_priority=True, count=3), light("l2", is_priority=True), light("l3"))
    lit = year([4000, 2000, 0], [9, 9, 9])
    assert of("priority_hours", found_of(study(*rows), lit)).value == pytest.approx(3500)
    none = study(light("l1"), light("l2"), light("l3"))
    assert "priority place" in why(of("priority_hours", found_of(none, lit)))
    blank = [light(f"l{n}", is_priority=None, location=None) for n in range(3)]
    unsure = study(*blank, places=None)
    assert "not given" in why(of("priority_hours", found_of(unsure, lit)))
    one = study(*rows[:2], light("l3", is_priority=None, location=None))
    assert "1 luminaires" in why(of("priority_hours", found_of(one, lit)))


def test_priority_light_is_the_level_while_lit_and_looks_at_no_flux() -> None:
    """3 × 1,200 h of full light and 1 × 2,000 h, in 3 × 4,000 h and 1 × 2,000 h: 5,600 / 14,000."""
    rows = (light("l1", is_priority=True, count=3), light("l2", is_priority=True), light("l3"))
    lit = year([4000, 2000, 4000], [1200, 2000, 9])
    assert of("priority_light", found_of(study(*rows), lit)).value == pytest.approx(40)
    weak = (light("l1", is_priority=True, count=3, flux_lm=None),
            light("l2", is_priority=True, flux_lm=10), light("l3"))  # fmt: skip
    assert of("priority_light", found_of(study(*weak), lit)).value == pytest.approx(40)
    thirds = year([2000.1, 2000.7, 0], [2000.1 + 1e-12, 2000.7, 0])
    assert of("priority_light", found_of(study(*rows), thirds)).value == 100


def test_priority_light_is_unknown_where_places_or_hours_are_and_where_nothing_is_lit() -> None:
    nan = float("nan")
    rows = (light("l1", is_priority=True, count=3), light("l2", is_priority=True), light("l3"))
    for lit in (year([nan, 9, 9], [9, 9, 9]), year([9, 9, 9], [nan, 9, 9])):
        lost = of("priority_light", found_of(study(*rows), lit))
        assert "3 luminaires" in why(lost)
        assert lost.known == pytest.approx(2 / 5)
    assert of("priority_light", found_of(study(*rows), year([9, 9, nan]))).value == 100
    for left in (0, 1e-12):
        dark = of("priority_light", found_of(study(*rows), year([left, 0, 4000], [0, left, 4000])))
        assert "never lit" in why(dark)
        assert dark.known == 1
    none = study(light("l1"), light("l2"), light("l3"))
    assert "no luminaire lights" in why(of("priority_light", found_of(none, year([9, 9, 9]))))
    blank = [light(f"l{n}", is_priority=None, location=None) for n in range(3)]
    unsure = study(*blank, places=None)
    assert "not given" in why(of("priority_light", found_of(unsure, year([9, 9, 9]))))


def test_points_out_follow_the_hours_and_the_delay() -> None:
    given = study(*TWO, scenarios=(scenario("s0"), scenario("s1", ALL)))
    lamps = of("points_out", found_of(given, year([4100, 2050])))
    assert lamps.value == pytest.approx((3 * 0.12 + 0.06) * 2, rel=1e-4)
    assert (lamps.low, lamps.high) == (None, None)
    leds = of("points_out", found_of(given, year([4100, 2050]), 1))
    assert leds.value == pytest.approx((3 * 0.01 + 0.005) * 2)
    bare = study(*TWO, rules=rules(repair_delay_hours=None))
    assert "delay" in why(of("points_out", found_of(bare, year([1, 1]))))
    kind = study(light("l1", source_type="FLUO"), light("l2"))
    assert "1 luminaires" in why(of("points_out", found_of(kind, year([1, 1]))))


def test_points_out_have_the_range_of_what_was_learned() -> None:
    learned = FailureModel(
        technology="SHP", shape=3.0, scale_hours=30_000.0, source="tickets", failures=80,
        shape_interval=Interval(low=2.0, high=4.0),
        scale_interval=Interval(low=25_000.0, high=40_000.0),
    )  # fmt: skip
    one = of("points_out", found_of(study(light("l1"), failures=(learned,)), year([4000])))
    days = 4000 * 2
    assert one.value == pytest.approx(days / (30_000 * gamma(1 + 1 / 3)))
    assert one.low == pytest.approx(days / (40_000 * gamma(1 + 1 / 4)))
    assert one.high == pytest.approx(days / (25_000 * gamma(1 + 1 / 2.16623)))


def test_the_delay_is_that_of_the_study_unless_somebody_told_it() -> None:
    told = Stated(criterion="repair_delay", value=12.0, low=6.0, high=24.0, source="contract")
    given = study(*TWO, scenarios=(scenario("s0"), scenario("s1", stated=(told,))))
    assert of("repair_delay", found_of(given, year([1, 1]))).value == 48
    said = of("repair_delay", found_of(given, year([1, 1]), 1))
    assert (said.low, said.value, said.high) == (6, 12, 24)
    assert of("points_out", found_of(given, year([4100, 0]), 1)).value == pytest.approx(
        3 * 0.12 * 0.5, rel=1e-4
    )


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"value": 6.5, "respondents": 120, "low": 6.0, "high": 7.0}, 6.5),
        ({"value": 6.5, "respondents": 9}, "fewer than 10"),
        ({"value": 6.5}, "no survey"),
        ({"value": None}, "asked for"),
    ],
    ids=["a survey", "too few", "no number of answers", "nobody answered"],
)
def test_felt_safety_is_a_survey_or_nothing(told: dict[str, Any], found: float | str) -> None:
    said = Stated(criterion="felt_safety", source="survey of May", **told)
    one = of("felt_safety", found_of(study(scenarios=(scenario("s0", stated=(said,)),)),
                                     year([1, 1])))  # fmt: skip
    if isinstance(found, float):
        assert (one.low, one.value, one.high) == (6.0, found, 7.0)
        assert one.source.tell(str) == "asked of 120 people: survey of May"
    else:
        assert found in why(one)


def test_the_whole_is_never_made_from_its_communes_nor_a_commune_from_the_whole() -> None:
    told = Stated(criterion="felt_safety", value=6.0, respondents=50, insee_code=A, source="made")
    found = found_of(study(scenarios=(scenario("s0", stated=(told,)),)), year([1, 1]))
    assert of("felt_safety", found, where=0).value == 6.0
    assert "no survey" in why(of("felt_safety", found))
    assert "no survey" in why(of("felt_safety", found, where=1))


def test_the_least_service_is_that_of_the_darkest_commune() -> None:
    found = found_of(study(*TWO), year([3000, 2000], [9, 9]))
    assert of("least_service", found).value == 2000
    lost = of("least_service", found_of(study(*TWO), year([3000, float("nan")], [9, 9])))
    assert (lost.value, lost.low, lost.high, lost.known) == (None, 0, 3000, 0.5)


@pytest.mark.parametrize(
    ("a", "b", "spread"),
    [
        ((100, 100), (80, 80), 1.0),
        ((100, 50), (80, 60), 0.4),
        ((100, 50), (80, 90), -0.2),
        ((100, 120), (80, 80), -1.0),
        ((100, 120), (80, 100), -1.0),
        ((100, 90), (80, 180), -1.0),
    ],
    ids=["nothing", "uneven", "one loses", "nobody gains", "all lose alike", "floor"],
)
def test_gains_are_spread(a: tuple[int, int], b: tuple[int, int], spread: float) -> None:
    bag = money(*(purse(Decimal(after), Decimal(before)) for before, after in (a, b)))
    assert of("gain_spread", found_of(study(*TWO), year([1, 1])), bag).value == pytest.approx(
        spread
    )


def test_gains_are_unknown_without_bills_or_inhabitants() -> None:
    found = found_of(study(*TWO), year([1, 1]))
    assert "2 of 2" in why(of("gain_spread", found))
    bag = money(purse(Decimal(1), Decimal(2)), purse(Decimal(1), Decimal(2)))
    bare = found_of(study(*TWO, communes=(commune(A), commune(B, None))), year([1, 1]))
    assert "1 of 2" in why(of("gain_spread", bare, bag))


WORSE: dict[str, tuple[int | None, float, float | None]] = {
    "as today": (100, 4000, 0),
    "pays less, lit less": (60, 2000, 0),
    "pays more, lit more": (140, 4200, 0),
    "pays more, lit as before": (101, 4000, 1),
    "pays as before, lit less": (100, 3900, 1),
    "pays more, lit less": (120, 2000, 1),
    "pays nobody knows what, lit less": (None, 2000, None),
    "pays nobody knows what, lit more": (None, 4200, 0),
}


@pytest.mark.parametrize("case", WORSE)
def test_a_commune_is_worse_off_when_it_loses_and_gains_nothing(case: str) -> None:
    bill, hours, worse = WORSE[case]
    paid = None if bill is None else Decimal(bill)
    bag = money(purse(paid, Decimal(100)), purse(Decimal(50), Decimal(50)))
    today = year([4000, 4000], [9, 9])
    found = found_of(study(*TWO), year([hours, 4000], [1, 1]), today=today)
    one = of("worse_off", found, bag)
    assert one.value == worse
    if worse is None:
        assert (one.low, one.high, one.known) == (0, 1, 0.5)


def test_equity_is_unknown_when_no_commune_is_known() -> None:
    rows = (light("l1", insee_code=None, cabinet=None), light("l2", insee_code=None, cabinet=None))
    found = found_of(study(*rows), year([1, 1]))
    for name in ("least_service", "gain_spread", "worse_off"):
        assert "commune" in why(of(name, found))
    assert of("energy", found).value == pytest.approx(0.0002)


def test_worse_off_is_against_the_first_scenario_and_on_priority_places_where_there_are_some() -> (
    None
):
    rows = (light("l1", is_priority=True), light("l2", is_priority=False))
    given = study(*rows)
    first = First(
        found_of(given, year([4000, 4000], [9, 9])), money(purse(Decimal(100)), purse(None))
    )
    after = found_of(given, year([4000, 1000], [1, 1]))
    bag = money(purse(Decimal(100), Decimal(900)), purse(None))
    assert of("worse_off", after, bag, first=first).value == 0
    darker = found_of(given, year([3900, 4000], [9, 9]))
    assert of("worse_off", darker, bag, first=first).value == 1


@pytest.mark.parametrize(
    "criterion", ["agent_minutes", "personal_fields", "retention", "finest_step"]
)
def test_what_no_file_holds_is_told_or_unknown(criterion: LightingCriterion) -> None:
    said = Stated(criterion=criterion, value=7.0, source="who told it")
    given = study(scenarios=(scenario("s0"), scenario("s1", stated=(said,))))
    assert "nobody told it" in why(of(criterion, found_of(given, year([1, 1]))))
    told = of(criterion, found_of(given, year([1, 1]), 1))
    assert (told.value, told.source.tell(str)) == (7.0, "who told it")


def test_references_are_counted_once_and_an_entry_of_the_catalogue_is_one() -> None:
    rows = (*TWO, light("l3", reference="maker two"), light("l4", reference="maker two"))
    given = study(*rows, scenarios=(scenario("s0"), scenario("s1", ALL)))
    lit = year([1] * 4)
    assert of("references", found_of(given, lit)).value == 2
    assert of("references", found_of(given, lit, 1)).value == 1
    assert of("references", found_of(given, lit), where=1).value == 1
    blank = study(*rows, light("l5", reference=None))
    assert "1 luminaires" in why(of("references", found_of(blank, year([1] * 5))))


def test_a_named_model_of_the_catalogue_is_the_one_of_the_inventory() -> None:
    done = scenario("s1", LightingAction(retrofit="led", communes=(A,)))
    given = study(*TWO, retrofits=(led(reference="maker one"),), scenarios=(done,))
    assert of("references", found_of(given, year([1, 1]))).value == 1


def test_closed_protocols_are_those_that_are_put_up() -> None:
    mixed = scenario("s2", ALL, LightingAction(retrofit="other", communes=(A,)))
    given = study(*TWO, retrofits=(led(protocol="closed"), led("other", protocol=None)),
                  scenarios=(scenario("s0"), scenario("s1", ALL), mixed))  # fmt: skip
    lit = year([1, 1])
    assert of("closed_protocols", found_of(given, lit)).value == 0
    assert of("closed_protocols", found_of(given, lit, 1)).value == 1
    unsure = of("closed_protocols", found_of(given, lit, 2))
    assert (unsure.value, unsure.low, unsure.high) == (None, 1, 2)


def test_spares_are_lamps_sold_after_2027() -> None:
    rows = (light("l1", count=3), light("l2", source_type="LED"))
    lit = year([1, 1])
    assert of("spares", found_of(study(*rows), lit)).value == pytest.approx(25)
    unsure = of("spares", found_of(study(rows[0], light("l2", source_type=None)), lit))
    assert (unsure.value, unsure.low, unsure.high) == (None, 0, 25)
    ends = study(*rows, retrofits=(led(sold_until=date(2027, 12, 31)),),
                 scenarios=(scenario("s1", ALL),))  # fmt: skip
    assert of("spares", found_of(ends, lit)).value == 0


def test_insertion_hours_are_those_of_the_works_spread_over_the_horizon() -> None:
    given = study(*TWO, rules=rules(horizon_years=8),
                  scenarios=(scenario("s0"), scenario("s1", ALL)))  # fmt: skip
    lit = year([1, 1])
    assert of("insertion_hours", found_of(given, lit)).value == 0
    assert of("insertion_hours", found_of(given, lit, 1)).value == pytest.approx(0.5)
    bare = given.model_copy(update={"retrofits": (led(insertion_hours=None),)})
    assert "4 luminaires" in why(of("insertion_hours", found_of(bare, lit, 1)))


def test_a_ballast_added_leaves_the_lamp_its_model_and_its_end_of_sale() -> None:
    ballast = led("led", source_type=None, ulr=None, cct_k=None, power_w=None, power_share=0.9,
                  flux_lm=None, flux_share=1.0)  # fmt: skip
    given = study(*TWO, retrofits=(ballast,), scenarios=(scenario("s1", ALL),))
    found = found_of(given, year([4000, 2000]))
    assert of("spares", found).value == 0
    assert of("references", found).value == 1
    assert isclose(of("energy", found).value or 0, 1.3 * 0.9)
