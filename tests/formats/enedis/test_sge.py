"""Answers of the web services: detailed measures (2.0 and 3.0), energies of periods."""

import io
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synergie import formats
from synergie.calendar import day_bounds
from synergie.errors import BadInput
from synergie.formats.enedis import sge_measures, sge_periods
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.enedis import flows
from tests.formats.enedis.flows import (
    PRM,
    answer,
    energy,
    grandeur,
    measure,
    stamps,
    tag,
    tags,
    utc,
)

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 6, 10)
NEXT = "2026-06-11T00:30:00+02:00"
MAY, JUNE = "2026-05-06", "2026-06-06"


def read(data: bytes, profile: Profile | None = None) -> tuple[list[Record], Report]:
    records, report = sge_measures.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def curve_of(path: Path) -> MeterCurve:
    with formats.read(path) as result:
        (curve,) = result.records
    assert isinstance(curve, MeterCurve)
    assert result.report.refusals == 0
    return curve


def by_moment(curve: MeterCurve) -> dict[datetime, Fraction | None]:
    assert curve.step_s is not None
    step = timedelta(seconds=curve.step_s)
    return {
        curve.start + i * step: None if value is None else Fraction(value)
        for i, value in enumerate(curve.values)
    }


def half_hours(n: int = 48, **more: object) -> list[str]:
    labels = stamps(DAY, 2, 1800, end=True)[:n]
    return [measure(one, 100 + i, **more) for i, one in enumerate(labels)]  # type: ignore[arg-type]


def test_the_real_household_curve_ends_its_steps_and_gives_enedis_own_days(shared: Path) -> None:
    folder = shared / "data/enedis-sge"
    curve = curve_of(folder / "CMD_C5_PA_response.xml")
    days = curve_of(folder / "CMD_C5_ENERGIE_response.xml")
    assert (curve.supply_point, curve.unit, curve.step) == ("prm:09111642617347", "W", "PT30M")
    assert (curve.start, curve.end) == (utc("2022-01-04T23:00"), utc("2022-01-11T23:00"))
    assert (len(curve.values), curve.quality) == (336, None)
    assert sum(Fraction(value or 0) for value in curve.values) / 2 == 176_585
    assert (days.unit, days.step, days.form) == ("Wh", "P1D", "interval_energy")
    assert days.values == [20_711, 24_217, 29_256, 29_355, 25_514, 24_020, 23_512]
    assert sum(value or 0 for value in days.values) == 176_585
    told = by_moment(curve)
    for i, value in enumerate(days.values):
        low, high = day_bounds(date(2022, 1, 5) + timedelta(days=i), PARIS)
        assert sum(told[low + k * timedelta(minutes=30)] or 0 for k in range(48)) / 2 == value
        assert high - low == timedelta(days=1)


def test_read_by_the_other_side_no_day_would_agree(shared: Path) -> None:
    path = shared / "data/enedis-sge/CMD_C5_PA_response.xml"
    days = curve_of(shared / "data/enedis-sge/CMD_C5_ENERGIE_response.xml").values
    with formats.read(path, profile=Profile(stamp="start")) as result:
        (curve,) = result.records
    assert isinstance(curve, MeterCurve)
    assert [note.args for note in result.report.notes] == [("start", "end")]
    assert curve.start == utc("2022-01-04T23:30")
    told = by_moment(curve)
    off = []
    for i, value in enumerate(days[1:], 1):
        low = day_bounds(date(2022, 1, 5) + timedelta(days=i), PARIS)[0]
        some = [told.get(low + k * timedelta(minutes=30)) for k in range(48)]
        off.append(sum(one for one in some if one is not None) / 2 != value)
    assert all(off)


