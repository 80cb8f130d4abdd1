"""The catalogue of the house: figures of public sources, the others assumed and marked so."""

from functools import cache
from importlib.resources import files

from synergie.lighting.plan.catalogue._files import parse_catalogue
from synergie.lighting.plan.house_names import SCHEDULES
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import Executor, LightingSchedule, ScheduleSpan

_ASSUMED = "assumed"
_POMPEY = "most streets of the Bassin de Pompey since 2022"


@cache
def assumed() -> tuple[Retrofit, ...]:
    """The shipped entries (assumed.csv). Keeping a luminaire is no entry: an action without one."""
    content = files("synergie.lighting.plan.catalogue").joinpath("assumed.csv").read_bytes()
    return parse_catalogue(content, "assumed.csv").retrofits


def schedules() -> tuple[LightingSchedule, ...]:
    """Schedules to propose: full night, off, dimmed, on presence; the first needs no executor."""
    return (
        _build_assumed_schedule("full-night", "none"),
        _build_assumed_schedule(
            "off-0000-0530", "cabinet", ScheduleSpan(starts="00:00", ends="05:30"), source=_POMPEY
        ),
        _build_assumed_schedule(
            "led-off-0000-0530", "luminaire", ScheduleSpan(starts="00:00", ends="05:30")
        ),
        _build_assumed_schedule(
            "off-2300-0500", "cabinet", ScheduleSpan(starts="23:00", ends="05:00")
        ),
        _build_assumed_schedule(
            "dim-50-2200-0600",
            "luminaire",
            ScheduleSpan(starts="22:00", ends="06:00", light_share=0.5),
        ),
        _build_assumed_schedule(
            "dim-30-2200-0600",
            "luminaire",
            ScheduleSpan(starts="22:00", ends="06:00", light_share=0.3),
        ),
        _build_assumed_schedule(
            "presence-2300-0500",
            "luminaire",
            ScheduleSpan(starts="23:00", ends="05:00", light_share=0.1, presence_share=0.15),
        ),
    )


def _build_assumed_schedule(
    key: str, executor: Executor, *spans: ScheduleSpan, source: str = _ASSUMED
) -> LightingSchedule:
    return LightingSchedule(
        id=key, name=SCHEDULES[key][0], executor=executor, spans=spans, source=source
    )
