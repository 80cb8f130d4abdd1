"""Whether a weighing that somebody else sampled holds together: no sample is drawn. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from math import isclose

from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.weighing import (
    GroupResult,
    GroupsAgreement,
    GroupVoice,
    LightingVoices,
    RankShare,
    Weighing,
)

_NEAR = 1e-6


def faults(
    comparison: LightingComparison, voices: LightingVoices, weighing: Weighing
) -> tuple[str, ...]:
    """What is wrong with *weighing* as one of *voices* on *comparison*; empty when it holds.

    It shows that it is of these groups, scales and scenarios, that shares add up, and that what it
    draws from them (first, vetoed, robust) follows. It does not show that the samples were drawn:
    weighing again with its seed does, and gives the same bytes.
    """
    return tuple(_iterate_mismatch_faults(comparison, voices, weighing)) or (
        *_iterate_robustness_faults(weighing),
        *(
            f"{one.group}: {wrong}"
            for one, voice in zip(weighing.groups, voices.groups, strict=True)
            for wrong in (
                *_iterate_group_faults(one, weighing),
                *_iterate_veto_faults(comparison, voice, one),
            )
        ),
    )


def _iterate_mismatch_faults(
    comparison: LightingComparison, voices: LightingVoices, weighing: Weighing
) -> Iterator[str]:
    if [one.group for one in weighing.groups] != [one.group for one in voices.groups]:
        yield "not the groups that spoke, in their order"
    if [one.criterion for one in weighing.bounds] != list(weighing.criteria):
        yield "not one scale for each criterion that is weighed"
    told = {one.criterion: one for one in voices.bounds}
    if any(told.get(one.criterion) != one for one in weighing.bounds):
        yield "a scale that was not told before"
    names = [one.scenario for one in comparison.scenarios]
    left = {*comparison.excluded, *(one.scenario for one in comparison.dominated)}
    if [one for one in names if one in set(weighing.scenarios) - left] != list(weighing.scenarios):
        yield "a scenario is in play that is excluded, beaten or none of the comparison"
    known = set(weighing.scenarios)
    pairs = {tuple(one.groups) for one in weighing.agreements}
    groups = [one.group for one in weighing.groups]
    if len(pairs) != len(weighing.agreements) or not {g for p in pairs for g in p} <= set(groups):
        yield "not pairs of the groups, each once"
    for one in weighing.groups:
        if not {row.scenario for row in one.ranks} <= known:
            yield f"{one.group}: ranks of a scenario that is not in play"


def _iterate_group_faults(one: GroupResult, weighing: Weighing) -> Iterator[str]:
    """Weights and ranks of one group add up, and the first follows from them."""
    if one.weights_mean and not _is_sum_one(one.weights_mean):
        yield "its mean weights do not make one"
    if len(one.weights_mean) not in (0, len(weighing.criteria)):
        yield "not one weight for each criterion"
    for row in one.ranks:
        if not _is_sum_one(row.ranks):
            yield f"ranks of {row.scenario} do not make one"
    sizes = {len(row.ranks) for row in one.ranks}
    if len(sizes) > 1:
        yield "not as many ranks for each scenario"
    elif any(
        not _is_sum_one([row.ranks[n] for row in one.ranks]) for n in range(max(sizes, default=0))
    ):
        yield "a rank is not taken once in each sample"
    best = max((row.ranks[0] for row in one.ranks if row.ranks), default=None)
    firsts = {row.scenario: row.ranks[0] for row in one.ranks if row.ranks}
    if best is not None and (one.first is None or firsts.get(one.first, -1) < best - _NEAR):
        yield "another scenario is more often first"


def _iterate_veto_faults(
    comparison: LightingComparison, voice: GroupVoice, one: GroupResult
) -> Iterator[str]:
    """No scenario that is known to be beyond a limit of the group is ranked for it."""
    better = {told.criterion: told.direction for told in comparison.criteria}
    ranked = {row.scenario for row in one.ranks}
    for effects in comparison.scenarios:
        values = {found.criterion: found.value for found in effects.indicators}
        for veto in voice.vetoes:
            value = values.get(veto.criterion)
            if value is None or effects.scenario not in ranked:
                continue
            less = better[veto.criterion] == "min" or veto.criterion == "worse_off"
            if value > veto.limit if less else value < veto.limit:
                yield f"{effects.scenario} is beyond its veto"


def _iterate_robustness_faults(weighing: Weighing) -> Iterator[str]:
    """Robust is what is first often enough for every group, and nothing else."""
    shares: list[Mapping[str, RankShare]] = [
        {row.scenario: row for row in one.ranks} for one in weighing.groups
    ]

    def first(name: str) -> float:
        rows = [some[name].ranks[0] for some in shares if name in some and some[name].ranks]
        return min(rows) if len(rows) == len(shares) else 0.0

    for name in weighing.scenarios:
        share = first(name)
        if name in weighing.robust and share < weighing.robust_share - _NEAR:
            yield f"{name} is not first often enough for all"
        if name not in weighing.robust and share >= weighing.robust_share + _NEAR:
            yield f"{name} is first often enough for all"
    if not set(weighing.robust) <= set(weighing.scenarios):
        yield "a scenario is robust that is not in play"
    yield from _iterate_agreement_faults(weighing.groups, weighing.agreements)


def _iterate_agreement_faults(
    groups: Sequence[GroupResult], pairs: Sequence[GroupsAgreement]
) -> Iterator[str]:
    first = {one.group: one.first for one in groups}
    for pair in pairs:
        one, other = (first[name] for name in pair.groups)
        if pair.both_first != (one if one == other else None):
            yield f"{pair.groups[0]} and {pair.groups[1]}: not what is first for both"


def _is_sum_one(shares: Sequence[float]) -> bool:
    return isclose(sum(shares), 1, abs_tol=_NEAR)
