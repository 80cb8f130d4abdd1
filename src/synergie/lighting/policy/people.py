"""What may be told of people who were asked: no group of one to nine, nor such a rest. Pure.

Threshold of the decree 2020-196; who subtracts what is told from what is told finds no rest either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

from synergie.lighting.records.consultation import LEAST_GROUP, Consultation, ConsultationResult
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.weighing import GroupVoice

_NEAR = 1e-9


def result_faults(asked: Consultation, result: ConsultationResult) -> tuple[str, ...]:
    """Why *result* may not be told as one of *asked*; empty when it may."""
    return (*_iterate_result_faults(asked, result), *_too_small(result))


def voice_faults(voice: GroupVoice) -> tuple[str, ...]:
    """Why one group may not be weighed with those of others; empty when it may."""
    if voice.ballots:
        return ("orders of single people",)
    if voice.kind != "council" and (voice.respondents or 0) < LEAST_GROUP:
        return ("fewer than ten answers",)
    if not voice.order and not voice.weights and not voice.vetoes:
        return ("nothing said",)
    return ()


def weight_faults(voice: GroupVoice, weighed: Collection[LightingCriterion]) -> tuple[str, ...]:
    """Why no weights of the criteria *weighed* are as one group says; empty when some are.

    Each criterion of its order is at least as heavy as what comes after it, those of one place are
    equal, and all make one. Voices that nothing fulfils could not be weighed, nor those beside it.
    """
    low = dict.fromkeys(weighed, 0.0) | {one.criterion: one.low for one in voice.weights}
    high = dict.fromkeys(weighed, 1.0) | {one.criterion: one.high for one in voice.weights}
    named = {name for tier in voice.order for name in tier}
    most, least = 1.0, max((low[name] for name in low if name not in named), default=0.0)
    for tier in voice.order:
        most = min(most, *(high[name] for name in tier))
        high |= dict.fromkeys(tier, most)
    high |= {name: min(high[name], most) for name in high if name not in named}
    for tier in reversed(voice.order):
        least = max(least, *(low[name] for name in tier))
        low |= dict.fromkeys(tier, least)
    if any(low[name] > high[name] for name in low):
        return ("a range of weights that is empty",)
    if low and (sum(low.values()) > 1 + _NEAR or sum(high.values()) < 1 - _NEAR):
        return ("weights that do not make one",)
    return ()


def _iterate_result_faults(asked: Consultation, result: ConsultationResult) -> Iterator[str]:
    if result.consultation != asked.id:
        yield "the result of another consultation"
    groups, communes = {one.group for one in asked.groups}, set(asked.communes)
    told = [(one.group, one.insee_code) for one in result.groups]
    if len(told) != len(set(told)):
        yield "a group twice"
    size = len(asked.questions)
    for one in result.groups:
        if one.group is not None and one.group not in groups:
            yield "a group that nobody could choose"
        if one.insee_code is not None and one.insee_code not in communes:
            yield "a commune that nobody could choose"
        if any(some and len(some) != size for some in (one.first, one.mean_rank)):
            yield "not one figure a question"


def _too_small(result: ConsultationResult) -> Iterator[str]:
    """Groups that are too small, and what is left of a sum without the groups that make it up."""
    counted = [result.answers, *(one.answers for one in result.groups)]
    if any(0 < one < LEAST_GROUP for one in counted):
        yield "a group of one to nine people"
    whole = {one.group: one.answers for one in result.groups if one.insee_code is None}
    within: dict[str | None, int] = defaultdict(int)
    for one in result.groups:
        if one.insee_code is not None:
            within[one.group] += one.answers
    rests = [whole[group] - some for group, some in within.items() if group in whole]
    rests.append(result.answers - sum({**within, **whole}.values()))
    if any(rest < 0 for rest in rests):
        yield "groups that are more than all"
    if any(0 < rest < LEAST_GROUP for rest in rests):
        yield "a rest of one to nine people"
