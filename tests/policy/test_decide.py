"""The one decision: each reason on its own, and the order they come in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import NotAllowed
from synergie.policy import (
    REASONS,
    Ask,
    Permit,
    Persons,
    Point,
    Principal,
    decide_permit,
    permit_own_data,
)
from synergie.policy.readings.steps import FINEST_FIRST
from synergie.policy.trust.principal import Narrowing
from synergie.schemas.trust.agreement import Agreement, Granularity, Terms
from synergie.schemas.trust.consent import Consent

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
DAY = timedelta(days=1)
CALLER = Principal(client_id="p", organisation="partner", scopes=frozenset())


def agreement(state: str = "active", fault: str | None = None, **terms: Any) -> Agreement:
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
            "fault": fault,
            "signatures": [],
            "history": [],
            "summary": "x",
        }
    )


def test_what_is_granted_is_what_was_signed() -> None:
    permit = decide_permit(agreement(), principal=CALLER, ask=Ask(dataset="consumption"), now=NOW)
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
PERSON = Point("sp_person", "yes")
CURVE: dict[str, Any] = {"curve": True, "points": frozenset({PERSON}), "granularity": "hour"}


def consent(**more: Any) -> Consent:
    """A consent of the person to hours, for the agreement's purpose."""
    values: dict[str, Any] = {
        "id": "con_1",
        "owner": "owner",
        "subject": "0" * 32,
        "supply_points": ["sp_person"],
        "purpose": "joint_purchase",
        "granularity": "hour",
        "given_at": NOW - 30 * DAY,
        "recorded_at": NOW - 30 * DAY,
    }
    return Consent.model_validate(values | more)


def narrowed(**more: Any) -> Principal:
    """The caller with a token narrowed to a part of the agreement (RFC 9396)."""
    only = Narrowing(agreement="agr_1", **more)
    return Principal(
        client_id="p",
        organisation="partner",
        scopes=frozenset(),
        agreements=frozenset({"agr_1"}),
        narrowings=(only,),
    )


RAW = {"granularity": "raw"}
SUMS = {"granularity": "aggregate", "cell_scheme": "sch_1"}
CASES: list[tuple[str, dict[str, Any], Principal, dict[str, Any]]] = [
    ("unknown_client", {"recipient_clients": ["another-app"]}, CALLER, {}),
    ("no_agreement", {}, OTHER, {}),
    ("no_agreement", {"state": "draft"}, CALLER, {}),
    ("no_agreement", {"state": "proposed"}, CALLER, {}),
    ("signature", {"state": "invalid", "fault": "terms"}, CALLER, {}),
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
    ("granularity_too_fine", {"granularity": "month"}, CALLER, {"granularity": "day"}),
    ("granularity_too_fine", SUMS, CALLER, {}),
    ("granularity_too_fine", SUMS, CALLER, {"granularity": "year"}),
    ("granularity_too_fine", {}, CALLER, {"granularity": "aggregate"}),
    ("purpose", {}, narrowed(purpose="public_reporting"), {}),
    ("consent_missing", RAW, CALLER, CURVE),
    ("consent_withdrawn", RAW, CALLER, CURVE | {"_given": {"withdrawn_at": NOW}}),
    ("legal_rule", RAW, CALLER, CURVE | {"_given": {"given_at": NOW - 1095 * DAY}}),
    ("token_narrower", {}, NARROW, {}),
    ("token_narrower", RAW, narrowed(granularity="hour"), {"granularity": "raw"}),
    ("token_narrower", {}, narrowed(datasets=frozenset({"assets"})), {}),
    ("token_narrower", {}, narrowed(end=NOW - DAY), {"start": NOW - DAY}),
    ("token_narrower", {}, narrowed(start=NOW), {"end": NOW}),
]


