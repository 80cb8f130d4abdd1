"""What a plan would be made of today, for its coordinator: who is in, who is not, what stops it.

Read as `/v1` reads the inputs of a plan: each agreement is asked, and what is read is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from synergie.errors import Infeasible
from synergie.exchange.plan_pages_names import MOST, list_page_items
from synergie.exchange.plan_pages_seen import kind_of
from synergie.maintenance.exchange.runs import CampaignRuns
from synergie.policy import Principal
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.purchase.plan.award import solve
from synergie.purchase.plan.award.check import faults
from synergie.purchase.records.fault import PurchaseFault
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.storage.store import Store

SEARCH_S = 3.0
"""How long a page looks for what cannot hold together, s."""

type Tell = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRow:
    """The data of one body, as they are today."""

    body: str
    version: int | None = None
    """Of its needs. None: a park."""
    cabinets: int | None = None
    light_points: int | None = None
    """Of its park. None: needs."""
    changed: bool | None = None
    """Whether they are others than those of the current plan. None: there is no current plan, or
    it is not of them."""
    missing: str | None = None
    """Why they are not open, a code. None: they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanData:
    """What a plan would be made of today."""

    rows: tuple[DataRow, ...]
    current: bool | None
    """Whether the current plan is still of these data. None: there is no current plan."""
    offers: int | None
    """Version of the offers. None: a campaign has none."""
    faults: tuple[PurchaseFault, ...]
    """What is wrong with them, what stops every plan first."""
    problem: PurchaseProblem | None
    """What would be solved. None: a campaign's problem is made by its coordinator."""


@dataclass(frozen=True, slots=True)
class PlanDataPages:
    """Data of plans that the caller's organisation coordinates."""

    store: Store

    def read(
        self, caller: Principal, item_id: str, current: str | None, *, now: datetime
    ) -> PlanData:
        """The data of today, beside those of the plan *current*. NotAllowed for another."""
        if kind_of(item_id) == "purchase":
            return self._purchase(caller, item_id, current, now=now)
        return self._campaign(caller, item_id, current, now=now)

    def _purchase(
        self, caller: Principal, item_id: str, current: str | None, *, now: datetime
    ) -> PlanData:
        book = PurchaseRuns(self.store)
        told = book.inputs(caller, item_id, now=now)
        run = None if current is None else book.read(caller, item_id, current, now=now)
        used = {} if run is None else {one.member: one.sha256 for one in run.needs}
        rows = [
            DataRow(
                body=one.member,
                version=one.version,
                changed=one.sha256 != used[one.member] if one.member in used else None,
            )
            for one in told.needs
        ]
        rows += [DataRow(body=one.member, missing=one.reason) for one in told.missing]
        return PlanData(
            rows=tuple(rows),
            current=None if run is None else run.problem_sha256 == told.problem_sha256,
            offers=told.offers_version,
            faults=faults(told.problem),
            problem=told.problem,
        )

    def _campaign(
        self, caller: Principal, item_id: str, current: str | None, *, now: datetime
    ) -> PlanData:
        book = CampaignRuns(self.store)
        told, read = book.inputs(caller, item_id, now=now), book.page
        runs = list_page_items(lambda at: read(caller, item_id, after=at, limit=MOST, now=now))
        run = next((one for one in runs if one.id == current), None)
        used = {} if run is None else {one.body: one.assets_sha256 for one in run.opened}
        rows = [
            DataRow(
                body=one.body,
                cabinets=one.cabinets,
                light_points=one.light_points,
                changed=one.assets_sha256 != used[one.body] if one.body in used else None,
            )
            for one in told.opened
        ]
        rows += [DataRow(body=one.body, missing=one.reason) for one in told.missing]
        opened = {one.body: one.assets_sha256 for one in told.opened}
        return PlanData(
            rows=tuple(rows),
            current=None if run is None else used == opened,
            offers=None,
            faults=(),
            problem=None,
        )


def describe_conflict(problem: PurchaseProblem, tell: Tell, show: Callable[[Decimal], str]) -> str:
    """What cannot hold together in *problem*, in one sentence; "" when a plan was found.

    It is looked for during `SEARCH_S` at most. OutOfTime when that is too short, MissingExtra on a
    server without a solver, and every other error of the plan as it is.
    """
    try:
        solve(problem, limit_s=SEARCH_S, explain=False)
    except Infeasible as none:
        return none.tell(
            tell, lambda value: show(value) if isinstance(value, Decimal) else str(value)
        )
    return ""
