"""What a body sees of a maintenance plan, its own part, and what it answers."""

from dataclasses import dataclass, replace
from datetime import datetime

from synergie.errors import Conflict, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.shared_parts import build_part_answer, is_same_answer
from synergie.exchange.shared_plan import record, was_proposed
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.records.run import CampaignPart
from synergie.maintenance.storage import runs as kept
from synergie.maintenance.storage.campaigns import StoredCampaign
from synergie.maintenance.storage.runs import Part
from synergie.policy import Principal
from synergie.purchase.records.run import PartAnswer, PartRequest
from synergie.schemas.page import Page
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class CampaignParts:
    """The caller's own part; every part, for the coordinator."""

    store: Store

    def read(
        self, caller: Principal, campaign_id: str, plan: str, *, now: datetime
    ) -> CampaignPart:
        """The caller's part of a plan that was proposed. NotFound before, and for any other's.

        That a body has read its part is recorded before it is told.
        """
        with self.store.write(essential=True) as session:
            found = _campaign_side.joined(session, caller, campaign_id, now=now)
            part = _find_own_part(session, caller, found, plan, now=now)
            if found.owner != caller.organisation:
                permit = _campaign_side.authorize_side(caller, action="read", now=now)
                record(permit, session, "part.read", found, plan, caller=caller)
            return _build_campaign_part(found, part)

    def page(
        self,
        caller: Principal,
        campaign_id: str,
        plan: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[CampaignPart]:
        """A page of the parts of a plan with their answers, by body; for the coordinator.

        With exact costs; without visits: they name assets, read under an agreement and recorded.
        """
        with self.store.read() as session:
            permit, found = _campaign_side.coordinated(session, caller, campaign_id, now=now)
            if not kept.RUNS.is_kept(permit, session, found.id, plan):
                raise NotFound
            bound = f"campaign-parts\x1f{plan}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            some = kept.PARTS.list_page(permit, session, plan, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(
                session, bound, some, limit, by=lambda one: one.body
            )
        items = tuple(_for_coordinator(found, one) for one in some)
        return Page(items=items, next=following)

    def answer(
        self, caller: Principal, campaign_id: str, plan: str, body: PartRequest, *, now: datetime
    ) -> CampaignPart:
        """Accept or decline the caller's part, once; the same answer again changes nothing.

        Conflict when the plan is not the one that is proposed, when the part is not the one that
        was read, or after another answer.
        """
        with self.store.write() as session:
            found, part = self._answering(session, caller, campaign_id, plan, now=now)
            if is_same_answer(part, body):
                return _build_campaign_part(found, part)
            given = build_part_answer(part, body, caller, now=now)
            _keep_answer(session, caller, found, part, given=given, now=now)
            return _build_campaign_part(found, replace(part, answer=given))

    def withdraw(
        self, caller: Principal, campaign_id: str, plan: str, *, now: datetime
    ) -> CampaignPart:
        """Take the caller's answer back, while the plan is not adopted; again changes nothing."""
        with self.store.write(essential=True) as session:
            found, part = self._answering(session, caller, campaign_id, plan, now=now)
            if part.answer is not None:
                _keep_answer(session, caller, found, part, given=None, now=now)
            return _build_campaign_part(found, replace(part, answer=None))

    def _answering(
        self, session: Session, caller: Principal, campaign_id: str, plan: str, *, now: datetime
    ) -> tuple[StoredCampaign, Part]:
        """The campaign, which waits for nobody else meanwhile, and the caller's part in it."""
        found = _campaign_side.joined(session, caller, campaign_id, now=now, writing=True)
        part = _find_own_part(session, caller, found, plan, now=now)
        if found.proposed != plan:
            raise Conflict(found.state, "the plan that is proposed")
        return found, part


def _find_own_part(
    session: Session, caller: Principal, found: StoredCampaign, plan: str, *, now: datetime
) -> Part:
    permit = _campaign_side.authorize_side(caller, action="read", now=now)
    part = kept.PARTS.load(permit, session, plan, caller.organisation)
    if part is None or part.campaign != found.id or not was_proposed(found, plan):
        raise NotFound
    return part


def _keep_answer(
    session: Session,
    caller: Principal,
    found: StoredCampaign,
    part: Part,
    *,
    given: PartAnswer | None,
    now: datetime,
) -> None:
    permit = _campaign_side.authorize_side(caller, action="write", now=now)
    kept.PARTS.save_answer(permit, session, part, given)
    reason = "withdrawn" if given is None else given.answer
    record(permit, session, "part.answered", found, part.plan, caller=caller, reason=reason)
    _campaign_side.tell_body(session, found, caller.organisation, "answered", now=now)


def _for_coordinator(found: StoredCampaign, part: Part) -> CampaignPart:
    """*part* with what it costs exactly, without what only the assets of its body say."""
    view = part.exact.model_copy(update={"visits": (), "moves": ()})
    return _build_campaign_part(found, part).model_copy(update={"view": view})


def _build_campaign_part(found: StoredCampaign, part: Part) -> CampaignPart:
    return CampaignPart(
        campaign=found.id,
        plan=part.plan,
        body=part.body,
        state=found.state,
        in_force=found.plan == part.plan,
        view=part.view,
        sha256=part.sha256,
        answer=part.answer,
    )
