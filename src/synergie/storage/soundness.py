"""Whether what is stored is whole: each segment and fact against its row, each undo against both.

Every segment is decoded and summed, every fact read as its kind; what an undo took back is taken
back everywhere, and nothing stands on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, override

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlmodel import col, select, tuple_

from synergie.calendar import load_time_zone
from synergie.policy import Permit
from synergie.schemas.readings.fact import FACTS
from synergie.storage._fetch import LONGEST_S
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.bundles.bundles import list_bundled
from synergie.storage.readings.cover import Segment
from synergie.storage.readings.derived import rows_with_values, with_values
from synergie.storage.readings.segments import (
    IN_MERGED,
    Summary,
    decode,
    select_present_values,
    summarise_values,
)
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, FactRow, RelianceRow, Row, SegmentRow, SeriesRow

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Unsound:
    """A row that does not agree with itself, or with its batch."""

    what: str
    """Which row; never what it holds."""
    why: str

    @override
    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


def find_unsound_rows(permit: Permit, session: Session) -> Iterator[Unsound]:
    """The rows that are damaged, or not as their batch says.

    Reads everything, changes nothing, gives out no value. Memory is bounded. The operator's.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    for page in _iterate_row_pages(session, SegmentRow, ("series", "seq", "start_s", "compacted")):
        filled = rows_with_values(session, page)
        for row in page:
            why = _find_segment_fault(filled.get(id(row), row))
            if why is not None:
                yield Unsound(_describe_segment(row), why)
    facts = chain.from_iterable(
        _iterate_row_pages(session, FactRow, ("owner", "kind", "key", "seq"))
    )
    for fact in facts:
        why = _fault_of_fact(fact)
        if why is not None:
            yield Unsound(_describe_fact(fact), why)
    yield from _find_unsound_bundles(session)
    yield from _half_undone(session)
    yield from _series_that_know_less(session)


def _find_unsound_bundles(session: Session) -> Iterator[Unsound]:
    """Bundles that cannot be opened, or whose readings are not in the merged segments."""
    query = select(BundleRow.series, BundleRow.first_seq, SeriesRow.time_zone)
    query = query.join(SeriesRow, col(SeriesRow.id) == col(BundleRow.series))
    for series, first, zone in session.exec(query).all():
        what = f"series {series}, bundle of change {first}"
        mine = col(BundleRow.series) == series, col(BundleRow.first_seq) == first
        try:
            arrived = [one.segment() for one in list_bundled(session, *mine)]
            found = with_values(session, series, load_time_zone(zone), arrived)
        except Exception as error:  # noqa: BLE001 (damaged bytes may raise anything: that is the finding)
            yield Unsound(what, f"cannot be decoded ({type(error).__name__})")
            continue
        yield from (Unsound(what, why) for why in map(_find_segment_fault, found) if why)


def _series_that_know_less(session: Session) -> Iterator[Unsound]:
    """Series of which segments end later, or are longer, than they say: reads would miss them."""
    latest = (
        select(
            col(SegmentRow.series).label("of"),
            func.max(SegmentRow.end_s).label("end_s"),
            func.max(col(SegmentRow.end_s) - col(SegmentRow.start_s)).label("longest_s"),
        )
        .group_by(col(SegmentRow.series))
        .subquery()
    )
    query = (
        select(
            col(SeriesRow.id),
            func.coalesce(col(SeriesRow.known_end_s), 0) < latest.c.end_s,
            func.coalesce(col(SeriesRow.longest_s), LONGEST_S) < latest.c.longest_s,
        )
        .join(latest, col(SeriesRow.id) == latest.c.of)
        .order_by(col(SeriesRow.id))
    )
    for series, later, longer in session.connection().execute(query):
        if later:
            yield Unsound(f"series {series}", "readings are stored after the end of what it knows")
        if longer:
            yield Unsound(f"series {series}", "a piece is longer than the longest that it knows")


def _half_undone(session: Session) -> Iterator[Unsound]:
    """What a batch and its rows tell otherwise of an undo."""
    arrived = col(SegmentRow.compacted).is_(false())
    for segment in session.exec(_select_batch_mismatches(SegmentRow, arrived)):
        yield Unsound(
            _describe_segment(segment), "its batch is undone and it is not, or the reverse"
        )
    for fact in session.exec(_select_batch_mismatches(FactRow, true())):
        yield Unsound(_describe_fact(fact), "its batch is undone and it is not, or the reverse")
    either = or_(
        col(BatchRow.id) == col(RelianceRow.later), col(BatchRow.id) == col(RelianceRow.older)
    )
    left = select(RelianceRow).join(BatchRow, either).where(col(BatchRow.undone_at).is_not(None))
    for one in session.exec(left):
        yield Unsound(f"{one.later} on {one.older}", "one of both is undone")


def _select_batch_mismatches(table: type[Any], which: ColumnElement[bool]) -> Any:
    mine, its = col(table.undone_at), col(BatchRow.undone_at)
    differ = or_(and_(mine.is_(None), its.is_not(None)), and_(mine.is_not(None), its.is_(None)))
    return select(table).join(BatchRow, col(table.batch) == col(BatchRow.id)).where(which, differ)


def _iterate_row_pages[RowT: Row](
    session: Session, table: type[RowT], names: tuple[str, ...]
) -> Iterator[list[RowT]]:
    """Every row by its key, in pages."""
    key = tuple_(*(col(getattr(table, name)) for name in names))
    query = select(table).order_by(*key.clauses).limit(_PAGE)
    page = list(session.exec(query))
    while page:
        yield page
        after = tuple(getattr(page[-1], name) for name in names)
        session.expunge_all()
        page = list(session.exec(query.where(key > after)))


def _describe_segment(row: SegmentRow) -> str:
    return f"series {row.series}, change {row.seq}, start {row.start_s}"


def _describe_fact(row: FactRow) -> str:
    return f"{row.kind} of {row.owner}, change {row.seq}"


def _fault_of_fact(row: FactRow) -> str | None:
    model = FACTS.get(row.kind)
    if model is None:
        return "no such kind"
    try:
        record: Any = model.model_validate_json(row.body)
    except ValidationError:
        return "its record cannot be read"
    return None if record.external_id == row.key else "its record has another key"


def _find_segment_fault(row: SegmentRow | Segment) -> str | None:
    if row.codec == IN_MERGED:
        return "no merged segment holds its values"
    try:
        values = decode(row.codec, row.data)
    except Exception as error:  # noqa: BLE001 (damaged bytes may raise anything: that is the finding)
        return f"cannot be decoded ({type(error).__name__})"
    if len(values) != row.n:
        return f"{len(values)} values, its row says {row.n}"
    told = Summary(row.total, row.least, row.most, row.n_missing)
    return (
        None
        if summarise_values(values, select_present_values(values)) == told
        else "its values have other sums"
    )
