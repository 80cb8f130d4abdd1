"""Time as people and meters live it: civil days, clock changes, dusk and dawn, time classes."""

from synergie.calendar.civil import (
    ceil_period,
    civil_days,
    day_bounds,
    day_of,
    floor_period,
    load_time_zone,
    month_bounds,
    period_bounds,
    resolve_labels,
    steps_in_day,
    year_bounds,
)
from synergie.calendar.sun import compute_altitude
from synergie.calendar.time_class import TimeClass, time_class

__all__ = [
    "TimeClass",
    "ceil_period",
    "civil_days",
    "compute_altitude",
    "day_bounds",
    "day_of",
    "floor_period",
    "load_time_zone",
    "month_bounds",
    "period_bounds",
    "resolve_labels",
    "steps_in_day",
    "time_class",
    "year_bounds",
]
