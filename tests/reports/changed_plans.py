"""Two plans to hold against each other: every kind of change of a purchase and of a campaign."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from synergie.maintenance.plan.year.view import Views
from synergie.maintenance.records.run import AssetsOpened, CampaignPart, CampaignRun
from synergie.purchase.records.run import NeedsMissing, NeedsUsed, PurchasePart, PurchaseRun
from synergie.reports.compare_runs import (
    campaign_parts,
    campaign_runs,
    purchase_parts,
    purchase_runs,
)
from synergie.reports.document import Section
from synergie.schemas.plan import Phrase
from synergie.schemas.shared_plan import BodyMissing
from tests.plan.test_purchase_view import MANY, NOW
from tests.reports.maintained import EPCI, MONDAY, year_plan, year_problem
from tests.reports.maintained import NAMES as BODIES
from tests.reports.purchases import bought
from tests.reports.test_purchase_note import view_of

REASONS = ("Groupée avec",)
"""Of the plan of a year that is made for reports."""
ONE, OTHER = "1" * 64, "2" * 64
CODES = (
    "no_needs", "no_agreement", "not_started", "suspended", "ended", "dataset", "unknown_client",
    "granularity_too_fine", "token_narrower", "selector", "new-code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pairs:
    """What can be held against what, by name: what tells it."""

    told: dict[str, Callable[[], tuple[Section, ...]]]
    typed: Sequence[str]


def pairs() -> Pairs:
    """Purchases and campaigns, whole and in parts, each way round and against themselves."""
    made = bought()
    lots = {lot.id: lot.name for lot in made.problem.lots}
    names = {**made.names, **BODIES}
    old, new = _bought(made)
    kept, replaced = _kept()
    mine, then = _needed()
    own, other = _owned()

    def told(what: Any, *sides: Any, **more: Any) -> Callable[[], tuple[Section, ...]]:
        return lambda: what(*sides, **more)

    bare = new.model_copy(update={"plan": None})
    empty = replaced.model_copy(update={"plan": None})
    ways = {
        "purchase": told(purchase_runs, old, new, names=names, lots=lots, tell=str),
        "purchase-back": told(purchase_runs, new, old, names=names, lots={}, tell=str),
        "purchase-same": told(purchase_runs, new, new, names=names, lots=lots, tell=str),
        "purchase-bare": told(purchase_runs, old, bare, names=names, lots=lots, tell=str),
        "campaign": told(campaign_runs, kept, replaced, names=names, tell=str),
        "campaign-back": told(campaign_runs, replaced, kept, names=names, tell=str),
        "campaign-same": told(campaign_runs, replaced, replaced, names=names, tell=str),
        "campaign-bare": told(campaign_runs, empty, replaced, names=names, tell=str),
        "part": told(purchase_parts, mine, then, tell=str),
        "part-back": told(purchase_parts, then, mine, tell=str),
        "own": told(campaign_parts, own, other, tell=str),
        "own-back": told(campaign_parts, other, own, tell=str),
    }
    suppliers = [offer.supplier for offer in made.problem.offers]
    return Pairs(ways, [*names.values(), *lots.values(), *suppliers, *MANY, *REASONS, "Bâtiments"])


def _bought(made: Any) -> tuple[PurchaseRun, PurchaseRun]:
    """A purchase, and the same one day later: needs come, go and change, and so do awards."""
    members = sorted(one.member for one in made.plan.members)
    plan = made.plan

    def run(version: int, problem: str, plan: Any, needs: Any, missing: Any) -> PurchaseRun:
        return PurchaseRun(
            id=f"plan-{version}", purchase="buy", kept_at=NOW + timedelta(days=version),
            solver=f"HiGHS 1.1{version}.0", problem_sha256=problem, plan_sha256=ONE, needs=needs,
            missing=missing, offers_version=version, offers_sha256=ONE, plan=plan,
        )  # fmt: skip

    def needs(members: Any, version: int, digest: str) -> tuple[NeedsUsed, ...]:
        return tuple(
            NeedsUsed(member=m, version=version, sha256=digest, agreement=None) for m in members
        )

    missing = tuple(NeedsMissing(member=f"absent-{i}", reason=c) for i, c in enumerate(CODES))
    before = run(1, ONE, plan, needs(members[:4], 1, ONE), missing)
    shifted = tuple(
        one.model_copy(update=change)
        for one, change in zip(
            plan.members,
            (
                {"cost_eur": one_less(plan.members[0].cost_eur)},
                {"gain_eur": Decimal(-3), "cost_eur": plan.members[1].cost_eur + 7},
                {"gain_eur": plan.members[2].gain_eur + 1},
                {"gain_eur": None, "alone_eur": None},
            ),
            strict=False,
        )
    )
    first, second, *_ = plan.awards
    other = plan.model_copy(update={
        "members": shifted, "objective_eur": plan.objective_eur - 100, "baseline_eur": None,
        "status": "feasible", "gap": 0.02,
        "awards": (first.model_copy(update={"tier": 1}), second),
    })  # fmt: skip
    later = (NeedsMissing(member="absent-0", reason="ended"),)
    changed = (*needs(members[1:3], 1, ONE), *needs(members[3:], 2, OTHER))
    return before, run(2, OTHER, other, changed, later)


def one_less(amount: Decimal) -> Decimal:
    """A cent less of an amount."""
    return amount - Decimal("0.01")


def _kept() -> tuple[CampaignRun, CampaignRun]:
    """A campaign, and another plan of it: visits move, come and go; assets change."""
    plan = year_plan()

    def run(name: str, digest: str, plan: Any, opened: Any, missing: Any) -> CampaignRun:
        return CampaignRun(
            id=name, campaign="season", kept_at=NOW, solver="HiGHS 1.16.0", problem_sha256=digest,
            plan_sha256=ONE, nonce="n", seal=ONE, replaces=None, opened=opened, missing=missing,
            plan=plan,
        )  # fmt: skip

    def opened(bodies: Sequence[str], lights: int, digest: str) -> tuple[AssetsOpened, ...]:
        return tuple(
            AssetsOpened(body=b, agreements=(), cabinets=1, light_points=lights,
                         assets_sha256=digest, work_orders=True)
            for b in bodies
        )  # fmt: skip

    early, late, *rest = plan.visits
    moved = (
        early.model_copy(update={"week": early.week + 2, "late_weeks": 1}),
        *(one.model_copy(update={"week": one.week - 1}) for one in rest[:2]),
        *rest[2:],
        late.model_copy(update={"id": "added", "cabinet": "added"}),
    )
    other = plan.model_copy(update={
        "visits": moved, "crew_days": 6, "status": "cancelled",
        "objective_eur": plan.objective_eur + 5,
    })  # fmt: skip
    bodies = sorted(BODIES)
    before = run("plan-1", ONE, plan, opened(bodies[:3], 10, ONE), ())
    missing = (BodyMissing(body="absent", reason="ended"),)
    after = (*opened(bodies[:1], 12, OTHER), *opened(bodies[2:], 10, ONE))
    return before, run("plan-2", OTHER, other, after, missing)


def _needed() -> tuple[PurchasePart, PurchasePart]:
    """A member's part of a purchase, and one with another supplier, more energy, one lot less."""
    view = view_of(MANY)

    def part(view: Any, version: int) -> PurchasePart:
        return PurchasePart(
            purchase="buy", plan=f"plan-{version}", member=view.member, state="proposed", view=view,
            sha256=ONE, needs_version=version, needs_are_current=True,
        )  # fmt: skip

    (lot,) = view.lots
    alone = lot.model_copy(update={"supplier": None})
    gone = lot.model_copy(update={"lot": "lot-9"})
    other = view.model_copy(update={
        "inputs_digest": OTHER, "volume_mwh": view.volume_mwh + 9, "group_members": 4,
        "cost_eur": view.cost_eur + 1, "alone_eur": None, "gain_eur": None, "status": "feasible",
        "gap": 0.01, "lots": (alone, gone), "assumptions": (Phrase(text="it is another one"),),
    })  # fmt: skip
    return part(view, 1), part(other, 2)


def _owned() -> tuple[CampaignPart, CampaignPart]:
    """A body's part of a campaign, and one a week later whose visits move."""
    views = Views(problem=year_problem(), plan=year_plan(), starts_on=MONDAY, seal=ONE)
    view = views.all()[EPCI]

    def part(view: Any) -> CampaignPart:
        return CampaignPart(
            campaign="season", plan="plan-1", body=EPCI, state="open", in_force=False, view=view,
            sha256=ONE,
        )  # fmt: skip

    first, *rest = view.visits
    moved = (first.model_copy(update={"week": first.week + 3, "late_weeks": 2}), *rest[1:])
    other = view.model_copy(update={
        "seal": OTHER, "starts_on": MONDAY + timedelta(weeks=1), "visits": moved, "weeks": 50,
        "given": (), "bodies": 3,
    })  # fmt: skip
    return part(view), part(other)
