"""The one door: which permit opens a thing to a caller, decided in the transaction that reads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from synergie.errors import NotAllowed, NotFound
from synergie.policy import Ask, Permit, Principal, decide_permit, permit_own_data, permit_party
from synergie.policy.publication.public import SUMS
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.consent import Consent
from synergie.storage.assets.held import points
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import agreement as stored_agreement
from synergie.storage.trust.agreements.agreements import list_covering_agreements
from synergie.storage.trust.agreements.consents import consents_of

CURVES = Ask(dataset="consumption")
"""What is asked of an agreement to follow the curves that it opens."""


def authorize_list(
    session: Session, caller: Principal, ask: Ask, *, agreement: str | None, now: datetime
) -> Permit:
    """The permit of a list: one's own data, or what the named agreement opens.

    NotFound when the agreement is absent or of others; NotAllowed with its reason when it does
    not open what is asked. A list never mixes agreements.
    """
    if agreement is None:
        return permit_own_data(caller, action="read", now=now)
    return decide_with_consents(
        session, caller, _find_party_agreement(session, caller, agreement, now=now), ask, now=now
    )


def authorize_changes(
    session: Session, caller: Principal, *, agreement: str | None, now: datetime
) -> Permit:
    """The permit under which changes are told, as that of a list.

    An agreement that opens sums tells its releases, any other its curves.
    """
    if agreement is None:
        return permit_own_data(caller, action="read", now=now)
    named = _find_party_agreement(session, caller, agreement, now=now)
    ask = SUMS if named.terms.granularity == "aggregate" else CURVES
    return decide_with_consents(session, caller, named, ask, now=now)


def authorize_subject[T](
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
        mine = permit_own_data(caller, action="read", now=now)
        found = find(mine)
        if found is not None:
            return mine, found
    side = permit_party(caller, action="read", now=now)
    over = list_covering_agreements(side, session, table, subject)
    if over and ask.curve:
        ask = replace(ask, points=points(side, session, subject))
    refusal: NotAllowed | None = None
    for candidate in over:
        if agreement is not None and candidate.id != agreement:
            continue
        try:
            permit = decide_with_consents(session, caller, candidate, ask, now=now)
        except NotAllowed as error:
            refusal = refusal or error
            continue
        found = find(permit)
        if found is not None:
            return permit, found
    raise refusal or NotFound


def decide_with_consents(
    session: Session, caller: Principal, agreement: Agreement, ask: Ask, *, now: datetime
) -> Permit:
    """The decision, with the consents as they are in this transaction: FR-WITHDRAW."""
    given: list[Consent] = []
    if (
        ask.curve
        and agreement.terms.consent_refs
        and caller.organisation in _get_agreement_parties(agreement)
    ):
        given = consents_of(permit_party(caller, action="read", now=now), session, agreement)
    return decide_permit(agreement, principal=caller, ask=ask, now=now, consents=given)


def _get_agreement_parties(agreement: Agreement) -> tuple[str, str]:
    return agreement.terms.owner, agreement.terms.recipient


def _find_party_agreement(
    session: Session, caller: Principal, agreement: str, *, now: datetime
) -> Agreement:
    found = stored_agreement(permit_party(caller, action="read", now=now), session, agreement)
    if found is None:
        raise NotFound
    return found
