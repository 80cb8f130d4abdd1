"""The local time of equal steps, for those who count hours of a year beside the curves."""

from synergie.energy.plan.power._clock import (
    CLASSES,
    DAY_S,
    Clock,
    Floats,
    Grid,
    Ints,
    build_clock,
    local_seconds,
    parse_day_minutes,
)

__all__ = [
    "CLASSES",
    "DAY_S",
    "Clock",
    "Floats",
    "Grid",
    "Ints",
    "build_clock",
    "local_seconds",
    "parse_day_minutes",
]
