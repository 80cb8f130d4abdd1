"""How a batch is published beside its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from synergie.errors import Conflict
from synergie.exchange.readings.once import Once
from synergie.policy import Permit
from synergie.policy.readings.source_priority import source_priority
from synergie.schemas.readings.batch import Refusal
from synergie.storage.readings.batches import Origin
from synergie.storage.readings.deposits import find_deposit_state
from synergie.storage.store import Session

type Mode = Literal["strict", "keep"]


@dataclass(frozen=True, slots=True)
class Filed:
    """Of which deposit a batch is a part, and by which format it came."""

    deposit: str
    source: str

    @property
    def priority(self) -> int:
        """How far its source is believed."""
        return source_priority(self.source)

    def hold(self, permit: Permit, session: Session) -> None:
        """Let no undo of the deposit come before this part of it; Conflict after one."""
        if find_deposit_state(permit, session, self.deposit) == "undone":
            raise Conflict("undone", "a deposit that nobody undoes while it runs")


def build_batch_origin(client: str, filed: Filed | None) -> Origin:
    """Where a batch comes from: a file, or the API."""
    return Origin(client) if filed is None else Origin(client, filed.deposit, filed.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """How a batch is published beside its records.

    `refusals`: rows already left out by the reader of the file. `supersedes`: the receipt this
    batch means to replace, to bring back a content that was replaced before. `merge`: what a
    record does not tell of a thing that is known stays as it is. `repeats`: records that were
    made one with others of the batch, so that each thing is in it once.
    """

    mode: Mode = "strict"
    refusals: Sequence[Refusal] = ()
    once: Once | None = None
    supersedes: str | None = None
    filed: Filed | None = None
    merge: bool = False
    repeats: int = 0
