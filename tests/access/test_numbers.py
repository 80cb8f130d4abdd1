"""Numbers that are none, in every number of every JSON body and query of the OpenAPI document.

security.md §14: NaN, infinities, 1e400, truths, texts that pydantic would read as numbers, huge
integers, and what is too deep. Each is refused at its place, and none is a fault of ours: before a
database is asked, so one engine is enough; the matrix takes right bodies on both.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.access.routes import DOCUMENT, ON_SQLITE, OPERATIONS, ROWS, Case, case_of
from tests.server.place import Furnished

SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
MARK = "\ue000here\ue000"
"""Stands in a body where the hostile token goes."""

NOT_JSON = ("NaN", "Infinity", "-Infinity", "9" * 5_000, "01", "1_000", "0x10", "+1", "1.", ".5")
NO_NUMBER = ("1e400", "-1e400", "9" * 1_000, "true", '"1_000"', '"12"', '"NaN"', "[1]", "{}")
DEEP = "[" * 5_000 + "]" * 5_000

type Path = tuple[str | int, ...]


def numbers(schema: dict[str, Any], path: Path = (), seen: tuple[str, ...] = ()) -> Iterator[Path]:
    """The place of every number that a body of *schema* may hold; in lists, of the first item."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from numbers(SCHEMAS[name], path, (*seen, name))
        return
    if schema.get("type") in ("number", "integer"):
        yield path
    for kind in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(kind, ()):
            yield from numbers(one, path, seen)
    for name, one in schema.get("properties", {}).items():
        yield from numbers(one, (*path, name), seen)
    if isinstance(schema.get("items"), dict):
        yield from numbers(schema["items"], (*path, 0), seen)


def bodies() -> list[tuple[str, Path]]:
    """Each operation that takes JSON, with the place of each number in it."""
    return [
        (operation["operationId"], path)
        for verbs in DOCUMENT["paths"].values()
        for operation in verbs.values()
        if operation["operationId"] in OPERATIONS
        for kind, told in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
        for path in dict.fromkeys(numbers(told["schema"]))
    ]


def exact(schema: dict[str, Any], path: Path) -> bool:
    """Whether the number at *path* of *schema* is an exact one, which may travel as a text."""
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    kinds = [one for kind in ("anyOf", "oneOf", "allOf") for one in schema.get(kind, ())]
    if any(exact(one, path) for one in kinds):
        return True
    if not path:
        return {"number", "string"} <= {one.get("type") for one in kinds}
    head, rest = path[0], path[1:]
    inner = schema.get("items") if isinstance(head, int) else schema.get("properties", {}).get(head)
    return isinstance(inner, dict) and exact(inner, rest)


def sent_as(operation: str) -> dict[str, Any]:
    """The schema of the body of *operation*."""
    verbs = DOCUMENT["paths"][OPERATIONS[operation][1]]
    (told,) = (one for one in verbs.values() if one["operationId"] == operation)
    schema: dict[str, Any] = told["requestBody"]["content"]["application/json"]["schema"]
    return schema


def queries() -> list[tuple[str, str]]:
    """Each operation, with each parameter of its query that is a number."""
    return [
        (operation["operationId"], one["name"])
        for verbs in DOCUMENT["paths"].values()
        for operation in verbs.values()
        if operation["operationId"] in OPERATIONS
        for one in operation.get("parameters", ())
        if one["in"] == "query" and "integer" in json.dumps(one["schema"])
    ]


def placed(body: Any, path: Path) -> Any:
    """*body* with the mark at *path*; what leads there is made when it is missing."""
    if not path:
        return MARK
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        items = body if isinstance(body, list) and body else [None]
        return [placed(items[0], rest), *items[1:]]
    fields = body if isinstance(body, dict) else {}
    return fields | {head: placed(fields.get(head), rest)}


def sent(case: Case, path: Path, token: str) -> httpx2.Response:
    """The right body of *case* with *token*, as it is, at *path*."""
    text = json.dumps(placed(case.body(), path), ensure_ascii=False)
    body = text.replace(f'"{MARK}"', token).encode()
    return case.right.call(case.method, case.path(), body)


@pytest.fixture
def case(operation: str, furnished: Furnished) -> Case:
    return case_of(operation, furnished)


def test_the_document_has_numbers_in_bodies_and_in_queries() -> None:
    assert len(bodies()) > 20
    assert len(queries()) > 8


@ON_SQLITE
@pytest.mark.parametrize("operation", sorted({name for name, _ in bodies()}))
def test_what_is_no_number_of_json_is_refused_as_a_whole(case: Case, operation: str) -> None:
    """A text is JSON or not before anybody knows its places: the first and the deepest."""
    paths = [path for name, path in bodies() if name == operation]
    for path in {paths[0], max(paths, key=len)}:
        for token in (*NOT_JSON, DEEP):
            answer = sent(case, path, token)
            assert answer.status_code in (400, 422), (path, token[:20], answer.text)
            assert answer.headers["Content-Type"] == "application/problem+json"


@ON_SQLITE
@pytest.mark.parametrize(("operation", "path"), bodies())
def test_what_only_looks_like_a_number_is_refused_at_its_place(
    case: Case, operation: str, path: Path
) -> None:
    pointer = "".join(f"/{part}" for part in path)
    texts = {'"12"'} if exact(sent_as(operation), path) else set()
    for token in [one for one in NO_NUMBER if one not in texts]:
        answer = sent(case, path, token)
        assert answer.status_code in (400, 422), (token[:20], answer.text)
        places = [fault["where"] for fault in answer.json()["faults"]]
        assert any(_about(place, pointer) for place in places), (token[:20], places)


@ON_SQLITE
@pytest.mark.parametrize(("operation", "name"), queries())
def test_what_is_no_number_in_a_query_is_refused_at_its_place(case: Case, name: str) -> None:
    path = case.path()
    for text in ("NaN", "Infinity", "1e400", "1e2", "true", "1_000", "9" * 400, "", "%201", "1.0"):
        target = f"{path}{'&' if '?' in path else '?'}{name}={text}"
        answer = case.right.call(case.method, target, case.body())
        assert answer.status_code == 422, (text, answer.text)
        assert answer.json()["faults"][0]["where"] == f"query {name}"


def test_the_right_body_of_each_is_taken(furnished: Furnished) -> None:
    """Or the refusals above would prove nothing."""
    for operation in sorted({name for name, _ in bodies()}):
        case = case_of(operation, furnished)
        answer = case.call(case.right)
        assert answer.status_code < 300, (ROWS[operation].path, answer.text)


def _about(place: str, pointer: str) -> bool:
    """Whether *place* is *pointer*, is under it or holds it, or stands beside it in one record."""
    return place.startswith(pointer.rpartition("/")[0]) or pointer.startswith(place)
