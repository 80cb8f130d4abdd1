"""Deposit a file as it is: recognise it, keep the good rows, say what became of each."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from decimal import Decimal
from secrets import token_hex
from typing import BinaryIO

from synergie.errors import BadInput, Conflict, KeyReused, NotAllowed, NotUndone
from synergie.exchange._subscribed import Subscribed
from synergie.exchange.files.byte_budget import EXPANSION, ByteBudget
from synergie.exchange.files.file_reader import DirectReader, FileReader
from synergie.exchange.files.file_tasks import Order, examine_file
from synergie.exchange.files.record_spool import RecordSpool
from synergie.exchange.publication.publication import Filed
from synergie.exchange.readings._filing import WAITING_BYTES, Filing, Still
from synergie.exchange.readings._undo import undo
from synergie.exchange.readings.deposit_hooks import try_deposit_hooks
from synergie.exchange.readings.energies.meter_differences import find_meter_differences
from synergie.exchange.readings.energies.stored_differences import Comparison, Differences
from synergie.exchange.readings.energies.year_tables import stored_years
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.readings.profiles import Profiles
from synergie.formats import checks
from synergie.formats.tables.differences import find_differences
from synergie.formats.tables.propose import Unconfirmed
from synergie.policy import Principal, permit_own_data
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.readings.file_report import FileReport, Finding
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.saved_profile import SavedProfile
from synergie.schemas.readings.undone import Undone
from synergie.storage.assets.reliance import record_reliance
from synergie.storage.idempotency import find_kept_answer
from synergie.storage.readings.batches import batches_of, list_stored_batches, some_batches
from synergie.storage.readings.deposits import (
    Deposited,
    begin_deposit,
    find_same_deposit,
    finish_deposit,
)
from synergie.storage.store import Store, run_again
from synergie.storage.trust.organisations import alone

_NOT_STORED = frozenset(
    {
        "offers",
        "offers-xlsx",
        "template-purchase-group",
        "template-forward-prices",
        "meteo-france-daily",
        "template-crews",
        "template-rules",
    }
)
"""What a plan is made of is read by the plan, or kept with its purchase; never in the store."""
_ANSWERED = "figures that hold, or the answer confirm:CODE=yes of whoever looked at them"
_BESIDE = 200
"""Series of a file whose years are told beside those that are stored."""
_READING, _MOST = 0.6, 0.99
"""Share of a deposit that is the reading of its file, and the last that is told."""
_A_PLAN_READS_IT = (
    "a file of records that are stored; price schedules, the file of a group and rules go to "
    "synergie plan purchase (--offers, --group, --rules), or to synergie purchase offers; a price "
    "forward curve goes to synergie plan forward (--curve), a crew book to synergie plan "
    "maintenance (--crews), daily weather to synergie contract (--weather)"
)


@dataclass(frozen=True, slots=True)
class Deposits:
    """Files of the caller's own data; each batch in it is stored whole or not at all.

    A file that is sent again, in the same format and with the same profile, is known by its bytes
    and answered with its first report; one that was cut goes on where it was. The same content in
    another file adds nothing: its batches and records are known by what they say. A delivery point
    that is not declared yet is declared by its number alone, as one whose curve may tell of a
    person. A file is opened once, by the `reader`, which hands over its report and its records.
    `tell` translates the remarks of the report; `str` leaves them in English. `still` says
    NotAllowed of a caller who may not write any more: it is asked before each batch, and as the
    report is kept. `progress` is told how far a deposit is, 0 to 1.
    What a file takes of memory is reserved in the `budget` before: TooLarge, Overloaded.
    """

    store: Store
    tell: Callable[[str], str] = str
    reader: FileReader = field(default_factory=DirectReader)
    budget: ByteBudget = field(default_factory=ByteBudget)
    still: Still = lambda *_: None
    progress: Callable[[float], None] = lambda _: None

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
        head is new, or that says otherwise than that profile, raises
        Unconfirmed. With *dry_run* nothing is written. Raises Doubted when its figures leave a
        doubt that *profile* does not confirm, or say otherwise than a profile that is named;
        BadInput when the file is of no known kind; KeyReused as *once* says; Conflict when the
        deposit was undone while it ran; NotAllowed when the caller may not write any more, and
        nothing stays then, or NotUndone, for something later stands on a part of it.
        """
        answered = self._answered(once)
        if answered is not None:
            return answered
        with RecordSpool() as spool, ExitStack() as memory:
            file = _File(self, caller, spool, memory, dry_run=dry_run, now=now)
            report = self._examined(file, source, profile, name=name, form=format)
            if report is not None and report.kinds.get("period_energy"):
                report = self._compared(file, report)
            if report is not None and not dry_run and report.blocks:
                raise Doubted(report.blocks, file.profile)
            if file.known is None and report is not None:
                file.known = self._new(file, report)
        if file.known is None:
            raise TypeError("a file that is not read is known")
        told = file.known.model_copy(update={"dry_run": dry_run})
        if dry_run:
            return told
        try_deposit_hooks(self.store, caller.organisation, now=now)
        return self._remembered(once, told, now)

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
            permit = permit_own_data(caller, action="read", now=now)
            found = list_stored_batches(permit, session, batch_id=subject)
        return next((one.deposit for one in found if one.deposit is not None), subject)

    def _examined(
        self,
        file: "_File",
        source: BinaryIO,
        profile: Profile | str | None,
        *,
        name: str,
        form: str | None,
    ) -> FileReport | None:
        """The report of the file, by one read of its bytes; None when it is known."""
        saved, declared = Profiles(self.store), profile
        if isinstance(declared, str):
            chosen = saved.chosen(file.caller, declared, now=file.now)
            declared, form = chosen.profile, form or chosen.format
        try:
            whole = declared or Profile()
            named = isinstance(profile, str)
            return self._read(file, source, whole, name=name, form=form, named=named)
        except Unconfirmed as open_:
            known = saved.find_profile(file.caller, open_.proposal, now=file.now)
            if known is None or self._says_otherwise(open_, known):
                raise
            return self._read(file, source, known.profile, name=name, form=form)

    def _compared(self, file: "_File", report: FileReport) -> FileReport:
        """*report* with what the store says of the same points; what differs is marked."""
        table = file.profile.table
        confirmed = frozenset(checks.CHECKS if table is None else table.confirmed)
        with self.store.read() as session:
            permit = permit_own_data(file.caller, action="read", now=file.now)
            compared = Comparison(permit, session, self.tell, confirmed)
            file.differences = compared.compare(file.spool.records(lambda _: None))
            some = sorted({one.id for one in report.series[:_BESIDE] if one.by_year})
            stored = stored_years(permit, session, some)
        series = tuple(
            one.model_copy(update={"stored_by_year": stored[one.id, one.direction or "import"]})
            if (one.id, one.direction or "import") in stored
            else one
            for one in report.series
        )
        return file.differences.beside(report.model_copy(update={"series": series}))

    @staticmethod
    def _says_otherwise(open_: Unconfirmed, known: SavedProfile) -> bool:
        """Whether the file contradicts the profile saved for its head: it is asked about anew."""
        some = find_differences(open_.proposal, known.profile)
        return known.profile.table is None or any(True for _ in some)

    def _read(
        self,
        file: "_File",
        source: BinaryIO,
        profile: Profile,
        *,
        name: str,
        form: str | None,
        named: bool = False,
    ) -> FileReport | None:
        file.name, file.profile = name, profile
        order = Order(
            name=name,
            form=form,
            profile=profile,
            named=named,
            records=not file.dry_run,
            tell=self.tell,
            now=file.now,
        )
        return self.reader.run(examine_file, source, order, file)

    def first_report(
        self, caller: Principal, what: Deposited, *, now: datetime
    ) -> DepositReport | None:
        """The first report of the same file, with what became of its batches since."""
        with self.store.read() as session:
            permit = permit_own_data(caller, action="read", now=now)
            found = find_same_deposit(permit, session, what)
            if found is None or found[1] is None:
                return None
            report = found[1]
            held = some_batches(permit, session, [one.id for one in report.receipts])
        again = (held.get(one.id, one) for one in report.receipts)
        receipts = tuple(one.model_copy(update={"replayed": True}) for one in again)
        return report.model_copy(update={"receipts": receipts})

    def _new(self, file: "_File", report: FileReport) -> DepositReport:
        """Store what the file holds under a deposit of its own, or the one begun."""
        caller, now = file.caller, file.now
        seen = DepositReport(
            **dict(report), name=file.name, sha256=file.what.sha256, dry_run=file.dry_run
        )
        if file.dry_run:
            return seen
        file.reserve(min(file.spool.size, WAITING_BYTES))
        deposit = self._begun(caller, file, now=now)
        into = Filed(deposit, file.what.format)
        filing = Filing(
            self.store, caller, into, self.tell,
            now=now, still=self.still, weigh=lambda: file.spool.last,
        )  # fmt: skip
        try:
            records = file.differences.mark(file.spool.records(file.store_progress))
            receipts = tuple(filing.store_all(records))
            stored = {
                "receipts": receipts,
                "refused": (*seen.refused, *filing.refused),
                "findings": (*seen.findings, *self._beside_meters(file, seen)),
            }
            told = seen.model_copy(update={"id": deposit, **stored})
            self._finish(caller, told, now=now)
        except NotAllowed as error:
            self._take_back(caller, deposit, error, now=now)
            raise
        return told

    def _beside_meters(self, file: "_File", report: FileReport) -> list[Finding]:
        """Months that bills or tables and curves tell otherwise, once the file is stored."""
        points = (one.id.partition("/")[0] for one in report.series if ":" in one.id)
        with self.store.read() as session:
            permit = permit_own_data(file.caller, action="read", now=file.now)
            return find_meter_differences(permit, session, points, self.tell)

    def _take_back(
        self, caller: Principal, deposit: str, why: NotAllowed, *, now: datetime
    ) -> None:
        """Undo what was stored before *why*. NotUndone when something later stands on it."""
        try:
            undo(self.store, caller, deposit, dry_run=False, now=now)
        except Conflict as stays:
            later = self.deposit_of(caller, stays.found, now=now)
            raise NotUndone(why.reason, deposit, later) from why

    @run_again
    def _begun(self, caller: Principal, file: "_File", *, now: datetime) -> str:
        """The deposit that this file is: a new one, or the one that was cut."""
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            alone(permit, session)
            self.still(session, caller)
            found = find_same_deposit(permit, session, file.what)
            if found is not None:
                return found[0]
            deposit = f"dep_{token_hex(10)}"
            client = caller.client_id
            begin_deposit(
                permit, session, deposit, file.what, name=file.name, client=client, now=now
            )
        return deposit

    @run_again
    def _finish(self, caller: Principal, told: DepositReport, *, now: datetime) -> None:
        """Keep the report; batches of other deposits that were found again are relied on."""
        deposit = str(told.id)
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            alone(permit, session)
            self.still(session, caller)
            if not finish_deposit(permit, session, told):
                raise Conflict("undone", "a deposit that nobody undoes while it runs")
            mine = batches_of(permit, session, deposit)
            others = {one.id for one in told.receipts} - mine
            record_reliance(permit, session, deposit, others, replaces=False)

    def _answered(self, once: Once | None) -> DepositReport | None:
        if once is None:
            return None
        with self.store.read() as session:
            found = find_kept_answer(session, once.client, once.key)
        if found is None:
            return None
        if found[:2] != (once.request, once.body_sha256):
            raise KeyReused
        return DepositReport.model_validate_json(found[2])

    @run_again
    def _remembered(self, once: Once | None, told: DepositReport, now: datetime) -> DepositReport:
        if once is None:
            return told
        with self.store.write() as session:
            known = claim_or_replay(session, once, DepositReport, now=now)
            if known is None:
                store_answer(session, once, told)
        return known or told


