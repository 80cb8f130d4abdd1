"""What would become of a year: a crew-day more or fewer, fairer plans, ways to share its cost."""

from collections.abc import Iterator

from synergie.maintenance.records.study import CrewDayWorth, MaintenanceStudy
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.words import week_name
from synergie.reports.document import Block, Items, Section, Table
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.plans import describe_sharing_method
from synergie.reports.written import MINUS, format_euros, format_number
from synergie.schemas.sharing import SharingStudy


def worth_sections(brief: MaintenanceBrief) -> list[Section]:
    """The year looked at from all sides; none when it was not studied."""
    if brief.study is None:
        return []
    title = choose_text("Si les moyens changeaient", "If the means changed")
    return [Section("sensibilite", title, (*_iterate_worth_blocks(brief, brief.study),))]


def _iterate_worth_blocks(brief: MaintenanceBrief, study: MaintenanceStudy) -> Iterator[Block]:
    if study.said:
        yield Items(choose_text("En bref", "In brief"), brief.sentences(study.said))
    if study.crew_days:
        yield _crew_days(brief, study)
    if study.fairness:
        yield _build_fairness_table(brief, study)
    if study.sharing is not None:
        yield _build_sharing_table(brief, study.sharing)
    if study.assumptions:
        assumes = choose_text("Ce que l'étude suppose", "What the study assumes")
        yield Items(assumes, brief.sentences(study.assumptions))


def _crew_days(brief: MaintenanceBrief, study: MaintenanceStudy) -> Table:
    heads = choose_texts(
        ("Dépôt", "Depot"), ("Quand", "When"), ("Jours d'équipe", "Crew-days"),
        ("Coût de l'année", "Cost of the year"), ("Économie", "Saving"), ("Retard", "Lateness"),
        ("Certitude", "Certainty"),
    )  # fmt: skip
    title = choose_text(
        "Ce que vaut un jour d'équipe de plus ou de moins", "What a crew-day more or fewer is worth"
    )
    rows = tuple(_crew_day(brief, one) for one in study.crew_days)
    return Table(title, heads, rows, frozenset({2, 3, 4, 5}))


def _crew_day(brief: MaintenanceBrief, one: CrewDayWorth) -> tuple[str, ...]:
    start = brief.problem.starts_on if brief.problem else None
    sign = "+" if one.days > 0 else MINUS
    return (
        brief.depots_of_year.get(one.depot, one.depot),
        choose_text("chaque semaine", "each week") if one.week is None
        else f"{choose_text('semaine', 'week')} {week_name(one.week, start)}",
        f"{sign}{format_number(abs(one.days))}",
        _describe_missing_plan(one) if one.cost_eur is None else format_euros(one.cost_eur),
        choose_text("sans comparaison", "no comparison") if one.saves_eur is None
        else format_euros(one.saves_eur),
        choose_text("pas de plan", "no plan") if one.late is None else format_number(one.late),
        _describe_proof(proved=one.proved),
    )  # fmt: skip


def _describe_proof(*, proved: bool) -> str:
    return (
        choose_text("borne atteinte", "bound reached")
        if proved
        else choose_text("au mieux trouvé", "best found")
    )


def _describe_missing_plan(one: CrewDayWorth) -> str:
    if one.proved:
        return choose_text("aucun plan possible", "no plan possible")
    return choose_text("aucun plan trouvé à temps", "no plan found in time")


def _build_fairness_table(brief: MaintenanceBrief, study: MaintenanceStudy) -> Table:
    heads = choose_texts(
        ("Plus grand retard (semaines par point)", "Greatest lateness (weeks a point)"),
        ("Commune", "Commune"), ("Coût", "Cost"), ("Retard de toutes", "Lateness of all"),
        ("Certitude", "Certainty"),
    )  # fmt: skip
    return Table(
        choose_text(
            "Du plan le moins cher au plus égal", "From the cheapest plan to the most equal"
        ),
        heads,
        tuple(
            (
                format_number(one.most_late, 2),
                brief.commune(one.zone),
                format_euros(one.cost_eur),
                format_number(one.late),
                _describe_proof(proved=one.proved),
            )
            for one in study.fairness
        ),
        frozenset({0, 2, 3}),
    )


def _build_sharing_table(brief: MaintenanceBrief, study: SharingStudy) -> Table:
    """Each body's share under each way of sharing."""
    shares = [{one.member: one.share_eur for one in way.shares} for way in study.sharings]
    bodies = list(dict.fromkeys(member for share in shares for member in share))
    untold = choose_text("pas dit", "not told")
    return Table(
        choose_text("Autres façons de partager le coût", "Other ways to share the cost"),
        (
            choose_text("Organisme", "Body"),
            *(describe_sharing_method(way.method) for way in study.sharings),
        ),
        tuple(
            (
                brief.body(body),
                *(untold if body not in share else format_euros(share[body]) for share in shares),
            )
            for body in bodies
        ),
        frozenset(range(1, len(shares) + 1)),
    )
