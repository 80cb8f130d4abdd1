"""R151: daily indexes at the end of the day, two grids, highest powers."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.enedis import r151
from synergie.formats.report import Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.enedis import flows
from tests.formats.enedis.flows import OTHER, PRM, classe, r151_day, utc

DAY = date(2026, 6, 10)


def read(
    data: bytes, profile: Profile | None = None
) -> tuple[list[RegisterReading], list[MeterCurve], Report]:
    records, report = r151.read(io.BytesIO(data), profile or Profile())
    some = list(records)
    readings = [one for one in some if isinstance(one, RegisterReading)]
    return readings, [one for one in some if isinstance(one, MeterCurve)], report


def year(*values: object, start: date = DAY, **more: object) -> bytes:
    """One register over days on end."""
    days = [
        r151_day(start + timedelta(days=i), classe("HPH", value), peak=None)
        for i, value in enumerate(values)
    ]
    return flows.r151({PRM: days}, **more)


def test_the_real_index_is_at_the_end_of_its_day(shared: Path) -> None:
    with formats.read(shared / "data/enedis-sge/R151_C5_index_2022-02-02.xml") as result:
        distributor, supplier, peak = result.records
    assert (result.format, result.report.kept) == ("enedis-r151", 3)
    assert isinstance(distributor, RegisterReading)
    assert isinstance(supplier, RegisterReading)
    assert isinstance(peak, MeterCurve)
    assert (int(distributor.value), distributor.unit) == (9_744_495, "Wh")
    assert distributor.instant == utc("2022-02-02T23:00")
    assert (distributor.grid, distributor.calendar) == ("distributor", "DI000001")
    assert (supplier.grid, supplier.calendar) == ("supplier", "FC000165")
    assert (int(supplier.value), supplier.register_class) == (9_744_495, "BASE")
    assert (peak.values, peak.unit, peak.step, peak.form) == ([3817], "VA", "P1D", "peak")
    assert (peak.quantity, peak.start) == ("apparent_power_max", utc("2022-02-01T23:00"))


def test_the_real_classes_are_the_published_figures(shared: Path) -> None:
    folder = shared / "data/enedis-flux"
    (golden,) = json.loads((folder / "golden/flux_r151.json").read_text())
    with formats.read(folder / "r151.xml") as result:
        readings = [one for one in result.records if isinstance(one, RegisterReading)]
    told = {(one.grid, one.register_class): int(one.value) for one in readings}
    assert told == {
        ("distributor", "HPH"): 5_933_941, ("distributor", "HCH"): 6_107_897,
        ("distributor", "HPB"): 12_823_285, ("distributor", "HCB"): 15_670_608,
        ("supplier", "INCONNU"): 23_270_652,
    }  # fmt: skip
    assert sum(value for (grid, _), value in told.items() if grid == "distributor") == 40_535_731
    assert {one.supply_point for one in readings} == {f"prm:{golden['pdl']}"}
    assert {one.instant.isoformat() for one in readings} == {"2024-04-04T22:00:00+00:00"}
    assert golden["date_releve"] == "2024-04-05T00:00:00+02:00"
    for code in ("HPH", "HCH", "HPB", "HCB"):
        assert told["distributor", code] // 1000 == golden[f"index_{code.lower()}_kwh"]
    assert {one.calendar for one in readings} == {
        golden["id_calendrier_distributeur"],
        golden["id_calendrier_fournisseur"],
    }
    ranks = {one.register_class: one.register_rank for one in readings}
    assert ranks == {"HCB": "1", "HPB": "2", "HCH": "3", "HPH": "4", "INCONNU": "1"}
    assert result.report.findings == {}


def test_every_record_is_what_a_full_check_would_make_of_it() -> None:
    readings, _, _ = read(year(1_000, 2_000, 3_000))
    for one in readings:
        again = RegisterReading.model_validate(one.model_dump())
        assert again == one
        assert RegisterReading.model_validate_json(one.model_dump_json()) == one
    assert [int(one.value) for one in readings] == [1_000, 2_000, 3_000]
    assert [one.instant for one in readings] == [
        utc("2026-06-10T22:00"), utc("2026-06-11T22:00"), utc("2026-06-12T22:00")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "instant"),
    [(date(2026, 3, 28), "2026-03-28T23:00"), (date(2026, 3, 29), "2026-03-29T22:00"),
     (date(2026, 10, 24), "2026-10-24T22:00"), (date(2026, 10, 25), "2026-10-25T23:00")],
)  # fmt: skip
def test_the_end_of_a_day_is_the_next_civil_midnight(day: date, instant: str) -> None:
    ((reading,), _, _) = read(year(1_000, start=day))
    assert reading.instant == utc(instant)


def test_overseas_midnights_are_those_of_the_declared_zone() -> None:
    ((reading,), _, _) = read(year(1_000), Profile(time_zone="Indian/Reunion"))
    assert reading.instant == utc("2026-06-10T20:00")


def test_days_in_the_wrong_order_are_no_finding() -> None:
    days = [
        r151_day(date(2026, 6, day), classe("HPH", 1_000 * day), peak=100 + day)
        for day in (12, 10, 11)
    ]
    readings, (peaks,), report = read(flows.r151({PRM: days}))
    assert len(readings) == 3
    assert report.findings == {}
    assert peaks.values == [110, 111, 112]


def test_an_index_that_goes_down_is_found_and_kept_as_suspect() -> None:
    readings, _, report = read(year(5_000, 4_000, 4_500))
    found = report.findings["register-decreasing"]
    assert (found.times, found.args) == (1, ("5000 Wh", "4000 Wh"))
    assert [one.quality for one in readings] == ["measured", "suspect", "measured"]


@pytest.mark.parametrize(("rise", "times"), [(1_350_000, 0), (1_350_001, 1), (44_000_000, 1)])
def test_a_rise_beyond_what_36_kva_draw_in_a_day_is_absurd(rise: int, times: int) -> None:
    readings, _, report = read(year(1_000, 1_000 + rise))
    assert sum(found.times for found in report.findings.values()) == times
    assert readings[1].quality == ("suspect" if times else "measured")
    if times:
        assert report.findings["absurd-value"].args == (f"{rise} Wh", "36 kVA")


def test_kilowatt_hours_have_a_bound_of_their_own_and_keep_decimals() -> None:
    readings, _, report = read(year("1000.5", "2350.5", "3701", unit="kWh"))
    assert [str(one.value) for one in readings] == ["1000.5", "2350.5", "3701"]
    assert {one.unit for one in readings} == {"kWh"}
    assert report.findings["absurd-value"].times == 1


def test_an_unlikely_index_is_suspect_and_its_code_is_kept() -> None:
    days = [
        r151_day(DAY + timedelta(days=i), classe("HPH", 1_000, likelihood=code), peak=None)
        for i, code in enumerate((0, 4, 15, 0))
    ]
    readings, _, _ = read(flows.r151({PRM: days}))
    assert [(one.source_quality, one.quality) for one in readings] == [
        ("0", "measured"), ("4", "suspect"), ("15", "suspect"), ("0", "measured")
    ]  # fmt: skip


def test_65535_is_no_power_but_a_power_that_was_not_measured() -> None:
    days = [
        r151_day(DAY + timedelta(days=i), peak=peak) for i, peak in enumerate((3_000, 65_535, ""))
    ]
    _, (peaks,), report = read(flows.r151({PRM: days}))
    assert peaks.values == [3_000, None, None]
    assert report.findings["sentinel"].times == 1
    assert report.kept == 3


def test_an_absent_day_of_powers_is_a_gap() -> None:
    days = [r151_day(date(2026, 6, day), peak=3_000) for day in (10, 12)]
    _, (peaks,), report = read(flows.r151({PRM: days}))
    assert peaks.values == [3_000, None, 3_000]
    assert [(gap.start, gap.n) for gap in report.gaps] == [(utc("2026-06-10T22:00"), 1)]


def test_points_are_told_apart_and_each_register_has_its_own_past() -> None:
    one = [r151_day(DAY, classe("HPH", 9_000), classe("BASE", 50, supplier=True), peak=None)]
    two = [r151_day(DAY + timedelta(days=1), classe("HPH", 10), peak=None)]
    readings, _, report = read(flows.r151({PRM: one, OTHER: two}))
    assert [one.supply_point for one in readings] == [f"prm:{PRM}"] * 2 + [f"prm:{OTHER}"]
    assert report.findings == {}


@pytest.mark.parametrize("unit", [None, "", "GWh", "VArh"])
def test_without_a_unit_the_file_is_refused(unit: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        read(year(1_000, unit=unit))
    assert (caught.value.where, caught.value.check) == ("/Unite_Mesure_Index", "unit-unknown")


def test_powers_without_a_unit_are_refused_and_indexes_are_kept() -> None:
    data = flows.r151({PRM: [r151_day(DAY, classe("HPH", 1_000))]}, power=None)
    readings, peaks, report = read(data)
    assert (len(readings), peaks) == (1, [])
    assert [refused.fault.check for refused in report.refused] == ["unit-unknown"]


@pytest.mark.parametrize("value", ["", "-1", "1e3", "1_000", "9999999999999999", "٣"])
def test_a_bad_index_is_refused_at_its_record(value: str) -> None:
    rows = classe("HPH", 1_000), classe("HCH", value, rank=3)
    readings, _, report = read(flows.r151({PRM: [r151_day(DAY, *rows)]}))
    assert [one.register_class for one in readings] == ["HPH"]
    assert [refused.fault.where for refused in report.refused] == ["record 2, /Valeur"]
    assert report.kept + report.refusals == 3


@pytest.mark.parametrize(
    "day", ["2026-02-30", "10/06/2026", "", "2026-06-10T00:00:00", "9999-12-31"]
)
def test_a_bad_date_costs_its_day(day: str) -> None:
    days = [r151_day(day, classe("HPH", 1_000)), r151_day(DAY, classe("HPH", 2_000))]
    readings, _, report = read(flows.r151({PRM: days}))
    assert len(readings) == 1
    assert (report.kept, report.refusals) == (2, 2)


def test_a_bad_prm_costs_its_point() -> None:
    days = [r151_day(DAY, classe("HPH", 1_000))]
    readings, _, report = read(flows.r151({"123": days, PRM: days}))
    assert [one.supply_point for one in readings] == [f"prm:{PRM}"]
    assert (report.kept, report.refusals, len(report.refused)) == (2, 2, 1)


def test_a_code_that_no_record_can_hold_is_refused() -> None:
    rows = classe("H" * 300, 1_000), classe("HCH", 5)
    readings, _, report = read(flows.r151({PRM: [r151_day(DAY, *rows, peak=None)]}))
    assert [one.register_class for one in readings] == ["HCH"]
    assert report.refused[0].fault.where == "record 1, /register_class"


def test_days_that_are_alike_are_read_as_days_that_are_not() -> None:
    def day(i: int, *, odd: bool) -> str:
        rows = [
            classe(code, 1_000 * i + i, rank=rank) for rank, code in enumerate(("HCB", "HPB"), 1)
        ]
        rows.append(classe("INCONNU", 3_000 * i, supplier=True))
        return r151_day(
            date(2026, 10, 20) + timedelta(days=i),
            *rows,
            peak=f" {3_000 + i} " if odd else 3_000 + i,
        )

    alike = flows.r151({PRM: [day(i, odd=False) for i in range(12)]})
    first = flows.r151({PRM: [day(i, odd=False) for i in range(11)]})
    split = first.replace(b"</PRM>", b"<!-- one more -->" + day(11, odd=True).encode() + b"</PRM>")
    cut = alike.replace(b"<Valeur>5005<", b"<Valeur>50<!-- -->05<")
    expected, (peaks,), report = read(alike)
    assert len(expected) == 36
    assert peaks.values == [3_000 + i for i in range(12)]
    for data in (split, cut):
        readings, (curve,), other = read(data)
        assert readings == expected
        assert curve == peaks
        assert (other.kept, other.findings) == (report.kept, {})
    dropped = first.replace(
        b"</PRM>", day(11, odd=False).replace("HPB", "HPH").encode() + b"</PRM>"
    )
    unmeasured = first.replace(
        b"</PRM>", day(11, odd=False).replace("3011", "65535").encode() + b"</PRM>"
    )
    readings, (curve,), other = read(unmeasured)
    assert readings == expected
    assert curve.values == [*peaks.values[:-1], None]
    readings, _, other = read(dropped)
    assert readings[:33] == expected[:33]
    assert [one.register_class for one in readings[33:]] == ["HCB", "HPH", "INCONNU"]
    assert other.kept == report.kept


def test_a_day_told_twice_is_a_repeat_or_a_conflict() -> None:
    days = [r151_day(DAY, classe("HPH", value), peak=None) for value in (5, 5, 6)]
    readings, _, report = read(flows.r151({PRM: days}))
    assert [int(one.value) for one in readings] == [5]
    assert (report.kept, report.duplicates, report.refusals) == (1, 1, 1)
    assert report.refused[0].fault.check == "conflicting-duplicate"
    rows = [classe("HPH", 5), classe("HPH", 5)]
    readings, _, report = read(flows.r151({PRM: [r151_day(DAY, *rows, peak=None)]}))
    assert (len(readings), report.duplicates) == (1, 1)


def test_a_point_that_comes_again_keeps_its_past() -> None:
    data = year(5_000, 6_000)
    again = year(4_000, start=DAY + timedelta(days=2))
    more = again[again.index(b"<PRM>") : again.index(b"</R151>")]
    readings, _, report = read(data.replace(b"</R151>", more + b"</R151>"))
    assert len(readings) == 3
    assert report.findings["register-decreasing"].args == ("6000 Wh", "4000 Wh")
