"""What a scenario makes of a park, luminaire by luminaire: columns that all criteria stand on.

Formulas and limits: docs/plan/lighting-effects.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, overload

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan._assumed import list_energy_assumptions
from synergie.lighting.plan._lamps import Lamps
from synergie.lighting.plan._suns import Suns, build_light_suns
from synergie.lighting.plan.applied import Applied, Names, apply_scenario_actions
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.measured import Floats, Lit, Measured, Park, Places
from synergie.lighting.plan.nights import (
    as_lit,
    compute_nights,
    compute_power_shares,
    find_lighting_runs,
    time_of,
)
from synergie.lighting.records.study import LightingScenario, LightingStudy
from synergie.plan.sweep import Answer, sweep

__all__ = ["Setting", "Sums", "build_scenario_sums", "list_energy_assumptions", "measured", "swept"]

type _Cancel = Callable[[], bool]
type _Progress = Callable[[int, int], None]

_NAN = float("nan")


def measured(study: LightingStudy, park: Park, scenario: LightingScenario) -> Measured:
    """One *scenario* of *study* on its *park* (`lights.park_of`).

    BadInput with a JSON pointer for a measure that names what the study does not have. For several
    scenarios of one study, `Setting` keeps what they share.
    """
    return Setting(study, park).measured(scenario)


class Setting:
    """A study and its park, with what all its scenarios share: names, suns, the year of today."""

    def __init__(self, study: LightingStudy, park: Park) -> None:
        self.study, self.park = study, park
        self._names = Names(study, park)
        self._suns = build_light_suns(study, park)
        self._today = self._lit(park.schedule)

    def measured(self, scenario: LightingScenario) -> Measured:
        """One scenario. BadInput: see `measured`."""
        done = self._applied(scenario)
        becomes = Lamps(self.park, self.study.retrofits, done.retrofit)
        power_w = becomes.power_w()
        mean_share = becomes.mean_share()
        curve = _Curve(self, done.schedule, power_w * mean_share * self.park.count)
        return Measured(
            study=self.study,
            scenario=scenario,
            park=self.park,
            retrofit=done.retrofit,
            schedule=done.schedule,
            year=done.year,
            source=becomes.source(),
            power_w=power_w,
            flux_lm=becomes.flux_lm(),
            ulr=becomes.replaced(self.park.ulr, "ulr"),
            cct_k=becomes.replaced(self.park.cct_k, "cct_k"),
            lit=self._lit(done.schedule),
            lit_today=self._today,
            mean_share=mean_share,
            unfit=done.unfit,
            clocks=done.clocks,
            not_done=done.not_done,
            profile_kw=curve.profile_kw(),
            months_kwh=curve.months_kwh(),
        )

    def _applied(self, scenario: LightingScenario) -> Applied:
        try:
            return apply_scenario_actions(self._names, scenario)
        except BadInput as fault:
            for n, one in enumerate(self.study.scenarios):
                if one is scenario:
                    raise fault.at(f"/scenarios/{n}") from fault
            raise

    def _lit(self, schedule: Places) -> Lit:
        """The year of each luminaire under *schedule*; NaN where it or the place is not known."""
        here = self._suns
        found = np.full((len(schedule), 7), _NAN)
        known = (schedule >= 0) & (here.cell >= 0)
        wide, deep = len(here.cells), len(here.windows)
        code = (schedule.astype(np.int64) * deep + here.window) * wide + here.cell
        told, inverse = np.unique(code[known], return_inverse=True)
        table = np.empty((len(told), 7))
        pairs = told // wide
        bounds = np.flatnonzero(np.diff(pairs, prepend=-1, append=-1))
        for first, last in pairwise(bounds):
            place, window = divmod(int(pairs[first]), deep)
            cells = [here.cells[one] for one in told[first:last] % wide]
            table[first:last] = compute_nights(
                self.study.schedules[place], cells, self.study.rules.year, here.windows[window]
            )
        found[known] = table[inverse]
        return as_lit(found)

    @property
    def suns(self) -> Suns:
        """Cells and off-peak hours of the luminaires."""
        return self._suns


class _Curve:
    """The power of all luminaires together through the year, every five minutes."""

    def __init__(self, setting: Setting, schedule: Places, watts: Floats) -> None:
        self._year = setting.study.rules.year
        here = setting.suns
        self._watts: Floats | None = None
        if np.isnan(watts).any() or (schedule < 0).any() or (here.cell < 0).any():
            return
        wide = len(here.cells)
        code = schedule.astype(np.int64) * wide + here.cell
        told, inverse = np.unique(code, return_inverse=True)
        each = np.bincount(inverse, weights=watts)
        steps = len(time_of(self._year).hour)
        self._watts = np.zeros(steps)
        for place in np.unique(told // wide):
            one = setting.study.schedules[place]
            lit = np.zeros(steps + 1)
            for n in np.flatnonzero(told // wide == place):
                starts, ends = find_lighting_runs(
                    here.cells[told[n] % wide], self._year, one.lit_below_deg
                )
                lit[starts] += each[n]
                lit[ends] -= each[n]
            self._watts += np.cumsum(lit[:-1]) * compute_power_shares(one, self._year)

    def profile_kw(self) -> Floats:
        """Mean power of each local hour, kW, (24,); NaN when one luminaire is not known."""
        if self._watts is None:
            return np.full(24, _NAN)
        hour = time_of(self._year).hour
        found: Floats = np.bincount(hour, weights=self._watts) / np.bincount(hour) / 1000
        return found

    def months_kwh(self) -> Floats:
        """Energy of each month, kWh, (12,); NaN when one luminaire is not known."""
        if self._watts is None:
            return np.full(12, _NAN)
        found: Floats = np.bincount(time_of(self._year).month, weights=self._watts) / 12_000
        return found


@dataclass(frozen=True, slots=True)
class Sums:
    """A scenario in few figures, as a sweep gives it."""

    kwh: tuple[float, float, float, float]
    """Energy of a year by time class, of those that are known, kWh."""
    upward_lmh: float
    """Upward flux times hours, of those that are known, lm.h."""
    dark_hours: float
    """Dark hours a luminaire, mean of those that are known."""
    known: tuple[float, float, float]
    """Share of the luminaires that are known, of each of the three."""


def build_scenario_sums(found: Measured) -> Sums:
    """The few figures of one scenario; what is not known is left out and its share told."""
    count = found.park.count
    kwh = found.kwh()
    upward = found.flux_lm * found.ulr * found.lit.light_hours * count
    dark = found.lit.dark_hours * count
    known = [~np.isnan(one) for one in (kwh.sum(axis=1), upward, dark)]
    total = count.sum()
    classes = np.nansum(kwh, axis=0)
    lit = count[known[2]].sum()
    return Sums(
        kwh=(float(classes[0]), float(classes[1]), float(classes[2]), float(classes[3])),
        upward_lmh=float(np.nansum(upward)),
        dark_hours=float(np.nansum(dark) / lit) if lit else _NAN,
        known=tuple(float(count[one].sum() / total) for one in known),  # type: ignore[arg-type]
    )


@overload
def swept(
    study: LightingStudy,
    scenarios: Sequence[LightingScenario],
    *,
    park: Park | None = None,
    processes: int = 1,
    cluster: str | None = None,
    cancel: _Cancel | None = None,
    progress: _Progress | None = None,
) -> tuple[Answer[LightingScenario, Sums], ...]: ...


@overload
def swept[A](
    study: LightingStudy,
    scenarios: Sequence[LightingScenario],
    act: Callable[[Measured], A],
    *,
    park: Park | None = None,
    processes: int = 1,
    cluster: str | None = None,
    cancel: _Cancel | None = None,
    progress: _Progress | None = None,
) -> tuple[Answer[LightingScenario, A], ...]: ...


def swept(
    study: LightingStudy,
    scenarios: Sequence[LightingScenario],
    act: Callable[[Measured], Any] = build_scenario_sums,
    *,
    park: Park | None = None,
    processes: int = 1,
    cluster: str | None = None,
    cancel: _Cancel | None = None,
    progress: _Progress | None = None,
) -> tuple[Answer[LightingScenario, Any], ...]:
    """`act(measured)` of many *scenarios*, in their order, on processes or a Dask cluster.

    *act* is a function of a module; its answers travel, so they are small. See `plan.sweep`.
    """
    setting = Setting(study, park_of(study) if park is None else park)
    return sweep(
        partial(_measure_and_apply, setting, act), scenarios,
        processes=processes, cluster=cluster, progress=progress, cancel=cancel,
    )  # fmt: skip


def _measure_and_apply[A](
    setting: Setting, act: Callable[[Measured], A], scenario: LightingScenario
) -> A:
    return act(setting.measured(scenario))
