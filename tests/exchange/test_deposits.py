"""Files deposited as they are: stored, reported, and known again."""

import io
from pathlib import Path

import pytest

from synergie.errors import BadInput, KeyReused
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.once import Once
from synergie.exchange.readings.series import SeriesBook
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.series import SeriesRecord
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point

HDM = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
    "Grandeur metier;Etape metier;Unite;Pas en minutes\r\n"
    "99000000000017;Courbe de charge;01/06/2026;02/06/2026;Energie active;Consommation;"
    "Comptage Brut;W;30\r\n"
    "Horodate;Valeur\r\n"
)
LIGHTS = (
    "id;commune;armoire;puissance\r\nL1;54430;A1;70\r\nL2;54430;A1;250/85\r\nL3;54430;A2;100\r\n"
)


def curve_file(first: int = 100) -> bytes:
    """A day of half-hours of one delivery point, stamped at the start of each step."""
    rows = "".join(
        f"2026-06-01T{n // 2:02}:{n % 2 * 30:02}:00+02:00;{first + n}\r\n" for n in range(48)
    )
    return b"\xef\xbb\xbf" + (HDM + rows).encode()


def deposit(store: Store, who: Body, content: bytes, **more: object) -> DepositReport:
    """Deposit *content* as a file of *who*'s."""
    return Deposits(store).deposit(
        who.caller,
        io.BytesIO(content),
        name="f.csv",
        now=NOW,
        **more,  # type: ignore[arg-type]  # the keyword arguments of the use case
    )


def test_a_curve_file_declares_its_point_and_series_and_stores_its_readings(
    store: Store, owner: Body
) -> None:
    report = deposit(store, owner, curve_file())
    assert [one.kind for one in report.receipts] == ["supply_points", "series", "curve"]
    (point_,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    assert (point_.code, point_.personal_data) == ("99000000000017", "possible")
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    start, end = report.series[0].first, report.series[0].last
    extract = Curves(store).extract(owner.caller, series.id, start=start, end=end, now=NOW)  # type: ignore[arg-type]  # instants, for a curve
    assert extract.runs[0].values == list(range(100, 148))
    assert report.series[0].energy_kwh == pytest.approx(sum(range(100, 148)) / 2000)


def test_the_same_file_again_adds_nothing(store: Store, owner: Body) -> None:
    first = deposit(store, owner, curve_file())
    again = deposit(store, owner, curve_file())
    assert [one.replayed for one in again.receipts] == [True] * 3
    replayed = [one.model_copy(update={"replayed": True}) for one in first.receipts]
    assert again == first.model_copy(update={"receipts": tuple(replayed)})
    assert Changes(store).head(owner.caller, now=NOW) == first.receipts[-1].seq


def test_what_was_declared_of_a_point_is_left_as_it_is(store: Store, owner: Body) -> None:
    SupplyPoints(store).publish(owner.caller, [point(personal_data="none")], now=NOW)
    report = deposit(store, owner, curve_file())
    assert [one.kind for one in report.receipts] == ["series", "curve"]
    (kept,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    assert kept.personal_data == "none"


def test_an_inventory_gives_cabinets_and_light_points_and_keeps_texts(
    store: Store, owner: Body
) -> None:
    report = deposit(store, owner, LIGHTS.encode())
    assert sorted(one.kind for one in report.receipts) == ["cabinets", "light_points"]
    points = LightPoints(store).page(owner.caller, now=NOW).items
    assert {(one.external_id, one.power_w, one.power_text) for one in points} == {
        ("L1", 70, None),
        ("L2", None, "250/85"),
        ("L3", 100, None),
    }
    cabinets = Cabinets(store).page(owner.caller, now=NOW).items
    assert {one.external_id for one in cabinets} == {"A1", "A2"}


def test_a_dry_run_tells_and_writes_nothing(store: Store, owner: Body) -> None:
    report = deposit(store, owner, curve_file(), dry_run=True)
    assert (report.dry_run, report.receipts, report.records) == (True, (), 48)
    assert SupplyPoints(store).page(owner.caller, now=NOW).items == ()


def test_a_wrong_row_is_told_and_the_rest_is_stored(store: Store, owner: Body) -> None:
    content = curve_file().replace(b";110\r\n", b";NaN\r\n")
    report = deposit(store, owner, content)
    assert [(one.line, one.value) for one in report.refused] == [(14, "NaN")]
    assert report.receipts[-1].received == 48
    (series,) = report.series
    assert (series.readings, series.missing) == (47, 1)


@pytest.mark.parametrize(("field", "value"), [("unit", "kW"), ("decimals", 3)])
def test_the_unit_of_stored_readings_is_not_changed_under_them(
    store: Store, owner: Body, field: str, value: object
) -> None:
    deposit(store, owner, curve_file())
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    told = series.model_dump(include=set(SeriesRecord.model_fields)) | {field: value}
    with pytest.raises(BadInput, match=f"/items/0/{field}"):
        SeriesBook(store).publish(owner.caller, [SeriesRecord.model_validate(told)], now=NOW)


def test_the_zone_of_stored_readings_is_not_changed_under_them(store: Store, owner: Body) -> None:
    deposit(store, owner, curve_file())
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    record = SeriesRecord.model_validate(series.model_dump(include=set(SeriesRecord.model_fields)))
    moved = point(time_zone="Indian/Reunion")
    SupplyPoints(store).publish(owner.caller, [moved], now=NOW)
    again = record.model_copy(update={"provenance": "public"})
    with pytest.raises(BadInput, match="/items/0/time_zone"):
        SeriesBook(store).publish(owner.caller, [again], now=NOW)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 100, b"a;b\r\n1;2\r\n", b"%PDF-1.7"])
