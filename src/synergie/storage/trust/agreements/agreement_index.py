"""Agreements without their terms: enough to count them and to say whose turn it is.

Terms name up to 20,000 things; a list that only counts does not read them.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col

from synergie.policy import Permit
from synergie.policy.trust.agreement import LIVE
from synergie.schemas.trust.agreement import State
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import AgreementRow


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One version of an agreement of the bearer's."""

    id: str
    version: int
    owner: str
    recipient: str
    state: State
    """As it is stored: what the clock does is not in it."""
    valid_from: datetime
    valid_until: datetime
    replaced_at: datetime | None
    """When a later version takes its place. None: none does."""
    signed_by: frozenset[str]
    """Organisations whose signature a proposal bears; empty for any other state."""


def agreement_index(permit: Permit, session: Session) -> dict[str, list[IndexRow]]:
    """Every agreement that the bearer may see, by id, each as its versions, oldest first."""
    row = AgreementRow
    query = (
        scoped_select(permit, row)
        .with_only_columns(
            col(row.id),
            col(row.version),
            col(row.owner),
            col(row.recipient),
            col(row.state),
            col(row.valid_from),
            col(row.valid_until),
            col(row.history),
            col(row.signatures),
        )
        .order_by(col(row.id), col(row.version))
    )
    found: dict[str, list[IndexRow]] = {}
    for one in session.connection().execute(query):
        found.setdefault(one.id, []).append(_build_index_row(one))
    return found


def _build_index_row(one: Any) -> IndexRow:
    return IndexRow(
        one.id,
        one.version,
        one.owner,
        one.recipient,
        one.state,
        one.valid_from,
        one.valid_until,
        _find_replacement_time(one.history) if one.state in LIVE else None,
        _find_signers(one.signatures) if one.state == "proposed" else frozenset(),
    )


def _find_replacement_time(history: str) -> datetime | None:
    if '"replace"' not in history:
        return None
    steps = (step for step in _parse_item_list(history) if step["act"] == "replace")
    return min((datetime.fromisoformat(step["at"]) for step in steps), default=None)


def _find_signers(signatures: str) -> frozenset[str]:
    return frozenset(given["organisation"] for given in _parse_item_list(signatures))


def _parse_item_list(text: str) -> list[Any]:
    """What *text* lists; nothing when it was spoiled: such an agreement is told as one that is."""
    try:
        return list(json.loads(text))
    except (ValueError, TypeError):
        return []
