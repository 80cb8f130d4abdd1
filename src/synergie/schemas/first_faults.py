"""Validation whose faults are few, however many there are: what they take of memory is bounded.

pydantic looks at every member of a list, however long it is allowed to be, and keeps some 300
bytes a fault: `{}`, three bytes on the wire, took 1.6 kB where the fields of a site were awaited.
"""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import SchemaValidator

from synergie.errors import TooLarge

MOST_MEMBERS = 1_000
"""Members of one object: each that is not known is a fault of its own."""

_MANY = frozenset({"list", "tuple", "set", "frozenset", "dict"})
_NOT_SCHEMAS = frozenset({"cls", "default", "expected", "members", "metadata", "serialization"})


def validate_to_first_faults[ModelT: BaseModel](model: type[ModelT], value: Any) -> ModelT:
    """*value* as a *model*; pydantic's ValidationError tells of each list its first wrong member.

    Of an object all faults are told; `refuse_many_members` bounds how many those can be.
    """
    read: ModelT = _hasty(model).validate_python(value)
    return read


def refuse_many_members(count: int) -> None:
    """TooLarge for an object of more than `MOST_MEMBERS`."""
    if count > MOST_MEMBERS:
        raise TooLarge(MOST_MEMBERS, "members of an object")


@cache
def _hasty(model: type[BaseModel]) -> SchemaValidator:
    # The validators of nested models, already built, would look at whole lists.
    schema = model.__pydantic_core_schema__
    config = _find_config(schema, model)
    return SchemaValidator(_failing_fast(schema), config, _use_prebuilt=False)


def _find_config(schema: Any, model: type[BaseModel]) -> Any:
    """The rules of *model*: what stands beside it as a definition (`type Minutes = …`) has none."""
    while schema.get("cls") is not model:
        schema = schema["schema"]
    return schema["config"]


def _failing_fast(schema: Any) -> Any:
    if isinstance(schema, list | tuple):
        return type(schema)(map(_failing_fast, schema))
    if not isinstance(schema, dict):
        return schema
    parts = {
        name: part if name in _NOT_SCHEMAS else _failing_fast(part) for name, part in schema.items()
    }
    kind = schema.get("type")  # of the fields of a model: one that has this name, or None
    return parts | {"fail_fast": True} if isinstance(kind, str) and kind in _MANY else parts
