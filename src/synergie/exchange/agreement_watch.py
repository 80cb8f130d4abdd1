"""Who looked under each agreement, and what an agreement names: what its owner wants to see."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from synergie.policy import Principal, own, party
from synergie.schemas.agreement import Agreement, Grant
from synergie.schemas.organisation import Organisation
from synergie.storage.agreements import items_of
from synergie.storage.journal_records import accesses
from synergie.storage.organisations import organisations
from synergie.storage.store import Store
from synergie.storage.thing_names import thing_names

LOOKED = timedelta(days=365)
"""How far back the journal is gone through."""
_MOST = 2_000
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What was read under one agreement, all versions of it together."""

    count: int
    """Readings and exports."""
    refused: int
    """Requests that it did not open."""
    last: datetime | None
    """The last reading. None: none."""
    grains: tuple[tuple[Grant | None, int], ...]
    """How fine, most often first; None: no curve was read."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the journal tells, agreement by agreement."""

    looks: Mapping[str, Looks]
    since: datetime
    """From this moment on: a year back, or the oldest of the last 2,000 accesses."""


@dataclass(frozen=True, slots=True)
class Things:
    """What one version of an agreement names, as its owner calls it."""

    names: tuple[tuple[str, str], ...]
    """Kind and name, the first ones by name."""
    count: int
    """How many things are named, with those of a named perimeter that was frozen."""
    unknown: int
    """Of those looked up, how many name nothing of the owner's: they open nothing."""


NOTHING = Looks(count=0, refused=0, last=None, grains=())


@dataclass(frozen=True, slots=True)
class AgreementWatch:
    """What pages show beside an agreement; reads only."""

    store: Store

    def looks(self, caller: Principal, *, now: datetime) -> Watched:
        """What was read under each agreement that the caller is a side of, from the journal."""
        permit = own(caller, action="read", now=now)
        since = now - LOOKED
        with self.store.read() as session:
            kept = accesses(permit, session, since=since, limit=_MOST)
        told: dict[str, list[dict[str, Any]]] = {}
        for one in kept:
            record = json.loads(one.content)
            agreement = str(record.get("agreement", "")).partition("/")[0]
            if agreement:
                told.setdefault(agreement, []).append(record)
        if len(kept) == _MOST:
            since = datetime.fromisoformat(json.loads(kept[-1].content)["at"])
        return Watched({name: _looks(records) for name, records in told.items()}, since)

    def things(self, caller: Principal, one: Agreement, *, most: int = 12, now: datetime) -> Things:
        """What *one* names, to its owner by the names of its own things; to others by count only.

        At most *most* names; they are looked up among the caller's own things, and no others.
        """
        with self.store.read() as session:
            ids = items_of(party(caller, action="read", now=now), session, one)
            if caller.organisation != one.terms.owner:
                return Things((), len(ids), 0)
            looked = ids[: max(most, 1_000)]
            found = thing_names(own(caller, action="read", now=now), session, looked)
        names = tuple(sorted(found.values(), key=lambda pair: pair[::-1]))
        missing = len(looked) - len(found) - len(one.terms.selector.purchases)
        return Things(names[:most], len(ids), max(missing, 0))

    def names(self, caller: Principal, *, now: datetime) -> dict[str, Organisation]:
        """The directory, by identifier: every caller may read it."""
        permit, after = party(caller, action="read", now=now), ""
        found: dict[str, Organisation] = {}
        with self.store.read() as session:
            while some := organisations(permit, session, after=after, limit=_PAGE):
                found |= {one.id: one for one in some}
                after = some[-1].id
        return found


def _looks(records: list[dict[str, Any]]) -> Looks:
    """*records*, newest first."""
    read = [one for one in records if one["event"] != "access.refused"]
    grains = Counter(one.get("granularity") for one in read)
    return Looks(
        count=len(read),
        refused=len(records) - len(read),
        last=datetime.fromisoformat(read[0]["at"]) if read else None,
        grains=tuple(grains.most_common()),
    )
