"""What a record of a file changes of what is known of its key: pure, one key at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

_UNNUMBERED = 1 << 62
"""From here on stand the numbers of what is not appended yet: the newest of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record on its way in; fields as in `FactRow`, the delivery point by its key."""

    key: str
    body: str
    digest: str
    source: str
    priority: int
    subject: str | None
    point: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class FactVersion:
    """A row of the key that was not undone; `batch` is empty for one that is not stored yet."""

    priority: int
    seq: int
    digest: str
    revision: int
    batch: str
    source: str

    @property
    def rank(self) -> tuple[int, int]:
        """The highest holds."""
        return self.priority, self.seq


@dataclass(slots=True)
class Weighed:
    """What a batch of facts changes.

    `rows`: what is stored, each with its revision. `aside`, `other`: places of those that a better
    source holds otherwise, and of those that their own file tells otherwise. `replaced`, `found`:
    the batches whose content is replaced, or was found unchanged. `own`: those of this deposit.
    """

    own: frozenset[str]
    rows: list[tuple[Entry, int]] = field(default_factory=list)
    kept: int = 0
    unchanged: int = 0
    aside: list[int] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    replaced: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)

    def weigh(self, place: int, one: Entry, there: list[FactVersion]) -> None:
        """Weigh one record against the rows of its key; what is new joins them."""
        best, peer = (
            _find_highest_version(there),
            _find_highest_version([k for k in there if k.priority == one.priority]),
        )
        outcome = _classify_entry(one, best)
        if outcome == "same":
            self._same(one, best, there)
        elif peer is not None and peer.digest != one.digest and self._is_own(peer, one):
            self.other.append(place)
        elif outcome == "aside":
            self.aside.append(place)
            if peer is None or peer.digest != one.digest:
                self._store(one, there)
            else:
                self.found.add(peer.batch)
        else:
            self.kept += 1
            self.replaced |= set() if best is None else {best.batch}
            self._store(one, there)

    def _same(self, one: Entry, best: FactVersion | None, there: list[FactVersion]) -> None:
        """Nothing new; a better source that says the same keeps lesser ones from replacing it."""
        self.unchanged += 1
        if best is not None:
            self.found.add(best.batch)
            if best.priority < one.priority:
                self._store(one, there, revision=best.revision)

    def _is_own(self, known: FactVersion, one: Entry) -> bool:
        """Whether it came from the same source in the same deposit: then it is no correction."""
        return known.source == one.source and (not known.batch or known.batch in self.own)

    def _store(self, one: Entry, there: list[FactVersion], *, revision: int | None = None) -> None:
        if revision is None:
            revision = 1 + max((known.revision for known in there), default=-1)
        seq = _UNNUMBERED + len(self.rows)
        there.append(FactVersion(one.priority, seq, one.digest, revision, "", one.source))
        self.rows.append((one, revision))


def _classify_entry(one: Entry, best: FactVersion | None) -> Literal["new", "same", "aside"]:
    if best is None:
        return "new"
    if best.digest == one.digest:
        return "same"
    return "new" if best.priority <= one.priority else "aside"


def _find_highest_version(known: Sequence[FactVersion]) -> FactVersion | None:
    return max(known, key=lambda one: one.rank, default=None)
