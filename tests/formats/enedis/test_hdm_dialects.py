"""HDM curves as other exports write them: steps told, both senses of the end, codes, CRLF."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Sample, checks
from synergie.formats.enedis import hdm_curve
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis.test_hdm_curve import Side, curves, hdm, whole_days

PARIS = ZoneInfo("Europe/Paris")


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("day", "minutes", "n"),
    [(date(2026, 6, 10), 5, 288), (date(2026, 3, 29), 5, 276), (date(2026, 10, 25), 5, 300),
     (date(2026, 10, 25), 15, 100), (date(2026, 3, 29), 60, 23)],
)  # fmt: skip
@pytest.mark.parametrize("told", ["", "filled"])
@pytest.mark.parametrize("side", ["start", "end"])
def test_a_day_of_each_step_is_full(day: date, minutes: int, n: int, told: str, side: Side) -> None:
    rows = whole_days(day, 1, minutes * 60, side)
    after = day.replace(day=day.day + 1)
    data = hdm(rows, first=f"{day:%d/%m/%Y}", end=f"{after:%d/%m/%Y}",
               step=str(minutes) if told else "")  # fmt: skip
    (curve,), report = curves(data)
    assert (curve.start, curve.step_s, len(curve.values)) == (midnight(day), minutes * 60, n)
    assert (report.kept, report.gaps, report.notes) == (n, [], {})


def test_a_c5_day_stamps_the_end_of_48_steps() -> None:
    day = date(2026, 6, 10)
    rows = whole_days(day, 1, 1800, "end")
    assert rows[0].startswith("2026-06-10T00:30:00+02:00")
    assert rows[-1].startswith("2026-06-11T00:00:00+02:00")
    (curve,), _ = curves(hdm(rows, first="10/06/2026", end="11/06/2026"))
    assert (curve.start, len(curve.values)) == (midnight(day), 48)


@pytest.mark.parametrize("side", ["start", "end"])
def test_the_last_day_may_be_written_instead_of_the_one_after(side: Side) -> None:
    rows = whole_days(date(2026, 10, 24), 3, 1800, side)
    (curve,), report = curves(hdm(rows, first="24/10/2026", end="26/10/2026"))
    assert (curve.start, len(curve.values)) == (midnight(date(2026, 10, 24)), 146)
    assert report.notes == {}


def test_a_step_that_becomes_finer_in_the_middle_of_a_day_gives_two_runs() -> None:
    rows = whole_days(date(2023, 12, 30), 1, 1800, "start")[:16]
    rows += whole_days(date(2023, 12, 30), 1, 900, "start")[32:]
    found, report = curves(hdm(rows, first="30/12/2023", end="31/12/2023"))
    assert [(curve.step, len(curve.values)) for curve in found] == [("PT30M", 16), ("PT15M", 64)]
    assert (report.kept, report.gaps) == (80, [])


def test_a_told_step_that_the_rows_deny_refuses_the_rows_between() -> None:
    rows = whole_days(date(2026, 6, 10), 1, 600, "start")
    _, report = curves(hdm(rows, first="10/06/2026", end="11/06/2026", step="30"))
    assert (report.kept, report.refusals) == (48, 96)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_may_end_in_any_way(end: str, *, last: bool) -> None:
    rows = whole_days(date(2026, 10, 24), 3, 600, "start")
    text = hdm(rows).decode().replace("\n", end)
    (curve,), report = curves((text if last else text.rstrip()).encode())
    assert (len(curve.values), report.kept) == (438, 438)


@pytest.mark.parametrize(
    ("physical", "unit", "quantity", "read_as"),
    [
        ("EA", "W", "active_power", "W"),
        ("PA", "kW", "active_power", "kW"),
        ("Puissance active", "", "active_power", "W"),
        ("ERI", "", "reactive_inductive", "VAr"),
        ("ERC", "kVAr", "reactive_capacitive", "kVAr"),
        ("Energie réactive inductive", "VAr", "reactive_inductive", "VAr"),
    ],
)
def test_quantities_may_be_codes_or_labels(
    physical: str, unit: str, quantity: str, read_as: str
) -> None:
    rows = whole_days(date(2026, 10, 24), 3, 600, "start")
    data = hdm(rows, unit=unit).decode().replace("Energie active", physical).encode()
    (curve,), _ = curves(data)
    assert (curve.quantity, curve.unit, len(curve.values)) == (quantity, read_as, 438)


@pytest.mark.parametrize(
    ("way", "direction"), [("CONS", "import"), ("Injection", "export"), ("PROD", "export")]
)
def test_directions_may_be_codes_or_labels(way: str, direction: str) -> None:
    rows = whole_days(date(2026, 10, 24), 3, 3600, "start")
    assert curves(hdm(rows, way=way))[0][0].direction == direction


def test_several_points_stand_in_one_file() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 600, "start")
    blocks = [hdm(rows, prm=f"990000000000{n:02}").removeprefix(b"\xef\xbb\xbf") for n in range(9)]
    found, report = curves(b"".join(blocks))
    assert [curve.supply_point for curve in found] == [f"prm:990000000000{n:02}" for n in range(9)]
    assert (report.kept, {len(curve.values) for curve in found}) == (9 * 438, {438})


def test_a_corrected_curve_is_told_as_such() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 600, "start")
    rows[1] = rows[1][:26]
    (curve,), _ = curves(hdm(rows).replace(b"Comptage Brut", b"Comptage Corrig\xc3\xa9"))
    assert curve.quality is not None
    assert [(run.n, run.quality) for run in curve.quality] == [
        (1, "corrected"), (1, "missing"), (436, "corrected")
    ]  # fmt: skip


def test_refusals_have_the_codes_of_their_checks() -> None:
    rows = whole_days(date(2026, 10, 24), 3, 1800, "start")
    _, report = curves(hdm([*rows, rows[4].replace("1000", "7")]))
    assert [r.fault.check for r in report.refused] == [checks.CONFLICTING_DUPLICATE.code]
    naive = [row[:19] + row[25:] for row in rows]
    at = next(i for i, row in enumerate(naive) if row.startswith("2026-10-25T02:30"))
    _, report = curves(hdm(naive[:at] + naive[at + 1 :]))
    assert [r.fault.check for r in report.refused] == [checks.LABEL_AMBIGUOUS.code]
    bad = ("99000000000017", "9900000000001", checks.BAD_IDENTIFIER.code)
    unsaid = ("24/10/2026", "01/01/2026", checks.STAMP_SIDE_UNKNOWN.code)
    for old, new, code in (bad, unsaid):
        with pytest.raises(BadInput) as caught:
            curves(hdm(rows, end="01/01/2027").replace(old.encode(), new.encode()))
        assert caught.value.check == code


@pytest.mark.parametrize("when", ["9999-12-31T23:30:00+01:00", "0001-01-01T00:00:00+00:00"])
def test_a_time_of_another_age_is_refused(when: str) -> None:
    rows = whole_days(date(2026, 10, 24), 3, 1800, "start")
    _, report = curves(hdm([*rows, f"{when};5"]), Profile(stamp="start"))
    assert [r.column for r in report.refused] == ["Horodate"]
    with pytest.raises(BadInput, match="Date de fin"):
        curves(hdm(rows, end="31/12/9999"))


def test_a_head_with_accents_in_windows_1252_is_known_as_hdm() -> None:
    rows = whole_days(date(2026, 5, 1), 1, 1800, "end")
    text = hdm(rows, first="01/05/2026", end="02/05/2026").decode("utf-8-sig")
    text = text.replace("Type de donnees", "Type de données").replace("debut", "début")
    data = text.encode("cp1252")
    assert hdm_curve.sniff(Sample("", data)) == 1.0
    with formats.read(data) as found:
        (curve,) = list(found.records)
    assert isinstance(curve, MeterCurve)
    assert len(curve.values) == 48
