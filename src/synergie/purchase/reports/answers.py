"""The first page of a purchase: how much, for whom, against what, how sure, what to decide when."""

from collections.abc import Sequence
from decimal import Decimal

from synergie.purchase.reports.sure import how_sure
from synergie.purchase.reports.unknown import iterate_unknown_inputs
from synergie.purchase.reports.words import Brief, delivery_points, format_gain
from synergie.reports.document import Answer, Answers
from synergie.reports.language import choose_text
from synergie.reports.questions import AGAINST_WHAT, BY_WHEN, HOW_MUCH, HOW_SURE, WHAT_TO_DECIDE
from synergie.reports.written import (
    format_count,
    format_euros,
    format_number,
    format_quantity,
    format_short_name_list,
)

_MOST = 3
"""Members or offers that are named one by one on the first page."""
_LOTS = 6
"""Awards that are named one by one on the first page."""


def answers(brief: Brief) -> Answers:
    """What an elected official asks first, answered out of the plan."""
    return Answers(
        (
            Answer(choose_text(*HOW_MUCH), *_how_much(brief)),
            Answer(choose_text("Pour qui ?", "For whom?"), *_for_whom(brief)),
            Answer(choose_text(*AGAINST_WHAT), *_against_what(brief)),
            Answer(choose_text(*HOW_SURE), *how_sure(brief)),
            Answer(choose_text(*WHAT_TO_DECIDE), *_what_to_decide(brief)),
            Answer(choose_text(*BY_WHEN), *_by_when(brief)),
            Answer(
                choose_text("Qui gagne le moins ?", "Who gains least?"), *_answer_least_gain(brief)
            ),
            Answer(
                choose_text("Qui reste dehors ?", "Who stays out?"), *_answer_who_stays_out(brief)
            ),
            Answer(
                choose_text("Que ne savait-on pas ?", "What was not known?"),
                *_answer_what_is_unknown(brief),
            ),
        )
    )


def _how_much(brief: Brief) -> tuple[str, str]:
    fees = sum((place.coordinator_eur for place in brief.plan.places), Decimal(0))
    fixed = sum((place.fee_eur for place in brief.plan.places), Decimal(0))
    cost = format_euros(brief.plan.objective_eur)
    whole = choose_text(f"{cost} hors taxes {brief.span}.", f"{cost} {brief.span}, excluding VAT.")
    return whole, of_which(fixed, fees)


def of_which(fixed: Decimal, fees: Decimal) -> str:
    """What of an amount is costs of contracts and fees of the coordinator; "" for none."""
    parts = []
    if fixed:
        told = format_euros(fixed)
        parts.append(choose_text(f"{told} de frais de marché", f"{told} in contract costs"))
    if fees:
        told = format_euros(fees)
        parts.append(choose_text(f"{told} pour le coordonnateur", f"{told} for the coordinator"))
    both = choose_text(" et ", " and ").join(parts)
    return choose_text(f"Dont {both}.", f"Of which {both}.") if parts else ""


def _for_whom(brief: Brief) -> tuple[str, str]:
    problem, plan = brief.problem, brief.plan
    mwh = sum((one.mwh for point in problem.points for one in point.energy), Decimal(0))
    members = format_count(len(plan.members), choose_text("membre", "member"))
    energy = format_quantity(mwh, "MWh")
    start = f"{members}, {delivery_points(len(problem.points))}, {energy}"
    lots = format_count(len(problem.lots), "lot")
    return choose_text(f"{start} par an, {lots}.", f"{start} a year, {lots}."), ""


def _against_what(brief: Brief) -> tuple[str, str]:
    plan, saved = brief.plan, brief.saved
    if plan.baseline_eur is None or saved is None:
        blind = [brief.member(one.member) for one in plan.members if one.alone_eur is None]
        names = format_short_name_list(blind)
        return choose_text("Sans comparaison.", "No comparison."), choose_text(
            f"Ne peuvent pas acheter seuls à ces offres : {names}.",
            f"Cannot buy alone on these offers: {names}.",
        )
    word = choose_text("de moins", "less") if saved >= 0 else choose_text("de plus", "more")
    alone, told = format_euros(plan.baseline_eur), format_gain(abs(saved), plan.baseline_eur)
    against = choose_text(
        f"{alone} si chacun achetait seul : {told} {word}.",
        f"{alone} if each bought alone: {told} {word}.",
    )
    return against, f"{_describe_alone_basis(brief)}."


def _describe_alone_basis(brief: Brief) -> str:
    """On what terms each would buy alone."""
    if brief.problem.alone_tier == "own_volume":
        basis = choose_text(
            "Seul : mêmes offres, même jour, au prix que donne son propre volume",
            "Alone: same offers, same day, at the price that its own volume reaches",
        )
    else:
        basis = choose_text(
            "Seul : mêmes offres, même jour, au prix de la première tranche",
            "Alone: same offers, same day, at the price of the first tier",
        )
    basis += choose_text(
        ", frais d'un marché à soi compris", ", with the costs of a contract of its own"
    )
    if not brief.problem.alone:
        return basis
    known = format_count(
        len(brief.problem.alone),
        choose_text("montant connu", "amount"),
        choose_text("montants connus", "amounts"),
    )
    return basis + choose_text(f" ; {known} par ailleurs", f"; {known} known from elsewhere")


