"""A foreign inventory in GeoJSON: read one feature at a time, each fault with its pointer."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.lighting import _features
from synergie.formats.lighting import inventory_geojson as lighting_geojson
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.readings.profile import Profile


def feature(properties: dict[str, Any] | None, ends: object = (6.1, 48.7)) -> dict[str, Any]:
    geometry = None if ends is None else {"type": "Point", "coordinates": ends}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: object, **members: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", **members, "features": features}).encode()


def read(data: bytes) -> tuple[list[LightPointRecord], Report]:
    records, report = lighting_geojson.read(io.BytesIO(data), Profile())
    return [record for record in records if isinstance(record, LightPointRecord)], report


LED = {"id": "A", "typeSource": "LED", "puissance": 30, "armoire": "A1", "neuf": True, "x": None}


def test_properties_are_read_by_their_names_and_kept_as_they_came() -> None:
    (point,), report = read(collection(feature(LED)))
    assert (point.external_id, point.source_type, point.power_w) == ("A", "LED", 30)
    assert point.location is not None
    assert (point.location.longitude, point.location.latitude) == (6.1, 48.7)
    assert point.raw == {
        "id": "A", "typeSource": "LED", "puissance": "30", "armoire": "A1", "neuf": "true", "x": ""
    }  # fmt: skip
    assert report.kept == 1


def test_the_identifier_of_the_feature_serves() -> None:
    one = feature({"lamp_type": "LED"}) | {"id": "F7"}
    (point,), _ = read(collection(one))
    assert point.external_id == "F7"


def test_no_geometry_is_no_place() -> None:
    (point,), _ = read(collection(feature(LED, None)))
    assert point.location is None


def test_an_old_crs_member_is_followed() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    (point,), _ = read(collection(feature(LED, (930_000, 6_860_000)), crs=crs))
    assert point.location is not None
    assert abs(point.location.latitude - 48.799021378374) < 1e-9


def test_any_system_that_epsg_lists_is_followed() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27572"}}
    (point,), _ = read(collection(feature(LED, (600_000, 2_428_000)), crs=crs))
    assert point.location is not None
    assert abs(point.location.longitude - 2.337) < 0.001
    assert abs(point.location.latitude - 48.85) < 0.01


@pytest.mark.parametrize(
    ("geometry", "place"),
    [
        ({"type": "Point", "coordinates": [6.1, 48.7, 250.0]}, (6.1, 48.7)),
        ({"type": "MultiPoint", "coordinates": [[6.1, 48.7]]}, (6.1, 48.7)),
        ({"type": "Point", "coordinates": []}, None),
        ({"type": "MultiPoint", "coordinates": []}, None),
    ],
)
def test_heights_single_multipoints_and_empty_points_are_read(
    geometry: object, place: tuple[float, float] | None
) -> None:
    one = {"type": "Feature", "geometry": geometry, "properties": LED}
    (point,), report = read(collection(one))
    found = point.location and (point.location.longitude, point.location.latitude)
    assert (found, report.refusals) == (place, 0)


def test_two_places_in_one_feature_cost_it() -> None:
    geometry = {"type": "MultiPoint", "coordinates": [[6.1, 48.7], [6.2, 48.7]]}
    points, report = read(collection({"type": "Feature", "geometry": geometry, "properties": LED}))
    assert (points, report.refusals) == ([], 1)


def test_an_unknown_crs_is_refused() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::12345"}}
    with pytest.raises(BadInput) as caught:
        read(collection(feature(LED), crs=crs))
    assert caught.value.where == "/crs"


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        (feature(LED | {"puissance": "trop"}), "/features/1/properties/puissance"),
        (feature(LED, (1, 2, 3, 4)), "/features/1/geometry/coordinates"),
        (feature(LED, ("6", "48")), "/features/1/geometry/coordinates"),
        (feature(LED, (True, 48)), "/features/1/geometry/coordinates"),
        (feature(LED, (181, 48)), "/features/1/properties"),
        ({"type": "Feature", "geometry": {"type": "Polygon"}}, "/features/1/geometry/type"),
        ({"type": "Thing"}, "/features/1/type"),
        (7, "/features/1"),
        (feature(LED | {"puissance": float("nan")}), "/features/1"),
        (feature(LED | {"puissance": 10**30}), "/features/1"),
    ],
    ids=[
        "power", "coordinates", "texts", "booleans", "far", "polygon", "type", "number", "nan",
        "long number",
    ],
)  # fmt: skip
def test_a_bad_feature_is_refused_and_the_others_are_kept(bad: object, where: str) -> None:
    points, report = read(collection(feature(LED), bad, feature(LED | {"id": "B"})))
    assert [point.external_id for point in points] == ["A", "B"]
    (refused,) = report.refused
    assert (refused.line, refused.column) == (None, where)


def test_a_name_twice_in_an_object_costs_its_feature() -> None:
    good = collection(feature(LED))
    twice = good.replace(b'"puissance": 30', b'"puissance": 30, "puissance": 70')
    assert twice != good
    points, report = read(twice)
    assert points == []
    assert report.refused[0].fault.found == "puissance"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"type":"FeatureCollection","features":[' + b"[" * 100_000, "nested very deep"),
        (b'{"type":"FeatureCollection","x":' + b'{"a":' * 100_000, "nested very deep"),
        (collection(feature(LED))[:-20], "the end of the file"),
        (collection(feature(LED))[:-1], "the end of the file"),
        (collection(feature(LED)) + b"{}", "{}"),
        (b'{"type":"FeatureCollection"}', "nothing"),
        (b'{"type":"Feature","features":[]}', "Feature"),
        (b'{"type":"FeatureCollection","features":[,]}', ",]}"),
        (b'{"type":"FeatureCollection","features":[{"a":"\xff"}]}', "not UTF-8"),
        (b'{"features":[],"features":[],"type":"FeatureCollection"}', "features"),
        (b'{"type":"FeatureCollection","features":[{} {}]}', "{}]}"),
        (b"[]", "[]"),
    ],
    ids=[
        "deep list", "deep object", "cut", "cut at the end", "after", "no features", "feature",
        "comma", "bytes", "twice", "no comma", "list",
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_what_was_found(data: bytes, found: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(data)
    assert found in str(caught.value.found)
    assert caught.value.where.startswith("/")


def test_a_very_long_value_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_features, "MAX_FEATURE", 100_000)
    with pytest.raises(BadInput, match="very long"):
        read(collection(feature({"a": "x" * 400_000})))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(
    st.lists(st.dictionaries(st.text(max_size=3), json_values, max_size=3), max_size=6),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
)
def test_reading_piece_by_piece_gives_what_json_gives(
    features: list[dict[str, Any]], block: int, indent: int | None
) -> None:
    whole = {"type": "FeatureCollection", "features": features, "after": [1, {"a": 2}]}
    data = json.dumps(whole, indent=indent, ensure_ascii=False).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_features, "_BLOCK", block)
        reader = _features.Features(io.BytesIO(data))
        assert list(reader) == features
    assert reader.members["after"] == [1, {"a": 2}]


def test_what_we_wrote_is_known_even_when_nothing_of_it_tells_of_lighting() -> None:
    point = LightPointRecord(external_id="A", provenance="partner", raw={"voie": "x"})
    sink = io.BytesIO()
    lighting_geojson.write([point], sink, Profile())
    with formats.read(sink.getvalue()) as result:
        assert result.format == "lighting-geojson"
        assert list(result.records) == [point]


def test_features_that_tell_nothing_of_lighting_are_not_taken() -> None:
    data = collection(feature({"id": "A", "essence": "tilleul", "hauteur": 12, "etat": "bon"}))
    with pytest.raises(BadInput, match="a GeoJSON of things that no format knows"):
        formats.read(data)


def test_swapped_degrees_are_refused() -> None:
    with pytest.raises(BadInput, match="off Somalia"):
        read(collection(feature({"id": "A", "lampe": "LED"}, (48.7, 6.1))))
    points, _ = read(collection(feature({"id": "A", "lampe": "LED"}, (6.1, 48.7))))
    assert len(points) == 1


def test_one_identifier_of_two_powers_and_a_sum_of_a_cabinet_are_no_lights() -> None:
    lights = [
        feature({"id": f"{c}{n}", "armoire": c, "puissance": 70 + n})
        for c in "PQ"
        for n in range(4)
    ]
    twice = [feature({"id": "X", "armoire": "P", "puissance": watts}) for watts in (50, 60)]
    whole = [feature({"id": c, "armoire": c, "puissance": 286}, None) for c in "PQ"]
    points, report = read(collection(*lights, *twice))
    assert [point.external_id for point in points] == [f"{c}{n}" for c in "PQ" for n in range(4)]
    assert [one.expected for one in report.refused] == [
        "one power for one identifier: the file gives it several"
    ] * 2
    points, report = read(collection(whole[0], *lights[:4], whole[1], *lights[4:]))
    assert len(points) == 8
    assert report.findings["total-row"].times == 2
