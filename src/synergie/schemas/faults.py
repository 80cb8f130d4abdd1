"""Pydantic's errors in our words: one map for requests and for files."""

from pydantic import ValidationError

from synergie.errors import BadInput

EXPECTED: dict[str, str] = {
    "missing": "a value here",
    "extra_forbidden": "no such field",
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "none_required": "null",
    "json_invalid": "JSON (RFC 8259)",
    "json_type": "JSON text",
    "timezone_aware": "a time with its offset",
    "date_from_datetime_inexact": "a civil date without hour",
}
"""A constant text a kind of fault, so that it can be translated."""


def faults(error: ValidationError, *, before: int = 0) -> list[BadInput]:
    """One BadInput a fault, in document order; `where` is a JSON pointer (RFC 6901).

    The first *before* parts of each place are left out (FastAPI puts `body` there).
    """
    return [fault(dict(item), before=before) for item in error.errors(include_url=False)]


def fault(item: dict[str, object], *, before: int = 0) -> BadInput:
    """One entry of pydantic's error list as a BadInput."""
    place = item["loc"]
    parts = place[before:] if isinstance(place, tuple) else ()
    kind = str(item["type"])
    expected = EXPECTED.get(kind) or str(item["msg"]).removeprefix("Value error, ")
    found = "nothing" if kind == "missing" else item.get("input")
    return BadInput(_pointer(parts), found, expected)


def _pointer(parts: tuple[object, ...]) -> str:
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{part}" for part in escaped) or "/"
