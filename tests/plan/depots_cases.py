"""Depots problems for tests: the published instances, drawn ones, and every set of sites tried."""

import json
import random
from decimal import Decimal
from itertools import product
from pathlib import Path

from synergie.maintenance.records.depots import DepotCustomer, DepotSite, DepotsProblem

ORLIB = "benchmarks/orlib-cflp"


def known(shared: Path) -> dict[str, dict[str, object]]:
    """The published instances with their optima."""
    found: dict[str, dict[str, object]] = json.loads((shared / ORLIB / "known.json").read_text())
    return found


def orlib(shared: Path, name: str) -> DepotsProblem:
    """One instance of the OR-Library: a zone may be served from several depots."""
    told = known(shared)[name]
    words = iter((shared / ORLIB / "data" / str(told["file"])).read_text().split())
    m, n = int(next(words)), int(next(words))
    pairs = [(next(words), _number(next(words))) for _ in range(m)]
    sites = tuple(
        DepotSite(
            id=f"s{i}",
            organisation="one",
            fixed_eur=fixed,
            capacity=Decimal(str(told["capacity"])) if told["capacity"] else _number(capacity),
        )
        for i, (capacity, fixed) in enumerate(pairs)
    )
    customers = tuple(
        DepotCustomer(
            id=f"c{j}",
            organisation="one",
            demand=_number(next(words)),
            costs_eur=tuple(_number(next(words)) for _ in range(m)),
        )
        for j in range(n)
    )
    return DepotsProblem(sites=sites, customers=customers)


def _number(word: str) -> Decimal:
    return Decimal(word.rstrip(".")).quantize(Decimal("0.000001")).normalize() + 0


def drawn(
    seed: int, *, sites: int = 4, zones: int = 6, bodies: int = 2, single: bool = False
) -> DepotsProblem:
    """A small territory: every body can do it alone, some pairs are not served."""
    dice = random.Random(seed)  # noqa: S311 (made data)
    names = [f"org-{b}" for b in range(bodies)]
    places = [(dice.random(), dice.random()) for _ in range(sites + zones)]
    asked = [dice.randint(1, 9) for _ in range(zones)]
    most = -(-sum(asked) * bodies // sites) + max(asked)
    given = tuple(
        DepotSite(
            id=f"s{i}",
            organisation=names[i % bodies],
            fixed_eur=Decimal(dice.randint(50, 900)),
            capacity=Decimal(most + dice.randint(0, 5)),
            kept=dice.random() < 0.1,
        )
        for i in range(sites)
    )
    customers = tuple(
        DepotCustomer(
            id=f"c{j}",
            organisation=names[j % bodies],
            demand=Decimal(asked[j]),
            costs_eur=tuple(
                None
                if dice.random() < 0.1 and i % bodies != j % bodies
                else _cost(places[i], places[sites + j], asked[j])
                for i in range(sites)
            ),
            deviation=Decimal(dice.randint(1, 3)),
        )
        for j in range(zones)
    )
    return DepotsProblem(sites=given, customers=customers, single=single, stock_eur=Decimal(20))


def _cost(a: tuple[float, float], b: tuple[float, float], amount: int) -> Decimal:
    far = abs(a[0] - b[0]) + abs(a[1] - b[1])
    return Decimal(round(far * 100 * amount))


def cheapest(problem: DepotsProblem) -> Decimal | None:
    """Every assignment of each unit of demand, or of each zone, tried. None: none fits.

    With whole amounts an optimum moves whole units, so units are assigned one by one (dynamic
    programming over what is left in each site).
    """
    if problem.single:
        return _whole_zones(problem)
    best: dict[tuple[int, ...], Decimal] = {
        tuple(int(site.capacity) for site in problem.sites): Decimal(0)
    }
    for customer in problem.customers:
        for _ in range(int(customer.demand)):
            best = _one_more(best, customer)
    return min((_fixed(problem, left) + c for left, c in best.items()), default=None)


def _one_more(
    best: dict[tuple[int, ...], Decimal], customer: DepotCustomer
) -> dict[tuple[int, ...], Decimal]:
    after: dict[tuple[int, ...], Decimal] = {}
    for left, cost in best.items():
        for i, price in enumerate(customer.costs_eur):
            if price is None or not left[i]:
                continue
            there = (*left[:i], left[i] - 1, *left[i + 1 :])
            total = cost + price / customer.demand
            if there not in after or total < after[there]:
                after[there] = total
    return after


def _fixed(problem: DepotsProblem, left: tuple[int, ...]) -> Decimal:
    return sum(
        (s.fixed_eur for s, n in zip(problem.sites, left, strict=True) if s.kept or n < s.capacity),
        Decimal(0),
    )


def _whole_zones(problem: DepotsProblem) -> Decimal | None:
    best: Decimal | None = None
    for chosen in product(range(len(problem.sites)), repeat=len(problem.customers)):
        left = [site.capacity for site in problem.sites]
        cost = Decimal(0)
        for customer, i in zip(problem.customers, chosen, strict=True):
            price = customer.costs_eur[i]
            left[i] -= customer.demand
            cost += Decimal("Infinity") if price is None else price
        if min(left) < 0 or cost.is_infinite():
            continue
        cost += _fixed(problem, tuple(int(n) for n in left))
        best = cost if best is None else min(best, cost)
    return best
