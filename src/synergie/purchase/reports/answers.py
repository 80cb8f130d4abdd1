"""The first page of a purchase: how much, for whom, against what, how sure, what to decide when."""

from collections.abc import Sequence
from decimal import Decimal

from synergie.purchase.reports.sure import how_sure
from synergie.purchase.reports.unknown import unknowns
from synergie.purchase.reports.words import Brief, delivery_points, gain, listed
from synergie.reports.document import Answer, Answers
from synergie.reports.language import say
from synergie.reports.questions import AGAINST_WHAT, BY_WHEN, HOW_MUCH, HOW_SURE, WHAT_TO_DECIDE
from synergie.reports.written import count, euros, number, quantity

_MOST = 3
"""Members or offers that are named one by one on the first page."""
_LOTS = 6
"""Awards that are named one by one on the first page."""


def answers(brief: Brief) -> Answers:
    """What an elected official asks first, answered out of the plan."""
    return Answers(
        (
            Answer(say(*HOW_MUCH), *_how_much(brief)),
            Answer(say("Pour qui ?", "For whom?"), *_for_whom(brief)),
            Answer(say(*AGAINST_WHAT), *_against_what(brief)),
            Answer(say(*HOW_SURE), *how_sure(brief)),
            Answer(say(*WHAT_TO_DECIDE), *_what_to_decide(brief)),
            Answer(say(*BY_WHEN), *_by_when(brief)),
            Answer(say("Qui gagne le moins ?", "Who gains least?"), *_least(brief)),
            Answer(say("Qui reste dehors ?", "Who stays out?"), *_outside(brief)),
            Answer(say("Que ne savait-on pas ?", "What was not known?"), *_unknown(brief)),
        )
    )


def _how_much(brief: Brief) -> tuple[str, str]:
    fees = sum((place.coordinator_eur for place in brief.plan.places), Decimal(0))
    fixed = sum((place.fee_eur for place in brief.plan.places), Decimal(0))
    cost = euros(brief.plan.objective_eur)
    whole = say(f"{cost} hors taxes {brief.span}.", f"{cost} {brief.span}, excluding VAT.")
    return whole, of_which(fixed, fees)


def of_which(fixed: Decimal, fees: Decimal) -> str:
    """What of an amount is costs of contracts and fees of the coordinator; "" for none."""
    parts = []
    if fixed:
        told = euros(fixed)
        parts.append(say(f"{told} de frais de marché", f"{told} in contract costs"))
    if fees:
        told = euros(fees)
        parts.append(say(f"{told} pour le coordonnateur", f"{told} for the coordinator"))
    both = say(" et ", " and ").join(parts)
    return say(f"Dont {both}.", f"Of which {both}.") if parts else ""


def _for_whom(brief: Brief) -> tuple[str, str]:
    problem, plan = brief.problem, brief.plan
    mwh = sum((one.mwh for point in problem.points for one in point.energy), Decimal(0))
    members = count(len(plan.members), say("membre", "member"))
    energy = quantity(mwh, "MWh")
    start = f"{members}, {delivery_points(len(problem.points))}, {energy}"
    lots = count(len(problem.lots), "lot")
    return say(f"{start} par an, {lots}.", f"{start} a year, {lots}."), ""


def _against_what(brief: Brief) -> tuple[str, str]:
    plan, saved = brief.plan, brief.saved
    if plan.baseline_eur is None or saved is None:
        blind = [brief.member(one.member) for one in plan.members if one.alone_eur is None]
        names = listed(blind)
        return say("Sans comparaison.", "No comparison."), say(
            f"Ne peuvent pas acheter seuls à ces offres : {names}.",
            f"Cannot buy alone on these offers: {names}.",
        )
    word = say("de moins", "less") if saved >= 0 else say("de plus", "more")
    alone, told = euros(plan.baseline_eur), gain(abs(saved), plan.baseline_eur)
    against = say(
        f"{alone} si chacun achetait seul : {told} {word}.",
        f"{alone} if each bought alone: {told} {word}.",
    )
    return against, f"{_basis(brief)}."


def _basis(brief: Brief) -> str:
    """On what terms each would buy alone."""
    if brief.problem.alone_tier == "own_volume":
        basis = say(
            "Seul : mêmes offres, même jour, au prix que donne son propre volume",
            "Alone: same offers, same day, at the price that its own volume reaches",
        )
    else:
        basis = say(
            "Seul : mêmes offres, même jour, au prix de la première tranche",
            "Alone: same offers, same day, at the price of the first tier",
        )
    basis += say(", frais d'un marché à soi compris", ", with the costs of a contract of its own")
    if not brief.problem.alone:
        return basis
    known = count(
        len(brief.problem.alone),
        say("montant connu", "amount"),
        say("montants connus", "amounts"),
    )
    return basis + say(f" ; {known} par ailleurs", f"; {known} known from elsewhere")


