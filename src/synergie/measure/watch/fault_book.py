"""Which faults begin and which are over, night after night, whatever is watched."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from synergie.measure.watch import limits
from synergie.measure.watch.rules import Rule
from synergie.measure.watch.state import Ending, Fault, Finding, OpenFault


class FaultBook:
    """What rules found in a row and which faults are open; nights are counted from *first*."""

    def __init__(
        self, first: date, runs: Mapping[Fault, tuple[int, date]], faults: Iterable[OpenFault]
    ) -> None:
        self.first, self.runs, self.open = first, dict(runs), list(faults)
        self.findings: list[Finding] = []
        self.endings: list[Ending] = []

    def find_day(self, night: int) -> date:
        """The local day of *night*."""
        return self.first + timedelta(days=night)

    def judge_rule(self, rule: Rule, holds: float, night: int) -> None:
        """Add whether *rule* holds in *night*; NaN: the night does not tell."""
        if holds != holds:  # noqa: PLR0124 (NaN)
            return
        if not holds:
            self.runs.pop(rule.fault, None)
            for one in [each for each in self.open if each.fault == rule.fault]:
                self.add_normal(one, night)
            return
        count, first = self.runs.get(rule.fault, (0, self.find_day(night)))
        self.runs[rule.fault] = (count + 1, first)
        known = next((one for one in self.open if one.fault == rule.fault), None)
        if known is not None:
            self._replace_open(known, replace(known, normal=0))
        elif count + 1 >= rule.nights:
            self.open.append(OpenFault(rule.fault, first, 0.0, 0.0))
            self._say(rule, first, night)

    def _say(self, rule: Rule, first: date, night: int) -> None:
        kwh = float(rule.kwh[night])
        self.findings.append(
            Finding(
                fault=rule.fault,
                first_night=first,
                said_night=self.find_day(night),
                value=float(rule.value[night]),
                expected=rule.expected,
                unit=rule.unit,
                kwh_night=None if kwh != kwh else kwh,  # noqa: PLR0124 (NaN)
                sure=True,
            )
        )

    def add_normal(self, one: OpenFault, night: int) -> bool:
        """Whether *one* is over with this normal night."""
        if one.normal + 1 < limits.NORMAL_NIGHTS:
            self._replace_open(one, replace(one, normal=one.normal + 1))
            return False
        self.open.remove(one)
        if not one.silent:
            first = self.find_day(night - limits.NORMAL_NIGHTS + 1)
            self.endings.append(
                Ending(fault=one.fault, first_night=one.first_night, last_night=first)
            )
        return True

    def end_changes(self, value: float, night: int, is_of: Callable[[Fault], bool]) -> float | None:
        """What held before a change *is_of* names that is over with this night; None: none is."""
        for one in [each for each in self.open if each.change and is_of(each.fault)]:
            back = (value - one.before) / one.change
            if back > 0.5:  # noqa: PLR2004 (half the way)
                self._replace_open(one, replace(one, normal=0))
            elif self.add_normal(one, night):
                return one.before
        return None

    def _replace_open(self, old: OpenFault, new: OpenFault) -> None:
        self.open[self.open.index(old)] = new
