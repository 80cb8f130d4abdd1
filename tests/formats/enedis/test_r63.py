"""R63: the side that is stamped, steps per point, codes of quality, labels of the change days."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats import Report, checks
from synergie.formats.enedis import r63
from synergie.formats.format import Sample
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis.r6x import PARIS, PRM, envelope, labels, mesure

DAY = date(2026, 6, 10)


def read(data: bytes, profile: Profile | None = None) -> tuple[list[MeterCurve], Report]:
    records, report = r63.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def c5(day: date = DAY, days: int = 1, **more: Any) -> list[dict[str, Any]]:
    codes = {"p": "PT30M", "n": "B", "iv": 0, "ec": None} | more
    return [{"d": d, "v": "1000"} | codes for d in labels(day, days, 1800, end=True)]


def c4(day: date = DAY, days: int = 1, step_s: int = 600) -> list[dict[str, Any]]:
    step = f"PT{step_s // 60}M"
    return [{"d": d, "v": "2000", "p": step, "n": "R"} for d in labels(day, days, step_s)]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("day", "halves", "tens"),
    [(DAY, 48, 144), (date(2026, 3, 29), 46, 138), (date(2026, 10, 25), 50, 150)],
)
def test_c5_stamps_ends_and_c4_stamps_starts(day: date, halves: int, tens: int) -> None:
    for points, step, n in ((c5(day), "PT30M", halves), (c4(day), "PT10M", tens)):
        (curve,), report = read(envelope("R63", [mesure(points)]))
        assert (curve.start, curve.step, len(curve.values)) == (midnight(day), step, n)
        assert (report.kept, report.refusals, report.gaps) == (n, 0, [])


@given(st.sampled_from([DAY, date(2026, 3, 28), date(2026, 10, 24)]), st.integers(1, 4))
def test_the_energy_is_the_sum_of_each_point_over_its_own_step(day: date, days: int) -> None:
    points = c5(day, days)
    for i, point in enumerate(points):
        point["v"] = str(i)
    (curve,), _ = read(envelope("R63A", [mesure(points)]))
    assert sum(int(v or 0) for v in curve.values) == sum(range(len(points)))


def test_a_step_change_between_points_gives_two_runs() -> None:
    hours = labels(DAY, 1, 3600, end=True)
    points = [{"d": d, "v": "1", "p": "PT60M", "n": "B"} for d in hours]
    found, report = read(envelope("R63", [mesure(points + c5(date(2026, 6, 11)))]))
    assert [(curve.step, len(curve.values)) for curve in found] == [("PT1H", 24), ("PT30M", 48)]
    assert found[1].start == midnight(date(2026, 6, 11))
    assert report.kept == 72


def test_points_that_tell_no_side_need_it_declared() -> None:
    points = [{"d": d, "v": "5", "p": "PT10M", "n": "P"} for d in labels(DAY, 1, 600)]
    data = envelope("R63", [mesure(points)])
    with pytest.raises(BadInput) as caught:
        read(data)
    assert caught.value.check == checks.STAMP_SIDE_UNKNOWN.code
    (curve,), _ = read(data, Profile(stamp="end"))
    assert curve.start == datetime(2026, 6, 9, 23, 50, tzinfo=PARIS)
    (curve,), _ = read(envelope("R63", [mesure(points, segment="C4")]))
    assert curve.start == midnight(DAY)


@pytest.mark.parametrize(
    ("codes", "stage", "side"),
    [
        ({"p": "PT10M", "n": "B"}, "BRUT", "end"),
        ({"p": "PT10M", "n": "H", "iv": 0}, "BRUT", "end"),
        ({"p": "PT15M", "n": "H"}, "BRUT", "end"),
        ({"p": "PT10M", "n": "R"}, "BRUT", "start"),
        ({"p": "PT5M", "n": "H"}, "BRUT", "start"),
        ({"p": "PT10M", "n": "C", "tc": "N"}, "BRUT", "start"),
        ({"p": "PT10M", "n": "H"}, "BEST", "start"),
    ],
)
def test_each_code_of_one_side_tells_it(codes: dict[str, Any], stage: str, side: str) -> None:
    step = int(codes["p"][2:-1]) * 60
    points = [{"d": d, "v": "5"} | codes for d in labels(DAY, 1, step, end=side == "end")]
    (curve,), _ = read(envelope("R63", [mesure(points, etapeMetier=stage)]))
    assert curve.start == midnight(DAY)


def test_points_that_contradict_each_other_need_the_side_declared() -> None:
    points = c4()
    points[5] = points[5] | {"n": "B"}
    with pytest.raises(BadInput, match="declared"):
        read(envelope("R63", [mesure(points)]))
    (curve,), report = read(envelope("R63", [mesure(points)]), Profile(stamp="start"))
    assert curve.start == midnight(DAY)
    assert report.notes == {}


def test_a_declared_side_that_the_points_deny_is_remarked_on() -> None:
    _, report = read(envelope("R63", [mesure(c5())]), Profile(stamp="start"))
    assert [note.args for note in report.notes] == [("start", "end")]


@pytest.mark.parametrize(
    ("codes", "quality"),
    [
        ({"n": "B", "iv": 0}, "measured"),
        ({"n": "B", "iv": 1}, "suspect"),
        ({"n": "B", "iv": 2, "ec": 6}, "reconstructed"),
        ({"n": "B", "iv": 2, "ec": 1}, "partial"),
        ({"n": "H", "iv": 2, "ec": 8}, "suspect"),
        ({"n": "C"}, "corrected"),
        ({"n": "D"}, "corrected"),
        ({"n": "E"}, "estimated"),
        ({"n": "P"}, "reconstructed"),
        ({"n": "T"}, "partial"),
        ({"n": "Z"}, "suspect"),
    ],
)
def test_the_worst_code_makes_the_quality(codes: dict[str, Any], quality: str) -> None:
    points = c5()
    points[7] = {k: points[7][k] for k in ("d", "v", "p")} | codes
    (curve,), _ = read(envelope("R63", [mesure(points)]))
    told = [run.quality for run in curve.quality or () for _ in range(run.n)] or ["measured"] * 48
    assert told[7] == quality
    assert set(told[:7] + told[8:]) == {"measured"}


@pytest.mark.parametrize("blank", [None, "", "null", " "])
def test_a_null_value_is_missing_and_not_zero(blank: str | None) -> None:
    points = c5()
    points[3]["v"], points[4]["v"] = blank, "0"
    (curve,), report = read(envelope("R63", [mesure(points)]))
    assert curve.values[3:5] == [None, 0]
    assert (report.kept, report.refusals) == (48, 0)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"v": "-5"}, "/v"),
        ({"v": "1e3"}, "/v"),
        ({"v": {"a": 1}}, "/v"),
        ({"d": "2026-06-31 00:30:00"}, "/d"),
        ({"d": 20260610}, "/d"),
        ({"d": "9999-12-31 23:30:00"}, "/d"),
        ({"p": "PT7M"}, "/p"),
        ({"p": None}, "/p"),
        ({"n": ["B"]}, "row"),
    ],
)
def test_a_wrong_point_is_refused_with_its_pointer(change: dict[str, Any], where: str) -> None:
    points = c5()
    points[9] = points[9] | change
    (curve,), report = read(envelope("R63", [mesure(points)]))
    (refused,) = report.refused
    place = "/mesures/0/grandeur/0/points/9"
    assert refused.fault.where == (place if where == "row" else place + where)
    assert (len(curve.values), curve.values[9], report.kept) == (48, None, 47)


def test_a_label_of_the_hour_that_march_skips_is_refused() -> None:
    points = c5(date(2026, 3, 29))
    points.insert(3, points[0] | {"d": "2026-03-29 02:30:00"})
    _, report = read(envelope("R63", [mesure(points)]))
    (refused,) = report.refused
    assert refused.fault.check == checks.LABEL_NONEXISTENT.code
    assert report.kept == 46


def test_a_lone_label_of_the_hour_that_comes_twice_is_a_gap() -> None:
    points = c5(date(2026, 10, 25))
    del points[4]
    _, report = read(envelope("R63", [mesure(points)]))
    assert {refused.fault.check for refused in report.refused} == {checks.LABEL_AMBIGUOUS.code}
    assert report.kept + report.refusals == 49
    assert sum(gap.n for gap in report.gaps) == 2


def test_times_with_offset_are_taken_as_they_are() -> None:
    first = int(midnight(DAY).timestamp())
    points = c5()
    for i, point in enumerate(points):
        point["d"] = datetime.fromtimestamp(first + 1800 * (i + 1), PARIS).isoformat()
    (curve,), _ = read(envelope("R63", [mesure(points)]))
    assert (curve.start, len(curve.values)) == (midnight(DAY), 48)


def test_several_points_quantities_and_directions_are_several_series() -> None:
    mesures = [
        mesure(c4()),
        mesure(c4(), grandeurPhysique="PRI", unite="VAr"),
        mesure(c4(), grandeurPhysique="E", unite="V"),
        mesure(c5(), grandeurMetier="PROD", idPrm="01234567890123"),
    ]
    found, report = read(envelope("R63", mesures))
    assert [curve.external_id for curve in found] == [
        f"prm:{PRM}/active_power/mean_power/import",
        f"prm:{PRM}/reactive_inductive/mean_power/import",
        f"prm:{PRM}/voltage/mean_power/import",
        "prm:01234567890123/active_power/mean_power/export",
    ]
    assert [curve.unit for curve in found] == ["W", "VAr", "V", "W"]
    assert [curve.provenance for curve in found][2:] == ["synthetic", "partner"]
    assert report.kept == 144 * 3 + 48


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"idPrm": "9900000000001"}, "/idPrm", "bad-identifier"),
        ({"idPrm": "24115050XXXXXX"}, "/idPrm", "bad-identifier"),
        ({"idPrm": None}, "/idPrm", "bad-cell"),
        ({"grandeurMetier": "AUTRE"}, "/grandeurMetier", "bad-cell"),
        ({"grandeurPhysique": "XX"}, "/grandeurPhysique", "bad-cell"),
        ({"unite": "VAr"}, "/unite", "unit-unknown"),
        ({"unite": None}, "/unite", "unit-unknown"),
    ],
)
def test_a_series_that_is_wrong_costs_its_points_only(
    change: dict[str, Any], where: str, code: str
) -> None:
    data = envelope("R63", [mesure(c5(), **change), mesure(c5())])
    found, report = read(data)
    assert [len(curve.values) for curve in found] == [48]
    assert (report.kept, report.refusals) == (48, 48)
    (refused,) = report.refused
    assert (refused.fault.where, refused.fault.check) == (f"/mesures/0{where}", code)


def test_a_declared_unit_stands_for_a_blank_one() -> None:
    (curve,), _ = read(envelope("R63", [mesure(c5(), unite="")]), Profile(unit="kW"))
    assert curve.unit == "kW"


def test_energies_of_the_step_are_energies() -> None:
    points = [{"d": d, "v": "10", "p": "PT5M", "n": "R"} for d in labels(DAY, 1, 300)]
    (curve,), _ = read(envelope("R63", [mesure(points, grandeurPhysique="EA", unite="Wh")]))
    assert (curve.quantity, curve.form, curve.unit) == ("active_energy", "interval_energy", "Wh")


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b'{"header": {"codeFlux": "R64"}, "mesures": []}', "/header/codeFlux"),
        (b'{"header": {"codeFlux": "R63"}}', "/mesures"),
        (b'{"error": "x"}', "/mesures"),
        (b"[]", "/mesures"),
        (b"", "line 1"),
        (b'{"mesures": [', "line 1"),
        (b"Identifiant PRM;Horodate\n", "line 1"),
    ],
)
def test_another_file_is_refused_whole(data: bytes, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(data)
    assert caught.value.where == where


def test_an_empty_list_of_measures_is_an_empty_file_of_the_flow() -> None:
    assert read(envelope("R63", [])) == ([], Report())


CSV = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;"
    "Unité;Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire\r\n"
)


def csv(points: list[dict[str, Any]], prm: str = PRM) -> str:
    return "".join(
        f"{prm};2026-06-10;2026-06-11;PA;CONS;BRUT;W;{p['d']};{p['v']};{p['n']};{p['p']};"
        f"{'' if p.get('iv') is None else p['iv']};\r\n"
        for p in points
    )


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_csv_of_the_portal_gives_the_same_as_the_json(coding: str) -> None:
    data = (CSV + csv(c5()) + csv(c4(), "01234567890123")).encode(coding)
    (first, second), report = read(data)
    (same,), _ = read(envelope("R63", [mesure(c5())]))
    assert first == same
    assert (len(second.values), second.start) == (144, midnight(DAY))
    assert (report.kept, report.refusals) == (192, 0)


def test_a_wrong_row_of_the_csv_is_refused_with_its_line() -> None:
    points = c5()
    points[3] |= {"v": "beaucoup"}
    _, report = read((CSV + csv(points) + "a;b\r\n").encode())
    assert [(r.line, r.fault.where) for r in report.refused] == [(5, "/v"), (50, "row")]


def test_labels_that_were_damaged_are_understood() -> None:
    damaged = CSV.encode().decode("cp1252").encode()
    (curve,), _ = read(damaged + csv(c5()).encode())
    assert len(curve.values) == 48


def test_decimals_are_exact() -> None:
    points = c5()
    points[0]["v"] = "0.125"
    (curve,), _ = read(envelope("R63", [mesure(points)]))
    assert (Decimal(str(curve.values[0])), curve.decimals) == (Decimal("0.125"), 3)


@pytest.mark.parametrize(
    ("data", "confidence"),
    [
        (envelope("R63", []), 1.0),
        (envelope("R63B", []), 1.0),
        (envelope("R65", [mesure([])]), 0.0),
        (json.dumps({"mesures": [mesure(c5())]}).encode(), 0.8),
        (json.dumps({"mesures": [mesure([{"d": "2026-06-10", "v": "1"}])]}).encode(), 0.0),
        (CSV.encode(), 0.9),
        (b"Identifiant PRM;Horodate;Valeur\n", 0.0),
        (b"<R63/>", 0.0),
        (b"", 0.0),
    ],
)
def test_the_flow_is_recognised(data: bytes, confidence: float) -> None:
    assert r63.sniff(Sample("x", data)) == confidence


def test_the_moments_are_utc() -> None:
    (curve,), _ = read(envelope("R63", [mesure(c5())]))
    assert curve.start == datetime(2026, 6, 9, 22, tzinfo=UTC)


@pytest.mark.parametrize(("ends", "told"), [(True, 0), (False, 1)])
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)])
def test_half_hours_that_begin_at_the_start_of_their_period_are_remarked_on(
    day: date, *, ends: bool, told: int
) -> None:
    points = [{"d": d, "v": "100", "p": "PT30M", "n": "B"} for d in labels(day, 1, 1800, end=ends)]
    period = {"dateDebut": f"{day} 00:00:00", "dateFin": f"{day + timedelta(days=1)} 00:00:00"}
    data = envelope("R63", [mesure(points, periode=period)])
    records, report = r63.read(io.BytesIO(data), Profile())
    assert len(list(records)) == 1
    assert sum(n for note, n in report.notes.items() if "look at the side" in note.text) == told
