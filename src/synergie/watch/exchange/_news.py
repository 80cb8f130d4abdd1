"""What became of alerts: in the journal, and as changes that webhooks tell."""

from datetime import datetime
from typing import Literal

from synergie.policy import Permit, Principal
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage import head
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import Entry, append
from synergie.watch.records.alert import StoredAlert

type Act = Literal["raised", "judged", "ticketed", "closed", "reopened"]

_EVENTS: dict[Act, JournalEvent] = {
    "raised": "alert.raised",
    "judged": "alert.judged",
    "ticketed": "alert.ticketed",
    "closed": "alert.closed",
    "reopened": "alert.reopened",
}


def tell_alerts(
    permit: Permit,
    session: Session,
    done: list[tuple[StoredAlert, Act]],
    *,
    client: str,
    now: datetime,
) -> None:
    """Record what became of alerts in the journal, and as changes that webhooks tell."""
    if not done:
        return
    for alert, act in done:
        entry = Entry(
            _EVENTS[act],
            by=permit.bearer,
            client=client,
            owner=permit.owner,
            subjects=(alert.id, alert.series),
            dataset="consumption",
        )
        append(permit, session, entry, now=now)
    first = head.take_sequence_numbers(session, len(done))
    for seq, (alert, act) in enumerate(done, first):
        news = head.News(owner=permit.owner, kind="alert", subject=alert.id, act=act)
        head.tell(session, seq, news, now=now)


def build_watch_principal(organisation: str) -> Principal:
    """Who the watch acts as: the owner of the readings, by no program of its own."""
    return Principal(client_id="watch", organisation=organisation, scopes=frozenset())
