"""POSTs of many connections in one commit: while one thread commits, the others gather.

One fsync, one look-up of each kind and one record of the journal serve all that came meanwhile
from one caller, as used proofs do (decision 0018). Nobody waits for others to come: who finds
nobody committing begins at once. A member that fails, fails alone: the others are stored.
"""

import threading
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, islice

from synergie.errors import Overloaded, StorageFull, StoreDamaged, SynergieError
from synergie.exchange.readings._group import store_group
from synergie.exchange.readings.once import KeyTaken, Once
from synergie.policy import Principal
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.storage.store import Session, Store, run_again

MAX_GROUP = 64
"""Curves of one commit."""
_MOST_VALUES = 1 << 18
"""Values of one commit that has several members: some 4 MiB of JSON."""
_LANES = 16
_OF_ALL = (StorageFull, StoreDamaged)
"""Failures of the store, not of a member."""
_WAITS = 2
"""Members that are tried alone while each is overloaded: one waits for a series that a long write
holds, all of them wait for a store that does not answer."""


@dataclass(slots=True, eq=False)
class Member:
    """One POST, until a commit has told what became of it."""

    caller: Principal
    curves: Sequence[Curve]
    onces: Sequence[Once | None]
    agreement: str | None
    now: datetime
    done: bool = False
    answers: list[Receipt | SynergieError] = field(default_factory=list)
    error: BaseException | None = None

    @property
    def values(self) -> int:
        """How much it is."""
        return sum(len(one.values) for one in self.curves)


@dataclass(slots=True, eq=False)
class _Lane:
    """Members that wait, and whether somebody commits."""

    turn: threading.Condition = field(default_factory=threading.Condition)
    waiting: list[Member] = field(default_factory=list)
    busy: bool = False

    def is_leader(self, member: Member) -> bool:
        """Wait until *member* is done, or until it is to commit what waits (True)."""
        with self.turn:
            self.waiting.append(member)
            while self.busy and not member.done:
                self.turn.wait()
            self.busy = self.busy or not member.done
            return not member.done

    def take(self) -> list[Member]:
        """The first that waits, and as many after it as one commit takes."""
        with self.turn:
            curves = list(accumulate(len(one.curves) for one in self.waiting))
            values = list(accumulate(one.values for one in self.waiting))
            n = max(1, min(bisect_right(curves, MAX_GROUP), bisect_right(values, _MOST_VALUES)))
            taken, self.waiting = self.waiting[:n], self.waiting[n:]
        return taken

    def tell(self, *, over: bool) -> None:
        """Wake who waits; *over*: another may commit."""
        with self.turn:
            self.busy = not over
            self.turn.notify_all()


@dataclass(frozen=True, slots=True)
class Gathering:
    """Where the POSTs of one process gather: in one lane on SQLite, which has one writer."""

    _lanes: tuple[_Lane, ...] = field(default_factory=lambda: tuple(_Lane() for _ in range(_LANES)))

    def store(self, store: Store, member: Member) -> list[Receipt | SynergieError]:
        """The answers to *member*, committed with those that came meanwhile; or its fault."""
        place = 0 if store.is_sqlite else hash(member.caller.organisation) % _LANES
        lane = self._lanes[place]
        if lane.is_leader(member):
            try:
                while not member.done:
                    _store_members(store, lane.take())
                    lane.tell(over=False)
            finally:
                lane.tell(over=True)
        if member.error is not None:
            raise member.error
        return member.answers


def _store_members(store: Store, members: Sequence[Member]) -> None:
    """Store *members*, and tell each what became of it."""
    groups: dict[tuple[Principal, str | None], list[Member]] = {}
    for one in members:
        groups.setdefault((one.caller, one.agreement), []).append(one)
    commits = [list(groups.values())] if store.is_sqlite else [[one] for one in groups.values()]
    try:
        for commit in commits:
            _store_groups(store, commit)
    finally:
        for one in members:
            if not one.done:  # this thread is told to end: nobody may wait for it for ever
                one.error, one.done = Overloaded(1), True


def _store_groups(store: Store, groups: Sequence[Sequence[Member]]) -> None:
    """Store *groups* by one commit; when that fails each member by its own."""
    members = [one for group in groups for one in group]
    try:
        failed = _commit(store, groups)
    except Exception as error:  # noqa: BLE001 (each member is told its own)
        if len(members) == 1 or isinstance(error, _OF_ALL):
            for one in members:
                one.error, one.done = error, True
            return
        failed = members
    for one in members:
        one.done = one not in failed
    _store_alone(store, failed)


def _store_alone(store: Store, members: Sequence[Member]) -> None:
    """Store each of *members* by a commit of its own, until the store itself is what fails."""
    waited: list[BaseException] = []
    for one in members:
        if len(waited) == _WAITS:
            one.error, one.done = waited[-1], True
            continue
        _store_groups(store, [[one]])
        if isinstance(one.error, Overloaded):
            waited.append(one.error)


@run_again
def _commit(store: Store, groups: Sequence[Sequence[Member]]) -> list[Member]:
    """Those of *groups* that are not stored, each group whole or not at all."""
    while True:
        try:
            with store.write() as session:
                return [one for group in groups for one in _store(session, group, len(groups))]
        except KeyTaken:
            continue


def _store(session: Session, group: Sequence[Member], n: int) -> Sequence[Member]:
    """Store the members of one caller in this transaction, one of *n* groups; or those in fault."""
    try:
        with session.begin_nested() if n > 1 else nullcontext():
            answers = iter(
                store_group(
                    session,
                    group[0].caller,
                    [curve for one in group for curve in one.curves],
                    [once for one in group for once in one.onces],
                    filed=None,
                    agreement=group[0].agreement,
                    now=max(one.now for one in group),
                )
            )
    except SynergieError as error:
        if n == 1:  # the whole transaction goes
            raise
        for one in group:
            one.error = error
        return group
    for one in group:
        one.error, one.answers = None, list(islice(answers, len(one.curves)))
    return ()
