"""What would become of a year: a crew-day more or fewer, fairer plans, ways to share its cost."""

from collections.abc import Iterator

from synergie.reports.document import Block, Items, Section, Table
from synergie.reports.french import MINUS, euros, number
from synergie.reports.maintenance_brief import MaintenanceBrief
from synergie.reports.maintenance_words import week_name
from synergie.reports.purchase_sharing import METHODS
from synergie.schemas.maintenance_study import CrewDayWorth, MaintenanceStudy
from synergie.schemas.sharing import SharingStudy


def worth_sections(brief: MaintenanceBrief) -> list[Section]:
    """The year looked at from all sides; none when it was not studied."""
    if brief.study is None:
        return []
    return [Section("sensibilite", "Si les moyens changeaient", (*_blocks(brief, brief.study),))]


def _blocks(brief: MaintenanceBrief, study: MaintenanceStudy) -> Iterator[Block]:
    if study.said:
        yield Items("En bref", brief.sentences(study.said))
    if study.crew_days:
        yield _crew_days(brief, study)
    if study.fairness:
        yield _fairness(brief, study)
    if study.sharing is not None:
        yield _sharing(brief, study.sharing)
    if study.assumptions:
        yield Items("Ce que l'étude suppose", brief.sentences(study.assumptions))


def _crew_days(brief: MaintenanceBrief, study: MaintenanceStudy) -> Table:
    heads = ("Dépôt", "Quand", "Jours d'équipe", "Coût de l'année", "Économie", "Retard",
             "Certitude")  # fmt: skip
    return Table(
        "Ce que vaut un jour d'équipe de plus ou de moins",
        heads,
        tuple(_crew_day(brief, one) for one in study.crew_days),
        frozenset({2, 3, 4, 5}),
    )


def _crew_day(brief: MaintenanceBrief, one: CrewDayWorth) -> tuple[str, ...]:
    start = brief.problem.starts_on if brief.problem else None
    sign = "+" if one.days > 0 else MINUS
    return (
        brief.depots_of_year.get(one.depot, one.depot),
        "chaque semaine" if one.week is None else f"semaine {week_name(one.week, start)}",
        f"{sign}{number(abs(one.days))}",
        _impossible(one) if one.cost_eur is None else euros(one.cost_eur),
        "sans comparaison" if one.saves_eur is None else euros(one.saves_eur),
        "pas de plan" if one.late is None else number(one.late),
        "prouvé" if one.proved else "au mieux trouvé",
    )


def _impossible(one: CrewDayWorth) -> str:
    return "aucun plan possible" if one.proved else "aucun plan trouvé à temps"


def _fairness(brief: MaintenanceBrief, study: MaintenanceStudy) -> Table:
    heads = ("Plus grand retard (semaines par point)", "Commune", "Coût", "Retard de toutes",
             "Certitude")  # fmt: skip
    return Table(
        "Du plan le moins cher au plus égal",
        heads,
        tuple(
            (
                number(one.most_late, 2), brief.commune(one.zone), euros(one.cost_eur),
                number(one.late), "prouvé" if one.proved else "au mieux trouvé",
            )
            for one in study.fairness
        ),
        frozenset({0, 2, 3}),
    )  # fmt: skip


def _sharing(brief: MaintenanceBrief, study: SharingStudy) -> Table:
    """Each body's share under each way of sharing."""
    shares = [{one.member: one.share_eur for one in way.shares} for way in study.sharings]
    bodies = list(dict.fromkeys(member for share in shares for member in share))
    return Table(
        "Autres façons de partager le coût",
        ("Organisme", *(METHODS[way.method] for way in study.sharings)),
        tuple(
            (
                brief.body(body),
                *("pas dit" if body not in share else euros(share[body]) for share in shares),
            )
            for body in bodies
        ),
        frozenset(range(1, len(shares) + 1)),
    )
