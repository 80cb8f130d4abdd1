"""Signed receipts for what an organisation sent: it can prove what was received, and when."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import NotFound
from synergie.exchange.trust._journal_head import Head, JournalHead, no_journal
from synergie.policy import Principal, permit_own_data
from synergie.proof import receipt
from synergie.proof.jose import Prover
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.trust.export import StoredClaims
from synergie.storage.readings.batches import batch
from synergie.storage.readings.deposits import deposit_report
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """The server's word, signed, that a batch or a deposit of the caller's is stored.

    Each is an SD-JWT of `typ` `synergie-receipt+jwt`, with the journal's head at that time.
    """

    store: Store
    prover: Prover
    head: JournalHead = no_journal

    def batch(self, caller: Principal, batch_id: str, *, now: datetime) -> str:
        """Of a batch, whatever became of it since. NotFound when it is absent or another's."""
        with self.store.read() as session:
            found = batch(permit_own_data(caller, action="read", now=now), session, batch_id)
            head = self.head(session, now)
        if found is None:
            raise NotFound
        return self._signed(caller, _of_batch(found), head, now)

    def deposit(self, caller: Principal, deposit_id: str, *, now: datetime) -> str:
        """Of a deposited file. NotFound when it is absent, another's, or not stored whole yet."""
        with self.store.read() as session:
            report = deposit_report(
                permit_own_data(caller, action="read", now=now), session, deposit_id
            )
            head = self.head(session, now)
        if report is None:
            raise NotFound
        received_at, told = report
        return self._signed(caller, _of_deposit(told, deposit_id, received_at), head, now)

    def _signed(
        self, caller: Principal, told: dict[str, object], head: Head | None, now: datetime
    ) -> str:
        common = {
            "iss": self.prover.issuer,
            "aud": caller.organisation,
            "iat": int(now.timestamp()),
            "tree_size": None if head is None else head.tree_size,
            "root": None if head is None else head.root,
        }
        return receipt.sign_stored_receipt(self.prover, StoredClaims.model_validate(common | told))


def _of_batch(told: Receipt) -> dict[str, object]:
    return {
        "sub": told.id,
        "kind": told.kind,
        "sha256": told.digest,
        "received_at": told.received_at,
        "rows": told.received,
        "kept": told.kept,
        "refused": told.refused,
        "seq": told.seq,
    }


def _of_deposit(told: DepositReport, deposit_id: str, received_at: datetime) -> dict[str, object]:
    return {
        "sub": deposit_id,
        "kind": "deposit",
        "sha256": told.sha256,
        "received_at": received_at,
        "rows": told.records + told.duplicates + told.rejected,
        "kept": told.records,
        "refused": told.rejected,
        "seq": max((one.seq for one in told.receipts), default=0),
        "batches": tuple(one.id for one in told.receipts),
    }
