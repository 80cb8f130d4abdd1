"""What one record says against itself, or of a day that has not come."""

from collections.abc import Iterator
from datetime import date, datetime

from synergie.formats import checks
from synergie.formats.checks import Check
from synergie.formats.format import Record
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import SupportRecord
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.work_order import WorkOrder

_OPTIONS = {"BTINF": ("C5",), "BTSUP": ("C4",), "HTA": ("C1", "C2", "C3"), "HTB": ("C1", "C2")}
"""How the network tariff options of the segments begin."""
_LEAST_C4 = 36
"""kVA: C4 is above."""

type Doubt = tuple[Check, tuple[object, ...]]


def find_record_doubts(record: Record, today: date | None) -> Iterator[Doubt]:
    """What is to be asked about *record* alone; *today*: None where no day is known."""
    match record:
        case SupplyPointRecord() | PerimeterRow():
            yield from _of_point(record)
        case LightPointRecord(installed_on=day) | SupportRecord(installed_on=day):
            yield from _find_future_dates(record.external_id, today, day)
        case WorkOrder(reported_at=reported, done_at=done):
            yield from _find_future_dates(record.external_id, today, reported, done)
            if reported and done and _reduce_to_day(done) < _reduce_to_day(reported):
                yield (
                    checks.DONE_BEFORE,
                    (record.external_id, _reduce_to_day(done), _reduce_to_day(reported)),
                )
        case _:
            pass


def _of_point(point: SupplyPointRecord | PerimeterRow) -> Iterator[Doubt]:
    """A segment that its network tariff option, or its power, is not of."""
    segment, option = point.market_segment, point.tariff_code or ""
    of = next((told for start, told in _OPTIONS.items() if option.startswith(start)), ())
    if segment and of and segment not in of:
        yield checks.SEGMENT_DIFFERS, (point.external_id, segment, option)
    elif segment == "C4" and (kva := _find_subscribed_power(point)) is not None and kva < _LEAST_C4:
        yield checks.SEGMENT_DIFFERS, (point.external_id, segment, f"{kva:g} kVA")


def _find_subscribed_power(point: SupplyPointRecord | PerimeterRow) -> float | None:
    if isinstance(point, SupplyPointRecord):
        return point.subscribed_power_kva
    return max((float(one.value) for one in point.subscribed_powers), default=None)


def _find_future_dates(name: str, today: date | None, *days: date | None) -> Iterator[Doubt]:
    for day in filter(None, days):
        if today is not None and _reduce_to_day(day) > today:
            yield checks.DATE_AHEAD, (name, _reduce_to_day(day), today)


def _reduce_to_day(told: date) -> date:
    return told.date() if isinstance(told, datetime) else told
