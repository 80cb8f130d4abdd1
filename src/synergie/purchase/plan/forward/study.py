"""Offers of every kind on one curve of one day: cost, stresses, volume outside the band, risk."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from synergie.errors import BadInput
from synergie.plan import record as _record
from synergie.plan.money import CENT
from synergie.purchase.plan.award.faults import phrase
from synergie.purchase.plan.forward.curve import scale_profile, select_curve_prices
from synergie.purchase.plan.forward.prices import Pricer, check_offers
from synergie.purchase.plan.hedge.axis import Axis, Flags, Floats
from synergie.purchase.plan.hedge.risk import risk, round_euros
from synergie.purchase.plan.hedge.scenarios import Scenarios
from synergie.purchase.records.forward import (
    CaseCost,
    ForwardCurve,
    ForwardOffer,
    ForwardOutcome,
    ForwardProblem,
    ForwardStudy,
    LoadShape,
    Stress,
    SwingBand,
)
from synergie.purchase.records.hedge import HedgeRisk
from synergie.schemas.plan import Phrase

FROM_SERIES = "the load is that of a series of hours: {}"
FROM_PROFILE = "the load is a profile of hours, {}, scaled to {} MWh a year"
ONE_CURVE = "every offer is valued on one curve, quoted on {} by {}; no price is forecast"
INDEXED = "a product (Cal, PEG) is worth the mean of the curve over its hours; it moves with it"
STRESS = "{}: every price times {}, every volume times {}: a bound to think with, no forecast"
OUTSIDE = "volume outside a band is paid, or sold back, at the spot price of the load's own hours"
GAS_DAYS = "days of delivery are gas days: from 6 o'clock of Paris to 6 o'clock of the day after"
SCENARIOS = "the risk is over {} scenarios that were given: the mean of the {} % dearest"


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """The load of the group itself, and where it comes from."""

    mw: Floats
    """MW in each hour of the delivery."""
    said: Phrase

    @classmethod
    def of_series(cls, mw: Floats, name: str) -> "Load":
        """The hours of the series *name*."""
        return cls(mw, phrase(FROM_SERIES, name))

    @classmethod
    def of_profile(cls, axis: Axis, profile: Floats, name: str, annual_mwh: float) -> "Load":
        """The profile *name*, scaled to an energy a year."""
        scaled = scale_profile(axis, profile, annual_mwh)
        return cls(scaled, phrase(FROM_PROFILE, name, f"{annual_mwh:g}"))


def value_offers(
    problem: ForwardProblem, curve: ForwardCurve, load: Load, scenarios: Scenarios | None = None
) -> ForwardStudy:
    """The offers of *problem* side by side on *curve*, with the load of the group.

    Each costs sum(load × price); an index is worth its products on the curve, blocks are settled
    against it. Under each stress, and on *scenarios* of prices and loads, the same. Amounts are to
    the cent. BadInput: a curve, load or scenario of other hours, terms that the curve does not
    price.
    """
    axis = Axis.of(problem.delivery, problem.energy)
    prices = select_curve_prices(curve, axis)
    if load.mw.shape != prices.shape:
        found = f"{len(load.mw)} hours, not {len(prices)}"
        raise BadInput("/load", found, "as many hours as the delivery has")
    check_offers(problem, curve)
    if scenarios is not None:
        scenarios.fits(axis)
    valuer = _Valuer(problem, Pricer(axis), prices, load.mw, scenarios)
    costs = {offer.id: valuer.cost(offer) for offer in problem.offers}
    order = sorted(problem.offers, key=lambda offer: (costs[offer.id], offer.id))
    ranked = sorted(costs.values())
    return ForwardStudy(
        quoted_on=curve.quoted_on,
        source=curve.source,
        hours=len(prices),
        load=valuer.describe_load(None),
        years=tuple(map(valuer.describe_load, sorted({day.year for day in axis.days}))),
        offers=tuple(
            valuer.outcome(one, costs[one.id], rank=ranked.index(costs[one.id]) + 1, best=ranked[0])
            for one in order
        ),
        scenarios=0 if scenarios is None else len(scenarios.names),
        assumptions=tuple(_iterate_assumptions(problem, curve, load, scenarios)),
        inputs_digest=_compute_digest(problem, curve, load, scenarios),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Valuer:
    """One curve, one load, and the scenarios, for every offer."""

    problem: ForwardProblem
    pricer: Pricer
    prices: Floats
    loads: Floats
    scenarios: Scenarios | None

    def cost(self, offer: ForwardOffer) -> Decimal:
        """On the curve, EUR."""
        energy = self.pricer.cost(offer, self.prices[None], self.loads[None])
        return round_euros(float(energy[0]) + float(offer.fixed_eur))

    def outcome(
        self, offer: ForwardOffer, cost: Decimal, *, rank: int, best: Decimal
    ) -> ForwardOutcome:
        """The row of *offer*."""
        return ForwardOutcome(
            offer=offer.id,
            supplier=offer.supplier,
            kind=offer.kind,
            rank=rank,
            cost_eur=cost,
            mean_eur_per_mwh=_round_price(float(cost) / float(self.loads.sum())),
            above_best_eur=cost - best,
            cases=tuple(self._cost_under(offer, stress) for stress in self.problem.stresses),
            risk=self._risk(offer),
        )

    def _cost_under(self, offer: ForwardOffer, stress: Stress) -> CaseCost:
        prices = self.prices * float(stress.price_factor)
        loads = self.loads * float(stress.volume_factor)
        energy = float(self.pricer.cost(offer, prices[None], loads[None])[0])
        outside = _find_volume_outside(offer.swing, float(stress.volume_factor))
        return CaseCost(
            stress=stress.id,
            cost_eur=round_euros(energy + float(offer.fixed_eur)),
            outside_mwh=_round_mwh(outside * float(self.loads.sum())),
            swing_at_curve_eur=round_euros(outside * self._gap(offer, self.prices)),
            swing_eur=round_euros(outside * self._gap(offer, prices)),
        )

    def _gap(self, offer: ForwardOffer, prices: Floats) -> float:
        """The whole load at spot less the same at the prices of *offer*, EUR."""
        energy = self.pricer.cost(offer, prices[None], self.loads[None])
        return float((prices * self.loads).sum()) - float(energy[0])

    def _risk(self, offer: ForwardOffer) -> HedgeRisk | None:
        given = self.scenarios
        if given is None:
            return None
        costs = self.pricer.cost(offer, given.prices, given.loads) + float(offer.fixed_eur)
        return risk(costs, given.names, self.problem.confidence)

    def describe_load(self, year: int | None) -> LoadShape:
        """What the load is worth on the curve in *year*; None: in all hours."""
        days = self.pricer.axis.days
        inside: Flags = np.array([year is None or day.year == year for day in days])
        prices, loads = self.prices[inside], self.loads[inside]
        base, energy = float(prices.mean()), float(loads.sum())
        profile = float((prices * loads).sum()) / energy if energy else base
        return LoadShape(
            year=year,
            load_mwh=_round_mwh(energy),
            base_eur_per_mwh=_round_price(base),
            profile_eur_per_mwh=_round_price(profile),
            shape=_round(profile / base, "0.0001") if base > 0 else None,
        )


def _find_volume_outside(band: SwingBand | None, factor: float) -> float:
    """Share of the contract's volume over its band; negative: missing under it."""
    if band is None:
        return 0.0
    return max(0.0, factor - 1 - band.above) - max(0.0, 1 - band.below - factor)


