"""When work at a place may begin in the days of a problem: traffic orders, and when it is due."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from synergie.maintenance.plan.upkeep import orders
from synergie.maintenance.plan.upkeep.days import convert_civil_time
from synergie.maintenance.records.rounds import CrewShift, TimeWindow
from synergie.park.records.crew import CrewBook, RoadOrder
from synergie.park.records.park import CabinetState


class Windows:
    """The windows of stops in some days of crews."""

    def __init__(self, book: CrewBook, shifts: Sequence[CrewShift]) -> None:
        self.book = book
        self.spans: dict[date, tuple[datetime, datetime]] = {}
        for shift in shifts:
            starts, ends = self.spans.get(shift.day, (shift.starts_at, shift.ends_at))
            self.spans[shift.day] = min(starts, shift.starts_at), max(ends, shift.ends_at)

    def orders(self, state: CabinetState) -> tuple[RoadOrder, ...]:
        """The traffic orders that hold for a cabinet in these days."""
        return tuple(
            order
            for order in orders.select_cabinet_orders(self.book, state)
            if any(order.from_day <= day <= order.to_day for day in self.spans)
        )

    def of(
        self, state: CabinetState, minutes: int, due: datetime | None
    ) -> tuple[TimeWindow, ...] | None:
        """When *minutes* of work may begin. Empty: whenever a crew is there. None: never.

        Work is due by the end of the first day at the earliest: what was due before is not lost.
        """
        held = self.orders(state)
        limit = None if due is None else max(due, self._first_end())
        if limit is not None and limit >= self._last_end():
            limit = None
        if not held and limit is None:
            return ()
        found = [
            TimeWindow(opens_at=opens, closes_at=closes)
            for day in sorted(self.spans)
            for opens, closes in self._day(held, day, minutes, limit)
        ]
        return tuple(found) or None

    def _day(
        self, held: Sequence[RoadOrder], day: date, minutes: int, limit: datetime | None
    ) -> list[tuple[datetime, datetime]]:
        starts, ends = self.spans[day]
        midnight = convert_civil_time(day, "00:00", self.book)
        found = []
        for first, last in orders.list_work_spans(held, day):
            opens = max(starts, midnight + timedelta(minutes=first))
            closes = min(ends, midnight + timedelta(minutes=last)) - timedelta(minutes=minutes)
            if limit is not None:
                closes = min(closes, limit)
            if opens <= closes:
                found.append((opens, closes))
        return found

    def _first_end(self) -> datetime:
        return self.spans[min(self.spans)][1]

    def _last_end(self) -> datetime:
        return self.spans[max(self.spans)][1]
