"""The courier: writes messages for what changed, and sends those whose time has come.

Any number of processes may run one: a message is written in the transaction that moves the place of
its webhook, and sent by whoever takes it in hand first. A message whose courier died is sent again
by another, under the same `webhook-id`: receivers get each at least once. Before each try it is
asked again whether what it tells is open; if not it is dropped, and its owner reads so.
"""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from synergie.calendar.quiet import QuietHours
from synergie.client import outbound
from synergie.client.outbound import Allow
from synergie.errors import BadInput, SynergieError
from synergie.exchange.trust.webhooks import _webhook_news
from synergie.exchange.trust.webhooks._webhook_keys import WebhookKeys
from synergie.exchange.trust.webhooks.webhooks import FOLLOWS
from synergie.policy import Permit, Principal, permit_operator, permit_own_data
from synergie.proof import webhook as signed
from synergie.schemas.trust.webhook import DeliveryProblem, Disabled
from synergie.storage.epochs import find_common_seq
from synergie.storage.head import head
from synergie.storage.store import Session, Store
from synergie.storage.trust import webhooks as kept
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.webhooks import Due, Hook, Message, Tried

WAITS: tuple[float, ...] = (
    5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
)  # fmt: skip
"""Seconds from a failed try to the next: 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h. The first
try is at once, the tenth the last, 75 hours later."""

LEASE = timedelta(seconds=60)
"""How long one courier has a message in hand; six times as long as a call may take."""
KEPT = timedelta(days=30)
"""How long it is remembered what became of a message."""

_JITTER = 0.1
_MOST_WAITING = 1_000
_BATCH = 200
_GONE = 410
_ALERTS = "alert."
_HANDS = 4


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """What came of one try, for the log: nothing of the message or of the answer."""

    webhook: str
    message: str
    attempt: int
    status: int | None
    problem: DeliveryProblem | None
    disabled: Disabled | None


