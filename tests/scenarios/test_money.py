"""Bills, works and net present cost of a scenario: golden bills, hand sums, and what is unknown."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.energy.records.power import OffPeakWindow
from synergie.errors import BadInput
from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.effects import measured
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.money import Money, money_of
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.study import (
    Budget,
    CabinetTerms,
    LightingAction,
    LightingScenario,
    LightingStudy,
    StudyCabinet,
    StudyCommune,
    StudyLight,
)
from synergie.lighting.samples.study import PRICES, study
from synergie.schemas.assets.location import Location

POMPEY = Location(longitude=6.13, latitude=48.77)
HPS = {"source_type": "SHP", "power_w": 130, "flux_lm": 7000, "ulr": 0.04, "cct_k": 2000}
NIGHT = OffPeakWindow(starts="22:00", ends="06:00")
LATE = OffPeakWindow(starts="02:00", ends="06:00")


@cache
def demonstration() -> LightingStudy:
    return study(fast=True)


@pytest.fixture
def whole() -> LightingStudy:
    """The demonstration, for its catalogue, schedules, prices and rules."""
    return demonstration()


def terms(code: str = "BTINFMU4", kva: float = 6.0, window: OffPeakWindow = NIGHT) -> CabinetTerms:
    return CabinetTerms(tariff_code=code, subscribed_kva=kva, windows=(window,), prices=PRICES)


def one_cabinet(whole: LightingStudy, **changes: Any) -> LightingStudy:
    """38 lamps of 130 W behind one cabinet, as domain.md §6.2 has them."""
    fields: dict[str, Any] = {
        "communes": (StudyCommune(insee_code="54430", name="Pompey", population=4815),),
        "cabinets": (cabinet(terms()),),
        "lights": (light(count=38),),
        "places": (),
        "corridors": (),
        "budgets": (),
        "scenarios": (LightingScenario(id="now", name="now"),),
    }
    return whole.model_copy(update={**fields, **changes})


def cabinet(billed: CabinetTerms | None, name: str = "A1", **more: Any) -> StudyCabinet:
    return StudyCabinet(
        id=name, body="cc", insee_code="54430", location=POMPEY, programmable=True,
        schedule="full-night", terms=billed, **more,
    )  # fmt: skip


def light(count: int = 1, name: str = "L1", **more: Any) -> StudyLight:
    return StudyLight(id=name, count=count, cabinet="A1", insee_code="54430", **{**HPS, **more})


def money(of: LightingStudy, place: int = -1) -> Money:
    return money_of(measured(of, park_of(of), of.scenarios[place]))


def does(*actions: LightingAction) -> tuple[LightingScenario, ...]:
    return (LightingScenario(id="does", name="does", actions=actions),)


@pytest.mark.parametrize(
    ("kva", "lamps", "where"),
    [
        pytest.param(6.0, 770_000, "/cabinets/0", id="lamps"),
        pytest.param(10_000.5, 38, "/cabinets/0/terms/subscribed_kva", id="power"),
        pytest.param(6.0001, 38, "/cabinets/0/terms/subscribed_kva", id="decimals"),
    ],
)
def test_what_no_tariff_bills_is_refused_with_its_cabinet(
    whole: LightingStudy, kva: float, lamps: int, where: str
) -> None:
    """It ended in an error of the schema of bills, that named no cabinet."""
    billed = cabinet(terms(kva=kva))
    with pytest.raises(BadInput) as refused:
        compare(one_cabinet(whole, cabinets=(billed,), lights=(light(count=lamps),)))
    assert refused.value.where == where
    unbilled = cabinet(terms(kva=kva).model_copy(update={"prices": None}))
    compare(one_cabinet(whole, cabinets=(unbilled,), lights=(light(count=lamps),)))


@pytest.mark.parametrize(
    ("billed", "off", "expected"),
    [
        pytest.param(terms("BTINFMU4"), False, 3034.40, id="full-mu4"),
        pytest.param(terms("BTINFCU4"), False, 3061.14, id="full-cu4"),
        pytest.param(terms("BTINFLU"), False, 3331.09, id="full-lu"),
        pytest.param(terms("BTINFCUST"), False, 3493.59, id="full-cust"),
        pytest.param(terms("BTINFMU4"), True, 1803.30, id="off-mu4"),
        pytest.param(terms("BTINFMU4", window=LATE), False, 3237.47, id="full-mu4-late-window"),
    ],
)
def test_bills_are_those_of_the_golden_cabinet(
    whole: LightingStudy, *, billed: CabinetTerms, off: bool, expected: float
) -> None:
    """domain.md §6.3, hours within a quarter of an hour of its integers: 1 EUR of 3,000.

    Its table takes an accise of 30.85 EUR/MWh; ours is that of the day.
    """
    rules = whole.rules.model_copy(update={"on": date(2026, 3, 1)})
    of = one_cabinet(
        whole,
        cabinets=(cabinet(billed),),
        rules=rules,
        scenarios=does(LightingAction(schedule="off-0000-0530")) if off else does(),
    )
    found = money(of)
    assert float(found.bill_as_subscribed_eur or 0) == pytest.approx(expected, abs=2.0)


def test_option_and_power_are_fitted_again_only_where_something_changes(
    whole: LightingStudy,
) -> None:
    badly = (cabinet(terms("BTINFCUST", 9.0)),)
    same = money(one_cabinet(whole, cabinets=badly))
    assert same.bill_eur == same.bill_as_subscribed_eur == same.bill_today_eur
    led = money(
        one_cabinet(whole, cabinets=badly, scenarios=does(LightingAction(retrofit="led-40")))
    )
    (one,) = led.cabinets
    assert one.tariff_code == "BTINFMU4"
    assert one.subscribed_kva == 2.0
    assert one.bill_eur is not None and one.bill_as_subscribed_eur is not None
    assert one.bill_eur < one.bill_as_subscribed_eur


def test_the_bill_falls_less_than_the_energy(whole: LightingStudy) -> None:
    found = money(one_cabinet(whole, scenarios=does(LightingAction(schedule="off-0000-0530"))))
    assert found.bill_eur is not None and found.bill_today_eur is not None
    fall = 1 - found.bill_eur / found.bill_today_eur
    energy = 1 - sum(float(k.kwh) for k in found.cabinets[0].energy) / (38 * 0.130 * 4109.25)
    assert energy == pytest.approx(0.487, abs=0.001)
    assert float(fall) == pytest.approx(0.406, abs=0.003)


def test_works_bills_and_renewals_by_hand(whole: LightingStudy) -> None:
    """Two luminaires in two years, a life of six years in a horizon of eight."""
    entry = Retrofit(
        id="led", name="LED", source_type="LED", power_w=40, price_eur=Decimal(500),
        life_years=6, failures_year=0.01, part_eur=Decimal(100), dimmable=True, source="by hand",
    )  # fmt: skip
    rules = whole.rules.model_copy(
        update={
            "starts": 2027, "horizon_years": 8, "discount_rate": 0.0, "grant_share": 0.1,
            "lamps": (), "repair_eur": Decimal(0),
        }
    )  # fmt: skip
    of = one_cabinet(
        whole,
        lights=(light(name="L1", usage="A"), light(name="L2", usage="C")),
        retrofits=(entry,),
        rules=rules,
        failures=(),
        scenarios=does(
            LightingAction(usages=("A",), retrofit="led", year=2027),
            LightingAction(usages=("C",), retrofit="led", year=2029),
        ),
    )
    found = money(of)
    assert found.investment_eur == Decimal(900)
    assert [str(one.investment_eur) for one in found.years] == [
        "450.00", "0.00", "450.00", "0.00", "0.00", "0.00", "500.00", "0.00",
    ]  # fmt: skip
    today, after = found.bill_today_eur, found.bill_eur
    assert today is not None and after is not None
    half = (today + after) / 2
    wanted = [today, half, half, *[after] * 5]
    for one, expected in zip(found.years, wanted, strict=True):
        assert float(one.bill_eur or 0) == pytest.approx(float(expected), abs=0.011)
    assert found.net_present_cost_eur is None  # the lamps of today have no price
    assert found.no_upkeep is not None and found.no_upkeep.values == ("SHP",)


def test_what_is_left_at_the_end_is_taken_off(whole: LightingStudy) -> None:
    """One luminaire of a life of 20 years, put in in the first of ten years: half is left."""
    rules = whole.rules.model_copy(update={"horizon_years": 10, "discount_rate": 0.0})
    worth = []
    for life in (10.0, 20.0):
        entry = whole.retrofits[0].model_copy(update={"life_years": life, "cee_kwhc": 0.0})
        of = one_cabinet(
            whole, lights=(light(),), rules=rules, retrofits=(entry,),
            scenarios=does(LightingAction(retrofit="led-40")),
        )  # fmt: skip
        worth.append(money(of).net_present_cost_eur or Decimal(0))
    assert worth[0] - worth[1] == Decimal(292)


def test_a_power_that_is_not_known_keeps_the_bill_out_and_says_so(whole: LightingStudy) -> None:
    found = money(one_cabinet(whole, lights=(light(38), light(name="L2", power_w=None))))
    assert found.bill_eur is None
    assert found.net_present_cost_eur is None
    assert found.communes[0].bill_eur is None
    assert found.cabinets[0].energy == ()
    assert found.known == 0.0
    assert found.no_bill is not None and found.no_bill.values == ("1", "1")
    assert all(one.bill_eur is None for one in found.years)


def test_a_cabinet_without_terms_leaves_the_others_their_bill(whole: LightingStudy) -> None:
    pair = (cabinet(terms()), cabinet(None, name="A2"))
    lights = (light(30), light(10, name="L2").model_copy(update={"cabinet": "A2"}))
    found = money(one_cabinet(whole, cabinets=pair, lights=lights))
    assert found.cabinets[0].bill_eur is not None
    assert found.cabinets[1].bill_eur is None
    assert found.bill_eur is None
    assert found.known == 0.75


def test_a_luminaire_without_cabinet_has_nobody_to_pay(whole: LightingStudy) -> None:
    loose = light(2, name="L2").model_copy(update={"cabinet": None})
    found = money(one_cabinet(whole, lights=(light(38), loose)))
    assert found.bill_eur is None
    assert found.no_bill is not None and found.no_bill.values == ("2",)


def test_a_price_that_is_not_known_keeps_the_investment_out(whole: LightingStudy) -> None:
    dear = whole.retrofits[0].model_copy(update={"price_eur": None})
    found = money(
        one_cabinet(whole, retrofits=(dear,), scenarios=does(LightingAction(retrofit="led-40")))
    )
    assert found.investment_eur is None
    assert found.bill_eur is not None
    assert found.no_investment is not None and found.no_investment.values == ("led-40",)


@pytest.mark.parametrize(
    ("budget", "is_over"),
    [
        pytest.param(Budget(eur=Decimal(1000)), True, id="all-too-little"),
        pytest.param(Budget(eur=Decimal(100_000)), False, id="all-enough"),
        pytest.param(Budget(eur=Decimal(1000), body="cc", year=2027), True, id="body-and-year"),
        pytest.param(Budget(eur=Decimal(1000), year=2028), False, id="another-year"),
        pytest.param(Budget(eur=Decimal(1000), body="other"), False, id="another-body"),
    ],
)
def test_budgets_are_held(whole: LightingStudy, *, budget: Budget, is_over: bool) -> None:
    found = money(
        one_cabinet(whole, budgets=(budget,), scenarios=does(LightingAction(retrofit="led-40")))
    )
    assert bool(found.over_budget) is is_over


@given(split=st.integers(1, 37), led=st.booleans())
def test_luminaires_told_apart_cost_the_same(*, split: int, led: bool) -> None:
    """A group of 38 and the same told as two groups: nothing changes."""
    whole = demonstration()
    chosen = does(LightingAction(retrofit="led-40" if led else None, schedule="off-0000-0530"))
    joined = money(one_cabinet(whole, scenarios=chosen))
    apart = money(
        one_cabinet(whole, scenarios=chosen, lights=(light(split), light(38 - split, name="L2")))
    )
    assert joined.bill_eur == apart.bill_eur
    assert joined.investment_eur == apart.investment_eur
    assert joined.net_present_cost_eur == pytest.approx(apart.net_present_cost_eur, abs=Decimal(1))


def test_bodies_and_communes_add_up(whole: LightingStudy) -> None:
    found = money(whole, 5)
    assert sum((one.bill_eur or Decimal(0)) for one in found.bodies) == found.bill_eur
    assert sum((one.bill_eur or Decimal(0)) for one in found.communes) == found.bill_eur
    assert sum((one.investment_eur or Decimal(0)) for one in found.communes) == found.investment_eur
    assert sum((one.investment_eur or Decimal(0)) for one in found.bodies) == found.investment_eur