@pytest.mark.parametrize(("reason", "made", "caller", "asked"), CASES)
def test_each_refusal_has_its_reason(
    reason: str, made: dict[str, Any], caller: Principal, asked: dict[str, Any]
) -> None:
    given = asked.get("_given")
    named = {name: value for name, value in asked.items() if name != "_given"}
    ask = Ask(**{"dataset": "consumption", **named})
    consents = [] if given is None else [consent(**given)]
    with pytest.raises(NotAllowed) as refused:
        decide_permit(agreement(**made), principal=caller, ask=ask, now=NOW, consents=consents)
    assert (refused.value.reason, refused.value.agreement) == (reason, "agr_1")


def test_every_reason_is_tried() -> None:
    assert {reason for reason, *_ in CASES} == set(REASONS)


def test_the_order_of_the_checks_is_the_published_one() -> None:
    """With everything wrong, each repair brings the next reason of the list."""
    from synergie.policy.trust.decide import _CHECKS

    assert tuple(name for name, _ in _CHECKS) == REASONS


granularities: st.SearchStrategy[Granularity] = st.sampled_from(FINEST_FIRST)


@given(granularities, granularities)
def test_nothing_finer_than_granted_is_ever_opened(
    granted: Granularity, asked: Granularity
) -> None:
    ask = Ask(dataset="consumption", granularity=asked)
    made = agreement(granularity=granted)
    if FINEST_FIRST.index(asked) < FINEST_FIRST.index(granted):
        with pytest.raises(NotAllowed):
            decide_permit(made, principal=CALLER, ask=ask, now=NOW)
    else:
        assert decide_permit(made, principal=CALLER, ask=ask, now=NOW).granularity == asked


def test_an_aggregate_opens_sums_of_its_scheme_only() -> None:
    ask = Ask(dataset="consumption", granularity="aggregate")
    permit = decide_permit(agreement(**SUMS), principal=CALLER, ask=ask, now=NOW)
    assert (permit.granularity, permit.cell_scheme) == ("aggregate", "sch_1")
    with pytest.raises(TypeError, match="no curve"):
        _ = permit.step


def asked_of(point: Point, **more: Any) -> Ask:
    """The curve of one delivery point, at the finest that is open."""
    return Ask(dataset="consumption", curve=True, points=frozenset({point}), **more)


@pytest.mark.parametrize("flag", ["yes", "possible"])
def test_a_person_must_have_agreed_below_the_day_and_not_above(flag: Any) -> None:
    """FR-CURVE, FR-BUILDING: `possible` counts as a person."""
    point, made = Point("sp_person", flag), agreement(granularity="raw")
    for step in FINEST_FIRST:
        ask = asked_of(point, granularity=step)
        if FINEST_FIRST.index(step) < FINEST_FIRST.index("day"):
            with pytest.raises(NotAllowed) as refused:
                decide_permit(made, principal=CALLER, ask=ask, now=NOW)
            assert (refused.value.reason, refused.value.rule) == ("consent_missing", "FR-CURVE")
        else:
            assert decide_permit(made, principal=CALLER, ask=ask, now=NOW).persons is None


@given(granularities, granularities)
def test_a_consent_opens_its_step_and_the_coarser_ones(agreed: Any, asked: Any) -> None:
    made, ask = agreement(granularity="raw"), asked_of(PERSON, granularity=asked)
    given = [consent(granularity=agreed)]
    closed = FINEST_FIRST.index(asked) < min(map(FINEST_FIRST.index, (agreed, "day")))
    if closed:
        with pytest.raises(NotAllowed, match="consent_missing"):
            decide_permit(made, principal=CALLER, ask=ask, now=NOW, consents=given)
    else:
        decide_permit(made, principal=CALLER, ask=ask, now=NOW, consents=given)


