"""The journal's head as a proof names it: how many records, their root, and both signed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from synergie.proof import tree_head
from synergie.proof.jose import Prover
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal_tree import tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The signed tree head of a moment. `root` in hexadecimal, `jws` of `synergie-sth+jwt`."""

    tree_size: int
    root: str
    jws: str


type JournalHead = Callable[[Session, datetime], Head | None]
"""The head as it was committed: never with records that may yet be rolled back. None: there is no
journal."""


def no_journal(_session: Session, _now: datetime) -> Head | None:
    """No head: for what keeps no journal."""
    return None


def build_head_signer(prover: Prover) -> JournalHead:
    """Heads signed by *prover*."""

    def head(session: Session, now: datetime) -> Head:
        found = tree(session)
        jws = tree_head.sign_tree_head(prover, found.size, found.root, now=now)
        return Head(tree_size=found.size, root=found.root.hex(), jws=jws)

    return head
