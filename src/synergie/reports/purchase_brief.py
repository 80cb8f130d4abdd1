"""The report of a group purchase: the first page answers, the others show what stands behind it."""

from synergie.reports.document import Document, Items, Section
from synergie.reports.french import long_date
from synergie.reports.plans import gains, proof
from synergie.reports.purchase import assumed
from synergie.reports.purchase_answers import answers, unknowns
from synergie.reports.purchase_awards import (
    awards,
    binding,
    floors,
    limits,
    not_priced,
    places,
    reasons,
    refused,
    without_award,
)
from synergie.reports.purchase_inputs import again_section, inputs_section
from synergie.reports.purchase_offers import offers_section
from synergie.reports.purchase_sharing import sharing_section
from synergie.reports.purchase_study import study_section
from synergie.reports.purchase_words import Brief


def purchase_document(brief: Brief) -> Document:
    """The whole report, for the elected officials who vote it and for who prepares it."""
    return Document(
        title=brief.group,
        lead="Ce que l'achat groupé coûte, à qui, contre quoi, et ce qu'il faut décider.",
        banner=brief.banner,
        dated=_dated(brief),
        sections=tuple(_sections(brief)),
    )


def _dated(brief: Brief) -> str:
    digest = brief.plan.inputs_digest[:12]
    if brief.made_at is None:
        return f"Problème {digest}."
    return f"Calcul du {long_date(brief.made_at.astimezone(brief.tz).date())}, problème {digest}."


def _sections(brief: Brief) -> list[Section]:
    return [
        Section("essentiel", "L'essentiel", (answers(brief),), sheet=True),
        _gains(brief),
        _awards(brief),
        offers_section(brief),
        study_section(brief),
        sharing_section(brief),
        _requirements(brief),
        Section("refus", "Offres écartées", (*refused(brief), *not_priced(brief))),
        inputs_section(brief),
        _assumed(brief),
        again_section(brief),
    ]


def _gains(brief: Brief) -> Section:
    blocks = (proof(brief.plan), gains(brief.plan, brief.names, brief.span), *places(brief))
    return Section("membres", "Ce que chacun paie et gagne", blocks)


def _awards(brief: Brief) -> Section:
    blocks = (awards(brief), floors(brief), without_award(brief), reasons(brief))
    return Section("lots", "Les lots et leurs attributions", blocks)


def _requirements(brief: Brief) -> Section:
    return Section(
        "exigences", "Exigences, et ce qu'elles coûtent", (limits(brief), binding(brief))
    )


def _assumed(brief: Brief) -> Section:
    unknown = tuple(unknowns(brief)) or ("Rien d'autre que le temps et les volumes de demain.",)
    return Section(
        "hypotheses",
        "Ce qui est supposé, ce qui n'était pas connu",
        (assumed(brief), Items("Ce qui n'était pas connu", unknown)),
    )
