"""Every choice between blocks, spot and fixed prices on the same scenarios."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.errors import Cancelled, SolverFailed
from synergie.plan import record as _record
from synergie.plan.seconds import check_seconds
from synergie.purchase.plan.hedge import _text
from synergie.purchase.plan.hedge._model import Programme
from synergie.purchase.plan.hedge._terms import Terms, compute_product_earnings, mean_load
from synergie.purchase.plan.hedge.axis import (
    Axis,
    Flags,
    Floats,
    build_hour_classes,
    mark_product_hours,
)
from synergie.purchase.plan.hedge.risk import compute_cvar, risk, round_euros
from synergie.purchase.plan.hedge.scenarios import Scenarios
from synergie.purchase.records.hedge import (
    FixedOutcome,
    HedgeChoice,
    HedgePosition,
    HedgeProblem,
    HedgeStudy,
    QuarterCover,
    YearCost,
)
from synergie.schemas.plan import Phrase

_SAME = 1e-6  # of the cost: the programme and the hours have to agree within it


@check_seconds
def hedge(
    problem: HedgeProblem,
    scenarios: Scenarios,
    *,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
) -> HedgeStudy:
    """The best volumes for each weight of the risk, beside spot alone and the fixed offers.

    Raises BadInput (hours that are missing, a product outside the delivery), OutOfTime, Cancelled,
    SolverFailed, MissingExtra.
    """
    axis = Axis.of(problem.delivery)
    scenarios.fits(axis)
    ground = _HedgeContext.of(problem, scenarios, axis)
    programme = Programme(ground.terms, problem.confidence, problem.lot_mw)
    choices = []
    for weight in sorted(set(problem.risk_weights)):
        if cancel is not None and cancel():
            raise Cancelled
        choices.append(ground.choice(programme, weight, limit_s))
    nothing = np.zeros(len(problem.products))
    seal = hashlib.sha256((_record.digest(problem) + scenarios.digest()).encode())
    return HedgeStudy(
        scenarios=len(scenarios.names),
        hours=len(axis.starts),
        load_mwh=_round_mwh(float(scenarios.loads.sum(axis=1).mean())),
        spot_only=risk(ground.terms.costs(nothing), scenarios.names, problem.confidence),
        choices=tuple(choices),
        fixed=tuple(_compute_fixed_outcomes(problem, scenarios, axis)),
        assumptions=_list_hedge_assumptions(problem, scenarios),
        inputs_digest=seal.hexdigest(),
        run=_record.build_run_record(tuple(programme.outcomes), "proved"),
    )


def _round_mwh(amount: float) -> Decimal:
    return Decimal(repr(round(amount, 3))).quantize(Decimal("0.001"))


@dataclass(frozen=True, slots=True, eq=False)
class _HedgeContext:
    """The problem with its scenarios, summed over hours."""

    problem: HedgeProblem
    scenarios: Scenarios
    axis: Axis
    covered: Flags
    terms: Terms

    @classmethod
    def of(cls, problem: HedgeProblem, scenarios: Scenarios, axis: Axis) -> "_HedgeContext":
        covered = mark_product_hours(axis, problem)
        groups = build_hour_classes(covered)
        paid = np.array([float(one.eur_per_mwh) for one in problem.products])
        prices = scenarios.prices + float(problem.margin_eur_per_mwh)
        terms = Terms(
            spot=(prices * scenarios.loads).sum(axis=1),
            earns=compute_product_earnings(scenarios.prices, covered, paid),
            cap=problem.most_of_load * mean_load(scenarios.loads, groups),
            classes=groups,
            loads=scenarios.loads,
            spread=float(problem.resale_spread_eur_per_mwh),
        )
        return cls(problem, scenarios, axis, covered, terms)

    def choice(self, programme: Programme, weight: float, limit_s: float) -> HedgeChoice:
        """The best volumes for *weight*, with what they cost hour by hour."""
        blocks, bound = programme.best(weight, limit_s=limit_s)
        costs = self.terms.costs(blocks)
        at_risk = compute_cvar(costs, self.problem.confidence)
        weighted = (1 - weight) * float(costs.mean()) + weight * at_risk
        room = _SAME * max(abs(weighted), 1.0)
        if self.problem.lot_mw is None and bound is not None and abs(weighted - bound) > room:
            raise SolverFailed(f"hour by hour {weighted}, by the programme {bound}")
        return HedgeChoice(
            risk_weight=weight,
            positions=tuple(self._positions(blocks)),
            risk=risk(costs, self.scenarios.names, self.problem.confidence),
            quarters=tuple(self._quarters(blocks)),
            years=tuple(self._years(blocks)),
            sold_back_mwh=_round_mwh(float(self.terms.sold(blocks).sum(axis=1).mean())),
            bound_eur=None if bound is None else round_euros(min(bound, weighted)),
            weighted_eur=round_euros(weighted),
        )

    def _positions(self, blocks: Floats) -> list[HedgePosition]:
        hours = self.covered.sum(axis=1)
        return [
            HedgePosition(
                product=product.id,
                mw=float(mw),
                mwh=_round_mwh(float(mw) * int(count)),
                cost_eur=round_euros(float(mw) * int(count) * float(product.eur_per_mwh)),
            )
            for product, mw, count in zip(self.problem.products, blocks, hours, strict=True)
        ]

    def _quarters(self, blocks: Floats) -> list[QuarterCover]:
        names = np.array(self.axis.quarters)
        load, bought = self.scenarios.loads.mean(axis=0), blocks @ self.covered
        rows = []
        for name in sorted(set(self.axis.quarters)):
            inside = names == name
            needed, held = float(load[inside].sum()), float(bought[inside].sum())
            cover = held / needed if needed else 0.0
            rows.append(
                QuarterCover(
                    quarter=name,
                    load_mwh=_round_mwh(needed),
                    bought_mwh=_round_mwh(held),
                    cover=cover,
                )
            )
        return rows

    def _years(self, blocks: Floats) -> list[YearCost]:
        """The cost hour by hour, by civil year."""
        years = np.array([day.year for day in self.axis.days])
        paid = np.array([float(one.eur_per_mwh) for one in self.problem.products])
        prices, loads = self.scenarios.prices, self.scenarios.loads
        bought = blocks @ self.covered
        hourly = (prices + float(self.problem.margin_eur_per_mwh)) * loads
        hourly = hourly - bought * prices + (blocks * paid) @ self.covered
        hourly = hourly + self.terms.spread * np.maximum(bought - loads, 0.0)
        mean, load = hourly.mean(axis=0), loads.mean(axis=0)
        return [
            YearCost(
                year=int(year),
                mean_eur=round_euros(float(mean[years == year].sum())),
                load_mwh=_round_mwh(float(load[years == year].sum())),
            )
            for year in np.unique(years)
        ]


def _compute_fixed_outcomes(
    problem: HedgeProblem, scenarios: Scenarios, axis: Axis
) -> list[FixedOutcome]:
    outcomes = []
    for offer in problem.fixed_offers:
        base = float(offer.eur_per_mwh)
        peak = base if offer.peak_eur_per_mwh is None else float(offer.peak_eur_per_mwh)
        costs = scenarios.loads @ np.where(axis.peak, peak, base) + float(offer.fixed_eur)
        outcomes.append(
            FixedOutcome(offer=offer.id, risk=risk(costs, scenarios.names, problem.confidence))
        )
    return outcomes


def _list_hedge_assumptions(problem: HedgeProblem, scenarios: Scenarios) -> tuple[Phrase, ...]:
    said = [
        Phrase(text=_text.NO_FORECAST, values=(str(len(scenarios.names)),)),
        Phrase(text=_text.CAP, values=(f"{100 * problem.most_of_load:g}",)),
        Phrase(text=_text.TAIL, values=(f"{100 * (1 - problem.confidence):g}",)),
    ]
    if problem.resale_spread_eur_per_mwh:
        spread = str(problem.resale_spread_eur_per_mwh)
        said.append(Phrase(text=_text.SPREAD, values=(spread,)))
    else:
        said.append(Phrase(text=_text.NO_SPREAD))
    return tuple(said)
