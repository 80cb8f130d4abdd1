"""Answers of Datadis made for tests."""

import json
from collections.abc import Iterable
from datetime import date, timedelta

from synergie.calendar import day_bounds, load_time_zone

MADRID = load_time_zone("Europe/Madrid")
CUPS = "ES0021000000000000AA0F"


def row(day: str, time: str, value: object, **more: object) -> dict[str, object]:
    """One reading."""
    return {
        "cups": CUPS, "date": day, "time": time, "consumptionKWh": value, "obtainMethod": "Real",
        "surplusEnergyKWh": None, **more,
    }  # fmt: skip


def answer(rows: Iterable[dict[str, object]]) -> bytes:
    """The first version of the API: a bare list."""
    return json.dumps(list(rows), indent=1).encode()


def second(rows: Iterable[dict[str, object]], errors: Iterable[object] = ()) -> bytes:
    """The second version: an object."""
    return json.dumps({"timeCurve": list(rows), "distributorError": list(errors)}).encode()


def hours(one: date, labels: Iterable[str], first: int = 1) -> list[dict[str, object]]:
    """Readings of one day with these labels; values go up."""
    return [row(f"{one:%Y/%m/%d}", label, first + i) for i, label in enumerate(labels)]


def ends(one: date, minutes: int = 60) -> list[str]:
    """Labels of a whole day by its clocks: the end of each step, 24:00 for the last."""
    low, high = day_bounds(one, MADRID)
    n = int((high - low).total_seconds()) // (60 * minutes)
    moments = [low + timedelta(minutes=minutes * i) for i in range(1, n)]
    return [*(moment.astimezone(MADRID).strftime("%H:%M") for moment in moments), "24:00"]


def day(one: date) -> bytes:
    """An answer for one civil day."""
    return answer(hours(one, ends(one)))
