"""Whether sums may go beyond their publisher: each agreement they stand on is asked again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from synergie.errors import Conflict, NotAllowed
from synergie.policy import Permit, Principal, permit_party
from synergie.policy.publication.public import for_the_public
from synergie.schemas.change import Change
from synergie.schemas.publication.open_publication import publication_id
from synergie.schemas.publication.release import Release
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.publication.publications import find_publication
from synergie.storage.publication.releases import find_release
from synergie.storage.readings.changes import changes, changes_through, releases_through
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import agreement as stored_agreement
from synergie.storage.trust.agreements.agreements import agreements_of


def may_pass_on(permit: Permit, session: Session, found: Release, *, now: datetime) -> bool:
    """Whether each agreement that a release stands on opens its sums to the public at *now*.

    Its publisher reads it whatever they say; a partner, of the period that is open to it only.
    """
    if permit.scope == "own":
        return True
    if not _in_period(permit, found) or _is_publication_closed(permit, session, found):
        return False
    return not list_closed(session, found.owner, found.agreements, now)


def _is_publication_closed(permit: Permit, session: Session, found: Release) -> bool:
    """Whether its publisher has suspended or ended what it opened to everybody."""
    if permit.scope != "public":
        return False
    known = find_publication(permit, session, publication_id(found.scheme, found.energy))
    return known is not None and known.state != "active"


def _in_period(permit: Permit, found: Release) -> bool:
    """Whether the whole period of a release is open; the public's permit has no bounds."""
    begun = permit.start is None or permit.start <= found.start
    return begun and (permit.end is None or found.end <= permit.end)


def list_permit_changes(
    permit: Permit, session: Session, *, after: int, limit: int, upto: int | None = None
) -> list[Change]:
    """Changes after number *after* that *permit* opens, in order: before `may_be_told` of each.

    *upto*: no later one is looked at.
    """
    if permit.scope == "own":
        return changes(permit, session, after=after, limit=limit, upto=upto)
    through = releases_through if permit.granularity == "aggregate" else changes_through
    return through(permit, session, after=after, limit=limit, upto=upto)


def may_be_told(permit: Permit, session: Session, change: Change, *, now: datetime) -> bool:
    """Whether *change* may be told under *permit*: of a release, when it may be read."""
    if permit.scope == "own" or change.kind != "release":
        return True
    found = find_release(permit, session, change.id)
    return found is not None and may_pass_on(permit, session, found, now=now)


def list_closed(
    session: Session,
    publisher: str,
    references: Iterable[str],
    now: datetime,
    *,
    ruling: Mapping[str, Agreement] = MappingProxyType({}),
) -> list[str]:
    """Those of *references* under which `public_permit` opens nothing, in their order.

    *ruling*: agreements of the publisher's, by id, that were looked up in this transaction.
    """
    side = Principal(client_id=publisher, organisation=publisher, scopes=frozenset())
    named = {one: one.partition("/")[0] for one in references}
    others = set(named.values()) - ruling.keys()
    asked = agreements_of(permit_party(side, action="read", now=now), session, others)
    found = {**asked, **ruling}
    return [one for one, name in named.items() if not _is_open_to_public(found.get(name), now)]


def _is_open_to_public(found: Agreement | None, now: datetime) -> bool:
    if found is None:
        return False
    try:
        for_the_public(found, now=now)
    except NotAllowed:
        return False
    return True


def public_permit(session: Session, publisher: str, reference: str, now: datetime) -> Permit:
    """What the agreement *reference* of *publisher* opens to the public now, or NotAllowed."""
    side = Principal(client_id=publisher, organisation=publisher, scopes=frozenset())
    agreement_id = reference.partition("/")[0]
    try:
        found = stored_agreement(permit_party(side, action="read", now=now), session, agreement_id)
    except Conflict as error:  # its text cannot be read any more: it opens nothing
        raise NotAllowed("signature", agreement_id) from error
    if found is None:
        raise NotAllowed("no_agreement", agreement_id)
    return for_the_public(found, now=now)
