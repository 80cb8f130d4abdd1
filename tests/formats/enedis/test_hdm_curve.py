"""The Enedis HDM curve: what is written is read back, and each fault is told with its place."""

import io
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.enedis import hdm_curve
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import QualityRun
from synergie.units import STEP_SECONDS

PARIS = ZoneInfo("Europe/Paris")
PRM = "99000000000017"
NAMES = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite;Pas en minutes"
)
Side = Literal["start", "end"]


def hdm(
    rows: list[str],
    *,
    prm: str = PRM,
    first: str = "24/10/2026",
    end: str = "27/10/2026",
    way: str = "Consommation",
    unit: str = "W",
    step: str = "",
) -> bytes:
    head = f"{prm};Courbe de charge;{first};{end};Energie active;{way};Comptage Brut;{unit};{step}"
    return "\n".join([NAMES, head, "Horodate;Valeur", *rows, ""]).encode("utf-8-sig")


def whole_days(first: date, n: int, step_s: int, side: Side, value: str = "1000") -> list[str]:
    start = datetime(first.year, first.month, first.day, tzinfo=PARIS).timestamp()
    last = first + timedelta(days=n)
    end = datetime(last.year, last.month, last.day, tzinfo=PARIS).timestamp()
    shift = step_s if side == "end" else 0
    stamps = range(int(start) + shift, int(end) + shift, step_s)
    return [f"{datetime.fromtimestamp(stamp, PARIS).isoformat()};{value}" for stamp in stamps]


def curves(data: bytes, profile: Profile | None = None) -> tuple[list[MeterCurve], Report]:
    records, report = hdm_curve.read(io.BytesIO(data), profile or Profile())
    return list(records), report


DAYS = (date(2026, 10, 25), date(2026, 3, 29), date(2027, 3, 28), date(2026, 12, 31))
STEPS = ("PT5M", "PT10M", "PT15M", "PT30M", "PT1H")


@st.composite
def runs(draw: st.DrawFn, prm: str) -> MeterCurve:
    step = draw(st.sampled_from(STEPS))
    step_s = STEP_SECONDS[step]
    day = draw(st.sampled_from(DAYS))
    steps_before = draw(st.integers(0, 86_400 // step_s))
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)
    unit, number = draw(
        st.sampled_from(
            [
                ("W", st.integers(0, 10_000_000)),
                ("kW", st.integers(0, 9_999_999).map(lambda n: n / 1000)),
            ]
        )
    )
    whole = unit == "W"
    values = draw(st.lists(st.none() | number, min_size=1, max_size=130))
    values = [int(v) if v is not None and float(v).is_integer() else v for v in values]
    return MeterCurve.model_validate(
        {
            "supply_point": f"prm:{prm}",
            "quantity": "active_power",
            "form": "mean_power",
            "direction": draw(st.sampled_from(["import", "export"])),
            "unit": unit,
            "decimals": 0 if whole else max((decimals(v) for v in values), default=0),
            "start": midnight - timedelta(seconds=step_s * steps_before),
            "step": step,
            "values": values,
            "provenance": "synthetic" if prm.startswith("99") else "partner",
        }
    )


def decimals(value: float | None) -> int:
    text = "" if value is None else str(value)
    return len(text.partition(".")[2]) if "." in text else 0


def told_twice(one: MeterCurve, other: MeterCurve) -> bool:
    """Whether both tell some time of the same series; every step here has a length."""
    same = one.external_id == other.external_id
    assert one.end is not None
    assert other.end is not None
    return same and one.start < other.end and other.start < one.end


@given(
    st.sampled_from([PRM, "01234567890123"]).flatmap(lambda p: st.lists(runs(p), max_size=3)),
    st.sampled_from(["start", "end"]),
)
def test_what_is_written_is_read_back(records: list[MeterCurve], side: Side) -> None:
    assume(not any(told_twice(a, b) for a, b in combinations(records, 2)))
    profile = Profile(stamp=side)
    sink = io.BytesIO()
    hdm_curve.write(records, sink, profile)
    if not records:
        return
    again, report = curves(sink.getvalue(), profile)
    assert again == records
    assert report.kept == sum(len(run.values) for run in records)
    assert (report.refusals, report.duplicates, report.gaps) == (0, 0, [])


@given(st.sampled_from(DAYS), st.sampled_from(STEPS), st.sampled_from(["start", "end"]))
def test_whole_days_show_the_side_that_is_stamped(day: date, step: str, side: Side) -> None:
    step_s = STEP_SECONDS[step]
    rows = whole_days(day, 2, step_s, side)
    end = day + timedelta(days=2)
    (curve,), report = curves(hdm(rows, first=f"{day:%d/%m/%Y}", end=f"{end:%d/%m/%Y}"))
    assert curve.start == datetime(day.year, day.month, day.day, tzinfo=PARIS)
    assert (curve.step, len(curve.values)) == (step, len(rows))
    assert report.notes == {}


@given(st.permutations(whole_days(date(2026, 10, 24), 3, 3600, "start")))
def test_the_order_of_rows_with_offsets_does_not_matter(rows: list[str]) -> None:
    shuffled, _ = curves(hdm(rows))
    straight, _ = curves(hdm(sorted(rows, key=lambda r: datetime.fromisoformat(r[:25]))))
    assert shuffled == straight
    assert len(straight[0].values) == 73


def test_both_hours_of_october_are_kept_apart_by_their_offsets() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 1800, "end")
    assert sum("2026-10-25T02:30:00" in row for row in rows) == 2
    (curve,), _ = curves(hdm(rows))
    assert len(curve.values) == 48 + 50 + 48


