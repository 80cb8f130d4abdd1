"""Small maintenance years for the tests, drawn and by hand, and a whole département."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from synergie.maintenance.records.maintenance import (
    DayCost,
    Depot,
    MaintenanceProblem,
    Neighbours,
    Promised,
    Visit,
    Zone,
)


def visit(name: str, hours: str, costs: list[int], **changes: Any) -> Visit:
    given_: dict[str, Any] = {
        "cabinet": name,
        "organisation": "org-a",
        "zone": "g1",
        "hours": Decimal(hours),
        "first_week": 1,
        "last_week": len(costs),
        "costs_eur": tuple(Decimal(c) for c in costs),
    }
    return Visit.model_validate(given_ | changes)


def depot(name: str, days: list[int], costs: dict[str, int], **changes: Any) -> Depot:
    given_: dict[str, Any] = {
        "id": f"d-{name}",
        "organisation": name,
        "crew_days": tuple(days),
        "day_costs": tuple(DayCost(zone=z, eur=Decimal(c)) for z, c in costs.items()),
    }
    return Depot.model_validate(given_ | changes)


def small(**changes: Any) -> MaintenanceProblem:
    """Two organisations, one visit of half a day each in two neighbouring zones."""
    given_: dict[str, Any] = {
        "weeks": 2,
        "crew_day_hours": Decimal(7),
        "zones": (Zone(id="g1", name="G1"), Zone(id="g2", name="G2")),
        "neighbours": (Neighbours(first="g2", second="g1", travel_hours=Decimal("0.5")),),
        "depots": (
            depot("org-a", [2, 2], {"g1": 100, "g2": 120}),
            depot("org-b", [2, 2], {"g1": 130, "g2": 110}),
        ),
        "visits": (
            visit("c1", "3.5", [10, 0]),
            visit("c2", "3", [0, 5], zone="g2", organisation="org-b"),
        ),
    }
    return MaintenanceProblem.model_validate(given_ | changes)


MIXES: tuple[tuple[str, ...], ...] = (
    ("separate", "shared_supports", "shared_neutral"),
    ("separate",),
    ("shared_supports", "separate"),
)


@st.composite
def problems(draw: st.DrawFn) -> MaintenanceProblem:
    """Two zones, two organisations, up to four visits in up to three weeks."""
    weeks = draw(st.integers(1, 3))
    cost = st.integers(40, 120)
    visits = []
    for i in range(draw(st.integers(1, 4))):
        first = draw(st.integers(1, weeks))
        last = draw(st.integers(first, weeks))
        visits.append(
            visit(
                f"c{i}",
                draw(st.sampled_from(["1.75", "3", "3.5", "7", "8.75"])),
                [draw(st.integers(0, 30)) for _ in range(last - first + 1)],
                first_week=first,
                last_week=last,
                zone=draw(st.sampled_from(["g1", "g2"])),
                organisation=draw(st.sampled_from(["org-a", "org-b"])),
                network_mix=draw(st.sampled_from([None, "separate", "shared_supports"])),
            )
        )
    depots = [
        depot(
            name,
            [draw(st.integers(0, 2)) for _ in range(weeks)],
            {"g1": draw(cost), "g2": draw(cost)},
            network_mixes=draw(st.sampled_from(MIXES)),
        )
        for name in ("org-a", "org-b")[: draw(st.integers(1, 2))]
    ]
    pair = Neighbours(first="g1", second="g2", travel_hours=Decimal("0.5"))
    return small(
        weeks=weeks,
        depots=tuple(depots),
        visits=tuple(visits),
        neighbours=(pair,) if draw(st.booleans()) else (),
    )


SKILLS: tuple[tuple[str, ...], ...] = ((), ("platform",), ("platform", "live-work"))


@st.composite
def services(draw: st.DrawFn) -> MaintenanceProblem:
    """Two zones, two depots, four visits, four weeks: skills, closed weeks, lateness, promises."""
    weeks = draw(st.integers(2, 4))
    visits = tuple(_service(draw, i, weeks) for i in range(draw(st.integers(1, 4))))
    depots = tuple(
        depot(
            name,
            [draw(st.integers(0, 2)) for _ in range(weeks)],
            {"g1": draw(st.integers(40, 120)), "g2": draw(st.integers(40, 120))},
            network_mixes=draw(st.sampled_from(MIXES)),
            skills=draw(st.sampled_from(SKILLS)),
        )
        for name in ("org-a", "org-b")
    )
    limits = st.one_of(st.none(), st.integers(0, 60))
    promised = [
        Promised(visit=v.id or v.cabinet, week=draw(st.integers(1, weeks)))
        for v in visits
        if draw(st.booleans())
    ]
    return small(
        weeks=weeks,
        zones=tuple(Zone(id=z, name=z, most_late=draw(limits)) for z in ("g1", "g2")),
        depots=depots,
        visits=visits,
        neighbours=(Neighbours(first="g1", second="g2", travel_hours=Decimal("0.5")),)
        if draw(st.booleans())
        else (),
        promised=tuple(promised),
        move_eur=Decimal(draw(st.sampled_from([0, 7, 25]))),
    )


def _service(draw: st.DrawFn, i: int, weeks: int) -> Visit:
    first = draw(st.integers(1, weeks))
    last = draw(st.integers(first, weeks))
    window = range(first, last + 1)
    closed = (
        draw(st.sets(st.sampled_from(window), max_size=len(window) - 1)) if last > first else ()
    )
    return visit(
        f"c{i // 2}",
        draw(st.sampled_from(["1.75", "3.5", "7", "8.75"])),
        [draw(st.integers(0, 30)) for _ in window],
        id=f"v{i}",
        first_week=first,
        last_week=last,
        zone=draw(st.sampled_from(["g1", "g2"])),
        organisation=draw(st.sampled_from(["org-a", "org-b"])),
        network_mix=draw(st.sampled_from([None, "separate", "shared_supports"])),
        skills=draw(st.sampled_from(SKILLS[:2])),
        closed_weeks=tuple(sorted(closed)),
        due_week=draw(st.one_of(st.none(), st.integers(1, weeks))),
        light_points=draw(st.integers(0, 30)),
    )


def departement(
    seed: int, *, lights: int = 100_000, zones: int = 65, depots: int = 3, per_cabinet: int = 25
) -> MaintenanceProblem:
    """A year of a whole département: cabinets of *per_cabinet* lights in zones of unequal size.

    Each depot serves all zones, those near it cheaper; crew-days are tight in the weeks before
    the winter, as they are. Nothing of it is real.
    """
    chance = random.Random(seed)  # noqa: S311 (a draw that must repeat, not a secret)
    places = [(chance.random(), chance.random()) for _ in range(zones)]
    homes = [(chance.random(), chance.random()) for _ in range(depots)]
    shares = [chance.lognormvariate(0, 0.6) for _ in range(zones)]
    visits = lights // per_cabinet
    counts = [max(1, round(visits * share / sum(shares))) for share in shares]
    needed = visits * 6.7 / 7 / 52  # crew-days a week on average
    return MaintenanceProblem(
        weeks=52,
        crew_day_hours=Decimal(7),
        zones=tuple(Zone(id=f"z{g:03d}", name=f"z{g:03d}") for g in range(zones)),
        depots=tuple(
            Depot(
                id=f"depot-{d}",
                organisation=f"org-{d}",
                crew_days=tuple(
                    round(needed / depots * (1.15 if 36 <= w <= 44 else 1.6)) for w in range(52)
                ),
                day_costs=tuple(
                    DayCost(zone=f"z{g:03d}", eur=_far(homes[d], place))
                    for g, place in enumerate(places)
                ),
            )
            for d in range(depots)
        ),
        visits=tuple(_park(chance, counts, depots)),
    )


def _far(home: tuple[float, float], place: tuple[float, float]) -> Decimal:
    apart = ((home[0] - place[0]) ** 2 + (home[1] - place[1]) ** 2) ** 0.5
    return Decimal(str(round(45 + 60 * apart, 2)))


def _park(chance: random.Random, counts: list[int], depots: int) -> Iterator[Visit]:
    for g, count in enumerate(counts):
        for i in range(count):
            due, half = chance.randint(1, 52), 12
            first, last = max(1, due - half), min(52, due + half)
            slow, fast = chance.uniform(0.3, 1.6), chance.uniform(10, 30)
            base = chance.uniform(60, 200)
            yield Visit(
                cabinet=f"A-{g:03d}-{i:03d}",
                organisation=f"org-{(g + (i % 7 == 0)) % depots}",
                zone=f"z{g:03d}",
                hours=Decimal(chance.randint(14, 40)) / 4,
                first_week=first,
                last_week=last,
                costs_eur=tuple(
                    Decimal(str(round(base + slow * max(0, due - w) + fast * max(0, w - due), 2)))
                    for w in range(first, last + 1)
                ),
                light_points=25,
                due_week=due,
            )


def hard_year(
    seed: int, *, visits: int = 40, zones: int = 13, depots: int = 3, pairs: int = 13,
    weeks: int = 52, day_eur: int = 400, base_eur: tuple[int, int] = (80, 80),
    hours: tuple[str, ...] = ("1.75", "3.5", "2", "5", "7"),
) -> MaintenanceProblem:  # fmt: skip
    """A year whose crews differ in what they may do: exchanges of whole days find no plan of it.

    Hours that are no parts of one another; *pairs* of neighbours link most zones; the first depot
    may do everything, the others part of it. Nothing of it is real.
    """
    chance = random.Random(seed)  # noqa: S311 (a draw that must repeat, not a secret)
    names = [f"z{g:02d}" for g in range(zones)]
    places = [(chance.random(), chance.random()) for _ in names]
    near = sorted(
        ((a, b) for a in range(zones) for b in range(a)),
        key=lambda ab: _far(places[ab[0]], places[ab[1]]),
    )
    mixes: tuple[tuple[str, ...], ...] = (MIXES[0], *((MIXES[2], MIXES[1]) * depots))
    needed = visits * 4.2 / 7 / weeks
    return MaintenanceProblem(
        weeks=weeks,
        crew_day_hours=Decimal(7),
        zones=tuple(Zone(id=name, name=name) for name in names),
        neighbours=tuple(
            Neighbours(first=names[a], second=names[b], travel_hours=Decimal("0.5"))
            for a, b in near[:pairs]
        ),
        depots=tuple(
            depot(
                f"org-{d}",
                [max(1, round(needed * chance.uniform(0.8, 2.4) / depots)) for _ in range(weeks)],
                {name: day_eur + int(_far(places[d % zones], place)) for name, place in
                 zip(names, places, strict=True)},
                network_mixes=mixes[d],
                skills=SKILLS[2 - d % 3],
            )
            for d in range(depots)
        ),
        visits=tuple(
            _hard_visit(chance, i, (names, depots, weeks), (base_eur, hours)) for i in range(visits)
        ),
    )  # fmt: skip


THIRDS = ("0.333", "1.667", "2.333", "4.667", "7")
"""Hours that no quarter of a crew-day is a multiple of."""


def _hard_visit(
    chance: random.Random, i: int, where: tuple[list[str], int, int],
    what: tuple[tuple[int, int], tuple[str, ...]],
) -> Visit:  # fmt: skip
    (names, depots, weeks), (base_eur, hours) = where, what
    due, half = chance.randint(1, weeks), 12
    first, last = max(1, due - half), min(weeks, due + half)
    slow, fast = chance.uniform(0.3, 1.6), chance.uniform(10, 30)
    base = base_eur[0] if base_eur[0] == base_eur[1] else chance.randint(*base_eur)
    return visit(
        f"A-{i:03d}",
        chance.choice(hours),
        [
            round(base + slow * max(0, due - w) + fast * max(0, w - due))
            for w in range(first, last + 1)
        ],
        first_week=first,
        last_week=last,
        zone=chance.choice(names),
        organisation=f"org-{chance.randrange(depots)}",
        network_mix=chance.choice((None, "separate", "shared_supports", "shared_neutral")),
        skills=chance.choice(((), (), ("platform",), ("live-work",))),
    )
