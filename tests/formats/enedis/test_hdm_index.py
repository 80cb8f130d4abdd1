"""HDM indexes: the printed civil date counts, the calendars name the dials, peaks are VA."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, Report, checks
from synergie.formats.enedis import hdm_curve, hdm_index
from synergie.formats.format import Sample
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.enedis.r6x import PARIS, PRM
from tests.formats.enedis.test_hdm_curve import hdm, whole_days

NAMES = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite"
)
DIALS = [*(f"EAS F{n}" for n in range(1, 11)), *(f"EAS D{n}" for n in range(1, 5)), "EAS T"]
OWN = "".join(f";Identifiant classe temporelle {n};Libelle classe temporelle {n};"
              f"Cadran classe temporelle {n}" for n in range(1, 11))  # fmt: skip
CALENDARS = (
    "Periode;Identifiant calendrier fournisseur;Libelle calendrier fournisseur"
    + OWN
    + ";Identifiant calendrier distributeur;Libelle calendrier distributeur"
    + "".join(f";Identifiant classe temporelle distributeur {n};x;x" for n in range(1, 5))
)


def stamp(day: date) -> str:
    """As Enedis prints it: midnight in summer, 23:00 of the same date in winter."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    winter = midnight.utcoffset() == timedelta(hours=1)
    return f"{day}T23:00:00+01:00" if winter else f"{day}T00:00:00+02:00"


def row(when: str, f: int = 10, d: int = 20) -> str:
    values = [str(f), str(f + 1), *[""] * 8, str(d), str(d + 1), "", "", str(2 * d + 1)]
    return f"{when};Arrêté quotidien;{';'.join(values)}"


def calendar(period: str, own: str = "FC000049", grid: str = "DI000002") -> str:
    named = own != "INCONNU"
    mine = ["HC", "HP"] + [""] * 8 if named else [""] * 10
    theirs = ["HC", "HP", "", ""] if named else [""] * 4
    parts = [period, own, "x"]
    for n, name in enumerate(mine, 1):
        parts += [name, "x", f"EAS F{n}"]
    parts += [grid, "Avec différenciation"]
    for n, name in enumerate(theirs, 1):
        parts += [name, "x", f"EAS D{n}"]
    return ";".join(parts)


ALWAYS = calendar("Du 2019-01-01T23:00:00+01:00 au")


def index(rows: list[str], calendars: list[str] | None = None, unit: str = "Wh") -> str:
    head = f"{PRM};Index;01/06/2026;30/06/2026;Energie active;Consommation;Comptage Brut;{unit}"
    some = [ALWAYS] if calendars is None else calendars
    labels = ";".join(["Horodate", "Type de releve", *DIALS])
    table = [CALENDARS, *some] if some else []
    return "\r\n".join([NAMES, head, "", labels, *rows, "", *table, ""])


def peak(rows: list[str], unit: str = "W") -> str:
    head = (
        f"{PRM};Puissance maximale quotidienne;01/06/2026;30/06/2026;Puissance maximale atteinte;"
        f"Consommation;Comptage Brut;{unit}"
    )
    return "\r\n".join([NAMES, head, "Horodate;Valeur", *rows, ""])


def read(text: str) -> tuple[list[Record], Report]:
    records, report = hdm_index.read(io.BytesIO(text.encode("utf-8-sig")), Profile())
    return list(records), report


def indexes(text: str) -> tuple[list[RegisterReading], Report]:
    records, report = read(text)
    return [one for one in records if isinstance(one, RegisterReading)], report


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


def test_each_dial_is_an_index_of_its_class_and_grid() -> None:
    found, report = indexes(index([row("2026-06-01T00:00:00+02:00")]))
    assert [
        (r.grid, r.calendar, r.register_class, r.register_rank, int(r.value)) for r in found
    ] == [
        ("supplier", "FC000049", "HC", "EAS F1", 10),
        ("supplier", "FC000049", "HP", "EAS F2", 11),
        ("distributor", "DI000002", "HC", "EAS D1", 20),
        ("distributor", "DI000002", "HP", "EAS D2", 21),
        (None, None, None, "EAS T", 41),
    ]
    assert {(r.unit, r.instant, r.direction) for r in found} == {
        ("Wh", midnight(date(2026, 6, 1)), "import")
    }
    assert (report.kept, report.refusals, report.findings) == (1, 0, {})


