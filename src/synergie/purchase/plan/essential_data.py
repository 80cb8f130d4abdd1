"""The essential data (DECP) of an award: one contract a lot of 40,000 EUR and more."""

import json
from datetime import timedelta
from decimal import Decimal

from pydantic import ValidationError

from synergie.energy.records.offer import Pricing
from synergie.errors import BadInput
from synergie.purchase.records.essential_data import (
    AwardBuyer,
    EnvironmentalTerms,
    EssentialAward,
    EssentialAwards,
    EssentialData,
    EssentialTerms,
    Executions,
    HolderEntry,
    PriceKind,
    PriceKinds,
    SocialTerms,
    Techniques,
)
from synergie.purchase.records.plan import Award, PurchasePlan
from synergie.purchase.records.purchase import DeliveryPeriod, PurchaseProblem
from synergie.schemas.faults import faults

LEAST_EUR = Decimal(40_000)
"""Amount from which a contract is published, EUR excluding VAT."""
_KINDS: dict[Pricing, PriceKind] = {
    "fixed": "Définitif ferme",
    "indexed": "Définitif révisable",
    "block_spot": "Définitif révisable",
}
_YEAR = 12


def build_essential_data(
    problem: PurchaseProblem, plan: PurchasePlan, terms: EssentialTerms
) -> tuple[EssentialData | None, tuple[str, ...]]:
    """What is published of the awards of *plan*, and the lots left out as under 40,000 EUR.

    None: nothing is. The buyer is the coordinator, the amount is that of the award over the
    delivery. BadInput: a lot that *terms* say nothing of, an award that is not the plan's.
    """
    lots = [award for award in plan.awards if award.cost_eur >= LEAST_EUR]
    below = tuple(award.lot for award in plan.awards if award.cost_eur < LEAST_EUR)
    contracts = tuple(_build_contract(problem, award, terms) for award in lots)
    numbers = [one.id for one in contracts]
    for n, number in enumerate(numbers):
        if number in numbers[:n]:
            raise BadInput(f"/lots/{lots[n].lot}/id", number, "a number of its own for each lot")
    if not contracts:
        return None, below
    return EssentialData(data=EssentialAwards(contracts=contracts)), below


def _build_contract(
    problem: PurchaseProblem, award: Award, terms: EssentialTerms
) -> EssentialAward:
    lot = next(one for one in problem.lots if one.id == award.lot)
    offer = next(one for one in problem.offers if one.id == award.offer)
    own = terms.lots.get(award.lot)
    if own is None:
        raise BadInput("/lots", award.lot, "the number, holder and notice of each lot that is won")
    if terms.published_on < own.notified_on:
        found = str(terms.published_on)
        raise BadInput("/published_on", found, "a publication that is not before the notice")
    return EssentialAward(
        id=own.id,
        buyer=AwardBuyer(id=terms.coordinator),
        nature="Marché",
        subject=f"{lot.name}, {award.supplier}"[:1000],
        cpv=terms.cpv,
        techniques=Techniques(words=terms.techniques),
        executions=Executions(words=terms.executions),
        framework=terms.framework,
        innovative=terms.innovative,
        clauses=terms.clauses,
        offers=own.offers or sum(one.lot == award.lot for one in problem.offers),
        advance=own.advance,
        grouping=own.grouping,
        subcontracted=own.subcontracted,
        procedure=terms.procedure,
        place=terms.place,
        months=count_months(problem.delivery),
        notified_on=own.notified_on,
        published_on=terms.published_on,
        eur=award.cost_eur,
        price_kinds=PriceKinds(words=(_KINDS[offer.pricing],)),
        price_form="Unitaire",
        holders=tuple(HolderEntry(holder=one) for one in own.holders),
        social=SocialTerms(words=terms.social),
        environmental=EnvironmentalTerms(words=terms.environmental),
    )


def count_months(delivery: DeliveryPeriod | None) -> int:
    """Months of *delivery*, begun ones counted; without one, a year."""
    if delivery is None:
        return _YEAR
    first, last = delivery.starts, delivery.ends - timedelta(days=1)
    whole = (last.year - first.year) * _YEAR + last.month - first.month
    return whole + (last.day >= first.day)


def write_essential_data(data: EssentialData) -> bytes:
    """The file, UTF-8 JSON, as `read_essential_data` reads it."""
    told = data.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def read_essential_data(content: bytes) -> EssentialData:
    """The contracts of a file. BadInput: the first place that the format does not take."""
    try:
        return EssentialData.model_validate_json(content)
    except ValidationError as error:
        raise faults(error)[0] from error
