"""What one act does to the versions of an agreement, inside the act's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from synergie.errors import BadInput, Conflict, Words
from synergie.exchange.publication.released_sums import hold_agreement
from synergie.exchange.trust import signature as _signature
from synergie.exchange.trust._split_periods import hold_periods
from synergie.policy import Permit, advance_agreement, effective_state
from synergie.policy.trust.agreement import ENDED, SIGNED, find_suspender
from synergie.policy.trust.terms import check_consents, check_consents_named
from synergie.policy.trust.versions import (
    find_ruling_version,
    find_version_for_act,
    select_live_versions,
)
from synergie.schemas.trust.agreement import (
    OPERATOR,
    Act,
    Actor,
    Agreement,
    Signature,
    State,
    Terms,
    Transition,
)
from synergie.schemas.trust.agreement_bytes import items_digest
from synergie.storage import head
from synergie.storage.assets.named_perimeters import perimeter_signed, ref_text
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import freeze_items, items_of, move_agreement
from synergie.storage.trust.agreements.consents import consents_of
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.oauth_clients import oauth_clients
from synergie.storage.trust.organisations import signing_keys

ANEW = "terms that their owner proposes anew: these can no longer be accepted as they are"
"""Whatever the reason: its owner is told of it when it signs them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """One party, or the operator, at the versions of an agreement, within one transaction."""

    permit: Permit
    session: Session
    by: str
    """The organisation; `operator`."""
    actor: Actor
    client: str | None
    """The program. None: the operator's command line."""
    now: datetime

    def take(
        self, versions: Sequence[Agreement], act: Act, *, signature: str | None = None
    ) -> Agreement:
        """The version that *act* is meant for, after it; the same act again changes nothing.

        Raises Conflict, NotAllowed, BadInput.
        """
        one = find_version_for_act(versions, act, by=self.by, now=self.now)
        if self._has_done(one, act):
            return one
        state = self._next(one, act)
        signatures = () if act == "withdraw" else one.signatures
        if act in SIGNED:
            self._may_sign(versions, one, act)
            signatures += (self._signature(one, signature),)
            self._freeze(one)
            hold_agreement(self.permit, self.session, one, learn=act == "accept")
            self._hold_periods(one, act)
        moved = self._move(one.model_copy(update={"signatures": signatures}), act, state)
        if act == "accept":
            self._replace(versions, moved)
        elif act not in {"propose", "withdraw"}:
            self._together(versions, one, act, state)
        if state in ENDED:
            self._drop_proposals(versions)
        return moved

    def record(self, body: Agreement, act: str) -> None:
        """Journal *act* on *body*, and tell it: a draft to its author only, else to both sides."""
        terms = body.terms
        teller = terms.owner if self.by == OPERATOR else self.by
        other = terms.recipient if teller == terms.owner else terms.owner
        private = act == "draft"
        fields: dict[str, Any] = {
            "event": f"agreement.{act}",
            "by": self.by,
            "client": self.client,
            "owner": None if private and teller != terms.owner else terms.owner,
            "agreement": f"{body.id}/{body.version}",
            "subjects": (body.id,) if private else (body.id, terms.owner, terms.recipient),
        } | (self._signed(body) if act in SIGNED else {})
        append(self.permit, self.session, Entry(**fields), now=self.now)
        news = head.News(
            owner=teller,
            other=None if private else other,
            kind="agreement",
            subject=body.id,
            covers=str(body.version),
            act=act,
        )
        head.tell(self.session, head.take_sequence_numbers(self.session), news, now=self.now)

    def _signed(self, body: Agreement) -> dict[str, str]:
        """What a signature stands on, as the journal keeps it."""
        items = items_of(self.permit, self.session, body)
        return {"terms_sha256": body.terms_sha256, "items_sha256": items_digest(items)}

    def _has_done(self, one: Agreement, act: Act) -> bool:
        last = one.history[-1]
        state = effective_state(one, self.now)
        return last.act == act and last.by == self.by and last.state == state

    def _next(self, one: Agreement, act: Act) -> State:
        after = advance_agreement(
            effective_state(one, self.now),
            act,
            by=self.actor,
            signed_by=frozenset(given.role for given in one.signatures),
            suspended_by=find_suspender(one),
        )
        if act in SIGNED and self.now >= one.terms.valid_until:
            raise Conflict("expired", "terms whose end is still to come")
        return after

    def _may_sign(self, versions: Sequence[Agreement], one: Agreement, act: Act) -> None:
        """Whether this version may be signed now, beside what the others are."""
        if one.fault is not None:
            raise Conflict("invalid", "terms that are as they were recorded: draft them again")
        rules = find_ruling_version(versions, self.now)
        if rules.version > one.version:
            raise Conflict("replaced", "the newest version: a later one was signed")
        if act == "propose" and any(other.state == "proposed" for other in versions):
            raise Conflict("proposed", "an answer to the version that is proposed, first")
        if act == "accept" and effective_state(rules, self.now) == "suspended":
            raise Conflict("suspended", "the version in force resumed, first")
        check_consents_named(one.terms)
        if act == "accept" or self.actor == "owner":
            check_consents(one.terms, consents_of(self.permit, self.session, one), now=self.now)
        if self.actor == "recipient":
            self._own_programs(one.terms)

    def _own_programs(self, terms: Terms) -> None:
        """The programs it may be used by are the recipient's own, as it alone knows."""
        if not terms.recipient_clients:
            return
        known = {one.id for one in oauth_clients(self.session, terms.recipient)}
        for index, name in enumerate(terms.recipient_clients):
            if name not in known:
                where = f"/recipient_clients/{index}"
                raise BadInput(where, name, "a program registered for the recipient")

    def _hold_periods(self, one: Agreement, act: Act) -> None:
        """When its owner signs, and when both have; a partner is not told which period, or why.

        What it is told of others would be about agreements that it has no part in.
        """
        if self.actor == "owner":
            hold_periods(self.permit, self.session, one)
        elif act == "accept":
            try:
                hold_periods(self.permit, self.session, one)
            except BadInput:
                raise Conflict("out of date", ANEW) from None

    def _freeze(self, one: Agreement) -> None:
        """When its owner signs, what a named perimeter holds is written down with the agreement."""
        ref = one.terms.selector.perimeter
        if ref is None or self.actor != "owner":
            return
        found = perimeter_signed(self.permit, self.session, ref)
        if found is None:
            raise BadInput(
                "/selector/perimeter",
                ref_text(ref),
                "a perimeter of the owner's, in a version that it has",
            )
        freeze_items(self.permit, self.session, one, perimeter=ref_text(ref), ids=found.ids())

    def _signature(self, one: Agreement, jws: str | None) -> Signature:
        if jws is None:
            raise BadInput(
                "/signature", Words("nothing"), "a compact JWS over the digest of the terms"
            )
        role = "owner" if self.actor == "owner" else "recipient"
        claims = {
            "agreement": one.id,
            "version": one.version,
            "terms_sha256": one.terms_sha256,
            "role": role,
            "org": self.by,
        }
        signed_at = _signature.verify(jws, signing_keys(self.session, self.by), claims)
        return Signature(
            role="owner" if self.actor == "owner" else "recipient",
            organisation=self.by,
            signed_at=datetime.fromtimestamp(signed_at, UTC),
            jws=jws,
        )

    def _move(self, one: Agreement, act: Act, state: State) -> Agreement:
        step = Transition(act=act, by=self.by, at=self.now, state=state)
        moved = one.model_copy(update={"state": state, "history": (*one.history, step)})
        move_agreement(self.permit, self.session, moved, now=self.now)
        self.record(moved, act)
        return moved

    def _replace(self, versions: Sequence[Agreement], new: Agreement) -> None:
        """Every version that lives ends where *new* begins: now, or when its time comes."""
        at = max(self.now, new.terms.valid_from)
        step = Transition(act="replace", by=self.by, at=at, state="terminated")
        invalid = (one for one in versions if one.state == "invalid" and one.version < new.version)
        for old in (*select_live_versions(versions, self.now), *invalid):
            ends = at <= self.now or old.state == "invalid"  # which opens nothing already
            state = "terminated" if ends else old.state
            ended = old.model_copy(update={"state": state, "history": (*old.history, step)})
            move_agreement(self.permit, self.session, ended, now=self.now)
            self.record(ended, "replace")

    def _together(
        self, versions: Sequence[Agreement], one: Agreement, act: Act, state: State
    ) -> None:
        """What is done to the version in force is done to those that wait, as far as it can be."""
        for other in select_live_versions(versions, self.now):
            same = other.state == one.state or state in ENDED
            if other.version != one.version and same:
                self._move(other, act, state)

    def _drop_proposals(self, versions: Sequence[Agreement]) -> None:
        """What was signed before an end does not begin after it."""
        for other in versions:
            if other.state == "proposed":
                bare = other.model_copy(update={"signatures": ()})
                self._move(bare, "withdraw", "draft")
