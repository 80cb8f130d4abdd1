"""The readings of each series as one digest, whatever the bytes that hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.storage.readings.cover import Segment
from synergie.storage.readings.derived import COLUMNS, fill_segment
from synergie.storage.readings.segments import decode
from synergie.storage.tables import SegmentRow, SeriesRow

_ROWS = 500
_DECODED = "readings that can be decoded"


@dataclass(frozen=True, slots=True)
class SeriesReadings:
    """All that arrived for a series and was merged of it: how many values, and their digest."""

    series: str
    n: int
    sha256: str


def digest_readings(connection: Connection) -> Iterator[SeriesReadings]:
    """Each series that has readings, in the order of the bytes of its identifier.

    Every piece is decoded. BadInput names the series and the change of one that cannot be.
    """
    zones: Any = connection.execute(select(col(SeriesRow.id), col(SeriesRow.time_zone)))
    tz_of = {series: load_time_zone(name) for series, name in zones}
    series = col(SegmentRow.series)
    by_bytes: Any = series.collate("C") if connection.dialect.name == "postgresql" else series
    query = select(series, col(SegmentRow.superseded_at), *COLUMNS).order_by(
        by_bytes, col(SegmentRow.seq), col(SegmentRow.start_s), col(SegmentRow.compacted)
    )
    rows = connection.execution_options(yield_per=_ROWS).execute(query)
    for name, group in groupby(rows, lambda row: str(row[0])):
        some = [(row[1], Segment(*row[2:])) for row in group]
        merged = [one for gone, one in some if one.compacted and gone is None]
        digest, n = sha256(), 0
        for _, one in some:
            try:
                whole = fill_segment(one, merged, tz_of[name])
                values = decode(whole.codec, whole.data)
            except Exception as error:  # damaged bytes may raise anything: that is the finding
                where = f"series {name}, change {one.seq}"
                raise BadInput(where, Words("other bytes"), _DECODED) from error
            told = (one.seq, one.start_s, one.end_s, one.step, one.compacted, values)
            digest.update(repr(told).encode())
            n += len(values)
        yield SeriesReadings(name, n, digest.hexdigest())
