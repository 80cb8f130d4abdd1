"""Freshness tells the age of data, and to a recipient nothing finer than it may read."""

from datetime import UTC, datetime, timedelta

import pytest

from synergie.calendar import load_time_zone
from synergie.policy import Ask, Permit, Principal, decide_permit, permit_own_data
from synergie.policy.freshness import freshness
from synergie.schemas.freshness import Freshness
from synergie.schemas.trust.agreement import Granularity
from tests.policy.test_decide import CALLER, NOW, agreement

PARIS = load_time_zone("Europe/Paris")
OWNER = permit_own_data(
    Principal(client_id="o", organisation="owner", scopes=frozenset()), action="read", now=NOW
)
LAST = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)


def _told(permit: Permit, last: datetime | None, now: datetime = NOW) -> Freshness:
    return freshness(last, last, permit=permit, tz=PARIS, sender="owner", now=now)


def _granted(
    granularity: Granularity, end: str | None = None, *, start: str = "2025-01-01T00:00:00Z"
) -> Permit:
    period = {"start": start, "end": end}
    made = agreement(granularity=granularity, data_period=period)
    return decide_permit(made, principal=CALLER, ask=Ask(dataset="consumption"), now=NOW)


def test_an_owner_sees_the_very_end_and_when_it_came() -> None:
    told = _told(OWNER, LAST)
    assert (told.state, told.last_reading, told.received_at) == ("up_to_date", LAST, LAST)
    assert told.who_can_act is None


def test_late_data_say_since_when_and_who_can_act() -> None:
    told = _told(OWNER, LAST - timedelta(days=9))
    assert (told.state, told.who_can_act) == ("late", "owner")
    assert told.reason == "En retard : dernière mesure du 14/11/2026, il y a 10 jours"


def test_nothing_received_is_said() -> None:
    assert _told(OWNER, None).state == "never_received"


@pytest.mark.parametrize("granularity", ["day", "month"])
def test_a_recipient_cannot_tell_two_ends_within_one_period_apart(
    granularity: Granularity,
) -> None:
    permit = _granted(granularity)
    day = datetime(2026, 11, 23, tzinfo=PARIS).astimezone(UTC)
    ends = [day + timedelta(minutes=30 * n) for n in range(48)]
    if granularity == "month":
        ends += [datetime(2026, 11, n, tzinfo=UTC) for n in range(2, 25)]
    for now in (NOW, NOW + timedelta(days=1), NOW + timedelta(days=60)):
        assert len({_told(permit, end, now).model_dump_json() for end in ends}) == 1


@pytest.mark.parametrize("granularity", ["raw", "day", "month"])
def test_what_came_before_the_opened_period_is_not_told(granularity: Granularity) -> None:
    permit = _granted(granularity, start="2026-11-10T00:00:00Z")
    before = [None, datetime(2024, 3, 1, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC)]
    assert len({_told(permit, end).model_dump_json() for end in before}) == 1
    assert _told(permit, before[-1]).state == "never_received"


def test_a_month_that_the_opened_period_cuts_is_not_told() -> None:
    permit = _granted("month", start="2026-08-10T00:00:00Z")
    assert _told(permit, datetime(2026, 9, 20, tzinfo=UTC)).state == "never_received"
    assert _told(permit, datetime(2026, 10, 20, tzinfo=UTC)).last_reading is not None


def test_nothing_newer_is_expected_than_what_is_opened() -> None:
    permit = _granted("day", "2026-06-01T00:00:00+02:00")
    told = _told(permit, LAST)
    assert (told.state, told.expected_by) == ("up_to_date", None)
    assert told.last_reading == datetime(2026, 6, 1, tzinfo=PARIS)
