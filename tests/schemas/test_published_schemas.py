"""JSON Schemas of `specs/schemas` as a partner reads them: these files alone, no network."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from pydantic import ValidationError

from synergie.schemas.publication.publication import SitePublication
from synergie.schemas.trust.agreement import Terms
from tests.components import package
from tests.conftest import ROOT

FOLDER = ROOT / "specs" / "schemas"
SCHEMAS: dict[str, Any] = {
    path.name: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
}
SITE = {"external_id": "S1", "name": "École", "kind": "building", "provenance": "synthetic"}
TERMS = {
    "owner": "org-one",
    "recipient": "org-two",
    "title": "Achat groupé 2027",
    "datasets": ["consumption"],
    "selector": {"sites": ["sit_0000000000"]},
    "granularity": "day",
    "purpose": "joint_purchase",
    "legal_basis": "contract",
    "data_period": {"start": "2020-01-01T00:00:00Z"},
    "valid_from": "2026-01-01T00:00:00Z",
    "valid_until": "2036-01-01T00:00:00Z",
    "retention_days": 365,
}


def references(node: Any) -> Iterator[str]:
    """Every reference below *node*."""
    if isinstance(node, dict):
        if isinstance(ref := node.get("$ref"), str):
            yield ref
        yield from (ref for value in node.values() for ref in references(value))
    elif isinstance(node, list):
        yield from (ref for value in node for ref in references(value))


@pytest.fixture(scope="module")
def validator() -> Any:
    """Record → its validator, which knows these files and nothing else."""
    jsonschema, referencing = package("jsonschema"), package("referencing")
    resources = [(one["$id"], referencing.Resource.from_contents(one)) for one in SCHEMAS.values()]
    registry = referencing.Registry().with_resources(resources)
    return lambda record: jsonschema.Draft202012Validator(
        SCHEMAS[f"{record.__name__}.json"], registry=registry
    )


def test_every_reference_is_to_a_file_that_is_there_or_to_a_type() -> None:
    types = SCHEMAS["types.json"]["$defs"]
    seen: set[str] = set()
    for file, schema in SCHEMAS.items():
        for ref in references(schema):
            name, _, place = unquote(ref).partition("#/$defs/")
            assert name in SCHEMAS, f"{file}: {ref}"
            assert (name == "types.json") == bool(place), f"{file}: {ref}"
            assert not place or place in types, f"{file}: {ref}"
            seen.add(place)
    assert types.keys() <= seen, "a type that no record uses is none of the contract"


def test_an_address_is_that_of_its_file() -> None:
    for file, schema in SCHEMAS.items():
        assert unquote(schema["$id"]).rpartition("/")[2] == file


@pytest.mark.parametrize(("record", "right"), [(SitePublication, [SITE]), (Terms, TERMS)])
def test_a_validator_takes_what_the_record_takes(record: Any, right: Any, validator: Any) -> None:
    right = {"items": right} if isinstance(right, list) else right
    record.model_validate_json(json.dumps(right))
    validator(record).validate(right)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"datasets": ["consumptions"]}, ["datasets", 0]),
        ({"selector": {"sites": [1]}}, ["selector"]),
        ({"granularity": "minute"}, ["granularity"]),
        ({"data_period": {"start": "2020-01-01T00:00:00Z", "stop": "x"}}, ["data_period"]),
    ],
)
def test_what_is_wrong_behind_a_reference_is_refused_at_its_place(
    wrong: dict[str, Any], where: list[str | int], validator: Any
) -> None:
    with pytest.raises(ValidationError):
        Terms.model_validate_json(json.dumps(TERMS | wrong))
    (found,) = validator(Terms).iter_errors(TERMS | wrong)
    assert list(found.absolute_path)[: len(where)] == where