def _what_to_decide(brief: Brief) -> tuple[str, str]:
    lots, awards = brief.lots, brief.plan.awards
    if not awards:
        return say("N'attribuer aucun lot.", "Award no lot."), say(
            "Acheter seul ne coûte plus cher à personne.", "Buying alone costs nobody more."
        )
    told = [
        say(f"{lots[award.lot]} à {award.supplier}", f"{lots[award.lot]} to {award.supplier}")
        for award in awards
    ]
    left = [name for key, name in lots.items() if key not in {award.lot for award in awards}]
    more = say("Chaque lot est attribué.", "Every lot is awarded.")
    if left:
        names = listed(left)
        more = say(f"Sans attribution : {names}.", f"Without an award: {names}.")
    return _award(told), more


def _award(told: Sequence[str]) -> str:
    """The awards to vote, the first ones by name."""
    many, shown = number(len(told)), [*told[:_LOTS]]
    if len(told) > _LOTS:
        more = len(told) - _LOTS
        shown.append(
            say(
                f"et {count(more, 'autre')}, dans le tableau des lots",
                f"and {number(more)} more, in the table of lots",
            )
        )
    which = " ; ".join(shown), "; ".join(shown)
    if len(told) == 1:
        return say(f"Attribuer le lot : {which[0]}.", f"Award the lot: {which[1]}.")
    return say(f"Attribuer {many} lots : {which[0]}.", f"Award {many} lots: {which[1]}.")


def _by_when(brief: Brief) -> tuple[str, str]:
    before, awards = brief.plan.decide_before, brief.plan.awards
    if before is None:
        told = say(
            "Aucune offre retenue ne dit jusqu'à quand elle tient.",
            "No chosen offer says until when it holds.",
        )
        ask = say(
            "À demander aux fournisseurs avant de décider.",
            "To be asked of the suppliers before deciding.",
        )
        return told, ask if awards else ""
    first = [award.supplier for award in awards if award.expires_at == before]
    names, when = listed(sorted(set(first))), brief.when(before)
    ends = say(f"Première à expirer : {names}. ", f"First to expire: {names}. ") if first else ""
    told = say(f"Offres valables jusqu'au {when}.", f"Offers valid until {when}.")
    return told, f"{ends}{_silent(brief)}".strip()


def _silent(brief: Brief) -> str:
    """How many chosen offers do not say until when they hold; "" for none."""
    silent = sum(award.expires_at is None for award in brief.plan.awards)
    if not silent:
        return ""
    told = count(
        silent,
        say("offre retenue ne dit", "chosen offer does"),
        say("offres retenues ne disent", "chosen offers do"),
    )
    holds = say("elle tient", "it holds") if silent == 1 else say("elles tiennent", "they hold")
    return say(f"{told} pas jusqu'à quand {holds}.", f"{told} not say until when {holds}.")


def _least(brief: Brief) -> tuple[str, str]:
    gains = {one.member: one for one in brief.plan.members if one.gain_eur is not None}
    least = gains.get(brief.plan.least_gain or "")
    if least is None or least.gain_eur is None:
        return say("Sans comparaison.", "No comparison."), ""
    losers = [brief.member(key) for key, one in gains.items() if (one.gain_eur or 0) < 0]
    names = listed(losers)
    worse = say("Personne ne paie plus que seul.", "Nobody pays more than alone.")
    if losers:
        worse = say(f"Paient plus que seuls : {names}.", f"Pay more than alone: {names}.")
    name, told = brief.member(least.member), gain(least.gain_eur, least.alone_eur)
    return say(f"{name} : {told} {brief.span}.", f"{name}: {told} {brief.span}."), worse


def _outside(brief: Brief) -> tuple[str, str]:
    places = brief.outside
    if not places:
        return say("Personne.", "Nobody."), say(
            "Chaque membre achète avec le groupe dans chaque lot où il a un besoin.",
            "Every member buys with the group in every lot where it has a need.",
        )
    members = sorted({brief.member(place.member) for place in places})
    alone = say("seul", "alone")
    told = [
        f"{brief.member(place.member)} ({brief.lots[place.lot]}, {euros(place.supply_eur)} {alone})"
        for place in places
    ]
    why = say("Acheter seul n'y coûte pas plus cher : ", "Buying alone costs no more there: ")
    return f"{listed(members, _MOST)}.", f"{why}{listed(told, _MOST)}."


def _unknown(brief: Brief) -> tuple[str, str]:
    found = list(unknowns(brief))
    first = say(
        "Le temps qu'il fera et les volumes de demain : ceux de l'année de référence sont pris.",
        "The weather and the volumes to come: those of the reference year are taken.",
    )
    return first, " ".join(found)
