"""The report of a joint maintenance: the first page answers, the others show what stands behind."""

from synergie.maintenance.reports.answers import answers
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.park import park_sections
from synergie.maintenance.reports.rounds import rounds_sections
from synergie.maintenance.reports.said import nothing_more
from synergie.maintenance.reports.worth import worth_sections
from synergie.maintenance.reports.year import served, year_sections
from synergie.reports.document import Document, Items, Paragraph, Section
from synergie.reports.language import say
from synergie.reports.written import long_date
from synergie.schemas.plan import Run


def maintenance_document(brief: MaintenanceBrief) -> Document:
    """The whole report, of a year, of weeks, or of both; for who votes it and for who runs it."""
    return Document(
        title=brief.title,
        lead=say(
            "Qui va où, quand, avec quoi, pour quelle commune ; ce que chacun paie et gagne.",
            "Who goes where, when, with what, for which commune; what each pays and gains.",
        ),
        banner=brief.banner,
        dated=dated(brief),
        sections=(
            _essential(brief),
            *year_sections(brief),
            *worth_sections(brief),
            *rounds_sections(brief),
            *park_sections(brief),
            _assumed(brief),
            _again(brief),
        ),
    )


def _essential(brief: MaintenanceBrief) -> Section:
    title = say("L'essentiel", "In short")
    return Section("essentiel", title, (answers(brief), *served(brief)), sheet=True)


def dated(brief: MaintenanceBrief) -> str:
    """When it was computed and from what: on every printed page."""
    on = long_date(brief.made_at.astimezone(brief.tz).date())
    told = say(f"Calcul du {on}", f"Computed on {on}")
    if brief.park is not None:
        at = long_date(brief.park.as_of.astimezone(brief.tz).date())
        told += say(f", parc au {at}", f", assets as of {at}")
    digests = [
        one.inputs_digest[:12] for one in (brief.plan, *(w.plan for w in brief.weeks)) if one
    ]
    if not digests:
        return f"{told}."
    return f"{told}, {say('problème', 'problem')} {digests[0]}."


def assumed(brief: MaintenanceBrief) -> tuple[str, ...]:
    """Everything that is assumed, each sentence once."""
    plans = [one for one in (brief.plan, *(week.plan for week in brief.weeks)) if one is not None]
    said = [phrase for plan in plans for phrase in (*plan.assumptions, *plan.baseline)]
    return brief.sentences([*brief.assumptions, *said])


def _assumed(brief: MaintenanceBrief) -> Section:
    told = Items(say("Hypothèses", "Assumptions"), assumed(brief) or (nothing_more(),))
    return Section("hypotheses", say("Ce qui est supposé", "What is assumed"), (told,))


def _again(brief: MaintenanceBrief) -> Section:
    plans = [one for one in (brief.plan, *(week.plan for week in brief.weeks)) if one is not None]
    digest = say("Empreinte du problème :", "Digest of the problem:")
    told = [f"{digest} {plan.inputs_digest}" for plan in plans]
    told += [_computed(plan.run) for plan in plans[:1]]
    title = say("Pour refaire", "To make it again")
    if brief.command is not None:
        told.append(say(f"{title} : {brief.command}", f"{title}: {brief.command}"))
    if not told:
        nothing = say("Rien n'a été calculé.", "Nothing was computed.")
        return Section("refaire", title, (Paragraph(nothing),))
    same = say("Mêmes données, mêmes octets", "Same data, same bytes")
    return Section("refaire", title, (Items(same, tuple(told)),))


def _computed(run: Run) -> str:
    return say(
        f"Calculé par synergie {run.synergie} ; {run.solver} ; graine {run.seed}",
        f"Computed by synergie {run.synergie}; {run.solver}; seed {run.seed}",
    )
