"""What bundles hold, read as if the rows were there, and given back as rows before they change.

A bundled batch is told exactly as before. Who is to change one of its rows, or what it stands on,
makes rows of the whole bundle first (`unbundle`), under the lock of the series: so no row is
changed anywhere but where it always was.
"""

import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, insert, inspect, select
from sqlmodel import col

from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.cover import Segment
from synergie.storage.readings.segments import DELTA_ZSTD, IN_MERGED, decode, encode
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, ChangeRow, SegmentRow
from synergie.units import Step

if sys.version_info >= (3, 14):
    from compression.zstd import compress, decompress
else:
    from backports.zstd import compress, decompress

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_NUMBERED = re.compile(r"bat_([0-9a-f]{10})[0-9a-f]{10}", re.ASCII)
_ID, _DIGEST = 5, 32
_KEY = _ID + _DIGEST
_LEVEL = 9
_HEX = 2 * _DIGEST
_PAGE = 16
_NO_END = (1 << 63) - 1
_ALL = inspect(BundleRow).columns
_LIGHT = (col(BundleRow.series), col(BundleRow.first_seq), col(BundleRow.seqs))
_STEPS = ("at", "start_s", "superseded_at")
"""Columns of numbers that grow: each from the one before."""
_PLAIN = (
    "length_s", "step", "n", "total", "least", "most", "n_missing", "quality", "priority",
    "client", "receipt", "known",
)  # fmt: skip


class Bundled(NamedTuple):
    """One batch that is bundled, with all that its three rows held."""

    seq: int
    id: str
    digest: str
    at: int
    """When it came, microseconds since 1970 UTC."""
    start_s: int
    superseded_at: int
    length_s: int
    step: Step
    n: int
    total: int
    least: int | None
    most: int | None
    n_missing: int
    quality: str | None
    priority: int
    client: str
    receipt: str
    known: str
    """What stands behind the digest where its content is looked for."""
    owner: str
    series: str

    @property
    def end_s(self) -> int:
        """End of its last step."""
        return self.start_s + self.length_s

    @property
    def received_at(self) -> datetime:
        """When it came."""
        return _EPOCH + self.at * _TICK

    def segment(self) -> Segment:
        """Its readings, whose values the merged segments hold."""
        return Segment(
            seq=self.seq,
            start_s=self.start_s,
            end_s=self.end_s,
            step=self.step,
            n=self.n,
            revision=0,
            received_at=self.received_at,
            batch=self.id,
            codec=IN_MERGED,
            total=self.total,
            least=self.least,
            most=self.most,
            n_missing=self.n_missing,
            quality=None if self.quality is None else bytes.fromhex(self.quality),
            data=b"",
            compacted=False,
            priority=self.priority,
        )

    def batch_row(self) -> dict[str, Any]:
        """Its row as a batch."""
        return {
            "id": self.id,
            "owner": self.owner,
            "kind": "curve",
            "digest": self.digest + self.known,
            "subject": self.series,
            "seq": self.seq,
            "received_at": self.received_at,
            "client": self.client,
            "receipt": self.receipt,
        }

    def change_row(self) -> dict[str, Any]:
        """Its row as a change."""
        return {
            "seq": self.seq,
            "at": self.received_at,
            "owner": self.owner,
            "kind": "curve",
            "subject": self.id,
            "covers": self.series,
            "act": "published",
        }


def build_bundle(owner: str, series: str, batches: Sequence[Bundled]) -> dict[str, Any]:
    """The row that holds *batches* of one series, which are in the order of their numbers."""
    columns: dict[str, list[Any]] = {}
    for name in _STEPS:
        numbers = [getattr(one, name) for one in batches]
        columns[name] = [numbers[0], *(two - one for one, two in pairwise(numbers))]
    columns |= {name: [getattr(one, name) for one in batches] for name in _PLAIN}
    seqs = [one.seq for one in batches]
    return {
        "series": series,
        "first_seq": seqs[0],
        "last_seq": seqs[-1],
        "owner": owner,
        "start_s": min(one.start_s for one in batches),
        "end_s": max(one.end_s for one in batches),
        "last_at": max(one.received_at for one in batches),
        "n": len(batches),
        "seqs": encode(list(seqs), seqs),
        "keys": b"".join(bytes.fromhex(one.id[-2 * _ID :] + one.digest) for one in batches),
        "rest": compress(json.dumps(columns, separators=(",", ":")).encode(), level=_LEVEL),
    }