def test_a_blank_is_missing_and_not_zero() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start", value="")
    rows[0] = rows[0] + "0"
    (curve,), report = curves(hdm(rows))
    assert curve.values[:2] == [0, None]
    assert report.kept == 73


def test_absent_rows_become_nulls_and_a_gap() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    (curve,), report = curves(hdm(rows[:10] + rows[14:]))
    assert curve.values[9:15] == [1000, None, None, None, None, 1000]
    assert [(gap.n, gap.step_s) for gap in report.gaps] == [(4, 3600)]
    assert report.gaps[0].start == curve.start + timedelta(hours=10)


def test_a_hole_of_more_than_31_days_starts_another_run_and_is_told() -> None:
    rows = whole_days(date(2026, 1, 1), 2, 3600, "start")
    rows += whole_days(date(2026, 3, 1), 2, 3600, "start")
    found, report = curves(hdm(rows, first="01/01/2026", end="03/03/2026"))
    assert [len(curve.values) for curve in found] == [48, 48]
    assert [(gap.start, gap.n) for gap in report.gaps] == [(found[0].end, 57 * 24)]


def test_a_hole_where_the_step_changes_is_told_in_the_new_step() -> None:
    rows = whole_days(date(2026, 2, 1), 1, 3600, "end")[:12]
    rows += whole_days(date(2026, 2, 2), 1, 1800, "end")
    found, report = curves(hdm(rows, first="01/02/2026", end="03/02/2026"))
    assert [(curve.step, len(curve.values)) for curve in found] == [("PT1H", 12), ("PT30M", 48)]
    assert [(gap.start, gap.step_s, gap.n) for gap in report.gaps] == [(found[0].end, 1800, 24)]


@pytest.mark.parametrize("side", ["start", "end"])
def test_a_step_change_inside_a_file_gives_two_runs(side: Side) -> None:
    rows = whole_days(date(2026, 10, 24), 1, 3600, side)
    rows += whole_days(date(2026, 10, 25), 2, 1800, side)
    found, _ = curves(hdm(rows))
    assert [(curve.step, len(curve.values)) for curve in found] == [("PT1H", 24), ("PT30M", 98)]
    assert found[0].end == found[1].start


@pytest.mark.parametrize("side", ["start", "end"])
def test_a_coarser_step_after_a_finer_one_gives_two_runs(side: Side) -> None:
    rows = whole_days(date(2026, 10, 24), 1, 600, side)
    rows += whole_days(date(2026, 10, 25), 2, 3600, side)
    found, _ = curves(hdm(rows))
    assert [(curve.step, len(curve.values)) for curve in found] == [("PT10M", 144), ("PT1H", 49)]


