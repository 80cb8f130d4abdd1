"""Games to share, drawn and published, and slow ways to their solutions that share no code."""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from synergie.plan.sharing.game import Flags, Floats, Game, Ints, of_array, of_function, of_table
from synergie.plan.sharing.shapley import Windows
from synergie.plan.solver import Model

NAMES = tuple("abcdefghijklmnopqrstuvwxyz")


def known(shared: Path) -> dict[str, dict[str, Any]]:
    """The published games with their solutions."""
    path = shared / "benchmarks" / "coop-games" / "known.json"
    found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def published(facts: dict[str, Any]) -> tuple[Game, float]:
    """A published game as a cost game, and the sign that turns shares back: -1 for savings."""
    kind = facts["type"]
    if kind == "bankruptcy":
        claims = dict(zip("ABC", facts["claims"], strict=True))

        def left(inside: tuple[str, ...]) -> float:
            others = sum(claim for name, claim in claims.items() if name not in inside)
            return -max(0.0, float(facts["estate"] - others))

        return of_function("ABC", left), -1.0
    if kind == "airport":
        costs = [float(cost) for cost in facts["costs"]]
        by_name = dict(zip(NAMES, costs, strict=False))
        names = NAMES[: len(costs)]
        return of_function(names, lambda inside: max(by_name[name] for name in inside)), 1.0
    letters = [name[0].upper() for name in facts["players"]]
    table = {frozenset(coalition): float(eur) for coalition, eur in facts["cost"].items()}
    return of_table(letters, table), 1.0


@st.composite
def games(draw: st.DrawFn, most: int = 7) -> Game:
    """Any costs at all, whole euros, ties and negative ones among them."""
    n = draw(st.integers(2, most))
    top = draw(st.sampled_from([3, 100]))
    size = (1 << n) - 1
    costs = draw(st.lists(st.integers(-top, top), min_size=size, max_size=size))
    return of_array(NAMES[:n], [0, *costs])


def buying(n: int, seed: int) -> Game:
    """*n* members that buy together: the price falls with the volume, running it costs 300 EUR."""
    source = np.random.default_rng(seed)
    mwh = source.uniform(10, 500, n)
    masks = np.arange(1 << n)
    volume = (masks[:, None] >> np.arange(n) & 1) @ mwh
    price = np.interp(volume, [0, 500, 2000, 8000], [120, 100, 90, 80])
    return of_array(
        [f"m{i:02d}" for i in range(n)], np.round(volume * price + 300 * (masks > 0), 2)
    )


def shapley_by_permutations(game: Game) -> list[float]:
    """The mean, over all orders, of what each adds."""
    n = len(game.players)
    added = [0.0] * n
    for order in itertools.permutations(range(n)):
        mask = 0
        for i in order:
            added[i] += game.values[mask | 1 << i] - game.values[mask]
            mask |= 1 << i
    return [amount / factorial(n) for amount in added]


def full_nucleolus(game: Game) -> list[float]:
    """Successive programmes with every coalition; one is fixed when no optimum leaves it room."""
    n = len(game.players)
    fixed: dict[int, float] = {(1 << n) - 1: game.total}
    while np.linalg.matrix_rank([_line(n, mask) for mask in fixed]) < n:
        surplus, _ = _best(game, fixed, None, 0.0)
        rest = [m for m in range(1, (1 << n) - 1) if m not in fixed]
        _, shares = _best(game, fixed, None, 0.0)
        for mask in [m for m in rest if _surplus(game, shares, m) < surplus + 1e-4]:
            if _best(game, fixed, mask, surplus)[0] < surplus + 1e-4:
                fixed[mask] = game.values[mask] - surplus
    return list(_best(game, fixed, None, 0.0)[1])


def _line(n: int, mask: int) -> list[int]:
    return [mask >> i & 1 for i in range(n)]


def _surplus(game: Game, shares: Sequence[float], mask: int) -> float:
    inside = sum(share for i, share in enumerate(shares) if mask >> i & 1)
    return float(game.values[mask]) - inside


def _best(
    game: Game, fixed: dict[int, float], mask: int | None, surplus: float
) -> tuple[float, list[float]]:
    """The largest least surplus of those not fixed; of *mask* alone when the others keep theirs."""
    n, reach = len(game.players), 4 * float(np.abs(game.values).max()) + 1
    model = Model("nucleolus")
    shares = [model.column(f"x{i}", low=-n * reach, high=n * reach) for i in range(n)]
    least = model.column("e", -1.0, low=-n * reach, high=n * reach)
    for coalition in range(1, 1 << n):
        terms = [(shares[i], 1.0) for i in range(n) if coalition >> i & 1]
        if coalition in fixed:
            model.require(terms, low=fixed[coalition], high=fixed[coalition])
        elif mask is None or coalition == mask:
            model.require([*terms, (least, 1.0)], high=game.values[coalition])
        else:
            model.require(terms, high=game.values[coalition] - surplus + 1e-6)
    outcome = model.minimise(limit_s=60)
    assert outcome.stop == "proved"
    return outcome.values[least], [outcome.values[i] for i in shares]


def is_nucleolus(game: Game, shares: Floats) -> bool:
    """Kohlberg (1971): the coalitions at least as unhappy as any level are balanced."""
    n = len(game.players)
    order = sorted(range(1, (1 << n) - 1), key=lambda mask: _surplus(game, list(shares), mask))
    taken: list[int] = []
    for level in _levels(game, list(shares), order):
        taken += level
        if not _balanced(n, taken):
            return False
        if np.linalg.matrix_rank([_line(n, m) for m in [*taken, (1 << n) - 1]]) == n:
            return True
    return n == 1


def _levels(game: Game, shares: list[float], order: list[int]) -> Iterator[list[int]]:
    level: list[int] = []
    for mask in order:
        if level and _surplus(game, shares, mask) > _surplus(game, shares, level[0]) + 1e-4:
            yield level
            level = []
        level.append(mask)
    yield level


def _balanced(n: int, masks: list[int]) -> bool:
    """Whether weights over zero for all of *masks* (and any for everybody) cover each player."""
    model = Model("balance")
    least = model.column("t", -1.0, high=1.0)
    weights = [model.column(f"w{mask}", high=1.0) for mask in masks]
    whole = model.column("all", high=1.0)
    for i in range(n):
        terms = [(w, 1.0) for w, mask in zip(weights, masks, strict=True) if mask >> i & 1]
        model.require([*terms, (whole, 1.0)], low=1, high=1)
    for weight in weights:
        model.require([(weight, 1.0), (least, -1.0)], low=0)
    outcome = model.minimise(limit_s=60)
    return outcome.stop == "proved" and outcome.values[least] > 1e-6


def of_costs(costs: Callable[[Flags], Floats]) -> Windows:
    """Windows from a function that gives the cost of coalitions (lines by players)."""

    def windows(orders: Ints) -> Floats:
        m, n = orders.shape
        found = np.zeros((m, n, n + 1))
        lines = np.arange(m)
        for s in range(n):
            inside = np.zeros((m, n), dtype=np.bool_)
            for size in range(n):
                inside[lines, orders[:, (s + size) % n]] = True
                found[:, s, size + 1] = costs(inside)
        return found

    return windows
