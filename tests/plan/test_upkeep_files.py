"""Files an agent has become records with owners; what cannot be used is told with its row."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.templates.catalogue import TEMPLATES
from synergie.formats.templates.engine import write_csv
from synergie.maintenance.plan.upkeep import read, read_roads
from synergie.maintenance.plan.upkeep.book import Placed, crew_book
from synergie.maintenance.plan.upkeep.roads import build_road_matrix
from synergie.maintenance.records.rounds import RoundPlace
from synergie.schemas.assets.lighting_network import SupportRecord
from synergie.schemas.readings.profile import Profile
from tests.plan.upkeep_cases import (
    CITY,
    NORTH,
    OTHER,
    at,
    cabinet,
    crew,
    depot,
    order,
    points,
    row,
    write,
)


def crews_file(folder: Path, *more: object) -> Path:
    rows = [row("depot", depot()), row("crew", crew()), *more]
    return write(folder / "equipes.csv", rows, "crews")  # type: ignore[arg-type]


def test_files_of_any_kind_are_recognised_and_the_only_owner_of_the_book_is_theirs(
    tmp_path: Path,
) -> None:
    crews = crews_file(tmp_path)
    boxes = write(tmp_path / "armoires.csv", [cabinet("A-1")], "cabinets")
    lamps = write(tmp_path / "points.csv", points("A-1", 3), "light-points")
    tickets = write(tmp_path / "tickets.csv", [order("T-1", asset="A-1")], "work-orders")
    given = read([lamps, tickets, boxes, crews])
    found = (*given.cabinets, *given.light_points, *given.work_orders)
    assert {one.organisation for one in found} == {CITY}
    assert (len(given.cabinets), len(given.light_points), len(given.work_orders)) == (1, 3, 1)
    assert given.cabinets[0].where == "armoires.csv, line 2"
    assert [one.id for one in given.book().book.crews] == ["nacelle-1"]


def test_the_owner_of_a_file_is_told_or_asked_for(tmp_path: Path) -> None:
    boxes = write(tmp_path / "armoires.csv", [cabinet("A-1")], "cabinets")
    with pytest.raises(BadInput, match="--owner"):
        read([boxes])
    (one,) = read([boxes], owners={boxes: OTHER}).cabinets
    assert one.organisation == OTHER
    (one,) = read([boxes], owner=CITY).cabinets
    assert one.organisation == CITY


def test_tickets_of_several_bodies_go_to_the_owner_of_their_asset(tmp_path: Path) -> None:
    one = write(tmp_path / "un.csv", [cabinet("A-1"), cabinet("A-3")], "cabinets")
    two = write(tmp_path / "deux.csv", [cabinet("A-2"), cabinet("A-3")], "cabinets")
    orders = [order(f"T-{i}", asset=f"A-{i}") for i in (1, 2, 3, 4)]
    tickets = write(tmp_path / "tickets.csv", orders, "work-orders")
    given = read([tickets, one, two], owners={one: CITY, two: OTHER})
    assert [(o.record.external_id, o.organisation) for o in given.work_orders] == [
        ("T-1", CITY), ("T-2", OTHER),
    ]  # fmt: skip
    told = {aside.where: aside.found for aside in given.set_aside}
    assert told == {
        "tickets.csv, line 4, T-3": f"A-3: {CITY}, {OTHER}",
        "tickets.csv, line 5, T-4": "A-4: –",
    }


def test_a_row_may_tell_its_own_owner(tmp_path: Path) -> None:
    path = tmp_path / "foyers.csv"
    path.write_text(
        "id_foyer;armoire;type_lampe;puissance;latitude;longitude;organisation;code_insee;commune\n"
        "F-1;A-1;SHP;100;48,77;6,12;commune-un;54430;Pompey\n"
        "F-2;A-1;LED;40;48,77;6,12;;54430;Pompey\n",
        encoding="utf-8",
    )
    given = read([path], owner=CITY)
    assert [one.organisation for one in given.light_points] == ["commune-un", CITY]
    assert given.communes == {"54430": "Pompey"}


def test_a_file_without_communes_takes_the_one_that_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "armoires.csv", [cabinet("A-1", insee_code=None)], "cabinets")
    assert read([path], owner=CITY).cabinets[0].record.insee_code is None
    assert read([path], owner=CITY, communes={path: NORTH}).cabinets[0].record.insee_code == NORTH


def test_light_points_without_any_cabinet_are_visited_by_sectors(tmp_path: Path) -> None:
    lamps = [one.model_copy(update={"cabinet": None}) for one in points("A", 30)]
    path = write(tmp_path / "points.csv", lamps, "light-points")
    given = read([path], owner=CITY)
    names = {one.record.external_id for one in given.cabinets}
    assert names == {one.record.cabinet for one in given.light_points}
    assert 5 <= len(names) <= 10, "three kilometres in squares of 400 m"
    assert any("sectors" in note.text for note in given.notes)


def test_a_wrong_row_is_set_aside_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "armoires.csv", [cabinet("A-1"), cabinet("A-2")], "cabinets")
    text = path.read_text(encoding="utf-8-sig").replace("A-2;", ";")
    path.write_text(text, encoding="utf-8")
    given = read([path], owner=CITY)
    assert [one.record.external_id for one in given.cabinets] == ["A-1"]
    (aside,) = given.set_aside
    assert aside.where.startswith("armoires.csv, line 3")


def test_a_ticket_that_stands_twice_is_told_once(tmp_path: Path) -> None:
    twice = [order("T-1", asset="A-1"), order("T-1", asset="A-1")]
    path = write(tmp_path / "tickets.csv", twice, "work-orders")
    given = read([path], owner=CITY)
    assert len(given.work_orders) == 1
    assert [one.found for one in given.set_aside] == ["1 ×"]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lettre.txt"
    path.write_text("Bonjour,\nvoici nos armoires.\n", encoding="utf-8")
    with pytest.raises(BadInput, match="known format"):
        read([path], owner=CITY)


def test_no_crew_book_is_said_with_the_command_that_writes_one(tmp_path: Path) -> None:
    path = write(tmp_path / "armoires.csv", [cabinet("A-1")], "cabinets")
    with pytest.raises(BadInput, match="synergie template crews"):
        read([path], owner=CITY).book()


ASSETS = [at(0), at(2)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("depot", depot(location=at(0, -800)))], "within 30 km"),
        (
            [row("depot", depot(location={"longitude": 48.772, "latitude": 6.126}))],
            "exchanged",
        ),
    ],
    ids=["in the sea", "swapped"],
)
def test_a_depot_that_cannot_be_is_set_aside_with_its_crews(rows: list[Any], words: str) -> None:
    placed = [Placed(one, f"equipes.csv, line {i}") for i, one in enumerate(rows, start=2)]
    placed += [
        Placed(row("depot", depot("depot-2")), "equipes.csv, line 8"),
        Placed(row("crew", crew("a")), "equipes.csv, line 9"),
        Placed(row("crew", crew("b", depot="depot-2")), "equipes.csv, line 10"),
    ]
    found = crew_book(placed, ASSETS)
    assert [one.id for one in found.book.crews] == ["b"]
    told = {one.where: one.expected for one in found.set_aside}
    assert words in told["equipes.csv, line 2"]
    assert "its crews" in told["equipes.csv, line 9"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (crew("x", depot="nulle-part"), "sheet Dépôts"),
        (crew("x", skills=()), "at least one of the tasks"),
    ],
    ids=["unknown depot", "no skill"],
)
def test_a_crew_that_can_do_nothing_is_set_aside(told: Any, words: str) -> None:
    rule = {
        "task": "inspection",
        "every_months": 12,
        "minutes_cabinet": 45,
        "skills": ("platform",),
        "source": "x",
    }
    rules = [
        row("rule", rule | {"task": task})
        for task in (
            "inspection", "repair", "other", "cabinet_visit", "cleaning", "led_conversion",
        )
    ]  # fmt: skip
    rows = [row("depot", depot()), row("crew", crew("a")), row("crew", told), *rules]
    found = crew_book([Placed(one, f"line {i}") for i, one in enumerate(rows, start=2)], ASSETS)
    assert [one.id for one in found.book.crews] == ["a"]
    (aside,) = found.set_aside
    assert aside.where == "line 4"
    assert words in aside.expected


@pytest.mark.parametrize(
    ("right", "wrong", "column"),
    [
        (";48,772;", ";6 850 000;", "Latitude"),
        (";07:30;16:00;", ";16:00;07:30;", "Retour"),
        (";07:30;16:00;", ";07:30;07:30;", "Retour"),
        (";130;", ";;", "Coût horaire (€)"),
    ],
    ids=["Lambert-93", "ends before it starts", "a day of zero", "no cost"],
)
def test_a_wrong_cell_of_the_crew_book_costs_its_row(
    tmp_path: Path, right: str, wrong: str, column: str
) -> None:
    path = crews_file(tmp_path)
    text = path.read_text(encoding="utf-8-sig")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    (aside,) = read([path]).set_aside
    assert f"/{column}" in aside.where


def test_an_order_that_ends_before_it_starts_and_a_task_of_no_time_are_refused(
    tmp_path: Path,
) -> None:
    told = {
        "id": "2027-1",
        "rule": "never",
        "insee_code": NORTH,
        "from_day": "2027-04-05",
        "to_day": "2027-04-16",
    }
    rule = {"task": "cleaning", "every_months": 12, "minutes_cabinet": 30, "source": "x"}
    path = crews_file(tmp_path, row("road_order", told), row("rule", rule))
    text = path.read_text(encoding="utf-8-sig")
    text = text.replace("05/04/2027;16/04/2027", "16/04/2027;05/04/2027").replace(";30;", ";0;")
    path.write_text(text, encoding="utf-8")
    told_columns = [one.where.rpartition("/")[2] for one in read([path]).set_aside]
    assert told_columns == ["Dernier jour", "Minutes par armoire"]


OSRM = {
    "code": "Ok",
    "sources": [{"location": [6.126, 48.772]}, {"location": [6.126, 48.790]}],
    "durations": [[0, 300], [None, 0]],
    "distances": [[0, 2500], [2600, 0]],
}


def _places(*locations: Any) -> list[RoundPlace]:
    return [RoundPlace(id=f"p{i}", location=one) for i, one in enumerate(locations)]


def test_a_matrix_of_osrm_is_found_by_its_places_and_its_holes_are_told() -> None:
    roads = read_roads(json.dumps(OSRM).encode(), "trajets.json")
    assert [one.where for one in roads.holes()] == ["trajets.json, durations 2, 1"]
    north = at(2.0)
    found = build_road_matrix(roads, _places(at(0.05), north, at(9)), speed_km_h=30, detour=1.3)
    assert found.matrix.durations_s[0][1] == 300
    assert found.matrix.distances_m[1][0] == 2600
    assert 300 <= found.matrix.durations_s[1][0] <= 330, "a straight line of 2 km, lengthened"
    assert [one.values[0] for one in found.said] == ["1", "1"]


def test_a_matrix_with_names_is_found_by_names() -> None:
    told = {"places": ["p1", "p0"], "durations": [[0, 7], [9, 0]]}
    roads = read_roads(json.dumps(told).encode(), "trajets.json")
    found = build_road_matrix(roads, _places(at(0), at(5)), speed_km_h=30, detour=1.3)
    assert found.matrix.durations_s == ((0, 9), (7, 0))
    assert found.said == ()


@pytest.mark.parametrize(
    "change",
    [
        {"durations": [[0, 1]]},
        {"durations": [[0, -1], [1, 0]]},
        {"durations": [[0, "1"], [1, 0]]},
        {"durations": []},
        {"sources": [{"location": [6.1, 48.7]}]},
        {"sources": [{"location": [6.1, 48.7]}, {"location": [48.7, 6.1]}]},
        {"sources": [{"location": [6.1, 48.7]}, {"location": [930000.0, 6850000.0]}]},
        {"distances": [[0]]},
    ],
    ids=str,
)
def test_a_matrix_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        read_roads(json.dumps(OSRM | change).encode(), "trajets.json")


@pytest.mark.parametrize(
    "form", ["light-points-csv-fr", "lighting-geojson", "geopackage", "eclext"]
)
def test_light_points_come_from_any_format_that_holds_them(tmp_path: Path, form: str) -> None:
    lamps = [one.model_copy(update={"cabinet": None}) for one in points("A-1", 6)]
    path = tmp_path / {"eclext": "a.zip", "geopackage": "a.gpkg"}.get(form, f"{form}.csv")
    with path.open("wb") as sink:
        formats.write(lamps, sink, format=form)
    given = read([path], owner=CITY)
    assert {one.record.external_id for one in given.light_points} == {
        f"A-1-{i}" for i in range(1, 7)
    }
    assert all(one.record.cabinet for one in given.light_points), "each is in a sector"


def test_a_book_may_come_as_a_zip_of_its_sheets(tmp_path: Path) -> None:
    path = tmp_path / "equipes.zip"
    rows = {"crew": [row("crew", crew())], "depot": [row("depot", depot())]}
    with zipfile.ZipFile(path, "w") as packed:
        for sheet in TEMPLATES["crews"].sheets:
            if sheet.kind in rows:
                sink = io.BytesIO()
                write_csv(rows[sheet.kind], sink, sheet, Profile())
                packed.writestr(f"{sheet.title}.csv", sink.getvalue())
    found = read([path]).book().book
    assert [one.id for one in found.crews] == ["nacelle-1"]


def test_supports_alone_make_no_visit_and_are_counted(tmp_path: Path) -> None:
    pole = SupportRecord(external_id="S-1", location=at(0), provenance="synthetic")
    given = read([write(tmp_path / "supports.csv", [pole], "supports")], owner=CITY)
    assert given.others == 1
    assert [note.values for note in given.notes] == [("1",)]


def test_real_supports_are_read_and_counted(shared: Path) -> None:
    path = shared / "data" / "lighting-montpellier" / "VilleMTP_MTP_EclairagePublic.zip"
    if not path.exists():
        pytest.skip("the supports of Montpellier are not there")
    given = read([path], owner="montpellier")
    assert given.others + len(given.light_points) > 20_000


def test_an_order_that_holds_nowhere_or_for_strangers_is_told() -> None:
    told = {"rule": "never", "from_day": "2027-04-05", "to_day": "2027-04-16"}
    rows = [
        row("depot", depot()),
        row("crew", crew()),
        row("road_order", told | {"id": "o-1"}),
        row("road_order", told | {"id": "o-2", "cabinets": ("A-1", "A-77")}),
        row("road_order", told | {"id": "o-3", "cabinets": ("A-77",)}),
    ]
    placed = [Placed(one, f"line {i}") for i, one in enumerate(rows, start=2)]
    found = crew_book(placed, ASSETS, {"A-1"})
    assert [one.id for one in found.book.road_orders] == ["o-2"]
    assert [one.where for one in found.set_aside] == ["line 4", "line 5", "line 6"]
