"""Where a campaign may go from each state, and where a body stands by its agreements."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest

from synergie.errors import Conflict
from synergie.maintenance.policy.campaign import ACTS, compute_next_state
from synergie.maintenance.records.campaign import CampaignAct, CampaignState
from synergie.policy.shared_plan import find_body_standing
from synergie.schemas.trust.agreement import Agreement, Transition

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
STATES: tuple[CampaignState, ...] = get_args(CampaignState.__value__)
IN_FORCE = {"adopted", "revision"}


@pytest.mark.parametrize(
    ("state", "act"), list(product(STATES, get_args(CampaignAct.__value__))), ids=str
)
def test_a_step_leads_on_or_is_refused(state: CampaignState, act: CampaignAct) -> None:
    if (state, act) not in ACTS:
        with pytest.raises(Conflict, match=state):
            compute_next_state(state, act)
        return
    after = compute_next_state(state, act)
    assert state != "closed", "it never reopens"
    assert (after == "closed") == (act == "close")
    if state in IN_FORCE and after != "closed":
        assert after in IN_FORCE, "a plan in force stays until another takes its place"


def test_every_state_can_be_reached_and_closed() -> None:
    reached = {"open", *ACTS.values()}
    assert reached == set(STATES)
    assert {state for state, act in ACTS if act == "close"} == set(STATES) - {"closed"}


def agreement(name: str = "agr_1", state: str = "active", **more: Any) -> Agreement:
    terms = {
        "owner": "aulnes",
        "recipient": "syndicat",
        "title": "Entretien",
        "datasets": ["assets"],
        "selector": {"cabinets": ["cab_1"]},
        "granularity": "day",
        "purpose": "joint_maintenance",
        "legal_basis": "contract",
        "data_period": {"start": "2020-01-01T00:00:00Z"},
        "valid_from": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=1),
        "retention_days": 30,
    }
    step = Transition.model_validate({"act": "accept", "by": "syndicat", "at": NOW, "state": state})
    return Agreement.model_validate(
        {
            "id": name,
            "version": 1,
            "terms": terms | more,
            "terms_sha256": "0" * 64,
            "state": state,
            "signatures": [],
            "history": [step],
            "summary": "x",
        }
    )


@pytest.mark.parametrize(
    ("signed", "told"),
    [
        ([], ("invited", "no_agreement", [])),
        ([agreement()], ("joined", None, ["agr_1"])),
        ([agreement("agr_2"), agreement("agr_1")], ("joined", None, ["agr_2", "agr_1"])),
        ([agreement("agr_2", "revoked"), agreement("agr_1")], ("joined", None, ["agr_1"])),
        ([agreement(state="revoked")], ("left", "ended", ["agr_1"])),
        ([agreement(state="suspended")], ("left", "suspended", ["agr_1"])),
        ([agreement(valid_from=NOW + timedelta(hours=1))], ("invited", "not_started", ["agr_1"])),
        ([agreement(valid_until=NOW)], ("left", "ended", ["agr_1"])),
        ([agreement(datasets=["work_orders"])], ("invited", "dataset", ["agr_1"])),
    ],
    ids=[
        "none", "one", "two", "one of two", "revoked", "suspended", "to come", "over", "not assets",
    ],
)  # fmt: skip
def test_a_body_takes_part_by_what_its_agreements_open_now(
    signed: list[Agreement], told: tuple[str, str | None, list[str]]
) -> None:
    stands, why, some = find_body_standing(signed, NOW)
    assert (stands, why, [one.id for one in some]) == told
