"""Who saw what: an access under an agreement is in the journal before its first row leaves.

One's own reads are not recorded. An access that cannot be recorded does not take place.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from synergie.errors import NotAllowed
from synergie.exchange.trust.agreement_faults import note_fault
from synergie.policy import Ask, Permit, Principal, permit_party
from synergie.schemas.trust.agreement import Dataset, Grant
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.store import Session, Store, run_again
from synergie.storage.trust.agreements.agreement_faults import FaultyAgreement
from synergie.storage.trust.agreements.agreements import agreement as stored_agreement
from synergie.storage.trust.journal.journal import Entry, append


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """What is about to leave: identifiers of ours, never readings."""

    dataset: Dataset
    subjects: Iterable[str]
    _: KW_ONLY
    granularity: Grant | None = None
    start: datetime | None = None
    end: datetime | None = None
    rows: int
    event: JournalEvent = "data.read"


def record(
    store: Store, caller: Principal, permit: Permit, seen: AccessRecord, *, now: datetime
) -> None:
    """Commit that *caller* sees *seen* under its agreement; of one's own data nothing is noted.

    To be called after the read is done and before anything of it is handed on.
    """
    record_all(store, caller, [(permit, seen)], now=now)


def record_all(
    store: Store,
    caller: Principal,
    all_seen: Iterable[tuple[Permit, AccessRecord]],
    *,
    now: datetime,
) -> None:
    """The same of several agreements at once: all are recorded, or nothing is handed on."""
    entries = [
        (
            permit,
            _build_access_entry(caller, permit, seen),
        )  # once: its subjects may be read once only
        for permit, seen in all_seen
        if permit.scope == "agreement"
    ]
    if entries:
        _append_access_entries(store, entries, now=now)


@run_again
def _append_access_entries(
    store: Store, entries: Sequence[tuple[Permit, Entry]], *, now: datetime
) -> None:
    with store.write(essential=True) as session:
        for permit, entry in entries:
            append(permit, session, entry, now=now)


def _build_access_entry(caller: Principal, permit: Permit, seen: AccessRecord) -> Entry:
    return Entry(
        seen.event,
        by=caller.organisation,
        client=caller.client_id,
        owner=permit.owner,
        agreement=f"{permit.agreement}/{permit.version}",
        subjects=tuple(seen.subjects),
        dataset=seen.dataset,
        granularity=seen.granularity,
        start=seen.start,
        end=seen.end,
        rows=seen.rows,
    )


@contextmanager
def open_recorded_session(
    store: Store, caller: Principal, ask: Ask, *, subject: str | None = None, now: datetime
) -> Iterator[Session]:
    """A session that reads; what an agreement refuses meanwhile is recorded with its reason.

    *subject*: the one thing that is asked for, when it is one.
    """
    with record_refusals(store, caller, ask, subject=subject, now=now), store.read() as session:
        yield session


@contextmanager
def record_refusals(
    store: Store, caller: Principal, ask: Ask, *, subject: str | None = None, now: datetime
) -> Iterator[None]:
    """What an agreement refuses meanwhile is recorded, with its reason, after it was undone."""
    try:
        yield
    except NotAllowed as refusal:
        if refusal.agreement is not None:
            _record_refused_access(store, caller, ask, refusal, subject=subject, now=now)
        raise


@run_again
def _record_refused_access(
    store: Store,
    caller: Principal,
    ask: Ask,
    refusal: NotAllowed,
    *,
    subject: str | None,
    now: datetime,
) -> None:
    permit = permit_party(caller, action="read", now=now)
    with store.write(essential=True) as session:
        found = stored_agreement(permit, session, str(refusal.agreement))
        if found is None or found.terms.owner == caller.organisation:
            return
        entry = Entry(
            "access.refused",
            by=caller.organisation,
            client=caller.client_id,
            owner=found.terms.owner,
            agreement=f"{found.id}/{found.version}",
            subjects=tuple(sorted(ask.ids if subject is None else ask.ids | {subject})),
            dataset=ask.dataset,
            granularity=ask.granularity,
            start=ask.start,
            end=ask.end,
            reason=refusal.reason,
        )
        append(permit, session, entry, now=now)
        if found.fault is not None:
            sides = found.terms.owner, found.terms.recipient
            faulty = FaultyAgreement(found.id, found.version, *sides, found.fault)
            note_fault(session, faulty, now=now)
