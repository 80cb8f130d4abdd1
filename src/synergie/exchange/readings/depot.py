"""The depot: files that people drop in the browser, from their arrival to their report."""

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from synergie.errors import BadInput, Conflict, NotFound, Overloaded, ServerFault, SynergieError
from synergie.exchange.files import refused_files
from synergie.exchange.files.file_reader import FileReader, NoClerk
from synergie.exchange.files.file_tasks import (
    SHOWN,
    ProposalRequest,
    bears_motives,
    propose_profile,
)
from synergie.exchange.readings.deposits import Deposits, Doubted
from synergie.exchange.readings.drops import Drop, Drops, Fault, new_id
from synergie.exchange.readings.freshness import Freshnesses
from synergie.exchange.readings.profiles import Profiles, build_saved_profile
from synergie.formats.confirmations import CONFIRM, confirmed_codes
from synergie.formats.tables.propose import Proposal, Unconfirmed
from synergie.formats.tables.rows_at import TableRow
from synergie.policy import Principal, permit_own_data
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.undone import Undone
from synergie.storage.readings.deposits import (
    RecentDeposit,
    deposit_report,
    deposit_way,
    find_undo_answer,
    recent_deposits,
)

__all__ = ["SHOWN", "DepositRecord", "Depot", "Drop", "Fault", "Open", "Reading", "RecentDeposit"]

WAITS = timedelta(hours=4)
"""How long a file waits for its profile to be confirmed, and its page for whoever comes back."""
_STALLED_S = 180.0
_PATIENCE_S = 10.0
_AT_ONCE = 2
_TRIES = 60
_EMPTY = "a file with something in it"
_WAITING = "a file that waits for its profile"
_STOPPED = "a file whose reading stopped"


class _Stopped(BaseException):
    """The server stops: no fault of the file's, so nothing that takes faults for one may see it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a file is."""

    drop: Drop
    share: float
    """Of the reading that is done, 0 to 1; about."""
    stalled: bool
    """Whether nobody reads it any more: the server was stopped meanwhile."""


@dataclass(frozen=True, slots=True)
class Open:
    """A table whose profile is proposed, and some rows of it as they stand in the file."""

    drop: Drop
    proposal: Proposal
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class DepositRecord:
    """A deposit, as its owner finds it again."""

    report: DepositReport
    received_at: datetime
    undone: Undone | None
    """What was taken back. None: it holds."""
    sent_back: tuple[str, ...]
    """Kinds of the file of its refused rows that are there: `csv`, `xlsx`."""
    mends: bool
    """Whether that file can be dropped again with its column `motif`."""


def _select_structural_answers(answers: Mapping[str, str], *more: str) -> dict[str, str]:
    """The answers that tell what columns are, and those that begin as *more* say."""
    starts = ("role:", "unit:", *more)
    return {
        name: told
        for name, told in answers.items()
        if told and (name == "sheet" or name.startswith(starts))
    }


