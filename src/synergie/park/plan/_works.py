"""Work orders that can be relied on, with what they are about; the others are set aside."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synergie.park.plan import _text
from synergie.park.plan._aside import Aside
from synergie.park.plan._assets import Assets, Key, Named
from synergie.park.plan._faults import Fault, fault_of, is_of_lamp, is_renewal
from synergie.park.plan._moments import Told, convert_to_day, convert_to_instant, is_before
from synergie.park.plan.owned import Owned
from synergie.schemas.assets.work_order import WorkOrder

EARLIEST = date(1990, 1, 1)
"""Day before which no program kept tickets: 1900 and 1970 stand for a date that is not known."""


class Work(NamedTuple):
    """A work order that holds."""

    owned: Owned[WorkOrder]
    """Where it was read."""
    named: Named | None
    """What it is about. None: it names no asset."""
    reported_at: datetime | None
    """When it was reported, UTC. None: not told."""
    done_at: datetime | None
    """When it was done, UTC. None: not done."""

    @property
    def record(self) -> WorkOrder:
        """The work order."""
        return self.owned.record

    @property
    def fault(self) -> Fault:
        """How bad it is."""
        return fault_of(self.record)

    @property
    def is_fault(self) -> bool:
        """Whether something failed: no inspection, no planned work."""
        kind = self.record.kind
        return kind in ("report", "repair") or (
            kind == "other" and self.record.fault_type is not None
        )


def select_works(
    orders: Sequence[Owned[WorkOrder]], assets: Assets, *, as_of: datetime, tz: ZoneInfo,
    aside: Aside,
) -> list[Work]:  # fmt: skip
    """The orders of *orders* that hold at *as_of*, in their order."""
    judge = _Judge(assets, as_of, tz, aside)
    return [
        work for one in _select_latest_rows(orders, aside) if (work := judge.work(one)) is not None
    ]


def renewed_by(work: Work, named: Named, assets: Assets) -> Iterator[Key]:
    """Light points that *work* gives a new lamp.

    A light point by its words, or as its lamp fault is mended; of more, the discharge lamps.
    """
    if named.kind == "light_point":
        if is_renewal(work.record) or (work.is_fault and is_of_lamp(work.record)):
            yield named.key
    elif is_renewal(work.record):
        for key in named.points:
            if assets.points[key].record.source_type not in ("LED", None):
                yield key


def _select_latest_rows(
    orders: Sequence[Owned[WorkOrder]], aside: Aside
) -> Iterator[Owned[WorkOrder]]:
    """Each number once: the row that says it is done, else the first."""
    kept: dict[Key, Owned[WorkOrder]] = {}
    for one in orders:
        key = (one.organisation, one.record.external_id)
        before = kept.setdefault(key, one)
        if before is one:
            continue
        if before.record.done_at is None and one.record.done_at is not None:
            kept[key] = one
            aside.put(before, one.record.external_id, _text.OPEN_AND_DONE)
        else:
            aside.put(one, one.record.external_id, _text.TWICE)
    yield from kept.values()


class _Judge(NamedTuple):
    assets: Assets
    as_of: datetime
    tz: ZoneInfo
    aside: Aside

    def work(self, one: Owned[WorkOrder]) -> Work | None:
        """The work order with what it is about. None: it is set aside."""
        order = one.record
        named = self.assets.named(one.organisation, order)
        fault = self._fault(order, named)
        if fault is not None:
            self.aside.put(one, *fault)
            return None
        done = order.done_at
        if done is not None and self._is_future(done):
            self.aside.put(one, str(done), _text.FUTURE_DONE)
            done = None
        return Work(one, named, self._at(order.reported_at), self._at(done))

    def _fault(self, order: WorkOrder, named: Named | None) -> tuple[str, str] | None:
        """What was found and what was expected. None: nothing is wrong."""
        reported, done = order.reported_at, order.done_at
        if order.asset is not None and named is None:
            return order.asset, _text.UNKNOWN_ASSET
        oldest = min(
            (convert_to_day(told, self.tz) for told in (reported, done) if told), default=EARLIEST
        )
        if oldest < EARLIEST:
            return str(oldest), _text.TOO_OLD
        if reported is not None and self._is_future(reported):
            return str(reported), _text.FUTURE_REPORT
        if reported is not None and done is not None and is_before(done, reported, self.tz):
            return f"{done} < {reported}", _text.DONE_BEFORE_REPORT
        return self._before_installation(reported or done, named)

    def _before_installation(
        self, told: Told | None, named: Named | None
    ) -> tuple[str, str] | None:
        if told is None or named is None or named.kind != "light_point":
            return None
        installed = self.assets.points[named.key].record.installed_on
        if installed is None or installed > self.as_of.astimezone(self.tz).date():
            return None
        on = convert_to_day(told, self.tz)
        return (f"{on} < {installed}", _text.BEFORE_INSTALLATION) if on < installed else None

    def _is_future(self, told: Told) -> bool:
        return is_before(self.as_of, told, self.tz)

    def _at(self, told: Told | None) -> datetime | None:
        return None if told is None else convert_to_instant(told, self.tz)
