"""Inventories as other cities and portals publish them: nothing taken that is not one."""

import pytest

from synergie.errors import BadInput
from synergie.formats.format import Sample
from synergie.formats.lighting import inventory_csv as lighting_csv
from synergie.formats.lighting._columns import match_light_columns
from tests.formats.lighting.inventories import args, read


@pytest.mark.parametrize("word", ["Not Specified", "N/A", "NC", "non renseigné", "-", "<Null>"])
def test_words_for_not_known_are_no_value_no_cabinet_and_no_identifier(word: str) -> None:
    rows = "".join(f"{word},{i},{word},{word},{word}\n" for i in range(3))
    points, cabinets, report = read(f"FACILITYID,OBJECTID,wattage,armoire,install_date\n{rows}")
    assert [point.external_id for point in points] == ["0", "1", "2"]
    assert {(p.power_w, p.power_text, p.cabinet, p.installed_on) for p in points} == {
        (None, None, None, None)
    }
    assert cabinets == []
    assert points[0].raw and points[0].raw["wattage"] == word
    assert (word,) in args(report)


def test_a_word_that_comes_late_is_not_known_either() -> None:
    rows = "".join(f"{i},70\n" for i in range(2_100))
    points, _, report = read(f"id,wattage\n{rows}2100,N/A\n")
    assert (len(points), report.refusals, points[-1].power_w) == (2_101, 0, None)


def test_an_unknown_figure_or_date_costs_no_row() -> None:
    header = "id,puissance_w,hauteur_feu,cct,date_pose,lamp_type"
    (point,), _, report = read(f"{header}\nA,inconnue,Inconnu,unknown,Indéterminée,inconnu\n")
    assert (point.power_w, point.power_text, point.height_m, point.cct_k) == (None,) * 4
    assert (point.installed_on, point.source_type, report.refusals) == (None, "XX", 0)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Geo Point", "48.79, 6.13"),
        ("Location", "(48.79, 6.13)"),
        ("coordonnees", "[6.13, 48.79]"),
        ("the_geom", "POINT (6.13 48.79)"),
        ("WKT", "SRID=4326;POINT Z (6.13 48.79 210.5)"),
        ("geo_shape", '{"coordinates": [6.13, 48.79], "type": "Point"}'),
        ("Geo Shape", '{"type":"Point","coordinates":[6.13,48.79,0]}'),
    ],
)
def test_one_column_of_places_is_read_as_portals_write_it(column: str, cell: str) -> None:
    quoted = cell.replace('"', '""')
    (point,), _, _ = read(f'id,wattage,{column}\nA,70,"{quoted}"\n')
    assert point.location is not None
    assert (point.location.longitude, point.location.latitude) == (6.13, 48.79)


def test_a_location_that_is_an_address_costs_no_row() -> None:
    (point,), _, report = read("id,wattage,location\nA,70,4 rue des Lilas\n")
    assert (point.location, report.refusals) == (None, 0)
    assert ("location", "place", "4 rue des Lilas") in args(report)


@pytest.mark.parametrize(
    ("header", "x", "y"),
    [
        ("Easting,Northing", "358000", "173000"),  # Bristol, British grid
        ("Easting,Northing", "1005283", "1267212"),  # a state plane, in feet
        ("E_COORD,N_COORD", "2683000", "1247000"),
        ("X,Y", "2683000", "1247000"),  # Zurich, Swiss grid
        ("X,Y", "600000", "2428000"),  # Paris, old Lambert
        ("X,Y", "657000", "1789000"),  # Guadeloupe, UTM
    ],
)
def test_a_national_grid_is_not_taken_for_mercator(header: str, x: str, y: str) -> None:
    (point,), _, report = read(f"id,wattage,{header}\nA,70,{x},{y}\n")
    assert (point.location, report.refusals) == (None, 0)


def test_mercator_over_france_is_read() -> None:
    (point,), _, _ = read("id,wattage,X,Y\nA,70,539000,5740000\n")  # Lyon
    assert point.location is not None
    assert (round(point.location.longitude, 1), round(point.location.latitude, 1)) == (4.8, 45.7)


def test_swapped_degrees_are_refused() -> None:
    with pytest.raises(BadInput, match="off Somalia"):
        read("id,wattage,longitude,latitude\nA,70,48.79,6.13\n")
    (point,), _, _ = read("id,wattage,longitude,latitude\nA,70,6.13,48.79\n")
    assert point.location is not None


