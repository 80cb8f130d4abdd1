"""A joint lighting study through the server: who reads the totals of which scenarios.

The power of each body's luminaires is a random number of watts, a multiple of sixty: what they use
in a year is a whole number of watt-hours, found again in every sum and difference of two scenarios.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.adversary.rules import Wh
from tests.adversary.served_joint import Joint, of_body, some_of
from tests.server import lighting
from tests.server.lighting import Owned
from tests.server.place import Member, cabinet, light_point

_ALIKE = 60 * 5
"""Luminaires of each body: what is drawn is the power of one, below 30 kW."""


@dataclass
class Study(Joint):
    """One joint study; `powers`: of the luminaires of each body, W, in the newest comparison."""

    id: str = ""
    powers: dict[str, int] = field(default_factory=dict)
    compared: list[str] = field(default_factory=list)

    def begin(self) -> str:
        """Bodies open a cabinet and a light each, and a comparison is proposed."""
        made = {one.organisation: self._declare(one) for one in self.members}
        self.open("cabinets", made, datasets=["assets"], purpose="lighting_planning")
        self.id = lighting.announced(self.coordinator, *self.members)
        return f"a study of {len(self.members)} is proposed: {self.propose(self._names())}"

    def go_on(self, reader: Member) -> str:
        """Another comparison: of other lights, or of fewer bodies."""
        some = self._names()
        if len(some) > 2 and self.random.random() < 0.4:
            some.remove(self.random.choice(some[1:]))
        return f"{some} are compared: {self.propose(some)}"

    def propose(self, some: list[str]) -> int:
        """A comparison of the lights of *some*, with other powers than before."""
        self._draw(some)
        body = lighting.request(*map(self._owned, some), lights=[*map(self._light, some)])
        kept = self.coordinator.post(f"/v1/lighting-studies/{self.id}/comparisons", body)
        assert kept.status_code == 201, kept.text
        self.compared.append(kept.json()["id"])
        self._know_sums(body["comparison"]["scenarios"])
        told = {"comparison": self.compared[-1]}
        return self.coordinator.post(f"/v1/lighting-studies/{self.id}/propose", told).status_code

    def paths(self, member: Member) -> Iterator[str]:
        """What is its own, what is everybody's, and what is the coordinator's."""
        yield f"/v1/lighting-studies/{self.id}"
        for one in self.compared[-2:]:
            for what in ("/part", *self.looks(member, "", "/parts", "/problem", "/weighing")):
                yield f"/v1/lighting-studies/{self.id}/comparisons/{one}{what}"

    def _names(self) -> list[str]:
        return [one.organisation for one in self.members]

    def _declare(self, member: Member) -> list[str]:
        name = member.organisation
        made = member.made("/v1/cabinets", cabinet(f"L-{name}"))
        member.made("/v1/light-points", light_point(f"P-{name}", cabinet=f"L-{name}"))
        return made

    def _draw(self, some: list[str]) -> None:
        """Until no two groups of bodies have the same power together, nor one a round one.

        Of 12 MW the watt-hours are a constant of the page (4109 h), but for a power of ten.
        """
        while True:
            self.powers = {name: _ALIKE * self.random.randrange(9_000, 30_000) for name in some}
            sums = [sum(group) for group in some_of([*self.powers.values()])]
            if len({*sums}) == len(sums) and all(one // _ALIKE % 10 for one in sums):
                return

    def _owned(self, name: str) -> Owned:
        place = self._names().index(name)
        return name, f"L-{name}", f"{54430 + place}", f"P-{name}"

    def _light(self, name: str) -> Mapping[str, Any]:
        return {
            "id": f"P-{name}", "cabinet": f"L-{name}", "source_type": "SHP",
            "count": _ALIKE, "power_w": self.powers[name] // _ALIKE, "flux_lm": 9000, "ulr": 0.1,
            "cct_k": 2000, "installed_on": "2005-01-01", "usage": "A",
        }  # fmt: skip

    def _know_sums(self, scenarios: list[dict[str, Any]]) -> None:
        """What each group of bodies uses in each scenario with their own lights, and saves."""
        version, whole = len(self.compared), sum(self.powers.values())
        lights = {name: Wh(of_body("lights", name), 0, version) for name in self.powers}
        for name, one in lights.items():
            self.know(name, {one: self.powers[name]})
        used = [Fraction(_energy_wh(one), whole) for one in scenarios[:2]]
        for group in some_of([*lights]):
            power = sum(self.powers[name] for name in group)
            for hours in (*used, used[0] - used[1]):
                terms = {lights[name]: hours for name in group}
                self.hearing.sums[int(power * hours)] = terms


def _energy_wh(scenario: Mapping[str, Any]) -> int:
    (told,) = (one for one in scenario["indicators"] if one["criterion"] == "energy")
    return round(Decimal(repr(told["value"])) * 10**6)
