"""What is in play (W1, W2): scenarios that keep the constraints, none beaten, with their worths."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.energy.records.offer import Key
from synergie.errors import BadInput
from synergie.lighting.plan.measured import Floats
from synergie.lighting.plan.weighing import _text as text
from synergie.lighting.records.effects import (
    CriterionTold,
    Direction,
    Indicator,
    LightingComparison,
    LightingCriterion,
)
from synergie.lighting.records.weighing import LightingVoices, ValueBounds
from synergie.schemas.plan import Phrase

# Piecewise linear worth on a fixed published scale (W3). Outside the scale its end counts.


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """One fixed scale: values in rising order and their worths."""

    values: Floats
    worths: Floats

    def worth(self, values: Floats) -> Floats:
        """Worth 0 to 1 of each of *values*."""
        found: Floats = np.interp(values, self.values, self.worths)
        return found

    def outside(self, values: Floats) -> int:
        """How many of *values* the scale does not reach."""
        low, high = self.values[0], self.values[-1]
        return int(np.count_nonzero((values < low) | (values > high)))


def scale_of(bounds: ValueBounds, where: str, direction: Direction) -> Scale:
    """The scale that *bounds* publish; BadInput at *where* when it is none.

    A criterion that is to be small has its best below its worst, and the other way round.
    """
    _check_ends(bounds, where, direction)
    points = [(bounds.worst, 0.0), *((value, worth) for value, worth in bounds.steps)]
    points.append((bounds.best, 1.0))
    if bounds.best < bounds.worst:
        points = [(-value, worth) for value, worth in points]
    points.sort(key=lambda point: point[0])
    _check_steps(bounds, points, where)
    if bounds.best < bounds.worst:
        points = [(-value, worth) for value, worth in reversed(points)]
    return Scale(np.array([value for value, _ in points]), np.array([worth for _, worth in points]))


def _check_ends(bounds: ValueBounds, where: str, direction: Direction) -> None:
    name = bounds.criterion
    if bounds.best == bounds.worst:
        raise BadInput(where, f"{name}: {bounds.worst:g}", text.APART)
    found = f"{name}: {bounds.worst:g} … {bounds.best:g}"
    if direction == "min" and bounds.best > bounds.worst:
        raise BadInput(where, found, text.THE_RIGHT_WAY)
    if direction == "max" and bounds.best < bounds.worst:
        raise BadInput(where, found, text.THE_OTHER_WAY)


def _check_steps(bounds: ValueBounds, points: list[tuple[float, float]], where: str) -> None:
    """*points* from the worst on: the ends stay ends, and worth never falls."""
    low, high = sorted((bounds.worst, bounds.best))
    values = [value for value, _ in points]
    if len(set(values)) < len(values) or any(not low < v < high for v, _ in bounds.steps):
        raise BadInput(f"{where}/steps", bounds.criterion, text.BETWEEN)
    worths = [worth for _, worth in points]
    if worths != sorted(worths):
        raise BadInput(f"{where}/steps", bounds.criterion, text.RISING)


type Found = Mapping[Key, Mapping[LightingCriterion, Indicator]]
"""Indicators of each scenario by criterion."""


_LEAST_SHARE = 0.5
"""Share of the criteria that must be known for all before anything is said to beat anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """What is not known for all scenarios, for two runs: at its worst, at its best."""

    criteria: tuple[LightingCriterion, ...]
    """All that are weighed then, in the order of the comparison."""
    worst: Floats
    """Worths when what is not known is as bad as it may be."""
    best: Floats
    """Worths when it is as good as it may be."""


@dataclass(frozen=True, slots=True, eq=False)
class Play:
    """Scenarios and criteria that are weighed."""

    found: Found
    told: Mapping[LightingCriterion, CriterionTold]
    criteria: tuple[LightingCriterion, ...]
    bounds: tuple[ValueBounds, ...]
    scenarios: tuple[Key, ...]
    worths: Floats
    """(scenario, criterion)."""
    doubt: Doubt | None
    """None: all criteria with a scale are known."""
    left_out: tuple[Phrase, ...]
    notes: tuple[Phrase, ...]
    scaled: frozenset[LightingCriterion]
    """Criteria that have a scale, weighed or not."""


