"""What organisations do with agreements: draft, propose, accept, suspend, revoke, renew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Literal

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.trust._agreement_acts import Acting
from synergie.exchange.trust.sum_tries import record_sum_refusals
from synergie.policy import (
    Permit,
    Principal,
    effective_state,
    permit_operator,
    permit_party,
    terms_digest,
)
from synergie.policy.readings.sentence import describe_terms
from synergie.policy.trust.agreement import LIVE, SIGNED, find_suspender
from synergie.policy.trust.terms import check_terms, is_consent_valid
from synergie.policy.trust.versions import find_pending_version, find_ruling_version, in_force
from synergie.schemas.page import Page
from synergie.schemas.trust.agreement import OPERATOR, Act, Agreement, Party, Terms, Transition
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.agreements import (
    Since,
    agreement_page,
    list_agreement_versions,
    next_version,
    save_agreement,
)
from synergie.storage.trust.agreements.consents import consents_of
from synergie.storage.trust.organisations import find_organisation


@dataclass(frozen=True, slots=True)
class Agreements:
    """Agreements the caller is a side of; one transaction each."""

    store: Store

    def draft(
        self, caller: Principal, terms: Terms, *, once: Once | None = None, now: datetime
    ) -> Agreement:
        """A new draft, seen by its author only until it is proposed.

        NotAllowed unless the caller is one of the two parties, or for a token that was narrowed to
        agreements; BadInput when the terms are not as
        new terms must be, or the other party is not in the directory. What the selector names and
        the owner does not hold opens nothing: whether it exists is not told.
        """
        _get_party_role(terms, caller)
        if caller.agreements is not None:
            raise NotAllowed("token_narrower")
        check_terms(terms)
        with self.store.write() as session:
            known = claim_or_replay(session, once, Agreement, now=now)
            if known is not None:
                return known
            permit = permit_party(caller, action="write", now=now)
            for side in ("owner", "recipient"):
                if find_organisation(permit, session, getattr(terms, side)) is None:
                    raise BadInput(
                        f"/{side}", getattr(terms, side), "an organisation of the directory"
                    )
            acting = _build_acting(permit, session, terms, caller)
            made = _build_draft_agreement(acting, f"agr_{token_hex(8)}", 1, terms)
            store_answer(session, once, made)
        return made

    def redraft(
        self,
        caller: Principal,
        agreement_id: str,
        terms: Terms,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> Agreement:
        """A draft of the next version, with other terms; in place of one's own draft, if any.

        The version in force stays until both have signed this one. The parties and the purpose
        stay (BadInput): another purpose is another agreement. Conflict while a version is proposed.
        """
        _check_agreement_name(caller, agreement_id)
        check_terms(terms)
        with self.store.write() as session:
            known = claim_or_replay(session, once, Agreement, now=now)
            if known is not None:
                return known
            permit = permit_party(caller, action="write", now=now)
            there = _find_versions(permit, session, agreement_id, for_update=True)
            _same_deal(there[-1].terms, terms)
            if there[-1].state == "proposed":
                raise Conflict("proposed", "an answer to the version that is proposed, first")
            mine = there[-1].state == "draft"
            number = there[-1].version if mine else next_version(permit, session, agreement_id)
            acting = _build_acting(permit, session, terms, caller)
            made = _build_draft_agreement(acting, agreement_id, number, terms)
            shown = _compute_agreement_at([*(there[:-1] if mine else there), made], made, now)
            store_answer(session, once, shown)
        return shown

    def page(
        self,
        caller: Principal,
        *,
        after: str | None = None,
        limit: int = 200,
        changed_since: datetime | None = None,
        now: datetime,
    ) -> Page[Agreement]:
        """A page of the caller's agreements, by id, each in the version that decides at *now*.

        *changed_since*: only those whose state changed from that moment on, by an act or by the
        clock: the same that the changes and the webhooks tell.
        """
        permit = permit_party(caller, action="read", now=now)
        since = None if changed_since is None else Since(changed_since, now)
        among = caller.agreements
        told = "" if among is None else " ".join(sorted(among))
        bound = f"agreements\x1f{permit.fingerprint}\x1f{changed_since or ''}\x1f{told}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = agreement_page(
                permit, session, after=place, limit=limit + 1, since=since, among=among
            )
            some, following = _cursor.split_cursor_page(
                session, bound, found, limit, by=lambda one: one[-1].id
            )
        items = tuple(
            _compute_agreement_at(one, find_ruling_version(one, now), now) for one in some
        )
        return Page(items=items, next=following)

    def read(
        self, caller: Principal, agreement_id: str, *, version: int | None = None, now: datetime
    ) -> Agreement:
        """One agreement as it is at *now*, in the version that decides, or in *version*.

        NotFound when absent, of others, or a draft of the other party's.
        """
        permit = permit_party(caller, action="read", now=now)
        with self.store.read() as session:
            there = _find_versions(permit, session, _check_agreement_name(caller, agreement_id))
            one = (
                _find_version(there, version)
                if version is not None
                else find_ruling_version(there, now)
            )
            good = sum(is_consent_valid(given, now) for given in consents_of(permit, session, one))
        shown = _compute_agreement_at(there, one, now)
        counted = good if one.terms.consent_refs and _has_consent_count(shown, caller) else None
        return shown.model_copy(update={"consents_holding": counted})

    def versions(self, caller: Principal, agreement_id: str, *, now: datetime) -> Page[Agreement]:
        """Every version that the caller may see, oldest first: what was signed stays readable."""
        permit = permit_party(caller, action="read", now=now)
        with self.store.read() as session:
            there = _find_versions(permit, session, _check_agreement_name(caller, agreement_id))
        return Page(items=tuple(_compute_agreement_at(there, one, now) for one in there), next=None)

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
        key of the organisation. They and `withdraw` are on the version that is not signed by both
        yet; the others on all that live. Raises NotFound, Conflict, NotAllowed, BadInput. A
        revocation holds from the next request on, and uses the room kept in reserve on a full disk.
        """
        essential = act not in SIGNED
        with (
            self.store.write(essential=essential) as session,
            record_sum_refusals(session, caller, now=now),
        ):
            permit = permit_party(caller, action="write", now=now)
            there = _find_versions(
                permit, session, _check_agreement_name(caller, agreement_id), for_update=True
            )
            acting = _build_acting(permit, session, there[-1].terms, caller)
            moved = acting.take(there, act, signature=signature)
            after = list_agreement_versions(permit, session, agreement_id) or [moved]
        return _compute_agreement_at(after, moved, now)

    def operate(
        self, agreement_id: str, act: Literal["suspend", "resume"], *, now: datetime
    ) -> Agreement:
        """The agreement after the operator of the server suspended or resumed it.

        The operator resumes only what the operator suspended. Raises NotFound, Conflict,
        NotAllowed.
        """
        with self.store.write(essential=True) as session:
            permit = permit_operator(now=now)
            there = _find_versions(permit, session, agreement_id, for_update=True)
            acting = Acting(
                permit=permit, session=session, by=OPERATOR, actor="operator", client=None, now=now
            )
            moved = acting.take(there, act)
            after = list_agreement_versions(permit, session, agreement_id) or [moved]
        return _compute_agreement_at(after, moved, now)


