"""Rules, questions and words of a re-fit."""

from datetime import date
from decimal import Decimal

import pytest

from synergie.energy.plan.power.portfolio import refit
from synergie.energy.records.power import PowerPrices, SubscribedKva
from synergie.energy.records.power_plan import PowerOutcome
from synergie.errors import BadInput
from tests.plan.power_cases import (
    FOUR,
    LOT_2,
    cabinet,
    load,
    point,
    problem,
    rules,
    schedule,
)

SAVED = Decimal("3493.59") + Decimal("38.19") - Decimal("3034.40")
"""CUST at 9 kVA against MU4 at 6 kVA (domain.md §6.3; 3 kVA more are 3 × 11.07 × 1.15 EUR)."""


def texts(one: PowerOutcome) -> str:
    phrases = (*one.ask, *one.reasons, *one.questions, *([one.risk] if one.risk else []))
    return "\n".join(phrase.tell(str) for phrase in phrases)


def test_a_change_has_to_be_worth_its_fee() -> None:
    golden = cabinet("c", 4940, "full")
    (free,) = refit(problem(golden)).outcomes
    assert free.saving_eur == SAVED
    plan = refit(problem(golden, rules=rules(change_fee_eur="100")))
    (paid,) = plan.outcomes
    assert (paid.status, str(paid.fee_eur), paid.saving_eur) == ("change", "100", free.saving_eur)
    assert plan.baseline_eur is not None
    assert plan.objective_eur == plan.baseline_eur - free.saving_eur + 100
    assert plan.totals.fees_eur == 100 and plan.totals.per_point_eur == free.saving_eur - 100
    assert "the change is billed 100 EUR" in texts(paid)
    (dear,) = refit(problem(golden, rules=rules(change_fee_eur="1000"))).outcomes
    assert dear.status == "keep" and dear.best == dear.today and dear.fee_eur == 0
    assert f"would save {free.saving_eur} EUR a year: too little" in texts(dear)
    (small,) = refit(problem(golden, rules=rules(least_saving_eur="500"))).outcomes
    assert small.status == "keep"


def test_the_words_for_the_grid_operator() -> None:
    golden = cabinet("c", 4940, "full").model_copy(update={"changed_on": date(2025, 8, 31)})
    (one,) = refit(problem(golden, rules=rules(min_stay_months=18))).outcomes
    assert [phrase.values for phrase in one.ask] == [
        ("BTINFMU4", "BTINFCUST"), ("4",), ("6", "9"), ("2027-02-28",), ("18",),
    ]  # fmt: skip
    assert one.risk is not None and one.risk.values == ("6", "5.0", "21")
    assert "4.94" not in texts(one)  # reached powers are told to a tenth, rounded up


def test_a_power_that_rises_asks_for_the_connection() -> None:
    strong = point(load=load({"BASE": "20000"}, 10_000), tariff_code="BTINFMUDT")
    (one,) = refit(problem(strong)).outcomes
    assert one.status == "not_compared"  # MUDT has no price: today is not known
    low = load(dict.fromkeys(FOUR, "5000"), 6_500)
    (one,) = refit(problem(point(load=low))).outcomes
    assert one.status == "change" and one.proposed_kva == 8
    assert "whether the connection allows 8 kVA" in texts(one)


def test_a_power_that_held_stays_open_with_less_margin() -> None:
    held = load(dict.fromkeys(FOUR, "5000"), 5_500)
    (one,) = refit(problem(point(load=held))).outcomes
    assert one.proposed_kva == 6 and "the margin wanted would need 7 kVA" in texts(one)


def four(kva: str) -> tuple[SubscribedKva, ...]:
    return (SubscribedKva(kva=Decimal(kva)),)


def test_the_other_side_of_36_kva_is_a_question_unless_asked() -> None:
    small = point(
        market_segment="C4",
        tariff_code="BTSUPCU",
        subscribed=four("42"),
        load=load(dict.fromkeys(FOUR, "1000"), 20_000),
    )
    (one,) = refit(problem(small)).outcomes
    assert one.best is not None and one.best.tariff_code.startswith("BTSUP")
    assert "could be served up to 36 kVA (C5)" in texts(one)
    (across,) = refit(problem(small, rules=rules(across_segments=True))).outcomes
    assert across.best is not None and across.best.tariff_code.startswith("BTINF")
    assert across.proposed_kva == 24 and across.saving_eur is not None
    large = point(subscribed=four("36"), load=load(dict.fromkeys(FOUR, "9000"), 40_000))
    (over,) = refit(problem(large)).outcomes
    assert "more than 36 kVA may be needed (C4)" in texts(over)
    assert over.best == over.today  # nothing up to 36 kVA holds it: today is kept
    (asked,) = refit(problem(large, rules=rules(across_segments=True))).outcomes
    assert {gap.kind for gap in asked.not_priced} == {"no_power"}


