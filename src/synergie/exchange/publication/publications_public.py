"""What anybody reads without an account: open datasets with their versions, agreements by name."""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from typing import Literal

from synergie.errors import NotFound
from synergie.exchange._passing_on import list_closed
from synergie.exchange.publication import _release_record as record
from synergie.exchange.publication import aggregate_year as year_of
from synergie.exchange.publication._open_terms import usual_terms
from synergie.exchange.publication.publication_signature import build_owner_jwks
from synergie.policy import Permit, Principal, permit_party
from synergie.policy.publication.public import open_data
from synergie.policy.trust.versions import find_ruling_version, in_force
from synergie.proof import jose
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.licences import LICENCES
from synergie.schemas.publication.open_publication import (
    MOST_SIGNATURE,
    NamedAgreement,
    OpenPublication,
    OpenTerms,
    publication_id,
)
from synergie.schemas.publication.release import Licence, Release
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.publication.cell_schemes import cell_scheme
from synergie.storage.publication.publications import (
    OpenFacts,
    OpenHead,
    list_namings,
    list_publications,
    open_facts,
    open_heads,
)
from synergie.storage.publication.releases import find_release as stored_release
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.agreements import list_agreement_versions
from synergie.storage.trust.organisations import find_organisation

_MOST_WHOLE, _MOST_FACTS = 32, 20_000
"""Kept of what never changes: a release of a département is some megabytes whole."""

type Lateness = Literal["not_over", "not_released"]


@dataclass(frozen=True, slots=True)
class Next:
    """The period that follows the newest one, and why it is not there.

    `not_over`: it is still running, or has not begun. `not_released`: it is over since `since`,
    and its publisher has not released it.
    """

    period: str
    why: Lateness
    since: datetime


