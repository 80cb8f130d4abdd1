"""Made problems of rounds, for the tests and the bench: two or more bodies around Pompey."""

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from synergie.maintenance.records.rounds import (
    CrewShift,
    RoundPlace,
    RoundsProblem,
    RoundStop,
    TimeWindow,
)
from synergie.park.records.crew import PartCount
from synergie.schemas.assets.location import Location

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2027, 3, 1)
DAY_MINUTES = 1440


def at(day: date, hour: str) -> datetime:
    """The moment of a civil hour in France."""
    hours, minutes = map(int, hour.split(":"))
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=PARIS).astimezone(UTC)


def place(name: str, east_km: float, north_km: float) -> RoundPlace:
    """A place so far from the middle of the territory."""
    location = Location(longitude=6.13 + east_km / 73.4, latitude=48.77 + north_km / 111.2)
    return RoundPlace(id=name, location=location)


def shift(crew: str = "a1", owner: str = "a", day: date = MONDAY, **changed: Any) -> CrewShift:
    """A crew's day, 07:30 to 16:00, an hour of break around noon."""
    given: dict[str, Any] = {
        "crew": crew, "organisation": owner, "day": day, "start_place": f"depot-{owner}",
        "end_place": f"depot-{owner}", "starts_at": at(day, "07:30"), "ends_at": at(day, "16:00"),
        "break_minutes": 60, "break_from": at(day, "11:30"), "break_to": at(day, "13:30"),
        "hour_eur": Decimal(120), "km_eur": Decimal("0.50"),
    }  # fmt: skip
    return CrewShift(**(given | changed))


def stop(name: str, where: str | None = None, owner: str = "a", **changed: Any) -> RoundStop:
    """Half an hour of work that must be done."""
    given: dict[str, Any] = {
        "id": name, "organisation": owner, "place": where or name, "task": "repair",
        "asset": f"C-{name}", "minutes": 30,
    }  # fmt: skip
    return RoundStop(**(given | changed))


def window(day: date, opens: str, closes: str) -> TimeWindow:
    """A stretch of a civil day."""
    return TimeWindow(opens_at=at(day, opens), closes_at=at(day, closes))


def problem(
    places: Iterable[RoundPlace],
    shifts: Iterable[CrewShift],
    stops: Iterable[RoundStop],
    **more: Any,
) -> RoundsProblem:
    """The three together."""
    return RoundsProblem(places=tuple(places), shifts=tuple(shifts), stops=tuple(stops), **more)


def territory(
    stops: int, crews: int, days: int, *, seed: int = 1, owners: str = "abc", must: float = 0.5
) -> RoundsProblem:
    """Some days of some crews over 13 communes: a mix of faults, inspections and cleaning."""
    chance = random.Random(seed)  # noqa: S311 (made data)
    towns = [(chance.uniform(-9, 9), chance.uniform(-9, 9)) for _ in range(13)]
    places = [place(f"depot-{owner}", *towns[n]) for n, owner in enumerate(owners)]
    week = [MONDAY + timedelta(days=day) for day in range(days)]
    skilled = [chance.random() < 0.7 for _ in range(crews)]
    shifts = [
        shift(
            f"crew-{number}", owners[number % len(owners)], day,
            skills=("platform",) if skilled[number] or number == 0 else (),
            carries=(PartCount(part="lamp", count=20),),
            overtime_minutes=30, overtime_hour_eur=Decimal(180),
        )
        for number in range(crews) for day in week
    ]  # fmt: skip
    work = []
    for number in range(stops):
        town, owner = chance.choice(towns), chance.choice(owners)
        east, north = (axis + chance.gauss(0, 0.8) for axis in town)
        places.append(place(f"p{number}", east, north))
        work.append(_work(chance, number, owner, week, must))
    return problem(places, shifts, work)


def _work(
    chance: random.Random, number: int, owner: str, week: list[date], must: float
) -> RoundStop:
    kind = chance.random()
    more: dict[str, Any] = {}
    if kind < 0.2:
        more = {"severity": "street", "ticket": f"T{number}", "skills": ("platform",)}
        more["windows"] = (window(week[0], "07:00", "15:00"),)
    elif kind < 0.3:
        more["windows"] = tuple(window(day, "09:00", "11:30") for day in week)
    return stop(
        f"s{number}", f"p{number}", owner, minutes=chance.choice((12, 20, 25, 30, 45)),
        parts=(PartCount(part="lamp", count=chance.randint(1, 3)),),
        skip_eur=None if chance.random() < must else Decimal(chance.randint(20, 90)), **more,
    )  # fmt: skip
