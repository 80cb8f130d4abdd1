"""Cases answered: the plan decided now against the best plan of each, and the whole in short."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from synergie.energy.records.offer import Offer, Tier, VolumeTunnel
from synergie.errors import Infeasible, Reason
from synergie.plan.money import round_to_cents
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Model
from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.award.baskets import Book
from synergie.purchase.plan.what_if import _text as text
from synergie.purchase.plan.what_if._best import find_best_plan, format_phrase_euros, lot_changes
from synergie.purchase.plan.what_if._cases import apply_case, describe_case
from synergie.purchase.plan.what_if._rows import Columns
from synergie.purchase.records.plan import Award, PurchasePlan
from synergie.purchase.records.purchase import AloneCost, PurchaseProblem
from synergie.purchase.records.study import CaseAnswer, PurchaseCase, Stability
from synergie.schemas.plan import Phrase


@check_seconds
def answer(
    problem: PurchaseProblem, plan: PurchasePlan, case: PurchaseCase, *, limit_s: float = 60
) -> CaseAnswer:
    """*plan* kept under *case*, against the best plan of the case."""
    then = apply_case(problem, case)
    found = find_best_plan(then, plan, limit_s=limit_s)
    held = compute_case_plan_cost(then, plan, limit_s=limit_s)
    return CaseAnswer(
        case=case,
        said=describe_case(case),
        kept_eur=held.cost,
        best_eur=found.cost,
        regret_eur=_compute_regret(held.cost, found.cost),
        proved=found.proved,
        lots=lot_changes(plan, found.plan),
        breaks=held.breaks,
        conflicts=found.conflicts,
    )


def _compute_regret(kept_eur: Decimal | None, best_eur: Decimal | None) -> Decimal | None:
    if kept_eur is None or best_eur is None:
        return None
    return max(Decimal(0), kept_eur - best_eur)


def stability(answers: Iterable[CaseAnswer]) -> Stability:
    """How well the plan stands the cases."""
    looked = tuple(answers)
    known = [one for one in looked if one.regret_eur is not None]
    worst = max(known, key=lambda one: one.regret_eur or Decimal(0), default=None)
    lost = sum(one.kept_eur is None for one in looked)
    changes = sum(any(lot.planned_offer != lot.offer for lot in one.lots) for one in looked)
    regret = worst.regret_eur if worst else None
    return Stability(
        cases=len(looked),
        worst_regret_eur=regret,
        worst=worst.said if worst and regret else None,
        changes=changes,
        cannot_keep=lost,
        said=_in_short(looked, worst if regret else None, lost, changes),
    )


def _in_short(
    looked: tuple[CaseAnswer, ...], worst: CaseAnswer | None, lost: int, changes: int
) -> tuple[Phrase, ...]:
    if not looked:
        return (Phrase(text=text.NO_CASE),)
    every = str(len(looked))
    calm = str(sum(one.regret_eur == 0 for one in looked))
    told = [Phrase(text=text.STABLE, values=(calm, every))]
    if worst is not None and worst.regret_eur is not None:
        told += [
            Phrase(text=text.REGRET, values=(format_phrase_euros(worst.regret_eur),)),
            worst.said,
        ]
    told.append(Phrase(text=text.CHANGES, values=(str(changes), every)))
    if lost:
        told.append(Phrase(text=text.CANNOT_KEEP, values=(str(lost), every)))
    return tuple(told)


# The plan decided now, kept while the case comes true, and priced anew.
#
# Each member stays with the offer it was given. An offer with a volume clause keeps the prices of
# its contract and asks what the clause says; one without bills the tier that the volume reaches.
# That nobody pays more than alone is not asked of a plan that is kept: it is told.


@dataclass(frozen=True, slots=True)
class CasePlanCost:
    """What the plan costs when it is kept. None: it cannot be, `breaks` says why."""

    cost: Decimal | None
    breaks: tuple[Phrase, ...]


def compute_case_plan_cost(
    problem: PurchaseProblem, plan: PurchasePlan, *, limit_s: float
) -> CasePlanCost:
    """*plan* priced under *problem*, which is no longer that of the plan."""
    there = {offer.id for offer in problem.offers}
    gone = sorted(award.offer for award in plan.awards if award.offer not in there)
    if gone:
        return CasePlanCost(None, tuple(Phrase(text=text.GONE, values=(name,)) for name in gone))
    found = find_best_plan(_as_signed(problem, plan), None, limit_s=limit_s, more=_Places(plan).fix)
    if found.plan is None:
        return CasePlanCost(None, found.conflicts)
    over = _above_alone(found.plan) if problem.nobody_pays_more else ()
    return CasePlanCost(found.cost, tuple(over))


def _above_alone(plan: PurchasePlan) -> Iterator[Phrase]:
    for place in plan.places:
        if place.alone_eur is None or place.offer is None:
            continue
        over = place.supply_eur + place.fee_eur + place.coordinator_eur - place.alone_eur
        if over > 0:
            yield Phrase(
                text=text.ABOVE_ALONE, values=(place.member, format_phrase_euros(over), place.lot)
            )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the plan put everybody."""

    plan: PurchasePlan

    def fix(self, model: Model, book: Book, choice: Columns) -> None:
        """Rows that keep each member with its offer; who was not there is free."""
        where = {(place.member, place.lot): place.offer for place in self.plan.places}
        taken: dict[tuple[int, str], list[int]] = defaultdict(list)
        for option, column in choice.takes.items():
            taken[option.basket, book.offers[option.offer].id].append(column)
        for u, basket in enumerate(book.baskets):
            key = (basket.member, basket.lot)
            if key not in where:
                continue
            name = where[key]
            mine = taken[u, name] if name else [choice.alone[u]] if u in choice.alone else []
            if not mine:
                raise Infeasible((Reason(text.NO_PRICE, name or "alone", basket.volume),))
            model.require([(column, 1) for column in mine], low=1, high=1)


