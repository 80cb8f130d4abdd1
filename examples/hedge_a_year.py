"""A year of electricity: how much to buy ahead in blocks, how much to leave to the spot price.

Needs `pip install synergie[plan]`. The past years are drawn here, with a seed; put your own
hours in their place: a dict from the start of the hour to (EUR/MWh, MW).
"""

import math
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from synergie.purchase.plan.hedge import hedge, resampled
from synergie.purchase.records.hedge import FixedOffer, HedgeProblem, HedgeProduct
from synergie.purchase.records.purchase import DeliveryPeriod

QUARTERS = [date(2027, 1, 1), date(2027, 4, 1), date(2027, 7, 1), date(2027, 10, 1)]
ENDS = [*QUARTERS[1:], date(2028, 1, 1)]
PRICES = {"base": (88, 62, 60, 84), "peak": (112, 66, 64, 104)}


def past() -> dict[datetime, tuple[float, float]]:
    """Six made-up years by the hour: cold weeks are dear and draw more, crises last."""
    source, first = random.Random(7), datetime(2020, 12, 27, 23, tzinfo=UTC)  # noqa: S311
    hours: dict[datetime, tuple[float, float]] = {}
    cold = crisis = 0.0
    for i in range(6 * 52 * 168):
        moment = first + timedelta(hours=i)
        cold = 0.998 * cold + source.gauss(0, 0.02)
        crisis = 0.9998 * crisis + source.gauss(0, 0.006)
        season = math.cos(2 * math.pi * (moment.timetuple().tm_yday - 20) / 365)
        weekend = moment.weekday() in {5, 6}
        day = 1 + (0.1 if weekend else 0.3) * math.sin(math.pi * (moment.hour - 6) / 12)
        price = 70 * math.exp(0.2 * season + 0.5 * cold + crisis) * day * source.uniform(0.8, 1.2)
        hours[moment] = (price, 4 * day * math.exp(0.15 * season + 0.15 * cold))
    return hours


def main() -> None:
    """Two hundred years drawn in runs of 26 weeks; blocks of 0.1 MW; two fixed offers beside."""
    delivery = DeliveryPeriod(starts=QUARTERS[0], ends=ENDS[-1])
    problem = HedgeProblem(
        delivery=delivery,
        products=tuple(
            HedgeProduct(
                id=f"2027-Q{q + 1}-{shape}",
                shape=shape,
                starts=QUARTERS[q],
                ends=ENDS[q],
                eur_per_mwh=Decimal(prices[q]),
            )
            for q in range(4)
            for shape, prices in PRICES.items()
        ),
        fixed_offers=(
            FixedOffer(id="fixed-a", supplier="A", eur_per_mwh=Decimal("86.40")),
            FixedOffer(
                id="fixed-b", supplier="B", eur_per_mwh=Decimal(84), fixed_eur=Decimal(9000)
            ),
        ),
        lot_mw=0.1,
        margin_eur_per_mwh=Decimal("2.50"),
        resale_spread_eur_per_mwh=Decimal(4),
        risk_weights=(0.0, 0.25, 0.5, 1.0),
    )
    study = hedge(problem, resampled(delivery, past(), count=200, seed=1, run_weeks=26))
    print(f"{study.scenarios} scenarios of {study.hours} h, {study.load_mwh} MWh in the mean")
    print(f"{'':16}{'mean EUR':>14}{'5 % dearest':>14}{'worst':>14}")
    rows = [("spot only", study.spot_only)]
    rows += [(f"risk at {one.risk_weight:.0%}", one.risk) for one in study.choices]
    rows += [(one.offer, one.risk) for one in study.fixed]
    for name, risk in rows:
        print(f"{name:16}{risk.mean_eur:>14}{risk.cvar_eur:>14}{risk.worst_eur:>14}")
    middle = study.choices[2]
    print("bought ahead:", {p.product: round(p.mw, 1) for p in middle.positions if p.mw})
    print("cover:", {q.quarter: f"{q.cover:.0%}" for q in middle.quarters})


if __name__ == "__main__":
    main()
