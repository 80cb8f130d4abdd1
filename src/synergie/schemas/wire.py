"""The base of every record that travels."""

from typing import Any, override

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

_OF_PYTHON = ("ge", "gt", "le", "lt", "max_digits", "decimal_places")
"""Bounds of exact numbers, which travel as texts: JSON Schema has no word for them."""


def is_empty(value: object) -> bool:
    """Whether a list says nothing: it is then not written, and digests stay as they were."""
    return value == ()


def is_none(value: object) -> bool:
    """The same of a single value."""
    return value is None


class Wire(BaseModel):
    """Frozen, strict, nothing unknown; the docstring under a field becomes its description."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )

    @classmethod
    @override
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        """The schema, without the words that JSON Schema does not know."""
        told = handler(core_schema)
        _drop_python_words(handler.resolve_ref_schema(told))
        return told


def _drop_python_words(schema: Any) -> None:
    if isinstance(schema, list):
        for part in schema:
            _drop_python_words(part)
    if isinstance(schema, dict):
        for word in _OF_PYTHON:
            if not isinstance(schema.get(word), dict):  # a field may have such a name
                schema.pop(word, None)
        for part in schema.values():
            _drop_python_words(part)
