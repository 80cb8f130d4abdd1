"""Any sequence of acts: whatever the path, only an active agreement lets data out."""

from typing import get_args

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from synergie.errors import Conflict, NotAllowed
from synergie.policy import Ask, advance_agreement, decide_permit
from synergie.schemas.trust.agreement import Act, Party, State
from tests.policy.test_decide import CALLER, NOW, agreement


class AgreementMachine(RuleBasedStateMachine):
    """Both parties act in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state: State = "draft"
        self.signed: frozenset[Party] = frozenset()
        self.ended = False

    @rule(
        act=st.sampled_from(get_args(Act.__value__)), by=st.sampled_from(get_args(Party.__value__))
    )
    def act(self, act: Act, by: Party) -> None:
        try:
            after = advance_agreement(self.state, act, by=by, signed_by=self.signed)
        except (Conflict, NotAllowed):
            return
        assert not self.ended, "a revoked or terminated agreement took a step"
        if after == "active" and self.state == "proposed":
            assert self.signed | {by} == {"owner", "recipient"}
        if act in {"propose", "accept"}:
            self.signed |= {by}
        if act == "withdraw":
            self.signed = frozenset()
        self.state = after
        self.ended = after in {"revoked", "terminated"}

    @invariant()
    def only_active_lets_data_out(self) -> None:
        ask = Ask(dataset="consumption")
        if self.state == "active":
            assert (
                decide_permit(agreement("active"), principal=CALLER, ask=ask, now=NOW).owner
                == "owner"
            )
        else:
            with pytest.raises(NotAllowed):
                decide_permit(agreement(self.state), principal=CALLER, ask=ask, now=NOW)


TestAgreementMachine = AgreementMachine.TestCase
