"""How far a reading can be trusted: one closed list for every source."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.wire import Wire

type Quality = Literal[
    "measured",
    "validated",
    "corrected",
    "estimated",
    "reconstructed",
    "partial",
    "suspect",
    "missing",
]
"""Closed list; raw codes of the source are mapped on it (Enedis GUI.0497, ESPI, CIM)."""

WORST_FIRST: tuple[Quality, ...] = (
    "missing",
    "suspect",
    "partial",
    "estimated",
    "reconstructed",
    "corrected",
    "measured",
    "validated",
)
"""An aggregate bears the worst quality of its parts."""


class QualityRun(Wire):
    """A run of consecutive values of the same quality."""

    n: Annotated[int, Field(ge=1)]
    """How many values, in order. Example: 48."""
    quality: Quality
    """Their common quality. Example: `measured`."""
