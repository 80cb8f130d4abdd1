"""What anybody reads without an account: open datasets with their versions, agreements by name."""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from synergie.errors import NotAllowed, NotFound
from synergie.exchange import _aggregate_year as year_of
from synergie.exchange import _release_record as record
from synergie.exchange._open_terms import usual_terms
from synergie.exchange._passing_on import public_permit
from synergie.policy import Permit, Principal, party
from synergie.policy.public import open_data
from synergie.policy.versions import in_force, ruling
from synergie.schemas.agreement import Agreement
from synergie.schemas.cell_scheme import CellScheme
from synergie.schemas.open_publication import (
    NamedAgreement,
    OpenPublication,
    OpenTerms,
    publication_id,
)
from synergie.schemas.organisation import Organisation
from synergie.schemas.release import Licence, OpenRelease, Release
from synergie.storage.agreements import versions
from synergie.storage.cell_schemes import cell_scheme
from synergie.storage.organisations import organisation
from synergie.storage.publications import OpenHead, namings, open_heads, publications
from synergie.storage.releases import release as stored_release
from synergie.storage.store import Session, Store

_KEPT = 2_000

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
class Dataset:
    """What is open of one energy over one scheme. `releases`: newest period and version first."""

    _: KW_ONLY
    id: str
    publisher: Organisation
    terms: OpenTerms
    scheme: CellScheme
    releases: tuple[Release, ...]
    following: Next

    @property
    def newest(self) -> Release:
        """The newest version of the newest period."""
        return self.releases[0]

    @property
    def current(self) -> tuple[Release, ...]:
        """The newest version of each period, newest period first."""
        first: dict[str, Release] = {}
        for one in self.releases:
            first.setdefault(one.period, one)
        return tuple(first.values())

    @property
    def changed_at(self) -> datetime:
        """When the last release came out."""
        return max(one.released_at for one in self.releases)

    def version(self, period: str, number: int) -> Release:
        """One version of one period. NotFound."""
        for one in self.releases:
            if (one.period, one.version) == (period, number):
                return one
        raise NotFound

    def age(self, *, now: datetime) -> timedelta:
        """From the end of the newest period to *now*."""
        return max(timedelta(), now - self.newest.end)

    def opened(self, found: Release, *, now: datetime) -> OpenRelease:
        """One release as `/open` tells it."""
        licence: Licence = found.licence or self.terms.licence
        name = self.publisher.name
        return record.opened(found, self.scheme, publisher=name, licence=licence, now=now)


@dataclass(frozen=True, slots=True)
class PublicData:
    """Open data as pages and catalogues tell it, decided at each read."""

    store: Store
    _known: dict[str, Release] = field(default_factory=dict, repr=False, compare=False)
    """Releases read lately: a release never changes. Which are open is asked each time."""
    _schemes: dict[tuple[str, int], CellScheme] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Schemes read lately, each in a version, which never changes either."""

    def datasets(self, *, now: datetime) -> tuple[Dataset, ...]:
        """All that is open now, by id."""
        permit = open_data(now=now)
        with self.store.read() as session:
            told = {one.id: one for one in publications(permit, session)}
            return tuple(self._each(permit, session, told, open_heads(permit, session)))

    def dataset(self, dataset_id: str, *, now: datetime) -> Dataset:
        """One dataset. NotFound when it is absent, or not open now."""
        permit = open_data(now=now)
        scheme = dataset_id.rpartition("-")[0]
        with self.store.read() as session:
            told = {one.id: one for one in publications(permit, session)}
            heads = open_heads(permit, session, scheme=scheme)
            for one in self._each(permit, session, told, heads):
                if one.id == dataset_id:
                    return one
        raise NotFound

    def agreements(self, *, now: datetime) -> tuple[NamedAgreement, ...]:
        """The agreements in force that both their parties let be named, by title."""
        permit = open_data(now=now)
        with self.store.read() as session:
            words = namings(permit, session)
            found = [_named(permit, session, one, words[one], now=now) for one in sorted(words)]
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
            if some:
                yield self._dataset(permit, session, name, known=known, some=some)

    def _open(
        self,
        permit: Permit,
        session: Session,
        heads: Sequence[OpenHead],
        decided: dict[tuple[str, str], bool],
    ) -> tuple[Release, ...]:
        found = (self._release(permit, session, one.id) for one in heads)
        passed = [one for one in found if all(_passes(session, one, permit, decided))]
        return tuple(sorted(passed, key=lambda one: (one.period, one.version), reverse=True))

    def _release(self, permit: Permit, session: Session, release_id: str) -> Release:
        known = self._known.get(release_id)
        if known is not None:
            return known
        found = stored_release(permit, session, release_id)
        if found is None:
            raise AssertionError("a head has its release")
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[release_id] = found = record.for_others(found)
        return found

    def _scheme(self, permit: Permit, session: Session, newest: Release) -> CellScheme:
        key = newest.scheme, newest.scheme_version
        known = self._schemes.get(key)
        if known is None:
            known = cell_scheme(permit, session, newest.scheme, version=newest.scheme_version)
            if known is None:
                raise AssertionError("a release has its scheme")
            if len(self._schemes) >= _KEPT:
                self._schemes.clear()
            self._schemes[key] = known
        return known

    def _dataset(
        self,
        permit: Permit,
        session: Session,
        name: str,
        *,
        known: OpenPublication | None,
        some: tuple[Release, ...],
    ) -> Dataset:
        newest = some[0]
        scheme = self._scheme(permit, session, newest)
        publisher = organisation(permit, session, newest.owner)
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
            releases=some,
            following=_following(newest, permit.decided_at),
        )


def _passes(
    session: Session, found: Release, permit: Permit, decided: dict[tuple[str, str], bool]
) -> Iterator[bool]:
    """Of each agreement that *found* stands on, whether it opens its sums now; asked once each."""
    for reference in found.agreements:
        key = found.owner, reference
        if key not in decided:
            try:
                public_permit(session, found.owner, reference, permit.decided_at)
                decided[key] = True
            except NotAllowed:
                decided[key] = False
        yield decided[key]


def _following(newest: Release, now: datetime) -> Next:
    year, month = int(newest.period[:4]), year_of.month_of(newest.period)
    if month is None:
        period = f"{year + 1}"
    else:
        period = f"{year}-{month + 1:02}" if month < 12 else f"{year + 1}-01"  # noqa: PLR2004
    over = year_of.bounds_of(period)[1]
    return Next(period, "not_released" if over <= now else "not_over", over)


def _named(
    permit: Permit, session: Session, agreement_id: str, said: frozenset[str], *, now: datetime
) -> NamedAgreement | None:
    """What is told of an agreement: None unless both its parties said so, and it is in force."""
    anyone = Principal(client_id="(public)", organisation=min(said), scopes=frozenset())
    found = versions(party(anyone, action="read", now=now), session, agreement_id)
    if not found or in_force(found, now) is None:
        return None
    one = ruling(found, now)
    both = {one.terms.owner, one.terms.recipient} <= said
    return told_agreement(permit, session, one) if both else None


def told_agreement(permit: Permit, session: Session, one: Agreement) -> NamedAgreement:
    """What would be told of *one* in public."""
    names = {
        side: organisation(permit, session, side) for side in (one.terms.owner, one.terms.recipient)
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
