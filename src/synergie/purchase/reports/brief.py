"""The report of a group purchase: the first page answers, the others show what stands behind it."""

from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.awards import (
    build_award_table,
    build_outside_blocks,
    build_reason_table,
    without_award,
)
from synergie.purchase.reports.floors import build_floor_figure
from synergie.purchase.reports.inputs import again_section, inputs_section
from synergie.purchase.reports.offers import offers_section
from synergie.purchase.reports.purchase import assumed
from synergie.purchase.reports.refused import build_refusal_blocks, not_priced
from synergie.purchase.reports.requirements import build_binding_items, build_limit_items
from synergie.purchase.reports.sharing import sharing_section
from synergie.purchase.reports.study import study_section
from synergie.purchase.reports.unknown import iterate_unknown_inputs
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Document, Items, Section
from synergie.reports.language import choose_text
from synergie.reports.plans import build_gains_figure, build_proof_note
from synergie.reports.written import long_date


def purchase_document(brief: Brief) -> Document:
    """The whole report, for the elected officials who vote it and for who prepares it."""
    return Document(
        title=brief.group,
        lead=choose_text(
            "Ce que l'achat groupé coûte, à qui, contre quoi, et ce qu'il faut décider.",
            "What the group purchase costs, to whom, against what, and what is to be decided.",
        ),
        banner=brief.banner,
        dated=_describe_problem_date(brief),
        sections=tuple(_build_brief_sections(brief)),
    )


def _describe_problem_date(brief: Brief) -> str:
    digest = brief.plan.inputs_digest[:12]
    if brief.made_at is None:
        return choose_text(f"Problème {digest}.", f"Problem {digest}.")
    day = long_date(brief.made_at.astimezone(brief.tz).date())
    return choose_text(
        f"Calcul du {day}, problème {digest}.", f"Computed on {day}, problem {digest}."
    )


def _build_brief_sections(brief: Brief) -> list[Section]:
    return [
        Section("essentiel", choose_text("L'essentiel", "In short"), (answers(brief),), sheet=True),
        _build_gain_section(brief),
        _build_award_section(brief),
        offers_section(brief),
        study_section(brief),
        sharing_section(brief),
        _build_requirement_section(brief),
        _set_aside(brief),
        inputs_section(brief),
        _build_assumption_section(brief),
        again_section(brief),
    ]


def _build_gain_section(brief: Brief) -> Section:
    blocks = (
        build_proof_note(brief.plan, certified=brief.certified),
        build_gains_figure(brief.plan, brief.names, brief.span),
        *build_outside_blocks(brief),
    )
    return Section(
        "membres", choose_text("Ce que chacun paie et gagne", "What each pays and gains"), blocks
    )


def _build_award_section(brief: Brief) -> Section:
    blocks = (
        build_award_table(brief),
        build_floor_figure(brief),
        without_award(brief),
        build_reason_table(brief),
    )
    return Section(
        "lots", choose_text("Les lots et leurs attributions", "Lots and their awards"), blocks
    )


def _build_requirement_section(brief: Brief) -> Section:
    title = choose_text("Exigences, et ce qu'elles coûtent", "Requirements, and what they cost")
    return Section("exigences", title, (build_limit_items(brief), build_binding_items(brief)))


def _set_aside(brief: Brief) -> Section:
    title = choose_text("Offres écartées", "Offers set aside")
    return Section("refus", title, (*build_refusal_blocks(brief), *not_priced(brief)))


def _build_assumption_section(brief: Brief) -> Section:
    nothing = choose_text(
        "Rien d'autre que le temps et les volumes de demain.",
        "Nothing but the weather and the volumes to come.",
    )
    unknown = tuple(iterate_unknown_inputs(brief)) or (nothing,)
    title = choose_text(
        "Ce qui est supposé, ce qui n'était pas connu", "What is assumed, what was not known"
    )
    known_not = Items(choose_text("Ce qui n'était pas connu", "What was not known"), unknown)
    return Section("hypotheses", title, (assumed(brief), known_not))
