"""The report of a joint maintenance: the first page answers, the others show what stands behind."""

from synergie.reports.document import Document, Items, Paragraph, Section
from synergie.reports.french import long_date
from synergie.reports.maintenance_answers import answers
from synergie.reports.maintenance_brief import MaintenanceBrief
from synergie.reports.maintenance_park import park_sections
from synergie.reports.maintenance_rounds import rounds_sections
from synergie.reports.maintenance_worth import worth_sections
from synergie.reports.maintenance_year import served, year_sections


def maintenance_document(brief: MaintenanceBrief) -> Document:
    """The whole report, of a year, of weeks, or of both; for who votes it and for who runs it."""
    return Document(
        title=brief.title,
        lead="Qui va où, quand, avec quoi, pour quelle commune ; ce que chacun paie et gagne.",
        banner=brief.banner,
        dated=dated(brief),
        sections=(
            Section("essentiel", "L'essentiel", (answers(brief), *served(brief)), sheet=True),
            *year_sections(brief),
            *worth_sections(brief),
            *rounds_sections(brief),
            *park_sections(brief),
            _assumed(brief),
            _again(brief),
        ),
    )


def dated(brief: MaintenanceBrief) -> str:
    """When it was computed and from what: on every printed page."""
    told = f"Calcul du {long_date(brief.made_at.astimezone(brief.tz).date())}"
    if brief.park is not None:
        told += f", parc au {long_date(brief.park.as_of.astimezone(brief.tz).date())}"
    digests = [
        one.inputs_digest[:12] for one in (brief.plan, *(w.plan for w in brief.weeks)) if one
    ]
    return f"{told}, problème {digests[0]}." if digests else f"{told}."


def assumed(brief: MaintenanceBrief) -> tuple[str, ...]:
    """Everything that is assumed, each sentence once."""
    plans = [one for one in (brief.plan, *(week.plan for week in brief.weeks)) if one is not None]
    said = [phrase for plan in plans for phrase in (*plan.assumptions, *plan.baseline)]
    return brief.sentences([*brief.assumptions, *said])


def _assumed(brief: MaintenanceBrief) -> Section:
    told = assumed(brief) or ("Rien d'autre que ce que disent les fichiers.",)
    return Section("hypotheses", "Ce qui est supposé", (Items("Hypothèses", told),))


def _again(brief: MaintenanceBrief) -> Section:
    plans = [one for one in (brief.plan, *(week.plan for week in brief.weeks)) if one is not None]
    told = [f"Empreinte du problème : {plan.inputs_digest}" for plan in plans]
    told += [
        f"Calculé par synergie {plan.run.synergie} ; {plan.run.solver} ; graine {plan.run.seed}"
        for plan in plans[:1]
    ]
    if brief.command is not None:
        told.append(f"Pour refaire : {brief.command}")
    if not told:
        return Section("refaire", "Pour refaire", (Paragraph("Rien n'a été calculé."),))
    return Section("refaire", "Pour refaire", (Items("Mêmes données, mêmes octets", tuple(told)),))
