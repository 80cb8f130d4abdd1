"""A maintenance campaign of three communes by a syndicate: cabinets, agreements, plans, answers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.trust.agreements import Agreements
from synergie.maintenance.exchange.campaigns import Campaigns
from synergie.maintenance.exchange.parts import CampaignParts
from synergie.maintenance.exchange.progress import CampaignProgresses
from synergie.maintenance.exchange.runs import CampaignRuns
from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.campaign import Campaign, CampaignRecord
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.progress import CampaignProgress
from synergie.maintenance.records.run import CampaignInputs, CampaignPart, CampaignPlanRequest
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.shared_plan import PartRequest
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.storage.store import Store
from tests.exchange.lines import put
from tests.exchange.people import NOW, Body, body, terms

BODIES = ("aulnes", "bouleaux", "chenes")
MONDAY = date(2026, 11, 2)
"""Monday of week 1: at NOW weeks 1 to 3 are over."""


def record(**more: Any) -> CampaignRecord:
    values = {
        "name": "Éclairage : entretien en commun 2027",
        "reference": "Convention d'entente du 12 mars 2026, CGCT L5221-1",
    }
    return CampaignRecord.model_validate(values | more)


def cabinet(external_id: str, **more: Any) -> CabinetRecord:
    values = {"external_id": external_id, "insee_code": "54430", "provenance": "synthetic"}
    return CabinetRecord.model_validate(values | more)


def named(owner: str, n: int = 1) -> str:
    """The name of a cabinet of *owner*."""
    return f"A-{owner}-{n}"


def visit(owner: str, n: int = 1, **more: Any) -> dict[str, Any]:
    """A visit to a cabinet of *owner*, in one of four weeks."""
    first, last = more.get("first_week", 1), more.get("last_week", 4)
    return {
        "cabinet": named(owner, n),
        "organisation": owner,
        "zone": f"zone-{owner}",
        "hours": "3.5",
        "first_week": first,
        "last_week": last,
        "costs_eur": [f"{10 + week}.00" for week in range(first, last + 1)],
        "due_week": first,
        "light_points": 40,
    } | more


def problem(owners: tuple[str, ...] = BODIES, *more: dict[str, Any], **other: Any) -> Any:
    """Two visits of each of *owners*, each with a crew of its own, in a row of neighbours."""
    zones = [f"zone-{one}" for one in owners]
    values: dict[str, Any] = {
        "weeks": 4,
        "crew_day_hours": "7.00",
        "starts_on": MONDAY.isoformat(),
        "zones": [{"id": zone, "name": f"Commune {zone}"} for zone in zones],
        "neighbours": [
            {"first": one, "second": two, "travel_hours": "0.00"} for one, two in pairwise(zones)
        ],
        "depots": [
            {
                "id": f"depot-{one}",
                "organisation": one,
                "crew_days": [2] * 4,
                "day_costs": [{"zone": zone, "eur": "400.00"} for zone in zones],
            }
            for one in owners
        ],
        "visits": [*(visit(one) for one in owners), *more],
    }
    return MaintenanceProblem.model_validate(values | other)


@dataclass
class Maintaining:
    """Everybody at one store, at a time that the test sets."""

    store: Store
    coordinator: Body
    bodies: dict[str, Body]
    campaign: Campaign
    now: datetime = NOW
    agreements: dict[str, Agreement] = field(default_factory=dict)
    cabinets: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, names: tuple[str, ...] = BODIES) -> "Maintaining":
        """A campaign to which *names* were invited, each with two cabinets."""
        coordinator, bodies = body(store, "syndicat"), {one: body(store, one) for one in names}
        book = Campaigns(store)
        made = book.create(coordinator.caller, record(), now=NOW)
        made = book.invite(coordinator.caller, made.id, names, now=NOW)
        done = cls(store, coordinator, bodies, made)
        for one in names:
            some = [cabinet(named(one, n)) for n in (1, 2)]
            receipt = Cabinets(store).publish(bodies[one].caller, some, now=NOW)
            done.cabinets[one] = [known.id for known in receipt.items]
        return done

    @property
    def id(self) -> str:
        return self.campaign.id

    def agree(self, owner: str, **more: Any) -> Agreement:
        """An agreement that opens the cabinets of *owner* to the coordinator."""
        book, who = Agreements(self.store), self.bodies[owner]
        made = book.draft(who.caller, self.terms(owner, **more), now=self.now)
        book.act(who.caller, made.id, "propose", signature=who.sign(made), now=self.now)
        signed = self.coordinator.sign(made)
        self.agreements[owner] = book.act(
            self.coordinator.caller, made.id, "accept", signature=signed, now=self.now
        )
        return made

    def terms(self, owner: str, **more: Any) -> Terms:
        opened: dict[str, Any] = {
            "title": "Entretien en commun 2027",
            "datasets": ["assets", "work_orders"],
            "purpose": "joint_maintenance",
        }
        covered = more.pop("cabinets", self.cabinets[owner])
        selector = {"cabinets": covered}
        return terms(self.bodies[owner], self.coordinator, selector, **(opened | more))

    def ready(self) -> "Maintaining":
        """All joined."""
        for one in self.bodies:
            self.agree(one)
        return self

    def inputs(self) -> CampaignInputs:
        who = self.coordinator.caller
        return CampaignRuns(self.store).inputs(who, self.id, now=self.now)

    def keep(self, solved: MaintenanceProblem, plan: MaintenancePlan | None = None) -> str:
        """A plan of *solved*, kept."""
        request = CampaignPlanRequest(problem=solved, plan=plan or solve(solved))
        who = self.coordinator.caller
        return CampaignRuns(self.store).keep(who, self.id, request, now=self.now).id

    def act(self, act: Any, plan: str | None = None) -> Campaign:
        who = self.coordinator.caller
        return Campaigns(self.store).act(who, self.id, act, plan=plan, now=self.now)

    def part(self, owner: str, plan: str) -> CampaignPart:
        who = self.bodies[owner].caller
        return CampaignParts(self.store).read(who, self.id, plan, now=self.now)

    def answer(self, owner: str, plan: str, answer: Any = "accept", **more: Any) -> CampaignPart:
        said = {"answer": answer, "part_sha256": self.part(owner, plan).sha256} | more
        request = PartRequest.model_validate(said)
        who = self.bodies[owner].caller
        return CampaignParts(self.store).answer(who, self.id, plan, request, now=self.now)

    def proposed(self, solved: MaintenanceProblem | None = None) -> str:
        """A plan that all bodies may read."""
        plan = self.keep(solved or problem(tuple(self.bodies)))
        self.act("propose", plan)
        return plan

    def adopted(self, solved: MaintenanceProblem | None = None) -> str:
        """A plan in force."""
        plan = self.proposed(solved)
        for one in self.bodies:
            self.answer(one, plan)
        self.act("adopt", plan)
        return plan

    def progress(self, who: Body | None = None) -> CampaignProgress:
        caller = (who or self.coordinator).caller
        return CampaignProgresses(self.store).read(caller, self.id, now=self.now)

    def publish(self, owner: str, external_id: str, **more: Any) -> None:
        """A cabinet of *owner*, new or in the place of what it was."""
        who = self.bodies.get(owner, self.coordinator).caller
        Cabinets(self.store).publish(who, [cabinet(external_id, **more)], now=self.now)

    def deposit(self, owner: str, *records: Any) -> None:
        """A file of *records* that *owner* deposits."""
        put(self.store, self.bodies[owner], *records, now=self.now)
