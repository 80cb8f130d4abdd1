"""The first page of a joint maintenance: the questions of those who vote it and of who runs it."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.reports.document import Answer, Answers
from synergie.reports.french import euros, number, percent, short_date
from synergie.reports.maintenance_brief import MaintenanceBrief, Week
from synergie.reports.maintenance_decide import what_to_decide
from synergie.reports.maintenance_park import age, is_old, oldest, overdue
from synergie.reports.maintenance_rounds import certainty, week_title
from synergie.reports.maintenance_words import week_name
from synergie.reports.maintenance_year import worse
from synergie.reports.purchase_words import count, listed
from synergie.schemas.maintenance import MaintenancePlan, MaintenanceProblem


def answers(brief: MaintenanceBrief) -> Answers:
    """The questions, those of the year first."""
    told: list[Answer] = []
    if brief.problem is not None and brief.plan is not None:
        told += _of_year(brief, brief.problem, brief.plan)
    for week in brief.weeks:
        told += _of_week(week, alone=brief.plan is None)
    told.append(Answer("Qu'est-ce qui ne peut pas être tenu ?", *_cannot(brief)))
    told.append(Answer("De quand datent les données ?", *_data(brief)))
    return Answers(tuple(told))


def _of_year(
    brief: MaintenanceBrief, problem: MaintenanceProblem, plan: MaintenancePlan
) -> Iterator[Answer]:
    yield Answer("Combien ?", *_how_much(problem, plan))
    yield Answer("Pour qui ?", *_for_whom(brief, problem, plan))
    yield Answer("Contre quoi ?", *_against(brief, plan))
    yield Answer("Quelle certitude ?", *_how_sure(plan))
    yield Answer("Quel service ?", *_service(brief, plan))
    yield Answer("Que décider ?", *what_to_decide(brief, plan))


def _how_much(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, str]:
    days = f"{number(plan.crew_days)} jours d'équipe"
    span = f"{number(problem.weeks)} semaines"
    if problem.starts_on is not None:
        span += f" à partir du {short_date(problem.starts_on)}"
    return f"{euros(plan.objective_eur)} hors taxes, {days}.", f"Sur {span}."


def _for_whom(
    brief: MaintenanceBrief, problem: MaintenanceProblem, plan: MaintenancePlan
) -> tuple[str, str]:
    cabinets = {(one.organisation, one.cabinet) for one in problem.visits}
    lamps = sum({(v.organisation, v.cabinet): v.light_points for v in problem.visits}.values())
    points = f", {number(lamps)} points lumineux" if lamps else ""
    first = (
        f"{count(len(plan.members), 'organisme')}, "
        f"{count(len(problem.zones), 'commune ou secteur', 'communes ou secteurs')}."
    )
    bodies = listed([brief.body(one.member) for one in plan.members])
    visits = f"{number(len(plan.visits))} visites de {number(len(cabinets))} armoires{points}."
    return first, f"{bodies} : {visits}" if bodies else visits


def _against(brief: MaintenanceBrief, plan: MaintenancePlan) -> tuple[str, str]:
    if plan.baseline_eur is None:
        return "Sans comparaison : au moins un organisme ne peut pas faire seul.", ""
    gain = plan.baseline_eur - plan.objective_eur
    share = percent(gain / plan.baseline_eur) if plan.baseline_eur else percent(0)
    told = f"{euros(plan.baseline_eur)} chacun de son côté : {euros(gain)} de moins ({share})."
    if not gain:
        told = f"{euros(plan.baseline_eur)} chacun de son côté : pas de différence."
    days = (
        ""
        if plan.crew_days_alone is None
        else f"{number(plan.crew_days_alone)} jours d'équipe chacun de son côté. "
    )
    return told, f"{days}{_least(brief, plan)}".strip()


def _least(brief: MaintenanceBrief, plan: MaintenancePlan) -> str:
    gains = {one.member: one.gain_eur for one in plan.members if one.gain_eur is not None}
    losers = [member for member, gain in gains.items() if gain < 0]
    if losers:
        return f"Paient plus que seuls : {listed([brief.body(one) for one in losers])}."
    if plan.least_gain is None or plan.least_gain not in gains:
        return ""
    name = brief.body(plan.least_gain)
    return (
        f"Personne ne paie plus que seul ; {name} gagne le moins : {euros(gains[plan.least_gain])}."
    )


def _how_sure(plan: MaintenancePlan) -> tuple[str, str]:
    if plan.bound_eur is None or plan.gap is None:
        return "Sans preuve : un meilleur plan peut exister.", ""
    bound = f"Aucun plan ne peut coûter moins de {euros(plan.bound_eur)} : au plus "
    bound += f"{percent(plan.gap, 2)} d'écart possible."
    if plan.status == "proved":
        return "Prouvé : aucun autre plan ne coûte moins, à la tolérance près.", bound
    return "Pas prouvé le meilleur, mais l'écart est borné.", bound


def _service(brief: MaintenanceBrief, plan: MaintenancePlan) -> tuple[str, str]:
    late = [one for one in plan.visits if one.late_weeks]
    told = "Toutes les visites se font à temps."
    if late:
        most = max(one.late_weeks for one in late)
        told = f"{number(len(late))} visites sur {number(len(plan.visits))} après leur échéance, "
        told += f"de {number(most)} semaine{'s' if most > 1 else ''} au plus."
    losers = worse(plan)
    if losers:
        names = listed([brief.commune(one.zone) for one in losers])
        return f"Attendent plus que seules : {names}.", told
    if not plan.zones or all(one.late_alone is None for one in plan.zones):
        return told, "Le service de chacun seul n'est pas connu."
    return "Aucune commune n'attend plus que seule.", told


def _of_week(week: Week, *, alone: bool) -> Iterator[Answer]:
    rounds = week.rounds
    stops = sum(len(one.stops) for one in rounds)
    crews = len({one.crew for one in rounds})
    told = f"{number(len(rounds))} tournées de {number(crews)} équipes, {number(stops)} arrêts."
    cost = sum((one.cost_eur for one in rounds), Decimal(0))
    yield Answer(f"Qui part {week_title(week)} ?", told, f"{euros(cost)} hors taxes.")
    if alone:
        if week.plan.baseline_eur is not None:
            gain = week.plan.baseline_eur - week.plan.objective_eur
            base = euros(week.plan.baseline_eur)
            yield Answer("Contre quoi ?", f"{base} chacun de son côté : {euros(gain)} de moins.")
        yield Answer("Quelle certitude ?", certainty(week))


def _cannot(brief: MaintenanceBrief) -> tuple[str, str]:
    found = [
        f"{count(len(week.plan.left_out), 'travail laissé', 'travaux laissés')} {week_title(week)}"
        for week in brief.weeks
        if week.plan.left_out
    ]
    late = [one for one in (brief.plan.visits if brief.plan else ()) if one.late_weeks]
    if late:
        start = brief.problem.starts_on if brief.problem else None
        last = max(one.week for one in late)
        found.append(
            f"{number(len(late))} visites après leur échéance, la dernière en semaine "
            f"{week_name(last, start)}"
        )
    if tickets := overdue(brief):
        found.append(f"{count(len(tickets), 'signalement')} au délai déjà dépassé")
    aside = brief.asides()
    more = f"{count(len(aside), 'ligne mise', 'lignes mises')} de côté." if aside else ""
    if not found:
        return "Rien de ce qui est demandé n'est laissé.", more
    return f"{' ; '.join(found)}.", f"Les raisons sont plus loin. {more}".strip()


def _data(brief: MaintenanceBrief) -> tuple[str, str]:
    told = [] if brief.park is None else [f"Parc au {brief.when(brief.park.as_of)}"]
    old = oldest(brief)
    if old is not None and old.modified is not None:
        told.append(f"le fichier le plus ancien a {age(old.modified, brief.made_at)} ({old.name})")
    more = ""
    if old is not None and is_old(brief, old):
        more = f"Ancien : {old.reason}." if old.reason else "Ancien, sans raison connue."
    return (f"{' ; '.join(told)}." if told else "La date des données n'est pas connue."), more