def test_the_real_building_curve_starts_its_steps_and_equals_the_portal_rows(shared: Path) -> None:
    folder = shared / "data/enedis-sge"
    curve = curve_of(folder / "CMD_C4_PA_response.xml")
    assert (curve.supply_point, curve.unit, curve.step) == ("prm:30001642617347", "W", "PT10M")
    assert (curve.start, curve.end) == (utc("2022-01-04T23:00"), utc("2022-01-11T23:00"))
    assert len(curve.values) == 1_008
    assert sum(Fraction(value or 0) for value in curve.values) / 6 == Fraction(39_058_000, 6)
    assert round(39_058_000 / 6_000, 3) == 6_509.667
    told = by_moment(curve)
    with formats.read(folder / "HDM_C4_CDC_10min_2020-02_2022-02.csv") as result:
        rows = {
            moment: value
            for run in result.records
            if isinstance(run, MeterCurve)
            for moment, value in by_moment(run).items()
            if moment in told
        }
    assert len(rows) == 1_008
    assert rows == told


def test_the_real_periods_are_144_half_open_energies(shared: Path) -> None:
    with formats.read(shared / "data/enedis-sge/CM_C4_response.xml") as result:
        some = [one for one in result.records if isinstance(one, PeriodEnergy)]
    assert (result.format, len(some), result.report.kept) == ("enedis-sge-periods", 144, 144)
    totals = Counter[str | None]()
    spans = defaultdict[str | None, list[tuple[date, date]]](list)
    for one in some:
        assert one.energy_kwh is not None
        totals[one.tariff_class] += int(one.energy_kwh)
        spans[one.tariff_class].append((one.from_date, one.to_date))
    assert totals == {"HPH": 198_653, "HCH": 85_262, "HPE": 56_945, "HCE": 21_564}
    for told in spans.values():
        told.sort()
        assert len(told) == 36
        assert (told[0][0], told[-1][1]) == (date(2019, 1, 9), date(2022, 1, 9))
        assert all(a[1] == b[0] for a, b in pairwise(told))
    assert {one.source_quality for one in some} == {"REEL CYCLIQUE INITIALE"}
    assert {(one.quality, one.grid, one.supply_point) for one in some} == {
        ("measured", "distributor", "prm:30001642617347")
    }
    summer = [one for one in some if one.tariff_class == "HPH" and one.from_date.month == 7]
    assert [one.energy_kwh for one in summer] == [0, 0, 0]


@pytest.mark.parametrize(
    ("nature", "start"), [("B", "2026-06-09T22:00"), ("R", "2026-06-09T22:30")]
)
def test_the_nature_tells_the_side(nature: str, start: str) -> None:
    (curve,), _ = read(answer(grandeur(half_hours(nature=nature))))
    assert isinstance(curve, MeterCurve)
    assert (curve.start, len(curve.values)) == (utc(start), 48)


@pytest.mark.parametrize("natures", ["EC", "", "BR"])
def test_natures_that_do_not_tell_the_side_need_it_declared(natures: str) -> None:
    told = [natures[i % len(natures)] if natures else None for i in range(48)]
    rows = [measure(one, 5, nature=told[i]) for i, one in enumerate(stamps(DAY, 1, 1800, end=True))]
    with pytest.raises(BadInput) as caught:
        read(answer(grandeur(rows)))
    assert caught.value.check == "stamp-side-unknown"
    (curve,), _ = read(answer(grandeur(rows)), Profile(stamp="end"))
    assert isinstance(curve, MeterCurve)
    assert curve.start == utc("2026-06-09T22:00")


def test_a_step_that_changes_inside_begins_another_run() -> None:
    hours = [measure(one, 7, "PT60M") for one in stamps(DAY, 1, 3600, end=True)]
    halves = [measure(one, 3) for one in stamps(date(2026, 6, 11), 1, 1800, end=True)]
    (first, second), report = read(answer(grandeur(hours + halves)))
    assert isinstance(first, MeterCurve)
    assert isinstance(second, MeterCurve)
    assert [(one.step, len(one.values)) for one in (first, second)] == [("PT1H", 24), ("PT30M", 48)]
    assert first.end == second.start == utc("2026-06-10T22:00")
    energies = [
        sum(Fraction(v or 0) for v in one.values) * (one.step_s or 0) / 3600
        for one in (first, second)
    ]
    assert energies == [168, 72]
    assert (report.kept, report.gaps) == (72, [])


