"""What happens in drawn lives, added up by life and year."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from synergie.maintenance.plan.strategy._ground import (
    DAYS,
    WEEKS,
    Floats,
    StrategyInputs,
    compute_weekly_discounts,
    count_light_points,
)
from synergie.maintenance.plan.strategy._places import Numbers, Places
from synergie.maintenance.records.strategy import UpkeepPolicy

_MEGA = 1e6
HOUR_BINS = 24 * 400
"""Delays are told to the hour, up to 400 days."""


@dataclass(frozen=True, slots=True, eq=False)
class Faults:
    """Faults that wait: life, column, when each failed, was told, and could be mended by a crew."""

    life: Numbers
    column: Numbers
    failed: Floats
    told: Floats
    ready: Floats

    def __len__(self) -> int:
        return len(self.life)

    def only(self, which: Any) -> "Faults":
        """Those that *which* picks."""
        return Faults(
            self.life[which],
            self.column[which],
            self.failed[which],
            self.told[which],
            self.ready[which],
        )

    def with_more(self, more: "Faults") -> "Faults":
        """Both."""
        return Faults(
            np.concatenate([self.life, more.life]),
            np.concatenate([self.column, more.column]),
            np.concatenate([self.failed, more.failed]),
            np.concatenate([self.told, more.told]),
            np.concatenate([self.ready, more.ready]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Arrays by group."""

    lamp_eur: Floats
    sold: Floats
    """Years until its lamps are sold no more; infinite."""
    saving: Floats
    """MWh a year that one LED saves."""
    bought: Floats
    number: Floats
    cabinets: Floats

    @classmethod
    def of(cls, ground: StrategyInputs, policy: UpkeepPolicy) -> "_Groups":
        groups = ground.problem.groups
        buys = {one.group: one.last_buy for one in policy.groups}
        ends = [ground.sold_until(g) for g in groups]
        return cls(
            np.array([float(g.lamp_eur) for g in groups]),
            np.array([np.inf if end is None else end for end in ends]),
            np.array(
                [
                    0.0 if g.led_power_w is None
                    else (g.power_w - g.led_power_w) * g.burn_hours_year / _MEGA
                    for g in groups
                ]
            ),
            np.array([float(buys.get(g.id, 0)) for g in groups]),
            np.array([float(count_light_points(g)) for g in groups]),
            np.array([float(max(g.cabinets, 1)) for g in groups]),
        )  # fmt: skip


