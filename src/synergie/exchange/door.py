"""The one door: which permit opens a thing to a caller, decided in the transaction that reads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from synergie.errors import NotAllowed, NotFound
from synergie.policy import Ask, Permit, Principal, decide, own, party
from synergie.policy.publication.public import SUMS
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.consent import Consent
from synergie.storage.assets.held import points
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import agreement as stored_agreement
from synergie.storage.trust.agreements.agreements import covering
from synergie.storage.trust.agreements.consents import consents_of

CURVES = Ask(dataset="consumption")
"""What is asked of an agreement to follow the curves that it opens."""


def listing(
    session: Session, caller: Principal, ask: Ask, *, agreement: str | None, now: datetime
) -> Permit:
    """The permit of a list: one's own data, or what the named agreement opens.

    NotFound when the agreement is absent or of others; NotAllowed with its reason when it does
    not open what is asked. A list never mixes agreements.
    """
    if agreement is None:
        return own(caller, action="read", now=now)
    return decided(session, caller, _named(session, caller, agreement, now=now), ask, now=now)


def news(session: Session, caller: Principal, *, agreement: str | None, now: datetime) -> Permit:
    """The permit under which changes are told, as that of a list.

    An agreement that opens sums tells its releases, any other its curves.
    """
    if agreement is None:
        return own(caller, action="read", now=now)
    named = _named(session, caller, agreement, now=now)
    ask = SUMS if named.terms.granularity == "aggregate" else CURVES
    return decided(session, caller, named, ask, now=now)


def one[T](
    session: Session,
    caller: Principal,
    ask: Ask,
    *,
    agreement: str | None,
    now: datetime,
    table: str,
    subject: str,
    find: Callable[[Permit], T | None],
) -> tuple[Permit, T]:
    """The permit that opens one thing, and the thing: one's own, else by an agreement over it.

    *find* looks for the thing inside a permit. NotFound when it is absent or no agreement covers
    it: the two are the same. NotAllowed when one covers it but does not open what is asked.
    """
    if agreement is None and caller.agreements is None:
        mine = own(caller, action="read", now=now)
        found = find(mine)
        if found is not None:
            return mine, found
    side = party(caller, action="read", now=now)
    over = covering(side, session, table, subject)
    if over and ask.curve:
        ask = replace(ask, points=points(side, session, subject))
    refusal: NotAllowed | None = None
    for candidate in over:
        if agreement is not None and candidate.id != agreement:
            continue
        try:
            permit = decided(session, caller, candidate, ask, now=now)
        except NotAllowed as error:
            refusal = refusal or error
            continue
        found = find(permit)
        if found is not None:
            return permit, found
    raise refusal or NotFound


def decided(
    session: Session, caller: Principal, agreement: Agreement, ask: Ask, *, now: datetime
) -> Permit:
    """The decision, with the consents as they are in this transaction: FR-WITHDRAW."""
    given: list[Consent] = []
    if ask.curve and agreement.terms.consent_refs and caller.organisation in _sides(agreement):
        given = consents_of(party(caller, action="read", now=now), session, agreement)
    return decide(agreement, principal=caller, ask=ask, now=now, consents=given)


def _sides(agreement: Agreement) -> tuple[str, str]:
    return agreement.terms.owner, agreement.terms.recipient


def _named(session: Session, caller: Principal, agreement: str, *, now: datetime) -> Agreement:
    found = stored_agreement(party(caller, action="read", now=now), session, agreement)
    if found is None:
        raise NotFound
    return found
