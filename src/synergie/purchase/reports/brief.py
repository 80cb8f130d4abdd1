"""The report of a group purchase: the first page answers, the others show what stands behind it."""

from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.awards import awards, places, reasons, without_award
from synergie.purchase.reports.floors import floors
from synergie.purchase.reports.inputs import again_section, inputs_section
from synergie.purchase.reports.offers import offers_section
from synergie.purchase.reports.purchase import assumed
from synergie.purchase.reports.refused import not_priced, refused
from synergie.purchase.reports.requirements import binding, limits
from synergie.purchase.reports.sharing import sharing_section
from synergie.purchase.reports.study import study_section
from synergie.purchase.reports.unknown import unknowns
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Document, Items, Section
from synergie.reports.language import say
from synergie.reports.plans import gains, proof
from synergie.reports.written import long_date


def purchase_document(brief: Brief) -> Document:
    """The whole report, for the elected officials who vote it and for who prepares it."""
    return Document(
        title=brief.group,
        lead=say(
            "Ce que l'achat groupé coûte, à qui, contre quoi, et ce qu'il faut décider.",
            "What the group purchase costs, to whom, against what, and what is to be decided.",
        ),
        banner=brief.banner,
        dated=_dated(brief),
        sections=tuple(_sections(brief)),
    )


def _dated(brief: Brief) -> str:
    digest = brief.plan.inputs_digest[:12]
    if brief.made_at is None:
        return say(f"Problème {digest}.", f"Problem {digest}.")
    day = long_date(brief.made_at.astimezone(brief.tz).date())
    return say(f"Calcul du {day}, problème {digest}.", f"Computed on {day}, problem {digest}.")


def _sections(brief: Brief) -> list[Section]:
    return [
        Section("essentiel", say("L'essentiel", "In short"), (answers(brief),), sheet=True),
        _gains(brief),
        _awards(brief),
        offers_section(brief),
        study_section(brief),
        sharing_section(brief),
        _requirements(brief),
        _set_aside(brief),
        inputs_section(brief),
        _assumed(brief),
        again_section(brief),
    ]


def _gains(brief: Brief) -> Section:
    blocks = (proof(brief.plan), gains(brief.plan, brief.names, brief.span), *places(brief))
    return Section(
        "membres", say("Ce que chacun paie et gagne", "What each pays and gains"), blocks
    )


def _awards(brief: Brief) -> Section:
    blocks = (awards(brief), floors(brief), without_award(brief), reasons(brief))
    return Section("lots", say("Les lots et leurs attributions", "Lots and their awards"), blocks)


def _requirements(brief: Brief) -> Section:
    title = say("Exigences, et ce qu'elles coûtent", "Requirements, and what they cost")
    return Section("exigences", title, (limits(brief), binding(brief)))


def _set_aside(brief: Brief) -> Section:
    title = say("Offres écartées", "Offers set aside")
    return Section("refus", title, (*refused(brief), *not_priced(brief)))


def _assumed(brief: Brief) -> Section:
    nothing = say(
        "Rien d'autre que le temps et les volumes de demain.",
        "Nothing but the weather and the volumes to come.",
    )
    unknown = tuple(unknowns(brief)) or (nothing,)
    title = say(
        "Ce qui est supposé, ce qui n'était pas connu", "What is assumed, what was not known"
    )
    known_not = Items(say("Ce qui n'était pas connu", "What was not known"), unknown)
    return Section("hypotheses", title, (assumed(brief), known_not))
