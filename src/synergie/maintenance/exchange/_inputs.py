"""What a maintenance plan may be made from: assets that agreements open now, body by body."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from synergie.errors import BadInput, Conflict, NotAllowed
from synergie.exchange import door as _door
from synergie.exchange.trust.seen import AccessRecord
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.policy.campaign import PURPOSE
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.maintenance.records.run import AssetsOpened, CampaignInputs
from synergie.maintenance.storage.campaigns import CAMPAIGNS, StoredCampaign
from synergie.policy import Ask, Permit, Principal, permit_own_data
from synergie.policy.shared_plan import find_body_standing
from synergie.schemas.shared_plan import BodyMissing
from synergie.schemas.trust.agreement import Agreement, Dataset
from synergie.storage.assets.shared_assets import Assets, fetch_shared_assets
from synergie.storage.store import Session

ASSETS = Ask(dataset="assets", purpose=PURPOSE)
ORDERS = Ask(dataset="work_orders", purpose=PURPOSE)
"""What is asked of an agreement to make a plan, and to follow it."""


class _OfBody(Protocol):
    @property
    def organisation(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open of one body."""

    permits: tuple[Permit, ...]
    assets: Assets
    told: AssetsOpened


@dataclass(frozen=True, slots=True)
class Standing:
    """What a plan would stand on now."""

    opened: Mapping[str, Opened]
    missing: tuple[BodyMissing, ...]

    def list_accesses(self, campaign_id: str) -> list[tuple[Permit, AccessRecord]]:
        """What is to be recorded before it is told."""
        return [
            (permit, AccessRecord("assets", (campaign_id,), rows=one.assets.n_cabinets))
            for one in self.opened.values()
            for permit in one.permits
        ]


def standing_now(
    session: Session, caller: Principal, found: StoredCampaign, *, now: datetime
) -> Standing:
    """What a plan of *found*, which the caller coordinates, would stand on at *now*."""
    opened: dict[str, Opened] = {}
    missing = []
    for body, permits in permits_now(session, caller, found, ASSETS, now=now).items():
        if isinstance(permits, str):
            missing.append(BodyMissing(body=body, reason=permits))
        else:
            opened[body] = _open_body_assets(session, body, permits)
    orders = permits_now(session, caller, found, ORDERS, now=now)
    for body, one in opened.items():
        told = one.told.model_copy(update={"work_orders": not isinstance(orders[body], str)})
        opened[body] = Opened(one.permits, one.assets, told)
    return Standing(opened, tuple(missing))


def inputs(campaign_id: str, stands: Standing) -> CampaignInputs:
    """What *stands*, as its coordinator is told."""
    told = tuple(one.told for one in stands.opened.values())
    return CampaignInputs(campaign=campaign_id, opened=told, missing=stands.missing)


def permits_now(
    session: Session, caller: Principal, found: StoredCampaign, ask: Ask, *, now: datetime
) -> dict[str, tuple[Permit, ...] | str]:
    """By body, the permits that open what is asked to the coordinator; or why none does, a code."""
    side = _campaign_side.authorize_side(caller, action="read", now=now)
    bodies = CAMPAIGNS.list_invitations(side, session, found.id)
    agreements = _campaign_side.list_signed_agreements(side, session, found, bodies)
    return {
        body: (permit_own_data(caller, action="read", now=now),)
        if body == caller.organisation
        else _decide_permits(session, caller, agreements.get(body, []), ask, now=now)
        for body in bodies
    }


def check_problem_open(problem: MaintenanceProblem, stands: Standing) -> None:
    """BadInput for a visit whose cabinet, or a depot whose body, is not open now.

    A cabinet that does not exist and one that is not opened are told alike.
    """
    for n, visit in enumerate(problem.visits):
        place = f"/problem/visits/{n}"
        if visit.cabinet not in taking_part_of(stands, visit, place).assets.cabinets:
            raise BadInput(
                f"{place}/cabinet", visit.cabinet, "a cabinet that its body opens to you now"
            )
    for n, depot in enumerate(problem.depots):
        taking_part_of(stands, depot, f"/problem/depots/{n}")


def taking_part_of(stands: Standing, one: _OfBody, place: str) -> Opened:
    """What is open of the body of *one*; BadInput when nothing is."""
    body = stands.opened.get(one.organisation)
    if body is None:
        raise BadInput(
            f"{place}/organisation",
            one.organisation,
            "a body of the campaign whose assets are open to you now",
        )
    return body


def still_within(problem: MaintenanceProblem, stands: Standing) -> None:
    """Conflict when a plan stands on what is not open any more."""
    try:
        check_problem_open(problem, stands)
    except BadInput:
        raise Conflict("stale", "a plan of assets that agreements open now") from None


def _decide_permits(
    session: Session, caller: Principal, agreements: list[Agreement], ask: Ask, *, now: datetime
) -> tuple[Permit, ...] | str:
    _, lack, some = find_body_standing(agreements, now)
    if lack is not None:
        return lack
    permits, refusal = [], "no_agreement"
    for one in some:
        try:
            permits.append(_door.decide_with_consents(session, caller, one, ask, now=now))
        except NotAllowed as error:
            refusal = error.reason
    return tuple(permits) or refusal


def _open_body_assets(session: Session, body: str, permits: tuple[Permit, ...]) -> Opened:
    first, *more = permits
    known = fetch_shared_assets(first, session, more)
    under = tuple(f"{one.agreement}/{one.version}" for one in permits if one.agreement)
    told = AssetsOpened(
        body=body,
        agreements=under,
        cabinets=known.n_cabinets,
        light_points=known.n_light_points,
        assets_sha256=known.sha256,
        work_orders=False,
    )
    return Opened(permits, known, told)


def list_repeated_accesses(
    campaign_id: str, stands: Standing, bodies: Iterable[str], *, dataset: Dataset = "assets"
) -> list[tuple[Permit, AccessRecord]]:
    """What is to be recorded when the problem of a kept plan is told again: its bodies."""
    return [
        (permit, AccessRecord(dataset, (campaign_id,), rows=stands.opened[body].assets.n_cabinets))
        for body in bodies
        for permit in stands.opened[body].permits
    ]
