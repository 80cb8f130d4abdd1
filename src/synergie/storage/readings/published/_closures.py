"""The gaps of a series that its owner closed, for who reads it below raw."""

import json
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select

from synergie.storage._taken import DisjointSpans, Span
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.columns import Instant
from synergie.storage.readings.published.published_tables import ClosureRow
from synergie.storage.store import Session

_GAPS = select(col(ClosureRow.gaps)).where(
    col(ClosureRow.series) == bindparam("of"),
    col(ClosureRow.start_s) < bindparam("end"),
    col(ClosureRow.end_s) > bindparam("begin"),
    col(ClosureRow.closed_at) <= bindparam("by", type_=Instant()),
)
"""Built once: to build it costs more than to run it."""


def list_gaps(session: Session, series: SeriesInPermit, span: Span, *, by: datetime) -> list[Span]:
    """What was closed at the moment *by* within *span*, in order of time, without overlap.

    Of a series that was found inside a permit.
    """
    values = {"of": series.id, "begin": span[0], "end": span[1], "by": by}
    gaps = DisjointSpans()
    for text in session.connection().execute(_GAPS, values).scalars():
        for start_s, end_s in json.loads(text)["closed"]:
            gaps.take(max(start_s, span[0]), min(end_s, span[1]))
    return gaps.spans()
