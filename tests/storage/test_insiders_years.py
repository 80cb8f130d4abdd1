"""Which years an agreement tells points of: civil years of the sums, in Paris, the end left out."""

from datetime import UTC, datetime

import pytest

from synergie.schemas.trust.agreement import Terms
from synergie.storage.publication.insiders import tells_points


def terms(start: str, end: str | None) -> Terms:
    return Terms.model_validate(
        {
            "owner": "org-two",
            "recipient": "org-one",
            "title": "An agreement",
            "datasets": ["consumption"],
            "selector": {"sites": ["sit_1"]},
            "granularity": "month",
            "purpose": "joint_purchase",
            "legal_basis": "contract",
            "data_period": {"start": datetime.fromisoformat(start), "end": _moment(end)},
            "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
            "valid_until": datetime(2027, 1, 1, tzinfo=UTC),
            "retention_days": 30,
        }
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z", {2026}),  # a civil year of Paris
        ("2025-12-31T22:59:00Z", None, {2025, 2026, 2027}),
        ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", {2026, 2027}),  # an hour of the next
    ],
)
def test_years_are_those_of_paris(start: str, end: str | None, years: set[int]) -> None:
    told = {year for year in range(2024, 2028) if tells_points(terms(start, end), year)}
    assert told == years
