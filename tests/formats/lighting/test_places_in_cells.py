"""Places as people write them in inventories, and identifiers under names of their own."""

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats.lighting._degrees import parse_coordinate, place
from synergie.schemas.assets.light_point import LightPointRecord

EAST, NORTH = 6.15, 48.745
MANY = 6


@pytest.mark.parametrize(
    "cell",
    [
        "48.745, 6.15", "48,745; 6,15", "48,745, 6,15", "48.745 6.15", "48.745;6.15",
        "48°44'42.0\"N 6°9'0\"E", "6° 09' 00\" E, 48° 44' 42\" N", "N-S : 48°44'42''N / 6°09'E",
        "https://maps.google.com/?q=48.745,6.15", "https://www.google.fr/maps/@48.745,6.15,17z",
        "[6.15, 48.745]", "POINT (6.15 48.745)",
    ],
)  # fmt: skip
def test_a_place_is_read_however_it_is_written(cell: str) -> None:
    assert place(cell) == pytest.approx((EAST, NORTH))


@pytest.mark.parametrize("column", ["Lon, Lat", "long/lat", "Longitude et latitude"])
def test_the_head_may_put_the_longitude_first(column: str) -> None:
    assert place("6.15, 48.745", column) == (EAST, NORTH)


@pytest.mark.parametrize(
    "cell", ["12 3", "48°44'42\"N 48°44'43\"N", "rue Haute", "48.745", "https://maps.app.goo.gl/x"]
)
def test_what_is_no_place_is_refused(cell: str) -> None:
    with pytest.raises(BadInput):
        place(cell)


def test_one_coordinate_may_have_minutes_west_and_south_are_negative() -> None:
    assert parse_coordinate("48°44'42\"N", ".") == pytest.approx(NORTH)
    assert parse_coordinate("1°30'0\"O", ".") == parse_coordinate("1°30'W", ".") == -1.5
    assert parse_coordinate("6,15", ",") == EAST


def read(head: str, row: str) -> tuple[list[LightPointRecord], dict[str, str]]:
    """The lights of an inventory of *row*, and the findings with their first words."""
    lines = "".join(f"{row.format(n=n)}\n" for n in range(10, 10 + MANY))
    with formats.read(f"{head}\n{lines}".encode()) as result:
        lights = [one for one in result.records if isinstance(one, LightPointRecord)]
    return lights, {code: one.args[0] for code, one in result.report.findings.items() if one.args}


@pytest.mark.parametrize(
    ("head", "row", "told"),
    [
        ("Latitude;Longitude", "48123{n};6123{n}", "Longitude, Latitude"),
        ("X;Y", "68494{n};9308{n}", "X, Y"),
        ("Implantation", "N 48.7{n} E 6.1{n}", "Implantation (N 48.710 E 6.110)"),
        ("Latitude;Longitude", ";", None),
        ("Implantation", "{n}, rue Haute", None),
    ],
)
def test_what_seems_a_place_and_gives_none_stops(head: str, row: str, told: str | None) -> None:
    lights, found = read(f"Identifiant;Armoire;Puissance (W);{head}", f"PL{{n}};A;70;{row}")
    assert len(lights) == MANY
    assert found.get("places-unread") == told


@pytest.mark.parametrize("head", ["N° point", "N° support", "Plaque", "Nº punto", "Jeton"])
def test_the_identifier_may_be_called_otherwise(head: str) -> None:
    lights, _ = read(
        f"{head};Armoire;Puissance (W);Longitude;Latitude", "E-{n};A;70;6.1{n};48.7{n}"
    )
    assert [one.external_id for one in lights] == [f"E-{n}" for n in range(10, 10 + MANY)]


@pytest.mark.parametrize(("head", "row"), [("Rue", "{n} rue Haute"), ("Prix", "3.{n}")])
def test_a_first_column_of_words_or_decimals_identifies_nothing(head: str, row: str) -> None:
    told = f"{row};A;70;6.1{{n}};48.7{{n}}"
    lights, _ = read(f"{head};Armoire;Puissance (W);Longitude;Latitude", told)
    assert lights[0].external_id == "6.1100000 48.7100000"


def test_rows_that_only_cabinets_tell_apart_are_no_lights() -> None:
    head = "Armoire;Puissance (W);Longitude;Latitude"
    with pytest.raises(BadInput, match="another cabinet"):
        read(head, "A-{n};870;6.1{n};48.7{n}")
    assert len(read(head, "A-1;70;6.1{n};48.7{n}")[0]) == MANY