@pytest.mark.parametrize(
    ("told", "reason", "rule"),
    [
        ({"purpose": "public_reporting"}, "consent_missing", "FR-CURVE"),  # FR-PURPOSE
        ({"owner": "another"}, "consent_missing", "FR-CURVE"),
        ({"supply_points": ["sp_other"]}, "consent_missing", "FR-CURVE"),
        ({"given_at": NOW + DAY}, "consent_missing", "FR-CURVE"),
        ({"until": NOW}, "consent_missing", "FR-CURVE"),
        ({"withdrawn_at": NOW}, "consent_withdrawn", "FR-WITHDRAW"),
        ({"given_at": NOW - 1095 * DAY}, "legal_rule", "FR-ENEDIS"),
    ],
)
def test_a_consent_that_does_not_hold_opens_nothing(
    told: dict[str, Any], reason: str, rule: str
) -> None:
    made, ask = agreement(granularity="raw"), asked_of(PERSON, granularity="hour")
    with pytest.raises(NotAllowed) as refused:
        decide_permit(made, principal=CALLER, ask=ask, now=NOW, consents=[consent(**told)])
    assert (refused.value.reason, refused.value.rule) == (reason, rule)
    both = [consent(**told), consent(id="con_2")]
    assert (
        decide_permit(made, principal=CALLER, ask=ask, now=NOW, consents=both).persons is not None
    )


def test_a_withdrawal_holds_from_its_own_moment() -> None:
    """FR-WITHDRAW: the next request, not the one before."""
    made, ask = agreement(granularity="raw"), asked_of(PERSON, granularity="hour")
    given = [consent(withdrawn_at=NOW + timedelta(microseconds=1))]
    decide_permit(made, principal=CALLER, ask=ask, now=NOW, consents=given)
    with pytest.raises(NotAllowed, match="consent_withdrawn"):
        decide_permit(made, principal=CALLER, ask=ask, now=NOW + DAY / 2, consents=given)


def test_of_several_points_each_must_be_open() -> None:
    ask = Ask(
        dataset="consumption",
        curve=True,
        granularity="hour",
        points=frozenset({PERSON, Point("sp_other", "yes"), Point("sp_hall", "none")}),
    )
    with pytest.raises(NotAllowed, match="consent_missing"):
        decide_permit(
            agreement(granularity="raw"), principal=CALLER, ask=ask, now=NOW, consents=[consent()]
        )


def test_lighting_is_nobodys_home() -> None:
    """FR-LIGHTING, also where an agreement says that its points are persons'."""
    made = agreement(granularity="raw", data_subject="natural_person")
    lamp, hall = Point("sp_1", "none", "public_lighting"), Point("sp_2", "none", "building")
    ask = asked_of(lamp, granularity="hour")
    assert decide_permit(made, principal=CALLER, ask=ask, now=NOW).persons is not None
    with pytest.raises(NotAllowed, match="consent_missing"):
        decide_permit(made, principal=CALLER, ask=asked_of(hall, granularity="hour"), now=NOW)


def test_a_list_is_given_the_points_that_agreed() -> None:
    ask = Ask(dataset="consumption", curve=True, granularity="hour")
    given = [consent(), consent(id="con_2", supply_points=["sp_gone"], withdrawn_at=NOW)]
    permit = decide_permit(
        agreement(granularity="raw"), principal=CALLER, ask=ask, now=NOW, consents=given
    )
    assert permit.persons is not None
    assert permit.persons == Persons(frozenset({"sp_person"}))


def test_a_token_narrows_and_never_widens() -> None:
    low, high = datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
    caller = narrowed(granularity="month", start=low, end=high)
    permit = decide_permit(agreement(), principal=caller, ask=Ask(dataset="consumption"), now=NOW)
    assert (permit.granularity, permit.start, permit.end) == ("month", low, high)
    wide = narrowed(
        granularity="raw", start=low - 900 * DAY, end=high + 9000 * DAY, purpose="joint_purchase"
    )
    permit = decide_permit(agreement(), principal=wide, ask=Ask(dataset="consumption"), now=NOW)
    whole = decide_permit(agreement(), principal=CALLER, ask=Ask(dataset="consumption"), now=NOW)
    assert permit == whole
    assert permit.fingerprint == whole.fingerprint


