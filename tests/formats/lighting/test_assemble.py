"""Records put together from checked values are those that validation would make, in all."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats.lighting import inventory_csv
from synergie.formats.lighting._assemble import (
    build_assembler,
    build_location,
    check_values,
    is_plain_id,
)
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.profile import Profile
from tests.formats.lighting.test_light_points import points

ids = st.text(st.characters(codec="utf-8"), max_size=130)


def same(one: LightPointRecord, other: LightPointRecord) -> None:
    assert one == other
    assert one.model_dump() == other.model_dump()
    assert list(one.model_dump()) == list(other.model_dump())
    assert one.model_dump_json() == other.model_dump_json()
    assert type(one.installed_on) is type(other.installed_on)
    assert one.model_copy() == other
    assert repr(one) == repr(other)


@given(points(raw=True))
def test_a_record_put_together_is_the_one_that_validation_makes(point: LightPointRecord) -> None:
    values = point.model_dump(exclude_none=True)
    told = check_values(LightPointRecord, values)
    same(build_assembler(LightPointRecord, told)(told), LightPointRecord.model_validate(values))


def test_no_rule_of_a_light_point_ties_two_fields_together() -> None:
    """What the shortcut stands on: each field alone decides whether it is right."""
    rules = LightPointRecord.__pydantic_decorators__
    assert (rules.model_validators, rules.root_validators, rules.validators) == ({}, {}, {})
    assert rules.field_validators == {}


@pytest.mark.parametrize("values", [{"power_w": -1}, {"cct_k": 10}, {"usage": "Z"}, {"cie3": 2.0}])
def test_a_wrong_value_is_refused_by_its_field(values: dict[str, object]) -> None:
    with pytest.raises(BadInput) as caught:
        check_values(LightPointRecord, values)
    assert caught.value.where == f"/{next(iter(values))}"


@given(ids)
def test_an_identifier_that_is_plain_is_left_as_it_is_by_validation(text: str) -> None:
    if is_plain_id(text):
        record = LightPointRecord(external_id=text, provenance="partner")
        assert record.external_id == text


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_place_put_together_is_the_one_that_validation_makes(lon: float, lat: float) -> None:
    made, valid = build_location(lon, lat), Location(longitude=lon, latitude=lat)
    assert (made, made.model_dump_json()) == (valid, valid.model_dump_json())


cells = st.sampled_from(
    ["", " ", "LED", "SHP", "70", "70.5", "250/85", "x", "oui", "3000 K", "0", "6.5", "2020-05-01",
     "20200101", "2015", "MAT", "Façade", "LANT", "B1", "54430", "5443", "é" * 120, "1e400"]
)  # fmt: skip
HEADER = (
    "id", "typeSource", "puissance", "temperatureCouleur", "hauteurFeu", "datePose", "support",
    "structure", "usage", "insee", "extinctionNuit", "modele", "statut",
)  # fmt: skip


@given(st.lists(st.tuples(*[cells] * (len(HEADER) - 1)), min_size=1, max_size=8))
def test_any_row_that_is_kept_is_valid_and_any_other_is_told(rows: list[tuple[str, ...]]) -> None:
    text = ",".join(HEADER) + "\n"
    text += "".join(f"P{i},{','.join(row)}\n" for i, row in enumerate(rows))
    records, report = inventory_csv.read(io.BytesIO(text.encode()), Profile())
    kept = list(records)
    for record in kept:
        assert isinstance(record, LightPointRecord)
        same(record, LightPointRecord.model_validate(record.model_dump()))
    assert (report.kept, report.kept + report.refusals) == (len(kept), len(rows))
