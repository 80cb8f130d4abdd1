"""Places that cannot be are told apart from places that are only unusual."""

import math

import pytest

from synergie.errors import BadInput
from synergie.park.plan import read_place
from synergie.park.plan.places import compute_distance_km, faults
from synergie.schemas.assets.location import Location


def at(longitude: float, latitude: float) -> Location:
    return Location(longitude=longitude, latitude=latitude)


TOWN = [(at(6.13 + i / 1000, 48.77), "54430") for i in range(12)]


def test_a_good_place_is_read() -> None:
    assert read_place(6.13, 48.77, "depots!B2") == at(6.13, 48.77)
    assert read_place(-61.5, 16.2, "depots!B2") == at(-61.5, 16.2)


@pytest.mark.parametrize(
    ("x", "y", "word"),
    [
        (934_000, 6_850_000, "Lambert-93"),
        (1_934_000, 8_180_000, "CC42 to CC50"),
        (682_000, 6_230_000, "Lambert-93"),
        (-500_000, 6_100_000, "Web Mercator"),
        (48.77, 6.13, "exchanged"),
        (0.0, 0.0, "in the sea"),
        (200.0, 48.0, "degrees"),
        (6.13, 95.0, "degrees"),
        (math.nan, 48.0, "degrees"),
        (math.inf, 48.0, "degrees"),
        (1e12, 1e12, "degrees"),
    ],
)
def test_a_place_that_cannot_be_is_refused_and_says_why(x: float, y: float, word: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_place(x, y, "depots!B2")
    assert caught.value.where == "depots!B2"
    assert word in caught.value.expected


def test_a_town_has_no_fault() -> None:
    assert faults(TOWN) == [None] * 12


@pytest.mark.parametrize(
    ("place", "word"),
    [
        (at(48.77, 6.13), "exchanged"),
        (at(0, 0), "in the sea"),
        (at(6.13, 49.2), "30 km"),
        (at(-4.5, 47.0), "30 km"),
        (at(13.4, 52.5), "part of France"),
    ],
)
def test_one_wrong_place_is_found_and_the_rest_stands(place: Location, word: str) -> None:
    found = faults([*TOWN, (place, "54430")])
    assert found[:12] == [None] * 12
    assert found[12] is not None and word in found[12]


def test_a_whole_file_of_exchanged_places_is_found() -> None:
    turned = [(at(place.latitude, place.longitude), code) for place, code in TOWN]
    assert all(fault is not None and "exchanged" in fault for fault in faults(turned))


def test_exchanged_places_are_found_without_a_commune_too() -> None:
    found = faults([(place, None) for place, _ in TOWN] + [(at(48.77, 6.13), None)])
    assert found[12] is not None and "exchanged" in found[12]
    abroad = [(at(40.1 - i / 100, -88.2 + 120), None) for i in range(5)]
    assert faults(abroad) == [None] * 5


def test_a_large_commune_is_not_wrong() -> None:
    arles = [(at(4.63 + i / 1000, 43.68), "13004") for i in range(20)]
    salin = [(at(4.73 + i / 1000, 43.41 - i / 100), "13004") for i in range(5)]
    assert faults(arles + salin) == [None] * 25


@pytest.mark.parametrize("count", [3, 4, 5, 9])
def test_one_wrong_place_is_found_in_a_small_commune(count: int) -> None:
    found = faults([*TOWN[: count - 1], (at(6.13, 46.5), "54430")])
    assert found[:-1] == [None] * (count - 1)
    assert found[-1] is not None and "30 km" in found[-1]


def test_overseas_places_are_in_their_own_box() -> None:
    reunion = [(at(55.45 + i / 1000, -20.9), "97411") for i in range(5)]
    assert faults(reunion) == [None] * 5
    found = faults([*reunion, (at(6.13, 48.77), "97411"), (at(-20.9, 55.45), "97411")])
    assert "part of France" in (found[5] or "")
    assert "exchanged" in (found[6] or "")
    pacific = [(at(166.4, -22.3), "98818")]
    assert faults(pacific) == [None]


def test_one_of_two_assets_of_a_commune_is_measured_against_the_owners_others() -> None:
    small = [(at(6.20, 48.80), "54001"), (at(6.13, 46.5), "54001")]
    found = faults([*TOWN, *small])
    assert found[12] is None
    assert found[13] is not None and "30 km" in found[13]


def test_two_assets_alone_are_not_judged() -> None:
    assert faults([(at(6.1, 48.7), "54430"), (at(6.1, 46.7), "54430")]) == [None, None]


def test_distances_are_those_of_the_globe() -> None:
    assert compute_distance_km(at(6.18, 48.69), at(6.18, 49.69)) == pytest.approx(111.2, rel=0.01)
    assert compute_distance_km(at(2.3522, 48.8566), at(6.1844, 48.6921)) == pytest.approx(
        281.6, rel=0.01
    )
