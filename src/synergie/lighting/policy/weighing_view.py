"""What bodies read of a weighing: coarse, since it follows from totals that may be withheld. Pure.

Shares of samples, and the weight at which another scenario is first, are equations of the totals: a
body that says twenty groups' weights would solve them for what one other body does.
"""

from synergie.lighting.policy.view import redact_phrase
from synergie.lighting.records.weighing import GroupResult, GroupsAgreement, RankShare, Weighing

MOST_COLLECTED = 2
"""How often voices on one comparison are collected: a voice may be mended once."""
_TENTHS = 1
_HALF = 0.05
"""Half of a tenth: how far a share may be from what is told."""


def round_weighing(weighing: Weighing, *, seal: str) -> Weighing:
    """*weighing* as bodies read it: shares in tenths, and nothing of what would turn the choice.

    *seal* of the comparison stands in the place of the digest of its inputs.
    """
    return weighing.model_copy(
        update={
            "detail": "rounded",
            "left_out": tuple(map(redact_phrase, weighing.left_out)),
            "groups": tuple(map(_round_group_result, weighing.groups)),
            "agreements": tuple(map(_round_agreement, weighing.agreements)),
            "inputs_digest": seal,
            "notes": tuple(map(redact_phrase, weighing.notes)),
        }
    )


def _round_group_result(one: GroupResult) -> GroupResult:
    return one.model_copy(update={"ranks": tuple(map(_round_rank_share, one.ranks)), "flips": ()})


def _round_rank_share(one: RankShare) -> RankShare:
    ranks = tuple(round(share, _TENTHS) for share in one.ranks)
    return one.model_copy(update={"ranks": ranks, "half_width": _HALF, "central_weights": ()})


def _round_agreement(one: GroupsAgreement) -> GroupsAgreement:
    return one.model_copy(update={"tau": float(round(one.tau))})
