"""The one decision: each reason on its own, and the order they come in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import NotAllowed
from synergie.policy import REASONS, Ask, Permit, Principal, decide, own
from synergie.schemas.agreement import Agreement, Granularity, Terms

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
DAY = timedelta(days=1)
CALLER = Principal(client_id="p", organisation="partner", scopes=frozenset())


def agreement(state: str = "active", **terms: Any) -> Agreement:
    """An agreement with defaults."""
    values: dict[str, Any] = {
        "owner": "owner",
        "recipient": "partner",
        "title": "Achat",
        "datasets": ["consumption"],
        "selector": {"sites": ["site_1"]},
        "granularity": "day",
        "purpose": "joint_purchase",
        "legal_basis": "contract",
        "data_period": {"start": "2025-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"},
        "valid_from": NOW - DAY,
        "valid_until": NOW + DAY,
        "retention_days": 30,
    }
    return Agreement.model_validate(
        {
            "id": "agr_1",
            "version": 3,
            "terms": Terms.model_validate(values | terms),
            "terms_sha256": "0" * 64,
            "state": state,
            "signatures": [],
            "history": [],
            "summary": "x",
        }
    )


def test_what_is_granted_is_what_was_signed() -> None:
    permit = decide(agreement(), principal=CALLER, ask=Ask(dataset="consumption"), now=NOW)
    assert (permit.owner, permit.bearer, permit.agreement, permit.version) == (
        "owner", "partner", "agr_1", 3,
    )  # fmt: skip
    assert (permit.granularity, permit.retention_days, permit.purpose) == (
        "day", 30, "joint_purchase",
    )  # fmt: skip
    assert (permit.start, permit.end) == (
        datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip


OTHER = Principal(client_id="p", organisation="stranger", scopes=frozenset())
NARROW = Principal(
    client_id="p", organisation="partner", scopes=frozenset(), agreements=frozenset({"agr_2"})
)
CASES: list[tuple[str, dict[str, Any], Principal, dict[str, Any]]] = [
    ("no_agreement", {}, OTHER, {}),
    ("no_agreement", {"state": "draft"}, CALLER, {}),
    ("no_agreement", {"state": "proposed"}, CALLER, {}),
    ("not_started", {"valid_from": NOW + timedelta(seconds=1)}, CALLER, {}),
    ("ended", {"state": "revoked"}, CALLER, {}),
    ("ended", {"state": "terminated"}, CALLER, {}),
    ("ended", {"valid_until": NOW}, CALLER, {}),
    ("suspended", {"state": "suspended"}, CALLER, {}),
    ("direction", {}, CALLER, {"action": "write"}),
    ("dataset", {}, CALLER, {"dataset": "assets"}),
    ("selector", {}, CALLER, {"ids": frozenset({"site_1", "site_2"})}),
    ("purpose", {}, CALLER, {"purpose": "public_reporting"}),
    ("period", {}, CALLER, {"end": datetime(2025, 1, 1, tzinfo=UTC)}),
    ("period", {}, CALLER, {"start": datetime(2027, 1, 1, tzinfo=UTC)}),
    ("granularity_too_fine", {}, CALLER, {"granularity": "raw"}),
    ("token_narrower", {}, NARROW, {}),
]


@pytest.mark.parametrize(("reason", "made", "caller", "asked"), CASES)
def test_each_refusal_has_its_reason(
    reason: str, made: dict[str, Any], caller: Principal, asked: dict[str, Any]
) -> None:
    ask = Ask(**{"dataset": "consumption", **asked})
    with pytest.raises(NotAllowed) as refused:
        decide(agreement(**made), principal=caller, ask=ask, now=NOW)
    assert (refused.value.reason, refused.value.agreement) == (reason, "agr_1")


def test_every_reason_is_tried() -> None:
    assert {reason for reason, *_ in CASES} == set(REASONS)


def test_the_order_of_the_checks_is_the_published_one() -> None:
    """With everything wrong, each repair brings the next reason of the list."""
    from synergie.policy.decide import _CHECKS

    assert tuple(name for name, _ in _CHECKS) == REASONS


granularities = st.sampled_from(["raw", "day", "month"])
_FINENESS = {"raw": 0, "day": 1, "month": 2}


@given(granularities, granularities)
def test_nothing_finer_than_granted_is_ever_opened(
    granted: Granularity, asked: Granularity
) -> None:
    ask = Ask(dataset="consumption", granularity=asked)
    made = agreement(granularity=granted)
    if _FINENESS[asked] < _FINENESS[granted]:
        with pytest.raises(NotAllowed):
            decide(made, principal=CALLER, ask=ask, now=NOW)
    else:
        assert decide(made, principal=CALLER, ask=ask, now=NOW).granularity == asked


def test_a_permit_is_made_by_policy_only() -> None:
    import dataclasses

    with pytest.raises(TypeError, match="policy only"):
        Permit(
            scope="own",
            bearer="x",
            owner="x",
            action="read",
            datasets=frozenset(),
            granularity="raw",
            decided_at=NOW,
        )
    mine = own(CALLER, action="read", now=NOW)
    with pytest.raises(TypeError):
        dataclasses.replace(mine, owner="owner")


def test_a_token_narrowed_to_agreements_opens_not_even_ones_own_data() -> None:
    with pytest.raises(NotAllowed, match="token_narrower"):
        own(NARROW, action="read", now=NOW)


def test_the_fingerprint_tells_permits_apart_and_not_moments() -> None:
    one = own(CALLER, action="read", now=NOW)
    later = own(CALLER, action="read", now=NOW + DAY)
    other = decide(agreement(), principal=CALLER, ask=Ask(dataset="consumption"), now=NOW)
    assert one.fingerprint == later.fingerprint
    assert one.fingerprint != other.fingerprint
