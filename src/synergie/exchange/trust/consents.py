"""What an organisation does with the consents it holds: record one, withdraw it, look at them."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from synergie.errors import BadInput, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.consent import Consent, ConsentRecord
from synergie.storage import head
from synergie.storage.assets.owned import SUPPLY_POINTS
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.agreements import list_naming_agreements, touch_agreement
from synergie.storage.trust.agreements.consents import (
    find_consent,
    list_consents,
    save_consent,
    withdraw_consent,
)
from synergie.storage.trust.journal.journal import Entry, append


@dataclass(frozen=True, slots=True)
class Consents:
    """Consents of the caller's own organisation; nobody else sees one."""

    store: Store

    def give(
        self, caller: Principal, body: ConsentRecord, *, once: Once | None = None, now: datetime
    ) -> Consent:
        """A consent that a person gave, recorded.

        BadInput when it is dated in the future, or names what is no delivery point of the caller's.
        """
        if body.given_at > now:
            raise BadInput("/given_at", body.given_at.isoformat(), "a moment that has come")
        with self.store.write() as session:
            known = claim_or_replay(session, once, Consent, now=now)
            if known is not None:
                return known
            permit = permit_own_data(caller, action="write", now=now)
            _of_the_owner(permit, session, body, now)
            fields = dict(body) | {"owner": permit.owner, "recorded_at": now}
            made = Consent(**fields, id=f"con_{token_hex(10)}")
            save_consent(permit, session, made)
            _record_consent_event(permit, session, made, act="given", client=caller.client_id)
            store_answer(session, once, made)
        return made

    def withdraw(self, caller: Principal, consent_id: str, *, now: datetime) -> Consent:
        """The consent, withdrawn: from the next request on it opens nothing, for ever.

        Again changes nothing. The recipients of agreements that rely on it are told that one of
        their consents was withdrawn, and not which. It uses the room kept in reserve on a full
        disk. NotFound when absent or another's.
        """
        with self.store.write(essential=True) as session:
            permit = permit_own_data(caller, action="write", now=now)
            found = find_consent(permit, session, consent_id, for_update=True)
            if found is None:
                raise NotFound
            if found.withdrawn_at is not None:
                return found
            gone = withdraw_consent(permit, session, consent_id, now=now)
            _record_consent_event(permit, session, gone, act="withdrawn", client=caller.client_id)
            told: dict[str, Agreement] = {}
            for agreement in list_naming_agreements(permit, session, consent_id):
                touch_agreement(permit, session, agreement, now=now)
                told[agreement.id] = agreement  # the newest version that names it
            for agreement in told.values():
                news = head.News(
                    owner=permit.owner,
                    other=agreement.terms.recipient,
                    kind="agreement",
                    subject=agreement.id,
                    covers=str(agreement.version),
                    act="consent_withdrawn",
                )
                head.tell(session, head.take_sequence_numbers(session), news, now=now)
        return gone

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[Consent]:
        """A page of the caller's consents, by id."""
        permit = permit_own_data(caller, action="read", now=now)
        bound = f"consents\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = list_consents(permit, session, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
        return Page(items=tuple(some), next=following)

    def read(self, caller: Principal, consent_id: str, *, now: datetime) -> Consent:
        """One consent. NotFound when absent or another's."""
        with self.store.read() as session:
            found = find_consent(
                permit_own_data(caller, action="read", now=now), session, consent_id
            )
        if found is None:
            raise NotFound
        return found


def _of_the_owner(permit: Permit, session: Session, body: ConsentRecord, now: datetime) -> None:
    for index, point in enumerate(body.supply_points):
        if SUPPLY_POINTS.load_item(permit, session, point, now=now) is None:
            raise BadInput(f"/supply_points/{index}", point, "a delivery point you have declared")


def _record_consent_event(
    permit: Permit, session: Session, body: Consent, *, act: str, client: str
) -> None:
    entry = Entry(
        "consent.given" if act == "given" else "consent.withdrawn",
        by=permit.bearer,
        client=client,
        owner=body.owner,
        subjects=(body.id, *body.supply_points),
    )
    append(permit, session, entry, now=permit.decided_at)
    news = head.News(owner=body.owner, kind="consent", subject=body.id, act=act)
    head.tell(session, head.take_sequence_numbers(session), news, now=permit.decided_at)
