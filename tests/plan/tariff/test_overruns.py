"""Hours above the subscribed power: told, counted from a curve as a lower bound, or unknown."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.energy.plan.tariff.bill import (
    OVERRUNS_APPARENT,
    OVERRUNS_AT_LEAST,
    OVERRUNS_UNKNOWN,
    bill,
    lot_prices,
    overrun_powers,
    yearly,
)
from synergie.energy.plan.tariff.curves import uses_of_curve, with_hours
from synergie.energy.records.tariff import BilledTerms, ClassPower, PeriodUse
from synergie.errors import BadInput
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.units import STEP_NAMES
from tests.plan.tariff.points import IN_2026
from tests.plan.tariff.test_curves import NIGHT, curve, local

C4 = BilledTerms(tariff_code="BTSUPCU4", powers=(ClassPower(kva=Decimal(40)),))
FORTY = dict.fromkeys(("HPH", "HCH", "HPB", "HCB"), Decimal(40))
JANUARY = local(2026, 1, 1)


def month(over: int, kw: float = 60) -> MeterCurve:
    """January 2026 by half-hours at 30 kW, *over* of them at another power."""
    return curve(JANUARY, [kw * 1000] * over + [30_000] * (31 * 48 - over))


def told(use: PeriodUse) -> tuple[Decimal, str | None]:
    return use.overrun_hours, use.overrun_source


def test_310_hours_at_60_kw_over_40_kva_are_billed_as_a_lower_bound() -> None:
    plain = bill(C4, uses_of_curve([month(620)], [NIGHT]))
    found = bill(C4, uses_of_curve([month(620)], [NIGHT], powers=FORTY))
    (line,) = (one for one in found.lines if one.component == "cmdps")
    assert (line.quantity, line.amount_eur) == (Decimal(310), Decimal("3847.10")), (
        "310 h at 12.41 EUR"
    )
    assert found.network_eur is not None and plain.network_eur is not None
    assert found.network_eur - plain.network_eur == Decimal("3847.10")
    assert found.overruns == "at_least"
    assert [p.values for p in found.assumptions if p.text == OVERRUNS_AT_LEAST] == [("310",)]


@pytest.mark.parametrize("step", [600, 900, 1800, 3600])
@pytest.mark.parametrize("unit", ["kW", "Wh"])
def test_a_power_equal_to_what_is_subscribed_is_not_above(step: int, unit: str) -> None:
    for kw, hours in ((40.0, Decimal(0)), (40.001, Decimal(24))):
        value = kw if unit == "kW" else floor(kw * 1e9 * step / 3600) / 1e6
        more = {"form": "interval_energy", "quantity": "active_energy"} if unit == "Wh" else {}
        run = curve(JANUARY, [value] * (86400 // step), step=STEP_NAMES[step], unit=unit, **more)
        (use,) = uses_of_curve([run], [NIGHT], powers=FORTY)
        assert told(use) == (hours, "active_curve"), (kw, step, unit)


def test_each_step_is_held_against_the_power_of_its_class() -> None:
    powers = FORTY | {"HPH": Decimal(36)}
    (use,) = uses_of_curve([curve(JANUARY, [38_000] * 48)], [NIGHT], powers=powers)
    assert use.overrun_hours == 16, "the hours from 6 to 22"


@pytest.mark.parametrize(("day", "steps"), [((2026, 3, 29), 46), ((2026, 10, 25), 50)])
def test_days_of_a_clock_change_have_their_real_hours(
    day: tuple[int, int, int], steps: int
) -> None:
    run = curve(local(*day), [60_000] * steps)
    (use,) = uses_of_curve([run], [NIGHT], powers=FORTY)
    assert use.overrun_hours == Decimal(steps) / 2


def test_a_step_without_a_value_is_no_hour_above() -> None:
    (use,) = uses_of_curve([curve(JANUARY, [60_000] * 47 + [None])], [NIGHT], powers=FORTY)
    assert (use.overrun_hours, use.missing_steps) == (Decimal("23.5"), 1)


@given(st.lists(st.integers(0, 80_000), min_size=48, max_size=48), st.integers(37, 70))
def test_the_hours_are_those_of_the_steps_above(watts: list[int], kva: int) -> None:
    powers = dict.fromkeys(FORTY, Decimal(kva))
    (use,) = uses_of_curve([curve(JANUARY, watts)], [NIGHT], powers=powers)
    assert use.overrun_hours == Decimal(sum(one > kva * 1000 for one in watts)) / 2


def test_without_hours_nor_curve_the_bill_says_that_overruns_are_unknown() -> None:
    found = yearly(C4, {"HPH": Decimal(1000)}, on=IN_2026)
    assert found.overruns == "unknown"
    assert OVERRUNS_UNKNOWN in [p.text for p in found.assumptions]
    use = PeriodUse(from_date=IN_2026, to_date=IN_2026 + timedelta(days=30), energy=())
    counted = use.model_copy(update={"overrun_source": "operator"})
    assert bill(C4, [counted]).overruns == "billed", "none, and the meter counted them"
    assert bill(C4, [counted, _after(use)]).overruns == "unknown"


def _after(use: PeriodUse) -> PeriodUse:
    days = {"from_date": use.to_date, "to_date": use.to_date + timedelta(days=30)}
    return use.model_copy(update=days)


def test_up_to_36_kva_nothing_is_counted_and_nothing_said() -> None:
    small = BilledTerms(tariff_code="BTINFCU4", powers=(ClassPower(kva=Decimal(6)),))
    assert overrun_powers(small, IN_2026) is None
    found = bill(small, uses_of_curve([month(620)], [NIGHT]))
    assert found.overruns is None
    assert not {OVERRUNS_AT_LEAST, OVERRUNS_UNKNOWN} & {p.text for p in found.assumptions}


def test_hours_of_the_meter_go_before_those_of_a_curve_and_add_up() -> None:
    uses = with_hours(uses_of_curve([month(620)], [NIGHT], cuts=(date(2026, 1, 12),)), Decimal(7))
    assert sum(use.overrun_hours for use in uses) == 7
    found = bill(C4, uses)
    assert found.overruns == "billed"
    assert sum(one.quantity or 0 for one in found.lines if one.component == "cmdps") == 7


def test_the_curve_of_a_c4_is_that_of_the_issue_to_the_cent() -> None:
    """January 2026: 310 peak hours at 60 kW over 40 kVA, 434 at 10 kW, prices of lot 2.

    CG 217.80, CC 283.27 and 40 kVA at 17.61, 31 days of 365; CTA 21.93 % of them; HPH 186 h at 10
    kW and 310 h at 60 kW, HCH 248 h at 10 kW; supply 117.96 and 89.37 EUR/MWh; accise 25.79.
    """
    fixed = (217.80 + 283.27 + 17.61 * 40) * 31 / 365
    hph, hch = 310 * 60 + 186 * 10, 248 * 10
    energy = hph * 6.91 / 100 + hch * 4.21 / 100 + (hph * 117.96 + hch * 89.37) / 1000
    assert round(fixed * 1.2193 + energy + (hph + hch) * 25.79 / 1000, 2) == 4869.75
    watts = [60_000 if 16 <= step % 48 < 36 else 10_000 for step in range(31 * 48)]
    run = curve(JANUARY, [float(one) for one in watts])
    cells = {"HPH": "117.96", "HCH": "89.37", "HPE": "57.08", "HCE": "67.71"}
    prices = lot_prices("lot 2", {("BTSUPCU", k): Decimal(v) for k, v in cells.items()})
    supplied = C4.model_copy(update={"prices": prices})
    plain = bill(supplied, uses_of_curve([run], [NIGHT]))
    found = bill(supplied, uses_of_curve([run], [NIGHT], powers=FORTY))
    assert (plain.ht_eur, plain.overruns) == (Decimal("4869.75"), "unknown")
    assert (found.ht_eur, found.overruns) == (Decimal("8716.85"), "at_least")


HTA = BilledTerms(tariff_code="HTACU5", powers=(ClassPower(kva=Decimal(300)),))
KW_300 = dict.fromkeys(("POINTE", "HPH", "HCH", "HPB", "HCB"), Decimal(300))


def test_in_hta_ten_minute_steps_make_the_quadratic_sum_of_each_class() -> None:
    """January 2026: 4 steps at 310 kW in the peak of Thursday 8 o'clock, 9 at 340 kW at noon."""
    watts = [100_000.0] * (31 * 144)
    thursday = 7 * 144
    watts[thursday + 48 : thursday + 52] = [310_000.0] * 4
    watts[thursday + 72 : thursday + 81] = [340_000.0] * 9
    run = curve(JANUARY, watts, step=STEP_NAMES[600])
    (use,) = uses_of_curve([run], [NIGHT], powers=KW_300, fixed_peak=True)
    assert {one.time_class: one.kw for one in use.overruns} == {
        "POINTE": Decimal(20),  # 10 * sqrt(4)
        "HPH": Decimal(120),  # 40 * sqrt(9)
    }
    found = bill(HTA, [use])
    due = {one.time_class: one.amount_eur for one in found.lines if one.component == "cmdps"}
    assert due == {
        "POINTE": Decimal("11.528"),  # 0.04 * 14.41 * 20
        "HPH": Decimal("69.168"),  # 0.04 * 14.41 * 120
    }
    assert found.overruns == "billed"


