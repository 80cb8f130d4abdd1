"""Pydantic's errors in our words: one map for requests and for files."""

import re
from typing import Any

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.schemas.rule_row import list_rule_kinds

EXPECTED: dict[str, str] = {
    "missing": "a value here",
    "extra_forbidden": "no such field",
    "string_type": "a text",
    "string_unicode": "a text in UTF-8",
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
    "union_tag_not_found": "a kind",
    "date_from_datetime_inexact": "a civil date without hour",
}
"""A constant text a kind of fault, so that it can be translated."""

WITHIN: dict[str, str] = {
    "string_pattern_mismatch": "a text of the form {pattern}",
    "string_too_short": "a text of at least {min_length} characters",
    "string_too_long": "a text of at most {max_length} characters",
    "too_short": "at least {min_length} items",
    "too_long": "at most {max_length} items",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "literal_error": "{expected}",
    "decimal_max_digits": "at most {max_digits} digits",
    "decimal_max_places": "at most {decimal_places} decimals",
    "union_tag_invalid": "{expected_tags}",
}
"""What was expected, with the bounds that pydantic tells."""

MOST = 50_000
"""Faults that are told one by one: five of each record of the longest body."""

SHOWN = 100
"""Faults that an answer shows of them."""

_KINDS = {"rules": list_rule_kinds(), "offers": ("fixed", "indexed", "blocks", "clicks")}
"""Lists whose members are of several kinds: pydantic puts the kind into the place of a fault."""
_TAGS = [
    re.compile(rf"(/{name}/[0-9]+)/(?:{'|'.join(kinds)})(?=/|$)") for name, kinds in _KINDS.items()
]

_SHOWN = 80
"""Characters shown of a name that the caller wrote."""


def list_error_entries(error: ValidationError) -> list[dict[str, Any]]:
    """Pydantic's entries of *error*; one alone, which says how many, beyond `MOST`.

    Each takes some 500 bytes, and a fault nine on the wire: a field that there is not.
    """
    count = error.error_count()
    if count > MOST:
        found, most = Words(f"{count} faults"), f"at most {MOST} faults"
        return [{"type": "too_many_faults", "loc": (), "msg": most, "input": found}]
    told = (dict(item) for item in error.errors(include_url=False))
    return [item for item in told if not _follows_from_others(item)]


def _follows_from_others(item: dict[str, Any]) -> bool:
    """Whether it is told only since something else is wrong.

    Pydantic counts in a list only the members that hold, and makes no default of what does not.
    """
    if item["type"] == "default_factory_not_called":
        return True
    if item["type"] != "too_short" or not isinstance(item["input"], list | tuple):
        return False
    return len(item["input"]) >= int(item["ctx"]["min_length"])


def faults(
    error: ValidationError, *, before: int = 0, under: tuple[str, ...] = ()
) -> list[BadInput]:
    """One BadInput a fault, in document order; `where` is a JSON pointer (RFC 6901).

    The first *before* parts of each place are left out (FastAPI puts `body` there); *under*: where
    what was read stands.
    """
    items = list_error_entries(error)
    placed = ({**item, "loc": (*under, *item["loc"])} if under else item for item in items)
    return [fault(item, before=before) for item in placed]


def fault(item: dict[str, object], *, before: int = 0) -> BadInput:
    """One entry of pydantic's error list as a BadInput."""
    place = item["loc"]
    parts = place[before:] if isinstance(place, tuple) else ()
    kind = str(item["type"])
    expected = EXPECTED.get(kind) or _describe_bounds(kind, item)
    found = Words("nothing") if kind == "missing" else _select_input(item)
    return BadInput(_build_pointer(parts), found, expected)


def _select_input(item: dict[str, object]) -> object:
    """What was given; of values that do not go together, not all of them: some may be of people."""
    found = item.get("input")
    if item["type"] == "value_error" and not isinstance(found, (str, int, float, bool)):
        return Words("values that do not go together")
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else found


def _describe_bounds(kind: str, item: dict[str, object]) -> str:
    bounds = item.get("ctx")
    if kind in WITHIN and isinstance(bounds, dict):
        return WITHIN[kind].format_map(bounds)
    return str(item["msg"]).removeprefix("Value error, ")


def _build_pointer(parts: tuple[object, ...]) -> str:
    escaped = (str(part)[:_SHOWN].replace("~", "~0").replace("/", "~1") for part in parts)
    pointer = "".join(f"/{part}" for part in escaped)
    for tag in _TAGS:
        pointer = tag.sub(r"\1", pointer, count=1)
    return pointer or "/"
