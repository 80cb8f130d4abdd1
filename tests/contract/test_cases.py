"""Written cases of contracts: what happened, what the statement says, recomputed from its file."""

import json
import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from synergie.contract.plan.adjustments import compute_daily_hours
from synergie.contract.plan.statement import check_statement
from synergie.contract.records.contract import GuaranteeTerms, PriceClause
from synergie.contract.records.statement import PriceOfYear, SavingsReport
from synergie.energy.records.power import DimmedSpan
from synergie.errors import BadInput
from synergie.measure.daily import Floats
from tests.contract.made import (
    CARBON,
    HALL,
    LAMPS,
    SCHOOL,
    STREET,
    YEAR,
    adjustment,
    building,
    energies,
    lit,
    plan,
    point,
    statement,
)
from tests.contract.recompute import recompute

AFTER_W = 60
"""Watts of a lamp after the works."""
OFF = (DimmedSpan(starts="00:00", ends="05:00", share=0.0),)


def hours(dimmed: tuple[DimmedSpan, ...] = ()) -> Floats:
    return compute_daily_hours(lit(STREET), dimmed, YEAR)


def street(number: float | Floats = 120, burnt: Floats | None = None) -> Floats:
    """kWh of each day after the works."""
    return (hours() if burnt is None else burnt) * number * AFTER_W / 1000


def days(starts: date, ends: date) -> Floats:
    """1 on the days between, else 0."""
    at = np.arange((YEAR.to_date - YEAR.from_date).days) + YEAR.from_date.toordinal()
    return ((at >= starts.toordinal()) & (at < ends.toordinal())).astype(float)


def weather_alone() -> SavingsReport:
    return statement(plan(point(SCHOOL)), building(SCHOOL, YEAR, factor=0.75))


def lamps_by_their_curve() -> SavingsReport:
    return statement(plan(lit(STREET)), energies(STREET, YEAR, street()), weather=None)


def lamps_by_a_sample() -> SavingsReport:
    sampled = LAMPS.model_copy(
        update={"measured_watts": tuple(map(Decimal, ("58", "61", "60", "62", "59")))}
    )
    return statement(plan(lit(STREET, lamps=sampled, option="A")), weather=None)


def dark_lamps() -> SavingsReport:
    dark = date(2024, 12, 1), date(2025, 1, 1)
    fact = adjustment(STREET, "outage", *dark, lamps="SHP-100", count=40)
    used = street(120 - 40 * days(*dark))
    return statement(
        plan(lit(STREET)), energies(STREET, YEAR, used), adjustments=(fact,), weather=None
    )


def lamps_added() -> SavingsReport:
    since = date(2025, 1, 1), date(2027, 7, 1)
    fact = adjustment(STREET, "lamps", *since, lamps="SHP-100", count=30)
    used = street(120 + 30 * days(*since))
    return statement(
        plan(lit(STREET)), energies(STREET, YEAR, used), adjustments=(fact,), weather=None
    )


def owner_turns_off_at_night() -> SavingsReport:
    since = date(2024, 10, 1), date(2025, 7, 1)
    fact = adjustment(STREET, "schedule", *since, lamps="SHP-100", dimmed=OFF)
    burnt = np.where(days(*since) > 0, hours(OFF), hours())
    used = energies(STREET, YEAR, street(burnt=burnt))
    return statement(plan(lit(STREET)), used, adjustments=(fact,), weather=None)


def meter_replaced() -> SavingsReport:
    fact = adjustment(SCHOOL, "meter", date(2025, 1, 14), date(2025, 1, 15), meter=HALL)
    whole = building(SCHOOL, YEAR, factor=0.75)
    at = (date(2025, 1, 14) - YEAR.from_date).days
    old = whole.model_copy(update={"values": whole.values[:at]})
    new = whole.model_copy(
        update={
            "point": HALL,
            "first_day": date(2025, 1, 15),
            "values": whole.values[at + 1 :],
        }
    )
    return statement(plan(point(SCHOOL)), old, new, adjustments=(fact,))


def closed_for_weeks() -> SavingsReport:
    fact = adjustment(SCHOOL, "excluded", date(2025, 3, 1), date(2025, 3, 29))
    shut = building(SCHOOL, YEAR, factor=0.75)
    values = [
        Decimal(0) if inside else one
        for one, inside in zip(shut.values, days(date(2025, 3, 1), date(2025, 3, 29)), strict=True)
    ]
    return statement(
        plan(point(SCHOOL)), shut.model_copy(update={"values": values}), adjustments=(fact,)
    )


