"""Names of the contract outlive a move of modules."""

from synergie.cli.operate._contract import build_json_schemas
from synergie.lighting.records.study import LightingStudy
from synergie.schemas.published_names import keep_names


def test_a_name_says_the_module_as_it_was_first_published() -> None:
    parts = ("energy__records__offer__Year", "lighting__records__study__Year",
             "schemas__trust__agreement__Direction", "schemas__series__Direction")  # fmt: skip
    defs = {f"synergie__{part}": {"type": "integer"} for part in parts}
    kept = keep_names({"$ref": "#/$defs/synergie__energy__records__offer__Year", "$defs": defs})
    assert kept["$ref"] == "#/$defs/synergie__schemas__offer__Year"
    assert list(kept["$defs"]) == [
        "synergie__schemas__agreement__Direction",
        "synergie__schemas__lighting_study__Year",
        "synergie__schemas__offer__Year",
        "synergie__schemas__series__Direction",
    ]


def test_what_is_no_such_name_stays() -> None:
    schema = {"description": "`synergie.energy.records` and synergie__units__Id", "type": "object"}
    assert keep_names(schema) == schema


def test_a_record_is_published_under_the_first_names() -> None:
    names = build_json_schemas([LightingStudy])["types.json"]["$defs"]
    assert {"synergie__schemas__lighting_study__Year", "synergie__schemas__offer__Year"} <= set(
        names
    )
    assert not [name for name in names if "__records__" in name]
