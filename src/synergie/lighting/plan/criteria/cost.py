"""Public cost: works, bill, bill under price stress, net present cost."""

from decimal import Decimal

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, phrase
from synergie.lighting.plan.criteria._view import View
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase


def _compute_investment(view: View) -> Figure:
    return _build_euro_figure(view.purse.investment_eur, 1.0, view.whole.money.no_investment,
                  _text.NO_INVESTMENT)  # fmt: skip


def _compute_yearly_bill(view: View) -> Figure:
    purse = view.purse
    return _build_euro_figure(purse.bill_eur, purse.known, view.whole.money.no_bill, _text.NO_BILL)


def _compute_stress_bill(view: View) -> Figure:
    purse = view.purse
    return _build_euro_figure(
        purse.bill_stress_eur, purse.known, view.whole.money.no_bill, _text.NO_BILL
    )


def _compute_net_present_cost(view: View) -> Figure:
    purse, money = view.purse, view.whole.money
    return _build_euro_figure(
        purse.net_present_cost_eur, purse.known, money.unknown, _text.NO_UPKEEP
    )


def _build_euro_figure(
    amount: Decimal | None, known: float, why: Phrase | None, otherwise: str
) -> Figure:
    if amount is not None:
        return Figure(value=float(amount))
    part = known if known < 1 else 0.0
    return Figure(value=None, known=part, unknown=why or phrase(otherwise))


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="investment",
            stake="cost",
            unit="EUR",
            direction="min",
            purpose=Phrase(text="what the works cost, grants and certificates taken off"),
            source=Phrase(text="prices of the catalogue, excluding VAT"),
        ),
        of=_compute_investment,
    ),
    Criterion(
        told=CriterionTold(
            criterion="net_present_cost",
            stake="cost",
            unit="EUR",
            direction="min",
            purpose=Phrase(text="what it costs in all over the years: works, bills and repairs"),
            source=Phrase(
                text="works, bills, upkeep and renewals over the horizon, discounted, less what is "
                "left at its end"
            ),
        ),
        of=_compute_net_present_cost,
    ),
    Criterion(
        told=CriterionTold(
            criterion="bill",
            stake="cost",
            unit="EUR/y",
            direction="min",
            purpose=Phrase(text="what the electricity costs in the first year after the works"),
            source=Phrase(
                text="network tariff, taxes and energy prices of each cabinet, option and power "
                "fitted again"
            ),
        ),
        of=_compute_yearly_bill,
    ),
    Criterion(
        told=CriterionTold(
            criterion="bill_stress",
            stake="cost",
            unit="EUR/y",
            direction="min",
            purpose=Phrase(text="what that bill becomes if the price of energy soars"),
            source=Phrase(text="the same bill when the supply price rises as the study says"),
        ),
        of=_compute_stress_bill,
    ),
)