@dataclass(frozen=True, slots=True)
class OpenVersion:
    """One version of one period, without its cells."""

    head: OpenHead
    facts: OpenFacts
    signature: str | None = None
    """The publisher's signature, a compact JWS. None: a program published it, or an early page."""

    @property
    def id(self) -> str:
        """The release."""
        return self.head.id

    @property
    def period(self) -> str:
        """The civil month or year."""
        return self.head.period

    @property
    def version(self) -> int:
        """1, and one more for each correction."""
        return self.head.version


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is open of one energy over one scheme. `versions`: newest period and version first.

    `newest`: the first of them, whole.
    """

    _: KW_ONLY
    id: str
    publisher: Organisation
    terms: OpenTerms
    scheme: CellScheme
    versions: tuple[OpenVersion, ...]
    newest: Release
    following: Next

    @property
    def current(self) -> tuple[OpenVersion, ...]:
        """The newest version of each period, newest period first."""
        first: dict[str, OpenVersion] = {}
        for one in self.versions:
            first.setdefault(one.period, one)
        return tuple(first.values())

    @property
    def signed(self) -> tuple[OpenVersion, ...]:
        """The versions that bear a signature of the publisher, newest first."""
        return tuple(one for one in self.versions if one.signature is not None)

    @property
    def licences(self) -> dict[Licence, tuple[str, ...]]:
        """Licence → the periods that are out under it; the one that asks most comes first."""
        told = [(one.facts.licence or self.terms.licence, one.period) for one in self.current]
        found = {name: tuple(p for used, p in told if used == name) for name in reversed(LICENCES)}
        return {name: periods for name, periods in found.items() if periods}

    @property
    def issued_at(self) -> datetime:
        """When the first release came out."""
        return min(one.head.released_at for one in self.versions)

    @property
    def changed_at(self) -> datetime:
        """When the last release came out."""
        return max(one.head.released_at for one in self.versions)

    def version(self, period: str, number: int) -> OpenVersion:
        """One version of one period. NotFound."""
        for one in self.versions:
            if (one.period, one.version) == (period, number):
                return one
        raise NotFound


@dataclass(frozen=True, slots=True)
class PublicData:
    """Open data as pages and catalogues tell it, decided at each read."""

    store: Store
    _whole: dict[str, Release] = field(default_factory=dict, repr=False, compare=False)
    """Releases read lately, a few: a release never changes. Which are open is asked each time."""
    _facts: dict[str, OpenFacts] = field(default_factory=dict, repr=False, compare=False)
    """The same without cells, of many."""
    _schemes: dict[tuple[str, int], CellScheme] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Schemes read lately, each in a version, which never changes either."""

    def datasets(self, *, now: datetime) -> tuple[Dataset, ...]:
        """All that is open now, by id."""
        permit = open_data(now=now)
        with self.store.read() as session:
            told = {one.id: one for one in list_publications(permit, session)}
            return tuple(self._each(permit, session, told, open_heads(permit, session)))

    def dataset(self, dataset_id: str, *, now: datetime) -> Dataset:
        """One dataset. NotFound when it is absent, or not open now."""
        with self.store.read() as session:
            return self.dataset_in(session, dataset_id, now=now)

    def dataset_in(self, session: Session, dataset_id: str, *, now: datetime) -> Dataset:
        """`dataset` as a transaction sees it."""
        permit = open_data(now=now)
        if not dataset_id.isprintable():  # not looked up: it may hold NUL
            raise NotFound
        scheme = dataset_id.rpartition("-")[0]
        told = {one.id: one for one in list_publications(permit, session)}
        heads = open_heads(permit, session, scheme=scheme)
        for one in self._each(permit, session, told, heads):
            if one.id == dataset_id:
                return one
        raise NotFound

    def read_releases(self, some: Sequence[OpenVersion], *, now: datetime) -> tuple[Release, ...]:
        """Versions of an open dataset with their cells, as others read them, in their order."""
        with self.store.read() as session:
            return self.read_releases_in(session, some, now=now)

    def read_releases_in(
        self, session: Session, some: Sequence[OpenVersion], *, now: datetime
    ) -> tuple[Release, ...]:
        """`whole` as a transaction sees it."""
        permit = open_data(now=now)
        return tuple(self._release(permit, session, one.id) for one in some)

    def keys(self, publisher: str, some: Sequence[OpenVersion]) -> dict[str, object]:
        """The public keys of *publisher* that signed *some* versions: a JWK set.

        Each with when it was in use: one that ended still verifies what it signed before.
        """
        signatures = [one.signature for one in some if one.signature is not None]
        headers = [jose.parse_unverified(one, limit=MOST_SIGNATURE).header for one in signatures]
        kids = frozenset(str(one.get("kid")) for one in headers)
        with self.store.read() as session:
            return build_owner_jwks(session, publisher, kids)

    def agreements(self, *, now: datetime) -> tuple[NamedAgreement, ...]:
        """The agreements in force that both their parties let be named, by title."""
        permit = open_data(now=now)
        with self.store.read() as session:
            words = list_namings(permit, session)
            found = [
                _find_named_agreement(permit, session, one, words[one], now=now)
                for one in sorted(words)
            ]
        return tuple(sorted((one for one in found if one), key=lambda one: (one.title, one.id)))

    def _each(
        self,
        permit: Permit,
        session: Session,
        told: dict[str, OpenPublication],
        heads: Sequence[OpenHead],
    ) -> Iterator[Dataset]:
        groups: dict[str, list[OpenHead]] = {}
        for head in heads:
            groups.setdefault(publication_id(head.scheme, head.energy), []).append(head)
        decided: dict[tuple[str, str], bool] = {}
        for name in sorted(groups):
            known = told.get(name)
            if known is not None and known.state != "active":
                continue
            some = self._open(permit, session, groups[name], decided)
            some = _add_last_signatures(some, known)
            if some:
                yield self._dataset(permit, session, name, known=known, some=some)

    def _open(
        self,
        permit: Permit,
        session: Session,
        heads: Sequence[OpenHead],
        decided: dict[tuple[str, str], bool],
    ) -> tuple[OpenVersion, ...]:
        unknown = [one.id for one in heads if one.id not in self._facts]
        if unknown:
            _make_room(self._facts, _MOST_FACTS, len(unknown))
            self._facts.update(open_facts(permit, session, unknown))
        found = [OpenVersion(one, self._facts[one.id]) for one in heads]
        _decide_agreements(session, found, permit, decided)
        passed = [one for one in found if all(decided[key] for key in _stand_on([one]))]
        return tuple(sorted(passed, key=lambda one: (one.period, one.version), reverse=True))

    def _release(self, permit: Permit, session: Session, release_id: str) -> Release:
        known = self._whole.get(release_id)
        if known is not None:
            return known
        found = stored_release(permit, session, release_id)
        if found is None:
            raise AssertionError("a head has its release")
        _make_room(self._whole, _MOST_WHOLE, 1)
        self._whole[release_id] = found = record.for_others(found)
        return found

    def _scheme(self, permit: Permit, session: Session, newest: Release) -> CellScheme:
        key = newest.scheme, newest.scheme_version
        known = self._schemes.get(key)
        if known is None:
            known = cell_scheme(permit, session, newest.scheme, version=newest.scheme_version)
            if known is None:
                raise AssertionError("a release has its scheme")
            _make_room(self._schemes, _MOST_WHOLE, 1)
            self._schemes[key] = known
        return known

    def _dataset(
        self,
        permit: Permit,
        session: Session,
        name: str,
        *,
        known: OpenPublication | None,
        some: tuple[OpenVersion, ...],
    ) -> Dataset:
        newest = self._release(permit, session, some[0].id)
        scheme = self._scheme(permit, session, newest)
        publisher = find_organisation(permit, session, newest.owner)
        if publisher is None:
            raise AssertionError("a release has its publisher")
        terms = known.terms if known is not None else usual_terms(scheme, newest.energy, publisher)
        if known is None and newest.licence is not None:
            terms = terms.model_copy(update={"licence": newest.licence})
        return Dataset(
            id=name,
            publisher=publisher,
            terms=terms,
            scheme=scheme,
            versions=some,
            newest=newest,
            following=_find_next_period(newest, permit.decided_at),
        )


