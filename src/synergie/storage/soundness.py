"""Whether what is stored is whole: every segment is decoded and compared with its own row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import override

from sqlmodel import col, select, tuple_

from synergie.policy import Permit
from synergie.storage._tables import SegmentRow
from synergie.storage.segments import Summary, decode, present, summary
from synergie.storage.store import Session

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Unsound:
    """A segment that does not agree with its row."""

    series: str
    seq: int
    start_s: int
    """Start of its first step, seconds since 1970 UTC."""
    why: str

    @override
    def __str__(self) -> str:
        return f"series {self.series}, change {self.seq}, start {self.start_s}: {self.why}"


def unsound(permit: Permit, session: Session) -> Iterator[Unsound]:
    """The segments that cannot be decoded, or whose values are not those their row sums up.

    Reads everything, changes nothing, gives out no value. Memory is bounded. The operator's.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    for row in _rows(session):
        why = _fault(row)
        if why is not None:
            yield Unsound(row.series, row.seq, row.start_s, why)


def _rows(session: Session) -> Iterator[SegmentRow]:
    """Every segment by its key, a page at a time."""
    key = tuple_(
        col(SegmentRow.series),
        col(SegmentRow.seq),
        col(SegmentRow.start_s),
        col(SegmentRow.compacted),
    )
    query = select(SegmentRow).order_by(*key.clauses).limit(_PAGE)
    page = list(session.exec(query))
    while page:
        yield from page
        last = page[-1]
        session.expunge_all()
        after = (last.series, last.seq, last.start_s, last.compacted)
        page = list(session.exec(query.where(key > after)))


def _fault(row: SegmentRow) -> str | None:
    try:
        values = decode(row.codec, row.data)
    except Exception as error:  # noqa: BLE001 (damaged bytes may raise anything: that is the finding)
        return f"cannot be decoded ({type(error).__name__})"
    if len(values) != row.n:
        return f"{len(values)} values, its row says {row.n}"
    told = Summary(row.total, row.least, row.most, row.n_missing)
    return None if summary(values, present(values)) == told else "its values have other sums"