def test_two_absent_half_hours_are_a_gap_and_not_a_step_of_an_hour() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 1800, "start")
    (curve,), report = curves(hdm(rows[:5] + rows[6:7] + rows[8:]))
    assert (curve.step, len(curve.values), curve.values.count(None)) == ("PT30M", 146, 2)
    assert len(report.gaps) == 2


def test_blocks_of_both_directions_are_two_series() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    data = hdm(rows) + hdm(rows[:], way="Production").removeprefix(b"\xef\xbb\xbf")
    found, report = curves(data)
    assert [curve.direction for curve in found] == ["import", "export"]
    assert report.kept == 146


def test_a_block_that_repeats_another_is_counted_and_told_once() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    found, report = curves(hdm(rows) + hdm(rows).removeprefix(b"\xef\xbb\xbf"))
    assert [len(curve.values) for curve in found] == [73]
    assert (report.kept, report.duplicates, report.refusals) == (73, 73, 0)


def test_a_block_with_other_values_for_the_same_time_is_refused_and_a_later_one_kept() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    other = whole_days(date(2026, 10, 26), 1, 3600, "start", "7")
    later = whole_days(date(2026, 10, 27), 1, 3600, "start")
    data = hdm(rows)
    for more, end in ((other, "27/10/2026"), (later, "28/10/2026")):
        data += hdm(more, first=more[0][8:10] + "/10/2026", end=end).removeprefix(b"\xef\xbb\xbf")
    found, report = curves(data)
    assert [len(curve.values) for curve in found] == [73, 24]
    assert (report.kept, report.refusals) == (97, 24)
    (refused,) = report.refused
    assert refused.fault.check == "conflicting-duplicate"
    assert "2026-10-25T23:00:00" in str(refused.fault.found)


def test_a_block_that_is_no_curve_is_passed_over_with_a_remark() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    other = hdm(["2026-10-24T00:00:00+02:00;9"]).replace(b"Courbe de charge", b"Index")
    found, report = curves(hdm(rows) + other.removeprefix(b"\xef\xbb\xbf"))
    assert len(found) == 1
    assert [note.args for note in report.notes] == [("Index",)]


def test_an_exact_repeat_is_ignored_and_counted() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    (curve,), report = curves(hdm([*rows, rows[4]]))
    assert len(curve.values) == 73
    assert (report.kept, report.duplicates, report.refusals) == (73, 1, 0)


def test_another_value_at_the_same_time_is_refused_with_its_line() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    (curve,), report = curves(hdm([*rows, rows[4].replace("1000", "7")]))
    (refused,) = report.refused
    assert (refused.line, refused.column, refused.fault.found) == (77, "Valeur", 7)
    assert curve.values[4] == 1000
    assert report.kept + report.refusals + report.duplicates == 74


def naive(rows: list[str]) -> list[str]:
    return [row[:19].replace("T", " ") + row[25:] for row in rows]


def test_local_times_in_order_are_resolved_through_the_repeated_hour() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 1800, "end")
    (curve,), report = curves(hdm(naive(rows)))
    assert len(curve.values) == 146
    assert any("Europe/Paris" in note.args for note in report.notes)


def test_a_lone_local_time_in_the_repeated_hour_is_refused() -> None:
    rows = naive(whole_days(date(2026, 10, 24), 3, 1800, "start"))
    at = next(i for i, row in enumerate(rows) if row.startswith("2026-10-25 02:30"))
    (curve,), report = curves(hdm(rows[:at] + rows[at + 1 :]))
    (refused,) = report.refused
    assert refused.fault.found == "2026-10-25 02:30:00"
    assert "comes twice" in refused.fault.expected
    assert curve.values.count(None) == 2


def test_a_local_time_in_the_skipped_hour_is_refused() -> None:
    rows = naive(whole_days(date(2026, 3, 28), 3, 1800, "start"))
    rows.insert(48 + 4, "2026-03-29 02:30:00;5")
    _, report = curves(hdm(rows, first="28/03/2026", end="31/03/2026"))
    (refused,) = report.refused
    assert (refused.line, refused.column) == (4 + 52, "Horodate")
    assert "skipped" in refused.fault.expected


