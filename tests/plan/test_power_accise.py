"""A re-fit counts the accise by the activity of each point, and tells where it is open."""

from datetime import date
from decimal import Decimal

from synergie.energy.plan.power._text import OPEN_ACCISE
from synergie.energy.plan.power.portfolio import refit
from synergie.energy.records.power import PowerRules, SubscribedKva
from synergie.energy.records.power_plan import PowerOutcome
from tests.plan.power_cases import load, point, problem, schedule

ENERGY = {"HPH": "30000", "HCH": "20000", "HPB": "30000", "HCB": "20000"}
"""100 MWh: one euro a MWh is 100 €."""


def outcome(
    day: date, activity: str, usage: str = "building", segment: str = "C4", **more: object
) -> PowerOutcome:
    code, kva = ("BTSUPCU", 60) if segment == "C4" else ("BTINFCU4", 36)
    one = point(
        market_segment=segment, usage=usage, activity=activity, tariff_code=code,
        subscribed=(SubscribedKva(kva=Decimal(kva)),), load=load(ENERGY, 30_000),
    )  # fmt: skip
    (found,) = refit(problem(one, on=day, prices=(schedule(),), **more)).outcomes
    return found


def read(found: PowerOutcome) -> tuple[Decimal, list[tuple[str, ...]]]:
    cost = found.best or found.today
    assert cost is not None
    return cost.bill.accise_eur, [one.values for one in found.questions if one.text == OPEN_ACCISE]


def test_the_accise_above_36_kva_is_that_of_the_activity() -> None:
    """October 2025: 25.79 €/MWh of an economic activity, 29.98 of a town hall or street lights."""
    day = date(2025, 10, 1)
    assert read(outcome(day, "economic")) == (Decimal("2579.00"), [])
    assert read(outcome(day, "non_economic")) == (Decimal("2998.00"), [])
    assert read(outcome(day, "unknown", "public_lighting")) == (Decimal("2998.00"), [])
    both = [("25.79", "29.98", "419.00", "25.79")]
    assert read(outcome(day, "unknown")) == (Decimal("2579.00"), both)


def test_what_the_law_leaves_open_is_told_with_both_rates() -> None:
    """March 2026: 26.58 or 30.85 €/MWh; 427 € a year between both."""
    both = [("26.58", "30.85", "427.00", "26.58")]
    for activity in ("unknown", "non_economic"):
        assert read(outcome(date(2026, 3, 1), activity)) == (Decimal("2658.00"), both)
    assert read(outcome(date(2026, 3, 1), "economic")) == (Decimal("2658.00"), [])


def test_no_move_above_36_kva_is_proposed_for_a_tax_that_is_open() -> None:
    """A point of 36 kVA counts the highest rate above, which is that of its own segment."""
    across = PowerRules(across_segments=True)
    economic = outcome(date(2026, 3, 1), "economic", segment="C5", rules=across)
    unknown = outcome(date(2026, 3, 1), "unknown", segment="C5", rules=across)
    assert economic.saving_eur is not None and unknown.saving_eur is not None
    if unknown.best is not None and unknown.best.tariff_code.startswith("BTSUP"):
        assert unknown.best.bill.accise_eur == Decimal("3085.00")
    assert unknown.saving_eur <= economic.saving_eur
