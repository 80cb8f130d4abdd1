"""What is found, and what is known of a cabinet between two deposits: sums and open faults."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from synergie.measure.watch.cusum import Track
from synergie.measure.watch.learning import Expected

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


type Kind = str
"""`level`, `dusk` or `dawn`: a figure that is watched for changes."""


@dataclass(frozen=True, slots=True)
class OpenFault:
    """A fault that was said and is not over."""

    fault: Fault
    first_night: date
    before: float
    """The middle that held before; of a change only."""
    change: float
    """How far the middle moved; 0 for a rule."""
    normal: int = 0
    """Normal nights in a row."""
    silent: bool = False
    """Whether another fault said it."""


@dataclass(frozen=True, slots=True)
class WatchState:
    """What is known of a cabinet after its newest judged night."""

    expected: Expected
    judged: date | None = None
    """The newest night that was judged. None: none yet."""
    tracks: dict[Kind, Track] = field(default_factory=dict)
    runs: dict[Fault, tuple[int, date]] = field(default_factory=dict)
    """Nights in a row that each rule holds, and the first of them."""
    faults: tuple[OpenFault, ...] = ()
    """Faults that are not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What is declared of the supply of a cabinet."""

    subscribed_va: float | None = None
    """None: not known."""
    declared_w: float | None = None
    """The lamps and their gear by the inventory. None: not known."""
    three_phase: bool | None = None
    """None: not known."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What nights told."""

    state: WatchState
    findings: tuple[Finding, ...]
    endings: tuple[Ending, ...]
