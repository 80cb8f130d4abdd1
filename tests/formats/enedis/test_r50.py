"""R50: load curves of C5 points, end stamps, watts."""

import io
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from synergie import formats
from synergie.errors import BadInput, SynergieError
from synergie.formats.enedis import r50
from synergie.formats.report import Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import QualityRun
from tests.formats.enedis import flows
from tests.formats.enedis.flows import OTHER, PRM, pdc, r50_day, stamps, utc

DAY = date(2026, 6, 10)


def curves(data: bytes, profile: Profile | None = None) -> tuple[list[MeterCurve], Report]:
    records, report = r50.read(io.BytesIO(data), profile or Profile())
    return list(records), report


def one_day(points: list[str], *, step: object = 30) -> bytes:
    return flows.r50({PRM: [r50_day(DAY, points)]}, step=step)


def told(values: dict[int, object], likelihoods: dict[int, object] | None = None) -> list[str]:
    """48 points, but for some."""
    labels = stamps(DAY, 1, 1800, end=True)
    odd = likelihoods or {}
    return [pdc(one, values.get(i, 1000), odd.get(i, 0)) for i, one in enumerate(labels)]


def test_the_real_day_is_20681_watt_hours_from_end_stamps(shared: Path) -> None:
    with formats.read(shared / "data/enedis-sge/R50_C5_30min_2022-02-02.xml") as result:
        (curve,) = result.records
    assert (result.format, result.report.kept, result.report.refusals) == ("enedis-r50", 48, 0)
    assert isinstance(curve, MeterCurve)
    assert curve.supply_point == "prm:09111642617347"
    assert (curve.unit, curve.step, len(curve.values)) == ("W", "PT30M", 48)
    assert (curve.start, curve.end) == (utc("2022-02-01T23:00"), utc("2022-02-02T23:00"))
    assert sum(Fraction(value or 0) for value in curve.values) / 2 == 20_681
    assert curve.quality is None
    assert curve.provenance == "partner"


def test_the_real_index_at_the_end_of_the_day_is_the_one_before_and_the_curve(shared: Path) -> None:
    folder = shared / "data/enedis-sge"
    with formats.read(folder / "R50_C5_30min_2022-02-02.xml") as result:
        (curve,) = result.records
    with formats.read(folder / "R151_C5_index_2022-02-02.xml") as result:
        index = next(result.records)
    assert isinstance(curve, MeterCurve)
    energy = sum(Fraction(value or 0) for value in curve.values) / 2
    assert getattr(index, "instant", None) == curve.end
    assert getattr(index, "value", None) == 9_723_814 + energy == 9_744_495


def test_days_of_a_point_are_joined_and_points_are_told_apart() -> None:
    days = [r50_day(date(2026, 6, day)) for day in (10, 11)]
    found, report = curves(flows.r50({PRM: days, OTHER: days[:1]}))
    assert [(one.supply_point, len(one.values)) for one in found] == [
        (f"prm:{PRM}", 96),
        (f"prm:{OTHER}", 48),
    ]
    assert report.kept == 144
    assert found[0].provenance == "synthetic"


@pytest.mark.parametrize(("day", "n"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 50)])
def test_days_of_the_clock_change_are_whole(day: date, n: int) -> None:
    (curve,), report = curves(flows.r50({PRM: [r50_day(day)]}))
    assert (len(curve.values), report.gaps, report.duplicates) == (n, [], 0)


def test_likelihood_one_is_suspect_and_a_blank_is_missing_not_zero() -> None:
    points = told({3: "", 4: "null"}, {7: 1})
    points[9] = points[9].replace("<V>1000</V>", "")
    (curve,), report = curves(one_day(points))
    assert curve.values[3:5] == [None, None]
    assert curve.values[9] is None
    assert curve.quality is not None
    assert QualityRun(n=1, quality="suspect") in curve.quality
    assert report.kept == 48


def test_a_point_may_have_no_likelihood() -> None:
    points = [pdc(one, 1000, None) for one in stamps(DAY, 1, 1800, end=True)]
    (curve,), report = curves(one_day(points))
    assert (curve.quality, report.kept) == (None, 48)


def test_a_power_that_no_c5_point_draws_is_kept_as_suspect_and_found() -> None:
    (curve,), report = curves(one_day(told({5: 65_535})))
    assert curve.values[5] == 65_535
    assert curve.quality is not None
    assert QualityRun(n=1, quality="suspect") in curve.quality
    found = report.findings["power-over-subscribed"]
    assert (found.times, found.args, found.first) == (1, ("65535 W", "36 kVA"), "record 6")


@pytest.mark.parametrize("value", ["-5", "1_000", "1e3", "NaN", "٣", "10000001", "0x10", "1,5"])
def test_a_bad_power_is_refused_at_its_record_and_leaves_a_hole(value: str) -> None:
    (curve,), report = curves(one_day(told({5: value})))
    (refused,) = report.refused
    assert (refused.line, refused.fault.where) == (None, "record 6, /V")
    assert refused.fault.found == value
    assert curve.values[5] is None
    assert report.kept + report.refusals == 48


@pytest.mark.parametrize(
    "stamp",
    ["2026-06-31T02:30:00+02:00", "2026-06-10T24:30:00+02:00", "hier", "", "2026-06-10T02:30+02:00",
     "0001-01-01T00:00:00+23:00", "2026-W24-3T02:30:00+02:00", "2026-06-10T02:30:00+99:00",
     "2026-06-10T02:30:00.500+02:00"],
)  # fmt: skip
def test_a_bad_time_is_refused_and_never_guessed(stamp: str) -> None:
    points = told({})
    points[4] = pdc(stamp)
    (curve,), report = curves(one_day(points))
    assert [refused.fault.where for refused in report.refused] == ["record 5, /time"]
    assert (report.kept, curve.values[4]) == (47, None)


