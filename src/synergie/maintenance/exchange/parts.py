"""What a body sees of a maintenance plan, its own part, and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import Conflict
from synergie.exchange.shared_parts import PartKind, SharedParts, build_part_answer, is_same_answer
from synergie.maintenance.exchange.side import SIDES
from synergie.maintenance.records.run import CampaignPart
from synergie.maintenance.storage.campaigns import StoredCampaign
from synergie.maintenance.storage.runs import PARTS, RUNS, Part
from synergie.policy import Permit, Principal
from synergie.schemas.shared_plan import PartRequest
from synergie.storage.store import Session


def _check_answerable(found: StoredCampaign, plan: str) -> None:
    if found.proposed != plan:
        raise Conflict(found.state, "the plan that is proposed")


def _build_own_part(
    session: Session, caller: Principal, found: StoredCampaign, part: Part, *, now: datetime
) -> CampaignPart:
    del session, caller, now
    return _build_campaign_part(found, part)


def _build_page(
    permit: Permit, session: Session, found: StoredCampaign, some: list[Part]
) -> tuple[CampaignPart, ...]:
    """With exact costs; without visits: they name assets."""
    del permit, session
    return tuple(_for_coordinator(found, one) for one in some)


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


@dataclass(frozen=True, slots=True)
class CampaignParts(SharedParts[StoredCampaign, Part, PartRequest, CampaignPart]):
    """The caller's own part; every part, for the coordinator."""

    kind = PartKind(
        sides=SIDES,
        runs=RUNS,
        rows=PARTS,
        noun="campaign-parts",
        check_answerable=_check_answerable,
        is_same=is_same_answer,
        answer=build_part_answer,
        build=_build_own_part,
        build_page=_build_page,
    )
