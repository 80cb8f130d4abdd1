"""Who looked under each agreement, and what an agreement names: what its owner wants to see."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from synergie.exchange.trust.agreements import Agreements
from synergie.policy import Principal, permit_own_data, permit_party
from synergie.policy.trust.agreement import ENDED, LIVE, PENDING
from synergie.schemas.trust.agreement import Agreement, Grant, State
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store
from synergie.storage.thing_names import find_asset_names
from synergie.storage.trust.agreements.agreement_faults import faults_known
from synergie.storage.trust.agreements.agreement_index import IndexRow, agreement_index
from synergie.storage.trust.agreements.agreements import items_of
from synergie.storage.trust.journal.journal_records import accesses
from synergie.storage.trust.organisations import list_organisations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """One agreement as a list counts it, in the version that decides now."""

    id: str
    owner: str
    in_force: bool
    ended: bool
    to_sign: int | None
    """The version that waits for the caller's signature. None: none does."""
    draft: int | None
    """The caller's own draft. None: there is none."""


NOTHING = Looks(count=0, refused=0, last=None, grains=())


@dataclass(frozen=True, slots=True)
class AgreementWatch:
    """What pages show beside an agreement; reads only."""

    store: Store

    def looks(self, caller: Principal, *, now: datetime) -> Watched:
        """What was read under each agreement that the caller is a side of, from the journal."""
        permit = permit_own_data(caller, action="read", now=now)
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
        return Watched(
            {name: _summarise_accesses(records) for name, records in told.items()}, since
        )

    def index(self, caller: Principal, *, now: datetime) -> list[Indexed]:
        """Every agreement of the caller's: what waits first, then what is in force, by id.

        The same version decides as in `policy.trust.versions`, without reading the terms.
        """
        permit = permit_party(caller, action="read", now=now)
        with self.store.read() as session:
            found = agreement_index(permit, session)
            faulty = {one.agreement for one in faults_known(permit, session)}
        told = [
            replace(one, in_force=one.in_force and one.id not in faulty)
            for one in (
                _build_index_entry(rows, caller.organisation, now) for rows in found.values()
            )
        ]
        return sorted(told, key=lambda one: (one.to_sign is None, not one.in_force, one.id))

    def list_visible(
        self, caller: Principal, ids: Sequence[str], *, now: datetime
    ) -> dict[str, Agreement]:
        """Those of *ids* that the caller may see, each in the version that decides, by id."""
        some = replace(caller, agreements=frozenset(ids))
        page = Agreements(self.store).page(some, limit=max(len(ids), 1), now=now)
        return {one.id: one for one in page.items}

    def first_names(
        self, caller: Principal, shown: Iterable[Agreement], *, most: int, now: datetime
    ) -> dict[str, list[str]]:
        """The first names of what each of the caller's own agreements names, by agreement."""
        mine = [one for one in shown if one.terms.owner == caller.organisation]
        first = {one.id: sorted(one.terms.selector.ids())[:most] for one in mine}
        asked = {item for ids in first.values() for item in ids}
        with self.store.read() as session:
            known = find_asset_names(
                permit_own_data(caller, action="read", now=now), session, asked
            )
        return {
            name: sorted(known[item][1] for item in ids if item in known)
            for name, ids in first.items()
        }

    def things(self, caller: Principal, one: Agreement, *, most: int = 12, now: datetime) -> Things:
        """What *one* names, to its owner by the names of its own things; to others by count only.

        At most *most* names; they are looked up among the caller's own things, and no others.
        """
        with self.store.read() as session:
            ids = items_of(permit_party(caller, action="read", now=now), session, one)
            if caller.organisation != one.terms.owner:
                return Things((), len(ids), 0)
            looked = ids[: max(most, 1_000)]
            found = find_asset_names(
                permit_own_data(caller, action="read", now=now), session, looked
            )
        names = tuple(sorted(found.values(), key=lambda pair: pair[::-1]))
        missing = len(looked) - len(found) - len(one.terms.selector.purchases)
        return Things(names[:most], len(ids), max(missing, 0))

    def names(self, caller: Principal, *, now: datetime) -> dict[str, Organisation]:
        """The directory, by identifier: every caller may read it."""
        permit, after = permit_party(caller, action="read", now=now), ""
        found: dict[str, Organisation] = {}
        with self.store.read() as session:
            while some := list_organisations(permit, session, after=after, limit=_PAGE):
                found |= {one.id: one for one in some}
                after = some[-1].id
        return found


def _build_index_entry(rows: list[IndexRow], mine: str, now: datetime) -> Indexed:
    states = {row.version: _compute_effective_state(row, now) for row in rows}
    live = [row for row in rows if states[row.version] in LIVE]
    begun = [row for row in live if row.valid_from <= now]
    once = [row for row in rows if row.state not in PENDING]
    rules = next(some[-1] for some in (begun, live, once, rows) if some)
    proposed = [
        row.version for row in rows if row.state == "proposed" and mine not in row.signed_by
    ]
    drafts = [row.version for row in rows if row.state == "draft"]
    state = states[rules.version]
    return Indexed(
        id=rules.id,
        owner=rules.owner,
        in_force=state == "active" and rules.valid_from <= now,
        ended=state in ENDED,
        to_sign=proposed[-1] if proposed else None,
        draft=drafts[-1] if drafts else None,
    )


def _compute_effective_state(row: IndexRow, now: datetime) -> State:
    """As `policy.trust.agreement.effective_state` says."""
    if row.state not in LIVE:
        return row.state
    if row.replaced_at is not None and row.replaced_at <= now:
        return "terminated"
    return "expired" if now >= row.valid_until else row.state


def _summarise_accesses(records: list[dict[str, Any]]) -> Looks:
    """*records*, newest first."""
    read = [one for one in records if one["event"] != "access.refused"]
    grains = Counter(one.get("granularity") for one in read)
    return Looks(
        count=len(read),
        refused=len(records) - len(read),
        last=datetime.fromisoformat(read[0]["at"]) if read else None,
        grains=tuple(grains.most_common()),
    )