def test_fractions_of_zero_and_z_and_a_prefix_are_read_too() -> None:
    points = [pdc(one.replace("+02:00", ".000+02:00")) for one in stamps(DAY, 1, 1800, end=True)]
    data = one_day(points).replace(b"<R50>", b'<e:R50 xmlns:e="urn:e">')
    data = (
        data.replace(b"</R50>", b"</e:R50>").replace(b"PDC>", b"e:PDC>").replace(b"<V>", b"<e:V>")
    )
    data = data.replace(b"</V>", b"</e:V>").replace(b"</e:PDC>", b"</e:PDC>")
    data = data.replace(b"<PDC", b"<e:PDC").replace(b"</PDC", b"</e:PDC")
    (curve,), report = curves(data)
    assert (curve.values, report.refusals) == ([1000] * 48, 0)


def test_times_without_offset_are_local_times_of_the_profile() -> None:
    day = date(2026, 10, 25)
    points = [pdc(one[:19]) for one in stamps(day, 1, 1800, end=True)]
    (curve,), report = curves(flows.r50({PRM: [r50_day(day, points)]}))
    assert (len(curve.values), curve.start) == (50, utc("2026-10-24T22:00"))
    assert any("Europe/Paris" in note.args for note in report.notes)
    points.pop(4)
    _, report = curves(flows.r50({PRM: [r50_day(day, points)]}))
    assert [refused.fault.check for refused in report.refused] == ["label-ambiguous"]


def test_an_exact_repeat_is_counted_and_another_value_refused() -> None:
    points = told({})
    (curve,), report = curves(
        one_day([*points, points[5], pdc(stamps(DAY, 1, 1800, end=True)[6], 7)])
    )
    assert (report.kept, report.duplicates, report.refusals) == (48, 1, 1)
    assert report.refused[0].fault.where == "record 50, /value"
    assert curve.values == [1000] * 48


def test_a_day_without_rows_is_a_gap_and_never_zero() -> None:
    days = [r50_day(date(2026, 6, day)) for day in (10, 12)]
    (curve,), report = curves(flows.r50({PRM: days}))
    assert (len(curve.values), curve.values.count(None)) == (144, 48)
    assert [(gap.start, gap.n) for gap in report.gaps] == [(utc("2026-06-10T22:00"), 48)]


@pytest.mark.parametrize("prm", ["9900000000017", "PRM99000000000", "", "٣٣٣٣٣٣٣٣٣٣٣٣٣٣"])
def test_a_point_without_a_right_prm_is_refused_whole_and_counted(prm: str) -> None:
    found, report = curves(flows.r50({prm: [r50_day(DAY)], OTHER: [r50_day(DAY)]}))
    assert [one.supply_point for one in found] == [f"prm:{OTHER}"]
    assert (report.kept, report.refusals) == (48, 48)
    (refused,) = report.refused
    assert refused.fault.check == "bad-identifier"


def test_without_a_step_the_stamps_tell_it() -> None:
    (curve,), _ = curves(one_day(told({}), step=None))
    assert curve.step == "PT30M"


@pytest.mark.parametrize("step", ["7", "0", "-30", "PT30M", "99999999999999999999"])
def test_a_step_that_is_none_refuses_the_file(step: str) -> None:
    with pytest.raises(BadInput, match="Pas_Publication"):
        curves(one_day(told({}), step=step))


def test_an_empty_file_of_the_flow_gives_nothing() -> None:
    assert curves(flows.r50({}))[0] == []
    assert curves(flows.r50({PRM: []}))[0] == []
    assert curves(flows.r50({PRM: [r50_day(DAY, [])]}))[0] == []


@pytest.mark.parametrize(
    "data",
    [b"<R50>", b"<R50><PRM></R50>", b"<R51/>", b"", b"<!DOCTYPE R50><R50/>", b"\xff\xfe<\0R\0",
     b'<?xml version="1.0" encoding="nonesuch"?><R50/>', b"<R50>" + b"<a>" * 200_000],
)  # fmt: skip
def test_what_is_no_whole_r50_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(SynergieError):
        curves(data)


def test_a_file_cut_in_half_gives_what_came_before_and_says_so() -> None:
    data = flows.r50({PRM: [r50_day(DAY)], OTHER: [r50_day(DAY)]})
    records, _ = r50.read(io.BytesIO(data[: data.index(OTHER.encode()) + 100]), Profile())
    with pytest.raises(BadInput) as caught:
        list(records)
    assert caught.value.check == "not-well-formed"


@pytest.mark.parametrize(("side", "times"), [("end", 0), ("start", 2)])
def test_a_day_that_begins_at_its_midnight_is_read_as_ends_and_told(side: str, times: int) -> None:
    ends = side == "end"
    days = [
        r50_day(day, [pdc(one) for one in stamps(day, 1, 1800, end=ends)])
        for day in (date(2026, 3, 29), date(2026, 10, 25))
    ]
    found, report = curves(flows.r50({PRM: days}))
    assert sum(len(curve.values) - curve.values.count(None) for curve in found) == 46 + 50
    assert sum(n for note, n in report.notes.items() if "begins at its 00:00" in note.text) == times