def open_bundle(row: Any) -> list[Bundled]:
    """What a row of the table holds, in the order of the numbers."""
    told = json.loads(decompress(bytes(row.rest)))
    rest = [list(accumulate(told[name])) for name in _STEPS] + [told[name] for name in _PLAIN]
    keys = bytes(row.keys).hex()
    return [
        Bundled._make(
            (
                seq,
                f"bat_{seq:010x}{keys[2 * _KEY * i : 2 * (_KEY * i + _ID)]}",
                keys[2 * (_KEY * i + _ID) : 2 * _KEY * (i + 1)],
                *values,
                row.owner,
                row.series,
            )
        )
        for i, (seq, values) in enumerate(
            zip(_decode_numbers(row.seqs), zip(*rest, strict=True), strict=True)
        )
    ]


def split_digest(digest: str) -> tuple[str, str]:
    """A digest as a row of a batch has it: of the content, and what stands behind."""
    return digest[:_HEX], digest[_HEX:]


def list_bundled(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Bundled]:
    """What the bundles hold that *conditions* choose, the oldest bundle first."""
    query = select(*_ALL).where(*conditions).order_by(col(BundleRow.first_seq))
    for row in session.connection().execute(query).all():
        yield from open_bundle(row)


def bundled_segments(
    session: Session, series: str, span: tuple[int, int], *conditions: ColumnElement[bool]
) -> list[Segment]:
    """The arrivals of a series within *span* that are bundled; nothing of them was undone."""
    found = list_bundled(session, *_within(series, span), *conditions)
    return [one.segment() for one in found if one.start_s < span[1] and one.end_s > span[0]]


def first_bundled_start(
    session: Session, series: str, at_s: int, *conditions: ColumnElement[bool]
) -> int | None:
    """Where the first bundled arrival begins that begins at *at_s* or after; None: no such."""
    mine = col(BundleRow.series) == series, *conditions
    query = select(func.min(col(BundleRow.start_s))).where(*mine, col(BundleRow.start_s) >= at_s)
    whole = session.connection().execute(query).scalar()
    across = list_bundled(
        session, *mine, col(BundleRow.start_s) < at_s, col(BundleRow.end_s) > at_s
    )
    starts = [one.start_s for one in across if one.start_s >= at_s]
    return min(starts if whole is None else [*starts, whole], default=None)


def list_newest_arrivals(
    session: Session, n: int, *conditions: ColumnElement[bool]
) -> list[datetime]:
    """When the newest *n* batches came of the bundles that *conditions* choose, at least those."""
    query = select(*_ALL).where(*conditions).order_by(col(BundleRow.last_at).desc()).limit(n)
    rows = session.connection().execute(query).all()
    return sorted((one.received_at for row in rows for one in open_bundle(row)), reverse=True)[:n]


def find_bundled(
    session: Session, ids: Iterable[str], *conditions: ColumnElement[bool]
) -> dict[str, Bundled]:
    """Batches by their identifiers among the bundles that *conditions* choose."""
    found: dict[str, Bundled] = {}
    for name in ids:
        match = _NUMBERED.fullmatch(name)
        if match is None:
            continue
        seq = int(match[1], 16)
        over = col(BundleRow.first_seq) <= seq, col(BundleRow.last_seq) >= seq, *conditions
        light = session.connection().execute(select(*_LIGHT).where(*over)).all()
        for row in light:
            if seq in _decode_numbers(row.seqs):
                with suppress(KeyError):  # another made rows of it meanwhile
                    one = _Open(session, row.series, row.first_seq).get(seq)
                    if one.id == name:
                        found[name] = one
    return found


def number_before(batch: str) -> int:
    """A number before those of all batches whose identifiers come after that of *batch*."""
    match = _NUMBERED.fullmatch(batch)
    return 0 if match is None else int(match[1], 16) - 1


def find_digests(
    session: Session, digests: Collection[str], *conditions: ColumnElement[bool]
) -> frozenset[str]:
    """Those of *digests* that a bundle holds which *conditions* choose: all are looked through.

    Nothing stands behind them: it is what their owner sent, by no better source.
    """
    left = {bytes.fromhex(one) for one in digests}
    found = set[str]()
    if not left:
        return frozenset()
    names = col(BundleRow.series), col(BundleRow.first_seq), col(BundleRow.keys)
    query = select(*names).where(*conditions).execution_options(yield_per=_PAGE)
    with closing(session.connection().execute(query)) as rows:
        for series, first_seq, packed in rows:
            keys = bytes(packed)
            if left.isdisjoint(keys[at + _ID : at + _KEY] for at in range(0, len(keys), _KEY)):
                continue
            one = col(BundleRow.series) == series, col(BundleRow.first_seq) == first_seq
            found |= {each.digest for each in list_bundled(session, *one) if not each.known}
    return frozenset(found.intersection(digests))


