"""Small studies of lights, and the plain ways to count a night that tests compare with."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from synergie.calendar import compute_altitude, load_time_zone, time_class
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan
from synergie.lighting.records.study import (
    EmissionFactor,
    LightingAction,
    LightingScenario,
    LightingStudy,
    StudyCabinet,
    StudyCommune,
    StudyLight,
    StudyRules,
)
from synergie.schemas.assets.location import Location

PARIS = load_time_zone("Europe/Paris")
POMPEY = Location(longitude=6.13, latitude=48.77)
COMMUNES = (
    StudyCommune(insee_code="54430", name="Pompey"),
    StudyCommune(insee_code="54318", name="Lay"),
)


def schedule(
    key: str, *spans: ScheduleSpan, executor: str = "cabinet", **told: Any
) -> LightingSchedule:
    """A schedule of some spans."""
    given = {"id": key, "name": key, "executor": executor, "source": "assumed", **told}
    return LightingSchedule.model_validate({**given, "spans": [one.model_dump() for one in spans]})


def span(starts: str, ends: str, light: float = 0.0, **told: Any) -> ScheduleSpan:
    """A stretch with less light."""
    return ScheduleSpan(starts=starts, ends=ends, light_share=light, **told)


FULL = schedule("full", executor="none")
OFF = schedule("off", span("00:00", "05:30"))
HALF = schedule("half", span("22:00", "06:00", 0.5), executor="luminaire")
THIRD = schedule("third", span("22:00", "06:00", 0.3), executor="luminaire")
STEPS = schedule("steps", span("22:00", "06:00", 0.5))
SCHEDULES = (FULL, OFF, HALF, THIRD, STEPS)
LED = Retrofit(
    id="led", name="led", source_type="LED", power_w=40, flux_lm=4800, ulr=0.01, cct_k=2700,
    dimmable=True, autonomous=True, source="assumed",
)  # fmt: skip
GEAR = Retrofit(
    id="gear", name="gear", fits=("SHP",), power_share=0.9, flux_share=0.8, dimmable=True,
    source="assumed",
)  # fmt: skip


def light(key: str, **told: Any) -> StudyLight:
    """A sodium lamp of 130 W behind cabinet c1."""
    given = {"cabinet": "c1", "source_type": "SHP", "power_w": 130, "flux_lm": 9000, "ulr": 0.1}
    return StudyLight(id=key, **{**given, **told})


def cabinet(key: str, **told: Any) -> StudyCabinet:
    """A cabinet at Pompey that can be programmed."""
    given = {"body": "b1", "insee_code": "54430", "location": POMPEY, "programmable": True}
    return StudyCabinet(id=key, **{**given, **told})


def study(
    lights: Sequence[StudyLight] = (light("l1"),),
    cabinets: Sequence[StudyCabinet] = (cabinet("c1"),),
    scenarios: Sequence[LightingScenario] = (LightingScenario(id="s0", name="s0"),),
    **told: Any,
) -> LightingStudy:
    """A study of some lights; the first schedule is full night."""
    given = {
        "name": "test", "communes": COMMUNES, "schedules": SCHEDULES, "retrofits": (LED, GEAR),
        "provenance": "synthetic",
        "rules": StudyRules(
            on=date(2026, 1, 1), source="assumed",
            co2=(EmissionFactor(name="mix", kg_mwh=52, source="assumed"),),
        ),
    }  # fmt: skip
    return LightingStudy(
        lights=tuple(lights), cabinets=tuple(cabinets), scenarios=tuple(scenarios),
        **{**given, **told},
    )  # fmt: skip


def scenario(*actions: LightingAction, key: str = "s1") -> LightingScenario:
    """A scenario of some actions."""
    return LightingScenario(id=key, name=key, actions=actions)


def remains(told: LightingSchedule, moment: datetime) -> tuple[float, float, float]:
    """Any light, light and power that a schedule leaves at *moment*, looked up in plain words."""
    local = moment.astimezone(PARIS)
    evening = local.date() if local.hour >= 12 else local.date() - timedelta(days=1)
    clock = f"{local:%H:%M}"
    if _outside(told, clock):
        return 0.0, 0.0, 0.0
    best = (1.0, 1.0, 1.0)
    for one in told.spans:
        if not _on(one, evening) or not _in(one.starts, one.ends, clock):
            continue
        seen = one.presence_share or 0
        power = one.light_share if one.power_share is None else one.power_share
        mine = (
            1.0 if one.light_share else seen,
            one.light_share + (1 - one.light_share) * seen,
            power + (1 - power) * seen,
        )
        best = min(best, mine, key=lambda each: (each[1], each[2]))
    return best


def _outside(told: LightingSchedule, clock: str) -> bool:
    """Whether a plain clock keeps the lights off: each time is put on the night's own line."""

    def line(one: str) -> str:
        return ("0" if one >= "12:00" else "1") + one

    early = told.on_at is not None and line(clock) < line(told.on_at)
    return early or (told.off_at is not None and line(clock) >= line(told.off_at))


def _on(one: ScheduleSpan, evening: date) -> bool:
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    if one.evenings and names[evening.weekday()] not in one.evenings:
        return False
    day = (evening.month, evening.day)
    first = _day(one.from_day) if one.from_day else (1, 1)
    last = _day(one.to_day) if one.to_day else (12, 31)
    return first <= day <= last if first <= last else not last < day < first


def _day(told: str) -> tuple[int, int]:
    month, day = told.split("-")
    return int(month), int(day)


def _in(starts: str, ends: str, clock: str) -> bool:
    return starts <= clock < ends if starts < ends else clock >= starts or clock < ends


def counted(told: LightingSchedule, place: Location, year: int) -> dict[str, float]:
    """Hours of a year, minute by minute, the sun looked at every five: the slow plain way."""
    found: dict[str, float] = defaultdict(float)
    moment = datetime(year, 1, 1, tzinfo=PARIS).astimezone(UTC)
    end = datetime(year + 1, 1, 1, tzinfo=PARIS).astimezone(UTC)
    while moment < end:
        if compute_altitude(moment, place.longitude, place.latitude) < told.lit_below_deg:
            for minute in range(5):
                _count(found, told, moment + timedelta(minutes=minute))
        moment += timedelta(minutes=5)
    return {name: value / 60 for name, value in found.items()}


def _count(found: dict[str, float], told: LightingSchedule, moment: datetime) -> None:
    any_light, light_share, power = remains(told, moment)
    local = moment.astimezone(PARIS)
    found["hours"] += any_light
    found["light"] += light_share
    found[time_class(moment, PARIS, ((time(22), time(6)),))] += power
    if local.hour >= 23 or local.hour < 5:
        found["dark"] += 1 - any_light