def in_play(comparison: LightingComparison, voices: LightingVoices) -> Play:
    """What *voices* weigh of *comparison*.

    A criterion is weighed when it is no constraint, has a fixed scale, and is known for every
    scenario in play. BadInput: a scale that is none, or no criterion that can be weighed.
    """
    found: Found = {
        one.scenario: {row.criterion: row for row in one.indicators} for one in comparison.scenarios
    }
    told = {one.criterion: one for one in comparison.criteria}
    scenarios, gone = _select_scenarios_in_play(comparison, found)
    scales, bounds, without = _build_criterion_scales(told, voices)
    known = [name for name in scales if not _list_unknown_scenarios(found, scenarios, name)]
    if not known:
        raise BadInput("/bounds", ", ".join(scales) or "[]", text.SOME_CRITERION)
    missing = [name for name in scales if name not in known]
    left = [
        *gone,
        *without,
        *(_describe_unknown_values(found, scenarios, name) for name in missing),
    ]
    weighed = {name: scales[name] for name in known}
    worths = _compute_worths(weighed, found, scenarios)
    notes = _list_scale_notes(weighed, bounds, found, scenarios)
    partly = {
        name: scale for name, scale in scales.items()
        if len(_list_unknown_scenarios(found, scenarios, name)) < len(scenarios)
    }  # fmt: skip
    doubt = _compute_doubt(partly, found, scenarios) if len(partly) > len(known) else None
    return Play(
        found, told, tuple(known), tuple(bounds[name] for name in known), scenarios, worths, doubt,
        tuple(left), tuple(notes), frozenset(one.criterion for one in voices.bounds),
    )  # fmt: skip


def _select_scenarios_in_play(
    comparison: LightingComparison, found: Found
) -> tuple[tuple[Key, ...], list[Phrase]]:
    """Those that keep the constraints and are not beaten; and why the others are left out."""
    gone = [Phrase(text=text.EXCLUDED, values=(name,)) for name in comparison.excluded]
    beaten = {one.scenario: one.by for one in comparison.dominated}
    left = [name for name in found if name not in comparison.excluded]
    rivals = [name for name in left if name not in beaten]
    beaten |= _find_beaten_scenarios(comparison, found, rivals)
    gone += [
        Phrase(text=text.DOMINATED, values=(one, beaten[one])) for one in left if one in beaten
    ]
    return tuple(name for name in left if name not in beaten), gone


def _find_beaten_scenarios(
    comparison: LightingComparison, found: Found, names: list[Key]
) -> dict[Key, Key]:
    """Scenario → one that beats it: known for both wherever it is known for any, and no worse.

    None when fewer than half of the criteria are known for all: with a few left, what costs nothing
    would beat all that costs.
    """
    rows = []
    weighed = [one for one in comparison.criteria if one.direction != "constraint"]
    for one in weighed:
        values = np.array(_list_criterion_values(found, names, one.criterion), dtype=np.float64)
        if not np.isnan(values).all():
            rows.append(-values if one.direction == "min" else values)
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(names))
    known = sum(not np.isnan(row).any() for row in rows)
    if not names or known < max(_LEAST_SHARE * len(weighed), 1):
        return {}
    beats: dict[Key, Key] = {}
    for place, name in enumerate(names):
        mine = table[:, [place]]
        over = np.all(table >= mine, axis=0) & np.any(table > mine, axis=0)
        if over.any():
            beats[name] = names[int(np.argmax(over))]
    return {name: _find_chain_end(beats, by) for name, by in beats.items()}


def _find_chain_end(beats: Mapping[Key, Key], name: Key) -> Key:
    """The one at the end of the chain, which nothing beats."""
    while name in beats:
        name = beats[name]
    return name


def _list_criterion_values(
    found: Found, names: Iterable[Key], criterion: LightingCriterion
) -> list[float | None]:
    rows = (found[name].get(criterion) for name in names)
    return [None if row is None else row.value for row in rows]


def _list_unknown_scenarios(
    found: Found, names: Iterable[Key], criterion: LightingCriterion
) -> list[Key]:
    names = list(names)
    values = _list_criterion_values(found, names, criterion)
    return [name for name, value in zip(names, values, strict=True) if value is None]


