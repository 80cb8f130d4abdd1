"""Deposit a file as it is: recognise it, keep the good rows, say what became of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import BinaryIO

from synergie.errors import BadInput, Conflict, KeyReused, NotAllowed, NotUndone
from synergie.exchange._filing import Filing, Still
from synergie.exchange._subscribed import Subscribed
from synergie.exchange._undo import undo
from synergie.exchange.once import Once, remember, replayed
from synergie.exchange.profiles import Profiles
from synergie.exchange.publication import Filed
from synergie.formats import read
from synergie.formats.check import check
from synergie.formats.plausible import marked
from synergie.formats.tables.propose import Unconfirmed, table_format
from synergie.policy import Principal, own
from synergie.schemas.batch import Receipt
from synergie.schemas.deposit import DepositReport
from synergie.schemas.profile import Profile
from synergie.schemas.undone import Undone
from synergie.storage.batches import batches_of, some_batches, stored
from synergie.storage.deposits import Deposited, begin_deposit, finish_deposit, known_deposit
from synergie.storage.idempotency import given
from synergie.storage.organisations import alone
from synergie.storage.reliance import rely
from synergie.storage.store import Store

_NOT_STORED = frozenset({"offers", "offers-xlsx", "template-purchase-group", "template-crews"})
"""What a plan is made of is read by the plan, or kept with its purchase; never in the store."""
_A_PLAN_READS_IT = (
    "a file of records that are stored; price schedules and the file of a group go to synergie "
    "plan purchase (--offers, --group), or to synergie purchase offers; a crew book goes to "
    "synergie plan maintenance (--crews)"
)


@dataclass(frozen=True, slots=True)
class Deposits:
    """Files of the caller's own data; each batch in it is stored whole or not at all.

    A file that is sent again, in the same format and with the same profile, is known by its bytes
    and answered with its first report; one that was cut goes on where it was. The same content in
    another file adds nothing: its batches and records are known by what they say. A delivery point
    that is not declared yet is declared by its number alone, as one whose curve may tell of a
    person. `tell` translates the remarks of the report; `str` leaves them in English. `trial` may
    refuse a file, its format, name and profile, before it is read here. `still` says NotAllowed of
    a caller who may not write any more: it is asked before each batch, and as the report is kept.
    """

    store: Store
    tell: Callable[[str], str] = str
    trial: Callable[[BinaryIO, str, str, Profile], None] = lambda *_: None
    still: Still = lambda *_: None

    def deposit(
        self,
        caller: Principal,
        source: BinaryIO,
        *,
        name: str,
        format: str | None = None,  # noqa: A002 (the word of the wire)
        profile: Profile | str | None = None,
        dry_run: bool = False,
        once: Once | None = None,
        now: datetime,
    ) -> DepositReport:
        """Read *source* (seekable, open in binary) and store what is right in it; the report.

        *profile*: what the file does not say, or the name of a profile that the caller saved;
        None: a table whose head is known is read with the profile that was saved for it; one whose
        head is new raises Unconfirmed. With *dry_run* nothing is written. Raises BadInput when the
        file is of no known kind; KeyReused as *once* says; Conflict when the deposit was undone
        while it ran; NotAllowed when the caller may not write any more, and nothing stays then, or
        NotUndone, for something later stands on a part of it.
        """
        answered = self._answered(once)
        if answered is not None:
            return answered
        file = self._opened(caller, source, profile, name=name, form=format, now=now)
        known = self._known(caller, file, now=now)
        if known is None:
            known = self._new(caller, source, file, dry_run=dry_run, now=now)
        told = known.model_copy(update={"dry_run": dry_run})
        return told if dry_run else self._remembered(once, told, now)

    def undo(
        self, caller: Principal, subject: str, *, dry_run: bool = False, now: datetime
    ) -> Undone:
        """Undo a batch or a whole deposit of the caller's; what is lost. The same answer each time.

        What was there before holds again, and reads of a past moment still give what was undone.
        With *dry_run* nothing is written. NotFound; Conflict when a later batch stands on it.
        """
        return undo(self.store, caller, subject, dry_run=dry_run, now=now)

    def deposit_of(self, caller: Principal, subject: str, *, now: datetime) -> str:
        """The deposit that the caller's batch *subject* came by; *subject* when by none."""
        with self.store.read() as session:
            permit = own(caller, action="read", now=now)
            found = stored(permit, session, batch_id=subject)
        return next((one.deposit for one in found if one.deposit is not None), subject)

    def _opened(
        self,
        caller: Principal,
        source: BinaryIO,
        profile: Profile | str | None,
        *,
        name: str,
        form: str | None,
        now: datetime,
    ) -> "_File":
        """What the file is, by one read of its bytes, and the profile it is read with."""
        saved, declared = Profiles(self.store), profile
        if isinstance(declared, str):
            chosen = saved.chosen(caller, declared, now=now)
            declared, form = chosen.profile, form or chosen.format
        if form is None and declared is not None and declared.table is not None:
            form = table_format(source)
            source.seek(0)
        try:
            return _File.of(source, declared or Profile(), name=name, form=form)
        except Unconfirmed as open_:
            known = saved.known(caller, open_.proposal, now=now)
            if known is None:
                raise
            source.seek(0)
            return _File.of(source, known.profile, name=name, form=form)

    def _known(self, caller: Principal, file: "_File", *, now: datetime) -> DepositReport | None:
        """The first report of the same file, with what became of its batches since."""
        with self.store.read() as session:
            permit = own(caller, action="read", now=now)
            found = known_deposit(permit, session, file.what)
            if found is None or found[1] is None:
                return None
            report = found[1]
            held = some_batches(permit, session, (one.id for one in report.receipts))
        again = (held.get(one.id, one) for one in report.receipts)
        receipts = tuple(one.model_copy(update={"replayed": True}) for one in again)
        return report.model_copy(update={"receipts": receipts})

    def _new(
        self, caller: Principal, source: BinaryIO, file: "_File", *, dry_run: bool, now: datetime
    ) -> DepositReport:
        """Check the whole file, then store it under a deposit of its own, or the one begun."""
        if not dry_run and file.what.format in _NOT_STORED:
            raise BadInput("file", file.what.format, _A_PLAN_READS_IT)
        source.seek(0)
        self.trial(source, file.what.format, file.name, file.profile)
        subscribed = Subscribed(self.store, caller, now)
        report = check(
            source,
            format=file.what.format,
            name=file.name,
            profile=file.profile,
            subscribed=subscribed,
            tell=self.tell,
        )
        seen = DepositReport(
            **dict(report), name=file.name, sha256=file.what.sha256, dry_run=dry_run
        )
        if dry_run:
            return seen
        deposit = self._begun(caller, file, now=now)
        into = Filed(deposit, file.what.format)
        filing = Filing(self.store, caller, into, self.tell, now=now, still=self.still)
        try:
            receipts = _stored(filing, source, file, subscribed)
            stored = {"receipts": receipts, "refused": (*seen.refused, *filing.refused)}
            told = seen.model_copy(update={"id": deposit, **stored})
            self._finish(caller, told, now=now)
        except NotAllowed as error:
            self._take_back(caller, deposit, error, now=now)
            raise
        return told

    def _take_back(
        self, caller: Principal, deposit: str, why: NotAllowed, *, now: datetime
    ) -> None:
        """Undo what was stored before *why*. NotUndone when something later stands on it."""
        try:
            undo(self.store, caller, deposit, dry_run=False, now=now)
        except Conflict as stays:
            later = self.deposit_of(caller, stays.found, now=now)
            raise NotUndone(why.reason, deposit, later) from why

    def _begun(self, caller: Principal, file: "_File", *, now: datetime) -> str:
        """The deposit that this file is: a new one, or the one that was cut."""
        with self.store.write() as session:
            permit = own(caller, action="write", now=now)
            alone(permit, session)
            self.still(session, caller)
            found = known_deposit(permit, session, file.what)
            if found is not None:
                return found[0]
            deposit = f"dep_{token_hex(10)}"
            client = caller.client_id
            begin_deposit(
                permit, session, deposit, file.what, name=file.name, client=client, now=now
            )
        return deposit

    def _finish(self, caller: Principal, told: DepositReport, *, now: datetime) -> None:
        """Keep the report; batches of other deposits that were found again are relied on."""
        deposit = str(told.id)
        with self.store.write() as session:
            permit = own(caller, action="write", now=now)
            alone(permit, session)
            self.still(session, caller)
            if not finish_deposit(permit, session, told):
                raise Conflict("undone", "a deposit that nobody undoes while it runs")
            mine = batches_of(permit, session, deposit)
            others = {one.id for one in told.receipts} - mine
            rely(permit, session, deposit, others, replaces=False)

    def _answered(self, once: Once | None) -> DepositReport | None:
        if once is None:
            return None
        with self.store.read() as session:
            found = given(session, once.client, once.key)
        if found is None:
            return None
        if found[:2] != (once.request, once.body_sha256):
            raise KeyReused
        return DepositReport.model_validate_json(found[2])

    def _remembered(self, once: Once | None, told: DepositReport, now: datetime) -> DepositReport:
        if once is None:
            return told
        with self.store.write() as session:
            known = replayed(session, once, DepositReport, now=now)
            if known is None:
                remember(session, once, told)
        return known or told


def _stored(
    filing: Filing, source: BinaryIO, file: "_File", subscribed: Subscribed
) -> tuple[Receipt, ...]:
    """The file, read once more and stored batch by batch; the receipts."""
    source.seek(0)
    with read(source, format=file.what.format, name=file.name, profile=file.profile) as opened:
        return tuple(filing.store_all(marked(opened.records, subscribed, opened.report)))


@dataclass(frozen=True, slots=True)
class _File:
    """What a file is and how it is read."""

    what: Deposited
    name: str
    profile: Profile

    @classmethod
    def of(cls, source: BinaryIO, profile: Profile, *, name: str, form: str | None) -> "_File":
        """Recognised and hashed; nothing of its content is read yet but its head."""
        with read(source, format=form, name=name, profile=profile) as opened:
            what = Deposited(
                sha256=opened.digest, format=opened.format, profile=profile.model_dump_json()
            )
        return cls(what, name, profile)
