"""What would become of a year: a crew-day more or fewer, fairer plans, ways to share its cost."""

from collections.abc import Iterator

from synergie.maintenance.records.study import CrewDayWorth, MaintenanceStudy
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.words import week_name
from synergie.purchase.reports.sharing import method_name
from synergie.reports.document import Block, Items, Section, Table
from synergie.reports.language import say, words
from synergie.reports.written import MINUS, euros, number
from synergie.schemas.sharing import SharingStudy


def worth_sections(brief: MaintenanceBrief) -> list[Section]:
    """The year looked at from all sides; none when it was not studied."""
    if brief.study is None:
        return []
    title = say("Si les moyens changeaient", "If the means changed")
    return [Section("sensibilite", title, (*_blocks(brief, brief.study),))]


def _blocks(brief: MaintenanceBrief, study: MaintenanceStudy) -> Iterator[Block]:
    if study.said:
        yield Items(say("En bref", "In brief"), brief.sentences(study.said))
    if study.crew_days:
        yield _crew_days(brief, study)
    if study.fairness:
        yield _fairness(brief, study)
    if study.sharing is not None:
        yield _sharing(brief, study.sharing)
    if study.assumptions:
        assumes = say("Ce que l'étude suppose", "What the study assumes")
        yield Items(assumes, brief.sentences(study.assumptions))


def _crew_days(brief: MaintenanceBrief, study: MaintenanceStudy) -> Table:
    heads = words(
        ("Dépôt", "Depot"), ("Quand", "When"), ("Jours d'équipe", "Crew-days"),
        ("Coût de l'année", "Cost of the year"), ("Économie", "Saving"), ("Retard", "Lateness"),
        ("Certitude", "Certainty"),
    )  # fmt: skip
    title = say(
        "Ce que vaut un jour d'équipe de plus ou de moins",
        "What a crew-day more or fewer is worth",
    )
    rows = tuple(_crew_day(brief, one) for one in study.crew_days)
    return Table(title, heads, rows, frozenset({2, 3, 4, 5}))


def _crew_day(brief: MaintenanceBrief, one: CrewDayWorth) -> tuple[str, ...]:
    start = brief.problem.starts_on if brief.problem else None
    sign = "+" if one.days > 0 else MINUS
    return (
        brief.depots_of_year.get(one.depot, one.depot),
        say("chaque semaine", "each week") if one.week is None
        else f"{say('semaine', 'week')} {week_name(one.week, start)}",
        f"{sign}{number(abs(one.days))}",
        _impossible(one) if one.cost_eur is None else euros(one.cost_eur),
        say("sans comparaison", "no comparison") if one.saves_eur is None
        else euros(one.saves_eur),
        say("pas de plan", "no plan") if one.late is None else number(one.late),
        _certain(proved=one.proved),
    )  # fmt: skip


def _certain(*, proved: bool) -> str:
    return say("prouvé", "proved") if proved else say("au mieux trouvé", "best found")


def _impossible(one: CrewDayWorth) -> str:
    if one.proved:
        return say("aucun plan possible", "no plan possible")
    return say("aucun plan trouvé à temps", "no plan found in time")


def _fairness(brief: MaintenanceBrief, study: MaintenanceStudy) -> Table:
    heads = words(
        ("Plus grand retard (semaines par point)", "Greatest lateness (weeks a point)"),
        ("Commune", "Commune"), ("Coût", "Cost"), ("Retard de toutes", "Lateness of all"),
        ("Certitude", "Certainty"),
    )  # fmt: skip
    return Table(
        say("Du plan le moins cher au plus égal", "From the cheapest plan to the most equal"),
        heads,
        tuple(
            (
                number(one.most_late, 2), brief.commune(one.zone), euros(one.cost_eur),
                number(one.late), _certain(proved=one.proved),
            )
            for one in study.fairness
        ),
        frozenset({0, 2, 3}),
    )  # fmt: skip


def _sharing(brief: MaintenanceBrief, study: SharingStudy) -> Table:
    """Each body's share under each way of sharing."""
    shares = [{one.member: one.share_eur for one in way.shares} for way in study.sharings]
    bodies = list(dict.fromkeys(member for share in shares for member in share))
    untold = say("pas dit", "not told")
    return Table(
        say("Autres façons de partager le coût", "Other ways to share the cost"),
        (say("Organisme", "Body"), *(method_name(way.method) for way in study.sharings)),
        tuple(
            (
                brief.body(body),
                *(untold if body not in share else euros(share[body]) for share in shares),
            )
            for body in bodies
        ),
        frozenset(range(1, len(shares) + 1)),
    )
