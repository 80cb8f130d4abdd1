"""Sharing a cost and hedging it: exact where it can be, certified beyond, beside peers."""

from datetime import date
from decimal import Decimal
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from synergie.plan.sharing import shapley
from synergie.plan.sharing.nucleolus import Nucleolus, compute_nucleolus
from synergie.plan.sharing.tiers import TierGame, TierLot
from synergie.plan.sharing.wide import Wide
from synergie.purchase.plan.hedge import Scenarios, hedge
from synergie.purchase.plan.hedge.axis import Axis
from synergie.purchase.plan.sharing import purchase_game
from synergie.purchase.records.hedge import HedgeProblem, HedgeProduct
from synergie.purchase.records.purchase import DeliveryPeriod
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, seconds, side_by_side
from tests.plan import games, instances
from tests.plan.test_hedge import by_hours, drawn
from tests.plan.test_hedge import problem as small_hedge

SHARED = Path(__file__).resolve().parents[3] / "shared"
_ENDLESS = 10**15


def _peer() -> Any:
    """coopgame, a library of cooperative games in Rust (on PyPI: coopgame-py)."""
    try:
        return import_module("coopgame")
    except ImportError:
        raise NotMeasured("needs the Python package coopgame-py") from None


def _shared(family: str) -> Path:
    if not (SHARED / "benchmarks" / family).is_dir():
        raise NotMeasured(f"needs the instances of {family}")
    return SHARED


def thirteen() -> Measured:
    """Seconds from a published purchase of 13 members to its nucleolus, the game included."""
    problem = instances.tqd(_shared("synergie-tqd"), "tqd_n13_s0")
    kept: list[Nucleolus] = []

    def act() -> None:
        kept.append(compute_nucleolus(purchase_game(problem).game))

    value = seconds(act)
    found = kept[0]
    return Measured(value, f"{found.solves} programmes, {found.rows} rows, one optimum included")


def shapley_thirteen() -> Measured:
    """Worst difference of Shapley's exact value to the sum to share, cents, and its seconds."""
    game = games.buying(13, seed=1)
    kept: list[float] = []
    spent = seconds(
        lambda: kept.append(abs(float(shapley.compute_exact_shapley(game).sum()) - game.total))
    )
    return Measured(kept[0], f"exact, {spent:.2g} s from the table")


def rows_against_all() -> Measured:
    """Row generation against all 8,190 rows at once, same engine."""
    game = games.buying(13, seed=1)
    return side_by_side(
        lambda: compute_nucleolus(game), lambda: compute_nucleolus(game, all_rows=True)
    )


def twenty() -> Measured:
    """Linear programmes for the nucleolus of 20 members."""
    game = games.buying(20, seed=1)
    kept: list[Nucleolus] = []
    spent = seconds(lambda: kept.append(compute_nucleolus(game)))
    spent_too = seconds(lambda: shapley.compute_exact_shapley(game))
    found = kept[0]
    notes = f"{found.rows} rows of 1,048,574, {spent:.2g} s; Shapley exact {spent_too:.2g} s"
    return Measured(found.solves, notes)


def nucleolus_peer(n: int) -> Measured:
    """The nucleolus against coopgame's, which generates constraints too."""
    peer, game = _peer(), games.buying(n, seed=1)
    theirs = peer.Game((-game.values[1:]).tolist())
    found = -np.array(peer.prenucleolus(theirs)["allocation"])
    off = float(np.abs(found - compute_nucleolus(game).shares).max())
    ratio = side_by_side(
        lambda: compute_nucleolus(game), lambda: peer.prenucleolus(theirs), rounds=3
    )
    return Measured(ratio.value, f"{ratio.notes}; largest difference {off:.1e} cents")


def shapley_peer() -> Measured:
    """Shapley's value of 20 members against coopgame's."""
    peer, game = _peer(), games.buying(20, seed=1)
    theirs = peer.Game((-game.values[1:]).tolist())
    return side_by_side(
        lambda: shapley.compute_exact_shapley(game), lambda: peer.shapley(theirs), rounds=3
    )


def tier_game(name: str, n: int) -> TierGame:
    """The first *n* members of a published purchase as one lot with one award."""
    data = instances.read(_shared("synergie-tqd"), name)
    volume = np.round(np.array(data["volume_mwh"][:n]) * 1000).astype(np.int64)
    cost = np.round(np.array(data["cost_eur"][:n]) * 100)
    branches = data["suppliers"] * data["tiers"]
    ends = [
        np.round(np.array(data[key]) * 1000).ravel() for key in ("tier_min_mwh", "tier_max_mwh")
    ]
    fixed = np.repeat(np.array(data["fixed_eur_per_supplier"]) * 100, data["tiers"])
    lot = TierLot(
        needs=np.ones(n, dtype=np.bool_),
        cost=cost.transpose(1, 2, 0).reshape(branches, n),
        volume=np.tile(volume, (branches, 1)),
        fixed=fixed.astype(np.float64),
        low=ends[0].astype(np.int64),
        high=ends[1].astype(np.int64),
    )
    return TierGame(tuple(f"m{i:03d}" for i in range(n)), (lot,))


def sampled_two_hundred() -> Measured:
    """Seconds until all 200 shares are within 1 % of the mean gain of a member, at 95 %."""
    game = tier_game("tqd_n400_s0", 200)
    gain = float(game.alone.sum()) - game.total
    kept: list[shapley.Sampled] = []

    def act() -> None:
        target = 0.01 * gain / 200
        kept.append(shapley.sample_shapley(game.windows, 200, total=game.total, target=target))

    value, found = seconds(act), kept[0]
    widest = float(found.half_widths.max())
    own = float((found.half_widths / (game.alone - found.shares)).max())
    return Measured(
        value if widest <= 0.01 * gain else float("inf"),
        f"bound {100 * widest / gain:.4f} % of the gain, {100 * own:.2f} % of a member's own at "
        f"worst; {found.circles} circles",
    )


