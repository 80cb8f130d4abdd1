"""Publications: sums opened to everybody, recorded once, shown to a signer, then signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from synergie.collector import defer_search
from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange.publication import aggregate_year as year_of
from synergie.exchange.publication import publication_signature as signing
from synergie.exchange.publication._open_terms import usual_terms
from synergie.exchange.publication._publication_shown import (
    PublicationPreview,
    set_scheme_version,
    with_sums,
    without_sums,
)
from synergie.exchange.publication._release_making import OPENING, Making, Refused, Task
from synergie.exchange.publication.open_shelf import record_public_files
from synergie.exchange.publication.publication_signature import Signer
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.open_publication import (
    OpenPublication,
    OpenState,
    OpenStep,
    OpenTerms,
    publication_id,
)
from synergie.schemas.publication.release import Energy, Release, ReleaseRequest
from synergie.schemas.publication.release_bytes import digest_of
from synergie.schemas.publication.signed_publication import PublicationToSign
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.publication.cell_schemes import cell_scheme, cell_schemes
from synergie.storage.publication.publications import (
    OpenHead,
    find_publication,
    list_publications,
    open_heads,
    save_publication,
)
from synergie.storage.publication.releases import find_release as stored_release
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import alone, find_organisation

__all__ = ["Move", "Opened", "PublicationPreview", "Publications", "Refused"]

_MOST_SCHEMES = 200
_RESUMED = "a publication that is resumed first"

type Move = Literal["suspend", "resume", "end"]

_MOVES: dict[Move, tuple[frozenset[OpenState], OpenState, JournalEvent]] = {
    "suspend": (frozenset({"active"}), "suspended", "publication.suspended"),
    "resume": (frozenset({"suspended"}), "active", "publication.resumed"),
    "end": (frozenset({"active", "suspended"}), "ended", "publication.ended"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A publication of one's own with its open releases, newest period and version first."""

    publication: OpenPublication
    scheme: CellScheme
    releases: tuple[OpenHead, ...]

    @property
    def signed(self) -> frozenset[str]:
        """The releases that bear a signature."""
        steps = self.publication.history
        return frozenset(one.release for one in steps if one.release and one.signature)

    @property
    def current(self) -> frozenset[str]:
        """The newest release of each period: to publish the period again would sign that one."""
        return frozenset({one.period: one.id for one in reversed(self.releases)}.values())


