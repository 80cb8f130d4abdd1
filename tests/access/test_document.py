"""The OpenAPI document itself: whole, so that what is generated from it covers every route."""

import json
import re
from typing import Any

import pytest

from tests.access.routes import DOCUMENT

OPERATIONS = [
    (verb, path, operation)
    for path, verbs in DOCUMENT["paths"].items()
    for verb, operation in verbs.items()
]


def test_every_name_that_the_document_uses_is_defined() -> None:
    used = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert used - DOCUMENT["components"]["schemas"].keys() == set()


@pytest.mark.parametrize(("verb", "path", "operation"), OPERATIONS)
def test_what_a_route_asks_for_it_may_refuse(
    verb: str, path: str, operation: dict[str, Any]
) -> None:
    """401 and 403 with a token, 404 with an identifier, and what a body may cause."""
    told = set(operation["responses"])
    if operation["security"]:
        assert told >= {"401", "403", "429", "503"}, (verb, path)
    if operation["security"] and "{" in path:
        assert "404" in told, (verb, path)
    if operation["security"] and "requestBody" in operation:
        assert told >= {"400", "408", "413", "415", "422"}, (verb, path)
