"""What is known of a cabinet between two deposits: what is expected, sums, faults that are open."""

from dataclasses import dataclass, field
from datetime import date

from synergie.measure.watch.cusum import Track
from synergie.measure.watch.fault import Ending, Fault, Finding
from synergie.measure.watch.learning import Expected

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