def _what_to_decide(brief: Brief) -> tuple[str, str]:
    lots, awards = brief.lots, brief.plan.awards
    if not awards:
        return choose_text("N'attribuer aucun lot.", "Award no lot."), choose_text(
            "Acheter seul ne coûte plus cher à personne.", "Buying alone costs nobody more."
        )
    told = [
        choose_text(
            f"{lots[award.lot]} à {award.supplier}", f"{lots[award.lot]} to {award.supplier}"
        )
        for award in awards
    ]
    left = [name for key, name in lots.items() if key not in {award.lot for award in awards}]
    more = choose_text("Chaque lot est attribué.", "Every lot is awarded.")
    if left:
        names = format_short_name_list(left)
        more = choose_text(f"Sans attribution : {names}.", f"Without an award: {names}.")
    return _describe_award_vote(told), more


def _describe_award_vote(told: Sequence[str]) -> str:
    """The awards to vote, the first ones by name."""
    many, shown = format_number(len(told)), [*told[:_LOTS]]
    if len(told) > _LOTS:
        more = len(told) - _LOTS
        shown.append(
            choose_text(
                f"et {format_count(more, 'autre')}, dans le tableau des lots",
                f"and {format_number(more)} more, in the table of lots",
            )
        )
    which = " ; ".join(shown), "; ".join(shown)
    if len(told) == 1:
        return choose_text(f"Attribuer le lot : {which[0]}.", f"Award the lot: {which[1]}.")
    return choose_text(f"Attribuer {many} lots : {which[0]}.", f"Award {many} lots: {which[1]}.")


def _by_when(brief: Brief) -> tuple[str, str]:
    before, awards = brief.plan.decide_before, brief.plan.awards
    if before is None:
        told = choose_text(
            "Aucune offre retenue ne dit jusqu'à quand elle tient.",
            "No chosen offer says until when it holds.",
        )
        ask = choose_text(
            "À demander aux fournisseurs avant de décider.",
            "To be asked of the suppliers before deciding.",
        )
        return told, ask if awards else ""
    first = [award.supplier for award in awards if award.expires_at == before]
    names, when = format_short_name_list(sorted(set(first))), brief.when(before)
    ends = (
        choose_text(f"Première à expirer : {names}. ", f"First to expire: {names}. ")
        if first
        else ""
    )
    told = choose_text(f"Offres valables jusqu'au {when}.", f"Offers valid until {when}.")
    return told, f"{ends}{_describe_silent_offers(brief)}".strip()


def _describe_silent_offers(brief: Brief) -> str:
    """How many chosen offers do not say until when they hold; "" for none."""
    silent = sum(award.expires_at is None for award in brief.plan.awards)
    if not silent:
        return ""
    told = format_count(
        silent,
        choose_text("offre retenue ne dit", "chosen offer does"),
        choose_text("offres retenues ne disent", "chosen offers do"),
    )
    holds = (
        choose_text("elle tient", "it holds")
        if silent == 1
        else choose_text("elles tiennent", "they hold")
    )
    return choose_text(f"{told} pas jusqu'à quand {holds}.", f"{told} not say until when {holds}.")


def _answer_least_gain(brief: Brief) -> tuple[str, str]:
    gains = {one.member: one for one in brief.plan.members if one.gain_eur is not None}
    least = gains.get(brief.plan.least_gain or "")
    if least is None or least.gain_eur is None:
        return choose_text("Sans comparaison.", "No comparison."), ""
    losers = [brief.member(key) for key, one in gains.items() if (one.gain_eur or 0) < 0]
    names = format_short_name_list(losers)
    worse = choose_text("Personne ne paie plus que seul.", "Nobody pays more than alone.")
    if losers:
        worse = choose_text(f"Paient plus que seuls : {names}.", f"Pay more than alone: {names}.")
    name, told = brief.member(least.member), format_gain(least.gain_eur, least.alone_eur)
    return choose_text(f"{name} : {told} {brief.span}.", f"{name}: {told} {brief.span}."), worse


def _answer_who_stays_out(brief: Brief) -> tuple[str, str]:
    places = brief.outside
    if not places:
        return choose_text("Personne.", "Nobody."), choose_text(
            "Chaque membre achète avec le groupe dans chaque lot où il a un besoin.",
            "Every member buys with the group in every lot where it has a need.",
        )
    members = sorted({brief.member(place.member) for place in places})
    alone = choose_text("seul", "alone")
    told = [
        f"{brief.member(place.member)} ({brief.lots[place.lot]}"
        f", {format_euros(place.supply_eur)} {alone})"
        for place in places
    ]
    why = choose_text(
        "Acheter seul n'y coûte pas plus cher : ", "Buying alone costs no more there: "
    )
    return (
        f"{format_short_name_list(members, _MOST)}.",
        f"{why}{format_short_name_list(told, _MOST)}.",
    )


def _answer_what_is_unknown(brief: Brief) -> tuple[str, str]:
    found = list(iterate_unknown_inputs(brief))
    first = choose_text(
        "Le temps qu'il fera et les volumes de demain : ceux de l'année de référence sont pris.",
        "The weather and the volumes to come: those of the reference year are taken.",
    )
    return first, " ".join(found)