@dataclass(frozen=True, slots=True)
class Publications:
    """What an organisation opens to everybody. `limits`: the thresholds in force."""

    store: Store
    limits: Limits

    @defer_search()
    def preview_release(
        self, caller: Principal, terms: OpenTerms, period: str, *, now: datetime
    ) -> PublicationPreview:
        """What is recorded of *period* with its sums, else what may be expected without any.

        Nothing is kept of it. NotFound for a scheme that is not the caller's; BadInput for a
        period that is not over, or terms over another version of the scheme than its year has.
        """
        task = self._task(caller, terms, period, now)
        with self.store.read() as session:
            making = Making.opened(session, task)
            return with_sums(making, terms) or without_sums(making, terms)

    @defer_search()
    def record(
        self, caller: Principal, terms: OpenTerms, period: str, *, now: datetime
    ) -> Refused | None:
        """Compute the sums of *period* and record them, for the publisher to read and to sign.

        A release like any other: held against all that is out, its members frozen, and journalled
        for each owner; but nobody else reads it before it is signed. Of a period that is recorded:
        the next version when something changed. What is refused is given back with its reason.
        Conflict while the publication is suspended; NotFound and BadInput as `shown` raises them,
        and for an agreement that does not open its sums to the public.
        """
        task = self._task(caller, terms, period, now)
        with self.store.read() as session:
            looked = task.look(session)
        with self.store.write() as session:
            alone(task.permit, session)
            making = Making.opened(session, task)
            set_scheme_version(terms, making.scheme)
            known = find_publication(
                task.permit, session, publication_id(terms.scheme, terms.energy)
            )
            if known is not None and known.state == "suspended":
                raise Conflict("suspended", _RESUMED)
            draft = making.drafted(looked)
            if draft.refused is not None:
                session.rollback()
                return draft.refused
            making.store_release(draft)
        return None

    @defer_search()
    def sign(
        self,
        caller: Principal,
        terms: OpenTerms,
        period: str,
        *,
        seen: str,
        signer: Signer,
        now: datetime,
    ) -> OpenPublication:
        """Publish the recorded sums that the signer was shown, under *terms*; again: as it was.

        *seen* is that of `shown`: when anything has changed since, Conflict, and nothing is
        published. *signer* gives the signature of the caller's organisation, which is verified
        with its keys: BadInput at `/signature` otherwise. NotFound and BadInput as `shown` raises
        them; Conflict, too, for a period whose sums are not recorded.
        """
        task = self._task(caller, terms, period, now)
        with self.store.write() as session:
            alone(task.permit, session)
            name = publication_id(terms.scheme, terms.energy)
            known = find_publication(task.permit, session, name)
            if known is not None and _signed_last(known, seen):
                return known
            making = Making.opened(session, task)
            paper, made = _to_sign(with_sums(making, terms), seen)
            signature = signing.sign_publication(session, paper, signer, now=now)
            making.opened_to_all(made)
            step = _build_signing_step(caller, paper, made, signature=signature, now=now)
            signed = paper.seen.terms
            moved = _add_publication_step(
                known, _build_publication(task.permit, signed), step, signed
            )
            save_publication(task.permit, session, moved, now=now)
            record_public_files(self.store, session, made, now=now)
            event: JournalEvent = "publication.signed"
            _record_publication_event(
                task.permit, session, caller, event, moved=moved, made=(made,), now=now
            )
        return moved

    def page(self, caller: Principal, *, now: datetime) -> tuple[Opened, ...]:
        """What the caller opened to the public, by name of the scheme; ended ones, too."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return tuple(_iterate_own_publications(permit, session))

    def read(self, caller: Principal, publication_id: str, *, now: datetime) -> Opened:
        """One publication of the caller's. NotFound."""
        for one in self.page(caller, now=now):
            if one.publication.id == publication_id:
                return one
        raise NotFound

    def act(
        self, caller: Principal, publication_id: str, move: Move, *, now: datetime
    ) -> OpenPublication:
        """Suspend, resume or end: from now on, at the next read. Conflict from another state.

        What was given out stays with who took it: nothing can be called back.
        """
        permit = permit_own_data(caller, action="write", now=now)
        admitted, state, event = _MOVES[move]
        with self.store.write(essential=True) as session:
            alone(permit, session)
            opened = {one.publication.id: one for one in _iterate_own_publications(permit, session)}
            found = opened.get(publication_id)
            if found is None:
                raise NotFound
            before = found.publication
            if before.state not in admitted:
                raise Conflict(before.state, "another state of the publication")
            step = OpenStep(act=move, by=caller.client_id, at=now, state=state)
            moved = _add_publication_step(before, before, step, before.terms)
            save_publication(permit, session, moved, now=now)
            _record_publication_event(permit, session, caller, event, moved=moved, now=now)
        return moved

    def schemes(self, caller: Principal, *, now: datetime) -> tuple[CellScheme, ...]:
        """The caller's cell schemes, by name."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return tuple(cell_schemes(permit, session, after="", limit=_MOST_SCHEMES))

    def usual(self, caller: Principal, scheme: str, energy: str, *, now: datetime) -> OpenTerms:
        """The terms to begin with: those signed last, else the house's own words. NotFound."""
        permit = permit_own_data(caller, action="read", now=now)
        kind: Energy = "gas" if energy == "gas" else "electricity"
        with self.store.read() as session:
            found = cell_scheme(permit, session, scheme)
            mine = find_organisation(permit, session, permit.owner)
            if found is None or mine is None or found.owner != permit.owner:
                raise NotFound
            known = find_publication(permit, session, publication_id(scheme, kind))
        if known is None:
            return usual_terms(found, kind, mine)
        return known.terms.model_copy(update={"scheme_version": None})

    def _task(self, caller: Principal, terms: OpenTerms, period: str, now: datetime) -> Task:
        asked = ReleaseRequest(
            scheme=terms.scheme,
            energy=terms.energy,
            period=period,
            open_data=True,
            licence=terms.licence,
        )
        if year_of.bounds_of(asked.period)[1] > now:
            raise BadInput("/period", asked.period, "a civil month or year that is over")
        permit = permit_own_data(caller, action="write", now=now)
        return Task(permit, caller, asked, self.limits, now, candidate=True)