class Tally:
    """Sums by life (rows) and year (columns); `now` is EUR of the first day by life."""

    def __init__(
        self, ground: StrategyInputs, places: Places, policy: UpkeepPolicy, *, lives: int
    ) -> None:
        self.ground, self.places, self.lives = ground, places, lives
        self.costs, self.years = ground.problem.costs, ground.problem.years
        self.groups = _Groups.of(ground, policy)
        shape = (lives, self.years)
        self.dark, self.faults, self.paid = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.visits, self.hours, self.saved = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.now, self.open = np.zeros(lives), np.zeros(lives)
        kinds = len(places.kinds)
        self.beyond, self.mends = np.zeros((kinds, lives)), np.zeros((kinds, lives))
        self.days = np.zeros((kinds, lives))
        self.delays = np.zeros((kinds, HOUR_BINS + 1), dtype=np.int64)
        self.targets = np.array([ground.target_days(*kind) for kind in places.kinds])
        self._used = np.zeros((lives, len(ground.problem.groups)), dtype=np.int64)
        self._fixed(policy)

    def mended(self, done: Faults, at: Floats, led: Any) -> Any:
        """Spot repairs; gives which lamps became LED for want of a lamp to buy."""
        life, column = done.life, done.column
        lamp = column < self.places.lamps
        group = self.places.group[column]
        is_led = np.zeros(len(column), dtype=bool)
        is_led[lamp] = led[life[lamp], column[lamp]]
        gone = lamp & ~is_led & (at >= self.groups.sold[group])
        from_stock = self._stock(life, group, gone)
        alone = gone & ~from_stock
        costs = self.costs
        money = np.where(lamp, float(costs.spot_eur), float(costs.cabinet_fault_eur))
        money += np.where(lamp & is_led, float(costs.led_part_eur), 0.0)
        money += np.where(lamp & ~is_led & ~gone, self.groups.lamp_eur[group], 0.0)
        money[alone] = float(costs.led_alone_eur)
        self._pay(life, at, money)
        hours = np.where(lamp, float(costs.spot_hours), float(costs.cabinet_fault_hours))
        self._at(self.hours, life, at, hours)
        self._at(self.visits, life, at, np.ones(len(life)))
        self._became_led(life[alone], group[alone], at[alone])
        self._delay(life, column, (at - done.told) * DAYS)
        self._out(life, column, done.failed, at)
        return alone

    def mended_by_the_way(self, done: Faults, at: float) -> None:
        """Faults that group work finds and mends, told or not."""
        when = np.full(len(done), at)
        self._delay(done.life, done.column, np.maximum(when - done.told, 0) * DAYS)
        self._out(done.life, done.column, done.failed, np.maximum(when, done.failed))

    def still_dark(self, life: Numbers, column: Numbers, failed: Floats) -> None:
        """Faults that wait at the end."""
        self.open += np.bincount(life, minlength=self.lives)
        self._out(life, column, failed, np.full(len(life), float(self.years)))

    def relamped(self, columns: Numbers, old: Any, at: float) -> None:
        """The lamps of one cabinet that are not LED, in each life."""
        number, lives = old.sum(axis=1), np.arange(self.lives)
        costs, group = self.costs, self.places.group[columns[0]]
        each = float(costs.group_lamp_eur) + self.groups.lamp_eur[group]
        money = number * each + float(costs.group_cabinet_eur)
        self._pay(lives, np.full(self.lives, at), money)
        hours = number * float(costs.group_lamp_hours) + float(costs.group_cabinet_hours)
        self._at(self.hours, lives, np.full(self.lives, at), hours)
        self._at(self.visits, lives, np.full(self.lives, at), np.ones(self.lives))

    def converted(self, group: int, at: float) -> None:
        """A whole group to LED, in each life. LED put in before, one by one, are replaced too."""
        number, costs, lives = self.groups.number[group], self.costs, np.arange(self.lives)
        when = np.full(self.lives, at)
        self._pay(lives, when, np.full(self.lives, number * float(costs.led_eur)))
        self._at(self.hours, lives, when, np.full(self.lives, number * float(costs.led_hours)))
        self._at(self.visits, lives, when, np.full(self.lives, self.groups.cabinets[group]))
        already = self._singles[:, group]
        self._save(lives, when, (number - already) * self.groups.saving[group])
        self.now += self._credit[:, group] - number * self._residual_value(at)
        self._singles[:, group], self._credit[:, group] = number, 0.0

    def _fixed(self, policy: UpkeepPolicy) -> None:
        """Inspections, cleaning and lamps bought at the end of their sale."""
        self._singles = np.zeros((self.lives, len(self.ground.problem.groups)))
        self._credit = np.zeros_like(self._singles)
        costs, worth = self.costs, float(compute_weekly_discounts(self.ground).sum()) / WEEKS
        for body in policy.bodies:
            groups = [g for g in self.ground.problem.groups if g.organisation == body.organisation]
            checks = sum(g.cabinets for g in groups) * 12 / (body.inspection_months or np.inf)
            cleaned = sum(count_light_points(g) for g in groups) / (body.cleaning_years or np.inf)
            money = checks * float(costs.inspection_eur)
            money += cleaned * float(costs.cleaning_lamp_eur)
            self.paid += money
            self.now += money * worth
            self.visits += checks
            self.hours += checks * float(costs.inspection_hours)
            self.hours += cleaned * float(costs.cleaning_lamp_hours)
        for group in np.flatnonzero(self.groups.bought):
            when = np.full(self.lives, self.groups.sold[group])
            money = self.groups.bought[group] * self.groups.lamp_eur[group]
            self._pay(np.arange(self.lives), when, np.full(self.lives, money))

    def _stock(self, life: Numbers, group: Numbers, gone: Any) -> Any:
        """Which of *gone* are mended with a lamp bought before: first come, first served."""
        found = np.zeros(len(life), dtype=bool)
        who = np.flatnonzero(gone)
        if not len(who):
            return found
        key = life[who] * len(self.groups.sold) + group[who]
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        rank = np.arange(len(who)) - np.searchsorted(ordered, ordered)
        sorted_who = who[order]
        held = (
            self.groups.bought[group[sorted_who]] - self._used[life[sorted_who], group[sorted_who]]
        )
        taken = sorted_who[rank < held]
        np.add.at(self._used, (life[taken], group[taken]), 1)
        found[taken] = True
        return found

    def _became_led(self, life: Numbers, group: Numbers, at: Floats) -> None:
        if not len(life):
            return
        np.add.at(self._singles, (life, group), 1)
        self._save(life, at, self.groups.saving[group])
        np.add.at(self._credit, (life, group), self._residual_value(at))
        self.now -= np.bincount(life, self._residual_value(at), self.lives)

    def _residual_value(self, at: Any) -> Any:
        """What a LED luminaire put in *at* is worth on the last day, as of the first."""
        age = self.years - at
        left = np.maximum(1 - age / self.costs.led_life_years, 0.0) * float(self.costs.led_eur)
        return left * (1 + self.ground.problem.discount) ** -self.years

    def _save(self, life: Numbers, at: Floats, mwh: Any) -> None:
        """MWh a year that are saved from *at* on, year by year."""
        for year in range(self.years):
            share = np.clip(year + 1 - at, 0.0, 1.0)
            self.saved[:, year] += np.bincount(life, share * mwh, self.lives)

    def _delay(self, life: Numbers, column: Numbers, days: Floats) -> None:
        kind = self.places.kind[column]
        bins = np.minimum((days * 24 + 0.5).astype(np.int64), HOUR_BINS)
        self._count(self.delays, kind * (HOUR_BINS + 1) + bins)
        key = kind * self.lives + life
        self._count(self.mends, key)
        self._count(self.days, key, days)
        late = days > self.targets[kind] + 1e-6
        self._count(self.beyond, key[late])

    @staticmethod
    def _count(sums: Any, key: Numbers, amount: Floats | None = None) -> None:
        sums += np.bincount(key, amount, sums.size).reshape(sums.shape)

    def _out(self, life: Numbers, column: Numbers, failed: Floats, at: Floats) -> None:
        """Light-point-days dark and faults, in the year of the fault, until the last day."""
        days = np.maximum(np.minimum(at, self.years) - failed, 0) * DAYS
        dark = days * self.places.weight[column]
        self._at(self.dark, life, failed, dark)
        self._at(self.faults, life, failed, np.ones(len(life)))
        if self.costs.out_day_eur:
            self._pay(life, failed, dark * float(self.costs.out_day_eur))

    def _pay(self, life: Numbers, at: Floats, money: Floats) -> None:
        """What falls after the last day is not paid in these years."""
        inside = at < self.years
        worth = money * (1 + self.ground.problem.discount) ** -at * inside
        self.now += np.bincount(life, worth, self.lives)
        self._at(self.paid, life, at, money * inside)

    def _at(self, sums: Floats, life: Numbers, at: Floats, amount: Floats) -> None:
        year = np.minimum(at, self.years - 1e-9).astype(np.int64)
        key = life * self.years + year
        sums += np.bincount(key, amount, self.lives * self.years).reshape(sums.shape)
