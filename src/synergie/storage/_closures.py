"""The gaps of a series that its owner closed, for who reads it below raw."""

import json
from datetime import datetime

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage._published_tables import ClosureRow
from synergie.storage._scope import scoped_select
from synergie.storage._tables import SeriesRow
from synergie.storage._taken import Span, Taken
from synergie.storage.held import Held
from synergie.storage.store import Session


def list_gaps(
    permit: Permit, session: Session, series: Held, span: Span, *, by: datetime
) -> list[Span]:
    """What of *series* was closed at the moment *by* within *span*, in order, without overlap."""
    inside = scoped_select(permit, SeriesRow).where(col(SeriesRow.id) == series.id)
    query = select(col(ClosureRow.gaps)).where(
        col(ClosureRow.series) == series.id,
        col(ClosureRow.start_s) < span[1],
        col(ClosureRow.end_s) > span[0],
        col(ClosureRow.closed_at) <= by,
        inside.exists(),
    )
    gaps = Taken()
    for text in session.connection().execute(query).scalars():
        for start_s, end_s in json.loads(text)["closed"]:
            gaps.take(max(start_s, span[0]), min(end_s, span[1]))
    return gaps.spans()
