"""What a council asks first of a purchase, answered for one member out of its own view."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from synergie.purchase.records.member_view import MemberView
from synergie.purchase.reports.answers import of_which
from synergie.purchase.reports.words import delivery_points, describe_delivery_span, format_gain
from synergie.reports.document import Answer, Answers
from synergie.reports.language import choose_text
from synergie.reports.questions import (
    AGAINST_WHAT,
    BY_WHEN,
    HOW_MUCH_FOR_US,
    HOW_SURE,
    WHAT_TO_DECIDE,
)
from synergie.reports.written import (
    format_count,
    format_euros,
    format_moment,
    format_percent,
    format_quantity,
    format_short_name_list,
    short_date,
)


def note_answers(view: MemberView, tz: ZoneInfo) -> Answers:
    """The first page of a note; moments as the clocks of *tz*."""
    return Answers(
        (
            Answer(choose_text(*HOW_MUCH_FOR_US), *_how_much(view)),
            Answer(choose_text(*AGAINST_WHAT), *_answer_alone_comparison(view)),
            Answer(choose_text("Pour quoi ?", "For what?"), *_for_what(view)),
            Answer(choose_text(*HOW_SURE), *_how_sure(view)),
            Answer(choose_text(*WHAT_TO_DECIDE), *_to_decide(view)),
            Answer(choose_text(*BY_WHEN), *_by_when(view, tz)),
            Answer(choose_text("Et le groupe ?", "And the group?"), *_answer_group_totals(view)),
        )
    )


def _how_much(view: MemberView) -> tuple[str, str]:
    cost, days = format_euros(view.cost_eur), describe_delivery_span(view.delivery)
    whole = choose_text(f"{cost} hors taxes {days}.", f"{cost} {days}, excluding VAT.")
    parts = of_which(view.fee_eur, view.coordinator_eur)
    if view.running_costs == "exact":
        return whole, parts
    most = choose_text(
        "Au plus : les frais de marché sont arrondis au supérieur jusqu'à l'attribution, "
        "qui dit le montant exact.",
        "At most: contract costs are rounded up until the award, which tells the exact amount.",
    )
    return whole, f"{most} {parts}".strip()


def _answer_alone_comparison(view: MemberView) -> tuple[str, str]:
    if view.alone_eur is None or view.gain_eur is None:
        blind = choose_text(
            "Sans comparaison : aucune offre ne nous sert seuls.",
            "No comparison: no offer serves us alone.",
        )
        return blind, ""
    word = choose_text("de moins", "less") if view.gain_eur >= 0 else choose_text("de plus", "more")
    basis = choose_text(
        "Seul : mêmes offres, même jour ; les hypothèses sont plus loin.",
        "Alone: same offers, same day; the assumptions are further on.",
    )
    alone, told = format_euros(view.alone_eur), format_gain(abs(view.gain_eur), view.alone_eur)
    against = choose_text(
        f"{alone} si nous achetions seuls : {told} {word}.",
        f"{alone} if we bought alone: {told} {word}.",
    )
    return against, basis


def _for_what(view: MemberView) -> tuple[str, str]:
    points, energy = delivery_points(len(view.points)), format_quantity(view.volume_mwh, "MWh", 1)
    green = ""
    if view.green_share:
        share = format_percent(view.green_share, 0)
        green = choose_text(f", dont {share} d'énergie verte", f", of which {share} green energy")
    lots = format_short_name_list([lot.name for lot in view.lots])
    start = f"{points}, {energy}"
    return choose_text(f"{start} par an{green}.", f"{start} a year{green}."), f"{lots}."


def _how_sure(view: MemberView) -> tuple[str, str]:
    pay = ""
    if view.nobody_pays_more:
        pay = choose_text("Aucun membre ne paie plus que seul.", "No member pays more than alone.")
    if view.status == "proved":
        return choose_text(
            "Borne du solveur atteinte : aucun autre plan ne coûte moins au groupe.",
            "Bound of the solver reached: no other plan costs the group less.",
        ), pay
    if view.gap is None:
        return choose_text(
            "Sans preuve : un meilleur plan peut exister.",
            "Without proof: a better plan may exist.",
        ), pay
    gap = format_percent(view.gap, 2)
    return choose_text(
        f"Pas prouvé : au plus {gap} au-dessus du meilleur plan.",
        f"Not proved: at most {gap} above the best plan.",
    ), pay


def _to_decide(view: MemberView) -> tuple[str, str]:
    joined = [lot for lot in view.lots if lot.supplier]
    alone = format_short_name_list([lot.name for lot in view.lots if not lot.supplier])
    out = choose_text(f" Acheter seuls : {alone}.", f" Buy alone: {alone}.") if alone else ""
    if not joined:
        stay = choose_text("Ne pas entrer dans cet achat.", "Do not join this purchase.")
        return f"{stay}{out}", choose_text(
            "Il ne nous coûterait pas moins.", "It would not cost us less."
        )
    take = choose_text(" ; ", "; ").join(f"{lot.name}, {lot.supplier}" for lot in joined)
    return choose_text(
        f"Approuver : {take}.{out}", f"Approve: {take}.{out}"
    ), _describe_mandate_decision(view)


def _describe_mandate_decision(view: MemberView) -> str:
    """What the council has to have decided for the coordinator to sign."""
    if view.mandate is None:
        return choose_text(
            "Aucun mandat n'est connu : délibérer, approuver la convention constitutive et donner "
            "mandat au coordonnateur (code de la commande publique, L2113-6 à L2113-8).",
            "No mandate is known: vote in council, approve the agreement that sets up the group "
            "and give the coordinator a mandate (French Public Procurement Code, L2113-6 to "
            "L2113-8).",
        )
    until = ""
    if view.mandate_until is not None:
        last = short_date(view.mandate_until - timedelta(days=1))
        until = choose_text(f", valable jusqu'au {last} compris", f", valid until {last} included")
    return choose_text(
        f"Mandat donné : {view.mandate}{until} ; vérifier qu'il couvre cet achat.",
        f"Mandate given: {view.mandate}{until}; check that it covers this purchase.",
    )


def _by_when(view: MemberView, tz: ZoneInfo) -> tuple[str, str]:
    if all(lot.supplier is None for lot in view.lots):
        return choose_text(
            "Rien ne presse : aucune offre du groupe n'est prise.",
            "Nothing is urgent: no offer of the group is taken.",
        ), ""
    if view.decide_before is None:
        return choose_text(
            "L'offre ne dit pas jusqu'à quand elle tient.",
            "The offer does not say until when it holds.",
        ), choose_text("À demander au coordonnateur.", "To be asked of the coordinator.")
    until = format_moment(view.decide_before, tz)
    return choose_text(f"Offre valable jusqu'au {until}.", f"Offer valid until {until}."), ""


def _answer_group_totals(view: MemberView) -> tuple[str, str]:
    members = f"{format_count(view.group_members, choose_text('membre', 'member'))}."
    if view.group is None:
        return members, choose_text(
            "Les totaux ne sont pas donnés : ils diraient la part d'un autre membre.",
            "The totals are not given: they would tell the part of another member.",
        )
    told = format_gain(abs(view.group.gain_eur), view.group.alone_eur)
    word = (
        choose_text("de moins", "less")
        if view.group.gain_eur >= 0
        else choose_text("de plus", "more")
    )
    energy, cost = format_quantity(view.group.volume_mwh, "MWh"), format_euros(view.group.cost_eur)
    return members, choose_text(
        f"Ensemble : {energy} par an, {cost}, {told} {word} que chacun seul.",
        f"Together: {energy} a year, {cost}, {told} {word} than each alone.",
    )
