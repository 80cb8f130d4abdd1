"""What follows from what one group said: ranks, central weights, vetoes, flips (W4 to W6)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synergie.energy.records.offer import Key
from synergie.errors import BadInput
from synergie.lighting.plan.measured import Floats
from synergie.lighting.plan.weighing import _text as text
from synergie.lighting.plan.weighing._play import Doubt, Play
from synergie.lighting.plan.weighing._ranks import Ranks
from synergie.lighting.plan.weighing._said import WeightPreferences, build_weight_preferences
from synergie.lighting.plan.weighing._weights import build_random_generator, iterate_weight_blocks
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.weighing import GroupResult, GroupVoice, RankShare, WeightFlip
from synergie.schemas.plan import Phrase

_DIGITS = 9
_SHOWN = 0.05
"""Least share of an interval that is told, %."""
_SURE = 1.96
"""95 % of a normal law are within."""


@dataclass(frozen=True, slots=True)
class Draws:
    """How weights are drawn."""

    samples: int
    seed: int
    watch: Callable[[Iterator[Floats]], Iterator[Floats]]
    """Blocks as they come, until it is stopped."""

    def ranks(self, worths: Floats, said: WeightPreferences, where: str, group: str) -> Ranks:
        """The ranks of *worths* under all that was *said*."""
        ranks = Ranks(worths)
        ranks.fill(
            self.watch(
                iterate_weight_blocks(
                    said, self.samples, build_random_generator(self.seed, group), where
                )
            )
        )
        return ranks


@dataclass(frozen=True, slots=True)
class Weighed:
    """One group: its result, and what only the comparison of groups needs."""

    result: GroupResult
    first_shares: Mapping[Key, float]
    mean_ranks: Mapping[Key, float]
    notes: tuple[Phrase, ...]


def weigh_group(play: Play, voice: GroupVoice, where: str, draws: Draws) -> Weighed:
    """What *voice*, which stands at *where*, makes of what is in play."""
    said = build_weight_preferences(voice, play.criteria, play.scaled, where)
    vetoed, unsure = _find_vetoed_scenarios(play, voice, where)
    left = [place for place, name in enumerate(play.scenarios) if name not in vetoed]
    names = [play.scenarios[place] for place in left]
    ranks = draws.ranks(play.worths[left], said, where, voice.group)
    rows = [_build_rank_share(ranks, place, name) for place, name in enumerate(names)]
    first = _find_first_scenario(ranks, names)
    result = GroupResult(
        group=voice.group,
        weights_mean=_round_shares(ranks.sums / draws.samples),
        ranks=tuple(rows),
        first=first,
        vetoed=tuple(name for name in play.scenarios if name in vetoed),
        flips=() if first is None else _compute_weight_flips(play, ranks, left, names.index(first)),
    )
    notes = [*unsure, *_iterate_dropped_criteria(voice, said)]
    if play.doubt is not None and names:
        notes += _iterate_doubt_intervals(play, play.doubt, voice, (left, where, draws))
    shares = {row.scenario: row.ranks[0] for row in rows}
    return Weighed(result, shares, _compute_mean_ranks(ranks, names), tuple(notes))


def _find_vetoed_scenarios(
    play: Play, voice: GroupVoice, where: str
) -> tuple[set[Key], list[Phrase]]:
    """Scenarios in play that a veto takes out; those of which it cannot tell."""
    out: set[Key] = set()
    unsure = []
    for place, veto in enumerate(voice.vetoes):
        told = play.told.get(veto.criterion)
        if told is None:
            raise BadInput(f"{where}/vetoes/{place}", veto.criterion, text.IN_COMPARISON)
        sign = 1.0 if told.direction == "min" or veto.criterion == "worse_off" else -1.0
        for name in play.scenarios:
            row = play.found[name].get(veto.criterion)
            if row is None or row.value is None:
                values = (voice.name, veto.criterion, name)
                unsure.append(Phrase(text=text.LIMIT_UNKNOWN, values=values))
            elif sign * row.value > sign * veto.limit:
                out.add(name)
    return out, unsure


def _build_rank_share(ranks: Ranks, place: int, name: Key) -> RankShare:
    shares = ranks.shares[place] / ranks.samples
    first = float(shares[0])
    half = _SURE * (max(first * (1 - first), 0.0) / ranks.samples) ** 0.5
    counted = float(ranks.shares[place, 0])
    central = _round_shares(ranks.first[place] / counted) if counted > 0 else ()
    return RankShare(
        scenario=name, ranks=_round_shares(shares), half_width=round(min(half, 1.0), _DIGITS),
        central_weights=central,
    )  # fmt: skip


def _find_first_scenario(ranks: Ranks, names: Sequence[Key]) -> Key | None:
    """The scenario most often first; of equal ones the first in the order of the study."""
    if not names:
        return None
    return names[int(np.argmax(np.round(ranks.shares[:, 0] / ranks.samples, _DIGITS)))]


def _compute_mean_ranks(ranks: Ranks, names: Sequence[Key]) -> dict[Key, float]:
    places = np.arange(1.0, len(names) + 1)
    means = (ranks.shares * places).sum(axis=1) / ranks.samples
    return {name: float(mean) for name, mean in zip(names, means, strict=True)}


def _compute_weight_flips(
    play: Play, ranks: Ranks, left: Sequence[int], first: int
) -> tuple[WeightFlip, ...]:
    """From the central weights of the scenario that is first: it leads there."""
    central = ranks.first[first] / ranks.first[first].sum()
    names = [play.scenarios[place] for place in left]
    return flips(Choice(play.worths[left], central, first), names, play.criteria)


def _iterate_dropped_criteria(voice: GroupVoice, said: WeightPreferences) -> Iterator[Phrase]:
    for name in said.dropped:
        yield Phrase(text=text.LEFT_FROM_ORDER, values=(voice.name, name))


def _iterate_doubt_intervals(
    play: Play, doubt: Doubt, voice: GroupVoice, of: tuple[Sequence[int], str, Draws]
) -> Iterator[Phrase]:
    """How often each is first when the criteria that are not known for all are weighed, too."""
    left, where, draws = of
    said = build_weight_preferences(voice, doubt.criteria, play.scaled, where)
    runs = [
        draws.ranks(worths[list(left)], said, where, voice.group)
        for worths in (doubt.worst, doubt.best)
    ]
    ends = np.sort([run.shares[:, 0] / run.samples * 100 for run in runs], axis=0)
    for place, row in enumerate(left):
        low, high = (f"{ends[side, place]:.1f}" for side in (0, 1))
        if ends[1, place] >= _SHOWN:
            values = (voice.name, play.scenarios[row], low, high)
            yield Phrase(text=text.INTERVAL, values=values)


def _round_shares(values: Floats) -> tuple[float, ...]:
    return tuple(min(max(round(float(value), _DIGITS), 0.0), 1.0) for value in values)


# What would turn a choice (W6): one weight changes, the others keep their proportions.

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What leads, and by which weights."""

    worths: Floats
    """(scenario, criterion)."""
    weights: Floats
    first: int
    """Place of the scenario that leads under these weights."""


