"""What opens an export: one permit a dataset, asked for again each time something goes out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from synergie.errors import Conflict
from synergie.exchange import door as _door
from synergie.exchange.trust.exports._export_content import dataset_of, file_dataset
from synergie.policy import Ask, Permit, Principal
from synergie.schemas.trust.agreement import Dataset
from synergie.schemas.trust.export import ExportFile, ExportRequest
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.store import Session
from synergie.storage.trust.exports import Made
from synergie.storage.trust.journal import journal
from synergie.storage.trust.journal.journal import Entry

type Grants = Mapping[Dataset, Permit]

_SAME = "what was opened when the export was made; make another one"


def decided(
    session: Session, caller: Principal, request: ExportRequest, *, now: datetime
) -> Grants:
    """The permit of each dataset of *request*, now. NotFound, NotAllowed."""
    found: dict[Dataset, Permit] = {}
    for kind in request.kinds:
        dataset = dataset_of(kind)
        if dataset not in found:
            ask = _ask(dataset, request)
            found[dataset] = _door.listing(
                session, caller, ask, agreement=request.agreement, now=now
            )
    return found


def fingerprints(grants: Grants) -> dict[Dataset, str]:
    """What each permit grants, as one digest."""
    return {dataset: permit.fingerprint for dataset, permit in grants.items()}


def still(session: Session, caller: Principal, made: Made, *, now: datetime) -> Grants:
    """The permits of an export that was made, now.

    NotFound, NotAllowed; Conflict when they grant another thing than when it was made: a new
    version, a consent withdrawn, a narrower token.
    """
    grants = decided(session, caller, made.export.request, now=now)
    if fingerprints(grants) != dict(made.grants):
        raise Conflict("changed", _SAME)
    return grants


def named(permit: Permit) -> str | None:
    """The agreement with its version, `agr_x/2`; None: one's own data."""
    return None if permit.agreement is None else f"{permit.agreement}/{permit.version}"


def record_made(session: Session, made: Made, grants: Grants, *, now: datetime) -> None:
    """Note in the journal what was read to make an export, a record a dataset."""
    for dataset, permit in grants.items():
        files = [one for one in made.export.files if file_dataset(one.name) == dataset]
        journal.append(permit, session, _entry("export.made", made, permit, files), now=now)


def record_taken(
    session: Session, made: Made, grants: Grants, file: ExportFile, *, now: datetime
) -> None:
    """Note in the journal that one file was handed out."""
    permit = grants[file_dataset(file.name)]
    journal.append(permit, session, _entry("data.exported", made, permit, [file]), now=now)


def _entry(event: JournalEvent, made: Made, permit: Permit, files: Sequence[ExportFile]) -> Entry:
    export, dataset = made.export, file_dataset(files[0].name)
    curves = any(one.name.startswith("curves.") for one in files)
    return Entry(
        event,
        by=export.recipient,
        client=made.client,
        owner=export.owner,
        agreement=named(permit),
        subjects=(export.id, *made.subjects.get(dataset, ())),
        dataset=dataset,
        granularity=permit.granularity if curves else None,
        start=export.request.start if curves else None,
        end=export.request.end if curves else None,
        rows=sum(one.rows for one in files),
    )


def _ask(dataset: Dataset, request: ExportRequest) -> Ask:
    if dataset != "consumption" or "curves" not in request.kinds:
        return Ask(dataset=dataset)
    return Ask(
        dataset=dataset,
        curve=True,  # whose consents hold is part of what is granted
        granularity=request.granularity,
        start=request.start,
        end=request.end,
    )