def test_a_file_of_another_kind_is_refused_whole(store: Store, owner: Body, content: bytes) -> None:
    with pytest.raises(BadInput):
        deposit(store, owner, content)


def test_a_key_gives_the_report_again_and_refuses_another_file(store: Store, owner: Body) -> None:
    once = Once("owner-app", "k", "POST /v1/deposits", "a" * 64)
    first = deposit(store, owner, curve_file(), once=once)
    assert deposit(store, owner, curve_file(), once=once) == first
    other = Once("owner-app", "k", "POST /v1/deposits", "b" * 64)
    with pytest.raises(KeyReused):
        deposit(store, owner, curve_file(7), once=other)


def test_a_correction_is_a_new_revision(store: Store, owner: Body) -> None:
    deposit(store, owner, curve_file(100))
    deposit(store, owner, curve_file(200))
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    report = deposit(store, owner, curve_file(100))
    assert report.receipts[-1].superseded_by is not None
    extract = Curves(store).extract(
        owner.caller,
        series.id,
        start=report.series[0].first,  # type: ignore[arg-type]  # an instant, for a curve
        end=report.series[0].last,  # type: ignore[arg-type]  # an instant, for a curve
        now=NOW,
    )
    assert extract.runs[0].values[0] == 200


def test_a_real_meter_file_is_stored_whole(store: Store, owner: Body, shared: Path) -> None:
    path = shared / "data/enedis-sge/HDM_C4_CDC_10min_2020-02_2022-02.csv"
    with path.open("rb") as source:
        report = Deposits(store).deposit(owner.caller, source, name=path.name, now=NOW)
    assert report.refused == ()
    assert report.series[0].energy_kwh == 226061.333
    curves = [one for one in report.receipts if one.kind == "curve"]
    assert sum(one.received for one in curves) == 105_120


def test_powers_far_above_what_is_subscribed_are_stored_as_suspect_and_told(
    store: Store, owner: Body
) -> None:
    SupplyPoints(store).publish(owner.caller, [point(subscribed_power_kva=0.08)], now=NOW)
    report = deposit(store, owner, curve_file())
    (found,) = (one for one in report.findings if one.code == "power-over-subscribed")
    assert (found.times, found.place) == (27, "prm:99000000000017")
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    start, end = report.series[0].first, report.series[0].last
    extract = Curves(store).extract(owner.caller, series.id, start=start, end=end, now=NOW)  # type: ignore[arg-type]  # instants, for a curve
    told = [(run.n, run.quality) for run in extract.runs[0].quality or ()]
    assert told == [(21, "measured"), (27, "suspect")]
    assert extract.runs[0].values == list(range(100, 148))
