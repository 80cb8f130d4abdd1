"""Groups side by side over the scenarios in play (docs/plan/weighing.md, W1 to W7)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from synergie.energy.records.offer import Key
from synergie.errors import BadInput, Cancelled
from synergie.lighting.plan.measured import Floats
from synergie.lighting.plan.weighing import _text as text
from synergie.lighting.plan.weighing._group import Draws, Weighed, weigh_group
from synergie.lighting.plan.weighing._play import Play, in_play
from synergie.lighting.records.consultation import LEAST_GROUP
from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.weighing import GroupsAgreement, GroupVoice, LightingVoices, Weighing
from synergie.schemas.plan import Phrase
from synergie.schemas.plan_bytes import build_canonical_bytes

_MOST_SAMPLES, _MOST_SEED = 10**8, 2**31 - 1


def weigh(
    comparison: LightingComparison,
    voices: LightingVoices,
    *,
    samples: int = 10_000,
    seed: int = 0,
    robust_share: float = 0.5,
    cancel: Callable[[], bool] | None = None,
) -> Weighing:
    """How often each scenario is first, second, … for each group of *voices*; groups side by side.

    The same inputs give the same bytes. *samples* of weights a group: the half-width of a share is
    0.98/√samples at most. Time grows with samples × scenarios × criteria × groups, memory does not
    grow with samples. BadInput: a criterion that is named and has no fixed scale, a scale whose
    best is its worst, an order with a criterion twice, ranges that leave no weights which sum to
    one. Cancelled once *cancel* says so. Source: domain.md §12.3; Lahdelma, Salminen, Eur. J. Oper.
    Res. 137 (2002), for rank acceptability and central weights.
    """
    _check_weighing_inputs(voices, samples, seed)
    play = in_play(comparison, voices)
    draws = Draws(samples, seed, _build_cancellable_iterator(cancel))
    found = [
        weigh_group(play, voice, f"/groups/{place}", draws)
        for place, voice in enumerate(voices.groups)
    ]
    agreements, without = _build_group_agreements(play, found)
    robust = tuple(
        name
        for name in play.scenarios
        if found and all(one.first_shares.get(name, 0.0) >= robust_share for one in found)
    )
    return Weighing(
        criteria=play.criteria,
        bounds=play.bounds,
        scenarios=play.scenarios,
        left_out=play.left_out,
        groups=tuple(one.result for one in found),
        agreements=agreements,
        robust=robust,
        robust_share=robust_share,
        samples=samples,
        seed=seed,
        inputs_digest=_compute_weighing_digest(comparison, voices),
        notes=(
            *play.notes,
            *_iterate_respondent_notes(voices.groups),
            *(n for one in found for n in one.notes),
            *without,
            Phrase(text=text.ROUNDED),
        ),
    )


def _check_weighing_inputs(voices: LightingVoices, samples: int, seed: int) -> None:
    if not 1 <= samples <= _MOST_SAMPLES:
        raise BadInput("samples", samples, text.SOME_SAMPLES)
    if not 0 <= seed <= _MOST_SEED:
        raise BadInput("seed", seed, text.A_SEED)
    names = [voice.group for voice in voices.groups]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise BadInput(f"/groups/{place}", name, text.EACH_GROUP_ONCE)


def _build_cancellable_iterator(
    cancel: Callable[[], bool] | None,
) -> Callable[[Iterator[Floats]], Iterator[Floats]]:
    """Blocks as they come, until *cancel* says so."""

    def watch(blocks: Iterator[Floats]) -> Iterator[Floats]:
        for block in blocks:
            if cancel is not None and cancel():
                raise Cancelled
            yield block

    return watch


def _build_group_agreements(
    play: Play, found: Sequence[Weighed]
) -> tuple[tuple[GroupsAgreement, ...], list[Phrase]]:
    ranks = [one.mean_ranks for one in found]
    pairs, without = [], []
    for one, other, tau in compute_group_taus(ranks, play.scenarios):
        mine, theirs = found[one].result, found[other].result
        if tau is None:
            without.append(Phrase(text=text.NO_PAIR, values=(mine.group, theirs.group)))
            continue
        both: Key | None = mine.first if mine.first == theirs.first else None
        rounded = min(max(round(tau, 9), -1.0), 1.0)
        pairs.append(
            GroupsAgreement(groups=(mine.group, theirs.group), tau=rounded, both_first=both)
        )
    return tuple(pairs), without


def _iterate_respondent_notes(voices: Sequence[GroupVoice]) -> Iterator[Phrase]:
    """Who stands behind the groups."""
    for voice in voices:
        people = len(voice.ballots) or voice.respondents
        if voice.ballots and voice.order:
            yield Phrase(text=text.BOTH, values=(voice.name,))
        if people is None:
            yield Phrase(text=text.NOT_TOLD, values=(voice.name,))
        elif voice.kind not in ("council", "agents") and people < LEAST_GROUP:
            yield Phrase(text=text.SMALL, values=(voice.name, str(people), str(LEAST_GROUP)))


def _compute_weighing_digest(comparison: LightingComparison, voices: LightingVoices) -> str:
    """SHA-256 of the object of the two in the form of RFC 8785, whose names stand in this order."""
    whole = sha256(b'{"comparison":')
    whole.update(build_canonical_bytes(comparison))
    whole.update(b',"voices":')
    whole.update(build_canonical_bytes(voices))
    whole.update(b"}")
    return whole.hexdigest()


# Where groups stand to one another (W7): Kendall's tau-b of their mean ranks.

type Taus = Iterator[tuple[int, int, float | None]]


def compute_group_taus(mean_ranks: Sequence[Mapping[str, float]], scenarios: Sequence[str]) -> Taus:
    """Each pair of groups with the tau-b of the scenarios that both rank.

    None where fewer than two such scenarios have ranks apart in each.
    """
    signs = np.array([_compute_order_signs(one, scenarios) for one in mean_ranks])
    there = ~np.isnan(signs)
    plain = np.where(there, signs, 0.0)
    agree = plain @ plain.T  # whole numbers: exact
    apart = np.abs(plain) @ there.T.astype(np.float64)
    for one in range(len(mean_ranks)):
        for other in range(one + 1, len(mean_ranks)):
            scale = float(apart[one, other] * apart[other, one])
            yield one, other, float(agree[one, other]) / scale**0.5 if scale else None


def _compute_order_signs(
    ranks: Mapping[str, float], scenarios: Sequence[str]
) -> NDArray[np.float64]:
    """Which of each two scenarios is before the other; NaN where one is not ranked."""
    values: Floats = np.array([ranks.get(name, np.nan) for name in scenarios], dtype=np.float64)
    rows, columns = np.triu_indices(len(values), 1)
    return np.sign(np.round(values[rows] - values[columns], 9))
