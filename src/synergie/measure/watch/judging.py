"""Nights judged one after the other: what begins, what ends, and what is expected from then on.

The state between two deposits is a value: nights that were judged are not judged again, so no
fault is said twice. A change that was said is the new reference at once (re-base).
"""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from math import exp, isfinite, log, nan

import numpy as np

from synergie.errors import BadInput
from synergie.measure.watch import limits
from synergie.measure.watch.cusum import begin_edge, begin_level
from synergie.measure.watch.fault_book import FaultBook
from synergie.measure.watch.figures import NightFigures, compute_night_figures
from synergie.measure.watch.learning import Expected, learn_expected
from synergie.measure.watch.nights import Nights
from synergie.measure.watch.rules import Rule, build_rules
from synergie.measure.watch.state import (
    Fault,
    Finding,
    Judgement,
    Kind,
    OpenFault,
    Supply,
    Unit,
    WatchState,
)

_NEAR_NIGHTS = 14
"""Nights within which dusk and dawn drift of one cause, which is said once."""


def begin_watch(nights: Nights) -> WatchState:
    """The state that the first nights teach, before any is judged. BadInput: they are too few."""
    expected = _learn_first(nights)
    edges = {"dusk": expected.dusk, "dawn": expected.dawn}
    tracks = {kind: begin_edge(one) for kind, one in edges.items() if one is not None}
    tracks["level"] = begin_level(expected.level)
    return WatchState(expected, tracks=tracks)


def _learn_first(nights: Nights) -> Expected:
    """What the first sixty nights teach; more of them where they do not tell (short nights)."""
    most, fault = nights.grid.nights, None
    for many in range(limits.LEARN_NIGHTS, min(most, limits.LEARN_MOST) + 1, limits.LEARN_STEP):
        try:
            return learn_expected(nights.take(many))
        except BadInput as error:
            fault = error
    if fault is not None:
        raise fault
    raise BadInput("/nights", most, "nights that tell the power of the lamps, sixty at least")


def judge_nights(nights: Nights, state: WatchState, supply: Supply) -> Judgement:
    """What the nights after those already judged tell, in their order."""
    figures = compute_night_figures(nights, state.expected.habit)
    judge = _Judge(nights, figures, state, supply)
    judge.judge_all()
    return Judgement(judge.close_state(), tuple(judge.findings), tuple(judge.endings))


