"""The least cost of every coalition in one lot, all 2^n at once, exact in cents.

A coalition S takes an offer at a tier for some of its members T, and the others buy alone. The
cost of T at a tier is a sum, so all T are priced in one pass; then, member by member, "T and this
one alone" is compared with "T with this one": n passes instead of 3^n pairs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from synergie.plan.sharing.game import Flags, Floats, Ints, sum_amounts_by_coalition
from synergie.purchase.plan.sharing._lots import Branch, LotTerms


def lot_costs(terms: LotTerms, *, nobody_pays_more: bool) -> Floats:
    """Cents by mask, for one award a lot; infinite where no plan holds."""
    nobody = _mark_subset_masks(~terms.needs)
    out = _compute_outside_costs(terms)
    best = sum_amounts_by_coalition(out)
    for branches in _by_priced(terms.branches):
        joint = np.where(nobody, 0.0, np.inf)
        for branch in branches:
            np.minimum(joint, _compute_joint_costs(terms, branch, nobody_pays_more), out=joint)
        or_alone(joint, out)
        # a lot of one award takes only what prices all its members, those who stay out too
        priced = _mark_subset_masks(np.isfinite(branches[0].cost))
        np.minimum(best, np.where(priced, joint, np.inf), out=best)
    return best


def by_supplier(
    terms: LotTerms, limited: Mapping[str, int], *, nobody_pays_more: bool
) -> dict[str, Floats]:
    """`lot_costs` with each supplier of *limited* alone, and under "" with all the others."""
    groups: dict[str, list[Branch]] = {"": []}
    for branch in terms.branches:
        name = branch.supplier if branch.supplier in limited else ""
        groups.setdefault(name, []).append(branch)
    return {
        name: lot_costs(replace(terms, branches=tuple(branches)), nobody_pays_more=nobody_pays_more)
        for name, branches in groups.items()
    }


def within_limits(lots: Sequence[Mapping[str, Floats]], limited: Mapping[str, int]) -> Floats:
    """The least sum over the lots when no supplier gets more of them than *limited* says.

    Lot by lot, for each count of lots won so far; some masks at a time, to stay small.
    """
    size = len(lots[0][""])
    total = np.empty(size)
    for start in range(0, size, _AT_A_TIME):
        part = slice(start, start + _AT_A_TIME)
        states: dict[tuple[tuple[str, int], ...], Floats] = {(): np.zeros(1)}
        for costs in lots:
            states = _extend_states(
                states, {name: row[part] for name, row in costs.items()}, limited
            )
        total[part] = np.minimum.reduce(
            [np.broadcast_to(s, total[part].shape) for s in states.values()]
        )
    return total


_AT_A_TIME = 1 << 14


def _extend_states(
    states: Mapping[tuple[tuple[str, int], ...], Floats],
    costs: Mapping[str, Floats],
    limited: Mapping[str, int],
) -> dict[tuple[tuple[str, int], ...], Floats]:
    """The states after one more lot: who has won how many → least cost so far."""
    found: dict[tuple[tuple[str, int], ...], Floats] = {}
    for won, before in states.items():
        for name, cost in costs.items():
            counts = dict(won)
            if name:
                counts[name] = counts.get(name, 0) + 1
                if counts[name] > limited[name]:
                    continue
            key, now = tuple(sorted(counts.items())), before + cost
            found[key] = np.minimum(found[key], now) if key in found else now
    return found


def lot_costs_divided(terms: LotTerms, *, nobody_pays_more: bool) -> Floats:
    """The same when members may be divided among offers, at most `max_awards` of them."""
    nobody = _mark_subset_masks(~terms.needs)
    offers = list(dict.fromkeys(branch.offer for branch in terms.branches))
    most = min(terms.lot.max_awards or len(offers), len(offers))
    start = np.where(nobody, 0.0, np.inf)
    free = most == len(offers)  # then how many are taken need not be counted
    layers = [start.copy() for _ in range(1 if free else most + 1)]
    for offer in offers:
        joint = np.full(len(start), np.inf)
        for branch in (branch for branch in terms.branches if branch.offer == offer):
            np.minimum(joint, _compute_joint_costs(terms, branch, nobody_pays_more), out=joint)
        if free:
            layers[0] = _compute_least_split(layers[0], joint)
        for count in range(len(layers) - 1, 0, -1):
            np.minimum(
                layers[count], _compute_least_split(layers[count - 1], joint), out=layers[count]
            )
    or_alone(layers[-1], _compute_outside_costs(terms))
    return layers[-1]


def _compute_outside_costs(terms: LotTerms) -> Floats:
    """What each pays by itself, when it may stay out; 0 for who needs nothing."""
    return np.where(terms.leaves | ~terms.needs, terms.alone, np.inf)


def _by_priced(branches: tuple[Branch, ...]) -> list[list[Branch]]:
    """Branches that price the same members, together."""
    groups: dict[bytes, list[Branch]] = {}
    for branch in branches:
        groups.setdefault(np.isfinite(branch.cost).tobytes(), []).append(branch)
    return list(groups.values())


def _compute_joint_costs(terms: LotTerms, branch: Branch, nobody_pays_more: bool) -> Floats:  # noqa: FBT001
    """What each coalition pays when all of it joins *branch*; infinite when it cannot."""
    cost = branch.cost
    if nobody_pays_more:
        cost = np.where(cost <= terms.alone, cost, np.inf)
    total = sum_amounts_by_coalition(cost) + branch.fixed
    volume = sum_amounts_by_mask(terms.volume)
    total[(volume < branch.low) | (volume > branch.high)] = np.inf
    if nobody_pays_more:
        total[total > sum_amounts_by_coalition(terms.alone)] = (
            np.inf
        )  # it has to save at least the fixed cost
    total[_mark_subset_masks(~terms.needs)] = np.inf
    return total


def sum_amounts_by_mask(amounts: Ints) -> Ints:
    """The sum of whole *amounts* over each mask."""
    total = np.zeros(1 << len(amounts), dtype=np.int64)
    for i, amount in enumerate(amounts):
        np.add(total[: 1 << i], amount, out=total[1 << i : 2 << i])
    return total


def _mark_subset_masks(inside: Flags) -> Flags:
    """Which masks have only players of *inside*."""
    found = np.ones(1 << len(inside), dtype=np.bool_)
    for i, flag in enumerate(inside):
        found[1 << i : 2 << i] = found[: 1 << i] & flag
    return found


def or_alone(joint: Floats, alone: Floats) -> None:
    """In place: each member of a coalition is in *joint*, or pays alone."""
    for i, amount in enumerate(alone):
        split = joint.reshape(-1, 2, 1 << i)
        np.minimum(split[:, 1], split[:, 0] + amount, out=split[:, 1])


def _compute_least_split(some: Floats, others: Floats) -> Floats:
    """The least sum over all ways to cut a coalition in two: 3^n additions.

    The low half of a mask is handled at once, by index; the high half in a loop of 3^(n/2).
    """
    n = len(some).bit_length() - 1
    low = (n + 1) // 2
    taken, rest, starts = _list_mask_cuts(low)
    first, second = some.reshape(-1, 1 << low), others.reshape(-1, 1 << low)
    best = first.copy()
    for high in range(len(first)):
        part = high
        while True:  # every part of *high*, itself first and nobody last
            sums_ = first[high ^ part][rest] + second[part][taken]
            np.minimum(best[high], np.minimum.reduceat(sums_, starts), out=best[high])
            if not part:
                break
            part = (part - 1) & high
    return best.ravel()


def _list_mask_cuts(n: int) -> tuple[Ints, Ints, Ints]:
    """Every cut of every mask of *n* players: one part, the other, and where each mask begins."""
    taken, whole = [], []
    for mask in range(1 << n):
        part = mask
        while True:
            taken.append(part)
            whole.append(mask)
            if not part:
                break
            part = (part - 1) & mask
    one, both = np.array(taken), np.array(whole)
    return one, both ^ one, np.searchsorted(both, np.arange(1 << n))
