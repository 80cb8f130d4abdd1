"""An agreement clause by clause: the words that bind, and what they mean for people."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import Id, Many, Sha256, Text

type ClauseKey = Literal[
    "parties", "data", "things", "granularity", "fields", "direction", "purpose", "legal_basis",
    "persons", "data_period", "validity", "retention", "onward", "programs", "end", "change",
]  # fmt: skip

Told = Annotated[str, Field(min_length=1, max_length=20_000)]
"""A text made of terms, which may cite long ones."""


class Clause(Wire):
    """One clause, in French."""

    key: ClauseKey
    """Which one; stable."""
    title: Text
    """Its heading."""
    text: Told
    """The clause as it binds, out of the terms that both sign."""
    meaning: Told
    """What it means, in plain words."""


class Clauses(Wire):
    """Every clause of one version of an agreement, in the order they are printed."""

    agreement: Id
    """The agreement."""
    version: Annotated[int, Field(ge=1)]
    """Its version."""
    terms_sha256: Sha256
    """SHA-256 of the terms that the clauses tell, as both sign it."""
    clauses: Many[Clause]
    """In order."""
