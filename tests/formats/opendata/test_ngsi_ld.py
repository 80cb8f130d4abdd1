"""NGSI-LD: valid against the published schemas, both forms, and read back as it was."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, read
from synergie.formats.opendata._entities import LAMPS
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.register_reading import RegisterReading
from tests.components import package
from tests.formats.frames.made import BARE_POINT, CABINET, CURVE, INDEX, POINT, written

ODD = POINT.model_copy(
    update={"external_id": "Rue d'Été/12 #3", "source_type": "IM", "luminaire_model": "Élan"}
)
TOTAL = RegisterReading(
    supply_point="prm:99000000000017",
    quantity="active_energy",
    direction="export",
    unit="kWh",
    instant=datetime(2026, 4, 1, 22, 0, tzinfo=UTC),
    value=Decimal("1250.5"),
    source="enedis-r15",
    provenance="synthetic",
)
THINGS: list[Record] = [POINT, ODD, CABINET, INDEX, TOTAL]
FORMS = ["ngsi-ld", "ngsi-ld-keyvalues"]


def entities(name: str, records: list[Record] = THINGS) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(written(records, name))
    return made


def of(kind: str, name: str, records: list[Record] = THINGS) -> dict[str, Any]:
    return next(one for one in entities(name, records) if one["type"] == kind)


@pytest.mark.parametrize("name", FORMS)
def test_lamps_cabinets_and_indexes_are_read_back_as_they_were(name: str) -> None:
    with read(written(THINGS, name)) as result:
        assert result.format == name
        records = list(result.records)
        report = result.report
    assert records == THINGS
    assert (report.kept, report.refusals) == (5, 0)
    assert sum(report.notes.values()) == 2


@pytest.mark.parametrize("kind", ["Streetlight", "StreetlightModel", "StreetlightControlCabinet",
                                  "ThreePhaseAcMeasurement"])  # fmt: skip
def test_each_entity_holds_to_the_published_schema(shared: Path, kind: str) -> None:
    jsonschema, referencing = package("jsonschema"), package("referencing")
    schema = json.loads((shared / "data/smart-data-models" / kind / "schema.json").read_text())
    anything: dict[str, Any] = {  # the common schema is not beside the project: types only
        "GSMA-Commons": {
            "properties": {"id": {"type": "string"}, "dataProvider": {"type": "string"}}
        },
        "Location-Commons": {"properties": {"location": {"required": ["type", "coordinates"]}}},
        "PhysicalObject-Commons": {},
    }
    resource = referencing.Resource.from_contents(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "definitions": anything}
    )
    url = "https://smart-data-models.github.io/data-models/common-schema.json"
    registry = referencing.Registry().with_resource(url, resource)
    check = jsonschema.Draft202012Validator(
        schema, registry=registry, format_checker=jsonschema.FormatChecker()
    )
    mine = [one for one in entities("ngsi-ld-keyvalues") if one["type"] == kind]
    assert mine
    for entity in mine:
        assert [error.message for error in check.iter_errors(entity)] == []
        assert not check.is_valid({**entity, "type": "Other"})


def test_places_are_longitude_first_and_units_are_said() -> None:
    lamp = of("Streetlight", "ngsi-ld")
    assert lamp["location"] == {
        "type": "GeoProperty",
        "value": {"type": "Point", "coordinates": [6.131997474859, 48.799021378374]},
    }
    assert lamp["powerRating"] == {"type": "Property", "value": 70, "unitCode": "WTT"}
    assert lamp["lanternHeight"] == {"type": "Property", "value": 7.5, "unitCode": "MTR"}
    assert lamp["synergie:installed_on"]["value"] == {"@type": "Date", "@value": "2008-05-01"}
    assert lamp["dateModified"]["value"] == {"@type": "DateTime", "@value": "2026-11-24T09:00:00Z"}
    assert lamp["refStreetlightControlCabinet"] == {
        "type": "Relationship",
        "object": "urn:ngsi-ld:StreetlightControlCabinet:A-54430-07",
    }


def test_key_values_are_plain() -> None:
    lamp = of("Streetlight", "ngsi-ld-keyvalues")
    assert lamp["powerRating"] == 70
    assert lamp["synergie:installed_on"] == "2008-05-01"
    assert lamp["dataProvider"] == "Communauté de communes du Bassin de Pompey"
    assert lamp["@context"][0] == {"synergie": "https://synergie.example/terms/"}
    assert lamp["@context"][1].endswith("dataModel.Streetlighting/master/context.jsonld")


def test_identifiers_are_uris_whatever_the_owner_wrote() -> None:
    ids = [one["id"] for one in entities("ngsi-ld-keyvalues", [ODD])]
    assert ids[-1] == "urn:ngsi-ld:Streetlight:Rue%20d%27%C3%89t%C3%A9%2F12%20%233"


def test_a_lamp_that_the_enumeration_does_not_know_is_told_beside_it() -> None:
    sodium = of("StreetlightModel", "ngsi-ld-keyvalues", [POINT])
    assert (sodium["lampTechnology"], sodium["powerConsumption"]) == ("HPS", 70)
    halide = of("StreetlightModel", "ngsi-ld-keyvalues", [ODD])
    assert "lampTechnology" not in halide
    assert halide["synergie:source_type"] == "IM"
    assert set(LAMPS.values()) == {"LED", "LPS", "HPS"}


def test_alike_lamps_share_one_model() -> None:
    other = POINT.model_copy(update={"external_id": "PL-9"})
    kinds = [one["type"] for one in entities("ngsi-ld-keyvalues", [POINT, other])]
    assert kinds == ["StreetlightModel", "Streetlight", "Streetlight"]


def test_a_total_is_in_kilowatt_hours_and_a_class_is_never_a_total() -> None:
    total = of("ThreePhaseAcMeasurement", "ngsi-ld", [TOTAL])
    assert total["totalActiveEnergyExport"] == {
        "type": "Property",
        "value": 1250.5,
        "unitCode": "KWH",
    }
    one = of("ThreePhaseAcMeasurement", "ngsi-ld-keyvalues", [INDEX])
    assert "totalActiveEnergyImport" not in one
    assert one["synergie:totalActiveEnergyImport"] == 6038.145
    assert one["synergie:value"] == "6038145"


@pytest.mark.parametrize("kind", ["Streetlight", "StreetlightControlCabinet"])
@pytest.mark.parametrize("form", ["example.jsonld", "example-normalized.jsonld"])
def test_the_published_examples_are_read(shared: Path, kind: str, form: str) -> None:
    data = (shared / "data/smart-data-models" / kind / form).read_bytes()
    with read(data) as result:
        (record,) = result.records
        report = result.report
    assert report.refusals == 0
    assert isinstance(record.location, Location)  # type: ignore[union-attr]
    if kind == "Streetlight":
        assert record.location.longitude == -3.164485591715449  # type: ignore[union-attr]
        assert record.external_id == "streetlight:guadalajara:4567"
        assert record.height_m == 10.0  # type: ignore[union-attr]
        assert record.circuit == "C-456-A467"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"type": "Building"}, "/0/type"),
        ({"location": {"type": "Point", "coordinates": ["6", "48"]}}, "/0/location"),
        ({"location": {"type": "Point", "coordinates": [200, 48]}}, "/0/longitude"),
        ({"synergie:power_w": "seventy"}, "/0/power_w"),
        ({"synergie:power_w": 70.5}, "/0/value"),
        ({"synergie:power_w": [70]}, "/0/synergie:power_w"),
        ({"synergie:source_type": "XYZ"}, "/0/source_type"),
        ({"id": 12}, "/0"),
    ],
)
def test_an_entity_that_does_not_hold_is_refused_at_its_pointer(
    change: dict[str, Any], where: str
) -> None:
    wrong, right = (
        of("Streetlight", "ngsi-ld-keyvalues") | change,
        of("Streetlight", "ngsi-ld-keyvalues"),
    )
    data = json.dumps([wrong, right]).encode()
    with read(data, format="ngsi-ld-keyvalues") as result:
        records = list(result.records)
        report = result.report
    assert [fault.where for _, fault in report.refused] == [where]
    assert records == [POINT]


@pytest.mark.parametrize("record", [CURVE, BARE_POINT])
def test_what_no_model_holds_is_not_written(record: Record) -> None:
    with pytest.raises(BadInput):
        written([record], "ngsi-ld")


def test_lamps_of_two_cities_with_one_number_stay_two() -> None:
    lamps = [
        {
            "id": f"urn:ngsi-ld:Streetlight:{city}:12",
            "type": "Streetlight",
            "refStreetlightControlCabinet": f"urn:ngsi-ld:StreetlightControlCabinet:{city}:A",
            "location": {"type": "Point", "coordinates": [6.1, 48.8]},
        }
        for city in ("nancy", "metz")
    ]
    with read(json.dumps(lamps).encode()) as result:
        points = [record for record in result.records if isinstance(record, LightPointRecord)]
    assert [(p.external_id, p.cabinet) for p in points] == [
        ("nancy:12", "nancy:A"), ("metz:12", "metz:A"),
    ]  # fmt: skip
