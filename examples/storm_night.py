"""A storm night: three crews on call, thirty faults that come one by one, each put in at once.

Needs `pip install synergie[plan]`. Places, crews and faults are made up.
"""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from synergie.maintenance.plan import rounds
from synergie.maintenance.records.rounds import (
    CrewShift,
    RoundPlace,
    RoundsProblem,
    RoundStop,
    TimeWindow,
)
from synergie.schemas.assets.location import Location

EVENING, HOUR = datetime(2027, 1, 14, 19, tzinfo=UTC), timedelta(hours=1)  # 20:00 in France
CHANCE = random.Random(14)  # noqa: S311 (made-up faults)


def place(number: int) -> RoundPlace:
    """A cabinet somewhere in the Bassin."""
    east, north = CHANCE.uniform(6.03, 6.23), CHANCE.uniform(48.70, 48.84)
    return RoundPlace(id=f"C{number}", location=Location(longitude=east, latitude=north))


def shift(number: str) -> CrewShift:
    """A crew on call from 20:00 to 06:00, half an hour of break after midnight."""
    return CrewShift(
        crew=f"astreinte-{number}", organisation="syndicat", day=date(2027, 1, 14),
        start_place="C0", end_place="C0", starts_at=EVENING, ends_at=EVENING + 10 * HOUR,
        break_minutes=30, break_from=EVENING + 4 * HOUR, break_to=EVENING + 7 * HOUR,
        hour_eur=Decimal(140), km_eur=Decimal("0.60"),
    )  # fmt: skip


def fault(number: int, now: datetime) -> RoundStop:
    """A street in the dark: work must begin within two hours."""
    spot, within = f"C{CHANCE.randrange(40)}", TimeWindow(opens_at=now, closes_at=now + 2 * HOUR)
    return RoundStop(
        id=f"T{number}", organisation="syndicat", place=spot, task="repair", asset=spot,
        minutes=25, severity="street", windows=(within,),
    )  # fmt: skip


def main() -> None:
    """Take each fault as it comes, and say what the night came to."""
    problem = RoundsProblem(
        places=tuple(map(place, range(40))), shifts=tuple(map(shift, "123")), stops=()
    )
    plan = rounds.solve(problem, iterations=1)
    for number, minute in enumerate(sorted(CHANCE.sample(range(20, 420), 30))):
        stop = fault(number, now := EVENING + timedelta(minutes=minute))
        new = rounds.insert(problem, plan, stop, now=now)
        problem, plan = rounds.running(problem, plan, now=now, stop=stop), new
    print(f"30 faults, {plan.objective_eur} EUR")
    for one in plan.rounds:
        print(f"{one.crew}: {len(one.stops)} stops, back at {one.returns_at:%H:%M} UTC")
    print(*(p.tell(str) for p in plan.assumptions if "deadline" in p.text), sep="\n")


if __name__ == "__main__":
    main()