def version_3(day: date, step_s: int, nature: str, *, end: bool) -> bytes:
    rows = [
        measure(
            one[:19].replace("T", " "), 1000, f"PT{step_s // 60}M", nature, "points", iv=0, ec=0
        )
        for one in stamps(day, 1, step_s, end=end)
    ]
    return answer(grandeur(rows), version=3)


@pytest.mark.parametrize(
    ("day", "n"), [(DAY, 48), (date(2026, 3, 29), 46), (date(2026, 10, 25), 50)]
)
def test_version_3_has_local_times_and_days_of_the_clock_change_are_whole(
    day: date, n: int
) -> None:
    (curve,), report = read(version_3(day, 1800, "B", end=True))
    assert isinstance(curve, MeterCurve)
    assert (len(curve.values), report.refusals, report.gaps) == (n, 0, [])
    assert (curve.start, curve.end) == day_bounds(day, PARIS)
    (curve,), _ = read(version_3(day, 300, "R", end=False))
    assert isinstance(curve, MeterCurve)
    assert (len(curve.values), curve.step) == (n * 6, "PT5M")
    assert (curve.start, curve.end) == day_bounds(day, PARIS)


def test_codes_of_a_point_become_its_quality() -> None:
    labels = stamps(DAY, 1, 1800, end=True)
    rows = [measure(one, 5, iv=0) for one in labels]
    rows[1] = measure(labels[1], 5, iv=1)
    rows[2] = measure(labels[2], 5, iv=2, ec=1)
    rows[3] = measure(labels[3], "null")
    rows[4] = measure(labels[4], 5, nature="H")
    (curve,), _ = read(answer(grandeur(rows)))
    assert isinstance(curve, MeterCurve)
    assert curve.quality is not None
    assert [(run.n, run.quality) for run in curve.quality] == [
        (1, "measured"), (1, "suspect"), (1, "partial"), (1, "missing"), (1, "reconstructed"),
        (43, "measured"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["{}", "{}T00:00:00.000+02:00", "{} 00:00:00", "{}T22:30:00Z"])
def test_daily_energies_are_of_civil_days_however_they_are_stamped(form: str) -> None:
    shift = 1 if form.endswith("Z") else 0
    rows = [
        measure(form.format(DAY + timedelta(days=i - shift)), 1_000 + i, None, None)
        for i in range(3)
    ]
    (curve,), report = read(answer(grandeur(rows, "EA", "Wh")))
    assert isinstance(curve, MeterCurve)
    assert (curve.values, curve.step, curve.quantity) == (
        [1_000, 1_001, 1_002],
        "P1D",
        "active_energy",
    )
    assert (curve.start, report.kept) == (utc("2026-06-09T22:00"), 3)


def test_the_highest_power_of_a_day_keeps_its_day_not_its_hour() -> None:
    rows = [
        measure(f"2026-06-{day} 21:15:16", 3_000 + day, None, None, "points") for day in (10, 11)
    ]
    rows.append(measure("2026-06-12 01:00:00", 65_535, None, None, "points"))
    data = answer(grandeur(rows, "PMA", "VA"), version=3, after=tag("pas", "P1D"))
    (curve,), report = read(data)
    assert isinstance(curve, MeterCurve)
    assert (curve.form, curve.unit, curve.values) == ("peak", "VA", [3_010, 3_011, None])
    assert report.findings["sentinel"].times == 1


def test_the_highest_power_of_a_month_is_an_interval_of_that_month() -> None:
    rows = [measure("2026-03-17 21:15:16", 9_121, None, None, "points")]
    (one,), report = read(answer(grandeur(rows, "PMA", "VA"), version=3, after=tag("pas", "P1M")))
    assert isinstance(one, IntervalReading)
    assert (one.start, one.end, one.value) == (
        utc("2026-02-28T23:00"), utc("2026-03-31T22:00"), Decimal(9_121),
    )  # fmt: skip
    assert report.kept == 1


def registers(*classes: tuple[str, str, int], total: int | None = None) -> str:
    """Indexes of version 3.0, one a class."""

    def values(value: int) -> str:
        return tag("valeur", tags(d="2026-06-10 00:00:00", v=value, iv=0))

    inner = tags(grandeurMetier="CONS", grandeurPhysique="EA", unite="Wh")
    inner += tag(
        "calendrier",
        tags(idCalendrier="DI000003", libelleCalendrier="Distributeur")
        + "".join(
            tag("classeTemporelle", tags(idClasseTemporelle=code, codeCadran=dial) + values(value))
            for code, dial, value in classes
        ),
    )
    if total is not None:
        inner += tag("cadranTotalisateur", tags(codeCadran="IDX_EAS_T") + values(total))
    return tag("contexte", tags(etapeMetier="BRUT", contexteReleve="COL") + tag("grandeur", inner))


def test_indexes_of_version_3_have_their_classes_and_their_total() -> None:
    told = registers(("HPH", "IDX_EAS_D4", 60), ("HCH", "IDX_EAS_D3", 40), total=100)
    some, report = read(answer(told, version=3))
    assert all(isinstance(one, RegisterReading) for one in some)
    assert [
        (one.grid, one.calendar, one.register_class, int(one.value))
        for one in some
        if isinstance(one, RegisterReading)
    ] == [
        ("distributor", "DI000003", "HPH", 60),
        ("distributor", "DI000003", "HCH", 40),
        (None, None, None, 100),
    ]
    assert (report.kept, report.findings) == (3, {})
    _, report = read(answer(registers(("HPH", "IDX_EAS_D4", 60), total=100), version=3))
    assert report.findings["class-sum"].args == ("60", "100")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (answer(grandeur(half_hours()), prm="123"), "bad-identifier"),
        (answer(grandeur(half_hours(), unit="")), "unit-unknown"),
        (answer(grandeur(half_hours(), unit="VAr")), "unit-unknown"),
        (answer(grandeur(half_hours(), "XYZ")), "bad-cell"),
        (answer(grandeur(half_hours(), sense="AUTRE")), "bad-cell"),
        (answer(grandeur(half_hours(), "EA", "W")), "unit-unknown"),
        (answer(grandeur(half_hours(), "EA", "Wh")), "bad-cell"),
    ],
)
def test_a_quantity_that_is_wrong_is_refused_whole_and_counted(data: bytes, code: str) -> None:
    some, report = read(data)
    assert (some, report.kept, report.refusals) == ([], 0, 48)
    assert [refused.fault.check for refused in report.refused] == [code]