def test_the_columns_of_a_city_s_database_are_known() -> None:
    header = "FACILITYID,LIGHTTYPE_DESC,CCT_DESC,WATTAGE1,WATTAGE2,XCOORD,YCOORD"
    (point,), _, _ = read(f"{header}\n7,HPS-High Pressure Sodium,N/A,400,N/A,-77.01,38.89\n")
    assert (point.source_type, point.cct_k, point.power_w) == ("SHP", None, 400)
    (point,), _, _ = read(f"{header}\n7,HPS-High Pressure Sodium,N/A,400,100,-77.01,38.89\n")
    assert (point.power_w, point.power_text) == (None, "400/100")
    assert point.location is not None


@pytest.mark.parametrize(
    "column",
    ["Cree par", "saisi_par", "created_user", "last_edited_user", "Editor", "author", "op_sai",
     "nom_agent", "tel_contact", "riverain", "ADDEDBY"],
)  # fmt: skip
def test_no_name_of_a_person_is_kept_of_an_inventory(column: str) -> None:
    points, cabinets, report = read(f"id,{column},wattage,note\nA,Martin,70,x\nB,Martin,fort,x\n")
    assert points[0].raw == {"id": "A", "wattage": "70", "note": "x"}
    assert "Martin" not in repr((points, cabinets, report))
    assert report.findings["personal-data-dropped"].times == 1


@pytest.mark.parametrize("column", ["nom", "telegestion", "telgest", "mobilier", "usage", "maille"])
def test_a_column_about_a_thing_is_kept(column: str) -> None:
    points, _, report = read(f"id,{column},wattage\nA,x,70\n")
    assert points[0].raw == {"id": "A", column: "x", "wattage": "70"}
    assert report.findings == {}


def test_a_person_after_many_columns_leaves_the_first_of_the_others() -> None:
    names = [f"c{i}" for i in range(80)]
    points, _, _ = read(",".join(["id", "wattage", "agent", *names]) + "\n" + ",".join(["A"] * 83))
    assert points == []
    cells = ["A", "70", "Martin", *map(str, range(80))]
    (point,), _, _ = read(",".join(["id", "wattage", "agent", *names]) + "\n" + ",".join(cells))
    assert point.raw is not None
    assert list(point.raw.items())[1:4] == [("wattage", "70"), ("c0", "0"), ("c1", "1")]
    assert len(point.raw) == 64


@pytest.mark.parametrize("cell", ["00000000", "0000-00-00", "00/00/0000", "0"])
def test_a_date_of_zeros_is_not_known(cell: str) -> None:
    rows = "".join(f"{i},70,{cell}\n" for i in range(30))
    points, _, report = read(f"id,wattage,date_pose\n{rows}Z,70,2020-03-04\n")
    assert (points[0].installed_on, report.refusals) == (None, 0)
    assert str(points[-1].installed_on) == "2020-03-04"


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("N° point lumineux", "external_id"),
        ("Nº de point lumineux", "external_id"),
        ("Numéro du point lumineux", "external_id"),
        ("N° armoire", "cabinet"),
        ("Numéro de l'armoire", "cabinet"),
        ("N° de départ", "circuit"),
        ("Type de la lampe", "source_type"),
        ("Puissance de la lampe (W)", "power"),
        ("Température de la couleur", "cct_k"),
        ("Date de la pose", "installed_on"),
    ],
)
def test_small_words_and_signs_do_not_hide_a_name(column: str, field: str) -> None:
    assert list(match_light_columns([column])) == [field]


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("X (Lambert 93)", "Y (Lambert 93)"),
        ("XLAMB93", "YLAMB93"),
        ("x_rgf93", "y_rgf93"),
        ("X93", "Y93"),
        ("Lambert93_X", "Lambert93_Y"),
        ("coord_x_l93", "coord_y_l93"),
    ],
)
def test_lambert_93_is_known_by_the_names_it_goes_by(x: str, y: str) -> None:
    (point,), _, _ = read(f"id;wattage;{x};{y}\nA;70;729530,12;6525660,45\n")
    assert point.location is not None
    assert (round(point.location.longitude, 4), round(point.location.latitude, 4)) == (
        3.3804, 45.8299,
    )  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "id_station_itinerance;puissance_nominale;coordonneesXY",  # charging points
        "id;puissance_installee;technologie;longitude;latitude",  # power plants
        "id;technologie;longitude;latitude",  # antennas
        "code_insee;id;extinction_nocturne;geo_point_2d",  # communes
        "id;nom;abri;eclairage_public;longitude;latitude",  # bus stops
        "id;essence;hauteur;etat;geo_point_2d",  # trees
        "id;type;nb_feux;armoire;longitude;latitude",  # traffic lights
        "num_armoire;adresse;longitude;latitude",  # cabinets, which are no light points
        "id;places;puissance_borne;longitude;latitude",  # car parks
    ],
)
def test_a_table_of_other_things_is_not_taken(header: str) -> None:
    assert lighting_csv.sniff(Sample("", f"{header}\n".encode(), ())) < 0.5


