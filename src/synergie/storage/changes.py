"""Changes in their one total order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, false, func, or_, select

from synergie.policy import Permit
from synergie.policy.coarsen import window
from synergie.policy.steps import is_finer
from synergie.schemas.change import Change
from synergie.storage._aggregate_tables import ReleaseRow
from synergie.storage._scope import covered, items, scoped_select
from synergie.storage._tables import BatchRow, ChangeRow, SegmentRow, SeriesRow
from synergie.storage.held import Held, held
from synergie.storage.readings import periods
from synergie.storage.store import Session

_LOOKED_AT = 500
"""Changes that are read at once."""


def changes(permit: Permit, session: Session, *, after: int, limit: int) -> list[Change]:
    """Changes of the bearer's things and agreements that come after number *after*, in order."""
    query = (
        scoped_select(permit, ChangeRow)
        .where(col(ChangeRow.seq) > after)
        .order_by(col(ChangeRow.seq))
        .limit(limit)
    )
    return [_wire(row) for row in session.exec(query)]


def changes_through(permit: Permit, session: Session, *, after: int, limit: int) -> list[Change]:
    """New curves of the series that an agreement opens, in order; the id told is the series.

    Only those that show in what is open: at steps coarser than the readings each half-hour that
    comes would be told, though it is in no period that may be read yet.
    """
    if permit.scope != "agreement" or "consumption" not in permit.datasets:
        return []
    shows, found = _Shows(permit, session), list[Change]()
    for row, begin, end in _rows(permit, session, after):
        if shows.change(row, datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)):
            found.append(_wire(row, subject=row.covers))
        if len(found) == limit:
            break
    return found


def _rows(permit: Permit, session: Session, after: int) -> Iterator[tuple[ChangeRow, int, int]]:
    """Changes with the first and the last second that they touch, a chunk at a time."""
    query = _touching(permit)
    while True:
        chunk = session.connection().execute(query.where(col(ChangeRow.seq) > after)).all()
        names = [one[0] for one in chunk]
        known = {
            row.seq: row
            for row in session.exec(select(ChangeRow).where(col(ChangeRow.seq).in_(names)))
        }
        yield from ((known[seq], begin, end) for seq, begin, end in chunk)
        if len(chunk) < _LOOKED_AT:
            return
        after = names[-1]


def _touching(permit: Permit) -> Any:
    """A batch that brought nothing new has no segment; its number is that of its segments."""
    start, end = permit.start, permit.end
    query = (
        select(
            col(ChangeRow.seq),
            func.min(SegmentRow.start_s).label("begin_s"),
            func.max(SegmentRow.end_s).label("end_s"),
        )
        .join(SeriesRow, col(SeriesRow.id) == col(ChangeRow.covers))
        .join(BatchRow, col(BatchRow.id) == col(ChangeRow.subject))
        .join(SegmentRow, col(SegmentRow.series) == col(ChangeRow.covers))
        .where(col(SegmentRow.seq) == col(BatchRow.seq), col(SegmentRow.compacted).is_(false()))
        .where(col(ChangeRow.owner) == permit.owner, covered(SeriesRow, items(permit)))
        .where(or_(col(ChangeRow.kind) == "curve", col(ChangeRow.kind) == "series"))
    )
    if start is not None:
        query = query.where(col(SegmentRow.end_s) > int(start.timestamp()))
    if end is not None:
        query = query.where(col(SegmentRow.start_s) < int(end.timestamp()))
    return query.group_by(col(ChangeRow.seq)).order_by(col(ChangeRow.seq)).limit(_LOOKED_AT)


@dataclass(frozen=True, slots=True)
class _Shows:
    """Whether changes show in what a permit opens; what was found out once is kept."""

    permit: Permit
    session: Session
    _series: dict[str, Held | None] = field(default_factory=dict)
    _told: dict[tuple[str, datetime, datetime], bool] = field(default_factory=dict)

    def change(self, row: ChangeRow, start: datetime, end: datetime) -> bool:
        """Whether a whole period that it touches is open; what was undone may have been told."""
        permit, name = self.permit, str(row.covers)
        if permit.step == "raw":
            return True
        if name not in self._series:
            self._series[name] = held(permit, self.session, name)
        series = self._series[name]
        if series is None or series.summing is None:
            return False
        limits = (permit.start, permit.end, permit.decided_at)
        first, last = window(start, end, permit.step, series.tz, limits=limits)
        if first == last or row.act != "published" or is_finer(permit.step, "day"):
            return first < last
        key = name, first, last
        if key not in self._told:
            self._told[key] = self._is_told(series, first, last)
        return self._told[key]

    def _is_told(self, series: Held, first: datetime, last: datetime) -> bool:
        bucket, now = self.permit.step, self.permit.decided_at
        if bucket == "raw":
            raise AssertionError("raw steps are no periods")
        return bool(
            periods(self.permit, self.session, series, (first, last), bucket=bucket, now=now)[2]
        )


def releases_through(permit: Permit, session: Session, *, after: int, limit: int) -> list[Change]:
    """New releases that an agreement opens, in order."""
    readable = scoped_select(permit, ReleaseRow).with_only_columns(col(ReleaseRow.id))
    query = (
        select(ChangeRow)
        .where(col(ChangeRow.owner) == permit.owner, col(ChangeRow.kind) == "release")
        .where(col(ChangeRow.subject).in_(readable), col(ChangeRow.seq) > after)
        .order_by(col(ChangeRow.seq))
        .limit(limit)
    )
    return [_wire(row) for row in session.exec(query)]


def _wire(row: ChangeRow, *, subject: str | None = None) -> Change:
    return Change.model_validate(
        {
            "seq": row.seq,
            "at": row.at,
            "kind": row.kind,
            "id": subject or row.subject,
            "version": int(row.covers) if row.kind == "agreement" and row.covers else None,
            "owner": row.owner,
            "act": row.act,
        }
    )
