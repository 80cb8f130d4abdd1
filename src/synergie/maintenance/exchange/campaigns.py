"""What a coordinator does with a maintenance campaign, and what its bodies see of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from synergie.errors import NotFound
from synergie.exchange.shared_coordination import SharedKind, SharedPlans
from synergie.exchange.shared_plan import is_last, is_not, plan_is_named
from synergie.maintenance.exchange import _adoption as _campaign_adoption
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.policy.campaign import compute_next_state
from synergie.maintenance.records.campaign import (
    Campaign,
    CampaignAct,
    CampaignRecord,
    CampaignStep,
)
from synergie.maintenance.storage.campaigns import CAMPAIGNS, StoredCampaign
from synergie.policy import Permit, Principal
from synergie.storage.store import Session


def _start_campaign(owner: str, body: CampaignRecord, now: datetime) -> StoredCampaign:
    return StoredCampaign(
        id=f"cmp_{token_hex(10)}",
        owner=owner,
        version=1,
        state="open",
        plan=None,
        proposed=None,
        record=body,
        history=(CampaignStep(act="create", at=now, state="open"),),
        n_invited=0,
    )


def _not_over(found: StoredCampaign) -> None:
    is_not(found, {"closed"}, expected="a campaign that is not closed yet")


_KIND = SharedKind(
    rows=CAMPAIGNS,
    sides=_campaign_side.SIDES,
    told=Campaign,
    event="campaign",
    noun="campaigns",
    invited="/bodies",
    past={"propose": "proposed", "withdraw": "withdrawn", "adopt": "adopted", "close": "closed"},
    start=_start_campaign,
    check_open=_not_over,
    build=_campaign_side.build_visible_campaign,
    build_entry=_campaign_side.build_campaign_summary,
)


@dataclass(frozen=True, slots=True)
class Campaigns(SharedPlans[StoredCampaign, CampaignRecord, Campaign]):
    """Campaigns that the caller coordinates, or was invited to. Of a closed one nothing changes."""

    kind = _KIND

    def act(
        self,
        caller: Principal,
        campaign_id: str,
        act: CampaignAct,
        *,
        plan: str | None = None,
        now: datetime,
    ) -> Campaign:
        """The campaign after one step of its coordinator; the same step again changes nothing.

        Conflict when its state, a plan whose assets are not open any more, or an answer that is
        missing does not admit it.
        """
        plan_is_named(
            act,
            plan,
            with_acts={"propose", "adopt"},
            expected="the plan, with `propose` and `adopt`; none with other acts",
        )
        known = None
        if plan is not None:  # its problem and parts are large and stay as they are
            known = _campaign_adoption.read(self.store, caller, campaign_id, plan, now=now)
        with self.store.write(essential=act == "close") as session:
            permit, found = _campaign_side.coordinated(
                session, caller, campaign_id, now=now, writing=True
            )
            if not is_last(found, act, plan):
                step = _Step(act, plan, known)
                found = self._step(permit, session, caller, found=found, step=step)
            return _campaign_side.build_visible_campaign(session, caller, found, now)

    def _step(
        self,
        permit: Permit,
        session: Session,
        caller: Principal,
        *,
        found: StoredCampaign,
        step: "_Step",
    ) -> StoredCampaign:
        now, act, plan = permit.decided_at, step.act, step.plan
        state = compute_next_state(found.state, act)
        if plan is not None:
            if step.known is None:
                raise NotFound
            do = _campaign_adoption.propose if act == "propose" else _campaign_adoption.adopt
            do(permit, session, caller, found=found, plan=plan, known=step.known)
        done = CampaignStep(act=act, at=now, state=state, plan=plan)
        moved = replace(
            found,
            state=state,
            plan=plan if act == "adopt" else found.plan,
            proposed=plan if act == "propose" else None,
            history=(*found.history, done),
        )
        return self.save_step(permit, session, caller, moved, *filter(None, [plan]))


@dataclass(frozen=True, slots=True)
class _Step:
    """What its coordinator does, to which plan, with what was read of it before."""

    act: CampaignAct
    plan: str | None
    known: _campaign_adoption.Read | None
