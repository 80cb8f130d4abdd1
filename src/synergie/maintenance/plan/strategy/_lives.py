"""Lives of a park drawn together: rows are lives, columns places, a step is a week.

Failures have their own time inside the week; work is done in the order of severity and time, as
many a week as crews can. docs/plan/strategy.md, S6.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from synergie.errors import Cancelled
from synergie.maintenance.plan.strategy._ground import DAYS, WEEKS, Floats, StrategyInputs
from synergie.maintenance.plan.strategy._places import Numbers, Places
from synergie.maintenance.plan.strategy._tally import Faults, Tally
from synergie.maintenance.records.strategy import UpkeepPolicy

_NEVER = np.inf
_AHEAD = 13
"""Weeks for which those that may fail are listed, so that few are looked at each week."""
_NONE = Faults(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0))


class Lives:
    """Some lives, from the first day to the last."""

    def __init__(
        self, ground: StrategyInputs, places: Places, policy: UpkeepPolicy, *, lives: int, rng: Any
    ) -> None:
        self.ground, self.places, self.rng = ground, places, rng
        self.tally = Tally(ground, places, policy, lives=lives)
        self.shape = (lives, len(places.group))
        self.led = np.zeros((lives, places.lamps), dtype=bool)
        self.any_led = False
        self.next = self._first()
        self.soon, self.ahead = np.empty(0, np.int64), 0.0
        self.waiting = _NONE
        self._delays = {
            severity: _build_delay_table(ground, severity) for severity in ground.responses
        }

    def run(self, cancel: Callable[[], bool] | None) -> Tally:
        """All weeks."""
        for week in range(self.ground.steps):
            if cancel is not None and cancel():
                raise Cancelled
            if week % _AHEAD == 0:
                self.ahead = (week + _AHEAD) / WEEKS
                self.soon = np.flatnonzero(self.next < self.ahead)
            self._planned(week)
            self._fail((week + 1) / WEEKS)
            self._mend(week)
        self.tally.still_dark(self.waiting.life, self.waiting.column, self.waiting.failed)
        return self.tally

    def _first(self) -> Floats:
        """When each place fails first, given its age."""
        age = self.places.age**self.places.shape
        drawn = self.rng.standard_exponential(self.shape)
        drawn += age
        np.power(drawn, 1 / self.places.shape, out=drawn)
        drawn -= self.places.age
        drawn *= self.places.scale
        found: Floats = drawn
        return found

    def _life(self, life: Numbers, column: Numbers) -> Floats:
        """Years that new parts there last."""
        shape, scale = self.places.shape[column], self.places.scale[column]
        if self.any_led:
            led = np.zeros(len(column), dtype=bool)
            lamps = column < self.places.lamps
            led[lamps] = self.led[life[lamps], column[lamps]]
            shape = np.where(led, self.places.led_shape[column], shape)
            scale = np.where(led, self.places.led_scale[column], scale)
        found: Floats = scale * self.rng.standard_exponential(len(column)) ** (1 / shape)
        return found

    def _planned(self, week: int) -> None:
        """Conversions and group relamping at the start of the week."""
        at = week / WEEKS
        for number in self.places.converted.get(week, ()):
            columns = np.flatnonzero(self.places.group[: self.places.lamps] == number)
            self.led[:, columns] = self.any_led = True
            self._renewed(columns, at)
            self.tally.converted(number, at)
        for columns in self.places.relamped.get(week, ()):
            if not self.led[:, columns].all():
                self.tally.relamped(columns, ~self.led[:, columns], at)
                self._renewed(columns, at, keep_led=True)

    def _renewed(self, columns: Numbers, at: float, *, keep_led: bool = False) -> None:
        """New parts in *columns* of all lives; what waited there is mended."""
        life = np.repeat(np.arange(self.shape[0]), len(columns))
        column = np.tile(columns, self.shape[0])
        if keep_led:
            old = ~self.led[life, column]
            life, column = life[old], column[old]
        again = at + self._life(life, column)
        self.next[life, column] = again
        sooner = again < self.ahead
        listed = life[sooner] * self.shape[1] + column[sooner]
        if len(listed):
            self.soon = np.union1d(self.soon, listed)
        if len(self.waiting):
            mended = np.isin(self.waiting.column, columns)
            if keep_led:
                lamps = self.waiting.column < self.places.lamps
                mended[lamps] &= ~self.led[self.waiting.life[lamps], self.waiting.column[lamps]]
            done = self.waiting.only(mended)
            self.tally.mended_by_the_way(done, at)
            self.waiting = self.waiting.only(~mended)

    def _fail(self, until: float) -> None:
        """What fails before *until* waits for its repair."""
        flat = self.next.reshape(-1)
        due = self.soon[flat[self.soon] < until]
        if not len(due):
            return
        life, column = np.divmod(due, self.shape[1])
        failed = flat[due]
        flat[due] = _NEVER
        unseen, days = np.zeros(len(life)), np.empty(len(life))
        lamp = column < self.places.lamps
        for severity, which in (("point", lamp), ("street", ~lamp)):
            if which.any():
                count = int(which.sum())
                edges, values = self._delays[severity]
                found = np.searchsorted(edges, self.rng.random(count))
                days[which] = values[np.minimum(found, len(values) - 1)]
                mean = self.ground.responses[severity].unseen_days
                unseen[which] = mean * self.rng.standard_exponential(count)
        told = failed + unseen / DAYS
        more = Faults(life, column, failed, told, told + days / DAYS)
        self.waiting = self.waiting.with_more(more)

    def _mend(self, week: int) -> None:
        """As many faults as crews can in the week: streets first, then the longest ready."""
        until = (week + 1) / WEEKS
        ready = self.waiting.ready < until
        if self.ground.problem.repairs_week is None:
            chosen, at = ready, self.waiting.ready[ready]
        else:
            chosen, at = self._queued(ready, week / WEEKS, self.ground.problem.repairs_week)
        done = self.waiting.only(chosen)
        self.waiting = self.waiting.only(~chosen)
        if len(done):
            became_led = self.tally.mended(done, at, self.led)
            self.led[done.life[became_led], done.column[became_led]] = True
            self.any_led |= bool(became_led.any())
            self.next[done.life, done.column] = at + self._life(done.life, done.column)

    def _queued(self, ready: Any, start: float, most: int) -> tuple[Any, Floats]:
        """Which of those that are ready are mended, and when: slots are spread over the week."""
        who = np.flatnonzero(ready)
        lamp = self.waiting.column[who] < self.places.lamps
        order = who[np.lexsort((self.waiting.ready[who], lamp, self.waiting.life[who]))]
        life = self.waiting.life[order]
        first = np.searchsorted(life, life)
        rank = np.arange(len(order)) - first
        taken = order[rank < most]
        slot = start + (rank[rank < most] + 1) / (max(most, 1) * WEEKS)
        chosen = np.zeros(len(self.waiting), dtype=bool)
        chosen[taken] = True
        at = np.empty(len(self.waiting))
        at[taken] = np.maximum(self.waiting.ready[taken], slot)
        return chosen, at[chosen]


def _build_delay_table(ground: StrategyInputs, severity: str) -> tuple[Floats, Floats]:
    """Cumulated shares and days of a distribution of delays."""
    delays = ground.responses[severity].delays
    return np.cumsum([one.share for one in delays]), np.array([one.days for one in delays])
