"""An inventory in CSV, whatever its columns: nothing guessed, nothing lost."""

import io

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.lighting import inventory_csv as lighting_csv
from synergie.formats.lighting._cells import parse_power_text
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_mapping import LightingMapping
from synergie.schemas.readings.profile import Profile
from tests.formats.lighting.inventories import args, read


@pytest.mark.parametrize(
    ("cell", "watts", "text"),
    [
        ("70", 70, None),
        ("0", 0, None),
        ("70.0", 70, None),
        ("70,00", 70, None),
        ("70W", 70, "70W"),
        ("70 W", 70, "70 W"),
        ("286(LED)", 286, "286(LED)"),
        ("66 (LED)", 66, "66 (LED)"),
        ("250/85", None, "250/85"),
        ("286(LED)/85", None, "286(LED)/85"),
        ("286(LED)/66(LED)", None, "286(LED)/66(LED)"),
        ("2 + 70", None, "2 + 70"),
        ("3 x 24 W", 72, "3 x 24 W"),
        ("2*70", 140, "2*70"),
        ("70.5", None, "70.5"),
    ],
)
def test_a_power_is_parsed_and_its_text_kept(cell: str, watts: int | None, text: str) -> None:
    assert parse_power_text(cell) == (watts, text)


@pytest.mark.parametrize("cell", ["-70", "NaN", "abc", "10000001", "7_0", "1e3", "\u0667\u0660"])
def test_what_is_no_power_is_refused(cell: str) -> None:
    with pytest.raises(BadInput, match="watts"):
        parse_power_text(cell)


def test_a_bad_cell_refuses_its_row_with_line_column_and_value() -> None:
    points, _, report = read("id;puissance;typeSource\nA;70;LED\nB;beaucoup;LED\nC;;LED\n")
    (refused,) = report.refused
    assert (refused.line, refused.column, refused.fault.found) == (3, "puissance", "beaucoup")
    assert [(point.external_id, point.power_w) for point in points] == [("A", 70), ("C", None)]
    assert report.kept + report.refusals == 3


def test_blank_and_space_are_unknown_and_the_row_is_kept_as_it_came() -> None:
    (point,), _, _ = read("id,lamp_type,wattage,note\nA, ,,x \n")
    assert (point.source_type, point.power_w, point.power_text) == (None, None, None)
    assert point.raw == {"id": "A", "lamp_type": " ", "wattage": "", "note": "x "}


def test_an_identifier_with_blanks_gives_way_to_one_without() -> None:
    points, _, report = read("FACILITYID,OBJECTID,wattage\n7,1,70\n,2,70\n")
    assert [point.external_id for point in points] == ["1", "2"]
    assert ("FACILITYID", "1", "0") in args(report)


def test_an_identifier_that_repeats_gives_way_too() -> None:
    points, _, report = read("numero,GlobalID,OBJECTID,wattage\n7,a,1,70\n7,b,2,70\n")
    assert [point.external_id for point in points] == ["a", "b"]
    assert ("numero", "0", "1") in args(report)


def test_without_another_identifier_a_blank_one_refuses_its_row() -> None:
    points, _, report = read("FACILITYID,wattage\n7,70\n,70\n")
    assert [point.external_id for point in points] == ["7"]
    (refused,) = report.refused
    assert (refused.line, refused.column, refused.fault.found) == (3, "FACILITYID", "nothing")


def test_a_column_that_is_mostly_not_an_identifier_is_none() -> None:
    points, _, _ = read("id,wattage,lon,lat\n7,70,6,48\n7,70,6.1,48\n,7,6.2,48\n")
    assert [point.external_id[:4] for point in points] == ["6.00", "6.10", "6.20"]


def test_a_declared_identifier_used_twice_refuses_the_second() -> None:
    mapping = LightingMapping(name="m", columns={"n": "external_id", "w": "power"})
    _, _, report = read("n,w\n7,70\n7,70\n", mapping)
    assert [(r.line, r.column, r.fault.found) for r in report.refused] == [(3, "n", "7")]