@dataclass(frozen=True, slots=True)
class WebhookSender:
    """Writes and sends the messages of all webhooks of a server."""

    store: Store
    keys: WebhookKeys
    allow: Allow
    clock: Callable[[], datetime]
    timeout: float = outbound.TIMEOUT_S
    quiet: QuietHours | None = None
    """Hours in which news of alerts wait for their end."""
    stopping: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Asked before each message: no other one is begun then."""

    def run(self) -> list[DeliveryAttempt]:
        """Write what changed, send what is due, once; what was tried."""
        while not self.stopping() and self.follow():
            pass
        return self.send()

    def follow(self) -> int:
        """Write messages for what changed since each webhook's last look; how much was looked at.

        0: all are up to date, or have as many messages waiting as they may.
        """
        permit = permit_operator(now=self.clock())
        with self.store.read() as session:
            at = head(session)
            active = kept.list_active_webhooks(permit, session)
            behind = [one for one in active if one[3:] != (at.n, at.epoch)]
        return sum(self._follow(*one[:3]) for one in behind)

    def send(self) -> list[DeliveryAttempt]:
        """Send every message whose time has come, several webhooks at once."""
        permit = permit_operator(now=self.clock())
        with self.store.read() as session:
            waiting = kept.list_due_messages(permit, session, now=self.clock(), limit=_BATCH)
        by_webhook = attrgetter("webhook")
        rows = [list(row) for _, row in groupby(sorted(waiting, key=by_webhook), by_webhook)]
        if not rows:
            return []
        with ThreadPoolExecutor(min(_HANDS, len(rows)), "synergie-webhook") as hands:
            return [sent for row in hands.map(self._send_row, rows) for sent in row]

    def forget(self) -> int:
        """Forget what became of messages of more than 30 days ago; how many."""
        with self.store.write(essential=True) as session:
            now = self.clock()
            return kept.forget_deliveries(permit_operator(now=now), session, before=now - KEPT)

    def _follow(self, webhook_id: str, owner: str, client: str) -> int:
        """One page of what changed, for one webhook; how many numbers of change it goes on."""
        now = self.clock()
        with self.store.write() as session:
            at = head(session)  # before all else: what comes later is for the next look
            caller = _webhook_news.build_webhook_principal(session, owner, client)
            permit = permit_own_data(caller, action="write", now=now)
            hook = kept.find_webhook(permit, session, webhook_id, for_update=True)
            if hook is None or not self._sends(hook):
                return 0
            if FOLLOWS not in caller.scopes:
                _disable_webhook(session, permit, hook, "client_closed", now=now)
                return 0
            common = find_common_seq(session, hook.epoch, hook.seq)
            hook = replace(hook, epoch=at.epoch, seq=common)  # restored: what is new is told
            room = _MOST_WAITING - kept.count_waiting_messages(permit, session, webhook_id)
            if room <= 0:
                return 0
            messages, last = _webhook_news.list_webhook_messages(
                session, caller, hook, upto=at, room=room, now=now
            )
            calm = None if self.quiet is None else self.quiet.find_span(now)
            for message in messages:
                waits = calm is not None and message.type.startswith(_ALERTS)
                send_at = calm[1] if calm is not None and waits else now
                kept.add_message(permit, session, message, now=now, send_at=send_at)
            kept.save_webhook(permit, session, replace(hook, seq=last))
        return last - hook.seq

    def _sends(self, hook: Hook) -> bool:
        """Whether it is to be sent anything, by a courier that has its secret.

        One that was started with the keys of another server changes nothing.
        """
        return hook.disabled is None and self.keys.hold(hook)

    def _send_row(self, row: Iterable[Due]) -> list[DeliveryAttempt]:
        """Messages of one webhook, one after the other; after a failure the rest waits."""
        done: list[DeliveryAttempt] = []
        for due in row:
            if self.stopping():
                break
            sent = self._send_one(due)
            if sent is None:
                continue
            done.append(sent)
            if sent.problem is not None:
                break
        return done

    def _send_one(self, due: Due) -> DeliveryAttempt | None:
        """None when another courier has it, or it is to be sent no more."""
        taken = self._take(due)
        if taken is None:
            return None
        hook, message, at = taken
        status, problem = self._post(hook, message, at)
        if problem is not None:
            outbound.tell_failed("webhook", hook.url, problem, webhook=hook.id, status=status)
        return self._note(hook, message, status, problem)

    def _take(self, due: Due) -> tuple[Hook, Message, datetime] | None:
        """The message to send, once what it tells is found open in this transaction."""
        now = self.clock()
        with self.store.write(essential=True) as session:
            permit = _build_owner_permit(due.owner, now)
            hook = kept.find_webhook(permit, session, due.webhook)
            if hook is None or not self._sends(hook):
                return None
            message = kept.claim_message(permit, session, due.id, now=now, until=now + LEASE)
            if message is None:
                return None
            caller = _webhook_news.build_webhook_principal(session, hook.owner, hook.client)
            if FOLLOWS not in caller.scopes:
                _disable_webhook(session, permit, hook, "client_closed", now=now)
                return None
            if not _webhook_news.is_open(session, caller, message, now=now):
                kept.drop_message(permit, session, message.id, now=now)
                return None
        return hook, message, now

    def _post(
        self, hook: Hook, message: Message, at: datetime
    ) -> tuple[int | None, DeliveryProblem | None]:
        """Send *message*; the status of the answer, and what was wrong. Its body is not read."""
        body = message.body.encode()
        headers = {
            "Content-Type": "application/json",
            **signed.headers(
                self.keys.signing(hook, now=at),
                id_=message.id,
                timestamp=int(at.timestamp()),
                body=body,
            ),
        }
        try:
            reply = outbound.post(
                hook.url, body, headers=headers, limit=0, timeout=self.timeout, allow=self.allow
            )
        except BadInput:
            return None, "address"
        except SynergieError:
            return None, "unreachable"
        return reply.status, None if reply.good else "status"

    def _note(
        self, hook: Hook, message: Message, status: int | None, problem: DeliveryProblem | None
    ) -> DeliveryAttempt:
        now, attempt = self.clock(), message.attempts + 1
        last = attempt > len(WAITS)
        disabled: Disabled | None = None
        if status == _GONE:
            disabled = "gone"
        elif problem is not None and last:
            disabled = "failing"
        again = problem is not None and disabled is None
        tried = Tried(
            now,
            status=status,
            problem=problem,
            next_at=now + _compute_retry_delay(attempt) if again else None,
        )
        permit = _build_owner_permit(hook.owner, now)
        with self.store.write(essential=True) as session:
            kept.note_try(permit, session, message.id, tried)
            if disabled is not None:
                current = kept.find_webhook(permit, session, hook.id, for_update=True)
                if current is not None and current.disabled is None:
                    _disable_webhook(session, permit, current, disabled, now=now)
        return DeliveryAttempt(hook.id, message.id, attempt, status, problem, disabled)


def _compute_retry_delay(attempt: int) -> timedelta:
    """How long after the failed try number *attempt*, spread so that many do not come at once."""
    spread = 1 + random.uniform(0, _JITTER)  # noqa: S311 (jitter)
    return timedelta(seconds=WAITS[attempt - 1] * spread)


def _build_owner_permit(owner: str, now: datetime) -> Permit:
    """The permit under which the messages of *owner* are kept."""
    caller = Principal(client_id="courier", organisation=owner, scopes=frozenset())
    return permit_own_data(caller, action="write", now=now)


def _disable_webhook(
    session: Session, permit: Permit, hook: Hook, reason: Disabled, *, now: datetime
) -> None:
    """Send it nothing more; its owner finds the reason in the list and in the journal."""
    kept.save_webhook(permit, session, replace(hook, disabled=reason))
    kept.give_up(permit, session, hook.id)
    entry = Entry(
        "webhook.disabled", by="operator", owner=hook.owner, subjects=(hook.id,), reason=reason
    )
    append(permit_operator(now=now), session, entry, now=now)
