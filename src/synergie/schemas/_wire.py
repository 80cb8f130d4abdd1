"""The base of every record that travels."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """Frozen, strict, nothing unknown; the docstring under a field becomes its description."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )
