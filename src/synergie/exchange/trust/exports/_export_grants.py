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
from synergie.storage.trust.exports import ExportProofs
from synergie.storage.trust.journal import journal
from synergie.storage.trust.journal.journal import Entry

type Grants = Mapping[Dataset, Permit]

_SAME = "what was opened when the export was made; make another one"


def authorize_export(
    session: Session, caller: Principal, request: ExportRequest, *, now: datetime
) -> Grants:
    """The permit of each dataset of *request*, now. NotFound, NotAllowed."""
    found: dict[Dataset, Permit] = {}
    for kind in request.kinds:
        dataset = dataset_of(kind)
        if dataset not in found:
            ask = _build_dataset_ask(dataset, request)
            found[dataset] = _door.authorize_list(
                session, caller, ask, agreement=request.agreement, now=now
            )
    return found


def hash_grants(grants: Grants) -> dict[Dataset, str]:
    """What each permit grants, as one digest."""
    return {dataset: permit.fingerprint for dataset, permit in grants.items()}


def authorize_export_again(
    session: Session, caller: Principal, made: ExportProofs, *, now: datetime
) -> Grants:
    """The permits of an export that was made, now.

    NotFound, NotAllowed; Conflict when they grant another thing than when it was made: a new
    version, a consent withdrawn, a narrower token.
    """
    grants = authorize_export(session, caller, made.export.request, now=now)
    if hash_grants(grants) != dict(made.grants):
        raise Conflict("changed", _SAME)
    return grants


def format_agreement_version(permit: Permit) -> str | None:
    """The agreement with its version, `agr_x/2`; None: one's own data."""
    return None if permit.agreement is None else f"{permit.agreement}/{permit.version}"


def record_made(session: Session, made: ExportProofs, grants: Grants, *, now: datetime) -> None:
    """Note in the journal what was read to make an export, a record a dataset."""
    for dataset, permit in grants.items():
        files = [one for one in made.export.files if file_dataset(one.name) == dataset]
        journal.append(
            permit, session, _build_export_entry("export.made", made, permit, files), now=now
        )


def record_taken(
    session: Session, made: ExportProofs, grants: Grants, file: ExportFile, *, now: datetime
) -> None:
    """Note in the journal that one file was handed out."""
    permit = grants[file_dataset(file.name)]
    journal.append(
        permit, session, _build_export_entry("data.exported", made, permit, [file]), now=now
    )


def _build_export_entry(
    event: JournalEvent, made: ExportProofs, permit: Permit, files: Sequence[ExportFile]
) -> Entry:
    export, dataset = made.export, file_dataset(files[0].name)
    curves = any(one.name.startswith("curves.") for one in files)
    return Entry(
        event,
        by=export.recipient,
        client=made.client,
        owner=export.owner,
        agreement=format_agreement_version(permit),
        subjects=(export.id, *made.subjects.get(dataset, ())),
        dataset=dataset,
        granularity=permit.granularity if curves else None,
        start=export.request.start if curves else None,
        end=export.request.end if curves else None,
        rows=sum(one.rows for one in files),
    )


def _build_dataset_ask(dataset: Dataset, request: ExportRequest) -> Ask:
    if dataset != "consumption" or "curves" not in request.kinds:
        return Ask(dataset=dataset)
    return Ask(
        dataset=dataset,
        curve=True,  # whose consents hold is part of what is granted
        granularity=request.granularity,
        start=request.start,
        end=request.end,
    )
