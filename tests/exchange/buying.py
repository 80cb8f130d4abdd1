"""A purchase of three communes by a syndicate: whoever may act, needs, offers and agreements."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from synergie.exchange.trust.agreements import Agreements
from synergie.purchase.exchange.parts import PurchaseParts
from synergie.purchase.exchange.purchase_needs import PurchaseNeeds
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.purchase.plan.award import solve
from synergie.purchase.records.group import Purchase, PurchaseRecord
from synergie.purchase.records.needs import Needs, NeedsRecord, OffersRecord
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.run import PlanRequest, PurchaseInputs, PurchasePart
from synergie.schemas.shared_plan import PartRequest
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body, terms

MEMBERS = ("aulnes", "bouleaux", "chenes")
DEADLINE = NOW + timedelta(days=10)
EXPIRY = NOW + timedelta(days=20)


def record(**more: Any) -> PurchaseRecord:
    """A purchase of one lot of buildings, which members may leave (needs are firm by default)."""
    values: dict[str, Any] = {
        "name": "Électricité 2028-2029",
        "reference": "Convention constitutive du 12 mars 2026",
        "may_leave": True,
        "lots": [
            {
                "id": "lot-1",
                "name": "Bâtiments",
                "market_segments": ["C5"],
                "usages": ["building"],
                "running_alone_eur": "120.00",
            }
        ],
    }
    return PurchaseRecord.model_validate(values | more)


def needs(member: str, mwh: str = "100", code: str = "99000000000001", **more: Any) -> NeedsRecord:
    """One delivery point of *member*."""
    point = {
        "id": code,
        "member": member,
        "market_segment": "C5",
        "usage": "building",
        "tariff_code": "BTINFMUDT",
        "energy": [{"time_class": "HP", "mwh": mwh}, {"time_class": "HC", "mwh": "50"}],
    }
    values = {"mandate": f"Délibération de {member}", "points": [point]}
    return NeedsRecord.model_validate(values | more)


def offer(key: str = "alize", hp: str = "90.10", **more: Any) -> dict[str, Any]:
    """An offer of one supplier: cheaper from 300 MWh on."""

    def tier(start: str, end: str | None, less: str) -> dict[str, Any]:
        prices = [("HP", Decimal(hp) - Decimal(less)), ("HC", Decimal("70.20") - Decimal(less))]
        cells = [
            {"tariff_code": "BTINFMUDT", "time_class": name, "eur_per_mwh": str(price)}
            for name, price in prices
        ]
        return {"from_mwh": start, "to_mwh": end, "prices": cells}

    values: dict[str, Any] = {
        "id": f"offre-{key}",
        "lot": "lot-1",
        "supplier": f"Fournisseur {key}",
        "fixed_eur": "150.00",
        "tiers": [tier("0", "299.999999", "0"), tier("300", None, "6.00")],
        "valid_until": EXPIRY.isoformat(),
    }
    return values | more


def offers(*some: dict[str, Any], **more: Any) -> OffersRecord:
    """Offers as they are deposited; a dear second one beside the usual."""
    usual = offer(**more), offer("boreal", "99.90", **more)
    return OffersRecord.model_validate({"offers": some or usual})


def lasting_offers() -> OffersRecord:
    """The same for a server that reads the real clock: they hold in any year of these tests."""
    return offers(valid_until="2100-01-01T00:00:00Z")


@dataclass
class Buying:
    """Everybody at one store, at a time that the test sets."""

    store: Store
    coordinator: Body
    members: dict[str, Body]
    purchase: Purchase
    now: datetime = NOW
    agreements: dict[str, Agreement] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, names: tuple[str, ...] = MEMBERS, **more: Any) -> "Buying":
        """A purchase to which *names* were invited."""
        coordinator, members = body(store, "syndicat"), {one: body(store, one) for one in names}
        book = Purchases(store)
        made = book.create(coordinator.caller, record(**more), now=NOW)
        made = book.invite(coordinator.caller, made.id, names, now=NOW)
        return cls(store, coordinator, members, made)

    @property
    def id(self) -> str:
        return self.purchase.id

    def agree(self, member: str, **more: Any) -> Agreement:
        """An agreement that opens the needs of *member* to the coordinator."""
        book, owner = Agreements(self.store), self.members[member]
        made = book.draft(owner.caller, self.terms(member, **more), now=self.now)
        book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=self.now)
        signed = self.coordinator.sign(made)
        caller = self.coordinator.caller
        self.agreements[member] = book.act(
            caller, made.id, "accept", signature=signed, now=self.now
        )
        return made

    def terms(self, member: str, **more: Any) -> Terms:
        opened: dict[str, Any] = {"datasets": ["needs"], "granularity": "year"}
        return terms(
            self.members[member],
            self.coordinator,
            {"purchases": [self.id]},
            **(opened | more),
        )

    def publish(self, member: str, said: NeedsRecord | None = None) -> Needs:
        code = f"9900000000010{list(self.members).index(member)}"
        said = said or needs(member, code=code)
        who = self.members[member].caller
        return PurchaseNeeds(self.store).publish(who, self.id, said, now=self.now)

    def bring(self, *some: dict[str, Any]) -> None:
        PurchaseNeeds(self.store).save_offers(
            self.coordinator.caller, self.id, offers(*some), now=self.now
        )

    def inputs(self) -> PurchaseInputs:
        return PurchaseRuns(self.store).inputs(self.coordinator.caller, self.id, now=self.now)

    def keep(self, told: PurchaseInputs, plan: PurchasePlan) -> str:
        request = PlanRequest(problem_sha256=told.problem_sha256, plan=plan)
        who = self.coordinator.caller
        return PurchaseRuns(self.store).keep(who, self.id, request, now=self.now).id

    def computed(self) -> str:
        """A plan of the inputs as they are, kept."""
        told = self.inputs()
        return self.keep(told, solve(told.problem))

    def run(self, plan: str) -> PurchasePlan:
        """The whole plan, as the coordinator reads it."""
        who = self.coordinator.caller
        found = PurchaseRuns(self.store).read(who, self.id, plan, now=self.now).plan
        assert found is not None
        return found

    def act(self, act: Any, plan: str | None = None) -> Purchase:
        book, who = Purchases(self.store), self.coordinator.caller
        return book.act(who, self.id, act, plan=plan, now=self.now)

    def part(self, member: str, plan: str) -> PurchasePart:
        who = self.members[member].caller
        return PurchaseParts(self.store).read(who, self.id, plan, now=self.now)

    def answer(self, member: str, plan: str, answer: Any = "accept", **more: Any) -> PurchasePart:
        said = {"answer": answer, "part_sha256": self.part(member, plan).sha256} | more
        request = PartRequest.model_validate(said)
        who = self.members[member].caller
        return PurchaseParts(self.store).answer(who, self.id, plan, request, now=self.now)

    def ready(self) -> "Buying":
        """All joined, all needs published, the offers there, the survey closed."""
        for member in self.members:
            self.agree(member)
            self.publish(member)
        self.bring()
        self.act("close_survey")
        return self

    def proposed(self) -> str:
        """A plan that all members may read."""
        plan = self.ready().computed()
        self.act("propose", plan)
        return plan
