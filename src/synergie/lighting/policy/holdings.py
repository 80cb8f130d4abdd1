"""Whose a study of several bodies is: cabinets, luminaires and communes, body by body. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from synergie.lighting.records.study import LightingStudy


@dataclass(frozen=True, slots=True)
class Holdings:
    """What each body of a study has in it."""

    cabinets: Mapping[str, frozenset[str]]
    """Body → its cabinets. Every body is here, one with loose luminaires alone, too."""
    lights: Mapping[str, int]
    """Body → how many luminaires."""
    communes: Mapping[str, frozenset[str]]
    """Commune → the bodies that have a cabinet or a luminaire there."""
    counts: Mapping[str, int]
    """Commune → how many luminaires."""
    unplaced: int
    """Luminaires whose commune is not known."""
    loose: int
    """Luminaires whose cabinet is not known."""

    def alone(self, body: str) -> frozenset[str]:
        """The communes that *body* alone lights."""
        return frozenset(one for one, bodies in self.communes.items() if bodies == {body})

    def shared(self, body: str) -> frozenset[str]:
        """The communes that *body* lights beside others."""
        return frozenset(
            one for one, bodies in self.communes.items() if body in bodies and len(bodies) > 1
        )


def build_holdings(problem: LightingStudy, loose: Mapping[str, str]) -> Holdings:
    """What each body has in *problem*; *loose*: whose a luminaire is that names no cabinet."""
    cabinets = {one.id: one for one in problem.cabinets}
    of_body: dict[str, set[str]] = {body: set() for body in loose.values()}
    communes: dict[str, set[str]] = defaultdict(set)
    lights: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    unplaced = without = 0
    for cabinet in problem.cabinets:
        of_body.setdefault(cabinet.body, set()).add(cabinet.id)
        if cabinet.insee_code is not None:
            communes[cabinet.insee_code].add(cabinet.body)
    for light in problem.lights:
        feeder = None if light.cabinet is None else cabinets[light.cabinet]
        body = loose[light.id] if feeder is None else feeder.body
        commune = light.insee_code or (feeder.insee_code if feeder else None)
        lights[body] += light.count
        without += light.count if feeder is None else 0
        if commune is None:
            unplaced += light.count
        else:
            communes[commune].add(body)
            counts[commune] += light.count
    return Holdings(
        {body: frozenset(some) for body, some in of_body.items()},
        lights,
        {code: frozenset(bodies) for code, bodies in communes.items()},
        counts,
        unplaced,
        without,
    )
