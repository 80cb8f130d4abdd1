"""How a batch is published beside its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from synergie.exchange.once import Once
from synergie.schemas.batch import Refusal

type Mode = Literal["strict", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """How a batch is published beside its records.

    `refusals`: rows already left out by the reader of the file. `supersedes`: the receipt this
    batch means to replace, to bring back a content that was replaced before.
    """

    mode: Mode = "strict"
    refusals: Sequence[Refusal] = ()
    once: Once | None = None
    supersedes: str | None = None
