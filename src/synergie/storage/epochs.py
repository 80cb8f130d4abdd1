"""Epochs: after a restore the numbers of changes come a second time, and mean something else.

A place in the changes is (epoch, n). As with Kafka's leader epochs, a place of an earlier epoch
still holds up to the last change that all later ones have in common.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Literal

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from synergie.policy import Permit
from synergie.storage.head import head
from synergie.storage.tables import EpochRow, HeadRow, OrganisationRow
from synergie.storage.trust.access_tables import AccessTokenRow, IdempotencyRow
from synergie.storage.trust.account_tables import EntryLinkRow, SittingRow
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.webhook_tables import WebhookRow

type Why = Literal["restored", "accepted", "moved"]
"""Why an epoch began: `restored` by our command; `accepted`: the operator said that a database
put in place by hand is the right one; `moved`: PostgreSQL is another cluster or timeline."""

_OF_THE_MOMENT = (AccessTokenRow, SittingRow, EntryLinkRow, IdempotencyRow)
"""Who had entered when the backup was made: gone with a restore. Answers to repeated requests, too:
what was answered after the backup is unknown here, and what was before may be undone since."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One life of the store; `since_seq`: the last change in common with the epoch before."""

    number: int
    id: str
    since_seq: int
    at: datetime
    why: str


def list_epochs(session: Session) -> list[Epoch]:
    """Every epoch of the store, the first one first."""
    rows = session.exec(select(EpochRow).order_by(col(EpochRow.number)))
    return [Epoch(row.number, row.id, row.since_seq, row.at, row.why) for row in rows]


def find_common_seq(session: Session, epoch: str, n: int) -> int:
    """Up to which change a reader at number *n* of *epoch* and this store agree: *n* at most.

    *n* itself when the place holds. 0 for an epoch that the store does not know: it was begun
    after the backup that the store was restored from.
    """
    now = head(session)
    if epoch == now.epoch:
        return min(n, now.n)
    epochs = list_epochs(session)
    mine = next((one.number for one in epochs if one.id == epoch), None)
    if mine is None:
        return 0
    return min(n, now.n, *(one.since_seq for one in epochs if one.number > mine))


def begin_epoch(permit: Permit, session: Session, why: Why, *, now: datetime) -> Epoch:
    """Begin an epoch at the present head, in a session that writes; the journal tells everybody.

    Its record names every organisation, so that each finds it in its own journal; its reason is
    `{why}.from_{epoch before}.since_{number}`.
    """
    before, epochs = head(session), list_epochs(session)
    made = Epoch(epochs[-1].number + 1, token_hex(8), before.n, now, why)
    row = EpochRow(number=made.number, id=made.id, since_seq=made.since_seq, at=now, why=why)
    session.add(row)
    session.connection().execute(update(HeadRow).values(epoch=made.id))
    session.expire_all()
    entry = Entry(
        "store.restored",
        by="operator",
        subjects=tuple(session.exec(select(col(OrganisationRow.id)).order_by(OrganisationRow.id))),
        reason=f"{why}.from_{before.epoch}.since_{before.n}",
    )
    append(permit, session, entry, now=now)
    return made


def close_doors(permit: Permit, session: Session) -> int:
    """End every token and log-in, and pause every webhook; how many webhooks were paused."""
    _require_operator(permit)
    for table in _OF_THE_MOMENT:
        session.connection().execute(delete(table))
    pause = (
        update(WebhookRow)
        .where(col(WebhookRow.state) == "active")
        .values(state="disabled", reason="restored")
    )
    return session.connection().execute(pause).rowcount


def resume_webhooks(permit: Permit, session: Session) -> int:
    """Send again to the webhooks that a restore paused; how many."""
    _require_operator(permit)
    resume = (
        update(WebhookRow)
        .where(col(WebhookRow.reason) == "restored")
        .values(state="active", reason=None)
    )
    return session.connection().execute(resume).rowcount


def _require_operator(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator restores a store")