def test_an_identifier_of_two_powers_refuses_both() -> None:
    mapping = LightingMapping(name="m", columns={"n": "external_id", "w": "power"})
    points, _, report = read("n,w\n7,70\n8,70\n7,80\n", mapping)
    assert [point.external_id for point in points] == ["8"]
    assert [(r.line, r.column, r.fault.found) for r in report.refused] == [
        (2, "n", "7"),
        (4, "n", "7"),
    ]


def test_cabinets_come_once_before_the_first_point_that_names_them() -> None:
    data = io.BytesIO(b"id,armoire\nP1,A1\nP2,\nP3,A2\nP4,A1\n")
    records, _ = lighting_csv.read(data, Profile())
    assert [record.external_id for record in records] == ["A1", "P1", "P2", "A2", "P3", "P4"]


@pytest.mark.parametrize(
    ("header", "x", "y", "epsg"),
    [
        ("longitude,latitude", "6.13", "48.79", "4326"),
        ("x_l93,y_l93", "930000", "6860000", "2154"),
        ("x_cc48,y_cc48", "1930000", "7290000", "3948"),
        ("X,Y", "-9824847.8", "4887225.9", "3857"),
        ("X,Y", "6.13", "48.79", "4326"),
    ],
)
def test_the_reference_system_is_named_or_the_only_one_that_fits(
    header: str, x: str, y: str, epsg: str
) -> None:
    (point,), _, _ = read(f"id,wattage,{header}\nA,70,{x},{y}\n")
    assert point.location is not None
    found = lighting_csv.propose(io.BytesIO(f"id,wattage,{header}\nA,70,{x},{y}\n".encode()))[0]
    assert str(found.epsg) == epsg


def test_coordinates_that_fit_two_systems_are_left_out_and_said() -> None:
    (point,), _, report = read("id,wattage,X,Y\nA,70,930000,6860000\n")
    assert point.location is None
    assert ("X", "Y", "EPSG:2154, EPSG:3857") in args(report)
    mapping = LightingMapping(
        name="m", columns={"id": "external_id", "X": "x", "Y": "y"}, epsg=2154
    )
    (point,), _, _ = read("id,wattage,X,Y\nA,70,930000,6860000\n", mapping)
    assert point.location is not None
    assert abs(point.location.longitude - 6.131997474859) < 1e-9


def test_decimal_commas_and_thousands_are_read_when_the_file_has_them() -> None:
    text = "id;puissance;x_l93;y_l93\nA;70;930 000,5;6\u202f860\u00a0000,5\n"
    (point,), _, report = read(text)
    assert report.refusals == 0
    assert point.location is not None


def test_places_are_identifiers_when_no_column_is() -> None:
    points, _, report = read(
        "lamp_type,longitude,latitude\nLED,6.1,48.7\nSHP,6.1,48.7\nLED,6.2,48\n"
    )
    assert [p.external_id for p in points] == [
        "6.1000000 48.7000000", "6.1000000 48.7000000 #2", "6.2000000 48.0000000"
    ]  # fmt: skip
    assert () in args(report)


def test_a_windows_file_is_read_and_said() -> None:
    points, _, report = read("id;modèle\nA;Réverbère\n".encode("cp1252"))
    assert points[0].luminaire_model == "Réverbère"
    assert report.notes


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2005/01/01 06:00:00+00", "2005-01-01"),
        ("25/10/2026", "2026-10-25"),
        ("2026-10-25", "2026-10-25"),
        ("2026-10-25T00:00:00Z", "2026-10-25"),
        ("25/10/26", None),
        ("2026-02-30", None),
        ("yesterday", None),
    ],
)
def test_dates_are_read_or_refused(cell: str, day: str | None) -> None:
    points, _, report = read(f"id,date_pose\nA,{cell}\n")
    if day is None:
        assert [(r.column, r.fault.found) for r in report.refused] == [("date_pose", cell)]
    else:
        assert [str(point.installed_on) for point in points] == [day]