def flips(
    choice: Choice, names: Sequence[Key], criteria: Sequence[LightingCriterion]
) -> tuple[WeightFlip, ...]:
    """For each criterion the least change of its weight beyond which another scenario leads.

    The lead over each other is linear in the weight x: where it becomes nothing is found exactly.
    Nearest first; a criterion that cannot turn the choice is left out.
    """
    found = []
    for place, criterion in enumerate(criteria):
        turn = _find_nearest_flip(choice, place)
        if turn is not None:
            weight, rival = turn
            found.append(
                WeightFlip(
                    criterion=criterion,
                    from_weight=_round_share(float(choice.weights[place])),
                    to_weight=_round_share(weight),
                    scenario=names[rival],
                )
            )
    return tuple(sorted(found, key=lambda one: abs(one.to_weight - one.from_weight)))


def _find_nearest_flip(choice: Choice, place: int) -> tuple[float, int] | None:
    """The nearest weight beyond which another scenario leads, and which; None: there is none."""
    now = float(choice.weights[place])
    with_all, with_none = _compute_leads(choice, place)
    found = []
    for rival in range(len(choice.worths)):
        low, high = float(with_none[rival]), float(with_all[rival])
        if rival == choice.first or low == high or min(low, high) >= -_NOTHING:
            continue
        turn = min(max(low / (low - high), 0.0), 1.0)
        found.append((abs(turn - now), -abs(high - low), turn, rival))
    return min(found)[2:] if found else None


def _compute_leads(choice: Choice, place: int) -> tuple[Floats, Floats]:
    """The lead of the first over each when this weight is all, and when it is nothing."""
    worths, weights, first = choice.worths, choice.weights, choice.first
    others = np.delete(weights, place)
    rest = np.delete(worths, place, axis=1)
    whole = float(others.sum())
    part = others / whole if whole > 0 else np.full(len(others), 1 / max(len(others), 1))
    value = (rest * part).sum(axis=1)
    return worths[first, place] - worths[:, place], value[first] - value


def _round_share(value: float) -> float:
    return min(max(round(value, 9), 0.0), 1.0)