@pytest.mark.parametrize(
    ("row", "where"),
    [(measure(NEXT, -1), "/v"), (measure(NEXT, "x"), "/v"), (measure("demain", 1), "/time"),
     (measure(NEXT, 1, "PT7M"), "/p"), (measure(NEXT, 1, "x"), "/p")],
)  # fmt: skip
def test_a_bad_point_is_refused_at_its_record(row: str, where: str) -> None:
    _, report = read(answer(grandeur([*half_hours(), row])))
    assert [refused.fault.where for refused in report.refused] == [f"record 49, {where}"]
    assert (report.kept, report.refusals) == (48, 1)


def test_several_quantities_of_an_answer_are_told_apart() -> None:
    data = answer(
        grandeur(half_hours(nature="R")), grandeur(half_hours(nature="R"), "PRI", "VAr"),
        grandeur(half_hours(nature="R"), sense="PROD"),
    )  # fmt: skip
    some, _ = read(data)
    assert [(one.quantity, one.direction) for one in some if isinstance(one, MeterCurve)] == [
        ("active_power", "import"), ("reactive_inductive", "import"), ("active_power", "export")
    ]  # fmt: skip


def read_periods(data: bytes) -> tuple[list[PeriodEnergy], Report]:
    records, report = sge_periods.read(io.BytesIO(data), Profile())
    return list(records), report


