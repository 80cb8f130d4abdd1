"""A pooled purchase through the server: needs that are told again, and what each member hears.

What a member needs in each time class is a random number of watt-hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from synergie.purchase.plan.award import solve
from synergie.purchase.records.run import PurchaseInputs
from tests.adversary.rules import Wh
from tests.adversary.served_joint import Joint, of_body, some_of
from tests.server import buying
from tests.server.place import Member

_CLASSES = ("HP", "HC")


@dataclass
class Purchase(Joint):
    """One purchase; `versions`: the needs of each member, newest last."""

    id: str = ""
    plans: list[str] = field(default_factory=list)
    versions: dict[str, list[tuple[Wh, ...]]] = field(default_factory=dict)

    def begin(self) -> str:
        """Members are invited, say what they need, and a plan is proposed."""
        self.id = buying.announced(self.coordinator, *self.members)
        mine = {one.organisation: [self.id] for one in self.members}
        self.open("purchases", mine, datasets=["needs"])
        for member in self.members:
            self.publish(member)
        buying.brought(self.coordinator, self.id)
        return f"a purchase of {len(self.members)} is proposed: {self.propose()}"

    def go_on(self, reader: Member) -> str:
        """It is awarded, or *reader* needs something else."""
        return self.award() if self.random.random() < 0.5 else self.vary(reader)

    def publish(self, member: Member) -> int:
        """*member* says what it needs, anew; the status of the answer."""
        name = member.organisation
        version = len(self.versions.get(name, ()))
        drawn = [self.random.randrange(50_000_000, 150_000_000) for _ in _CLASSES]
        energy = [
            {"time_class": one, "mwh": f"{value // 10**6}.{value % 10**6:06}"}
            for one, value in zip(_CLASSES, drawn, strict=True)
        ]
        code = f"99{7_000_000 + sum(map(ord, name)):012d}"
        body = buying.needs(member, code)
        body["points"][0]["energy"] = energy
        answer = member.put(f"/v1/purchases/{self.id}/needs", body)
        assert answer.status_code in {200, 409}, answer.text
        if answer.status_code == 200:
            some = tuple(Wh(of_body("need", name), n, version) for n, _ in enumerate(_CLASSES))
            self.versions.setdefault(name, []).append(some)
            self.know(name, dict(zip(some, drawn, strict=True)))
            self._know_sums()
        return answer.status_code

    def vary(self, member: Member) -> str:
        """The survey is opened again, *member* says something else, and a plan is proposed."""
        opened = self._act("open_survey", {})
        told = [opened, self.publish(member)]
        told += [self.propose()] if told == [200, 200] else []
        return f"{member.organisation} varies its needs: {told}"

    def propose(self) -> int:
        """A plan of the needs as they are; 409 where it would tell another rate of one cost."""
        asked = self.coordinator.get(f"/v1/purchases/{self.id}/inputs")
        inputs = PurchaseInputs.model_validate_json(asked.content)
        plan = solve(inputs.problem).model_dump(mode="json")
        body = {"problem_sha256": inputs.problem_sha256, "plan": plan}
        kept = self.coordinator.post(f"/v1/purchases/{self.id}/plans", body)
        assert kept.status_code == 201, kept.text
        self._act("close_survey", {})
        told = self._act("propose", {"plan": kept.json()["id"]})
        assert told in {200, 409}
        self.plans += [kept.json()["id"]] if told == 200 else []
        return told

    def award(self) -> str:
        """Each member accepts its part, and the plan is awarded: the group's totals are told."""
        if not self.plans:
            return "nothing to award"
        plan = f"/v1/purchases/{self.id}/plans/{self.plans[-1]}"
        for member in self.members:
            part = member.get(f"{plan}/part")
            if part.status_code == 200:
                body = {"answer": "accept", "part_sha256": part.json()["sha256"]}
                member.post(f"{plan}/answer", body)
        return f"the purchase is awarded: {self._act('award', {'plan': self.plans[-1]})}"

    def paths(self, member: Member) -> Iterator[str]:
        """What is its own, what is everybody's, and what is the coordinator's."""
        whole = ("", "/needs", *self.looks(member, "/offers", "/inputs", "/plans"))
        yield from (f"/v1/purchases/{self.id}{what}" for what in whole)
        for plan in self.plans:
            for what in ("/part", *self.looks(member, "", "/parts", "/inputs")):
                yield f"/v1/purchases/{self.id}/plans/{plan}{what}"

    def _act(self, act: str, body: dict[str, str]) -> int:
        return self.coordinator.post(f"/v1/purchases/{self.id}/{act}", body).status_code

    def _know_sums(self) -> None:
        """Every sum over some members, of one class or of both, of the newest needs."""
        values = self.hearing.log.values
        for group in some_of([some[-1] for some in self.versions.values()]):
            for classes in ((0,), (1,), (0, 1)):
                terms = {needs[one]: 1 for needs in group for one in classes}
                self.hearing.sums[sum(values[one] for one in terms)] = terms