def test_local_times_out_of_order_refuse_the_repeated_hour() -> None:
    rows = naive(whole_days(date(2026, 10, 24), 3, 1800, "start"))
    _, report = curves(hdm(rows[60:] + rows[:60]))
    assert [str(refused.fault.found)[11:] for refused in report.refused] == [
        "02:00:00", "02:30:00", "02:00:00", "02:30:00"
    ]  # fmt: skip


@pytest.mark.parametrize("step_s", [600, 1800, 3600])
@pytest.mark.parametrize("side", ["start", "end"])
def test_local_times_from_the_last_to_the_first_tell_the_repeated_hour_apart_too(
    side: Side, step_s: int
) -> None:
    rows = whole_days(date(2026, 10, 24), 3, step_s, side)
    rows = [f"{row.rpartition(';')[0]};{i}" for i, row in enumerate(rows)]
    (forth,), _ = curves(hdm(naive(rows)))
    (back,), report = curves(hdm(naive(rows)[::-1]))
    assert forth.values == list(range(len(rows)))
    assert (back, report.refusals) == (forth, 0)


@pytest.mark.parametrize("step", [1, -1])
def test_local_times_in_an_order_of_their_own_refuse_the_repeated_hour(step: int) -> None:
    rows = naive(whole_days(date(2026, 10, 24), 3, 1800, "start"))[::step]
    rows[100], rows[101] = rows[101], rows[100]
    _, report = curves(hdm(rows))
    assert report.refusals == 4