def test_the_fixed_peak_is_in_winter_mornings_and_evenings_but_not_on_sundays() -> None:
    """January 2026 has 31 days and 4 Sundays: 27 * 4 hours; March has none."""
    for first, days, hours in ((JANUARY, 31, 108), (local(2026, 3, 1), 28, 0)):
        run = curve(first, [100_000.0] * (days * 144), step=STEP_NAMES[600])
        (use,) = uses_of_curve([run], [NIGHT], fixed_peak=True)
        energy = {one.time_class: one.kwh for one in use.energy}
        assert energy.get("POINTE", Decimal(0)) == hours * 100
        assert sum(energy.values()) == days * 24 * 100


def test_in_hta_a_coarser_curve_has_no_overruns() -> None:
    run = curve(JANUARY, [400_000.0] * 48)
    with pytest.raises(BadInput, match="ten minutes"):
        uses_of_curve([run], [NIGHT], powers=KW_300, fixed_peak=True)
    assert bill(HTA, uses_of_curve([run], [NIGHT], fixed_peak=True)).overruns == "unknown"
    gap = curve(JANUARY, [400_000.0] * 143 + [None], step=STEP_NAMES[600])
    found = bill(HTA, uses_of_curve([gap], [NIGHT], powers=KW_300, fixed_peak=True))
    assert found.overruns == "at_least"


