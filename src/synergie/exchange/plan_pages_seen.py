"""What a page tells of a shared plan: its state, what it costs and for whom, what it stands on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from synergie.errors import NotFound
from synergie.maintenance.records.campaign import Campaign, CampaignBody
from synergie.maintenance.records.campaign_rounds import CampaignRounds
from synergie.maintenance.records.run import CampaignPart, CampaignRun
from synergie.purchase.records.group import Purchase, PurchaseMembership
from synergie.purchase.records.run import PurchasePart, PurchaseRun
from synergie.schemas.plan import Status
from synergie.schemas.shared_plan import PartAnswer

type Kind = Literal["purchase", "campaign"]
type Item = Purchase | Campaign
type Part = PurchasePart | CampaignPart
type Run = PurchaseRun | CampaignRun

_PREFIXES: dict[str, Kind] = {"pur": "purchase", "cmp": "campaign"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a plan costs, and how sure it is: for all when *whole*, else for the reader alone."""

    plan: str
    whole: bool
    cost_eur: Decimal
    alone_eur: Decimal | None
    """None: at least one cannot do it alone."""
    status: Status
    gap: float | None
    """None: nothing bounds it."""
    until: datetime | None = None
    """When the first offer that it takes expires. None: not told."""
    at_most: bool = False
    """Whether the cost is a ceiling: what the exact one would tell of others is rounded up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Who has answered, as the coordinator is told."""

    accepted: int
    declined: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a plan stands on, and how old that is."""

    kept_at: datetime | None
    """When it was kept. None: that is told to the coordinator alone."""
    proposed_at: datetime | None
    """When it was proposed last. None: never."""
    used: int | None
    """How many bodies are in it. None: not told."""
    missing: tuple[tuple[str, str], ...] = ()
    """Bodies that are not in it, and why, a code."""
    current: bool | None = None
    """Whether the reader's own needs are those that it stands on. None: not told."""


@dataclass(frozen=True, slots=True)
class PlanConstants:
    """What never changes of a plan that is kept: what it costs all, and what it stands on."""

    worth: Worth | None
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPlan:
    """One purchase or campaign as the reader's organisation sees it."""

    kind: Kind
    item: Item
    leader: str
    """What people call the coordinator."""
    leads: bool
    """Whether that is the reader's own organisation."""
    worth: Worth | None = None
    """None: no plan is proposed or decided, or too many are listed."""
    basis: Basis | None = None
    """None: as above."""
    voices: Voices | None = None
    """None: as above, or told to the coordinator alone."""
    answer: PartAnswer | None = None
    """What the reader's own organisation answered. None: nothing, or it has no part."""

    @property
    def current(self) -> str | None:
        """The plan that waits for answers, else the one that is decided. None: neither is."""
        if isinstance(self.item, Campaign):
            return self.item.proposed or self.item.plan
        return self.item.plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One organisation that takes part, as far as the reader may see."""

    name: str
    membership: PurchaseMembership | CampaignBody
    answer: PartAnswer | None


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """One plan that was made: to the coordinator each of them, to others those proposed."""

    id: str
    kept_at: datetime | None
    """None: told to the coordinator alone."""
    proposed_at: datetime | None
    """None: it was not proposed."""
    solver: str | None
    """None: told to the coordinator alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDetails:
    """A shared plan with everything that the reader may see of it but its report."""

    shared: SharedPlan
    sides: tuple[Side, ...]
    runs: tuple[PlanSummary, ...]
    """Newest first."""
    part: Part | None
    """The reader's own part of the current plan. None: it has none."""
    rounds: tuple[CampaignRounds, ...]
    """Newest first. Empty: none are told, or it is no campaign."""
    names: dict[str, str]


def kind_of(item_id: str) -> Kind:
    """The kind of plan by its identifier. NotFound for what is none."""
    kind = _PREFIXES.get(item_id.partition("_")[0])
    if kind is None:
        raise NotFound
    return kind


def list_proposal_times(item: Item) -> dict[str, datetime]:
    """Each plan that was proposed, and when it was last."""
    return {step.plan: step.at for step in item.history if step.act == "propose" and step.plan}


