"""The report of a file: public keys, exact sums, days counted by the clock changes."""

import io
import zipfile
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.formats._tally import convert_to_kwh
from synergie.formats.check import check
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.profile import Profile

PARIS = ZoneInfo("Europe/Paris")
NAMES = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite;Pas en minutes"
)


def hdm(rows: list[str], first: date, end: date, unit: str = "W") -> bytes:
    days = f"{first:%d/%m/%Y};{end:%d/%m/%Y}"
    head = (
        f"99000000000017;Courbe de charge;{days};Energie active;Consommation;Comptage Brut;{unit};"
    )
    return "\n".join([NAMES, head, "Horodate;Valeur", *rows, ""]).encode()


def rows(first: date, days: int, step_s: int, values: str = "1000") -> list[str]:
    last = first + timedelta(days=days)
    span = [datetime(day.year, day.month, day.day, tzinfo=PARIS) for day in (first, last)]
    stamps = range(int(span[0].timestamp()), int(span[1].timestamp()), step_s)
    return [f"{datetime.fromtimestamp(s, PARIS).isoformat()};{values}" for s in stamps]


OCTOBER = date(2026, 10, 24)


def test_the_keys_are_those_that_are_promised() -> None:
    data = hdm(rows(OCTOBER, 3, 1800), OCTOBER, OCTOBER + timedelta(days=3))
    report = check(data).model_dump()
    assert list(report) == [
        "format", "records", "duplicates", "totals", "blanks", "rejected", "refused", "series",
        "assets", "kinds", "findings", "warnings",
    ]  # fmt: skip
    assert list(report["series"][0]) == [
        "id", "quantity", "unit", "steps", "first", "last", "readings", "energy_kwh", "missing",
        "civil_days_off", "direction", "by_year", "stored_by_year",
    ]  # fmt: skip


def test_a_refused_line_has_its_keys() -> None:
    bad = [*rows(OCTOBER, 3, 1800), "x" * 100 + ";1"]
    report = check(hdm(bad, OCTOBER, OCTOBER + timedelta(days=3))).model_dump()
    (refused,) = report["refused"]
    assert list(refused) == ["line", "column", "value", "reason", "code"]
    assert (refused["line"], refused["column"], refused["value"]) == (150, "Horodate", "x" * 80)


def test_days_of_46_and_50_half_hours_are_right_and_absent_rows_are_not() -> None:
    whole = rows(OCTOBER, 3, 1800)
    end = OCTOBER + timedelta(days=3)
    (series,) = check(hdm(whole, OCTOBER, end)).series
    assert (series.readings, series.missing, series.civil_days_off) == (146, 0, 0)
    assert series.energy_kwh == 73
    (series,) = check(hdm(whole[:60] + whole[61:], OCTOBER, end)).series
    assert (series.readings, series.missing, series.civil_days_off) == (145, 1, 1)
    spring = date(2026, 3, 28)
    (series,) = check(hdm(rows(spring, 3, 600), spring, spring + timedelta(days=3))).series
    assert (series.readings, series.civil_days_off) == (144 + 138 + 144, 0)


def test_a_blank_row_is_missing_but_its_day_is_whole() -> None:
    whole = rows(OCTOBER, 3, 3600)
    whole[5] = whole[5].replace("1000", "")
    (series,) = check(hdm(whole, OCTOBER, OCTOBER + timedelta(days=3))).series
    assert (series.readings, series.missing, series.civil_days_off) == (72, 1, 0)
    assert series.energy_kwh == 72


def test_a_long_hole_counts_as_missing_and_its_days_as_off() -> None:
    first, after, end = date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 3)
    data = hdm(rows(first, 2, 3600) + rows(after, 2, 3600), first, end)
    (series,) = check(data).series
    assert (series.readings, series.missing, series.civil_days_off) == (96, 57 * 24, 57)
    assert [(run.step, run.n) for run in series.steps] == [("PT1H", 96)]


def test_a_step_change_is_two_stretches() -> None:
    data = hdm(
        rows(OCTOBER, 1, 3600) + rows(OCTOBER + timedelta(days=1), 2, 1800),
        OCTOBER,
        OCTOBER + timedelta(days=3),
    )
    (series,) = check(data).series
    assert [(run.step, run.n) for run in series.steps] == [("PT1H", 24), ("PT30M", 98)]
    assert (series.energy_kwh, series.civil_days_off) == (73, 0)


def test_kilowatts_are_summed_exactly() -> None:
    data = hdm(rows(OCTOBER, 3, 3600, "0,1"), OCTOBER, OCTOBER + timedelta(days=3), unit="kW")
    (series,) = check(data).series
    assert (series.unit, series.energy_kwh) == ("kW", 7.3)


def test_reactive_power_is_no_energy() -> None:
    data = hdm(rows(OCTOBER, 3, 3600), OCTOBER, OCTOBER + timedelta(days=3), unit="VAr")
    data = data.replace(b"Energie active", b"Energie reactive inductive")
    (series,) = check(data).series
    assert series.energy_kwh is None


@given(st.integers(0, 10**15), st.sampled_from([300, 600, 900, 1800, 3600]))
def test_kilowatt_hours_are_rounded_half_up_by_whole_numbers(watts: int, step_s: int) -> None:
    thousandths, rest = divmod(watts * step_s * 1000, 3_600_000)
    expected = thousandths + (2 * rest >= 3_600_000)
    assert convert_to_kwh(Fraction(watts * step_s)) == expected / 1000