@pytest.mark.parametrize(
    "when",
    ["2026-01-15T23:00:00+01:00", "2026-01-15T00:00:00+01:00", "2026-07-15T00:00:00+02:00",
     "2026-07-15T01:00:00+02:00", "2026-07-15T23:00:00+02:00", "2026-01-15 00:00:00"],
)  # fmt: skip
def test_the_printed_civil_date_counts_and_never_the_hour(when: str) -> None:
    found, _ = indexes(index([row(when)]))
    assert {r.instant for r in found} == {midnight(date.fromisoformat(when[:10]))}


def test_the_day_of_october_that_comes_twice_is_taken_once() -> None:
    summer = [row(f"2026-10-{day}T00:00:00+02:00", d=d) for day, d in ((24, 20), (25, 30))]
    winter = [row(f"2026-10-{day}T23:00:00+01:00", d=d) for day, d in ((25, 40), (26, 50))]
    rows = summer + winter
    found, report = indexes(index(rows))
    totals = {r.instant: int(r.value) for r in found if r.grid is None}
    days = [date(2026, 10, day) for day in (24, 25, 26)]
    assert totals == dict(zip(map(midnight, days), (41, 61, 101), strict=True))
    (refused,) = report.refused
    assert (refused.line, refused.column) == (7, "Horodate")
    assert refused.fault.check == checks.CONFLICTING_DUPLICATE.code
    assert report.kept == 3


def test_the_day_of_march_may_be_missing() -> None:
    rows = [row(stamp(date(2026, 3, day))) for day in (27, 28, 30)]
    found, report = indexes(index(rows))
    assert len({r.instant for r in found}) == 3
    assert (report.kept, report.refusals) == (3, 0)


def test_a_calendar_holds_from_its_date_to_the_next_one() -> None:
    calendars = [
        calendar(
            "Du 2026-06-01T00:00:00+02:00 au 2026-06-02T00:00:00+02:00", "FC000001", "DI000001"
        ),
        calendar("Du 2026-06-02T00:00:00+02:00 au 2026-06-03T00:00:00+02:00", "INCONNU", "INCONNU"),
        calendar("Du 2026-06-03T00:00:00+02:00 au"),
    ]
    rows = [row(f"2026-06-0{day}T00:00:00+02:00") for day in (1, 2, 3, 4)]
    found, _ = indexes(index(rows, calendars))
    told = {(r.instant.astimezone(PARIS).day, r.calendar, r.register_class) for r in found
            if r.register_rank == "EAS D1"}  # fmt: skip
    assert told == {
        (1, "DI000001", "HC"), (2, None, "D1"), (3, "DI000002", "HC"), (4, "DI000002", "HC")
    }  # fmt: skip


def test_a_dial_that_its_calendar_does_not_use_is_no_index() -> None:
    full = row("2026-06-01T00:00:00+02:00").split(";")
    full[2 + 4], full[2 + 12] = "999", "999"
    found, _ = indexes(index([";".join(full)]))
    assert [r.register_rank for r in found] == ["EAS F1", "EAS F2", "EAS D1", "EAS D2", "EAS T"]


def test_without_calendars_a_dial_is_its_own_class() -> None:
    found, _ = indexes(index([row("2026-06-01T00:00:00+02:00")], []))
    assert [(r.calendar, r.register_class) for r in found][:3] == [
        (None, "F1"), (None, "F2"), (None, "D1")
    ]  # fmt: skip


def test_a_row_without_any_index_is_kept_and_gives_nothing() -> None:
    found, report = indexes(index([f"2026-06-01T00:00:00+02:00;Arrêté quotidien{';' * 15}"], []))
    assert (found, report.kept, report.refusals) == ([], 1, 0)


