"""R65 and R66: one value a civil day, absent days told, 65535 is no power."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Format, Report, checks
from synergie.formats.enedis.r65 import FORMAT, FORMAT_PEAK
from synergie.formats.format import Sample
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis.r6x import PARIS, PRM, envelope, mesure


def read(data: bytes, form: Format = FORMAT) -> tuple[list[MeterCurve], Report]:
    records, report = form.read(io.BytesIO(data), Profile())
    found = [record for record in records if isinstance(record, MeterCurve)]
    return found, report


def days(n: int, first: date = date(2026, 3, 27)) -> list[dict[str, Any]]:
    return [{"d": f"{first + timedelta(days=i)}", "v": str(1000 + i)} for i in range(n)]


def energy(points: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    facts = {"grandeurPhysique": "EA", "unite": "Wh", "pas": "P1D", "typeValeur": "GLOBALE"}
    return mesure(points, **(facts | more))


def peak(points: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return mesure(points, **({"grandeurPhysique": "PMA", "unite": "VA", "pas": "P1D"} | more))


def test_each_civil_day_has_its_energy_through_the_clock_change() -> None:
    (curve,), report = read(envelope("R65", [energy(days(5))]))
    assert (curve.quantity, curve.form, curve.unit, curve.step) == (
        "active_energy", "interval_energy", "Wh", "P1D",
    )  # fmt: skip
    assert curve.start == datetime(2026, 3, 27, tzinfo=PARIS)
    assert curve.values == [1000, 1001, 1002, 1003, 1004]
    assert (report.kept, report.gaps) == (5, [])


def test_the_order_of_the_days_does_not_matter_and_absent_days_are_told() -> None:
    points = days(5)
    (curve,), report = read(envelope("R65", [energy([points[4], *points[:2]])]))
    assert curve.values == [1000, 1001, None, None, 1004]
    assert [(gap.n, gap.step_s) for gap in report.gaps] == [(2, 86_400)]
    assert report.kept == 3


def test_directions_and_reactive_energies_are_series_of_their_own() -> None:
    mesures = [
        energy(days(1)),
        energy(days(1), grandeurMetier="PROD"),
        energy(days(1), grandeurPhysique="ERC", unite="VArh"),
    ]
    found, _ = read(envelope("R65", mesures))
    assert [curve.external_id for curve in found] == [
        f"prm:{PRM}/active_energy/interval_energy/import",
        f"prm:{PRM}/active_energy/interval_energy/export",
        f"prm:{PRM}/reactive_capacitive/interval_energy/import",
    ]


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"v": "-1"}, "/v", "negative-energy"),
        ({"v": "un"}, "/v", "bad-cell"),
        ({"d": "2026-02-30"}, "/d", "bad-cell"),
        ({"d": "2026-03-28 02:00:00"}, "/d", "bad-cell"),
        ({"d": None}, "/d", "bad-cell"),
    ],
)
def test_a_wrong_day_is_refused_with_its_pointer(
    change: dict[str, Any], where: str, code: str
) -> None:
    points = days(3)
    points[1] |= change
    (curve,), report = read(envelope("R65", [energy(points)]))
    (refused,) = report.refused
    assert refused.fault.where == f"/mesures/0/grandeur/0/points/1{where}"
    assert refused.fault.check == code
    assert (curve.values, report.kept) == ([1000, None, 1002], 2)


@pytest.mark.parametrize("blank", [None, "", "null"])
def test_a_blank_day_is_missing_and_not_zero(blank: str | None) -> None:
    points = days(3)
    points[1]["v"], points[2]["v"] = blank, "0"
    (curve,), report = read(envelope("R65", [energy(points)]))
    assert curve.values == [1000, None, 0]
    assert report.kept == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"idPrm": "1"}, "bad-identifier"),
        ({"unite": "VAr", "grandeurPhysique": "ERI"}, "unit-unknown"),
        ({"unite": "W"}, "unit-unknown"),
        ({"grandeurPhysique": "PMA"}, "bad-cell"),
        ({"grandeurMetier": ""}, "bad-cell"),
    ],
)
def test_a_wrong_series_costs_its_days(change: dict[str, Any], code: str) -> None:
    found, report = read(envelope("R65", [energy(days(4), **change), energy(days(2))]))
    assert [len(curve.values) for curve in found] == [2]
    assert (report.kept, report.refusals, report.refused[0].fault.check) == (2, 4, code)


def test_a_day_that_comes_twice_is_ignored_or_refused() -> None:
    points = [*days(2), days(1)[0], {"d": "2026-03-28", "v": "7"}]
    _, report = read(envelope("R65", [energy(points)]))
    assert (report.kept, report.duplicates, report.refusals) == (2, 1, 1)
    assert report.refused[0].fault.check == checks.CONFLICTING_DUPLICATE.code


def test_the_highest_power_counts_for_the_civil_day_of_its_moment() -> None:
    points = [{"d": "2026-03-29 03:10:29", "v": "3817"}, {"d": "2026-03-30 00:00:00", "v": "2"}]
    (curve,), _ = read(envelope("R66", [peak(points)]), FORMAT_PEAK)
    assert (curve.quantity, curve.form, curve.unit) == ("apparent_power_max", "peak", "VA")
    assert (curve.start, curve.values) == (datetime(2026, 3, 29, tzinfo=PARIS), [3817, 2])


def test_65535_is_no_power() -> None:
    points = [
        {"d": "2026-06-01 10:00:00", "v": "65535"},
        {"d": "2026-06-02 10:00:00", "v": "65534"},
    ]
    (curve,), report = read(envelope("R66B", [peak(points)]), FORMAT_PEAK)
    assert curve.values == [None, 65_534]
    assert [(f.check, f.times) for f in report.findings.values()] == [(checks.SENTINEL, 1)]
    (curve,), _ = read(envelope("R65", [energy([{"d": "2026-06-01", "v": "65535"}])]))
    assert curve.values == [65_535]


def test_the_power_of_one_phase_is_passed_over_with_a_remark() -> None:
    points = [{"d": "2026-06-01 10:00:00", "v": "9"}]
    found, report = read(
        envelope("R66", [peak(points), peak(points, grandeurPhysique="PMA2")]), FORMAT_PEAK
    )
    assert len(found) == 1
    assert [note.args for note in report.notes] == [("PMA2",)]


R65_CSV = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;"
    "Unité;Mode de calcul;Pas;Date;Valeur\n"
)
R66_CSV = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;"
    "Unité;Pas;Horodate;Valeur\n"
)


def test_the_csv_of_the_portal_gives_the_same_as_the_json() -> None:
    rows = [f"{PRM};;;EA;CONS;BRUT;Wh;DIFF.INDEX;P1D;{p['d']};{p['v']}\n" for p in days(3)]
    assert (
        read((R65_CSV + "".join(rows)).encode())[0] == read(envelope("R65", [energy(days(3))]))[0]
    )
    row = f"{PRM};;;PMA;CONS;BRUT;VA;P1D;2026-06-01 10:00:00;65535\n"
    (curve,), report = read((R66_CSV + row).encode(), FORMAT_PEAK)
    assert (curve.values, report.findings["sentinel"].first) == ([None], 2)


@pytest.mark.parametrize(
    ("data", "r65", "r66"),
    [
        (envelope("R65", []), 1.0, 0.0),
        (envelope("R66B", []), 0.0, 1.0),
        (R65_CSV.encode(), 0.9, 0.0),
        (R66_CSV.encode(), 0.0, 0.9),
        (b"{}", 0.0, 0.0),
    ],
)
def test_each_flow_is_recognised(data: bytes, r65: float, r66: float) -> None:
    sample = Sample("x", data)
    assert (FORMAT.sniff(sample), FORMAT_PEAK.sniff(sample)) == (r65, r66)


def test_another_flow_is_refused() -> None:
    with pytest.raises(BadInput, match="codeFlux"):
        read(envelope("R66", []))
