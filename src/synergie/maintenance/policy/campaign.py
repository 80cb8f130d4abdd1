"""Where a body stands in a maintenance campaign, and what its coordinator may do next. Pure."""

from synergie.maintenance.records.campaign import CampaignAct, CampaignState
from synergie.policy.shared_plan import advance_state
from synergie.schemas.trust.agreement import Purpose

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
