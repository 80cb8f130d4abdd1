"""What a coordinator does with a maintenance campaign, and what its bodies see of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from synergie.errors import NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.shared_plan import in_directory, is_last, is_not, plan_is_named, record
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
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.storage.store import Session, Store

_PAST: dict[CampaignAct, str] = {
    "propose": "proposed",
    "withdraw": "withdrawn",
    "adopt": "adopted",
    "close": "closed",
}


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Campaigns that the caller coordinates, or was invited to."""

    store: Store

    def create(
        self, caller: Principal, body: CampaignRecord, *, once: Once | None = None, now: datetime
    ) -> Campaign:
        """A new campaign of the caller's, without bodies yet."""
        permit = permit_own_data(caller, action="write", now=now)
        with self.store.write() as session:
            before = claim_or_replay(session, once, Campaign, now=now)
            if before is not None:
                return before
            made = StoredCampaign(
                id=f"cmp_{token_hex(10)}",
                owner=permit.owner,
                version=1,
                state="open",
                plan=None,
                proposed=None,
                record=body,
                history=(CampaignStep(act="create", at=now, state="open"),),
                n_invited=0,
            )
            CAMPAIGNS.save(permit, session, made, now=now)
            record(permit, session, "campaign.created", made, caller=caller)
            _campaign_side.tell(session, made, [], "created", now=now)
            told = _campaign_side.build_visible_campaign(session, caller, made, now=now)
            store_answer(session, once, told)
        return told

    def change(
        self, caller: Principal, campaign_id: str, body: CampaignRecord, *, now: datetime
    ) -> Campaign:
        """The campaign with another record; the same again changes nothing. Conflict: closed."""
        with self.store.write() as session:
            permit, found = _campaign_side.coordinated(
                session, caller, campaign_id, now=now, writing=True
            )
            _not_over(found)
            if found.record != body:
                found = replace(found, record=body, version=found.version + 1)
                CAMPAIGNS.save(permit, session, found, now=now)
                record(permit, session, "campaign.changed", found, caller=caller)
                bodies = list(CAMPAIGNS.list_invitations(permit, session, found.id))
                _campaign_side.tell(session, found, bodies, "changed", now=now)
            return _campaign_side.build_visible_campaign(session, caller, found, now=now)

    def invite(
        self, caller: Principal, campaign_id: str, bodies: tuple[str, ...], *, now: datetime
    ) -> Campaign:
        """Invite organisations; those already there stay as they are.

        BadInput for one that is not in the directory; Conflict once it is closed.
        """
        with self.store.write() as session:
            permit, found = _campaign_side.coordinated(
                session, caller, campaign_id, now=now, writing=True
            )
            _not_over(found)
            in_directory(permit, session, bodies, where="/bodies")
            new = CAMPAIGNS.invite(permit, session, campaign_id, bodies, now=now)
            if new:
                for one in new:
                    record(permit, session, "campaign.invited", found, one, caller=caller)
                _campaign_side.tell(session, found, new, "invited", now=now)
            found = replace(found, n_invited=found.n_invited + len(new))
            return _campaign_side.build_visible_campaign(session, caller, found, now=now)

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
            return _campaign_side.build_visible_campaign(session, caller, found, now=now)

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[Campaign]:
        """A page of campaigns that the caller coordinates or was invited to, by id."""
        permit = _campaign_side.authorize_side(caller, action="read", now=now)
        bound = f"campaigns\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            some = CAMPAIGNS.list_page(permit, session, after=place, limit=limit + 1)
            found, following = _cursor.split_cursor_page(session, bound, some, limit)
        return Page(items=tuple(map(_campaign_side.build_campaign_summary, found)), next=following)

    def read(self, caller: Principal, campaign_id: str, *, now: datetime) -> Campaign:
        """One campaign. NotFound when it is absent, or of others."""
        with self.store.read() as session:
            found = _campaign_side.known(session, caller, campaign_id, now=now)
            return _campaign_side.build_visible_campaign(session, caller, found, now=now)

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
        CAMPAIGNS.save(permit, session, moved, now=now)
        subjects = () if plan is None else (plan,)
        record(permit, session, "campaign.moved", moved, *subjects, caller=caller, reason=act)
        bodies = list(CAMPAIGNS.list_invitations(permit, session, moved.id))
        _campaign_side.tell(session, moved, bodies, _PAST[act], now=now)
        return moved


@dataclass(frozen=True, slots=True)
class _Step:
    """What its coordinator does, to which plan, with what was read of it before."""

    act: CampaignAct
    plan: str | None
    known: _campaign_adoption.Read | None


def _not_over(found: StoredCampaign) -> None:
    is_not(found, {"closed"}, expected="a campaign that is not closed yet")