def _all_told(answers: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """*answers*, with the doubts that were confirmed *before* of the same columns."""
    same = _select_structural_answers(answers) == _select_structural_answers(before)
    kept = {name: told for name, told in before.items() if same and name.startswith(CONFIRM)}
    return kept | {name: told for name, told in answers.items() if told}


@dataclass(frozen=True, slots=True)
class Depot:
    """Files of the caller's own data, dropped by a person.

    A file is read beside the request; it is the dropper's own until it is stored, and gone from
    the folder as soon as it is read. What is stored is the organisation's, like any deposit.
    """

    deposits: Deposits
    profiles: Profiles
    freshness: Freshnesses
    home: Path
    hands: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_AT_ONCE, "synergie-depot")
    )
    _running: dict[str, Future[None]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _over: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def drops(self) -> Drops:
        """The folder of files that wait."""
        return Drops(self.home / "drops")

    @property
    def _reader(self) -> FileReader:
        return self.deposits.reader

    def take(
        self,
        caller: Principal,
        source: BinaryIO,
        *,
        name: str,
        after: str | None = None,
        now: datetime,
    ) -> Drop:
        """Keep *source* and begin to read it. *after*: a deposit whose refused rows it mends.

        BadInput for an empty file; NotFound for a deposit that is not the caller's; StorageFull.
        """
        if after is not None:
            self._way(caller, after, now=now)
        self.sweep()
        size = source.seek(0, 2)
        source.seek(0)
        if size == 0:
            raise BadInput("file", name, _EMPTY)
        drop = Drop(
            id=new_id(), owner=caller.organisation, client=caller.client_id, name=name,
            size=size, at=now, after=after,
        )  # fmt: skip
        self.drops.keep(drop, source)
        self._begin(caller, drop, None, now)
        return drop

    def settle(self, drop: Drop, *, seconds: float) -> Drop:
        """*drop* once it is read, or after *seconds*, as it is then."""
        if future := self._running.get(drop.id):
            wait([future], timeout=seconds)
        return self.drops.read(drop.id)

    def look(self, caller: Principal, name: str) -> Reading:
        """How far the caller's file is. NotFound when it is over, or another's."""
        drop = self._mine(caller, name)
        share, at = self.drops.progress(drop)
        newest = max(at, drop.at.timestamp())
        running = drop.id in self._running or time.time() < newest + _STALLED_S
        return Reading(drop, share, drop.state == "reading" and not running)

    def waiting(self, caller: Principal) -> list[Drop]:
        """The caller's files that are being read or wait for a profile, newest first."""
        found = self.drops.of(caller.organisation, caller.client_id)
        return [one for one in found if one.state in {"reading", "asks"}]

    def open(
        self, caller: Principal, name: str, answers: Mapping[str, str] | None = None
    ) -> Open | None:
        """The proposal for the caller's table; None: it is none, and only its figures are in doubt.

        NotFound; Conflict when nothing is asked.
        *answers* that tell what columns are, or the sheet, change it; the others wait for
        `confirm`. BadInput for one that is of no use.
        """
        drop = self._mine(caller, name)
        if drop.state != "asks":
            raise Conflict(drop.state, _WAITING)
        if not drop.is_table:
            return None
        with self.drops.file(drop).open("rb") as source:
            wanted = ProposalRequest(drop.name, _select_structural_answers(answers or {}, CONFIRM))
            found = self._reader.run(propose_profile, source, wanted, NoClerk())
        return Open(drop, found.proposal, found.table_rows)

    def confirm(
        self,
        caller: Principal,
        name: str,
        answers: Mapping[str, str],
        *,
        saved_as: str | None,
        now: datetime,
    ) -> Drop:
        """Answer what the file leaves open and read it with the answers.

        The profile of a table is saved once the file was read and stored; None: it is no table,
        and only doubts are answered. A doubt of its figures that is left asks again. What was
        confirmed of the figures of this file holds for this file alone. BadInput at the question
        whose answer is missing or none of its choices.
        """
        drop = self._mine(caller, name)
        told = _all_told(answers, drop.answers)
        opened = self.open(caller, name, told)
        if opened is None:
            way = (drop.way or Profile()).model_copy(update={"confirmed": confirmed_codes(told)})
        else:
            proposal = opened.proposal
            for question in proposal.questions:
                proposal = proposal.answered(question.field, told.get(question.name, ""))
            way = proposal.profile
        now_told = {"profile": saved_as, "way": way, "answers": told, "doubts": ()}
        drop = drop.model_copy(update={"state": "reading", **now_told})
        self.drops.save(drop)
        self._begin(caller, drop, way, now)
        return drop

    def resume(self, caller: Principal, name: str, *, now: datetime) -> Drop:
        """Read on a file whose reading was cut. Conflict when it was not."""
        reading = self.look(caller, name)
        if not reading.stalled:
            raise Conflict(reading.drop.state, _STOPPED)
        self._begin(caller, reading.drop, reading.drop.way, now)
        return reading.drop

    def forget(self, caller: Principal, name: str) -> None:
        """Remove the caller's file that waits: nothing of it was stored."""
        drop = self._mine(caller, name)
        if drop.state != "asks":
            raise Conflict(drop.state, _WAITING)
        self.drops.remove(drop.id)

    def recent(
        self, caller: Principal, *, limit: int = 20, now: datetime
    ) -> tuple[RecentDeposit, ...]:
        """The caller's newest deposits, by the browser, a program or the command line."""
        with self.deposits.store.read() as session:
            return recent_deposits(
                permit_own_data(caller, action="read", now=now), session, limit=limit
            )

    def read_deposit(self, caller: Principal, deposit: str, *, now: datetime) -> DepositRecord:
        """A deposit of the caller's. NotFound when it is absent, another's or not stored whole."""
        with self.deposits.store.read() as session:
            permit = permit_own_data(caller, action="read", now=now)
            found = deposit_report(permit, session, deposit)
            back = find_undo_answer(permit, session, deposit)
        if found is None:
            raise NotFound
        received_at, report = found
        kinds, mends = refused_files.list_refused_files(self.home, deposit)
        return DepositRecord(
            report.model_copy(update={"id": deposit}), received_at, back, kinds, mends
        )

    def find_refused_rows_file(
        self, caller: Principal, deposit: str, kind: str, *, now: datetime
    ) -> Path:
        """The file of the refused rows of a deposit of the caller's. NotFound."""
        if kind not in self.read_deposit(caller, deposit, now=now).sent_back:
            raise NotFound
        return refused_files.build_refused_path(self.home, deposit, kind)

    def start(self) -> None:
        """Read again what comes."""
        self._over.clear()

    def sweep(self) -> None:
        """Remove what nobody came back for; the disk's own time counts."""
        now = time.time()
        self.drops.sweep(before=now - WAITS.total_seconds())
        refused_files.sweep(self.home, before=now - refused_files.KEPT.total_seconds())

    def stop(self) -> None:
        """Cut what is being read: its page offers to read on, and what is stored stays."""
        self._over.set()
        wait(list(self._running.values()), timeout=_PATIENCE_S)

    def _mine(self, caller: Principal, name: str) -> Drop:
        drop = self.drops.read(name)
        if (drop.owner, drop.client) != (caller.organisation, caller.client_id):
            raise NotFound
        return drop

    def _begin(self, caller: Principal, drop: Drop, profile: Profile | None, now: datetime) -> None:
        with self._lock:
            if drop.id not in self._running:
                self.drops.beat(drop, 0.0)
                self._running[drop.id] = self.hands.submit(self._run, caller, drop, profile, now)

    def _run(self, caller: Principal, drop: Drop, profile: Profile | None, now: datetime) -> None:
        try:
            told = self._became(caller, drop, profile, now)
            self.drops.save(drop.model_copy(update=told))
            if told["state"] != "asks":
                self.drops.forget_file(drop)
        except _Stopped:
            pass  # it is read on when somebody asks for it
        finally:
            with self._lock:  # a reading may be over before `_begin` has written it down
                self._running.pop(drop.id, None)

    def _became(
        self, caller: Principal, drop: Drop, profile: Profile | None, now: datetime
    ) -> dict[str, object]:
        """What is known of the file once it is read, or refused."""
        try:
            return self._read_when_free(caller, drop, profile, now)
        except Unconfirmed:
            return {"state": "asks"}
        except Doubted as error:
            return {"state": "asks", "doubts": error.blocks, "way": error.profile}
        except SynergieError as error:
            return {"state": "refused", "fault": Fault.of(error)}
        except Exception:
            reference = token_hex(8)
            logging.getLogger("synergie").exception("depot.failed %s", reference)
            return {"state": "refused", "fault": Fault.of(ServerFault(reference))}

    def _read_when_free(
        self, caller: Principal, drop: Drop, profile: Profile | None, now: datetime
    ) -> dict[str, object]:
        """As `_read`, once other files leave the memory and the processes that it takes."""
        for _ in range(_TRIES):
            try:
                return self._read(caller, drop, profile, now)
            except Overloaded as error:
                if self._over.wait(error.retry_after):
                    raise _Stopped from None
                self._beat(drop, 0.0)
        return self._read(caller, drop, profile, now)

    def _read(
        self, caller: Principal, drop: Drop, profile: Profile | None, now: datetime
    ) -> dict[str, object]:
        """Deposit the file; what is known of it then."""
        form, mended = None, None
        late = self._late(caller, now)
        with self.drops.file(drop).open("rb") as source:
            alone = self._reader.run(bears_motives, source, None, NoClerk())
            if drop.after is not None:
                form, profile = self._way(caller, drop.after, now=now)
                if drop.way is not None:
                    profile = profile.confirming((drop.way.table or drop.way).confirmed)
                mended = self.read_deposit(caller, drop.after, now=now).report
                profile = refused_files.set_profile_step(profile, mended) if alone else profile
            deposits = replace(self.deposits, progress=lambda share: self._beat(drop, share))
            deposit_it = partial(
                deposits.deposit,
                caller, source, name=drop.name, format=form, profile=profile, now=now,
            )  # fmt: skip
            if alone or mended is not None:
                refused_files.refuse_misread(deposit_it(dry_run=True), mended)
            report = deposit_it()
            if drop.way is not None and drop.profile is not None:
                self.profiles.save(caller, drop.profile, build_saved_profile(drop.way), now=now)
            deposit = str(report.id)
            way = self._way(caller, deposit, now=now)
            refused_files.make(self.home, deposit, source, report, way=way, reader=self._reader)
        older = self.read_deposit(caller, deposit, now=now).received_at < now
        again = older and all(one.replayed for one in report.receipts)  # else it was cut
        fresh = sorted(late - self._late(caller, now))
        return {"state": "done", "deposit": deposit, "again": again, "fresh": tuple(fresh)}

    def _beat(self, drop: Drop, share: float) -> None:
        if self._over.is_set():
            raise _Stopped
        self.drops.beat(drop, share)

    def _way(self, caller: Principal, deposit: str, *, now: datetime) -> tuple[str, Profile]:
        """The format and the profile that a deposit of the caller's was read with."""
        with self.deposits.store.read() as session:
            way = deposit_way(permit_own_data(caller, action="read", now=now), session, deposit)
        if way is None:
            raise NotFound
        return way

    def _late(self, caller: Principal, now: datetime) -> set[str]:
        flows = self.freshness.flows(caller, now=now)
        return {one.id for one in flows if one.state != "up_to_date"}
