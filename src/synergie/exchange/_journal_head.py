"""The journal's head as a proof names it: how many records, their root, and both signed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The signed tree head of a moment. `root` in hexadecimal, `jws` of `synergie-sth+jwt`."""

    tree_size: int
    root: str
    jws: str


type JournalHead = Callable[[Session, datetime], Head | None]
"""The head as this transaction sees it, its own records with it; None: there is no journal."""


def no_journal(_session: Session, _now: datetime) -> Head | None:
    """No head: for what keeps no journal."""
    return None