def _build_criterion_scales(
    told: Mapping[LightingCriterion, CriterionTold], voices: LightingVoices
) -> tuple[dict[LightingCriterion, Scale], dict[LightingCriterion, ValueBounds], list[Phrase]]:
    """Scales of criteria, in the order of the comparison; and why others have none."""
    bounds: dict[LightingCriterion, ValueBounds] = {}
    made: dict[LightingCriterion, Scale] = {}
    for place, one in enumerate(voices.bounds):
        where = f"/bounds/{place}"
        if one.criterion in bounds:
            raise BadInput(where, one.criterion, text.EACH_ONCE)
        bounds[one.criterion] = one
        known = told.get(one.criterion)
        direction = "constraint" if known is None else known.direction
        made[one.criterion] = scale_of(one, where, direction)
    scales = {
        name: made[name] for name, one in told.items()
        if name in made and one.direction != "constraint"
    }  # fmt: skip
    without = [
        Phrase(
            text=text.CONSTRAINT if one.direction == "constraint" else text.UNSCALED, values=(n,)
        )
        for n, one in told.items()
        if n not in scales
    ]
    without += [Phrase(text=text.NOT_COMPARED, values=(n,)) for n in bounds if n not in told]
    return scales, bounds, without


def _compute_worths(
    scales: Mapping[LightingCriterion, Scale], found: Found, scenarios: tuple[Key, ...]
) -> Floats:
    columns = [
        scale.worth(np.array(_list_criterion_values(found, scenarios, name), dtype=np.float64))
        for name, scale in scales.items()
    ]
    return np.array(columns).reshape(len(columns), len(scenarios)).T


def _describe_unknown_values(
    found: Found, scenarios: tuple[Key, ...], name: LightingCriterion
) -> Phrase:
    missing = _list_unknown_scenarios(found, scenarios, name)
    shown = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")  # noqa: PLR2004 (a sentence)
    return Phrase(text=text.UNKNOWN, values=(name, shown[:200]))


def _list_scale_notes(
    scales: Mapping[LightingCriterion, Scale],
    bounds: Mapping[LightingCriterion, ValueBounds],
    found: Found,
    scenarios: tuple[Key, ...],
) -> list[Phrase]:
    notes = []
    for name, scale in scales.items():
        values = np.array(_list_criterion_values(found, scenarios, name), dtype=np.float64)
        one, outside = bounds[name], scale.outside(values)
        if outside:
            ends = format_figure(one.worst), format_figure(one.best)
            values_told = (name, str(outside), str(len(scenarios)), *ends)
            notes.append(Phrase(text=text.CLIPPED, values=values_told))
        worths = scale.worth(values)
        if len(scenarios) > 1 and np.all(worths == worths[0]):
            notes.append(Phrase(text=text.ALL_ALIKE, values=(name,)))
    return notes


def _compute_doubt(
    scales: Mapping[LightingCriterion, Scale], found: Found, scenarios: tuple[Key, ...]
) -> Doubt:
    """Worths with what is not known at its ends: of its own range, or of the whole scale."""
    sides = [np.empty((len(scenarios), len(scales))) for _ in range(2)]
    for column, (name, scale) in enumerate(scales.items()):
        for row, scenario in enumerate(scenarios):
            ends = np.sort(
                scale.worth(np.array(_find_value_ends(found[scenario].get(name), scale)))
            )
            sides[0][row, column], sides[1][row, column] = ends
    return Doubt(tuple(scales), *sides)


def _find_value_ends(row: Indicator | None, scale: Scale) -> tuple[float, float]:
    if row is None:
        return scale.values[0], scale.values[-1]
    if row.value is not None:
        return row.value, row.value
    low = scale.values[0] if row.low is None else row.low
    return low, scale.values[-1] if row.high is None else row.high


def format_figure(value: float) -> str:
    """*value* without an exponent and without idle zeros."""
    text_of = f"{Decimal(repr(float(value))):f}"
    return text_of.rstrip("0").rstrip(".") if "." in text_of else text_of
