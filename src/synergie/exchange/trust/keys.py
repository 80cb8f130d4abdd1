"""What was done with the server's own keys, in the journal."""

from datetime import datetime

from synergie.policy import permit_operator
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal import Entry, append


def note_rotation(store: Store, step: str, *, now: datetime) -> None:
    """Record a *step* of a rotation: `next`, `promote`, `retire` or `revoke`."""
    with store.write(essential=True) as session:
        append(
            permit_operator(now=now),
            session,
            Entry("key.rotated", by="operator", reason=step),
            now=now,
        )
