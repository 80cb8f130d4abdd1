"""Purchases for the benches: the size of the largest real group, and a generator of our own."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np

from synergie.energy.records.offer import Offer, Price, Subscription, Tier
from synergie.purchase.records.purchase import (
    ClassEnergy,
    CoordinatorFees,
    Lot,
    PurchasePoint,
    SupplierLimit,
)
from synergie.purchase.records.purchase import PurchaseProblem as Problem

type Floats = np.ndarray[Any, np.dtype[np.float64]]
type Usage = Literal["public_lighting", "building"]
type Segment = Literal["C2", "C3", "C4", "C5"]
type GasSegment = Literal["T2", "T3"]

CLASSES = ("HPH", "HCH", "HPB", "HCB")
MARKETS: tuple[tuple[str, Segment, Usage, float, float], ...] = (
    ("lighting", "C5", "public_lighting", 0.592, 6.0),
    ("buildings", "C5", "building", 0.270, 11.0),
    ("profiled", "C4", "building", 0.131, 110.0),
    ("telemetered", "C2", "building", 0.007, 1300.0),
)
"""Lots of the largest real group, with their share of its points and MWh a point."""
GAS: tuple[tuple[str, GasSegment, float, float], ...] = (
    ("gas-small", "T2", 0.9, 40.0),
    ("gas-large", "T3", 0.1, 600.0),
)
"""The same of gas."""


@dataclass(frozen=True)
class Discounts:
    """A total-quantity discount: rows by suppliers by tiers."""

    volume: Floats
    cost: Floats
    low: Floats
    high: Floats
    fixed: Floats


def discounts(seed: int, rows: int, suppliers: int = 8, tiers: int = 3) -> Discounts:
    """Log-normal rows, suppliers that differ by 2 % a row, discounts of 0.5 to 4.5 % a tier."""
    draw = np.random.default_rng(seed)
    volume = np.round(draw.lognormal(4.4, 1.0, rows), 3)
    total = volume.sum()
    price = 80 * (1 + 0.02 * draw.standard_normal((rows, 1)))
    price = price * (1 + 0.02 * draw.standard_normal((rows, suppliers)))
    steps = draw.uniform(0.005, 0.045, (suppliers, tiers - 1))
    off = np.concatenate([np.zeros((suppliers, 1)), np.cumsum(steps, axis=1)], axis=1)
    cost = np.round(price[:, :, None] * (1 - off[None]) * volume[:, None, None], 2)
    cuts = np.sort(draw.uniform(0.05, 0.5, (suppliers, tiers - 1)) * total, axis=1)
    most = np.maximum(draw.uniform(0.5, 0.75, suppliers) * total, cuts[:, -1])
    low = np.round(np.concatenate([np.zeros((suppliers, 1)), cuts], axis=1), 3)
    high = np.round(np.concatenate([cuts, most[:, None]], axis=1), 3)
    return Discounts(volume, cost, low, high, np.round(draw.uniform(2000, 6000, suppliers), 2))


def as_problem(given: Discounts) -> Problem:
    """The same as a problem: each row has a tariff option of its own, its cost as subscription."""
    rows, suppliers, tiers = given.cost.shape
    return Problem(
        points=tuple(
            PurchasePoint(
                id=f"p{m}",
                member=f"m{m:05d}",
                market_segment="C2",
                usage="building",
                tariff_code=f"M{m}",
                energy=(ClassEnergy(time_class="BASE", mwh=_decimal(given.volume[m])),),
            )
            for m in range(rows)
        ),
        lots=(_lot("lot", "C2", "building", None),),
        offers=tuple(
            Offer(
                id=f"s{s}",
                lot="lot",
                supplier=f"s{s}",
                fixed_eur=_decimal(given.fixed[s]),
                tiers=tuple(_tier(given, s, k) for k in range(tiers)),
            )
            for s in range(suppliers)
        ),
        may_leave=False,
        nobody_pays_more=False,
        alone_tier="first",
    )


def pointwise(given: Discounts, points: int) -> tuple[Problem, tuple[Any, Any]]:
    """The same with the rows cut in equal points, and the row and share of each point."""
    whole = as_problem(given)
    rows = len(given.volume)
    each = points // rows
    made = []
    for m, point in enumerate(whole.points):
        parts = [Decimal(int(given.volume[m] * 1000) // each).scaleb(-3)] * (each - 1)
        parts.append(point.energy[0].mwh - sum(parts, Decimal(0)))
        for i, mwh in enumerate(parts):
            energy = (ClassEnergy(time_class="BASE", mwh=mwh),)
            made.append(point.model_copy(update={"id": f"p{m}-{i}", "energy": energy}))
    offers = tuple(_each(offer, each) for offer in whole.offers)
    problem = whole.model_copy(update={"points": tuple(made), "offers": offers})
    share = np.array([float(p.energy[0].mwh) for p in made]) / np.repeat(given.volume, each)
    return problem, (np.repeat(np.arange(rows), each), share)


def _each(offer: Offer, points: int) -> Offer:
    """The cost of a row, asked of each of its points: to a ten-thousandth of a cent."""
    tiers = []
    for tier in offer.tiers:
        parts = [
            s.model_copy(update={"eur_per_point": round(s.eur_per_point / points, 6)})
            for s in tier.subscriptions
        ]
        tiers.append(tier.model_copy(update={"subscriptions": tuple(parts)}))
    return offer.model_copy(update={"tiers": tuple(tiers)})


def _tier(given: Discounts, s: int, k: int) -> Tier:
    rows = range(len(given.volume))
    return Tier(
        from_mwh=_decimal(given.low[s, k]),
        to_mwh=_decimal(given.high[s, k]),
        prices=tuple(
            Price(tariff_code=f"M{m}", time_class="BASE", eur_per_mwh=Decimal(0)) for m in rows
        ),
        subscriptions=tuple(
            Subscription(tariff_code=f"M{m}", eur_per_point=_decimal(given.cost[m, s, k]))
            for m in rows
        ),
    )


def group(points: int, members: int, *, max_awards: int | None, seed: int = 0) -> Problem:
    """A group of real proportions: four lots, four classes, eight suppliers of three tiers.

    *max_awards* None: the members divide among the offers, which is the hard one.
    """
    draw = np.random.default_rng(seed)
    weights = draw.lognormal(0.0, 1.0, members)
    made: list[PurchasePoint] = []
    for n, (lot, _, _, share, mean) in enumerate(MARKETS):
        count = (
            round(points * share)
            if n
            else points - sum(round(points * other[3]) for other in MARKETS[1:])
        )
        owners = draw.choice(members, count, p=weights / weights.sum())
        owners[: min(members, count)] = (
            np.arange(members)[:count] if lot == "lighting" else owners[: min(members, count)]
        )
        energy = np.round(draw.lognormal(0.0, 0.5, count) * mean * 0.85, 3)
        made += [
            _point(n, i, int(m), float(e))
            for i, (m, e) in enumerate(zip(owners, energy, strict=True))
        ]
    offers = [offer for n in range(len(MARKETS)) for offer in _offers(draw, n, made, max_awards)]
    return Problem(
        points=tuple(made),
        lots=tuple(_lot(name, seg, use, max_awards) for name, seg, use, _, _ in MARKETS),
        offers=tuple(offers),
        fees=CoordinatorFees(fee_per_pdl=Decimal(4), fee_per_mwh=Decimal("0.25")),
    )


def both_energies(points: int, gas: int, members: int, seed: int = 0) -> Problem:
    """`group` with *gas* points in two lots beside; each supplier takes 40 % of all at most."""
    power = group(points, members, max_awards=1, seed=seed)
    draw, made, lots, offers = np.random.default_rng(seed + 1), list(power.points), [], []
    for n, (lot, segment, share, mean) in enumerate(GAS):
        count = round(gas * share)
        energy = np.round(draw.lognormal(0.0, 0.5, count) * mean, 3)
        made += [
            _gas_point(n, i, segment, int(draw.integers(members)), float(mwh))
            for i, mwh in enumerate(energy)
        ]
        lots.append(
            Lot(id=lot, name=lot, market_segments=(segment,), usages=("building",), max_awards=1)
        )
        offers += [_gas_offer(draw, lot, segment, s, float(energy.sum())) for s in range(8)]
    total = sum((part.mwh for one in made for part in one.energy), Decimal(0))
    return power.model_copy(
        update={
            "points": tuple(made),
            "lots": (*power.lots, *lots),
            "offers": (*power.offers, *offers),
            "limits": tuple(
                SupplierLimit(supplier=f"supplier-{s}", max_mwh=total * 2 / 5) for s in range(8)
            ),
        }
    )


def _gas_point(n: int, i: int, segment: GasSegment, member: int, mwh: float) -> PurchasePoint:
    return PurchasePoint(
        id=f"98{n:02d}{i:010d}",
        member=f"member-{member:05d}",
        market_segment=segment,
        usage="building",
        tariff_code=segment,
        energy=(ClassEnergy(time_class="BASE", mwh=_decimal(mwh)),),
    )


def _gas_offer(draw: Any, lot: str, segment: GasSegment, s: int, total: float) -> Offer:
    cut, level = round(draw.uniform(0.2, 0.8) * total, 3), draw.normal(48.0, 1.5)
    tiers = ((0.0, cut, level), (cut, None, level * 0.985))
    return Offer(
        id=f"{lot}-{s}",
        lot=lot,
        supplier=f"supplier-{s}",
        fixed_eur=_decimal(round(draw.uniform(0.05, 0.2) * total, 2)),
        tiers=tuple(
            Tier(
                from_mwh=_decimal(floor),
                to_mwh=None if roof is None else _decimal(roof),
                prices=(
                    Price(
                        tariff_code=segment,
                        time_class="BASE",
                        eur_per_mwh=_decimal(round(float(eur), 2)),
                    ),
                ),
            )
            for floor, roof, eur in tiers
        ),
    )


def _point(n: int, i: int, member: int, mwh: float) -> PurchasePoint:
    _, segment, usage, _, _ = MARKETS[n]
    shares = (0.31, 0.22, 0.27, 0.20)
    return PurchasePoint(
        id=f"99{n:02d}{i:010d}",
        member=f"member-{member:05d}",
        market_segment=segment,
        usage=usage,
        tariff_code="BTINFCU4",
        energy=tuple(
            ClassEnergy(time_class=name, mwh=_decimal(round(mwh * share, 3)))
            for name, share in zip(CLASSES, shares, strict=True)
        ),
    )


def _offers(draw: Any, n: int, points: list[PurchasePoint], most: int | None) -> list[Offer]:
    name, segment, usage, _, _ = MARKETS[n]
    total = sum(
        float(part.mwh)
        for point in points
        if (point.market_segment, point.usage) == (segment, usage)
        for part in point.energy
    )
    offers = []
    for s in range(8):
        cuts = np.sort(draw.uniform(0.05, 0.6, 2)) * total
        level = draw.normal(1.0, 0.03, len(CLASSES)) * (117, 86, 59, 62)
        off = np.concatenate([[1.0], 1 - np.cumsum(draw.uniform(0.005, 0.03, 2))])
        ends: list[float | None] = [round(float(cut), 3) for cut in cuts]
        last = None if most else round(float(max(cuts[1], draw.uniform(0.5, 0.8) * total)), 3)
        edges = [0.0, *ends, last]
        offers.append(
            Offer(
                id=f"{name}-{s}",
                lot=name,
                supplier=f"supplier-{s}",
                fixed_eur=_decimal(round(draw.uniform(0.1, 0.4) * total, 2)),
                tiers=tuple(
                    Tier(
                        from_mwh=_decimal(edges[k] or 0.0),
                        to_mwh=None if edges[k + 1] is None else _decimal(edges[k + 1] or 0.0),
                        prices=_prices(level * off[k]),
                    )
                    for k in range(3)
                ),
            )
        )
    return offers


def _prices(levels: Floats) -> tuple[Price, ...]:
    return tuple(
        Price(tariff_code="BTINFCU4", time_class=name, eur_per_mwh=_decimal(round(float(level), 2)))
        for name, level in zip(CLASSES, levels, strict=True)
    )


def _lot(name: str, segment: Segment, usage: Usage, most: int | None) -> Lot:
    return Lot(
        id=name,
        name=name,
        market_segments=(segment,),
        usages=(usage,),
        max_awards=most,
        running_alone_eur=Decimal(500),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))