class Doubted(BadInput):
    """A file whose figures leave a doubt: nothing is stored until somebody answers it."""

    def __init__(self, blocks: tuple[Finding, ...], profile: Profile) -> None:
        one = blocks[0]
        super().__init__(one.place or "file", one.text, _ANSWERED, one.code)
        self.args = (blocks, profile)  # for pickle
        self.blocks = blocks
        """All of them; the error tells the first."""
        self.profile = profile
        """What the file was read with."""


@dataclass(slots=True)
class _File:
    """A file that is being deposited: what it is, and what its reader asks and hands over."""

    deposits: Deposits
    caller: Principal
    spool: RecordSpool
    memory: ExitStack
    """Gives back what is reserved."""
    _: KW_ONLY
    dry_run: bool
    now: datetime
    name: str = ""
    profile: Profile = field(default_factory=Profile)
    known: DepositReport | None = None
    """The first report of the same file. None: it is new."""
    differences: Differences = field(default_factory=Differences)
    """What it tells otherwise than the store."""
    _take: Callable[[int], None] | None = None
    """Reserves memory."""
    _what: Deposited | None = None
    _subscribed: Subscribed | None = None

    @property
    def what(self) -> Deposited:
        """What the file is, once it is open."""
        if self._what is None:
            raise TypeError("a file that is read is open")
        return self._what

    def open(self, form: str, digest: str) -> bool:
        """Whether it is new. BadInput when it is new and of what is not stored."""
        self._what = Deposited(sha256=digest, format=form, profile=self.profile.model_dump_json())
        self.known = self.deposits.first_report(self.caller, self._what, now=self.now)
        if self.known is None and not self.dry_run and form in _NOT_STORED:
            raise BadInput("file", form, _A_PLAN_READS_IT)
        return self.known is None

    def subscribed(self, key: str) -> Decimal | None:
        """What the store knows of a point of the caller's own."""
        if self._subscribed is None:
            self._subscribed = Subscribed(self.deposits.store, self.caller, self.now)
        return self._subscribed(key)

    def keep(self, pack: bytes) -> None:
        """Some records wait for the end of the reading."""
        self.spool.add(pack)

    def reserve(self, size: int) -> None:
        """Memory for *size* bytes of JSON once they are objects."""
        if self._take is None:
            growing = self.deposits.budget.growing(self.caller.organisation, "file")
            self._take = self.memory.enter_context(growing)
        self._take(EXPANSION * size)

    def progress(self, share: float) -> None:
        """The reading is the larger part."""
        self.deposits.progress(_READING * share)

    def store_progress(self, share: float) -> None:
        """The storing is the rest."""
        self.deposits.progress(_READING + (_MOST - _READING) * share)