def test_both_grids_are_told_apart_and_a_regularisation_may_be_negative() -> None:
    calendar = '<calendrier code="DI000001"/>'
    distributor = flows.periods(
        energy(100, "2026-05-06", "2026-06-06"), code="BASE", calendar=calendar
    )
    supplier = flows.periods(
        energy(-3, "2026-05-06", "2026-06-06", "REGU"),
        energy(7, "2026-04-06", "2026-05-06", "ESTI"),
    )
    some, report = read_periods(flows.periods_answer(distributor, supplier))
    assert [(one.grid, one.calendar, one.energy_kwh, one.quality) for one in some] == [
        ("distributor", "DI000001", Decimal(100), "measured"),
        ("supplier", None, Decimal(-3), "corrected"),
        ("supplier", None, Decimal(7), "estimated"),
    ]
    assert report.kept == 3
    assert some[0].name == PRM


def test_a_blank_energy_is_unknown_and_other_units_are_made_kilowatt_hours() -> None:
    blank = flows.periods(energy("", "2026-05-06", "2026-06-06"))
    ((one,), _) = read_periods(flows.periods_answer(blank))
    assert (one.energy_kwh, one.quality) == (None, "missing")
    watts = flows.periods(energy(1_500, "2026-05-06", "2026-06-06"), unit="Wh")
    ((one,), _) = read_periods(flows.periods_answer(watts))
    assert str(one.energy_kwh) == "1.5"
    megawatts = flows.periods(energy(1_027, MAY, JUNE), unit="MWh")
    ((one,), _) = read_periods(flows.periods_answer(megawatts))
    assert str(one.energy_kwh) == "1027000"
    assert PeriodEnergy.model_validate_json(one.model_dump_json()) == one
    finer = flows.periods(energy("1.00001", MAY, JUNE), unit="Wh")
    assert read_periods(flows.periods_answer(finer))[1].refusals == 1


def test_a_repeat_is_counted_another_value_refused_and_other_quantities_passed_over() -> None:
    one = energy(5, "2026-05-06", "2026-06-06")
    told = flows.periods(one, one, energy(6, "2026-05-06", "2026-06-06"))
    some, report = read_periods(flows.periods_answer(told + flows.periods(one, quantity="ERI")))
    assert (len(some), report.kept, report.duplicates, report.refusals) == (1, 1, 1, 1)
    assert report.findings["series-not-read"].args == ("ERI",)


@pytest.mark.parametrize(
    ("told", "where"),
    [(energy("x", MAY, JUNE), "/valeur"), (energy(1, JUNE, MAY), ""), (energy(1, JUNE, JUNE), ""),
     (energy(1, "06/05/2026", JUNE), "/dateDebut")],
)  # fmt: skip
def test_a_bad_period_is_refused_at_its_record(told: str, where: str) -> None:
    data = flows.periods_answer(flows.periods(energy(1, "2026-01-06", "2026-02-06"), told))
    some, report = read_periods(data)
    assert (len(some), report.refusals) == (1, 1)
    assert report.refused[0].fault.where.startswith(f"record 2, {where}")


def test_a_series_without_a_right_prm_or_unit_is_refused_whole() -> None:
    one = flows.periods(
        energy(1, "2026-01-06", "2026-02-06"), energy(1, "2026-02-06", "2026-03-06")
    )
    _, report = read_periods(flows.periods_answer(one, prm="3"))
    assert (report.refusals, report.refused[0].fault.check) == (2, "bad-identifier")
    _, report = read_periods(flows.periods_answer(one.replace("kWh", "J")))
    assert (report.refusals, report.refused[0].fault.check) == (2, "unit-unknown")


def test_an_answer_of_another_service_is_not_taken_for_these() -> None:
    data = flows.envelope("<v2:rechercherPointResponse xmlns:v2='urn:x'/>")
    with pytest.raises(BadInput):
        formats.read(data)
