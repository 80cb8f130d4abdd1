"""What watch finds: a fault of a night, and how it ends."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

type Fault = Literal[
    "lit_by_day",
    "dark",
    "cut",
    "schedule",
    "dead_meter",
    "dusk",
    "dawn",
    "partial",
    "phase",
    "rise",
    "base",
    "over_power",
    "inventory",
    "holidays",
]
"""Lit by day; dark nights; a cut within a night; lit in hours without light; no readings, or one
value; dusk or dawn that drift; part of W lost; one phase lost; W that rose; base load; above the
subscribed power; not the declared W; use in holidays (buildings)."""
type Unit = Literal["W", "min", "nights", "VA", "kWh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of one supply point; (fault, first night) names it."""

    fault: Fault
    first_night: date
    """The local day on whose evening it began, as far as the curve tells."""
    said_night: date
    """The night whose reading made it certain."""
    value: float
    """What was found, in *unit*."""
    expected: float
    """What was expected."""
    unit: Unit
    kwh_night: float | None
    """Energy lost a night; below 0: light is missing. None: it costs no energy that is known."""
    sure: bool
    """Whether a rule over measured steps says so; else a change of what is usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A fault that is over: as many normal nights as `NORMAL_NIGHTS`."""

    fault: Fault
    first_night: date
    last_night: date
    """The first normal night."""