@pytest.mark.parametrize(
    ("row", "column", "found"),
    [
        ("2026-10-24T00:30:00+02:00;-5", "Valeur", "-5"),
        ("2026-10-24T00:30:00+02:00;NaN", "Valeur", "NaN"),
        ("2026-10-24T00:30:00+02:00;10000001", "Valeur", "10000001"),
        ("2026-10-24T00:30:00+02:00;1_000", "Valeur", "1_000"),
        ("2026-10-24T00:30:00+02:00;1e3", "Valeur", "1e3"),
        ("2026-10-24T00:30:00+02:00;\u0661", "Valeur", "\u0661"),
        ("2026-02-30T00:30:00+02:00;5", "Horodate", "2026-02-30T00:30:00+02:00"),
        ("24/10/26 00:30;5", "Horodate", "24/10/26 00:30"),
        ("1767225600;5", "Horodate", "1767225600"),
        ("2026-10-24T00:30:00+02:00", None, "1 cells"),
        ("2026-10-24T00:30:00+02:00;5;6", None, "3 cells"),
        ("2026-10-24T00:17:00+02:00;5", "Horodate", "2026-10-23T22:17:00+00:00"),
        ("2026-10-24T00:30:00+02:00;\0", None, "\0"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_are_kept(
    row: str, column: str | None, found: str
) -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    (curve,), report = curves(hdm([rows[0], row, *rows[1:]]))
    (refused,) = report.refused
    assert (refused.line, refused.column, refused.fault.found) == (5, column, found)
    assert curve.values == [1000] * 73
    assert report.kept == 73


def test_a_byte_that_does_not_decode_costs_its_row_only() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    data = hdm(rows).replace(rows[3].encode(), rows[3].encode() + b"\xff")
    (curve,), report = curves(data)
    assert [refused.line for refused in report.refused] == [7]
    assert curve.values.count(None) == 1


@pytest.mark.parametrize(
    ("old", "new", "where", "expected"),
    [
        (PRM, "9900000000001", "/Identifiant PRM", "spreadsheet"),
        (PRM, "9,9E+12", "/Identifiant PRM", "14 digits"),
        ("Courbe de charge", "Index", "/Type de donnees", "Courbe"),
        (";W;", ";kWh;", "/Unite", "W or kW"),
        (";W;", ";VAr;", "/Unite", "W or kW"),
        (";W;", ";W;7", "/Pas en minutes", "60 minutes"),
        ("Consommation", "Autre", "/Grandeur metier", "Production"),
        ("24/10/2026", "31/02/2026", "/Date de debut", "25/11/2026"),
        ("24/10/2026", "2026", "/Date de debut", "25/11/2026"),
        (";", ",", "line 1", "columns between ';'"),
        ("Date de fin", "Fin", "line 1", "columns of an HDM"),
    ],
)
def test_a_bad_head_refuses_the_file_with_its_place(
    old: str, new: str, where: str, expected: str
) -> None:
    data = hdm(whole_days(date(2026, 10, 24), 3, 3600, "start"))
    with pytest.raises(BadInput) as caught:
        curves(data.replace(old.encode(), new.encode()))
    assert where in caught.value.where
    assert expected in caught.value.expected


@pytest.mark.parametrize(
    ("length", "where", "expected"),
    [(0, "line 1", "Identifiant PRM"), (len(NAMES) + 4, "line 2", "values of the header")],
)
def test_a_file_cut_in_its_head_says_what_is_missing(
    length: int, where: str, expected: str
) -> None:
    with pytest.raises(BadInput) as caught:
        curves(hdm([])[:length])
    assert (caught.value.where, expected in caught.value.expected) == (where, True)


def test_rows_that_do_not_show_the_side_need_it_declared() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")[5:-5]
    with pytest.raises(BadInput, match="declared: start"):
        curves(hdm(rows))
    (curve,), _ = curves(hdm(rows), Profile(stamp="end"))
    assert curve.start == datetime(2026, 10, 24, 4, tzinfo=PARIS)


def test_a_declared_side_that_the_rows_deny_is_remarked_on() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    _, report = curves(hdm(rows), Profile(stamp="end"))
    assert ("end", "start") in [note.args for note in report.notes]


def test_a_blank_unit_is_remarked_on_and_a_declared_one_is_used() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start", value="2,5")
    (curve,), report = curves(hdm(rows, unit=""), Profile(unit="kW"))
    assert (curve.unit, curve.values[0], curve.decimals) == ("kW", 2.5, 1)
    assert report.notes == {}
    (curve,), report = curves(hdm(rows, unit=""))
    assert curve.unit == "W"
    assert [note.args for note in report.notes] == [("W",)]


def test_a_single_row_without_a_step_is_refused() -> None:
    row = whole_days(date(2026, 10, 24), 1, 3600, "start")[:1]
    with pytest.raises(BadInput, match="Pas en minutes"):
        curves(hdm(row))
    (curve,), _ = curves(hdm(row, step="60"))
    assert curve.values == [1000]


def test_a_file_cut_in_the_middle_says_where_it_ends() -> None:
    data = hdm(whole_days(date(2026, 10, 24), 3, 3600, "start"))
    (curve,), report = curves(data[: len(data) - 700])
    assert len(curve.values) < 73
    assert report.refusals == 1
    assert any("Date de fin" in note.text for note in report.notes)


def test_reactive_energy_is_another_quantity() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    data = hdm(rows, unit="").replace(b"Energie active", b"Energie reactive inductive")
    (curve,), _ = curves(data)
    assert (curve.quantity, curve.unit) == ("reactive_inductive", "VAr")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"supply_point": "pce:99000000000017"}, "/supply_point"),
        ({"form": "peak"}, "/form"),
        ({"step": "P1D"}, "/step"),
        ({"quality": (QualityRun(n=2, quality="estimated"),)}, "/quality"),
    ],
)
def test_what_hdm_cannot_hold_is_not_written(change: dict[str, object], where: str) -> None:
    curve = MeterCurve(
        supply_point=f"prm:{PRM}",
        quantity="active_power",
        form="mean_power",
        direction="import",
        unit="W",
        start=datetime(2026, 10, 24, tzinfo=UTC),
        step="PT30M",
        values=[1, None],
        provenance="synthetic",
    ).model_copy(update=change)
    with pytest.raises(BadInput) as caught:
        hdm_curve.write([curve], io.BytesIO(), Profile())
    assert caught.value.where == where
