"""What organisations do with agreements: draft, propose, accept, suspend, revoke."""

from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex

from synergie.errors import BadInput, NotAllowed, NotFound, Words
from synergie.exchange import _cursor, _signature
from synergie.exchange.once import Once, remember, replayed
from synergie.policy import Permit, Principal, advance, effective_state, party, terms_digest
from synergie.policy.agreement import SIGNED
from synergie.policy.sentence import sentence
from synergie.schemas.agreement import Act, Agreement, Party, Signature, Terms, Transition
from synergie.schemas.page import Page
from synergie.storage import head
from synergie.storage.agreements import (
    agreement,
    agreements,
    move_agreement,
    save_agreement,
)
from synergie.storage.organisations import organisation, signing_keys
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class Agreements:
    """Agreements the caller is a side of; one transaction each."""

    store: Store

    def draft(
        self, caller: Principal, terms: Terms, *, once: Once | None = None, now: datetime
    ) -> Agreement:
        """A new draft, seen by its author only until it is proposed.

        NotAllowed unless the caller is one of the two parties; BadInput when the other is not in
        the directory. What the selector names and the owner does not hold opens nothing: whether
        it exists is not told.
        """
        _role(terms, caller)
        with self.store.write() as session:
            known = replayed(session, once, Agreement, now=now)
            if known is not None:
                return known
            permit = party(caller, action="write", now=now)
            for side in ("owner", "recipient"):
                if organisation(permit, session, getattr(terms, side)) is None:
                    raise BadInput(
                        f"/{side}", getattr(terms, side), "an organisation of the directory"
                    )
            made = _drafted(terms, caller, now=now)
            save_agreement(permit, session, made, author=caller.organisation)
            _tell(session, made, "draft", by=caller.organisation, now=now)
            remember(session, once, made)
        return made

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[Agreement]:
        """A page of the caller's agreements, by id, with the state of each at *now*."""
        permit = party(caller, action="read", now=now)
        bound = f"agreements\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = agreements(permit, session, after=place, limit=limit + 1)
            more = len(found) > limit
            following = _cursor.sealed(session, bound, found[limit - 1].id) if more else None
        return Page(items=tuple(_at(one, now) for one in found[:limit]), next=following)

    def read(self, caller: Principal, agreement_id: str, *, now: datetime) -> Agreement:
        """One agreement, with its state at *now*. NotFound when absent or of others."""
        with self.store.read() as session:
            return _at(_found(party(caller, action="read", now=now), session, agreement_id), now)

    def act(
        self,
        caller: Principal,
        agreement_id: str,
        act: Act,
        *,
        signature: str | None = None,
        now: datetime,
    ) -> Agreement:
        """The agreement after *act*; the same act again by the same party changes nothing.

        `propose` and `accept` need *signature*, a compact JWS over the digest of the terms by a
        key of the organisation. Raises NotFound, Conflict, NotAllowed, BadInput. A revocation
        holds from the next request on, and uses the room kept in reserve on a full disk.
        """
        with self.store.write(essential=act not in SIGNED) as session:
            permit = party(caller, action="write", now=now)
            current = _at(_found(permit, session, agreement_id, for_update=True), now)
            if _done_already(current, act, caller):
                return current
            role = _role(current.terms, caller)
            by = frozenset(one.role for one in current.signatures)
            state = advance(current.state, act, by=role, signed_by=by)
            signatures = () if act == "withdraw" else current.signatures
            if act in SIGNED:
                signatures += (_signed(session, current, role, signature),)
            step = Transition(act=act, by=caller.organisation, at=now, state=state)
            moved = current.model_copy(
                update={
                    "state": state,
                    "signatures": signatures,
                    "history": (*current.history, step),
                }
            )
            move_agreement(permit, session, moved)
            _tell(session, moved, act, by=caller.organisation, now=now)
        return moved


def _role(terms: Terms, caller: Principal) -> Party:
    if caller.organisation == terms.owner:
        return "owner"
    if caller.organisation == terms.recipient:
        return "recipient"
    raise NotAllowed("other_party")


def _drafted(terms: Terms, caller: Principal, *, now: datetime) -> Agreement:
    agreement_id = f"agr_{token_hex(8)}"
    return Agreement(
        id=agreement_id,
        version=1,
        terms=terms,
        terms_sha256=terms_digest(agreement_id, 1, terms),
        state="draft",
        signatures=(),
        history=(Transition(act="draft", by=caller.organisation, at=now, state="draft"),),
        summary=sentence(terms),
    )


def _found(
    permit: Permit, session: Session, agreement_id: str, *, for_update: bool = False
) -> Agreement:
    found = agreement(permit, session, agreement_id, for_update=for_update)
    if found is None:
        raise NotFound
    return found


def _at(body: Agreement, now: datetime) -> Agreement:
    return body.model_copy(update={"state": effective_state(body, now)})


def _done_already(body: Agreement, act: Act, caller: Principal) -> bool:
    last = body.history[-1]
    return last.act == act and last.by == caller.organisation and last.state == body.state


def _signed(session: Session, body: Agreement, role: Party, jws: str | None) -> Signature:
    if jws is None:
        raise BadInput("/signature", Words("nothing"), "a compact JWS over the digest of the terms")
    signer = body.terms.owner if role == "owner" else body.terms.recipient
    claims = {
        "agreement": body.id,
        "version": body.version,
        "terms_sha256": body.terms_sha256,
        "role": role,
        "org": signer,
    }
    signed_at = _signature.verify(jws, signing_keys(session, signer), claims)
    return Signature(
        role=role,
        organisation=signer,
        signed_at=datetime.fromtimestamp(signed_at, UTC),
        jws=jws,
    )


def _tell(session: Session, body: Agreement, act: str, *, by: str, now: datetime) -> None:
    """A draft is news to its author only; every later act is news to both sides."""
    terms = body.terms
    other = terms.recipient if by == terms.owner else terms.owner
    seq = head.take(session)
    news = head.News(
        owner=by,
        other=None if act == "draft" else other,
        kind="agreement",
        subject=body.id,
        act=act,
    )
    head.tell(session, seq, news, now=now)
