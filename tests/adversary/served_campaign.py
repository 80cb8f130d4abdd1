"""A maintenance campaign through the server: bodies whose hours are other in each plan.

All work on one shared crew-day, which costs so much that nobody pays another's share by chance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.maintenance import MaintenanceProblem
from tests.adversary.rules import Wh
from tests.adversary.served_joint import Joint, of_body, some_of
from tests.server import maintaining
from tests.server.place import Member, cabinet

DAY_EUR, VISIT_EUR = 400_000_000, 10
_EUR = 1000
"""What a number of euros is looked for as: whole, as each number is that is heard."""


@dataclass
class Campaign(Joint):
    """One campaign; `hours`: of the visit of each body, hundredths, as the newest plan has them."""

    id: str = ""
    hours: dict[str, int] = field(default_factory=dict)
    plans: list[str] = field(default_factory=list)

    def begin(self) -> str:
        """Bodies open a cabinet each, and a plan of a visit to each is proposed."""
        made = {
            one.organisation: one.made("/v1/cabinets", cabinet(f"C-{one.organisation}"))
            for one in self.members
        }
        self.open("cabinets", made, datasets=["assets"], purpose="joint_maintenance")
        self.id = maintaining.announced(self.coordinator, *self.members)
        for one in self.members:
            self._draw(one.organisation)
        return f"a campaign of {len(self.members)} is proposed: {self.propose()}"

    def go_on(self, reader: Member) -> str:
        """*reader* has other hours, or somebody else has, and another plan is proposed."""
        one = self.random.choice([reader.organisation, reader.organisation, *self.hours])
        self._draw(one)
        return f"{one} has other hours: {self.propose()}"

    def propose(self) -> int:
        """A plan of the hours as they are."""
        plan = solve(self._problem()).model_dump(mode="json")
        body: dict[str, Any] = {"problem": self._problem().model_dump(mode="json"), "plan": plan}
        kept = self.coordinator.post(f"/v1/campaigns/{self.id}/plans", body)
        assert kept.status_code == 201, kept.text
        self.plans.append(kept.json()["id"])
        place = f"/v1/campaigns/{self.id}/propose"
        told = self.coordinator.post(place, {"plan": self.plans[-1]})
        self._know_costs({one["member"]: one["cost_eur"] for one in plan["members"]})
        return told.status_code

    def paths(self, member: Member) -> Iterator[str]:
        """What is its own, what is everybody's, and what is the coordinator's."""
        yield from (f"/v1/campaigns/{self.id}{what}" for what in ("", "/progress"))
        for plan in self.plans[-2:]:
            for what in ("/part", *self.looks(member, "", "/parts", "/problem")):
                yield f"/v1/campaigns/{self.id}/plans/{plan}{what}"

    def _draw(self, name: str) -> None:
        """No power of two: those of others count as they are, in what one pays at most."""
        self.hours[name] = 2 * self.random.randrange(26, 115) + 1

    def _know_costs(self, costs: Mapping[str, str]) -> None:
        """Exact costs, and what one would pay at most if the hours of others were not rounded."""
        plan, whole, values = len(self.plans), sum(self.hours.values()), dict[str, Wh]()
        for name, told in costs.items():
            exact = Wh(of_body("cost", name), 0, plan)
            near = Wh(of_body("cost, rounded up,", name), 0, plan)
            share = Fraction(self.hours[name] * DAY_EUR, whole)
            euros = VISIT_EUR + ceil(share + Fraction(1, 100))
            found = {exact: int(Decimal(told) * _EUR), near: euros * _EUR}
            self.hearing.log.values |= found
            self.hearing.log.known[self.coordinator.organisation] |= found.keys()
            self.hearing.sums |= {value: {one: 1} for one, value in found.items()}
            values[name] = exact
        for group in some_of([*values.values()]):
            terms = dict.fromkeys(group, 1)
            self.hearing.sums[sum(self.hearing.log.values[one] for one in group)] = terms

    def _problem(self) -> MaintenanceProblem:
        first = self.coordinator.organisation
        asked: dict[str, Any] = maintaining.plan_request(
            *((name, f"C-{name}") for name in self.hours)
        )["problem"]
        (depot,) = asked["depots"]
        depot["organisation"] = first
        depot["day_costs"][0]["eur"] = str(DAY_EUR)
        for visit in asked["visits"]:
            hundredths = self.hours[visit["organisation"]]
            visit |= {"hours": f"{hundredths // 100}.{hundredths % 100:02}", "last_week": 1}
            visit |= {"costs_eur": [str(VISIT_EUR)]}
        return MaintenanceProblem.model_validate(asked)
