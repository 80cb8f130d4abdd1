"""What a publisher is shown of a period: sums that are recorded, or no value at all.

Before anything is recorded a look tells which cells could be told by who is in them; no sum, no
count and nothing that depends on a value, so that looks under many trees cannot be compared.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace

from synergie.errors import BadInput
from synergie.exchange.publication import _release_record as record
from synergie.exchange.publication._release_making import Making, Refused, Task
from synergie.policy import Permit
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.open_publication import OpenState, OpenTerms, publication_id
from synergie.schemas.publication.release import Release, SuppressionLine, Thresholds
from synergie.schemas.publication.signed_publication import (
    PublicationSeen,
    PublicationToSign,
    to_sign,
)
from synergie.storage.publication.publications import OpenHead, find_publication, open_heads
from synergie.storage.publication.releases import is_candidate
from synergie.storage.store import Session

SAME_SCHEME = "the version of the partition that the year has: look again"


@dataclass(frozen=True, slots=True)
class PublicationPreview:
    """What a publisher is shown of one period before it signs.

    `recorded`: the release that holds the sums, frozen and journalled; None: there is none, and no
    value is shown. `waits`: nobody but the publisher may read it yet. `expected`: with no release,
    the cells that could be told by who is in them. `hidden`: those that could not, and why.
    `refused`: why nothing may be recorded. `closed`: the agreements that do not open their sums to
    the public. `coming_back`: earlier releases of an ended publication, which would be read again.
    `paper`: what is signed, as a file; None: nothing can be.
    """

    _: KW_ONLY
    terms: OpenTerms
    period: str
    scheme: CellScheme
    recorded: Release | None
    waits: bool
    expected: tuple[str, ...]
    hidden: tuple[SuppressionLine, ...]
    thresholds: Thresholds
    agreements: tuple[str, ...]
    closed: tuple[str, ...]
    refused: Refused | None
    state: OpenState | None
    coming_back: int
    paper: PublicationToSign | None

    @property
    def digest(self) -> str:
        """SHA-256 of what is shown, to be signed; empty: nothing can be."""
        return "" if self.paper is None else self.paper.seen_sha256

    @property
    def may_be_recorded(self) -> bool:
        """Whether the sums may be computed and recorded now."""
        return self.refused is None and not self.closed and self.state != "suspended"

    @property
    def may_be_signed(self) -> bool:
        """Whether signing now would publish it."""
        return self.paper is not None and self.may_be_recorded


def set_scheme_version(terms: OpenTerms, scheme: CellScheme) -> OpenTerms:
    """*terms* over *scheme* in its version; BadInput when they are over another one."""
    if terms.scheme_version not in {None, scheme.version}:
        raise BadInput("/scheme_version", terms.scheme_version, SAME_SCHEME)
    return terms.model_copy(update={"scheme_version": scheme.version})


def without_sums(making: Making, terms: OpenTerms) -> PublicationPreview:
    """What may be expected of a period of which nothing is recorded; nothing is written."""
    task = making.task
    blind = replace(task, limits=replace(task.limits, members_only=True))
    draft = replace(making, task=blind).expected()
    references = [] if draft.refused is not None else making.agreements_of(draft)
    shown = _build_publication_preview(
        making, terms, making.list_closed(references, ruling=draft.signed), references
    )
    names = [name for name in making.tree.downwards() if name in draft.published]
    return replace(shown, expected=tuple(names), hidden=draft.hidden, refused=draft.refused)


def with_sums(making: Making, terms: OpenTerms) -> PublicationPreview | None:
    """The newest release of the period with its sums; None: nothing of it is recorded."""
    session, task = making.session, making.task
    found = next((one for one in making.released if one.period == task.asked.period), None)
    if found is None:
        return None
    closed = making.list_closed(found.agreements)
    shown = _build_publication_preview(making, terms, closed, found.agreements)
    waits = is_candidate(task.permit, session, found)
    if found.open_data and not waits:
        _same_licence(found, terms)
    told = replace(shown, recorded=found, waits=waits, hidden=found.hidden)
    if not found.open_data or found.licence != terms.licence:
        return told
    return replace(told, paper=_build_publication_to_sign(session, task, told, found))


def heads_of(permit: Permit, session: Session, terms: OpenTerms) -> list[OpenHead]:
    """The open releases of the publication under *terms*."""
    heads = open_heads(permit, session, scheme=terms.scheme)
    return [one for one in heads if one.energy == terms.energy]


def _build_publication_preview(
    making: Making, terms: OpenTerms, closed: Sequence[str], references: Sequence[str]
) -> PublicationPreview:
    session, task = making.session, making.task
    known = find_publication(task.permit, session, publication_id(terms.scheme, terms.energy))
    state = None if known is None else known.state
    back = heads_of(task.permit, session, terms) if state == "ended" else []
    return PublicationPreview(
        terms=set_scheme_version(terms, making.scheme),
        period=task.asked.period,
        scheme=making.scheme,
        recorded=None,
        waits=False,
        expected=(),
        hidden=(),
        thresholds=record.build_thresholds(task.limits),
        agreements=tuple(references),
        closed=tuple(closed),
        refused=None,
        state=state,
        coming_back=len(back),
        paper=None,
    )


def _build_publication_to_sign(
    session: Session, task: Task, told: PublicationPreview, found: Release
) -> PublicationToSign:
    known = find_publication(task.permit, session, publication_id(found.scheme, found.energy))
    seen = PublicationSeen(
        terms=told.terms,
        period=found.period,
        cells=found.cells,
        hidden=found.hidden,
        agreements=found.agreements,
        before=found.id,
        state=told.state,
        coming_back=told.coming_back,
    )
    acts = 0 if known is None else len(known.history)
    return to_sign(task.permit.owner, found.version, seen, acts=acts)


def _same_licence(found: Release, terms: OpenTerms) -> None:
    """A version that is out stays under its licence, whatever is signed later. BadInput."""
    if found.licence is not None and found.licence != terms.licence:
        raise BadInput("/licence", terms.licence, "the licence under which this version is out")