def test_two_parts_of_a_token_are_not_one() -> None:
    """Months of all, and hours of June: hours of July are in neither."""
    june = datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
    caller = Principal(
        client_id="p",
        organisation="partner",
        scopes=frozenset(),
        agreements=frozenset({"agr_1"}),
        narrowings=(
            Narrowing(agreement="agr_1", granularity="month"),
            Narrowing(agreement="agr_1", granularity="hour", start=june[0], end=june[1]),
        ),
    )
    made = agreement(granularity="hour")
    ask = Ask(dataset="consumption", granularity="hour", start=june[0], end=NOW)
    permit = decide_permit(made, principal=caller, ask=ask, now=NOW)
    assert (permit.start, permit.end) == june
    with pytest.raises(NotAllowed, match="token_narrower"):
        decide_permit(
            made,
            principal=caller,
            ask=Ask(dataset="consumption", granularity="hour", start=june[1], end=NOW),
            now=NOW,
        )


def test_an_agreement_to_write_is_also_to_read_and_no_other_is_to_write() -> None:
    ask = Ask(dataset="consumption", action="write")
    permit = decide_permit(agreement(direction="write"), principal=CALLER, ask=ask, now=NOW)
    assert permit.action == "write"
    decide_permit(
        agreement(direction="write"), principal=CALLER, ask=Ask(dataset="consumption"), now=NOW
    )


def test_a_named_client_may() -> None:
    made = agreement(recipient_clients=["p", "another-app"])
    decide_permit(made, principal=CALLER, ask=Ask(dataset="consumption"), now=NOW)


WIDER: list[dict[str, Any]] = [
    {"fields": ["annual_energy"]},
    {"purpose": "public_reporting"},
    {"retention_days": 31},
    {"data_period": {"start": "2025-01-01T00:00:00Z"}},
    {"data_period": {"start": "2025-01-02T00:00:00Z", "end": "2027-01-01T00:00:00Z"}},
    {"granularity": "month"},
]


@pytest.mark.parametrize("terms", WIDER, ids=str)
def test_the_fingerprint_covers_all_that_is_granted(terms: dict[str, Any]) -> None:
    ask = Ask(dataset="consumption")
    one = decide_permit(agreement(), principal=CALLER, ask=ask, now=NOW)
    other = decide_permit(agreement(**terms), principal=CALLER, ask=ask, now=NOW)
    assert one.fingerprint != other.fingerprint


def test_the_fingerprint_covers_whose_points_are_open() -> None:
    ask, made = Ask(dataset="consumption", curve=True), agreement(granularity="hour")
    none, some = (
        decide_permit(made, principal=CALLER, ask=ask, now=NOW, consents=given)
        for given in ([], [consent()])
    )
    assert none.fingerprint != some.fingerprint


@given(st.permutations(["sp_a", "sp_b", "sp_c"]))
def test_the_same_question_has_the_same_answer(names: list[str]) -> None:
    ask, made = Ask(dataset="consumption", curve=True), agreement(granularity="hour")
    one, two = (
        decide_permit(
            made, principal=CALLER, ask=ask, now=NOW, consents=[consent(supply_points=some)]
        )
        for some in (names, sorted(names))
    )
    assert one == two
    assert one.fingerprint == two.fingerprint


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
    mine = permit_own_data(CALLER, action="read", now=NOW)
    with pytest.raises(TypeError):
        dataclasses.replace(mine, owner="owner")


def test_a_token_narrowed_to_agreements_opens_not_even_ones_own_data() -> None:
    with pytest.raises(NotAllowed, match="token_narrower"):
        permit_own_data(NARROW, action="read", now=NOW)


def test_the_fingerprint_tells_permits_apart_and_not_moments() -> None:
    one = permit_own_data(CALLER, action="read", now=NOW)
    later = permit_own_data(CALLER, action="read", now=NOW + DAY)
    other = decide_permit(agreement(), principal=CALLER, ask=Ask(dataset="consumption"), now=NOW)
    assert one.fingerprint == later.fingerprint
    assert one.fingerprint != other.fingerprint