def _has_consent_count(shown: Agreement, caller: Principal) -> bool:
    """Whether *caller* is told how many consents hold: the recipient only while it binds both.

    With a draft that names one consent, or after the end, it would follow single persons.
    """
    return shown.state in LIVE or caller.organisation == shown.terms.owner


def _get_party_role(terms: Terms, caller: Principal) -> Party:
    sides: dict[str, Party] = {terms.owner: "owner", terms.recipient: "recipient"}
    if caller.organisation not in sides:
        raise NotAllowed("other_party")
    return sides[caller.organisation]


def _build_acting(permit: Permit, session: Session, terms: Terms, caller: Principal) -> Acting:
    return Acting(
        permit=permit,
        session=session,
        by=caller.organisation,
        actor=_get_party_role(terms, caller),
        client=caller.client_id,
        now=permit.decided_at,
    )


def _build_draft_agreement(
    acting: Acting, agreement_id: str, version: int, terms: Terms
) -> Agreement:
    step = Transition(act="draft", by=acting.by, at=acting.now, state="draft")
    made = Agreement(
        id=agreement_id,
        version=version,
        terms=terms,
        terms_sha256=terms_digest(agreement_id, version, terms),
        state="draft",
        signatures=(),
        history=(step,),
        summary=describe_terms(terms),
        version_pending=version,
    )
    save_agreement(acting.permit, acting.session, made, author=acting.by)
    acting.record(made, "draft")
    return made


def _same_deal(before: Terms, after: Terms) -> None:
    for name in ("owner", "recipient", "purpose"):
        if getattr(before, name) != getattr(after, name):
            raise BadInput(
                f"/{name}", getattr(after, name), "as in the version before: else another agreement"
            )


def _find_versions(
    permit: Permit, session: Session, agreement_id: str, *, for_update: bool = False
) -> Sequence[Agreement]:
    found = list_agreement_versions(permit, session, agreement_id, for_update=for_update)
    if not found:
        raise NotFound
    return found


def _check_agreement_name(caller: Principal, agreement_id: str) -> str:
    """*agreement_id*, if the token may name it: NotFound for one that was narrowed to others."""
    if caller.agreements is not None and agreement_id not in caller.agreements:
        raise NotFound
    return agreement_id


def _find_version(there: Sequence[Agreement], version: int) -> Agreement:
    for one in there:
        if one.version == version:
            return one
    raise NotFound


def _compute_agreement_at(there: Sequence[Agreement], one: Agreement, now: datetime) -> Agreement:
    """*one* as it is at *now*, among all its versions."""
    return one.model_copy(
        update={
            "state": effective_state(one, now),
            "suspended_by": find_suspender(one),
            "version_in_force": in_force(there, now),
            "version_pending": find_pending_version(there),
        }
    )