def _round(value: float, to: str) -> Decimal:
    return Decimal(repr(round(value, 9))).quantize(Decimal(to), ROUND_HALF_UP)


def _round_price(value: float) -> Decimal:
    return _round(value, str(CENT))


def _round_mwh(value: float) -> Decimal:
    return _round(value, "0.001")


def _iterate_assumptions(
    problem: ForwardProblem, curve: ForwardCurve, load: Load, scenarios: Scenarios | None
) -> Iterator[Phrase]:
    yield phrase(ONE_CURVE, curve.quoted_on, curve.source)
    yield load.said
    if problem.energy == "gas":
        yield phrase(GAS_DAYS)
    if any(offer.kind in {"indexed", "clicks"} for offer in problem.offers):
        yield phrase(INDEXED)
    for one in problem.stresses:
        yield phrase(STRESS, one.id, one.price_factor, one.volume_factor)
    if any(offer.swing for offer in problem.offers):
        yield phrase(OUTSIDE)
    if scenarios is not None:
        dearest = f"{100 * (1 - problem.confidence):g}"
        yield phrase(SCENARIOS, len(scenarios.names), dearest)


def _compute_digest(
    problem: ForwardProblem, curve: ForwardCurve, load: Load, scenarios: Scenarios | None
) -> str:
    parts = [_record.digest(problem), _record.digest(curve)]
    parts.append(hashlib.sha256(np.ascontiguousarray(load.mw, dtype="<f8").tobytes()).hexdigest())
    parts += [] if scenarios is None else [scenarios.digest()]
    return hashlib.sha256("".join(parts).encode()).hexdigest()
