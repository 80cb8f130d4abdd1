"""R4x: load curves of C1 to C4 points, start stamps, the file's own units."""

import io
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.enedis import r4x
from synergie.formats.report import Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis import flows
from tests.formats.enedis.flows import OTHER, PRM, courbe, point, stamps, utc

DAY = date(2026, 6, 10)


def curves(data: bytes, profile: Profile | None = None) -> tuple[list[MeterCurve], Report]:
    records, report = r4x.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def day(value: object = 28, nature: object = "R", *, step_s: int = 600) -> list[str]:
    return [point(one, value, nature) for one in stamps(DAY, 1, step_s, end=False)]


def test_the_real_day_has_two_curves_in_kilowatts_and_kilovars(shared: Path) -> None:
    with formats.read(shared / "data/enedis-sge/R4Q_C4_10min_2022-02-02.xml") as result:
        found = list(result.records)
    active, reactive = found
    assert isinstance(active, MeterCurve)
    assert isinstance(reactive, MeterCurve)
    assert (result.format, result.report.kept) == ("enedis-r4x", 288)
    assert active.supply_point == reactive.supply_point == "prm:30001642617347"
    assert (active.quantity, active.unit, active.direction) == ("active_power", "kW", "import")
    assert (reactive.quantity, reactive.unit) == ("reactive_inductive", "kVAr")
    assert (active.start, active.end) == (utc("2022-02-01T23:00"), utc("2022-02-02T23:00"))
    assert [len(one.values) for one in (active, reactive)] == [144, 144]
    total = sum(Fraction(value or 0) for value in active.values)
    assert total == 4_561
    assert total * 1000 * 600 == 2_736_600_000
    assert sum(value or 0 for value in reactive.values) == 341
    assert active.quality is None


def test_curves_of_one_quantity_are_joined_and_the_others_told_apart() -> None:
    later = [point(one) for one in stamps(date(2026, 6, 11), 1, 600, end=False)]
    data = flows.r4x(
        {
            PRM: [
                courbe(day()),
                courbe(day(230), Grandeur_Physique="E", Unite_Mesure="V"),
                courbe(day(3), Grandeur_Physique="ERC", Unite_Mesure="kWr"),
                courbe(day(9), Grandeur_Metier="PROD"),
                courbe(later),
            ],
            OTHER: [courbe(day())],
        }
    )
    found, report = curves(data)
    assert [(one.quantity, one.unit, one.direction, len(one.values)) for one in found] == [
        ("active_power", "kW", "import", 288),
        ("voltage", "V", "import", 144),
        ("reactive_capacitive", "kVAr", "import", 144),
        ("active_power", "kW", "export", 144),
        ("active_power", "kW", "import", 144),
    ]
    assert found[-1].supply_point == f"prm:{OTHER}"
    assert report.kept == 6 * 144


