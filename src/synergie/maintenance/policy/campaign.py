"""Where a body stands in a maintenance campaign, and what its coordinator may do next. Pure."""

from collections.abc import Sequence
from datetime import datetime

from synergie.maintenance.records.campaign import BodyStanding, CampaignAct, CampaignState
from synergie.policy.shared_plan import advance_state, find_lack
from synergie.schemas.trust.agreement import Agreement, Purpose

PURPOSE: Purpose = "joint_maintenance"
"""The one purpose for which assets are opened to a campaign."""

ACTS: dict[tuple[CampaignState, CampaignAct], CampaignState] = {
    ("open", "propose"): "proposed",
    ("proposed", "propose"): "proposed",
    ("proposed", "withdraw"): "open",
    ("proposed", "adopt"): "adopted",
    ("adopted", "propose"): "revision",
    ("revision", "propose"): "revision",
    ("revision", "withdraw"): "adopted",
    ("revision", "adopt"): "adopted",
    ("open", "close"): "closed",
    ("proposed", "close"): "closed",
    ("adopted", "close"): "closed",
    ("revision", "close"): "closed",
}
"""(state, act) → next state: nothing else. A plan in force stays until another takes its place."""


def compute_next_state(state: CampaignState, act: CampaignAct) -> CampaignState:
    """The state after *act*; Conflict when the state does not admit it."""
    return advance_state(ACTS, state, act)


def find_campaign_standing(
    signed: Sequence[Agreement], now: datetime
) -> tuple[BodyStanding, str | None, tuple[Agreement, ...]]:
    """Where a body stands by its agreements with the coordinator for joint maintenance.

    *signed*: versions that both have signed, newest first. With the reason, a code of
    `policy.REASONS`, when its assets are not open; and the agreements that open them, or the last
    one when none does.
    """
    if not signed:
        return "invited", "no_agreement", ()
    opening = tuple(one for one in signed if find_lack(one, "assets", now) is None)
    if opening:
        return "joined", None, opening
    last = signed[0]
    why = find_lack(last, "assets", now)
    return "invited" if why in {"not_started", "dataset"} else "left", why, (last,)