def _to_sign(told: PublicationPreview | None, seen: str) -> tuple[PublicationToSign, Release]:
    """Nothing is signed but what may be, and was shown: Conflict, BadInput otherwise."""
    if told is not None and told.state == "suspended":
        raise Conflict("suspended", _RESUMED)
    if told is None or told.recorded is None or told.paper is None:
        raise Conflict("not recorded", "sums that are computed and recorded first")
    if told.closed:
        raise BadInput("/open_data", told.closed[0], OPENING)
    if told.digest != seen:
        raise Conflict("changed", "the same sums and terms as you were shown: look again")
    return told.paper, told.recorded


def _iterate_own_publications(permit: Permit, session: Session) -> Iterator[Opened]:
    """One's publications, signed or made by a program; those whose scheme is gone cannot be."""
    known = {one.id: one for one in list_publications(permit, session)}
    heads: dict[str, list[OpenHead]] = {name: [] for name in known}
    for one in open_heads(permit, session):
        heads.setdefault(publication_id(one.scheme, one.energy), []).append(one)
    mine = find_organisation(permit, session, permit.owner)
    for name in sorted(heads):
        some = sorted(heads[name], key=lambda one: (one.period, one.version), reverse=True)
        scheme_id = known[name].terms.scheme if name in known else some[0].scheme
        scheme = cell_scheme(permit, session, scheme_id)
        if scheme is None or mine is None:
            raise AssertionError("a publication has its scheme and its publisher")
        made = known.get(name)
        if made is None:
            terms = usual_terms(scheme, some[0].energy, mine)
            found = stored_release(permit, session, some[0].id)
            licence = found.licence if found is not None and found.licence else terms.licence
            made = _build_publication(permit, terms.model_copy(update={"licence": licence}))
        yield Opened(made, scheme, tuple(some))


def _build_publication(permit: Permit, terms: OpenTerms) -> OpenPublication:
    return OpenPublication(
        id=publication_id(terms.scheme, terms.energy),
        owner=permit.owner,
        terms=terms,
        state="active",
        history=(),
    )


def _add_publication_step(
    known: OpenPublication | None, new: OpenPublication, step: OpenStep, terms: OpenTerms
) -> OpenPublication:
    before = known or new
    changed = {"terms": terms, "state": step.state, "history": (*before.history, step)}
    return before.model_copy(update=changed)


def _build_signing_step(
    caller: Principal, paper: PublicationToSign, made: Release, *, signature: str, now: datetime
) -> OpenStep:
    return OpenStep(
        act="sign",
        by=caller.client_id,
        at=now,
        state="active",
        period=made.period,
        release=made.id,
        terms_sha256=digest_of(paper.seen.terms.model_dump(mode="json")),
        seen_sha256=paper.seen_sha256,
        signature=signature,
    )


def _signed_last(known: OpenPublication, seen: str) -> bool:
    """Whether the last act is the signature of just that, made with a key."""
    last = known.history[-1] if known.history else None
    return last is not None and last.signature is not None and last.seen_sha256 == seen


def _record_publication_event(
    permit: Permit,
    session: Session,
    caller: Principal,
    event: JournalEvent,
    *,
    moved: OpenPublication,
    made: tuple[Release, ...] = (),
    now: datetime,
) -> None:
    entry = Entry(
        event,
        by=permit.bearer,
        client=caller.client_id,
        owner=permit.owner,
        subjects=(moved.terms.scheme, *(one.id for one in made)),
        dataset="consumption",
        granularity="aggregate",
        start=made[0].start if made else None,
        end=made[0].end if made else None,
        rows=len(made[0].cells) if made else None,
    )
    append(permit, session, entry, now=now)