def _add_last_signatures(
    some: tuple[OpenVersion, ...], known: OpenPublication | None
) -> tuple[OpenVersion, ...]:
    """*some* with the last signature of each."""
    steps = () if known is None else known.history
    signatures = {one.release: one.signature for one in steps if one.signature is not None}
    return tuple(replace(one, signature=signatures.get(one.id)) for one in some)


def _make_room[K, V](kept: dict[K, V], most: int, more: int) -> None:
    """Drop the oldest of what is *kept* until *more* fit; several threads may do so at once."""
    while len(kept) + more > most and kept:
        kept.pop(next(iter(list(kept))), None)


def _decide_agreements(
    session: Session,
    found: Sequence[OpenVersion],
    permit: Permit,
    decided: dict[tuple[str, str], bool],
) -> None:
    """Of each agreement that *found* stand on, whether it opens its sums now; asked once each."""
    asked: dict[str, list[str]] = {}
    for owner, reference in dict.fromkeys(_stand_on(found)):
        if (owner, reference) not in decided:
            asked.setdefault(owner, []).append(reference)
    for owner, references in asked.items():
        closed = set(list_closed(session, owner, references, permit.decided_at))
        decided |= {(owner, reference): reference not in closed for reference in references}


def _stand_on(found: Sequence[OpenVersion]) -> Iterator[tuple[str, str]]:
    """The owner of a release and an agreement, for each that each of *found* stands on."""
    yield from ((one.head.owner, each) for one in found for each in one.facts.agreements)


def _find_next_period(newest: Release, now: datetime) -> Next:
    year, month = int(newest.period[:4]), year_of.month_of(newest.period)
    if month is None:
        period = f"{year + 1}"
    else:
        period = f"{year}-{month + 1:02}" if month < 12 else f"{year + 1}-01"  # noqa: PLR2004
    over = year_of.bounds_of(period)[1]
    return Next(period, "not_released" if over <= now else "not_over", over)


def _find_named_agreement(
    permit: Permit, session: Session, agreement_id: str, said: frozenset[str], *, now: datetime
) -> NamedAgreement | None:
    """What is told of an agreement: None unless both its parties said so, and it is in force."""
    anyone = Principal(client_id="(public)", organisation=min(said), scopes=frozenset())
    found = list_agreement_versions(
        permit_party(anyone, action="read", now=now), session, agreement_id
    )
    if not found or in_force(found, now) is None:
        return None
    one = find_ruling_version(found, now)
    both = {one.terms.owner, one.terms.recipient} <= said
    return build_named_agreement(permit, session, one) if both else None


def build_named_agreement(permit: Permit, session: Session, one: Agreement) -> NamedAgreement:
    """What would be told of *one* in public."""
    names = {
        side: find_organisation(permit, session, side)
        for side in (one.terms.owner, one.terms.recipient)
    }
    owner, recipient = names[one.terms.owner], names[one.terms.recipient]
    if owner is None or recipient is None:
        raise AssertionError("the parties of an agreement are in the directory")
    return NamedAgreement(
        id=one.id,
        title=one.terms.title,
        owner=owner.name,
        recipient=recipient.name,
        valid_until=one.terms.valid_until,
    )
