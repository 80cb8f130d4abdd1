"""Reading an inventory in CSV, apart by kinds of records."""

import io
from collections.abc import Sequence

from synergie.formats import Record, Report
from synergie.formats.lighting import inventory_csv as lighting_csv
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_mapping import LightingMapping
from synergie.schemas.readings.profile import Profile


def read(
    text: str | bytes, mapping: LightingMapping | None = None
) -> tuple[list[LightPointRecord], list[CabinetRecord], Report]:
    """Light points, cabinets and the report of *text*."""
    data = text if isinstance(text, bytes) else text.encode()
    records, report = lighting_csv.read(io.BytesIO(data), Profile(mapping=mapping))
    kept: Sequence[Record] = list(records)
    points = [record for record in kept if isinstance(record, LightPointRecord)]
    return points, [record for record in kept if isinstance(record, CabinetRecord)], report


def args(report: Report) -> list[tuple[object, ...]]:
    """What fills each remark."""
    return [note.args for note in report.notes]
