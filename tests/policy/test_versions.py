"""Who may do what in which state (every case), and which version of an agreement holds when."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import Conflict, NotAllowed
from synergie.policy import advance_agreement, effective_state
from synergie.policy.trust.versions import (
    find_pending_version,
    find_ruling_version,
    find_version_for_act,
    in_force,
    select_live_versions,
)
from synergie.schemas.trust.agreement import Act, Actor, Agreement, Party, State, Transition
from tests.policy.test_decide import DAY, NOW, agreement

STATES: tuple[State, ...] = get_args(State.__value__)
ACTS: tuple[Act, ...] = get_args(Act.__value__)
ACTORS: tuple[Actor, ...] = get_args(Actor.__value__)

ALLOWED: dict[tuple[str, str, str], str] = {
    ("draft", "propose", "owner"): "proposed",
    ("draft", "propose", "recipient"): "proposed",
    ("proposed", "withdraw", "owner"): "draft",
    ("proposed", "withdraw", "recipient"): "draft",
    ("proposed", "accept", "recipient"): "active",  # the owner proposed
    ("active", "suspend", "owner"): "suspended",
    ("active", "suspend", "operator"): "suspended",
    ("suspended", "resume", "operator"): "active",  # the operator suspended
    ("active", "revoke", "owner"): "revoked",
    ("suspended", "revoke", "owner"): "revoked",
    ("active", "terminate", "recipient"): "terminated",
    ("suspended", "terminate", "recipient"): "terminated",
    ("invalid", "revoke", "owner"): "revoked",
    ("invalid", "terminate", "recipient"): "terminated",
}
"""The table of the specification, when the owner proposed and the operator suspended."""


@pytest.mark.parametrize(("state", "act"), list(product(STATES, ACTS)))
def test_nothing_but_the_table_and_no_step_skipped(state: State, act: Act) -> None:
    signed: frozenset[Party] = frozenset({"owner"})
    for actor in ACTORS:
        expected = ALLOWED.get((state, act, actor))
        try:
            found = advance_agreement(
                state, act, by=actor, signed_by=signed, suspended_by="operator"
            )
        except (Conflict, NotAllowed):
            assert expected is None, (state, act, actor)
        else:
            assert found == expected, (state, act, actor)


@pytest.mark.parametrize("suspended_by", [None, *ACTORS])
def test_who_suspended_resumes_and_nobody_else(suspended_by: Actor | None) -> None:
    for actor in ("owner", "operator"):
        able = actor == (suspended_by or "owner")
        try:
            advance_agreement(
                "suspended", "resume", by=actor, signed_by=frozenset(), suspended_by=suspended_by
            )
        except NotAllowed:
            assert not able
        else:
            assert able


def one(version: int, state: State, *, start: datetime = NOW - DAY, **more: Any) -> Agreement:
    """A version in a state, with a history that leads there."""
    step = Transition(act="draft", by="owner", at=NOW - DAY, state="draft")
    made = agreement(state, valid_from=start, valid_until=NOW + 30 * DAY, **more)
    return made.model_copy(update={"version": version, "history": (step,)})


def replaced(body: Agreement, at: datetime) -> Agreement:
    step = Transition(act="replace", by="owner", at=at, state="terminated")
    return body.model_copy(update={"history": (*body.history, step)})


def test_a_version_that_waits_takes_over_at_its_moment() -> None:
    begins = NOW + 2 * DAY
    both = [replaced(one(1, "active"), begins), one(2, "active", start=begins)]
    for moment, version in ((NOW, 1), (begins - timedelta(microseconds=1), 1), (begins, 2)):
        assert find_ruling_version(both, moment).version == version
        assert in_force(both, moment) == version
    assert effective_state(both[0], begins) == "terminated"
    assert len(select_live_versions(both, NOW)) == 2


@pytest.mark.parametrize(
    ("states", "rules", "opens", "waits"),
    [
        (["draft"], 1, None, 1),
        (["proposed"], 1, None, 1),
        (["active"], 1, 1, None),
        (["active", "draft"], 1, 1, 2),
        (["active", "proposed"], 1, 1, 2),
        (["suspended", "proposed"], 1, None, 2),
        (["terminated", "active"], 2, 2, None),
        (["revoked", "draft"], 1, None, 2),
        (["terminated", "revoked"], 2, None, None),
        (["terminated", "active", "draft"], 2, 2, 3),
        (["draft", "active"], 2, 2, 1),
    ],
)
def test_one_version_decides(
    states: list[State], rules: int, opens: int | None, waits: int | None
) -> None:
    versions = [one(number, state) for number, state in enumerate(states, start=1)]
    assert find_ruling_version(versions, NOW).version == rules
    assert in_force(versions, NOW) == opens
    assert find_pending_version(versions) == waits


@pytest.mark.parametrize(
    ("act", "version"),
    [("propose", 3), ("accept", 2), ("withdraw", 2), ("suspend", 1), ("revoke", 1)],
)
def test_an_act_finds_the_version_it_is_meant_for(act: Act, version: int) -> None:
    versions = [one(1, "active"), one(2, "proposed"), one(3, "draft")]
    assert find_version_for_act(versions, act, by="owner", now=NOW).version == version


@given(
    st.lists(st.sampled_from(STATES), min_size=1, max_size=5),
    st.lists(st.integers(-3, 3), min_size=5, max_size=5),
)
def test_what_opens_is_active_has_begun_and_is_one(states: list[State], starts: list[int]) -> None:
    versions = [
        one(number, state, start=NOW + start * DAY)
        for number, (state, start) in enumerate(zip(states, starts, strict=False), start=1)
    ]
    found = in_force(versions, NOW)
    if found is None:
        rules = find_ruling_version(versions, NOW)
        assert effective_state(rules, NOW) != "active" or rules.terms.valid_from > NOW
        return
    opened = versions[found - 1]
    assert opened.state == "active"
    assert opened.terms.valid_from <= NOW
    assert find_ruling_version(versions, NOW) == opened
