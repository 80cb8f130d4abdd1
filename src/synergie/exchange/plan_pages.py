"""Plans that an organisation shares, gathered for a page from the use cases that the API serves.

Each is read as `/v1` reads it for the same caller: the same rules and the same journal, so that
what is refused there is refused here, and no figure is told that the wire would not give.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from synergie.errors import NotAllowed, NotFound
from synergie.exchange.plan_pages_names import MOST, Names, list_page_items
from synergie.exchange.plan_pages_seen import (
    Item,
    Part,
    PlanConstants,
    PlanDetails,
    PlanSummary,
    Run,
    SharedPlan,
    all_told,
    build_plan_constants,
    kind_of,
    list_proposal_times,
    list_sides,
    part_told,
    shared_plan,
)
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.exchange.campaigns import Campaigns
from synergie.maintenance.exchange.parts import CampaignParts
from synergie.maintenance.exchange.rounds import CampaignRoundsBook
from synergie.maintenance.exchange.runs import CampaignRuns
from synergie.maintenance.records.campaign import Campaign
from synergie.maintenance.records.campaign_rounds import CampaignRounds
from synergie.maintenance.records.run import CampaignPart, CampaignRun
from synergie.maintenance.storage import runs as campaign_runs
from synergie.policy import Principal
from synergie.purchase.exchange import side as _purchase_side
from synergie.purchase.exchange.parts import PurchaseParts
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.purchase.records.group import Purchase
from synergie.purchase.storage import runs as purchase_runs
from synergie.schemas.shared_plan import PartAnswer
from synergie.storage.store import Store

MOST_LISTED = 200
"""Most plans of one kind that a page lists."""
MOST_FIGURED = 20
"""Most plans whose figures a list tells: each one is read, and recorded as read."""
MOST_SIDES = 200
"""Most that take part and are told without being asked for."""
MOST_REMEMBERED = 1_000
"""Most plans of which something is remembered."""


@dataclass(frozen=True, slots=True)
class PlanPages:
    """What the caller's organisation may see of the plans that it shares."""

    store: Store
    remembered: dict[str, PlanConstants] = field(default_factory=dict, repr=False)
    """By plan, what never changes of it; told to nobody but its coordinator."""

    def list_campaigns(self, caller: Principal, *, now: datetime) -> list[Campaign]:
        """The campaigns that the caller takes part in, without figures: nothing is recorded."""
        return list(self._campaigns(caller, now))

    def plans(self, caller: Principal, *, now: datetime) -> tuple[SharedPlan, ...]:
        """Every purchase and campaign that the caller takes part in, the latest step first.

        That figures of a part are read is recorded, as it is when the part itself is.
        """
        names = Names(self.store, caller, now)
        found: list[Item] = [*self._purchases(caller, now), *self._campaigns(caller, now)]
        found.sort(key=lambda one: one.history[-1].at, reverse=True)
        told = [shared_plan(caller.organisation, one, names.name(one.owner)) for one in found]
        return tuple(
            self._figured(caller, one, now=now)[0] if n < MOST_FIGURED else one
            for n, one in enumerate(told)
        )

    def plan(
        self, caller: Principal, item_id: str, *, everybody: bool = False, now: datetime
    ) -> PlanDetails:
        """One of them. NotFound when it is absent, or of others: the two are the same.

        Of many that take part none is told, unless *everybody* is asked for: each one's agreement
        is looked at.
        """
        names = Names(self.store, caller, now)
        item = self.item(caller, item_id, now=now)
        if everybody or not is_large(item):
            item = self.item(caller, item_id, members=True, now=now)
        known = shared_plan(caller.organisation, item, names.name(item.owner))
        shared, part, answers = self._figured(caller, known, now=now)
        if shared.leads:
            part = self.own_part(caller, shared, shared.current, now=now)
            names.read_all()
        return PlanDetails(
            shared=shared,
            sides=tuple(list_sides(shared, answers, names.name)),
            runs=tuple(self._runs(caller, shared, now=now)),
            part=part,
            rounds=self._rounds(caller, shared, now=now),
            names=names.names_by_id(),
        )

    def outline(self, caller: Principal, item_id: str, *, now: datetime) -> PlanDetails:
        """One of them with its plans, without figures, parts and rounds: nothing is recorded."""
        names = Names(self.store, caller, now)
        item = self.item(caller, item_id, now=now)
        shared = shared_plan(caller.organisation, item, names.name(item.owner))
        return PlanDetails(
            shared=shared,
            sides=(),
            runs=tuple(self._runs(caller, shared, now=now)),
            part=None,
            rounds=(),
            names=names.names_by_id(),
        )

    def names(self, caller: Principal, now: datetime) -> dict[str, str]:
        """What people call every organisation of the directory, which every caller may read."""
        names = Names(self.store, caller, now)
        names.read_all()
        return names.names_by_id()

    def item(
        self, caller: Principal, item_id: str, *, members: bool = False, now: datetime
    ) -> Item:
        """The purchase or campaign. NotFound when it is absent, or of others.

        *members*: with those that take part, as far as the caller may see; each one's agreement is
        looked at.
        """
        of_purchase = kind_of(item_id) == "purchase"
        if members:
            book = Purchases(self.store) if of_purchase else Campaigns(self.store)
            return book.read(caller, item_id, now=now)
        with self.store.read() as session:
            if of_purchase:
                bought = _purchase_side.known(session, caller, item_id, now=now)
                return _purchase_side.build_purchase_list_entry(bought, caller)
            return _campaign_side.build_campaign_summary(
                _campaign_side.known(session, caller, item_id, now=now)
            )

    def own_part(
        self, caller: Principal, shared: SharedPlan, plan: str | None, *, now: datetime
    ) -> Part | None:
        """The caller's own part of *plan*, recorded as read. None: it has none."""
        if plan is None:
            return None
        try:
            if shared.kind == "purchase":
                return PurchaseParts(self.store).read(caller, shared.item.id, plan, now=now)
            return CampaignParts(self.store).read(caller, shared.item.id, plan, now=now)
        except (NotAllowed, NotFound):
            return None

    def _purchases(self, caller: Principal, now: datetime) -> list[Purchase]:
        book = Purchases(self.store)
        return list_page_items(lambda after: book.page(caller, after=after, now=now), MOST_LISTED)

    def _campaigns(self, caller: Principal, now: datetime) -> list[Campaign]:
        book = Campaigns(self.store)
        return list_page_items(lambda after: book.page(caller, after=after, now=now), MOST_LISTED)

    def _figured(
        self, caller: Principal, shared: SharedPlan, *, now: datetime
    ) -> tuple[SharedPlan, Part | None, Mapping[str, PartAnswer | None]]:
        """*shared* with what its current plan costs, the caller's part, and the answers of all."""
        plan = shared.current
        if plan is None:
            return shared, None, {}
        if not shared.leads:
            part = self.own_part(caller, shared, plan, now=now)
            return (shared if part is None else part_told(shared, part)), part, {}
        answers = self._answers(caller, shared, plan, now=now)
        kept = self._read_cached_plan(caller, shared, plan, now=now)
        return all_told(shared, kept, answers, caller.organisation), None, answers

    def _answers(
        self, caller: Principal, shared: SharedPlan, plan: str, *, now: datetime
    ) -> Mapping[str, PartAnswer | None]:
        """What each one answered, for the coordinator, as its list of parts tells it."""
        item = shared.item.id
        with self.store.read() as session:
            if shared.kind == "purchase":
                permit, _ = _purchase_side.coordinated(session, caller, item, now=now)
                return purchase_runs.PARTS.list_answers(permit, session, plan)
            permit, _ = _campaign_side.coordinated(session, caller, item, now=now)
            return campaign_runs.PARTS.list_answers(permit, session, plan)

    def _read_cached_plan(
        self, caller: Principal, shared: SharedPlan, plan: str, *, now: datetime
    ) -> PlanConstants:
        """What never changes of a plan of the caller's own: read once, then remembered."""
        known = self.remembered.get(plan)
        if known is None:
            run = self._run(caller, shared, plan, now=now)
            bought = shared.kind == "purchase"
            known = build_plan_constants(
                run, [] if bought else self._parts(caller, shared, plan, now=now)
            )
            if len(self.remembered) >= MOST_REMEMBERED:
                self.remembered.clear()
            self.remembered[plan] = known
        return known

    def _run(self, caller: Principal, shared: SharedPlan, plan: str, *, now: datetime) -> Run:
        """A plan as the coordinator's list tells it; a purchase's with what it says."""
        if shared.kind == "purchase":
            return PurchaseRuns(self.store).read(caller, shared.item.id, plan, now=now)
        made = self._campaign_runs(caller, shared.item.id, now=now)
        return next(one for one in made if one.id == plan)

    def _purchase_runs(self, caller: Principal, item: str, *, now: datetime) -> list[Run]:
        book = PurchaseRuns(self.store)
        return [*list_page_items(lambda at: book.page(caller, item, after=at, limit=MOST, now=now))]

    def _campaign_runs(self, caller: Principal, item: str, *, now: datetime) -> list[CampaignRun]:
        book = CampaignRuns(self.store)
        return list_page_items(lambda at: book.page(caller, item, after=at, limit=MOST, now=now))

    def _parts(
        self, caller: Principal, shared: SharedPlan, plan: str, *, now: datetime
    ) -> list[CampaignPart]:
        """Every part of a plan of a campaign, for the coordinator: sums, without assets."""
        page, item = CampaignParts(self.store).page, shared.item.id
        return list_page_items(lambda at: page(caller, item, plan, after=at, limit=MOST, now=now))

    def _runs(self, caller: Principal, shared: SharedPlan, *, now: datetime) -> list[PlanSummary]:
        """Newest first."""
        proposed = list_proposal_times(shared.item)
        if not shared.leads:
            told = [PlanSummary(plan, None, at, None) for plan, at in proposed.items()]
            return sorted(told, key=lambda one: one.proposed_at or now, reverse=True)
        of_purchase = shared.kind == "purchase"
        read = self._purchase_runs if of_purchase else self._campaign_runs
        made: list[Run] = [*read(caller, shared.item.id, now=now)]
        made.sort(key=lambda one: one.kept_at, reverse=True)
        return [PlanSummary(one.id, one.kept_at, proposed.get(one.id), one.solver) for one in made]

    def _rounds(
        self, caller: Principal, shared: SharedPlan, *, now: datetime
    ) -> tuple[CampaignRounds, ...]:
        if shared.kind == "purchase":
            return ()
        book, item = CampaignRoundsBook(self.store), shared.item.id
        found = list_page_items(lambda at: book.page(caller, item, after=at, limit=MOST, now=now))
        return tuple(sorted(found, key=lambda one: one.kept_at, reverse=True))


def is_large(item: Item) -> bool:
    """Whether more take part than a page tells without being asked."""
    many = item.n_members if isinstance(item, Purchase) else item.n_bodies
    return many > MOST_SIDES