def test_what_is_not_compared_says_why() -> None:
    golden = cabinet("c", 4940, "full")
    some = [
        golden.model_copy(update={"id": "a", "market_segment": "C2"}),
        golden.model_copy(update={"id": "b", "tariff_code": "BTINFMU4ACCAUTO"}),
        golden.model_copy(update={"id": "c", "load": None}),
        golden.model_copy(update={"id": "d", "tariff_code": None}),
        golden.model_copy(update={"id": "e", "tariff_code": "BTINFMUDT"}),
        golden.model_copy(update={"id": "f", "tariff_code": "BTXXX"}),
        golden.model_copy(
            update={
                "id": "g",
                "load": load({"BASE": "10"}, 9, starts="2025-01-01", ends="2026-06-01"),
            }
        ),
    ]
    plan = refit(problem(*some))
    told = {one.point: one for one in plan.outcomes}
    assert {one.status for one in plan.outcomes} == {"not_compared"}
    assert plan.totals.compared == 0 and plan.totals.per_point_eur is None
    for name, said in {
        "a": "this one is C2", "b": "collective self-consumption", "c": "give a curve",
        "d": "not known", "e": "no supply price", "f": "no network tariff", "g": "516 days",
    }.items():  # fmt: skip
        assert said in told[name].reasons[0].tell(str), name
    assert told["d"].best is not None and told["d"].ask == ()  # shown, not asked for
    assert "points that could not be compared: 7" in [a.tell(str) for a in plan.assumptions][-1]


def test_a_schedule_is_taken_by_usage_and_day() -> None:
    lighting = schedule().model_copy(update={"usages": ("public_lighting",)})
    dear = schedule({"BTINFCUST": {"BASE": "200"}}, "lot 1")
    old = dear.schedule.model_copy(update={"valid_to": date(2026, 1, 1)})
    golden = cabinet("c", 4940, "full")
    other = golden.model_copy(update={"id": "d", "usage": "building"})
    prices = (PowerPrices(schedule=old), lighting, dear)
    told = {one.point: one for one in refit(problem(golden, other, prices=prices)).outcomes}
    assert told["c"].best is not None and told["c"].best.tariff_code == "BTINFMU4"
    assert told["d"].best is not None and told["d"].best.tariff_code == "BTINFCUST"
    assert {gap.kind for gap in told["d"].not_priced} == {"no_price"}


def test_names_of_old_bills_are_the_same_classes() -> None:
    cells = {
        code: {{"HPB": "HPE", "HCB": "HCE"}.get(name, name): eur for name, eur in of.items()}
        for code, of in LOT_2.items()
    }
    golden = cabinet("c", 4940, "full")
    (one,) = refit(problem(golden, prices=(schedule(cells),))).outcomes
    assert one.best is not None and one.best.bill.total_eur == Decimal("3034.40")


def test_a_class_without_energy_needs_no_price() -> None:
    cells = LOT_2 | {"BTINFMU4": {"HPH": "117.16", "HCH": "85.53"}}
    winter = point(load=load({"HPH": "900", "HCH": "900", "HPB": "0", "HCB": "0"}, 4_000))
    (one,) = refit(problem(winter, prices=(schedule(cells),))).outcomes
    assert "BTINFMU4" not in {gap.tariff_code for gap in one.not_priced}
    summer = point(load=load({"HPH": "900", "HCH": "900", "HPB": "0", "HCB": "1"}, 4_000))
    (one,) = refit(problem(summer, prices=(schedule(cells),))).outcomes
    assert ("BTINFMU4", "no_price") in {(gap.tariff_code, gap.kind) for gap in one.not_priced}
    assert one.best is not None and one.best.tariff_code != "BTINFMU4"


def test_bad_input_is_named() -> None:
    golden = cabinet("c", 4940, "full")
    with pytest.raises(BadInput, match="each point once"):
        refit(problem(golden, golden))
    mixed = load({"HP": "1", "HPH": "1"}, 1000)
    with pytest.raises(BadInput, match="BASE, or HP and HC, or the four classes") as caught:
        refit(problem(golden, point("d", load=mixed)))
    assert caught.value.where == "/points/1/load/classes"
    with pytest.raises(BadInput, match=r"\.csv"):
        refit(problem(golden, on=date(2026, 11, 25)))


def test_the_yardstick_is_shown_beside_with_its_perimeter() -> None:
    building = cabinet("d", 1520, "off").model_copy(update={"usage": "building"})
    totals = refit(problem(cabinet("c", 4940, "full"), building)).totals
    assert (totals.points, totals.compared, str(totals.yardstick_eur)) == (2, 2, "76")
    assert totals.yardstick.values == ("76", "2", "1")
    assert totals.per_point_eur is not None
    assert abs(totals.per_point_eur * 2 - totals.saving_eur) <= Decimal("0.01")