def shared_plan(organisation: str, item: Item, leader: str) -> SharedPlan:
    """*item* as *organisation* sees it, before any figure of it is read."""
    return SharedPlan(
        kind=kind_of(item.id), item=item, leader=leader, leads=item.owner == organisation
    )


def part_told(shared: SharedPlan, part: Part) -> SharedPlan:
    """*shared* with the figures of the reader's own part."""
    until = part.view.decide_before if isinstance(part, PurchasePart) else None
    costs = part.view.running_costs if isinstance(part, PurchasePart) else part.view.costs
    current = part.needs_are_current if isinstance(part, PurchasePart) else None
    at = list_proposal_times(shared.item).get(part.plan)
    return replace(
        shared,
        worth=Worth(
            plan=part.plan,
            whole=False,
            cost_eur=part.view.cost_eur,
            alone_eur=part.view.alone_eur,
            status=part.view.status,
            gap=part.view.gap,
            until=until,
            at_most=costs == "at_most",
        ),
        basis=Basis(kept_at=None, proposed_at=at, used=None, current=current),
        answer=part.answer,
    )


def all_told(
    shared: SharedPlan, kept: PlanConstants, answers: Mapping[str, PartAnswer | None], reader: str
) -> SharedPlan:
    """*shared* with the figures of all, as its coordinator is told."""
    said = [None if one is None else one.answer for one in answers.values()]
    voices = Voices(
        accepted=said.count("accept"), declined=said.count("decline"), waiting=said.count(None)
    )
    at = None if kept.worth is None else list_proposal_times(shared.item).get(kept.worth.plan)
    return replace(
        shared,
        worth=kept.worth,
        basis=replace(kept.basis, proposed_at=at),
        voices=voices,
        answer=answers.get(reader),
    )


def build_plan_constants(run: Run, parts: Sequence[Part]) -> PlanConstants:
    """What never changes of a plan that is kept. *parts*: of a campaign, whose run has no sum."""
    return PlanConstants(_of_all(run, parts), _build_plan_basis(run))


def list_invitations(item: Item) -> tuple[PurchaseMembership | CampaignBody, ...]:
    """Who was invited, as far as the reader is told."""
    return item.members if isinstance(item, Purchase) else item.bodies


def get_invited_body(one: PurchaseMembership | CampaignBody) -> str:
    """Which organisation it is."""
    return one.member if isinstance(one, PurchaseMembership) else one.body


def list_sides(
    shared: SharedPlan, answers: Mapping[str, PartAnswer | None], name: Callable[[str], str]
) -> Iterator[Side]:
    """Those that take part, each with its answer as far as the reader is told."""
    mine = None if shared.leads else shared.answer
    for one in list_invitations(shared.item):
        yield Side(
            name=name(get_invited_body(one)),
            membership=one,
            answer=answers.get(get_invited_body(one), mine),
        )


def missing_from(run: Run) -> tuple[tuple[str, str], ...]:
    """Organisations that a plan is not of, each with the code of its reason."""
    if isinstance(run, PurchaseRun):
        return tuple((one.member, one.reason) for one in run.missing)
    return tuple((one.body, one.reason) for one in run.missing)


def _of_all(run: Run, parts: Sequence[Part]) -> Worth | None:
    """What a plan costs all: as it says itself, else the sum of what each part says."""
    if isinstance(run, PurchaseRun) and run.plan is not None:
        return Worth(
            plan=run.id,
            whole=True,
            cost_eur=run.plan.objective_eur,
            alone_eur=run.plan.baseline_eur,
            status=run.plan.status,
            gap=run.plan.gap,
            until=run.plan.decide_before,
        )
    if not parts:
        return None
    known = [one.view.alone_eur for one in parts if one.view.alone_eur is not None]
    return Worth(
        plan=run.id,
        whole=True,
        cost_eur=sum((one.view.cost_eur for one in parts), Decimal(0)),
        alone_eur=sum(known, Decimal(0)) if len(known) == len(parts) else None,
        status=parts[0].view.status,
        gap=parts[0].view.gap,
    )


def _build_plan_basis(run: Run) -> Basis:
    used = len(run.needs) if isinstance(run, PurchaseRun) else len(run.opened)
    return Basis(kept_at=run.kept_at, proposed_at=None, used=used, missing=missing_from(run))
