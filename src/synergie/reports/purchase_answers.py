"""The first page of a purchase: how much, for whom, against what, how sure, what to decide when."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.reports.document import Answer, Answers
from synergie.reports.french import euros, number, percent, quantity
from synergie.reports.purchase_words import Brief, count, gain, listed

_MOST = 3
"""Members or offers that are named one by one on the first page."""
_LOTS = 6
"""Awards that are named one by one on the first page."""


def answers(brief: Brief) -> Answers:
    """What an elected official asks first, answered out of the plan."""
    return Answers(
        (
            Answer("Combien ?", *_how_much(brief)),
            Answer("Pour qui ?", *_for_whom(brief)),
            Answer("Contre quoi ?", *_against_what(brief)),
            Answer("Quelle certitude ?", *_how_sure(brief)),
            Answer("Que décider ?", *_what_to_decide(brief)),
            Answer("Avant quand ?", *_by_when(brief)),
            Answer("Qui gagne le moins ?", *_least(brief)),
            Answer("Qui reste dehors ?", *_outside(brief)),
            Answer("Que ne savait-on pas ?", *_unknown(brief)),
        )
    )


def _how_much(brief: Brief) -> tuple[str, str]:
    fees = sum((place.coordinator_eur for place in brief.plan.places), Decimal(0))
    fixed = sum((place.fee_eur for place in brief.plan.places), Decimal(0))
    parts = [f"{euros(fixed)} de frais de marché"] if fixed else []
    if fees:
        parts.append(f"{euros(fees)} pour le coordonnateur")
    more = f"Dont {' et '.join(parts)}." if parts else ""
    return f"{euros(brief.plan.objective_eur)} hors taxes {brief.span}.", more


def _for_whom(brief: Brief) -> tuple[str, str]:
    problem, plan = brief.problem, brief.plan
    mwh = sum((one.mwh for point in problem.points for one in point.energy), Decimal(0))
    whole = (
        f"{count(len(plan.members), 'membre')}, "
        f"{count(len(problem.points), 'point de livraison', 'points de livraison')}, "
        f"{quantity(mwh, 'MWh')} par an, {count(len(problem.lots), 'lot')}."
    )
    return whole, ""


def _against_what(brief: Brief) -> tuple[str, str]:
    plan, saved = brief.plan, brief.saved
    if plan.baseline_eur is None or saved is None:
        blind = [brief.member(one.member) for one in plan.members if one.alone_eur is None]
        return "Sans comparaison.", f"Ne peuvent pas acheter seuls à ces offres : {listed(blind)}."
    word = "de moins" if saved >= 0 else "de plus"
    against = f"{euros(plan.baseline_eur)} si chacun achetait seul : "
    known = len(brief.problem.alone)
    basis = (
        "Seul : mêmes offres, même jour, au prix que donne son propre volume"
        if brief.problem.alone_tier == "own_volume"
        else "Seul : mêmes offres, même jour, au prix de la première tranche"
    )
    basis += ", frais d'un marché à soi compris"
    if known:
        basis += f" ; {count(known, 'montant connu', 'montants connus')} par ailleurs"
    return f"{against}{gain(abs(saved), plan.baseline_eur)} {word}.", f"{basis}."


def _how_sure(brief: Brief) -> tuple[str, str]:
    plan = brief.plan
    if plan.bound_eur is None or plan.gap is None:
        return "Sans preuve.", "Aucune borne n'a été établie : un meilleur plan peut exister."
    bound = f"Aucun plan ne peut coûter moins de {euros(plan.bound_eur)}."
    if plan.status == "proved":
        word = "Prouvé : aucun autre plan ne coûte moins."
        if plan.gap:
            word = f"Prouvé à {percent(plan.gap, 2)} près."
        return word, f"{bound}{_fragile(brief)}{_regret(brief)}"
    word = f"Pas prouvé : au plus {percent(plan.gap, 2)} au-dessus du meilleur."
    return word, f"{bound}{_regret(brief)}"


def _regret(brief: Brief) -> str:
    """The worst that the study found, when there is one."""
    if brief.study is None or brief.study.stability.worst_regret_eur is None:
        return ""
    stability = brief.study.stability
    worst = "" if stability.worst is None else f" ({brief.said(stability.worst)})"
    told = count(stability.cases, "cas étudié", "cas étudiés")
    return f" Sur {told}, regret d'au plus {euros(stability.worst_regret_eur or 0)}{worst}."


def _fragile(brief: Brief) -> str:
    """The award that would change first, when one tells at which price it would."""
    known = [(a.flips_at_percent, a) for a in brief.plan.awards if a.flips_at_percent is not None]
    if not known:
        return ""
    percents, award = min(known, key=lambda one: (one[0], one[1].lot))
    rise = percent(Decimal(str(percents)) / 100, 2)
    lot = brief.lots[award.lot]
    return f" Le choix le plus serré : {lot}, qui basculerait à {rise} de hausse de ses prix."


def _what_to_decide(brief: Brief) -> tuple[str, str]:
    lots, awards = brief.lots, brief.plan.awards
    if not awards:
        return "N'attribuer aucun lot.", "Acheter seul ne coûte plus cher à personne."
    told = [f"{lots[award.lot]} à {award.supplier}" for award in awards]
    word = "Attribuer " + ("le lot : " if len(told) == 1 else f"{number(len(told))} lots : ")
    if len(told) > _LOTS:
        told[_LOTS:] = [f"et {number(len(told) - _LOTS)} autres, dans le tableau des lots"]
    left = [name for key, name in lots.items() if key not in {award.lot for award in awards}]
    more = f"Sans attribution : {listed(left)}." if left else "Chaque lot est attribué."
    return f"{word}{' ; '.join(told)}.", more


def _by_when(brief: Brief) -> tuple[str, str]:
    before = brief.plan.decide_before
    silent = sum(award.expires_at is None for award in brief.plan.awards)
    more = ""
    if silent and brief.plan.awards:
        more = f"{count(silent, 'offre retenue ne dit', 'offres retenues ne disent')} pas jusqu'à "
        more += "quand elle tient." if silent == 1 else "quand elles tiennent."
    if before is None:
        return "Aucune offre retenue ne dit jusqu'à quand elle tient.", (
            "À demander aux fournisseurs avant de décider." if brief.plan.awards else ""
        )
    first = [award.supplier for award in brief.plan.awards if award.expires_at == before]
    first_told = f"Première à expirer : {listed(sorted(set(first)))}. " if first else ""
    return f"Offres valables jusqu'au {brief.when(before)}.", f"{first_told}{more}".strip()


def _least(brief: Brief) -> tuple[str, str]:
    gains = {one.member: one for one in brief.plan.members if one.gain_eur is not None}
    least = gains.get(brief.plan.least_gain or "")
    if least is None or least.gain_eur is None:
        return "Sans comparaison.", ""
    losers = [brief.member(key) for key, one in gains.items() if (one.gain_eur or 0) < 0]
    worse = f"Paient plus que seuls : {listed(losers)}." if losers else (
        "Personne ne paie plus que seul."
    )  # fmt: skip
    told = gain(least.gain_eur, least.alone_eur)
    return f"{brief.member(least.member)} : {told} {brief.span}.", worse


def _outside(brief: Brief) -> tuple[str, str]:
    places = brief.outside
    if not places:
        return "Personne.", "Chaque membre achète avec le groupe dans chaque lot où il a un besoin."
    members = sorted({brief.member(place.member) for place in places})
    told = [
        f"{brief.member(place.member)} ({brief.lots[place.lot]}, {euros(place.supply_eur)} seul)"
        for place in places
    ]
    why = "Acheter seul n'y coûte pas plus cher : "
    return f"{listed(members, _MOST)}.", f"{why}{listed(told, _MOST)}."


def _unknown(brief: Brief) -> tuple[str, str]:
    found = list(unknowns(brief))
    first = "Le temps qu'il fera et les volumes de demain : ceux de l'année de référence sont pris."
    return first, " ".join(found)


def unknowns(brief: Brief) -> Iterator[str]:
    """What was not known when the plan was made, a sentence each."""
    plan, problem = brief.plan, brief.problem
    if cells := {(one.offer, one.tariff_code, one.time_class) for one in plan.not_priced}:
        told = count(len(cells), "prix absent", "prix absents")
        yield f"{told} : les tranches concernées sont écartées, jamais comptées zéro."
    if plan.refused:
        yield f"{count(len(plan.refused), 'offre refusée', 'offres refusées')} avant le calcul."
    taken = {award.offer for award in plan.awards}
    moving = [o for o in problem.offers if o.id in taken and o.pricing != "fixed"]
    if moving:
        told = listed([brief.offers[offer.id] for offer in moving], _MOST)
        yield f"Prix non fermes, le coût bougera : {told}."
    yield from _survey(brief)
    unmandated = [brief.member(one.id) for one in problem.members if one.mandate is None]
    if not problem.members:
        yield "Les mandats des membres ne sont pas dans le dossier."
    elif unmandated:
        yield f"Sans mandat connu : {listed(unmandated, _MOST)}."


def _survey(brief: Brief) -> Iterator[str]:
    """Energies that were not measured over twelve whole months."""
    years = [row.reference for row in brief.perimeter]
    declared = sum(year is not None and year.method == "declared" for year in years)
    if declared:
        told = count(declared, "point de livraison", "points de livraison")
        yield f"Énergie déclarée et non mesurée pour {told}."
