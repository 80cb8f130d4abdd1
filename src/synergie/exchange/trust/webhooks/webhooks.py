"""What organisations do with webhooks: register an address that is told what changes."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any

from synergie.client import outbound
from synergie.client.outbound import Allow
from synergie.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    Overloaded,
    SynergieError,
    TooLarge,
    TooManyRequests,
    Words,
)
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.trust.webhooks import _webhook_news
from synergie.exchange.trust.webhooks._webhook_keys import OVERLAP_DAYS, WebhookKeys
from synergie.policy import Permit, Principal, permit_own_data
from synergie.proof import webhook as signed
from synergie.schemas.page import Page
from synergie.schemas.trust.journal import JournalEvent
from synergie.schemas.trust.webhook import Delivery, Webhook, WebhookRecord
from synergie.storage.head import head
from synergie.storage.store import Session, Store
from synergie.storage.trust import webhooks as kept
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import alone
from synergie.storage.trust.webhooks import Hook

__all__ = ["FOLLOWS", "MOST", "WebhookKeys", "Webhooks"]

FOLLOWS = "changes:read"
"""The scope that a program must be registered with, to be told what changes."""
MOST = 20
"""Most webhooks of one organisation."""

_ECHO = "an address that answers GET ?echo=… with 200 and that value alone"
_OK = 200
_CHALLENGES = 4
_TRIES = 60
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Webhooks of the caller's own organisation; nobody else's are seen."""

    store: Store
    keys: WebhookKeys
    allow: Allow
    _room: Any = field(default_factory=lambda: BoundedSemaphore(_CHALLENGES), repr=False)
    """How many addresses are tried at once: each may take 10 s of a thread."""
    _tries: dict[str, list[datetime]] = field(default_factory=dict, repr=False)
    """When each organisation had addresses tried, in this process."""

    def register(self, caller: Principal, record: WebhookRecord, *, now: datetime) -> Webhook:
        """Register an address, or change or open again the one that is there; then it is active.

        It is called before: BadInput unless it echoes, the same whatever the reason, so that
        nothing of a network is learnt here. NotAllowed when the program may not follow changes,
        or for a token that was narrowed; TooLarge above 20 webhooks;
        TooManyRequests above 60 addresses tried an hour.
        """
        permit = permit_own_data(caller, action="write", now=now)
        self.allow.checks(record.url)
        with self.store.read() as session:
            program = _webhook_news.build_webhook_principal(
                session, caller.organisation, caller.client_id
            )
            if FOLLOWS not in program.scopes:
                raise NotAllowed(FOLLOWS)
            known = kept.webhook_at(permit, session, record.url)
        if known is None or known.disabled is not None:
            self._challenge(caller.organisation, record.url, now=now)
        with self.store.write() as session:
            alone(permit, session)
            return self._registered(session, permit, caller, record, now=now)

    def read(self, caller: Principal, webhook_id: str, *, now: datetime) -> Webhook:
        """One webhook. NotFound when it is absent or another's."""
        with self.store.read() as session:
            return self._wire(
                _find_webhook(permit_own_data(caller, action="read", now=now), session, webhook_id)
            )

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[Webhook]:
        """A page of the caller's webhooks, by id."""
        permit = permit_own_data(caller, action="read", now=now)
        bound = f"webhooks\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = kept.list_webhooks(permit, session, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
        return Page(items=tuple(self._wire(one) for one in some), next=following)

    def rotate(
        self, caller: Principal, webhook_id: str, *, once: Once | None = None, now: datetime
    ) -> Webhook:
        """Give it a new key; for 7 days messages are signed with the one before, too.

        A shared secret is told the first time only, also of a request that comes again.
        """
        permit = permit_own_data(caller, action="write", now=now)
        with self.store.write() as session:
            known = claim_or_replay(session, once, Webhook, now=now)
            if known is not None:
                return known
            hook = _find_webhook(permit, session, webhook_id, for_update=True)
            fresh = replace(
                hook,
                generation=hook.generation + 1,
                previous_until=now + timedelta(days=OVERLAP_DAYS),
            )
            fresh = replace(fresh, fingerprint=self.keys.fingerprint(fresh))
            kept.save_webhook(permit, session, fresh)
            _record_webhook_event(session, permit, caller, fresh, event="key.rotated", now=now)
            store_answer(session, once, self._wire(fresh), status=200)
        return self._wire(fresh, fresh=True)

    def remove(self, caller: Principal, webhook_id: str, *, now: datetime) -> None:
        """Send it nothing any more, and forget it with its messages. NotFound."""
        permit = permit_own_data(caller, action="write", now=now)
        with self.store.write(essential=True) as session:
            hook = _find_webhook(permit, session, webhook_id, for_update=True)
            kept.remove_webhook(permit, session, webhook_id)
            _record_webhook_event(
                session, permit, caller, hook, event="webhook.disabled", reason="removed", now=now
            )

    def test(
        self, caller: Principal, webhook_id: str, *, once: Once | None = None, now: datetime
    ) -> Delivery:
        """Have a message sent that tells nothing; Conflict when the webhook is disabled."""
        permit = permit_own_data(caller, action="write", now=now)
        with self.store.write() as session:
            known = claim_or_replay(session, once, Delivery, now=now)
            if known is not None:
                return known
            hook = _find_webhook(permit, session, webhook_id)
            if hook.disabled is not None:
                raise Conflict("disabled", "active")
            message = _webhook_news.test_message(hook, now=now)
            kept.add_message(permit, session, message, now=now, send_at=now)
            made = Delivery(
                id=message.id,
                type=message.type,
                state="waiting",
                attempts=0,
                created_at=now,
                next_at=now,
            )
            store_answer(session, once, made, status=202)
        return made

    def deliveries(
        self,
        caller: Principal,
        webhook_id: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[Delivery]:
        """A page of its messages, the newest first, and what became of each."""
        permit = permit_own_data(caller, action="read", now=now)
        bound = f"deliveries\x1f{permit.fingerprint}\x1f{webhook_id}"
        with self.store.read() as session:
            _find_webhook(permit, session, webhook_id)
            place = _cursor.opened(session, bound, after)
            found = kept.deliveries(permit, session, webhook_id, before=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
        return Page(items=tuple(some), next=following)

    def _challenge(self, owner: str, url: str, *, now: datetime) -> None:
        """BadInput unless the address echoes (OpenADR 3.1.1); what it answers is shown nobody."""
        self._count(owner, now)
        if not self._room.acquire(blocking=False):
            raise Overloaded(5)
        try:
            value = secrets.token_urlsafe(24)
            asked = f"{url}{'&' if '?' in url else '?'}echo={value}"
            reply = outbound.fetch_url(asked, allow=self.allow, accept="text/plain")
            echoed = reply.status == _OK and reply.content.strip().strip(b'"') == value.encode()
            why: str | SynergieError = "no_echo"
        except SynergieError as error:
            echoed, why = False, error
        finally:
            self._room.release()
        if not echoed:
            outbound.tell_failed("challenge", url, why, owner=owner)
            raise BadInput("/url", Words("no echo"), _ECHO)

    def _count(self, owner: str, now: datetime) -> None:
        """TooManyRequests above 60 addresses an hour: we are nobody's way to call strangers."""
        lately = [at for at in self._tries.get(owner, ()) if now - at < _HOUR]
        if len(lately) >= _TRIES:
            raise TooManyRequests((lately[0] + _HOUR - now).total_seconds())
        self._tries[owner] = [*lately, now]

    def _registered(
        self,
        session: Session,
        permit: Permit,
        caller: Principal,
        record: WebhookRecord,
        *,
        now: datetime,
    ) -> Webhook:
        known = kept.webhook_at(permit, session, record.url)
        if known is None and len(kept.list_webhooks(permit, session, limit=MOST)) >= MOST:
            raise TooLarge(MOST, "webhooks")
        hook = self._changed(session, known, caller, record, now=now)
        if hook != known:
            kept.save_webhook(permit, session, hook)
            _record_webhook_event(
                session, permit, caller, hook, event="webhook.registered", now=now
            )
        fresh = known is None or known.generation != hook.generation
        return self._wire(hook, fresh=fresh)

    def _changed(
        self,
        session: Session,
        known: Hook | None,
        caller: Principal,
        record: WebhookRecord,
        *,
        now: datetime,
    ) -> Hook:
        """What is to be kept; one that is opened again is told what changes from now on.

        One that a restore paused goes on from where it was.
        """
        at = head(session)
        goes_on = known is not None and known.disabled in {None, "restored"}
        fresh = Hook(
            id=f"wh_{secrets.token_hex(8)}" if known is None else known.id,
            owner=caller.organisation,
            client=caller.client_id,
            url=record.url,
            signature=record.signature,
            kinds=record.kinds,
            generation=1 if known is None else known.generation,
            fingerprint="",
            previous_until=None if known is None else known.previous_until,
            disabled=None,
            epoch=known.epoch if known is not None and goes_on else at.epoch,
            seq=known.seq if known is not None and goes_on else at.n,
            created_at=now if known is None else known.created_at,
        )
        if known is not None and not (
            known.signature == fresh.signature and self.keys.hold(known)
        ):  # another kind of key, or a secret that is lost: no overlap can be signed
            fresh = replace(fresh, generation=known.generation + 1, previous_until=None)
        return replace(fresh, fingerprint=self.keys.fingerprint(fresh))

    def _wire(self, hook: Hook, *, fresh: bool = False) -> Webhook:
        secret = self.keys.secret(hook) if self.keys.hold(hook) else None
        disabled = hook.disabled or ("key_lost" if secret is None else None)
        public = secret is not None and hook.signature == "v1a"
        return Webhook(
            id=hook.id,
            url=hook.url,
            signature=hook.signature,
            kinds=hook.kinds,
            state="active" if disabled is None else "disabled",
            reason=disabled,
            key=signed.derive_receiver_key(secret) if secret is not None and public else None,
            secret=secret if fresh and not public else None,
            previous_until=hook.previous_until,
            created_at=hook.created_at,
        )


def _find_webhook(
    permit: Permit, session: Session, webhook_id: str, *, for_update: bool = False
) -> Hook:
    found = kept.find_webhook(permit, session, webhook_id, for_update=for_update)
    if found is None:
        raise NotFound
    return found


def _record_webhook_event(
    session: Session,
    permit: Permit,
    caller: Principal,
    hook: Hook,
    *,
    event: JournalEvent,
    reason: str | None = None,
    now: datetime,
) -> None:
    entry = Entry(
        event,
        by=caller.organisation,
        client=caller.client_id,
        owner=hook.owner,
        subjects=(hook.id,),
        reason=reason,
    )
    append(permit, session, entry, now=now)