def reactive(
    values: Sequence[float | None], quantity: str = "reactive_inductive", **more: object
) -> MeterCurve:
    return curve(JANUARY, values, quantity=quantity, **({"unit": "VAr"} | more))


def test_apparent_power_is_counted_where_both_curves_are_there() -> None:
    """40 kVA: 24 kW and 32 kVAr are 40, not above; 30 and 40 are 50: 50 h at 12.41 EUR."""
    steps = 31 * 48
    active = curve(JANUARY, [30_000.0] * 100 + [24_000.0] * (steps - 100))
    kvar = reactive([40_000.0] * 100 + [32_000.0] * (steps - 100))
    alone = uses_of_curve([active], [NIGHT], powers=FORTY)
    assert [told(use) for use in alone] == [(Decimal(0), "active_curve")]
    (use,) = uses_of_curve([active], [NIGHT], powers=FORTY, reactive=[kvar])
    assert told(use) == (Decimal(50), "apparent_curve")
    assert use.energy == alone[0].energy, "what is billed as energy is active"
    found = bill(C4, [use])
    (line,) = (one for one in found.lines if one.component == "cmdps")
    assert (line.amount_eur, found.overruns) == (Decimal("620.50"), "billed")
    assert [p.values for p in found.assumptions if p.text == OVERRUNS_APPARENT] == [("50",)]


def test_what_is_fed_back_is_taken_off_and_energies_are_powers_of_their_step() -> None:
    day = [39_000.0] * 48
    for kvar, hours in (
        ([reactive([10_000.0] * 48), reactive([10_000.0] * 48, "reactive_capacitive")], 0),
        ([reactive([10_000.0] * 48)], 24),  # sqrt(39² + 10²) = 40.26
        ([reactive([0.0] * 48, "reactive_inductive"), reactive([9.0] * 48, "reactive_capacitive",
                                                              unit="kVAr")], 24),
        ([reactive([4.0] * 48, unit="kVArh", form="interval_energy")], 0),  # 8 kVAr: 39.81
        ([reactive([5.0] * 48, unit="kVArh", form="interval_energy")], 24),
    ):  # fmt: skip
        (use,) = uses_of_curve([curve(JANUARY, day)], [NIGHT], powers=FORTY, reactive=kvar)
        assert told(use) == (Decimal(hours), "apparent_curve"), [one.values[0] for one in kvar]


@pytest.mark.parametrize(("day", "steps"), [((2026, 3, 29), 46), ((2026, 10, 25), 50)])
def test_apparent_power_of_a_day_of_a_clock_change_has_its_real_hours(
    day: tuple[int, int, int], steps: int
) -> None:
    active = curve(local(*day), [30_000] * steps)
    kvar = curve(local(*day), [30] * steps, quantity="reactive_inductive", unit="kVAr")
    (use,) = uses_of_curve([active], [NIGHT], powers=FORTY, reactive=[kvar])
    assert told(use) == (Decimal(steps) / 2, "apparent_curve")


def test_a_step_without_reactive_power_makes_a_lower_bound_and_other_steps_are_refused() -> None:
    active = curve(JANUARY, [39_000] * 48)
    kvar = reactive([10_000.0] * 47 + [None])
    (use,) = uses_of_curve([active], [NIGHT], powers=FORTY, reactive=[kvar])
    assert told(use) == (Decimal("23.5"), "active_curve")
    for wrong in (reactive([1.0] * 144, step="PT10M"), curve(JANUARY, [1.0] * 48)):
        with pytest.raises(BadInput, match="/reactive"):
            uses_of_curve([active], [NIGHT], powers=FORTY, reactive=[wrong])