@pytest.mark.parametrize(("minutes", "seconds"), [(5, 300), (10, 600), (None, 600), (60, 3600)])
def test_the_granularity_is_in_minutes_or_told_by_the_stamps(
    minutes: int | None, seconds: int
) -> None:
    (curve,), _ = curves(flows.r4x({PRM: [courbe(day(step_s=seconds), Granularite=minutes)]}))
    assert (curve.step_s, len(curve.values)) == (seconds, 86_400 // seconds)


def test_natures_become_qualities_one_by_one() -> None:
    told = {1: "E", 2: "C", 3: "H", 4: "S", 5: "?", 6: "D", 7: "P", 8: "T"}
    points = [
        point(one, 28, told.get(i, "R")) for i, one in enumerate(stamps(DAY, 1, 600, end=False))
    ]
    (curve,), _ = curves(flows.r4x({PRM: [courbe(points)]}))
    assert curve.quality is not None
    assert [run.quality for run in curve.quality] == [
        "measured", "estimated", "corrected", "reconstructed", "partial", "suspect", "corrected",
        "reconstructed", "partial", "measured",
    ]  # fmt: skip


def test_attributes_come_in_any_order_and_some_are_absent() -> None:
    labels = stamps(DAY, 1, 600, end=False)
    points = day()
    points[1] = (
        f'<Donnees_Point_Mesure Statut_Point="R" Valeur_Point="5" Horodatage="{labels[1]}"/>'
    )
    points[2] = point(labels[2], None)
    points[3] = point(labels[3], 6, None)
    points[4] = point(labels[4], "")
    (curve,), report = curves(flows.r4x({PRM: [courbe(points)]}))
    assert curve.values[:6] == [28, 5, None, 6, None, 28]
    assert (report.kept, report.refusals) == (144, 0)
    assert curve.quality is None


def test_decimals_of_kilowatts_are_kept_exactly() -> None:
    points = day()
    points[7] = point(stamps(DAY, 1, 600, end=False)[7], "28.125")
    (curve,), _ = curves(flows.r4x({PRM: [courbe(points)]}))
    assert (curve.values[7], curve.decimals) == (28.125, 3)


def test_october_has_150_points_in_order_of_time() -> None:
    (curve,), report = curves(flows.r4x_day(date(2026, 10, 25)))
    assert (len(curve.values), report.duplicates, report.gaps) == (150, 0, [])


def test_a_unit_that_nobody_tells_refuses_the_file_and_a_declared_one_is_used() -> None:
    data = flows.r4x({PRM: [courbe(day(), Unite_Mesure=None)]})
    with pytest.raises(BadInput) as caught:
        curves(data)
    assert caught.value.check == "unit-unknown"
    (curve,), _ = curves(data, Profile(unit="kW"))
    assert curve.unit == "kW"


@pytest.mark.parametrize(
    ("head", "where"),
    [
        ({"Grandeur_Physique": "XX"}, "/Grandeur_Physique"),
        ({"Grandeur_Metier": "AUTRE"}, "/Grandeur_Metier"),
        ({"Unite_Mesure": "V"}, "/Unite_Mesure"),
        ({"Unite_Mesure": "kWh"}, "/Unite_Mesure"),
        ({"Granularite": "7"}, "/Granularite"),
    ],
)
def test_a_curve_of_something_else_is_refused_whole_and_counted(
    head: dict[str, object], where: str
) -> None:
    found, report = curves(flows.r4x({PRM: [courbe(day(), **head), courbe(day())]}))
    assert len(found) == 1
    assert (report.kept, report.refusals) == (144, 144)
    (refused,) = report.refused
    assert refused.fault.where == f"record 1, {where}"


def test_a_prm_that_lost_its_zero_says_so() -> None:
    found, report = curves(flows.r4x({PRM[1:]: [courbe(day())]}))
    assert (found, report.refusals) == ([], 144)
    assert "zero" in report.refused[0].fault.expected


@pytest.mark.parametrize("value", ["-1", "1000001", "2 8", "²", "1e2"])
def test_a_bad_value_is_refused_at_its_record(value: str) -> None:
    points = day()
    points[143] = point(stamps(DAY, 1, 600, end=False)[143], value)
    (curve,), report = curves(flows.r4x({PRM: [courbe(points)]}))
    assert [refused.fault.where for refused in report.refused] == ["record 144, /Valeur_Point"]
    assert (len(curve.values), report.kept) == (143, 143)


def test_an_empty_corps_and_an_empty_curve_give_nothing() -> None:
    assert curves(flows.r4x({PRM: [courbe([])], OTHER: []}))[0] == []


def test_a_start_tag_and_its_end_are_read_as_the_real_files_write_them() -> None:
    data = flows.r4x_day(DAY).replace(b"/>", b"></Donnees_Point_Mesure>").replace(b'="', b' ="')
    (curve,), report = curves(data)
    assert (len(curve.values), report.refusals) == (144, 0)
