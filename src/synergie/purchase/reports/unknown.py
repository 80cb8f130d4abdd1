"""What was not known when a purchase was planned, a sentence each."""

from collections.abc import Iterator

from synergie.purchase.reports.words import Brief, delivery_points
from synergie.reports.language import choose_text
from synergie.reports.written import format_count, format_short_name_list

_MOST = 3
"""Offers or members that are named one by one."""


def iterate_unknown_inputs(brief: Brief) -> Iterator[str]:
    """What was not known when the plan was made, a sentence each."""
    yield from _iterate_offer_unknowns(brief)
    yield from _iterate_survey_unknowns(brief)
    yield from _iterate_mandate_unknowns(brief)


def _iterate_offer_unknowns(brief: Brief) -> Iterator[str]:
    """Prices that are missing, offers that were refused, prices that move."""
    plan, problem = brief.plan, brief.problem
    if cells := {(one.offer, one.tariff_code, one.time_class) for one in plan.not_priced}:
        told = format_count(
            len(cells),
            choose_text("prix absent", "price missing"),
            choose_text("prix absents", "prices missing"),
        )
        yield choose_text(
            f"{told} : les tranches concernées sont écartées, jamais comptées zéro.",
            f"{told}: the tiers concerned are set aside, never counted as zero.",
        )
    if plan.refused:
        told = format_count(
            len(plan.refused),
            choose_text("offre refusée", "offer"),
            choose_text("offres refusées", "offers"),
        )
        yield choose_text(f"{told} avant le calcul.", f"{told} refused before the computation.")
    taken = {award.offer for award in plan.awards}
    moving = [o for o in problem.offers if o.id in taken and o.pricing != "fixed"]
    if moving:
        told = format_short_name_list([brief.offers[offer.id] for offer in moving], _MOST)
        yield choose_text(
            f"Prix non fermes, le coût bougera : {told}.",
            f"Prices that are not fixed, so the cost will move: {told}.",
        )


def _iterate_survey_unknowns(brief: Brief) -> Iterator[str]:
    """Energies that were not measured over twelve whole months."""
    years = [row.reference for row in brief.perimeter]
    declared = sum(year is not None and year.method == "declared" for year in years)
    if declared:
        told = delivery_points(declared)
        yield choose_text(
            f"Énergie déclarée et non mesurée pour {told}.",
            f"Energy declared and not measured for {told}.",
        )


def _iterate_mandate_unknowns(brief: Brief) -> Iterator[str]:
    members = brief.problem.members
    unmandated = [brief.member(one.id) for one in members if one.mandate is None]
    if not members:
        yield choose_text(
            "Les mandats des membres ne sont pas dans le dossier.",
            "The mandates of the members are not in the file.",
        )
    elif unmandated:
        told = format_short_name_list(unmandated, _MOST)
        yield choose_text(f"Sans mandat connu : {told}.", f"No mandate known: {told}.")
