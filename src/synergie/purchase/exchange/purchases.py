"""What a coordinator does with a purchase, and what its members see of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from synergie.errors import Conflict
from synergie.exchange.shared_coordination import SharedKind, SharedPlans
from synergie.exchange.shared_plan import is_last, is_not, plan_is_named
from synergie.policy import Permit, Principal
from synergie.purchase.exchange import _award as _purchase_award
from synergie.purchase.exchange import side as _purchase_side
from synergie.purchase.exchange._inputs import find_perimeter_moment
from synergie.purchase.policy.purchase import advance_purchase_state
from synergie.purchase.records.group import Purchase, PurchaseAct, PurchaseRecord, PurchaseStep
from synergie.purchase.storage.needs import find_opening
from synergie.purchase.storage.purchases import PURCHASES, PurchaseSnapshot
from synergie.storage.store import Session

_OVER = frozenset({"awarded", "closed"})


def _start_purchase(owner: str, body: PurchaseRecord, now: datetime) -> PurchaseSnapshot:
    """Its survey is open."""
    return PurchaseSnapshot(
        id=f"pur_{token_hex(10)}",
        owner=owner,
        version=1,
        state="survey_open",
        plan=None,
        record=body,
        history=(PurchaseStep(act="create", at=now, state="survey_open"),),
        n_invited=0,
    )


def _not_over(found: PurchaseSnapshot) -> None:
    is_not(found, _OVER, expected="a purchase that is not awarded or closed yet")


def _check_record_change(
    permit: Permit, session: Session, found: PurchaseSnapshot, body: PurchaseRecord
) -> None:
    """What stands once the deadline of offers has passed, or once an offer is there.

    Else a late offer comes in by moving the deadline, criteria are written for an offer that is
    known, or a member leaves when it sees the prices.
    """
    before, until = found.record, found.record.offers_until
    if until is not None and until <= permit.decided_at and body.offers_until != until:
        raise Conflict("late", "the deadline of offers as it was when it passed")
    changed = [name for name in _FIXED_FIELDS if getattr(before, name) != getattr(body, name)]
    if not before.criteria and not body.criteria:
        changed = [name for name in changed if name == "may_leave"]
    past = until is not None and until <= permit.decided_at
    if changed and (past or find_opening(permit, session, found.id) is not None):
        raise Conflict(f"/{changed[0]}", "what was published before the offers were opened")


_FIXED_FIELDS = ("criteria", "may_leave", "lots", "limits", "green_share")
"""What the choice follows from; without published criteria only whether members may leave."""


def _check_invitation(permit: Permit, session: Session, found: PurchaseSnapshot) -> None:
    if find_perimeter_moment(permit, session, found) is not None:
        raise Conflict("opened", "members invited before the offers were opened: needs are firm")


_KIND = SharedKind(
    rows=PURCHASES,
    sides=_purchase_side.SIDES,
    told=Purchase,
    event="purchase",
    noun="purchases",
    invited="/members",
    past={
        "open_survey": "survey_opened",
        "close_survey": "survey_closed",
        "propose": "proposed",
        "award": "awarded",
        "close": "closed",
    },
    start=_start_purchase,
    check_open=_not_over,
    check_change=_check_record_change,
    check_invite=_check_invitation,
    build=_purchase_side.build_purchase,
    build_entry=_purchase_side.build_purchase_list_entry,
)


@dataclass(frozen=True, slots=True)
class Purchases(SharedPlans[PurchaseSnapshot, PurchaseRecord, Purchase]):
    """Purchases that the caller coordinates, or was invited to.

    Of an awarded or closed one nothing changes; a deadline of offers that has passed stands, and
    so do published criteria and who takes part once offers are there.
    """

    kind = _KIND

    def act(
        self,
        caller: Principal,
        purchase_id: str,
        act: PurchaseAct,
        *,
        plan: str | None = None,
        now: datetime,
    ) -> Purchase:
        """The purchase after one step of its coordinator; the same step again changes nothing.

        Conflict when its state, a plan that is no longer of the inputs as they are, or an answer
        that is missing does not admit it.
        """
        plan_is_named(
            act,
            plan,
            with_acts={"propose", "award"},
            expected="the plan, with `propose` and `award`; none with other acts",
        )
        with self.store.write(essential=act == "close") as session:
            permit, found = _purchase_side.coordinated(
                session, caller, purchase_id, now=now, writing=True
            )
            if not is_last(found, act, plan):
                step = _Step(act, plan, now)
                found = self._step(permit, session, caller, found=found, step=step)
            return _purchase_side.build_purchase(session, caller, found, now)

    def _step(
        self,
        permit: Permit,
        session: Session,
        caller: Principal,
        *,
        found: PurchaseSnapshot,
        step: "_Step",
    ) -> PurchaseSnapshot:
        after = advance_purchase_state(found.state, step.act)
        if step.act == "open_survey" and find_perimeter_moment(permit, session, found) is not None:
            raise Conflict("opened", "a survey before the offers were opened: needs are firm")
        if step.act == "propose":
            _purchase_award.propose(permit, session, caller, found, plan=step.named)
        if step.act == "award":
            if found.plan != step.plan:
                raise Conflict("another plan", "the plan that is proposed")
            _purchase_award.award(permit, session, caller, found, plan=step.named)
        kept = step.plan if step.plan is not None else found.plan if step.act == "close" else None
        done = PurchaseStep(act=step.act, at=step.now, state=after, plan=step.plan)
        moved = replace(found, state=after, plan=kept, history=(*found.history, done))
        return self.save_step(permit, session, caller, moved, *filter(None, [step.plan]))


@dataclass(frozen=True, slots=True)
class _Step:
    act: PurchaseAct
    plan: str | None
    now: datetime

    @property
    def named(self) -> str:
        """The plan, for the acts that name one."""
        if self.plan is None:
            raise TypeError("an act on a plan names it")
        return self.plan
