"""Each application taken away: the core no longer has it, and all else is as before."""

import dataclasses
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from synergie import applications
from synergie.application import Application, load_parts
from synergie.applications import list_applications
from synergie.server.app import document

BASES = {"purchase": "purchases", "maintenance": "campaigns", "lighting": "lighting-studies"}
"""Each application with the tag of its operations, which is the first word of their paths."""


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    return document()


@pytest.fixture(params=sorted(BASES))
def absent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    left = tuple(each for each in applications.NAMES if each != name)
    monkeypatch.setattr(applications, "NAMES", left)
    return name


def _references(application: Application) -> Iterator[str]:
    for field in dataclasses.fields(application):
        value = getattr(application, field.name)
        parts = value.values() if isinstance(value, dict) else value
        yield from (part for part in parts if part.startswith("synergie."))


def test_every_application_names_its_own_package() -> None:
    assert tuple(one.name for one in list_applications()) == applications.NAMES
    assert set(applications.NAMES) == set(BASES)


def test_every_part_that_an_application_names_is_there() -> None:
    references = list(chain.from_iterable(map(_references, list_applications())))
    assert len(references) > 30
    assert None not in load_parts(references)


def test_a_part_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        load_parts(["synergie.units:nothing"])


def test_an_absent_application_is_gone_from_the_contract_and_nothing_else_is(
    openapi: dict[str, Any], absent: str
) -> None:
    base = BASES[absent]
    left = document()
    mine = {path for path in openapi["paths"] if path.split("/")[2:3] == [base]}
    assert mine
    assert left["paths"] == {
        path: item for path, item in openapi["paths"].items() if path not in mine
    }
    assert left["tags"] == [tag for tag in openapi["tags"] if tag["name"] != base]
    assert _schemas(left) < _schemas(openapi)


def _schemas(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Each schema by its short name: the document puts the module before where two share one."""
    schemas = document["components"]["schemas"].items()
    return {(_short(name), _short(json.dumps(schema, sort_keys=True))) for name, schema in schemas}


def _short(text: str) -> str:
    return re.sub(r"synergie__(?:[a-z_]+__)+", "", text)