def _as_signed(problem: PurchaseProblem, plan: PurchasePlan) -> PurchaseProblem:
    """*problem* with the offers taken as their contracts bill them, costs alone unchanged."""
    awards = {award.offer: award for award in plan.awards}
    if not any(offer.tunnel for offer in problem.offers if offer.id in awards):
        return problem.model_copy(update={"nobody_pays_more": False})
    now = baskets.build_book(problem)
    volumes = _sum_offer_volumes(now, plan)
    signed = tuple(
        _apply_volume_clause(offer, awards[offer.id], volumes[offer.id])
        if offer.id in awards
        else offer
        for offer in problem.offers
    )
    alone = tuple(
        AloneCost(member=b.member, lot=b.lot, eur=eur, source="-")
        for b, eur in zip(now.baskets, now.alone, strict=True)
        if eur is not None
    )
    changes = {"offers": signed, "alone": alone, "nobody_pays_more": False}
    return problem.model_copy(update=changes)


def _sum_offer_volumes(book: Book, plan: PurchasePlan) -> dict[str, Decimal]:
    """What the members of each offer taken now need, MWh a year."""
    needs = {(basket.member, basket.lot): basket.volume for basket in book.baskets}
    volumes: dict[str, Decimal] = defaultdict(Decimal)
    for place in plan.places:
        if place.offer is not None:
            volumes[place.offer] += needs.get((place.member, place.lot), Decimal(0))
    return volumes


def _apply_volume_clause(offer: Offer, award: Award, volume: Decimal) -> Offer:
    """*offer* as its contract bills *volume*; without a volume clause, as it stands."""
    if offer.tunnel is None:
        return offer
    tier = offer.tiers[award.tier - 1]
    always = Tier(from_mwh=Decimal(0), prices=tier.prices, subscriptions=tier.subscriptions)
    due = offer.fixed_eur + clause_eur(offer.tunnel, award.volume_mwh, volume)
    return offer.model_copy(update={"tiers": (always,), "fixed_eur": due})


def clause_eur(clause: VolumeTunnel, signed: Decimal, taken: Decimal) -> Decimal:
    """What a volume clause asks for *taken* MWh when *signed* MWh were agreed, EUR.

    Nothing inside the tunnel, ends included; outside, for each MWh beyond its end.
    """
    low, high = (1 - Decimal(str(clause.below))) * signed, (1 + Decimal(str(clause.above))) * signed
    missing, over = max(Decimal(0), low - taken), max(Decimal(0), taken - high)
    return round_to_cents(missing * clause.below_eur_per_mwh + over * clause.above_eur_per_mwh)
