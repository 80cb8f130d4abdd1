"""The report of a joint maintenance: the first page answers, the others show what stands behind."""

from synergie.maintenance.reports.answers import answers
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.park import park_sections
from synergie.maintenance.reports.rounds import rounds_sections
from synergie.maintenance.reports.said import nothing_more
from synergie.maintenance.reports.worth import worth_sections
from synergie.maintenance.reports.year import build_service_summary, year_sections
from synergie.reports.document import Block, Document, Items, Paragraph, Section
from synergie.reports.language import choose_text
from synergie.reports.written import long_date
from synergie.schemas.plan import Run


def build_rounds_blocks(brief: MaintenanceBrief) -> tuple[Block, ...]:
    """The rounds of the weeks of *brief* alone: map, stops, what is left for later."""
    return tuple(block for section in rounds_sections(brief) for block in section.blocks)


def maintenance_document(brief: MaintenanceBrief) -> Document:
    """The whole report, of a year, of weeks, or of both; for who votes it and for who runs it."""
    return Document(
        title=brief.title,
        lead=choose_text(
            "Qui va où, quand, avec quoi, pour quelle commune ; ce que chacun paie et gagne.",
            "Who goes where, when, with what, for which commune; what each pays and gains.",
        ),
        banner=brief.banner,
        dated=describe_computation_date(brief),
        sections=(
            _build_essential_section(brief),
            *year_sections(brief),
            *worth_sections(brief),
            *rounds_sections(brief),
            *park_sections(brief),
            _build_assumptions_section(brief),
            _build_reproduction_section(brief),
        ),
    )


def _build_essential_section(brief: MaintenanceBrief) -> Section:
    title = choose_text("L'essentiel", "In short")
    return Section("essentiel", title, (answers(brief), *build_service_summary(brief)), sheet=True)


def describe_computation_date(brief: MaintenanceBrief) -> str:
    """When it was computed and from what: on every printed page."""
    on = long_date(brief.made_at.astimezone(brief.tz).date())
    told = choose_text(f"Calcul du {on}", f"Computed on {on}")
    if brief.park is not None:
        at = long_date(brief.park.as_of.astimezone(brief.tz).date())
        told += choose_text(f", parc au {at}", f", assets as of {at}")
    digests = [
        one.inputs_digest[:12] for one in (brief.plan, *(w.plan for w in brief.weeks)) if one
    ]
    if not digests:
        return f"{told}."
    return f"{told}, {choose_text('problème', 'problem')} {digests[0]}."


def assumed(brief: MaintenanceBrief) -> tuple[str, ...]:
    """Everything that is assumed, each sentence once."""
    plans = [one for one in (brief.plan, *(week.plan for week in brief.weeks)) if one is not None]
    said = [phrase for plan in plans for phrase in (*plan.assumptions, *plan.baseline)]
    return brief.sentences([*brief.assumptions, *said])


def _build_assumptions_section(brief: MaintenanceBrief) -> Section:
    told = Items(choose_text("Hypothèses", "Assumptions"), assumed(brief) or (nothing_more(),))
    return Section("hypotheses", choose_text("Ce qui est supposé", "What is assumed"), (told,))


def _build_reproduction_section(brief: MaintenanceBrief) -> Section:
    plans = [one for one in (brief.plan, *(week.plan for week in brief.weeks)) if one is not None]
    digest = choose_text("Empreinte du problème :", "Digest of the problem:")
    told = [f"{digest} {plan.inputs_digest}" for plan in plans]
    told += [_describe_run(plan.run) for plan in plans[:1]]
    title = choose_text("Pour refaire", "To make it again")
    if brief.command is not None:
        told.append(choose_text(f"{title} : {brief.command}", f"{title}: {brief.command}"))
    if not told:
        nothing = choose_text("Rien n'a été calculé.", "Nothing was computed.")
        return Section("refaire", title, (Paragraph(nothing),))
    same = choose_text("Mêmes données, mêmes octets", "Same data, same bytes")
    return Section("refaire", title, (Items(same, tuple(told)),))


def _describe_run(run: Run) -> str:
    return choose_text(
        f"Calculé par synergie {run.synergie} ; {run.solver} ; graine {run.seed}",
        f"Computed by synergie {run.synergie}; {run.solver}; seed {run.seed}",
    )