class _Judge(FaultBook):
    """Goes through nights; what changes is its own."""

    def __init__(
        self, nights: Nights, figures: NightFigures, state: WatchState, supply: Supply
    ) -> None:
        expected = state.expected
        super().__init__(nights.grid.first, state.runs, state.faults)
        self.nights, self.supply, self.state = nights, supply, state
        self.figures, self.first_day = figures, nights.grid.first.toordinal()
        with np.errstate(invalid="ignore", divide="ignore"):
            level = np.log(figures.level / expected.watts)
        by_day = figures.day_w > limits.LIT_SHARE * expected.watts
        # One odd edge of a night without light, or lit all day, says nothing of the clock.
        odd = by_day | (figures.dark_min > limits.DARK_PART * figures.core_min)
        self.values = {
            "level": level.tolist(),
            "dusk": np.where(odd, nan, figures.dusk_min).tolist(),
            "dawn": np.where(odd, nan, figures.dawn_min).tolist(),
        }
        self.rules = [
            (rule, rule.holds.tolist())
            for rule in build_rules(figures, expected, supply.subscribed_va)
        ]
        self.tracks = deepcopy(state.tracks)

    def judge_all(self) -> None:
        """Every night that was not judged before."""
        grid = self.nights.grid
        first = 0 if self.state.judged is None else (self.state.judged - grid.first).days + 1
        if self.state.judged is None:
            self._compare_inventory()
        first = max(first, 0)
        rules = [(rule, holds) for rule, holds in self.rules if self._may_hold(rule, holds[first:])]
        for night in range(first, grid.nights):
            for rule, holds in rules:
                self.judge_rule(rule, holds[night], night)
            for kind in self.tracks:
                self._judge_track(kind, night)

    def _may_hold(self, rule: Rule, holds: list[float]) -> bool:
        """Whether *rule* begins or ends in these nights: most never do."""
        fault = rule.fault
        return 1.0 in holds or fault in self.runs or any(one.fault == fault for one in self.open)

    def close_state(self) -> WatchState:
        """The state after the last night."""
        grid = self.nights.grid
        last = grid.find_day(grid.nights - 1)
        judged = last if self.state.judged is None else max(last, self.state.judged)
        return replace(
            self.state, judged=judged, tracks=self.tracks, runs=self.runs, faults=tuple(self.open)
        )

    def _compare_inventory(self) -> None:
        declared, expected = self.supply.declared_w, self.state.expected
        if not declared or _is_within(expected.watts / declared, limits.INVENTORY):
            return
        said = self.nights.grid.find_day(min(expected.nights, self.nights.grid.nights) - 1)
        self.findings.append(
            Finding(
                fault="inventory",
                first_night=expected.first,
                said_night=said,
                value=expected.watts,
                expected=declared,
                unit="W",
                kwh_night=None,
                sure=True,
            )
        )

    def _judge_track(self, kind: Kind, night: int) -> None:
        value = self.values[kind][night]
        if not isfinite(value):
            return
        track, day = self.tracks[kind], self.first_day + night
        before = self.end_changes(value, night, lambda fault: _find_kind(fault) == kind)
        if before is not None:
            track.rebase(before)
            return
        track.sums.add_night((value - track.middle) / track.long_run, value, day)
        if track.settle:
            track.settle_night()
            return
        found = track.sums.find_change(track.middle, day, track.least)
        if found is not None:
            self._say_change(kind, date.fromordinal(found[0]), found[1], night)
            track.rebase(track.middle + found[1], limits.ESTIMATE_NIGHTS)

    def _say_change(self, kind: Kind, first: date, change: float, night: int) -> None:
        fault = self._name_change(kind, change)
        before = self.tracks[kind].middle
        silent = self._is_told(kind, first, change)
        self.open.append(OpenFault(fault, first, before, change, silent=silent))
        if silent:
            return
        watts, lit_h = self.state.expected.watts, float(self.figures.lit_h[night])
        if kind == "level":
            expected, value = watts * exp(before), watts * exp(before + change)
            kwh = (value - expected) * lit_h / 1000
        else:
            expected, value = before, before + change
            kwh = watts * change / 60_000
        unit: Unit = "W" if kind == "level" else "min"
        self.findings.append(
            Finding(
                fault=fault,
                first_night=first,
                said_night=self.nights.grid.find_day(night),
                value=value,
                expected=expected,
                unit=unit,
                kwh_night=kwh,
                sure=False,
            )
        )

    def _is_told(self, kind: Kind, first: date, change: float) -> bool:
        """Whether a fault that is open says it already: the other edge, or a greater change."""
        if kind == "level":
            return False
        return any(
            (one.fault == kind and abs(change) < limits.AGAIN * abs(one.change))
            or (
                one.fault in {"dusk", "dawn"}
                and one.fault != kind
                and abs((one.first_night - first).days) <= _NEAR_NIGHTS
            )
            for one in self.open
        )

    def _name_change(self, kind: Kind, change: float) -> Fault:
        if kind == "dusk":
            return "dusk"
        if kind == "dawn":
            return "dawn"
        if change > 0:
            return "rise"
        phase = self.supply.three_phase and _is_within(change, tuple(map(_log1p, limits.PHASE)))
        return "phase" if phase else "partial"


def _find_kind(fault: Fault) -> Kind:
    return fault if fault in {"dusk", "dawn"} else "level"


def _log1p(share: float) -> float:
    return log(1 + share)


def _is_within(value: float, bounds: tuple[float, ...]) -> bool:
    return bounds[0] <= value <= bounds[1]