def test_an_index_that_goes_down_and_classes_that_do_not_add_up_are_told() -> None:
    rows = [row("2026-06-01T00:00:00+02:00", d=20), row("2026-06-02T00:00:00+02:00", d=19)]
    rows[1] = rows[1][: rows[1].rindex(";")] + ";50"
    _, report = indexes(index(rows))
    assert set(report.findings) == {checks.REGISTER_DECREASING.code, checks.CLASS_SUM.code}


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (row("2026-06-31T00:00:00+02:00"), "Horodate"),
        (row("hier"), "Horodate"),
        (row("2026-06-02T00:00:00+02:00").replace(";10;", ";dix;"), "EAS F1"),
        (row("2026-06-02T00:00:00+02:00").replace(";10;", ";-10;"), "EAS F1"),
        (row("2026-06-02T00:00:00+02:00") + ";", None),
    ],
)
def test_a_bad_row_is_refused_with_its_line(bad: str, column: str | None) -> None:
    found, report = indexes(index([row("2026-06-01T00:00:00+02:00"), bad]))
    (refused,) = report.refused
    assert (refused.line, refused.column) == (6, column)
    assert (len(found), report.kept) == (5, 1)


def test_a_blank_unit_is_remarked_on_and_another_refused() -> None:
    found, report = indexes(index([row("2026-06-01T00:00:00+02:00")], unit=""))
    assert {r.unit for r in found} == {"Wh"}
    assert [note.args for note in report.notes] == [("Wh",)]
    _, report = indexes(index([row("2026-06-01T00:00:00+02:00")], unit="m3"))
    assert [r.fault.check for r in report.refused] == [checks.UNIT_UNKNOWN.code]
    found, _ = indexes(index([row("2026-06-01T00:00:00+02:00")], unit="kWh"))
    assert (found[0].unit, found[0].value) == ("kWh", Decimal(10))


def test_the_highest_power_of_each_day_is_in_volt_amperes() -> None:
    rows = ["2026-06-01T15:17:24+02:00;3695", "2026-06-02T01:34:50+02:00;65535",
            "2026-06-03T00:00:00+02:00;", "2026-06-04T08:00:00+02:00;mille"]  # fmt: skip
    (curve,), report = read(peak(rows))
    assert isinstance(curve, MeterCurve)
    assert (curve.quantity, curve.form, curve.unit, curve.step) == (
        "apparent_power_max", "peak", "VA", "P1D"
    )  # fmt: skip
    assert (curve.start, curve.values) == (midnight(date(2026, 6, 1)), [3695, None, None])
    assert (report.kept, [r.line for r in report.refused]) == (3, [7])
    assert [note.args for note in report.notes] == [("W",)]
    assert report.findings[checks.SENTINEL.code].times == 1
    assert read(peak(rows, "VA"))[1].notes == {}


def test_indexes_powers_and_curves_may_stand_in_one_file() -> None:
    curve = hdm(whole_days(date(2026, 6, 1), 1, 3600, "start")).decode("utf-8-sig")
    text = index([row("2026-06-01T00:00:00+02:00")]) + peak(["2026-06-01T15:17:24+02:00;9"], "VA")
    records, report = read(text + curve)
    assert [type(one).__name__ for one in records] == ["RegisterReading"] * 5 + ["MeterCurve"]
    assert [note.args for note in report.notes] == [("Courbe de charge",)]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (PRM, "9900000000001", "/Identifiant PRM"),
        ("Consommation", "Autre", "/Grandeur metier"),
        ("Horodate", "Jour", "line 4"),
        ("Date de fin", "Fin", "line 1"),
        ("Du 2019", "De 2019", "/Periode"),
    ],
)
def test_a_bad_head_refuses_the_file_with_its_place(old: str, new: str, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(index([row("2026-06-01T00:00:00+02:00")]).replace(old, new))
    assert where in caught.value.where


def test_indexes_are_told_from_curves() -> None:
    text = index([row("2026-06-01T00:00:00+02:00")]).encode("utf-8-sig")
    curve = hdm(whole_days(date(2026, 6, 1), 1, 3600, "start"))
    for data, mine, theirs in ((text, 1.0, 0.6), (peak([]).encode(), 1.0, 0.6), (curve, 0.0, 1.0)):
        sample = Sample("x.csv", data)
        assert (hdm_index.sniff(sample), hdm_curve.sniff(sample)) == (mine, theirs)
    assert hdm_index.sniff(Sample("x", b"")) == 0.0
