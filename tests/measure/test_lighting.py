"""Savings of lamps: watts of the baseline over the hours of the period."""

from datetime import date
from decimal import Decimal

import pytest

from synergie.energy.records.power import DimmedSpan, LightingUse
from synergie.measure.lighting import (
    LampGroup,
    adjust_bill,
    adjust_inventory,
    compute_burn_hours,
    estimate_watts,
    find_sample_size,
)

POMPEY = LightingUse(installed_w=1000, longitude=6.13, latitude=48.77)


def test_the_hours_of_pompey_are_those_of_the_reference() -> None:
    year = compute_burn_hours(POMPEY, date(2025, 1, 1), date(2026, 1, 1))
    leap = compute_burn_hours(POMPEY, date(2024, 1, 1), date(2025, 1, 1))
    assert 4108 <= year <= 4109.5
    assert leap == pytest.approx(Decimal("4124.6"), abs=Decimal("0.5"))


def test_a_degree_of_threshold_is_two_parts_in_a_hundred() -> None:
    deeper = POMPEY.model_copy(update={"lit_below_deg": -4.0})
    year = (date(2025, 1, 1), date(2026, 1, 1))
    less = compute_burn_hours(POMPEY, *year) - compute_burn_hours(deeper, *year)
    assert less == pytest.approx(Decimal(83), abs=Decimal(2))


def test_an_hour_of_a_dimmed_night_counts_for_its_share() -> None:
    dimmed = POMPEY.model_copy(
        update={"dimmed": (DimmedSpan(starts="00:00", ends="05:00", share=0.0),)}
    )
    night = (date(2025, 12, 1), date(2025, 12, 2))
    assert compute_burn_hours(POMPEY, *night) - compute_burn_hours(dimmed, *night) == 5


def test_the_baseline_of_an_inventory_is_exact() -> None:
    groups = [
        LampGroup(Decimal(120), Decimal(170), Decimal("4108.25")),
        LampGroup(Decimal(30), Decimal("83.5"), Decimal("2200.00")),
    ]
    assert adjust_inventory(groups) == Decimal("83808.3") + Decimal(5511)


def test_bethune_by_its_bills_and_hours_is_the_reference() -> None:
    adjusted = adjust_bill(Decimal(1080048), Decimal("4094.9"), Decimal("4095.2"))
    assert adjusted == pytest.approx(Decimal(1080127), abs=Decimal("0.5"))
    with pytest.raises(ValueError, match="without hours"):
        adjust_bill(Decimal(1), Decimal(0), Decimal(1))


def test_the_sample_of_option_a_is_68_for_a_variation_of_a_half() -> None:
    assert find_sample_size(0.5) == 68
    assert find_sample_size(0.5, lamps=100) == 41
    assert find_sample_size(0.0) == 1


def test_measured_watts_have_an_interval_that_ends_when_all_are_measured() -> None:
    some = estimate_watts([100.0, 110, 90, 100], lamps=100)
    assert some.mean == 100
    assert some.half_width == pytest.approx(1.6449 * 8.165 / 2 * 0.96**0.5, rel=1e-3)
    assert estimate_watts([100.0, 110], lamps=2).half_width == 0
    with pytest.raises(ValueError, match="1 measured"):
        estimate_watts([100.0], lamps=9)