def test_unknown_lamps_are_kept_in_raw_and_counted() -> None:
    points, _, report = read("id,lamp_type\nA,Bougie\nB,Bougie\nC,S.H.P.\n")
    assert [point.source_type for point in points] == [None, None, "SHP"]
    assert next(n for note, n in report.notes.items() if note.args == ("Bougie",)) == 2


def test_a_mapping_has_its_own_words() -> None:
    mapping = LightingMapping(
        name="m",
        columns={"n": "external_id", "t": "source_type", "h": "height_m", "k": "cct_k"},
        decimal=",",
        blanks=("NC",),
        lamps={"Cosmo": "IM"},
    )
    (point,), _, report = read("n;t;h;k\nA;cosmo;7,5;nc\n", mapping)
    assert (point.source_type, point.height_m, point.cct_k) == ("IM", 7.5, None)
    assert report.notes == {}


def test_a_mapping_of_other_columns_is_refused() -> None:
    mapping = LightingMapping(name="m", columns={"n": "external_id"})
    with pytest.raises(BadInput, match="'n'"):
        read("id;puissance\nA;70\n", mapping)


@pytest.mark.parametrize(
    "columns", [{"a": "x"}, {"a": "x", "b": "y"}, {"a": "power", "b": "power"}]
)
def test_a_mapping_that_cannot_be_is_refused(columns: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"one column|together|reference"):
        LightingMapping.model_validate({"name": "m", "columns": columns})


def test_a_short_row_is_refused_whole() -> None:
    _, _, report = read("id,wattage\nA\nB,70,9\n")
    assert [(r.line, r.column, r.fault.found) for r in report.refused] == [
        (2, None, "1 cells"), (3, None, "3 cells")
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["id,id,wattage", "wattage,lamp_type", "id"])
def test_a_header_that_cannot_be_used_is_refused(header: str) -> None:
    with pytest.raises(BadInput, match="line 1"):
        read(f"{header}\n1,2,3\n")


def test_a_row_that_says_it_is_synthetic_stays_so() -> None:
    points, _, _ = read("id,wattage,provenance\nA,70,synthetic\nB,70,\n")
    assert [point.provenance for point in points] == ["synthetic", "partner"]


PARIS = """OBJECTID;geo_point_2d;Libellé du régime;Puissance nominale de la lampe (W);\
Libellé de la lampe;Longitude X (Lambert93);Latitude Y (Lambert93)
1;48.8566, 2.3522;PERMANENT;70;IODURE METALLIQUE CERAMIQUE 70W;652469.02;6862035.26
2;48.8567, 2.3523;PERMANENT;150;SODIUM HAUTE PRESSION TUBULAIRE 150W;652476.41;6862046.34
3;48.8568, 2.3524;;;LED 45W;;
"""
MULHOUSE = """id_pl;geo_point_2d;support;puissance;alimentati;type_lampe;hauteur_feu
7;47.75, 7.33;Console Style;35;souterrain;SHP;8 m
8;47.751, 7.331;Mât;70,5;souterrain;Ballon fluo 125W;6,5
"""
OLD_PARIS = """cod_ouvrag;lib_suppor;lib_lampef;pw_lampe;tempcouleu;geo_point_2d
12;CANDELABRE;LED;45;3000;48.85, 2.35
13;FACADE;SHP;100;0;48.86, 2.36
"""


def test_an_inventory_of_paris_is_read_by_its_own_names() -> None:
    (one, two, three), _, report = read(PARIS)
    assert [(p.external_id, p.power_w, p.source_type) for p in (one, two, three)] == [
        ("1", 70, "IM"), ("2", 150, "SHP"), ("3", None, "LED")
    ]  # fmt: skip
    assert one.location is not None
    assert abs(one.location.longitude - 2.3522) < 1e-3
    assert abs(one.location.latitude - 48.8566) < 1e-3
    assert report.refusals == 0


