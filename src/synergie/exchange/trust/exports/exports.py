"""What organisations do with exports: make files, fetch them, prove what was handed over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from synergie.errors import Conflict, KeyReused, NotAllowed, NotFound, Overloaded
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once
from synergie.exchange.trust._journal_head import Head, JournalHead, no_journal
from synergie.exchange.trust.exports import _export_files
from synergie.exchange.trust.exports._export_files import folder_of
from synergie.exchange.trust.exports._export_grants import authorize_export_again, record_taken
from synergie.exchange.trust.exports._export_making import Care, Making
from synergie.exchange.trust.exports._export_receipt import check_export_receipt
from synergie.policy import Principal, permit_operator, permit_party
from synergie.proof.jose import Prover
from synergie.schemas.page import Page
from synergie.schemas.trust.export import Export, ExportFile, ExportReceipt, ExportRequest
from synergie.storage.idempotency import find_kept_answer
from synergie.storage.store import Session, Store
from synergie.storage.trust import exports as kept
from synergie.storage.trust.exports import ExportProofs
from synergie.storage.trust.journal import journal
from synergie.storage.trust.journal.journal import Entry

__all__ = ["AGAIN", "Care", "Download", "Exports", "Head", "JournalHead"]

AGAIN = 4 << 20
"""Bytes of a file that are handed out under one decision."""

_PIECE = 64 * 1024
_ABANDONED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out; `ask` raises when no more of it may go."""

    file: ExportFile
    path: Path
    ask: Callable[[], object]

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file, asked for again every 4 MiB; memory holds one piece."""
        sent = 0
        with self.path.open("rb") as source:
            while piece := source.read(_PIECE):
                if sent and sent % AGAIN == 0:
                    self.ask()
                sent += len(piece)
                yield piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """Exports that the caller made, or that hold the caller's data.

    `clock`, where one is asked for, gives the time of each decision; what it raises stops the run.
    """

    store: Store
    prover: Prover
    care: Care
    head: JournalHead = no_journal

    def make(
        self,
        caller: Principal,
        request: ExportRequest,
        *,
        once: Once | None = None,
        clock: Callable[[], datetime],
    ) -> Export:
        """Make the files, all or none, and their signed manifest.

        Each page is decided again, and the whole once more when it is kept. NotFound, NotAllowed;
        TooLarge over the room of one export; Overloaded while too many are made; InProgress while
        the same request runs; Conflict when the agreement changed meanwhile.
        """
        with self.care.running.alone(once):
            answered = self._answered(caller, once)
            if answered is not None:
                return answered
            if not self.care.room.acquire(blocking=False):
                raise Overloaded(5)
            try:
                self.sweep(now=clock())
                return Making(
                    store=self.store,
                    prover=self.prover,
                    care=self.care,
                    head=self.head,
                    caller=caller,
                    request=request,
                    once=once,
                    clock=clock,
                ).run()
            finally:
                self.care.room.release()

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[Export]:
        """A page of exports, by id: those made by the caller, and those of the caller's data."""
        permit = permit_party(caller, action="read", now=now)
        bound = f"exports\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = kept.list_exports(
                permit, session, after=place, limit=limit + 1, agreements=caller.agreements
            )
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
        return Page(items=tuple(some), next=following)

    def read(self, caller: Principal, export_id: str, *, now: datetime) -> Export:
        """One export. NotFound when it is absent or of others."""
        return self._read(caller, export_id, now=now).export

    def manifest(self, caller: Principal, export_id: str, *, now: datetime) -> str:
        """Its signed manifest, for both parties and for ever."""
        return self._read(caller, export_id, now=now).manifest

    def tree_head(self, caller: Principal, export_id: str, *, now: datetime) -> str:
        """The signed head of the journal that its manifest names. NotFound without journal."""
        found = self._read(caller, export_id, now=now).tree_head
        if found is None:
            raise NotFound
        return found

    def receipt(self, caller: Principal, export_id: str, *, now: datetime) -> ExportReceipt:
        """The recipient's receipt, for both parties. NotFound before there is one."""
        found = self._read(caller, export_id, now=now).receipt
        if found is None:
            raise NotFound
        return found

    def download(
        self, caller: Principal, export_id: str, name: str, *, clock: Callable[[], datetime]
    ) -> Download:
        """One file, for who made the export, while what was opened then is still open.

        NotFound for an unknown file; NotAllowed when the agreement opens it no more; Conflict when
        the files are removed, or when other things are open now than were then.
        """
        now = clock()
        with self.store.write(essential=True) as session:
            made = _find_visible_export(session, caller, export_id, now=now)
            _check_export_recipient(made, caller)
            file = next((one for one in made.export.files if one.name == name), None)
            if file is None:
                raise NotFound
            grants = authorize_export_again(session, caller, made, now=now)
            path = folder_of(self.care.folder, made.export.id) / file.name
            if made.export.kept_until <= now or not path.is_file():
                raise Conflict("removed", "an export whose files are still kept")
            record_taken(session, made, grants, file, now=now)

        def ask() -> None:
            later = clock()
            with self.store.read() as session:
                authorize_export_again(session, caller, made, now=later)

        return Download(file, path, ask)

    def receive(
        self, caller: Principal, export_id: str, jws: str, *, now: datetime
    ) -> ExportReceipt:
        """Keep the recipient's receipt; the same again is answered the same.

        BadInput when it is not signed by a registered key of the organisation or of its program,
        or is not for this manifest; Conflict when another one said that all is well.
        """
        with self.store.write(essential=True) as session:
            permit = permit_party(caller, action="write", now=now)
            made = kept.find_export(permit, session, export_id, for_update=True)
            if made is None or not _is_export_visible(made.agreement, caller):
                raise NotFound
            _check_export_recipient(made, caller)
            if made.receipt is not None and made.receipt.jws == jws:
                return made.receipt
            claims = check_export_receipt(session, caller, made, jws, issuer=self.prover.issuer)
            if made.receipt is not None and made.receipt.files_ok:
                raise Conflict("received", "an export not yet received")
            receipt = ExportReceipt(
                export=made.export.id,
                by=caller.organisation,
                at=now,
                files_ok=claims.files_ok,
                refused=claims.refused,
                jws=jws,
            )
            kept.save_export_receipt(permit, session, receipt)
            journal.append(permit, session, _build_received_entry(made, receipt, caller), now=now)
        return receipt

    def sweep(self, *, now: datetime) -> int:
        """Remove files whose time is over, and what a killed run left behind; how many exports."""
        broom, home = permit_operator(now=now), self.care.folder
        with self.store.read() as session:
            over = kept.list_expired_exports(broom, session)
        if over:
            with self.store.write(essential=True) as session:
                kept.note_removed(broom, session, over)
            for export_id in over:
                _export_files.remove(folder_of(home, export_id))
        left = list(
            _export_files.iterate_stale_folders(home, before=(now - _ABANDONED).timestamp())
        )
        if left:
            with self.store.read() as session:
                known = kept.with_files(broom, session, [path.name for path in left])
            for path in left:
                if path.name not in known:
                    _export_files.remove(path)
        return len(over)

    def _answered(self, caller: Principal, once: Once | None) -> Export | None:
        if once is None:
            return None
        with self.store.read() as session:
            found = find_kept_answer(session, once.client, once.key)
        if found is None:
            return None
        if found[:2] != (once.request, once.body_sha256):
            raise KeyReused
        answer = Export.model_validate_json(found[2])
        if not _is_export_visible((answer.agreement or "").partition("/")[0], caller):
            raise NotFound
        return answer

    def _read(self, caller: Principal, export_id: str, *, now: datetime) -> ExportProofs:
        with self.store.read() as session:
            return _find_visible_export(session, caller, export_id, now=now)


def _find_visible_export(
    session: Session, caller: Principal, export_id: str, *, now: datetime
) -> ExportProofs:
    made = kept.find_export(permit_party(caller, action="read", now=now), session, export_id)
    if made is None or not _is_export_visible(made.agreement, caller):
        raise NotFound
    return made


def _is_export_visible(agreement: str | None, caller: Principal) -> bool:
    """A token that was narrowed to agreements (RFC 9396) is told of exports under them only."""
    return caller.agreements is None or agreement in caller.agreements


def _check_export_recipient(made: ExportProofs, caller: Principal) -> None:
    if made.export.recipient != caller.organisation:
        raise NotAllowed("other_party")


def _build_received_entry(made: ExportProofs, receipt: ExportReceipt, caller: Principal) -> Entry:
    return Entry(
        "export.received",
        by=caller.organisation,
        client=caller.client_id,
        owner=made.export.owner,
        agreement=made.export.agreement,
        subjects=(made.export.id,),
        reason="files_ok" if receipt.files_ok else "files_refused",
    )
