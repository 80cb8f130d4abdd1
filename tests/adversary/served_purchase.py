"""A pooled purchase through the server: needs that are told again, and what each member hears.

What a member needs in each time class is a random number of watt-hours: a sum of fewer than three
others' needs may be computed by nobody but the coordinator, who is given them all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from random import Random

from tests.adversary.hearing import Hearing
from tests.adversary.rules import Wh
from tests.server import buying
from tests.server.place import Member, active

LEAST_OTHERS = 3
_CLASSES = ("HP", "HC")
_NEED = "need of "


@dataclass
class Purchase:
    """One purchase of *coordinator* and *members*; `told`: the needs of each, newest last."""

    random: Random
    hearing: Hearing
    coordinator: Member
    members: Sequence[Member]
    id: str = ""
    plans: list[str] = field(default_factory=list)
    told: dict[str, list[tuple[Wh, ...]]] = field(default_factory=dict)

    def begin(self) -> None:
        """Members are invited, say what they need, and a plan is proposed."""
        self.id = buying.announced(self.coordinator, *self.members)
        for member in self.members:
            if member is not self.coordinator:
                selector = {"purchases": [self.id]}
                active(member, self.coordinator, selector=selector, datasets=["needs"])
            self.publish(member)
        buying.brought(self.coordinator, self.id)
        self.plans.append(buying.proposed(self.coordinator, self.id)["plan"])

    def publish(self, member: Member) -> int:
        """*member* says what it needs, anew; the status of the answer."""
        name, version = member.organisation, len(self.told.get(member.organisation, ()))
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
            some = tuple(Wh(f"{_NEED}{name}", n, version) for n, _ in enumerate(_CLASSES))
            self.told.setdefault(name, []).append(some)
            self.hearing.log.values |= dict(zip(some, drawn, strict=True))
            for who in (name, self.coordinator.organisation):
                self.hearing.log.known[who] |= {*some}
            self._know_sums()
        return answer.status_code

    def vary(self, member: Member) -> str:
        """The survey is opened again, *member* says something else, and a plan is proposed."""
        opened = self.coordinator.post(f"/v1/purchases/{self.id}/open_survey", {})
        status = self.publish(member)
        if opened.status_code == 200 and status == 200:
            self.plans.append(buying.proposed(self.coordinator, self.id)["plan"])
        return f"{member.organisation} varies its needs: {opened.status_code}, {status}"

    def award(self) -> str:
        """Each member accepts its part, and the plan is awarded: the group's totals are told."""
        plan = f"/v1/purchases/{self.id}/plans/{self.plans[-1]}"
        for member in self.members:
            part = member.get(f"{plan}/part")
            if part.status_code == 200:
                body = {"answer": "accept", "part_sha256": part.json()["sha256"]}
                member.post(f"{plan}/answer", body)
        body = {"plan": self.plans[-1]}
        told = self.coordinator.post(f"/v1/purchases/{self.id}/award", body)
        return f"the purchase is awarded: {told.status_code}"

    def asked(self, member: Member) -> Iterator[str]:
        """Where *member* reads what it is told."""
        yield f"/v1/purchases/{self.id}"
        yield f"/v1/purchases/{self.id}/needs"
        yield f"/v1/purchases/{self.id}/offers"
        yield f"/v1/purchases/{self.id}/inputs"
        yield f"/v1/purchases/{self.id}/plans"
        for plan in self.plans:
            for what in ("", "/part", "/parts", "/inputs"):
                yield f"/v1/purchases/{self.id}/plans/{plan}{what}"

    def _know_sums(self) -> None:
        """Every sum over some members, of one class or of both, of the newest needs."""
        newest = [some[-1] for some in self.told.values()]
        for group in chain.from_iterable(combinations(newest, n + 1) for n in range(len(newest))):
            for classes in ((0,), (1,), (0, 1)):
                terms = {needs[one]: 1 for needs in group for one in classes}
                self.hearing.sums[sum(self.hearing.log.values[one] for one in terms)] = terms


def with_needs(
    rule: Callable[[Mapping[Wh, int]], str | None],
) -> Callable[[Mapping[Wh, int]], str | None]:
    """*rule* for readings; of needs, three bodies at least."""

    def both(terms: Mapping[Wh, int]) -> str | None:
        bodies = {one.point for one in terms if one.point.startswith(_NEED)}
        if not bodies:
            return rule(terms)
        return f"needs of {len(bodies)} bodies" if len(bodies) < LEAST_OTHERS else None

    return both
