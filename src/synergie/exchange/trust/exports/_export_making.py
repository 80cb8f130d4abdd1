"""How an export is made: decided, written page by page, decided once more, signed and kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from threading import BoundedSemaphore, Lock

from synergie.errors import Conflict, InProgress
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.trust._journal_head import Head, JournalHead, no_journal
from synergie.exchange.trust.exports._export_content import Content
from synergie.exchange.trust.exports._export_files import Draft, open_export_draft
from synergie.exchange.trust.exports._export_grants import (
    Grants,
    authorize_export,
    format_agreement_version,
    hash_grants,
    record_made,
)
from synergie.policy import Principal
from synergie.proof import manifest
from synergie.proof.jose import Prover
from synergie.schemas.trust.agreement import Grant
from synergie.schemas.trust.export import Export, ExportRequest, ManifestClaims, ManifestPeriod
from synergie.storage.store import Session, Store
from synergie.storage.trust.exports import ExportProofs, save_export

_STAYS = "an agreement that stays as it is while its export is made"
_UNSIGNED = "0" * 64
_COME_BACK_S = 15.0


class Running:
    """The requests that are being made here, by client and Idempotency-Key.

    A program that has waited for its answer too long asks again: the same work is not begun twice.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: set[tuple[str, str]] = set()

    @contextmanager
    def alone(self, once: Once | None) -> Iterator[None]:
        """While the block runs, the same request again is InProgress."""
        name = None if once is None else (once.client, once.key)
        with self._lock:
            if name in self._known:
                error = InProgress()
                error.retry_after = _COME_BACK_S
                raise error
            if name is not None:
                self._known.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._known -= {name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """How exports are kept: where, for how long, how large, and how many are made at once."""

    folder: Path
    keep: timedelta = timedelta(days=7)
    most_bytes: int = 512 << 20
    room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(4))
    running: Running = field(default_factory=Running)


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """One export on its way."""

    store: Store
    prover: Prover
    care: Care
    head: JournalHead = no_journal
    caller: Principal
    request: ExportRequest
    once: Once | None
    clock: Callable[[], datetime]

    def run(self) -> Export:
        """The export, its files in their place; or nothing at all."""
        with self.store.read() as session:
            before = self._decided(session, now=self.clock())
        content = Content(self.store, self.caller, self.request, self.clock)
        with open_export_draft(self.care.folder, self.care.most_bytes) as draft:
            content.fill(draft)
            now = self.clock()
            with self.store.write() as session:
                known = claim_or_replay(session, self.once, Export, now=now)
                if known is not None:
                    return known
                grants = self._decided(session, now=now)
                if hash_grants(grants) != hash_grants(before):
                    raise Conflict("changed", _STAYS)
                export = self._store_export(session, content, draft, grants, now=now)
                store_answer(session, self.once, export)
                draft.publish(export.id)
        return export

    def _decided(self, session: Session, *, now: datetime) -> Grants:
        return authorize_export(session, self.caller, self.request, now=now)

    def _store_export(
        self, session: Session, content: Content, draft: Draft, grants: Grants, *, now: datetime
    ) -> Export:
        """The export and its manifest, in the transaction of the journal's record of it."""
        permit = next(iter(grants.values()))
        made = ExportProofs(
            export=Export(
                id=f"exp_{token_hex(10)}",
                recipient=self.caller.organisation,
                owner=permit.owner,
                agreement=format_agreement_version(permit),
                request=self.request,
                made_at=now,
                kept_until=now + self.care.keep,
                files=tuple(draft.files),
                manifest_sha256=_UNSIGNED,
                received=None,
            ),
            agreement=permit.agreement,
            client=self.caller.client_id,
            grants=hash_grants(grants),
            subjects={name: tuple(sorted(ids)) for name, ids in content.subjects.items()},
            manifest="",
            tree_head=None,
        )
        record_made(session, made, grants, now=now)
        head = self.head(session, now)
        signed = manifest.sign_manifest(self.prover, self._claims(made, content, grants, head))
        export = made.export.model_copy(update={"manifest_sha256": manifest.digest(signed)})
        tree_head = None if head is None else head.jws
        save_export(
            permit, session, replace(made, export=export, manifest=signed, tree_head=tree_head)
        )
        return export

    def _claims(
        self, made: ExportProofs, content: Content, grants: Grants, head: Head | None
    ) -> ManifestClaims:
        permit, export = next(iter(grants.values())), made.export
        return ManifestClaims.model_validate(
            {
                "iss": self.prover.issuer,
                "aud": export.recipient,
                "iat": int(export.made_at.timestamp()),
                "jti": export.id,
                "owner": export.owner,
                "agreement": permit.agreement,
                "version": permit.version,
                "purpose": permit.purpose,
                "granularity": self._granularity(grants),
                "period": self._period(),
                "retention_days": permit.retention_days,
                "onward": permit.onward,
                "provenance": sorted(content.provenance),
                "files": export.files,
                "tree_size": None if head is None else head.tree_size,
                "root": None if head is None else head.root,
            }
        )

    def _granularity(self, grants: Grants) -> Grant | None:
        return grants["consumption"].granularity if "curves" in self.request.kinds else None

    def _period(self) -> ManifestPeriod | None:
        start, end = self.request.start, self.request.end
        if "curves" not in self.request.kinds or start is None or end is None:
            return None
        return ManifestPeriod(start=start, end=end)