def iterate_bundled(
    session: Session, *conditions: ColumnElement[bool], after: int, upto: int | None = None
) -> Iterator[Bundled]:
    """All batches numbered beyond *after* of the bundles that *conditions* choose, in order.

    Of bundles that lie side by side only the numbers are held, and what is told of them is read
    as it comes.
    """
    newest = select(func.max(col(BundleRow.last_seq))).where(*conditions)
    if (session.connection().execute(newest).scalar() or 0) <= after:
        return
    last = _NO_END if upto is None else upto
    query = (
        select(*_LIGHT)
        .where(*conditions, col(BundleRow.last_seq) > after, col(BundleRow.first_seq) <= last)
        .order_by(col(BundleRow.first_seq))
        .execution_options(yield_per=_PAGE)
    )
    waiting: list[tuple[int, int, list[int], _Open]] = []

    def take() -> Bundled:
        seq, place, seqs, opened = heappop(waiting)
        if place + 1 < len(seqs):
            heappush(waiting, (seqs[place + 1], place + 1, seqs, opened))
        return opened.get(seq)

    with closing(session.connection().execute(query)) as rows:  # it may be left before its end
        for row in rows:
            while waiting and waiting[0][0] < row.first_seq:
                yield take()
            seqs = [seq for seq in _decode_numbers(row.seqs) if after < seq <= last]
            if seqs:
                heappush(waiting, (seqs[0], 0, seqs, _Open(session, row.series, row.first_seq)))
    while waiting:
        yield take()


def unbundle(session: Session, series: str, *conditions: ColumnElement[bool]) -> None:
    """Make rows again of the bundles of *series*, which is locked, that *conditions* choose."""
    connection = session.connection()
    query = select(*_ALL).where(col(BundleRow.series) == series, *conditions)
    for row in connection.execute(query).all():
        batches = open_bundle(row)
        gone = col(BundleRow.series) == series, col(BundleRow.first_seq) == row.first_seq
        connection.execute(delete(BundleRow).where(*gone))
        connection.execute(insert(BatchRow), [one.batch_row() for one in batches])
        connection.execute(insert(ChangeRow), [one.change_row() for one in batches])
        connection.execute(
            insert(SegmentRow),
            [
                {name: getattr(segment, name) for name in Segment.__slots__}
                | {"series": series, "superseded_at": one.superseded_at}
                for one in batches
                for segment in (one.segment(),)
            ],
        )


def unbundle_span(session: Session, series: str, span: tuple[int, int]) -> None:
    """As `unbundle`, of what touches *span*."""
    unbundle(session, series, *_within(series, span))


def unbundle_batches(session: Session, series: str, ids: Iterable[str]) -> None:
    """As `unbundle`, of those that hold the batches *ids*."""
    for one in find_bundled(session, ids, col(BundleRow.series) == series).values():
        over = col(BundleRow.first_seq) <= one.seq, col(BundleRow.last_seq) >= one.seq
        unbundle(session, series, and_(*over))


def unbundle_newest(session: Session, series: str) -> None:
    """As `unbundle`, of the one with the newest number."""
    newest = select(func.max(col(BundleRow.last_seq))).where(col(BundleRow.series) == series)
    unbundle(session, series, col(BundleRow.last_seq) == newest.scalar_subquery())


def _within(series: str, span: tuple[int, int]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(BundleRow.series) == series,
        col(BundleRow.start_s) < span[1],
        col(BundleRow.end_s) > span[0],
    )


def _decode_numbers(seqs: bytes) -> list[int]:
    return [one for one in decode(DELTA_ZSTD, bytes(seqs)) if one is not None]


@dataclass(slots=True)
class _Open:
    """One bundle, opened when it is asked for something."""

    session: Session
    series: str
    first_seq: int
    _batches: dict[int, Bundled] | None = None

    def get(self, seq: int) -> Bundled:
        """Its batch of that number."""
        if self._batches is None:
            one = col(BundleRow.series) == self.series, col(BundleRow.first_seq) == self.first_seq
            self._batches = {each.seq: each for each in list_bundled(self.session, *one)}
        return self._batches[seq]
