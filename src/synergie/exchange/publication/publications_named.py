"""Which agreements may be named in public: each party says so for itself, never by default."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import NotFound
from synergie.exchange.publication.publications_public import build_named_agreement
from synergie.policy import Principal, permit_own_data, permit_party
from synergie.policy.trust.versions import find_ruling_version, in_force
from synergie.schemas.publication.open_publication import PublicNaming
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.publication.publications import list_namings, say_named
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.agreements import agreement_page, list_agreement_versions
from synergie.storage.trust.journal.journal import Entry, append

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Namings:
    """The word of each party on its agreements: the public reads a name when both said yes."""

    store: Store

    def page(self, caller: Principal, *, now: datetime) -> tuple[PublicNaming, ...]:
        """The caller's agreements in force, by title, and what each party said."""
        permit = permit_party(caller, action="read", now=now)
        with self.store.read() as session:
            found = {one.id: one for one in _in_force(session, caller, now)}
            said = list_namings(permit, session, among=sorted(found))
            told = [
                PublicNaming(
                    agreement=build_named_agreement(permit, session, one),
                    ours=caller.organisation in said.get(one.id, frozenset()),
                    theirs=_get_other_party(one, caller) in said.get(one.id, frozenset()),
                )
                for one in found.values()
            ]
        return tuple(sorted(told, key=lambda one: (one.agreement.title, one.agreement.id)))

    def say(self, caller: Principal, agreement: str, *, named: bool, now: datetime) -> bool:
        """Let *agreement* be named in public, or no more; False when that is so already.

        NotFound unless it is one of the caller's. Who lets it be named must have it in force; who
        takes that back need not.
        """
        permit, side = (
            permit_own_data(caller, action="write", now=now),
            permit_party(caller, action="read", now=now),
        )
        with self.store.write(essential=True) as session:
            found = list_agreement_versions(side, session, agreement)
            if not found or (named and in_force(found, now) is None):
                raise NotFound
            changed = say_named(permit, session, agreement, named=named, now=now)
            if changed:
                one = find_ruling_version(found, now)
                entry = Entry(
                    "agreement.named" if named else "agreement.unnamed",
                    by=permit.bearer,
                    client=caller.client_id,
                    owner=one.terms.owner,
                    agreement=f"{one.id}/{one.version}",
                    subjects=(one.id, one.terms.recipient),
                )
                append(permit, session, entry, now=now)
        return changed


def _get_other_party(one: Agreement, caller: Principal) -> str:
    terms = one.terms
    return terms.recipient if terms.owner == caller.organisation else terms.owner


def _in_force(session: Session, caller: Principal, now: datetime) -> list[Agreement]:
    permit, after = permit_party(caller, action="read", now=now), ""
    found: list[Agreement] = []
    while True:
        page = agreement_page(permit, session, after=after, limit=_PAGE)
        found += [
            find_ruling_version(some, now) for some in page if in_force(some, now) is not None
        ]
        if len(page) < _PAGE:
            return found
        after = page[-1][0].id
