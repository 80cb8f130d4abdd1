"""Deposit a file as it is: recognise it, keep the good rows, say what became of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import BinaryIO

from synergie.errors import Conflict, KeyReused
from synergie.exchange._filing import Filing
from synergie.exchange._undo import Undoing
from synergie.exchange.once import Once, remember, replayed
from synergie.exchange.publication import Filed
from synergie.formats import read
from synergie.formats.check import check
from synergie.policy import Permit, Principal, own
from synergie.schemas.batch import Receipt
from synergie.schemas.deposit import DepositReport
from synergie.schemas.file_report import FileReport
from synergie.schemas.profile import Profile
from synergie.schemas.undone import Undone
from synergie.storage.batches import some_batches, stored
from synergie.storage.deposits import Deposited, begin_deposit, finish_deposit, known_deposit
from synergie.storage.idempotency import given
from synergie.storage.organisations import alone
from synergie.storage.reliance import rely
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class Deposits:
    """Files of the caller's own data; each batch in it is stored whole or not at all.

    A file that is sent again, in the same format and with the same profile, is known by its bytes
    and answered with its first report; one that was cut goes on where it was. The same content in
    another file adds nothing: its batches and records are known by what they say. A delivery point
    that is not declared yet is declared by its number alone, as one whose curve may tell of a
    person. `tell` translates the remarks of the report; `str` leaves them in English.
    """

    store: Store
    tell: Callable[[str], str] = str

    def deposit(
        self,
        caller: Principal,
        source: BinaryIO,
        *,
        name: str,
        format: str | None = None,  # noqa: A002 (the word of the wire)
        profile: Profile | None = None,
        dry_run: bool = False,
        once: Once | None = None,
        now: datetime,
    ) -> DepositReport:
        """Read *source* (seekable, open in binary) and store what is right in it; the report.

        *profile* declares what the file does not say. With *dry_run* nothing is written. Raises
        BadInput when the file is of no known kind; KeyReused as *once* says; Conflict when the
        deposit was undone while it ran.
        """
        answered = self._answered(once)
        if answered is not None:
            return answered
        declared = profile or Profile()
        with read(source, format=format, name=name, profile=declared) as opened:
            what = Deposited(
                sha256=opened.digest, format=opened.format, profile=declared.model_dump_json()
            )
        known = self._known(caller, what, now=now)
        if known is not None:
            told = known.model_copy(update={"dry_run": dry_run})
            return told if dry_run else self._remembered(once, told, now)
        source.seek(0)
        report = check(source, format=what.format, name=name, profile=declared, tell=self.tell)
        seen = DepositReport(
            **dict(report), name=name, sha256=what.sha256, dry_run=dry_run, receipts=()
        )
        if dry_run:
            return seen
        source.seek(0)
        told = self._filed(caller, source, what, seen, now=now)
        return self._remembered(once, told, now)
