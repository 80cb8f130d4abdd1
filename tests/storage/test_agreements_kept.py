"""Agreements that were held against their signatures are kept in memory, within bounds."""

import json
import tracemalloc
from datetime import UTC, datetime

from synergie.schemas.trust.agreement import MAX_ITEMS, Terms
from synergie.storage.trust.agreements.agreement_flaws import KEPT, Stored, load_agreement

_STEPS = (("draft", "draft"), ("propose", "proposed"), ("accept", "active"))
MEBIBYTE = 2**20


def large(number: int) -> Stored:
    """A version that names as many things as one may."""
    ids = [f"sp_{number:04d}{place:016d}" for place in range(MAX_ITEMS)]
    told = Terms.model_validate(
        {
            "owner": "owner",
            "recipient": "partner",
            "title": "Achat groupé 2027",
            "datasets": ["consumption"],
            "selector": {"supply_points": ids},
            "granularity": "day",
            "purpose": "joint_purchase",
            "legal_basis": "contract",
            "data_period": {"start": "2020-01-01T00:00:00Z"},
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_until": "2027-01-01T00:00:00Z",
            "retention_days": 365,
        }
    )
    history = [
        {"act": act, "by": told.owner, "at": "2026-01-01T00:00:00Z", "state": state}
        for act, state in _STEPS
    ]
    return Stored(
        id=f"agr_{number:016d}",
        version=1,
        owner=told.owner,
        recipient=told.recipient,
        author=told.owner,
        state="active",
        valid_from=told.valid_from,
        valid_until=told.valid_until,
        terms=told.model_dump_json(),
        terms_sha256="0" * 64,
        signatures="[]",
        history=json.dumps(history),
        perimeter=None,
        changed_at=datetime(2026, 1, 1, tzinfo=UTC),
        items="\n".join(ids),
        listed=None,
        keys=(),
    )


def test_the_largest_agreements_do_not_fill_the_memory() -> None:
    """Each takes some megabytes; two thousand of them were kept once."""
    KEPT.clear()
    tracemalloc.start()
    try:
        for number in range(55):
            body = load_agreement(large(number))
            assert body is not None
            assert len(body.terms.selector.supply_points) == MAX_ITEMS
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        KEPT.clear()
    assert 64 * MEBIBYTE < held < 128 * MEBIBYTE


def test_what_is_kept_is_found_again() -> None:
    one = large(0)
    assert load_agreement(one) is load_agreement(large(0))
    assert load_agreement(one) is not load_agreement(one._replace(terms_sha256="1" * 64))