def least_core_sixty() -> Measured:
    """Rounds to a certified least core of 60 members."""
    wide = Wide(tier_game("tqd_n100_s1", 60))
    spent = seconds(wide.solve_least_core)
    found = wide.solve_least_core()
    surely = abs(found.bound - found.balance.epsilon) <= 1e-6 * wide.total
    notes = f"{found.rows} rows, {spent:.2g} s, epsilon {found.balance.epsilon / 100:.2f} EUR"
    return Measured(found.rounds if surely else float("inf"), notes)


_QUARTERS = ((1, 4), (4, 7), (7, 10), (10, 13))


def hedge_year() -> Measured:
    """The programme of a year by the hour against one that has a row an hour and scenario."""
    delivery = DeliveryPeriod(starts=date(2027, 1, 1), ends=date(2028, 1, 1))
    axis = Axis.of(delivery)
    source, hours, count = np.random.default_rng(1), len(axis.starts), 200
    level = np.exp(source.normal(0, 0.35, (count, 1)))
    prices = 80 * level * (1 + 0.25 * axis.peak) * np.exp(source.normal(0, 0.2, (count, hours)))
    loads = 5 * (1 + 0.4 * axis.peak) * source.uniform(0.8, 1.2, (count, hours))
    problem = HedgeProblem(
        delivery=delivery,
        products=tuple(
            HedgeProduct(
                id=f"q{number}-{shape}",
                shape=shape,
                starts=date(2027, first, 1),
                ends=date(2027 + after // 13, (after - 1) % 12 + 1, 1),
                eur_per_mwh=Decimal(92 if shape == "base" else 110),
            )
            for number, (first, after) in enumerate(_QUARTERS, start=1)
            for shape in ("base", "peak")
        ),
        resale_spread_eur_per_mwh=Decimal(5),
    )
    scenarios = Scenarios(tuple(map(str, range(count))), prices, loads)
    value = seconds(lambda: hedge(problem, scenarios))
    return Measured(value, f"{count} scenarios × {hours} hours × 8 products, 7 weights, resale")


def hedge_hours() -> Measured:
    """A week with resale, one weight, against the programme with a row an hour and scenario."""
    one = small_hedge(resale_spread_eur_per_mwh=Decimal(5), risk_weights=(0.3,))
    found = drawn(30, seed=1)
    ours, theirs = hedge(one, found).choices[0].weighted_eur, by_hours(one, found, 0.3)
    ratio = side_by_side(lambda: hedge(one, found), lambda: by_hours(one, found, 0.3), rounds=3)
    off = abs(float(ours) / theirs - 1)
    return Measured(
        ratio.value if off <= 1e-6 else 0.0,
        f"{ratio.notes}; same to {off:.0e}",
    )


BENCHES = [
    Bench(
        name="sharing-nucleolus-13",
        title="purchase of 13 members: every coalition priced, exact nucleolus",
        goal=Goal("<", 5),
        unit="s",
        peer="none",
        run=thirteen,
    ),
    Bench(
        name="sharing-shapley-13",
        title="exact Shapley value of 13 members: difference to the sum shared",
        goal=Goal("<=", 1e-3),
        unit="cents",
        peer="efficiency",
        run=shapley_thirteen,
    ),
    Bench(
        name="sharing-rows",
        title="nucleolus of 13: generated rows against all rows",
        goal=Goal(">=", 10),
        unit="×",
        peer="the same programmes with all 8,190 coalitions",
        run=rows_against_all,
    ),
    Bench(
        name="sharing-exact-20",
        title="exact nucleolus and Shapley value of 20 members: linear programmes",
        goal=Goal("<=", 20),
        unit="programmes",
        peer="15 seen",
        run=twenty,
    ),
    *(
        Bench(
            name=f"sharing-peer-{n}",
            title=f"nucleolus of {n} members",
            goal=Goal(">=", 1),
            unit="×",
            peer="coopgame-py 0.3 (Rust)",
            run=partial(nucleolus_peer, n),
        )
        for n in (13, 16)
    ),
    Bench(
        name="sharing-peer-shapley",
        title="exact Shapley value of 20 members",
        goal=Goal(">=", 1),
        unit="×",
        peer="coopgame-py 0.3 (Rust)",
        run=shapley_peer,
    ),
    Bench(
        name="sharing-sampled-200",
        title="Shapley value of 200 members, all shares within 1 % of the mean gain at 95 %",
        goal=Goal("<", 60),
        unit="s",
        peer="bound of the central limit, all shares at once",
        run=sampled_two_hundred,
    ),
    Bench(
        name="sharing-least-core-60",
        title="certified least core of 60 members: rounds",
        goal=Goal("<=", 100),
        unit="rounds",
        peer="260 seen without stabilised duals",
        run=least_core_sixty,
    ),
    Bench(
        name="hedge-hours",
        title="blocks against spot: a week of 30 scenarios with resale",
        goal=Goal(">=", 10),
        unit="×",
        peer="the programme with a row an hour and scenario, same solver",
        run=hedge_hours,
    ),
    Bench(
        name="hedge-year",
        title="blocks against spot: a year by the hour, frontier of 7",
        goal=Goal("<", 10),
        unit="s",
        peer="size of the programme independent of hours",
        run=hedge_year,
    ),
]