def test_an_inventory_with_one_column_of_places_is_read() -> None:
    (one, two), _, report = read(MULHOUSE)
    assert one.location is not None
    assert (one.location.longitude, one.location.latitude) == (7.33, 47.75)
    assert (one.power_w, one.height_m, one.support_type, one.source_type) == (35, 8.0, None, "SHP")
    assert (two.power_text, two.height_m, two.support_type, two.source_type) == (
        "70,5", 6.5, "MAT", "VM"
    )  # fmt: skip
    assert report.refusals == 0


def test_names_cut_by_an_old_export_are_known() -> None:
    (one, two), _, report = read(OLD_PARIS)
    assert (one.external_id, one.power_w, one.cct_k, one.support_type) == ("12", 45, 3000, "MAT")
    assert (two.cct_k, two.support_type) == (None, "MUR")
    assert any("0 K" in note.text for note in report.notes)


def test_a_column_that_does_not_hold_what_its_name_says_is_left_out_and_said() -> None:
    rows = "".join(f"{i};LED;{'chaude' if i % 2 else 'froide'}\n" for i in range(40))
    points, _, report = read(f"id;lamp_type;temperature_couleur\n{rows}")
    assert (len(points), report.refusals) == (40, 0)
    assert points[0].cct_k is None
    assert ("temperature_couleur", "cct_k", "froide") in args(report)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("SHP 150 W", "SHP"), ("shp150", "SHP"), ("Sodium Haute Pression", "SHP"),
        ("S.H.P.", "SHP"), ("Sodium basse pression", "SBP"), ("IODURES METALLIQUES", "IM"),
        ("Halogénure métallique", "IM"), ("CosmoWhite 60W", "IM"), ("Ballon fluorescent", "VM"),
        ("Vapeur de mercure", "VM"), ("tube fluo 36W", "FLUO"), ("Fluocompacte", "FLUO"),
        ("LED 4000K", "LED"), ("Diodes électroluminescentes", "LED"), ("Halogène", "HAL"),
        ("Induction", "IND"), ("HPS/Induction", None), ("HPS/Incand.", None), ("LED + SHP", None),
        ("Soledad", None), ("Important", None), ("?", None),
    ],
)  # fmt: skip
def test_a_lamp_is_known_by_the_words_of_its_cell(cell: str, code: str | None) -> None:
    points, _, _ = read(f"id;lamp_type\nA;{cell}\n")
    assert points[0].source_type == code


def test_very_many_unknown_words_do_not_fill_the_report() -> None:
    rows = "".join(f"{i},lampe{i}x\n" for i in range(1_000))
    points, _, report = read(f"id,lamp_type\n{rows}")
    assert (len(points), {point.source_type for point in points}) == (1_000, {None})
    assert len(report.notes) < 250


def test_a_column_of_supports_that_holds_numbers_names_them() -> None:
    head = "id_pl;Support;Type de source;Puissance;Armoire;Longitude;Latitude\n"
    rows = "1;C12;LED;35;A;6.1;48.7\n2;C13;SHP;70;A;6.1001;48.7\n3;C13;SHP;70;A;6.1001;48.7\n"
    with formats.read((head + rows).encode()) as result:
        lamps = [one for one in result.records if isinstance(one, LightPointRecord)]
    assert [one.support for one in lamps] == ["C12", "C13", "C13"]
    assert [one.support_type for one in lamps] == [None, None, None]


def test_the_number_of_the_mast_is_kept_beside_that_of_the_light_point() -> None:
    head = "N° point lumineux;N° candélabre;Type de source;Puissance;Armoire\n"
    with formats.read((head + "1;C12;LED;35;A\n2;C12;SHP;70;A\n").encode()) as result:
        lamps = [one for one in result.records if isinstance(one, LightPointRecord)]
    assert [(one.external_id, one.support) for one in lamps] == [("1", "C12"), ("2", "C12")]
    alone = head.replace("N° point lumineux;", "")
    with formats.read((alone + "C12;LED;35;A\nC13;SHP;70;A\n").encode()) as result:
        lamps = [one for one in result.records if isinstance(one, LightPointRecord)]
    assert [(one.external_id, one.support) for one in lamps] == [("C12", None), ("C13", None)]
