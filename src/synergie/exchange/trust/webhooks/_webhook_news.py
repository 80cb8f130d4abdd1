"""From the changes that an organisation may see to the messages that tell them."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from secrets import token_hex

from synergie.errors import Conflict, NotAllowed
from synergie.exchange import door as _door
from synergie.exchange._passing_on import list_permit_changes, may_be_told
from synergie.policy import Permit, Principal, permit_own_data, permit_party
from synergie.schemas.change import Change
from synergie.schemas.trust.webhook import WebhookEpoch, WebhookEvent, WebhookSubject
from synergie.storage.epochs import list_epochs
from synergie.storage.head import Head
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import agreement_page
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.oauth_clients import oauth_client
from synergie.storage.trust.webhooks import Hook, Message

_PAST = {
    "draft": "drafted",
    "propose": "proposed",
    "withdraw": "withdrawn",
    "accept": "accepted",
    "suspend": "suspended",
    "resume": "resumed",
    "revoke": "revoked",
    "terminate": "terminated",
    "replace": "replaced",
}
_NOUN = {"release": "aggregate"}
"""Kinds whose events bear the name that the journal gives them."""
_WORD = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_PAGE = 200
MOST_EPOCHS = 8
"""How many epochs a message names: a receiver that missed more forgets everything."""

type Page = tuple[list[Message], int]
"""Messages to write, and the number of the change that was looked at last."""


def list_webhook_messages(
    session: Session, caller: Principal, hook: Hook, *, upto: Head, room: int, now: datetime
) -> Page:
    """The messages for *hook* of the changes that *caller* may see, at most *room* of them.

    *upto*: the head, read before anything else in this transaction: what comes later is for the
    next look. What is told of a partner's data is recorded first, in the same transaction.
    """
    permit = permit_own_data(caller, action="read", now=now)
    limit = min(room, _PAGE)
    sources = [
        (opened, list_permit_changes(opened, session, after=hook.seq, limit=limit, upto=upto.n))
        for opened in (permit, *_iterate_received_permits(session, caller, now=now))
    ]
    last = min([upto.n, *(found[-1].seq for _, found in sources if len(found) >= limit)])
    told: dict[int, Change] = {}
    for source, found in sources:
        fresh = [one for one in found if one.seq <= last and one.seq not in told]
        fresh = [one for one in fresh if not hook.kinds or one.kind in hook.kinds]
        fresh = [one for one in fresh if may_be_told(source, session, one, now=now)]
        told |= {one.seq: one for one in fresh}
        _record_curve_news(session, caller, source, fresh, now=now)
    ordered, epochs = [told[seq] for seq in sorted(told)], _list_latest_epochs(session)
    return [_build_change_message(hook, one, epochs, now=now) for one in ordered], last


def _list_latest_epochs(session: Session) -> tuple[WebhookEpoch, ...]:
    latest = list_epochs(session)[-MOST_EPOCHS:]
    return tuple(WebhookEpoch(id=one.id, since_seq=one.since_seq) for one in latest)


def is_open(session: Session, caller: Principal, message: Message, *, now: datetime) -> bool:
    """Whether *caller* may be told at *now* what *message* tells: as if it were written now."""
    if message.seq is None:
        return True
    owner = WebhookEvent.model_validate_json(message.body).data.owner
    opened = _iterate_received_permits(session, caller, owner=owner, now=now)
    sources = chain((permit_own_data(caller, action="read", now=now),), opened)
    return any(_is_visible_change(permit, session, message.seq, now=now) for permit in sources)


def _is_visible_change(permit: Permit, session: Session, seq: int, *, now: datetime) -> bool:
    """Whether the change of number *seq* is news under *permit*."""
    found = list_permit_changes(permit, session, after=seq - 1, limit=1, upto=seq)
    return any(may_be_told(permit, session, one, now=now) for one in found)


def build_webhook_principal(session: Session, owner: str, client: str) -> Principal:
    """The program that registered a webhook, as it may act now: with no scope when it is closed."""
    found = oauth_client(session, client)
    open_ = found is not None and found.enabled and found.organisation == owner
    return Principal(
        client_id=client,
        organisation=owner,
        scopes=found.scopes if found is not None and open_ else frozenset(),
    )


def test_message(hook: Hook, *, now: datetime) -> Message:
    """A message that tells nothing, to try whether it arrives."""
    subject = WebhookSubject(id=hook.id, changed="webhook", owner=hook.owner)
    event = WebhookEvent(type="webhook.test", timestamp=now, data=subject)
    return _encode_webhook_event(hook, event, None, now=now)


def _iterate_received_permits(
    session: Session, caller: Principal, *, owner: str | None = None, now: datetime
) -> Iterator[Permit]:
    """What each agreement that *caller* received opens of its owner's consumption or sums now.

    *owner*: those of one organisation only.
    """
    permit = permit_party(caller, action="read", now=now)
    after = ""
    while found := agreement_page(permit, session, after=after, limit=_PAGE):
        after = found[-1][0].id
        for one, *_ in found:
            if one.terms.recipient != caller.organisation or owner not in {None, one.terms.owner}:
                continue
            try:
                yield _door.authorize_changes(session, caller, agreement=one.id, now=now)
            except (NotAllowed, Conflict):
                continue  # suspended, ended, of another dataset, unreadable…: nothing is told


def _record_curve_news(
    session: Session, caller: Principal, permit: Permit, told: Iterable[Change], *, now: datetime
) -> None:
    """Who saw what: that a partner's curve is new is told under an agreement."""
    subjects = tuple(dict.fromkeys(one.id for one in told))
    if permit.scope != "agreement" or not subjects:
        return
    entry = Entry(
        "data.read",
        by=caller.organisation,
        client=caller.client_id,
        owner=permit.owner,
        agreement=f"{permit.agreement}/{permit.version}",
        subjects=subjects,
        dataset="consumption",
        rows=len(subjects),
    )
    append(permit, session, entry, now=now)


def _build_change_message(
    hook: Hook, change: Change, epochs: tuple[WebhookEpoch, ...], *, now: datetime
) -> Message:
    subject = WebhookSubject(
        id=change.id,
        version=change.version,
        changed=change.kind,
        owner=change.owner,
        seq=change.seq,
    )
    act = _PAST.get(change.act, change.act)
    word = act if _WORD.fullmatch(act) else "changed"
    noun = _NOUN.get(change.kind, change.kind)
    event = WebhookEvent(type=f"{noun}.{word}", timestamp=change.at, data=subject, epochs=epochs)
    return _encode_webhook_event(hook, event, change.seq, now=now)


def _encode_webhook_event(
    hook: Hook, event: WebhookEvent, seq: int | None, *, now: datetime
) -> Message:
    """*event* as bytes that are the same at each try; its name sorts by its time."""
    body = json.dumps(event.model_dump(mode="json", exclude_none=True), separators=(",", ":"))
    name = f"msg_{int(now.timestamp() * 1000):012x}{(seq or 0) % 0x1000000:06x}{token_hex(6)}"
    return Message(name, webhook=hook.id, owner=hook.owner, type=event.type, body=body, seq=seq)