def test_an_inventory_is_summed_up() -> None:
    data = (
        b"id,lamp_type,wattage,armoire,longitude,latitude\n"
        b"1,LED,30,A1,6.1,48.7\n2,LED,286(LED),A1,6.1,48.7\n3,HPS,250/85,,6.1,48.7\n4,,,A2,,\n"
    )
    report = check(data)
    assets = report.assets
    assert (report.format, report.records) == ("lighting-csv", 4)
    assert (assets.light_points, assets.cabinets) == (4, 2)
    assert (assets.without_cabinet, assets.without_location) == (1, 1)
    assert assets.sources == {"LED": 2, "SHP": 1, "unknown": 1}
    assert assets.power.model_dump() == {
        "numbers": 1, "numbers_w": 30, "texts": 2, "texts_w": 286, "unknown": 1
    }  # fmt: skip


def test_months_are_one_series_a_point() -> None:
    data = (
        b"Region,Departement,Ville,CP,BatimentOuRue,Date,Consommation,Cout,Emission\n"
        b"R,D,V,0,RUE A,2017-11-01,1.0004,1,1\nR,D,V,0,RUE A,2018-01-01,2.0001,1,1\n"
        b"R,D,V,0,RUE B,2018-01-01,,1,1\n"
    )
    first, second = check(data).series
    assert (first.id, first.energy_kwh, first.readings, first.missing) == ("RUE A", 3.001, 2, 1)
    assert (first.first, first.last) == (date(2017, 11, 1), date(2018, 2, 1))
    assert (second.energy_kwh, second.readings, second.missing) == (0, 0, 1)


def test_reasons_and_warnings_are_told_in_the_readers_language() -> None:
    bad = [*rows(OCTOBER, 3, 1800), "x;1"]
    data = hdm(bad, OCTOBER, OCTOBER + timedelta(days=3), unit="")
    french = {
        "a time as 2026-11-25T00:30:00+01:00": "une heure avec son décalage",
        "the unit is blank: read as {}, the unit of HDM curves": "unité vide : lue en {}",
    }
    report = check(data, tell=lambda text: french[text])
    assert report.refused[0].reason == "une heure avec son décalage"
    assert report.warnings == ("unité vide : lue en W",)


def test_a_profile_is_passed_on() -> None:
    part = rows(OCTOBER, 3, 1800)[3:9]
    data = hdm(part, OCTOBER, OCTOBER + timedelta(days=3))
    (series,) = check(data, profile=Profile(stamp="start")).series
    assert (series.readings, series.civil_days_off) == (6, 1)


def test_a_file_that_holds_nothing_says_so_and_one_that_holds_something_does_not() -> None:
    flow = b"<R50><PRM><Id_PRM>99000000000017</Id_PRM>%s</PRM></R50>"
    day = (
        b"<Donnees_Releve><PDC><H>2026-05-01T00:30:00+02:00</H><V>1</V></PDC>"
        b"<PDC><H>2026-05-01T01:00:00+02:00</H><V>1</V></PDC></Donnees_Releve>"
    )
    (told,) = check(flow % b"").warnings
    assert "holds no record" in told
    assert not any("holds no record" in text for text in check(flow % day).warnings)


def flow(value: int) -> bytes:
    stamps = ("00:30", "01:00", "01:30")
    points = "".join(f"<PDC><H>2026-05-01T{at}:00+02:00</H><V>{value}</V></PDC>" for at in stamps)
    return (
        "<R50><En_Tete_Flux><Pas_Publication>30</Pas_Publication></En_Tete_Flux><PRM>"
        f"<Id_PRM>99000000000017</Id_PRM><Donnees_Releve>{points}</Donnees_Releve></PRM></R50>"
    ).encode()


def packed(*files: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for i, data in enumerate(files):
            archive.writestr(f"{i}.xml", data)
    return sink.getvalue()


def test_the_same_day_twice_in_an_archive_is_counted_once_and_said() -> None:
    report = check(packed(flow(1000), flow(1000)))
    (series,) = report.series
    assert (series.readings, series.energy_kwh) == (3, 1.5)
    assert {(one.code, one.times) for one in report.findings} >= {("exact-duplicate", 3)}


def test_another_value_for_the_same_day_is_said_and_not_added() -> None:
    report = check(packed(flow(1000), flow(7)))
    (series,) = report.series
    assert (series.readings, series.energy_kwh) == (3, 1.5)
    (found,) = (one for one in report.findings if one.code == "told-twice")
    assert (found.severity, found.times) == ("warning", 3)
    assert "prm:99000000000017" in found.text
    assert "2026-04-30T22:00:00+00:00" in found.text


@pytest.mark.parametrize(
    "form", ["light-points-csv", "light-points-csv-fr", "lighting-geojson", "workbook"]
)
def test_exchanged_axes_stop_in_every_form_of_lights(form: str) -> None:
    def blocks(longitude: float, latitude: float) -> list[str]:
        place = Location(longitude=longitude, latitude=latitude)
        light = LightPointRecord(external_id="PL-1", location=place, provenance="synthetic")
        sink = io.BytesIO()
        formats.write([light], sink, format=form)
        return [one.code for one in check(sink.getvalue()).blocks]

    assert blocks(6.13, 48.77) == []
    assert blocks(48.77, 6.13) == ["places-exchanged"]
    assert blocks(45.16, -12.78) == []  # Mayotte
