"""What a contract refuses, each said; what it does not know stays unknown."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from synergie.client.keys import jose_key, new_key, public_jwks
from synergie.contract.plan.baseline import (
    build_plan,
    check_fitted_plan,
    choose_weather,
)
from synergie.contract.plan.daily_energies import collect_daily_energies
from synergie.contract.plan.digest import check_signatures, sign_document
from synergie.contract.plan.statement import select_member
from synergie.contract.records.contract import ContractSpan, PriceClause
from synergie.contract.records.mv_plan import MvPlan
from synergie.contract.records.statement import SavingsReport
from synergie.errors import BadInput
from synergie.proof.jose import public_keys
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from tests.contract.made import (
    BASELINE,
    CARBON,
    HALL,
    SCHOOL,
    STREET,
    YEAR,
    adjustment,
    building,
    contract,
    lit,
    plan,
    point,
    statement,
    weather,
)

NOW = datetime(2025, 9, 1, 10, tzinfo=UTC)


def curve(start: datetime, values: Sequence[float | None], **changes: Any) -> MeterCurve:
    fields: dict[str, Any] = {
        "supply_point": SCHOOL, "quantity": "active_power", "form": "mean_power",
        "direction": "import", "unit": "W", "start": start, "step": "PT30M", "values": list(values),
        "provenance": "synthetic",
    }  # fmt: skip
    return MeterCurve(**(fields | changes))


def test_a_baseline_with_too_many_gaps_is_no_baseline_and_names_its_point() -> None:
    with pytest.raises(BadInput, match=f"{SCHOOL} /baseline: found '325 / 365'"):
        build_plan(
            contract(point(SCHOOL)),
            [building(SCHOOL, BASELINE, gap=40)],
            weather(BASELINE),
            made_on=date(2024, 3, 1),
        )


def test_a_point_without_readings_has_no_baseline() -> None:
    with pytest.raises(BadInput, match="/energies"):
        build_plan(contract(point(SCHOOL)), [], weather(BASELINE), made_on=date(2024, 3, 1))


def test_a_point_has_one_baseline() -> None:
    with pytest.raises(ValidationError, match="each point once"):
        contract(point(SCHOOL), point(SCHOOL, "frouard"))


def test_weather_of_another_station_or_of_none_is_refused() -> None:
    for wrong in (None, weather(BASELINE, station="54001001")):
        with pytest.raises(BadInput, match="/weather/station"):
            build_plan(
                contract(point(SCHOOL)),
                [building(SCHOOL, BASELINE)],
                wrong,
                made_on=date(2024, 3, 1),
            )
    with pytest.raises(BadInput, match="67124001: 0"):
        choose_weather([], "67124001", YEAR)


def test_days_without_weather_are_left_out_of_both_sides_and_told() -> None:
    report = statement(
        plan(point(SCHOOL)), building(SCHOOL, YEAR, factor=0.75), weather=weather(YEAR, gap=50)
    )
    assert (report.points[0].known_days, report.state) == (315, "unproved")
    assert report.points[0].remarks[0].values == ("315", "365")


def test_a_negative_saving_is_told_with_its_energy() -> None:
    report = statement(plan(point(SCHOOL)), building(SCHOOL, YEAR, factor=1.1))
    assert report.saved_kwh < 0
    said = report.points[0].remarks[-1]
    assert "more was used" in said.text
    assert said.values == (f"{-report.saved_kwh:.0f}",)


def test_a_meter_that_changed_without_a_fact_leaves_its_days_unknown() -> None:
    whole = building(SCHOOL, YEAR, factor=0.75)
    report = statement(plan(point(SCHOOL)), whole.model_copy(update={"values": whole.values[:200]}))
    assert (report.points[0].known_days, report.state) == (200, "unproved")


def test_adjustments_that_overlap_are_refused_and_both_named() -> None:
    one = adjustment(SCHOOL, "excluded", date(2025, 1, 1), date(2025, 2, 1))
    two = adjustment(SCHOOL, "excluded", date(2025, 1, 31), date(2025, 3, 1))
    after = adjustment(SCHOOL, "excluded", date(2025, 2, 1), date(2025, 3, 1))
    used = building(SCHOOL, YEAR, factor=0.75)
    with pytest.raises(BadInput, match=r"/adjustments/A-0101-excluded: found 'A-0131-excluded'"):
        statement(plan(point(SCHOOL)), used, adjustments=(one, two))
    assert (
        statement(plan(point(SCHOOL)), used, adjustments=(one, after)).points[0].known_days == 306
    )


def test_an_adjustment_out_of_the_perimeter_is_refused() -> None:
    far = adjustment(HALL, "excluded", date(2025, 1, 1), date(2025, 2, 1))
    lamps = adjustment(SCHOOL, "lamps", date(2025, 1, 1), date(2025, 2, 1), lamps="SHP-70", count=3)
    for one in (far, lamps):
        with pytest.raises(BadInput, match=f"/adjustments/{one.id}"):
            statement(plan(point(SCHOOL)), building(SCHOOL, YEAR), adjustments=(one,))
    with pytest.raises(ValidationError, match="what its kind needs"):
        adjustment(STREET, "lamps", date(2025, 1, 1), date(2025, 2, 1))


def test_a_year_out_of_the_guarantee_is_refused() -> None:
    before = ContractSpan(from_date=date(2024, 6, 1), to_date=date(2025, 6, 1))
    with pytest.raises(BadInput, match="/year"):
        statement(plan(point(SCHOOL)), building(SCHOOL, before), year=before)


def test_a_price_that_the_clause_needs_and_nobody_gave_is_asked_for() -> None:
    clause = PriceClause(energy="electricity", basis="of_the_year", **CARBON)
    with pytest.raises(BadInput, match="/prices"):
        statement(plan(point(SCHOOL), prices=(clause,)), building(SCHOOL, YEAR))


def test_a_frozen_plan_that_somebody_changed_is_refused() -> None:
    frozen = plan(point(SCHOOL))
    softer = frozen.contract.guarantee.model_copy(update={"share": Decimal("0.1")})
    forged = frozen.model_copy(
        update={"contract": frozen.contract.model_copy(update={"guarantee": softer})}
    )
    with pytest.raises(BadInput, match="/digest"):
        statement(forged, building(SCHOOL, YEAR))


def test_a_model_that_its_own_readings_do_not_give_is_refused() -> None:
    from synergie.contract.plan.digest import compute_digest

    frozen = plan(point(SCHOOL))
    model = frozen.baselines[0].model
    assert model is not None
    richer = frozen.baselines[0].model_copy(
        update={"model": model.model_copy(update={"base_kwh": model.base_kwh * 1.2})}
    )
    forged = frozen.model_copy(update={"baselines": (richer,)})
    forged = forged.model_copy(update={"digest": compute_digest(forged)})
    with pytest.raises(BadInput, match="/baselines"):
        check_fitted_plan(forged)


def test_a_day_of_23_hours_and_one_of_25_are_whole_and_a_missing_step_is_not() -> None:
    march = curve(datetime(2025, 3, 29, 23, tzinfo=UTC), [1000.0] * 46)
    october = curve(datetime(2025, 10, 25, 22, tzinfo=UTC), [1000.0] * 50)
    (found,) = collect_daily_energies([march, october], [SCHOOL])
    assert found.first_day == date(2025, 3, 30)
    assert (found.values[0], found.values[-1]) == (Decimal(23), Decimal(25))
    hole = curve(datetime(2025, 3, 29, 23, tzinfo=UTC), [1000.0] * 20 + [None] + [1000.0] * 25)
    (unknown,) = collect_daily_energies([hole], [SCHOOL])
    assert unknown.values == [None]


def test_zero_is_a_value() -> None:
    dark = curve(datetime(2025, 1, 9, 23, tzinfo=UTC), [0.0] * 48)
    (found,) = collect_daily_energies([dark], [SCHOOL])
    assert found.values == [0]


def test_two_values_of_one_step_or_day_are_refused_and_a_repeat_is_not() -> None:
    day = curve(datetime(2025, 1, 9, 23, tzinfo=UTC), [1000.0] * 48)
    other = curve(datetime(2025, 1, 9, 23, tzinfo=UTC), [1000.0] * 47 + [999.0])
    assert collect_daily_energies([day, day], [SCHOOL])[0].values == [24]
    with pytest.raises(BadInput, match="22:30"):
        collect_daily_energies([day, other], [SCHOOL])


def test_production_and_months_are_refused() -> None:
    with pytest.raises(BadInput, match="/direction"):
        collect_daily_energies(
            [curve(datetime(2025, 1, 9, 23, tzinfo=UTC), [1.0], direction="export")], [SCHOOL]
        )
    month = PeriodEnergy(
        name="École", supply_point=SCHOOL, from_date=date(2025, 1, 1), to_date=date(2025, 2, 1),
        energy_kwh=Decimal(900), provenance="synthetic",
    )  # fmt: skip
    with pytest.raises(BadInput, match="2025-01-01 – 2025-02-01"):
        collect_daily_energies([month], [SCHOOL])
    one = month.model_copy(update={"to_date": date(2025, 1, 2)})
    assert collect_daily_energies([one], [SCHOOL])[0].values == [900]


def test_option_a_needs_measured_watts_and_a_building_is_none() -> None:
    with pytest.raises(ValidationError, match="measured watts"):
        lit(STREET, option="A")
    with pytest.raises(ValidationError, match="B or C"):
        point(SCHOOL, option="A")


def test_both_parties_sign_a_plan_and_no_one_else_can() -> None:
    frozen: MvPlan | SavingsReport = plan(point(SCHOOL))
    ours, theirs = new_key(), new_key()
    keys = {
        name: public_keys(public_jwks(key))
        for name, key in (("constructeur", ours), ("syndicat", theirs))
    }
    for party, key in (("constructeur", ours), ("syndicat", theirs)):
        frozen = sign_document(frozen, party, jose_key(key)[0], NOW)
    assert check_signatures(frozen, keys) == {"constructeur", "syndicat"}
    assert check_signatures(frozen, {}) == set()
    with pytest.raises(BadInput, match="/party"):
        sign_document(frozen, "custines", jose_key(ours)[0], NOW)
    with pytest.raises(BadInput, match="/signatures"):
        check_signatures(frozen, keys | {"syndicat": keys["constructeur"]})
    moved = frozen.model_copy(update={"digest": "0" * 64})
    with pytest.raises(BadInput, match="/signatures"):
        check_signatures(moved, keys)


def test_a_signature_of_the_plan_is_none_of_the_statement() -> None:
    frozen = plan(point(SCHOOL))
    key = new_key()
    signed = sign_document(frozen, "syndicat", jose_key(key)[0], NOW)
    report = statement(frozen, building(SCHOOL, YEAR, factor=0.75))
    moved = report.model_copy(update={"signatures": signed.signatures})
    with pytest.raises(BadInput, match="/signatures"):
        check_signatures(moved, {"syndicat": public_keys(public_jwks(key))})


def test_readings_that_begin_late_leave_the_days_before_unknown() -> None:
    late = building(SCHOOL, YEAR, factor=0.75).model_copy(
        update={"first_day": YEAR.from_date + timedelta(days=10)}
    )
    assert statement(plan(point(SCHOOL)), late).points[0].known_days == 355


def test_a_member_is_handed_its_own_points_and_nothing_of_the_others() -> None:
    report = statement(
        plan(point(SCHOOL), point(HALL, "frouard")),
        building(SCHOOL, YEAR, factor=0.75),
        building(HALL, YEAR, factor=0.7),
    )
    text = select_member(report, "custines").model_dump_json()
    part = report.members[0]
    assert str(part.saved_kwh) in text
    assert report.digest in text
    others = (HALL, "frouard", report.members[1].saved_kwh, report.members[1].saved_eur)
    totals = (report.saved_kwh, report.guaranteed_kwh, report.bonus_eur, report.saved_eur)
    assert [one for one in (*others, *totals) if str(one) in text] == []
    with pytest.raises(BadInput, match="/member"):
        select_member(report, "pompey")