@pytest.mark.parametrize(
    "header",
    [
        "id_pl;armoire;longitude;latitude",
        "numero_foyer;armoire;x;y",
        "id;puissance_nominale;type_lampe",
        "id;puissance_w;longitude;latitude",
        "identifiant;typeSource;puissance",
    ],
)
def test_a_table_of_light_points_is_taken(header: str) -> None:
    assert lighting_csv.sniff(Sample("", f"{header}\n".encode(), ())) >= 0.7


@pytest.mark.parametrize(
    ("city", "x", "y", "place"),
    [
        ("Paris", "652000", "6862000", (2.35, 48.86)),
        ("Lyon", "842000", "6519000", (4.84, 45.77)),
        ("Nantes", "355000", "6689000", (-1.56, 47.22)),
        ("Grenoble", "914000", "6458000", (5.74, 45.19)),
        ("Nancy", "933000", "6848000", (6.17, 48.69)),
        ("Paris in Mercator", "261600", "6250500", (2.35, 48.86)),
        ("Lille in Mercator", "340300", "6556000", (3.06, 50.63)),
        ("Toulouse in Mercator", "160500", "5404000", (1.44, 43.6)),
    ],
)
def test_x_and_y_of_a_french_city_are_where_it_is(
    city: str, x: str, y: str, place: tuple[float, float]
) -> None:
    (point,), _, report = read(f"id,puissance_w,X,Y\nA,70,{x},{y}\n")
    assert point.location is not None, city
    assert abs(point.location.longitude - place[0]) < 0.03
    assert abs(point.location.latitude - place[1]) < 0.03
    assert any(told[:2] == ("X", "Y") for told in args(report))


@pytest.mark.parametrize(("x", "y"), [("574000", "6279000"), ("417000", "6421000")])
def test_x_and_y_that_would_be_in_france_either_way_are_left_out(x: str, y: str) -> None:
    """Toulouse and Bordeaux in Lambert-93 are Verdun and the Aisne in Mercator."""
    (point,), _, report = read(f"id,puissance_w,X,Y\nA,70,{x},{y}\n")
    assert point.location is None
    assert ("X", "Y", "EPSG:2154, EPSG:3857") in args(report)


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("sap_id,lat,lng,wattage,lamp_type", "SS-1,32.7,-117.1,250,HPSV", ("SS-1", 250, "SHP")),
        (
            "Unique Asset No,Lamp Type,Lamp Wattage,Easting,Northing,Longitude,Latitude",
            "7,SON-T,100,529000,184000,-0.14,51.54",
            ("7", 100, "SHP"),
        ),
        (
            "asset_number,lamp_type_lupvalue,lamp_rating_w,lat,lon",
            "1058,Mercury Vapour,80,-37.81,144.91",
            ("1058", 80, "VM"),
        ),
        (
            "FID,unit_no,lamp_type,the_geom",
            "v.1,12,LED 36W,POINT (-2.97 56.46)",
            ("12", 36, "LED"),
        ),
    ],
)
def test_cities_in_english_are_known(
    header: str, row: str, expected: tuple[str, int | None, str]
) -> None:
    (point,), _, _ = read(f"{header}\n{row}\n")
    assert (point.external_id, point.power_w, point.source_type) == expected
    assert point.location is not None
    assert lighting_csv.sniff(Sample("", f"{header}\n".encode(), ())) >= 0.7


def test_a_space_before_a_quotation_mark_is_said_rather_than_read_into_the_cells() -> None:
    with pytest.raises(BadInput, match="no space between a separator and a quotation mark"):
        read('"id", "wattage", "lon", "lat"\n"A", "70", "6.1", "48.7"\n')