def within_the_dead_band() -> SavingsReport:
    return statement(plan(point(SCHOOL)), building(SCHOOL, YEAR, factor=0.793))


def shortfall() -> SavingsReport:
    return statement(plan(point(SCHOOL)), building(SCHOOL, YEAR, factor=0.9))


def more_was_used() -> SavingsReport:
    return statement(plan(point(SCHOOL)), building(SCHOOL, YEAR, factor=1.1))


def two_communes_with_heat_and_light() -> SavingsReport:
    fact = adjustment(SCHOOL, "energy", date(2024, 9, 1), date(2025, 7, 1), kwh_day=Decimal("4.5"))
    return statement(
        plan(point(SCHOOL), lit(STREET, "frouard"), point(HALL, "frouard")),
        building(SCHOOL, YEAR, factor=0.75),
        energies(STREET, YEAR, street()),
        building(HALL, YEAR, factor=0.7),
        adjustments=(fact,),
    )


CASES: dict[Callable[[], SavingsReport], tuple[str, str, str, str]] = {
    weather_alone: ("reached", "365", "0.00", "169.31"),
    lamps_by_their_curve: ("reached", "365", "0.00", "978.04"),
    lamps_by_a_sample: ("reached", "365", "0.00", "978.04"),
    dark_lamps: ("reached", "365", "0.00", "940.83"),
    lamps_added: ("reached", "365", "0.00", "1094.40"),
    owner_turns_off_at_night: ("reached", "365", "0.00", "653.32"),
    meter_replaced: ("reached", "364", "0.00", "169.90"),
    closed_for_weeks: ("reached", "337", "0.00", "151.32"),
    within_the_dead_band: ("unsure", "365", "0.00", "0.00"),
    shortfall: ("missed", "365", "857.49", "0.00"),
    more_was_used: ("missed", "365", "2452.31", "0.00"),
    two_communes_with_heat_and_light: ("reached", "365", "0.00", "1580.37"),
}
"""State, days that count, what the operator owes, what it gets."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_case_is_as_written(case: Callable[[], SavingsReport]) -> None:
    report = case()
    known = str(min(one.known_days for one in report.points))
    found = (report.state, known, str(report.shortfall_eur), str(report.bonus_eur))
    assert found == CASES[case]
    due = report.shortfall_eur - report.bonus_eur
    assert (report.due_kwh > 0, report.due_kwh < 0) == (due > 0, due < 0)
    assert sum(one.due_eur for one in report.members) == due
    assert sum(one.saved_kwh for one in report.members) == report.saved_kwh


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_file_alone_gives_every_figure_again(case: Callable[[], SavingsReport]) -> None:
    report = case()
    text = report.model_dump_json()
    again = SavingsReport.model_validate_json(text)
    check_statement(again)
    assert again == report
    found = recompute(text)
    assert found["digest"] == report.digest
    assert found["shortfall"] == report.shortfall_eur
    assert found["bonus"] == report.bonus_eur
    for one, other in zip(found["points"], report.points, strict=True):
        assert one["known"] == other.known_days
        assert abs(one["baseline"] - other.baseline_kwh) <= Decimal("0.001")
        assert abs(one["adjustment"] - other.adjustment_kwh) <= Decimal("0.002")
        assert abs(one["measured"] - other.measured_kwh) <= Decimal("0.001")
        if one["half"] is None:
            assert other.half_width_kwh is None
        else:
            assert float(other.half_width_kwh or 0) == pytest.approx(one["half"], rel=1e-4)
    assert abs(found["saved"] - report.saved_kwh) <= Decimal("0.01")
    assert abs(found["saved_eur"] - report.saved_eur) <= Decimal("0.01")
    for name in ("guaranteed_eur", "guaranteed_kgco2", "due_kwh", "due_kgco2"):
        assert abs(found[name] - getattr(report, name)) <= Decimal("0.01"), name
    factors = {one.energy: one.carbon_kg_per_kwh for one in report.inputs.plan.contract.prices}
    energies = {one.id: one.energy for one in report.inputs.plan.contract.points}
    halves = [
        (float(one.half_width_kwh or 0), float(one.eur_per_mwh) / 1000,
         float(factors[energies[one.point]]))
        for one in report.points
    ]  # fmt: skip
    for place, half in ((1, report.half_width_eur), (2, report.half_width_kgco2)):
        expected = math.hypot(*(one[0] * one[place] for one in halves))
        assert float(half or 0) == pytest.approx(expected, rel=1e-3, abs=0.01)


def test_dark_lamps_save_nothing() -> None:
    """Without the fact 40 dark lamps would be a saving: 31 nights of them are taken off."""
    fair, bare = dark_lamps(), lamps_by_their_curve()
    dark = float((hours() * days(date(2024, 12, 1), date(2025, 1, 1))).sum())
    assert float(fair.points[0].adjustment_kwh) == pytest.approx(-40 * 0.117 * dark, abs=0.002)
    lost = bare.saved_kwh - fair.saved_kwh
    assert float(lost) == pytest.approx(40 * 0.057 * dark, abs=0.01)


def test_what_the_owner_turns_off_is_not_the_operators_saving() -> None:
    report = owner_turns_off_at_night()
    share = report.saved_kwh / (report.saved_kwh + report.points[0].measured_kwh)
    assert float(share) == pytest.approx(57 / 117, abs=1e-4)


def test_a_fact_that_one_party_denies_does_not_count_and_is_told() -> None:
    fact = adjustment(
        SCHOOL, "energy", date(2024, 9, 1), date(2025, 7, 1), kwh_day=Decimal(9),
        agreed_by=("constructeur",),
    )  # fmt: skip
    report = statement(
        plan(point(SCHOOL)), building(SCHOOL, YEAR, factor=0.75), adjustments=(fact,)
    )
    assert report.saved_kwh == weather_alone().saved_kwh
    assert report.discussed == 1
    assert "not agreed by both" in report.points[0].remarks[0].text


def test_a_surplus_that_is_not_proved_pays_no_bonus() -> None:
    few = building(SCHOOL, YEAR, factor=0.5, gap=60)
    report = statement(plan(point(SCHOOL)), few)
    assert (report.state, report.points[0].proved) == ("unproved", False)
    assert report.bonus_eur == 0
    assert report.points[0].remarks[0].values == ("305", "365")


def test_prices_are_those_of_the_clause() -> None:
    fields: dict[str, Any] = {"energy": "electricity", **CARBON}
    indexed = PriceClause(**fields, basis="indexed", eur_per_mwh=Decimal(118), index=Decimal(120))
    of_year = PriceClause(**fields, basis="of_the_year")
    used = building(SCHOOL, YEAR, factor=0.75)
    by_index = statement(
        plan(point(SCHOOL), prices=(indexed,)), used,
        prices=(PriceOfYear(energy="electricity", index=Decimal(126)),),
    )  # fmt: skip
    by_year = statement(
        plan(point(SCHOOL), prices=(of_year,)), used,
        prices=(PriceOfYear(energy="electricity", eur_per_mwh=Decimal("99.5")),),
    )  # fmt: skip
    assert by_index.points[0].eur_per_mwh == Decimal("123.9000")
    assert by_year.points[0].eur_per_mwh == Decimal("99.5")
    assert by_index.saved_kwh == by_year.saved_kwh
    assert recompute(by_index.model_dump_json())["bonus"] == by_index.bonus_eur


def test_kilowatt_hours_are_guaranteed_for_the_days_that_count() -> None:
    terms = GuaranteeTerms(kwh_year=Decimal(10000), dead_band=Decimal(0), bonus_share=Decimal(1))
    report = statement(
        plan(point(SCHOOL), guarantee=terms), building(SCHOOL, YEAR, factor=0.75, gap=20)
    )
    assert report.guaranteed_kwh == Decimal("9452.055")
    assert recompute(report.model_dump_json())["guaranteed"] == report.guaranteed_kwh


def test_a_figure_that_somebody_changed_does_not_come_out_again() -> None:
    text = json.loads(weather_alone().model_dump_json())
    text["bonus_eur"] = "269.31"
    forged = SavingsReport.model_validate_json(json.dumps(text))
    with pytest.raises(BadInput, match="bonus_eur"):
        check_statement(forged)
