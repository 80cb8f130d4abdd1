"""What each offer asks: a price an hour, from its terms and the curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from synergie.errors import BadInput
from synergie.purchase.plan.hedge.axis import Axis, Flags, Floats
from synergie.purchase.records.forward import (
    Block,
    ClickTerms,
    FixedTerms,
    ForwardCurve,
    ForwardOffer,
    ForwardProblem,
    IndexFormula,
    IndexTerm,
    SpotTerms,
)
from synergie.purchase.records.hedge import Shape
from synergie.purchase.records.purchase import DeliveryPeriod


@dataclass(frozen=True, slots=True, eq=False)
class Pricer:
    """The hours of the delivery, and the prices of offers in them."""

    axis: Axis

    def cost(self, offer: ForwardOffer, spot: Floats, loads: Floats) -> Floats:
        """EUR by scenario (lines of *spot* and *loads*), what is due whatever is consumed left out.

        Products are valued on the prices of each scenario; blocks are settled against its spot.
        """
        if isinstance(offer, SpotTerms):
            return self._cost_of_blocks(offer, spot, loads)
        found: Floats = (self.prices(offer, spot) * loads).sum(axis=1)
        return found

    def prices(self, offer: ForwardOffer, spot: Floats) -> Floats:
        """EUR/MWh by scenario and hour, of an offer that is no block."""
        if isinstance(offer, FixedTerms):
            base = float(offer.eur_per_mwh)
            peak = base if offer.peak_eur_per_mwh is None else float(offer.peak_eur_per_mwh)
            return np.broadcast_to(np.where(self.axis.peak, peak, base), spot.shape)
        if isinstance(offer, ClickTerms):
            fixed = sum(one.share * float(one.eur_per_mwh) for one in offer.clicks)
            left = max(0.0, 1.0 - sum(one.share for one in offer.clicks))
            if not offer.formulas:
                return np.full(spot.shape, fixed)
            return fixed + left * self._follow(offer.formulas, spot)
        if isinstance(offer, SpotTerms):
            raise TypeError("blocks have no price of an hour")
        return self._follow(offer.formulas, spot)

    def _follow(self, formulas: Sequence[IndexFormula], spot: Floats) -> Floats:
        """Prices by formula, each in its days."""
        found = np.zeros(spot.shape)
        for formula in formulas:
            value = np.full(len(spot), float(formula.constant_eur_per_mwh))
            for term in formula.terms:
                hours = self.select_hours(term.shape, term.starts, term.ends)
                value += float(term.factor) * spot[:, hours].mean(axis=1)
            found[:, self.select_hours("base", formula.starts, formula.ends)] = value[:, None]
        return found

    def _cost_of_blocks(self, offer: SpotTerms, spot: Floats, loads: Floats) -> Floats:
        costs: Floats = ((spot + float(offer.margin_eur_per_mwh)) * loads).sum(axis=1)
        for block in offer.blocks:
            hours = self.axis.covers(block)
            costs = costs - block.mw * (spot[:, hours] - float(block.eur_per_mwh)).sum(axis=1)
        return costs

    def select_hours(self, shape: Shape, starts: date, ends: date) -> Flags:
        """The hours of a product."""
        inside = np.array([starts <= day < ends for day in self.axis.days])
        return inside & self.axis.peak if shape == "peak" else inside


def check_offers(problem: ForwardProblem, curve: ForwardCurve) -> None:
    """BadInput for terms that the delivery and the curve do not price, with their place."""
    for i, offer in enumerate(problem.offers):
        where = f"/offers/{i}"
        if isinstance(offer, FixedTerms):
            if problem.energy == "gas" and offer.peak_eur_per_mwh is not None:
                raise BadInput(f"{where}/peak_eur_per_mwh", "gas", "one price: gas has no peak")
        elif isinstance(offer, SpotTerms):
            for n, block in enumerate(offer.blocks):
                _check_product(problem, block, f"{where}/blocks/{n}")
        else:
            _check_formulas(problem, offer.formulas, f"{where}/formulas")
            _check_clicks(offer, curve, where)


def _check_clicks(offer: ForwardOffer, curve: ForwardCurve, where: str) -> None:
    clicks = offer.clicks if isinstance(offer, ClickTerms) else ()
    for n, click in enumerate(clicks):
        if click.fixed_on > curve.quoted_on:
            place, expected = f"{where}/clicks/{n}/fixed_on", "a day not after that of the curve"
            raise BadInput(place, str(click.fixed_on), expected)


def _check_formulas(problem: ForwardProblem, formulas: Sequence[IndexFormula], where: str) -> None:
    """Each day of the delivery by one formula, and each product inside the delivery."""
    day = problem.delivery.starts
    for n, one in sorted(enumerate(formulas), key=lambda pair: pair[1].starts):
        if one.starts != day or one.ends <= one.starts:
            found = f"{one.starts} – {one.ends}"
            raise BadInput(f"{where}/{n}", found, "formulas that follow each other day by day")
        day = one.ends
        for k, term in enumerate(one.terms):
            _check_product(problem, term, f"{where}/{n}/terms/{k}")
    if formulas and day != problem.delivery.ends:
        raise BadInput(where, str(day), "formulas up to the end of the delivery")


def _check_product(problem: ForwardProblem, product: IndexTerm | Block, where: str) -> None:
    """A product of hours of the delivery."""
    delivery, found = problem.delivery, f"{product.starts} – {product.ends}"
    if problem.energy == "gas" and product.shape == "peak":
        raise BadInput(f"{where}/shape", product.shape, "`base`: gas has no peak")
    if not delivery.starts <= product.starts < product.ends <= delivery.ends:
        raise BadInput(where, found, "a product that is delivered inside the delivery")
    own = Pricer(Axis.of(DeliveryPeriod(starts=product.starts, ends=product.ends), problem.energy))
    if not own.select_hours(product.shape, product.starts, product.ends).any():
        raise BadInput(where, found, "a product of at least one hour")
