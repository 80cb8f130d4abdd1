"""A cumulative sum to both sides: how a small change that lasts is told from one odd night."""

from dataclasses import dataclass
from statistics import median

from synergie.measure.watch import limits
from synergie.measure.watch.learning import Spread

_MOST = limits.CUSUM_LIMIT + limits.CUSUM_CLIP
"""No sum grows further: a drift that is too small to say must not hide another."""


@dataclass(slots=True)
class Sums:
    """Where the two sums stand, the night on which each began, and the last values."""

    up: float = 0.0
    down: float = 0.0
    up_first: int = 0
    down_first: int = 0
    last: tuple[tuple[int, float], ...] = ()
    """The newest nights and their values, `KEPT_NIGHTS` at most, oldest first."""

    def add_night(self, off: float, value: float, night: int) -> None:
        """Add the *value* of *night*, which lies *off* long-run standard deviations."""
        off = min(max(off, -limits.CUSUM_CLIP), limits.CUSUM_CLIP)
        if not self.up:
            self.up_first = night
        if not self.down:
            self.down_first = night
        self.up = min(max(0.0, self.up + off - limits.CUSUM_ALLOWANCE), _MOST)
        self.down = min(max(0.0, self.down - off - limits.CUSUM_ALLOWANCE), _MOST)
        self.last = (*self.last[1 - limits.KEPT_NIGHTS :], (night, value))

    def find_change(
        self, middle: float, night: int, least: tuple[float, float]
    ) -> tuple[int, float] | None:
        """The first night of a change of *least* (down, up), and how large; None: there is none.

        The size is the median of the last nights since it began, against *middle*.
        """
        rising = self.up > self.down
        total, first = (self.up, self.up_first) if rising else (self.down, self.down_first)
        lasted = night - first + 1
        if total <= limits.CUSUM_LIMIT or lasted < limits.CUSUM_LEAST:
            return None
        change = self.find_middle(lasted) - middle
        if abs(change) < least[rising] or (change > 0) != rising:
            return None
        return max(first, self._date_change(middle, change)), change

    def find_middle(self, lasted: int = limits.ESTIMATE_NIGHTS) -> float:
        """The median of the last nights, as many as *lasted* at most."""
        many = min(lasted, limits.ESTIMATE_NIGHTS)
        return median(value for _night, value in self.last[-many:])

    def _date_change(self, middle: float, change: float) -> int:
        """The night after the last one that lay nearer to *middle*; 0: before those kept."""
        found = 0
        for place, (_night, value) in enumerate(self.last[:-1]):
            if (value - middle) / change < 0.5:  # noqa: PLR2004 (half the way)
                found = self.last[place + 1][0]
        return found


@dataclass(slots=True)
class Track:
    """One figure that is watched for changes."""

    middle: float
    """What it is expected to be."""
    long_run: float
    """Standard deviation that its sums are measured by."""
    least: tuple[float, float]
    """Changes down and up that count."""
    sums: Sums
    settle: int = 0
    """Nights until the middle is taken anew; no change is looked for meanwhile."""

    def rebase(self, middle: float, settle: int = 0) -> None:
        """Begin again at *middle*."""
        self.middle, self.sums, self.settle = middle, Sums(), settle

    def settle_night(self) -> None:
        """Count one of the nights after a change; the last one takes the middle anew."""
        self.settle -= 1
        self.sums.up = self.sums.down = 0.0
        if not self.settle:
            self.rebase(self.sums.find_middle())


def begin_level(spread: Spread) -> Track:
    """Ln W, watched from what was learned of it."""
    return Track(spread.middle, spread.long_run, (limits.LEAST_LOSS, limits.LEAST_RISE), Sums())


def begin_edge(spread: Spread) -> Track:
    """Dusk or dawn, watched from what was learned of it."""
    cell = spread.sigma > limits.CELL_SPREAD_MIN
    least = limits.LEAST_CELL if cell else limits.LEAST_EDGE
    return Track(spread.middle, spread.long_run, (least, least), Sums())
