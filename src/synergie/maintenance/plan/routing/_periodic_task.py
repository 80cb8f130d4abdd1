"""Stops that are visited on several days, in one of the day sets that each allows."""

from dataclasses import dataclass

from synergie.maintenance.plan.routing._task import Ended, Network, Routes, Stop, Task, Vehicle

type Days = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Periodic:
    """Stops, the day sets each allows, and the vehicles of each day. All days have one clock."""

    stops: tuple[Stop, ...]
    """What is done at each visit."""
    choices: tuple[tuple[Days, ...], ...]
    """For each stop: sets of days, one of which is chosen."""
    days: tuple[tuple[Vehicle, ...], ...]
    """Vehicles of each day."""
    network: Network
    """Times and lengths."""

    def day(self, day: int, stops: tuple[int, ...]) -> Task:
        """The task of one day that visits *stops*."""
        return Task(tuple(self.stops[stop] for stop in stops), self.days[day], self.network)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Routes of all days."""

    chosen: tuple[Days, ...]
    """Days of each stop."""
    visits: tuple[tuple[int, ...], ...]
    """Stops of each day; the routes of a day number them in this order."""
    routes: tuple[Routes, ...]
    """Routes of each day."""
    cost: int
    """All days."""
    rounds: int
    """Steps of the search: repeat with as many to get the same plan."""
    stopped: Ended
    """Why it ended."""
