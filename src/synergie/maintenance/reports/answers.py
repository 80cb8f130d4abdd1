"""The first page of a joint maintenance: the questions of those who vote it and of who runs it."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.reports.brief import Inventory, MaintenanceBrief, Week
from synergie.maintenance.reports.decide import what_to_decide
from synergie.maintenance.reports.park import age, is_old, oldest, overdue
from synergie.maintenance.reports.rounds import certainty, week_title
from synergie.maintenance.reports.said import (
    crew_days,
    lateness,
    nobody_waits,
    unproved,
    visited,
    waiting,
)
from synergie.maintenance.reports.words import week_name
from synergie.maintenance.reports.year import worse
from synergie.purchase.reports.words import listed
from synergie.reports.document import Answer, Answers
from synergie.reports.language import say
from synergie.reports.plans import less_or_more
from synergie.reports.questions import AGAINST_WHAT, HOW_MUCH, HOW_SURE, WHAT_TO_DECIDE
from synergie.reports.written import count, euros, number, percent, short_date


def answers(brief: MaintenanceBrief) -> Answers:
    """The questions, those of the year first."""
    told: list[Answer] = []
    if brief.problem is not None and brief.plan is not None:
        told += _of_year(brief, brief.problem, brief.plan)
    for week in brief.weeks:
        told += _of_week(week, alone=brief.plan is None)
    unmet = say("Qu'est-ce qui ne peut pas être tenu ?", "What cannot be met?")
    told.append(Answer(unmet, *_cannot(brief)))
    dates = say("De quand datent les données ?", "What is the date of the data?")
    told.append(Answer(dates, *_data(brief)))
    return Answers(tuple(told))


def _of_year(
    brief: MaintenanceBrief, problem: MaintenanceProblem, plan: MaintenancePlan
) -> Iterator[Answer]:
    yield Answer(say(*HOW_MUCH), *_how_much(problem, plan))
    yield Answer(say("Pour qui ?", "For whom?"), *_for_whom(brief, problem, plan))
    yield Answer(say(*AGAINST_WHAT), *_against(brief, plan))
    yield Answer(say(*HOW_SURE), *_how_sure(plan))
    yield Answer(say("Quel service ?", "What service?"), *_service(brief, plan))
    yield Answer(say(*WHAT_TO_DECIDE), *what_to_decide(brief, plan))


def _how_much(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, str]:
    cost, days = euros(plan.objective_eur), crew_days(plan.crew_days)
    first = say(f"{cost} hors taxes, {days}.", f"{cost} excluding VAT, {days}.")
    span, begins = count(problem.weeks, say("semaine", "week")), ""
    if problem.starts_on is not None:
        monday = short_date(problem.starts_on)
        begins = say(f" à partir du {monday}", f" from {monday}")
    return first, say(f"Sur {span}{begins}.", f"Over {span}{begins}.")


def _for_whom(
    brief: MaintenanceBrief, problem: MaintenanceProblem, plan: MaintenancePlan
) -> tuple[str, str]:
    cabinets = {(one.organisation, one.cabinet) for one in problem.visits}
    lamps = sum({(v.organisation, v.cabinet): v.light_points for v in problem.visits}.values())
    bodies = listed([brief.body(one.member) for one in plan.members])
    visits = visited(len(plan.visits), len(cabinets), lamps)
    more = say(f"{bodies} : {visits}", f"{bodies}: {visits}") if bodies else visits
    return _who(len(plan.members), len(problem.zones)), more


def _who(bodies: int, zones: int) -> str:
    return say(
        f"{count(bodies, 'organisme')}, "
        f"{count(zones, 'commune ou secteur', 'communes ou secteurs')}.",
        f"{count(bodies, 'body', 'bodies')}, "
        f"{count(zones, 'commune or sector', 'communes or sectors')}.",
    )


def _against(brief: MaintenanceBrief, plan: MaintenancePlan) -> tuple[str, str]:
    if plan.baseline_eur is None:
        return say(
            "Sans comparaison : au moins un organisme ne peut pas faire seul.",
            "No comparison: at least one body cannot act alone.",
        ), ""
    gain = plan.baseline_eur - plan.objective_eur
    share = percent(abs(gain) / plan.baseline_eur) if plan.baseline_eur else percent(0)
    none = say("pas de différence", "no difference")
    told = _alone(plan.baseline_eur, f"{less_or_more(gain)} ({share})" if gain else none)
    return told, f"{_days_alone(plan)}{_least(brief, plan)}".strip()


def _alone(cost: Decimal, difference: str) -> str:
    base = euros(cost)
    return say(f"{base} chacun de son côté : {difference}.", f"{base} each alone: {difference}.")


def _days_alone(plan: MaintenancePlan) -> str:
    if plan.crew_days_alone is None:
        return ""
    days = crew_days(plan.crew_days_alone)
    return say(f"{days} chacun de son côté. ", f"{days} each alone. ")


def _least(brief: MaintenanceBrief, plan: MaintenancePlan) -> str:
    gains = {one.member: one.gain_eur for one in plan.members if one.gain_eur is not None}
    losers = listed([brief.body(member) for member, gain in gains.items() if gain < 0])
    if losers:
        return say(f"Paient plus que seuls : {losers}.", f"Paying more than alone: {losers}.")
    if plan.least_gain is None or plan.least_gain not in gains:
        return ""
    name, least = brief.body(plan.least_gain), euros(gains[plan.least_gain])
    return say(
        f"Personne ne paie plus que seul ; {name} gagne le moins : {least}.",
        f"Nobody pays more than alone; {name} gains least: {least}.",
    )


def _how_sure(plan: MaintenancePlan) -> tuple[str, str]:
    if plan.bound_eur is None or plan.gap is None:
        return unproved(), ""
    least, gap = euros(plan.bound_eur), percent(plan.gap, 2)
    bound = say(
        f"Aucun plan ne peut coûter moins de {least} : au plus {gap} d'écart possible.",
        f"No plan can cost less than {least}: a gap of {gap} at most.",
    )
    if plan.status == "proved":
        return say(
            "Prouvé : aucun autre plan ne coûte moins, à la tolérance près.",
            "Proved: no other plan costs less, to within the tolerance.",
        ), bound
    return say(
        "Pas prouvé le meilleur, mais l'écart est borné.",
        "Not proved the best, but the gap is bounded.",
    ), bound


def _service(brief: MaintenanceBrief, plan: MaintenancePlan) -> tuple[str, str]:
    late = [one for one in plan.visits if one.late_weeks]
    told = say("Toutes les visites se font à temps.", "All visits are made on time.")
    if late:
        told = lateness([one.late_weeks for one in late], len(plan.visits))
    if names := listed([brief.commune(one.zone) for one in worse(plan)]):
        return waiting(names), told
    if not plan.zones or all(one.late_alone is None for one in plan.zones):
        return told, say(
            "Le service de chacun seul n'est pas connu.", "The service of each alone is not known."
        )
    return nobody_waits(), told


def _of_week(week: Week, *, alone: bool) -> Iterator[Answer]:
    rounds = week.rounds
    stops = sum(len(one.stops) for one in rounds)
    crews = len({one.crew for one in rounds})
    told = say(
        f"{count(len(rounds), 'tournée')} de {count(crews, 'équipe')}, {count(stops, 'arrêt')}.",
        f"{count(len(rounds), 'round')} by {count(crews, 'crew')}, {count(stops, 'stop')}.",
    )
    cost, days = euros(sum((one.cost_eur for one in rounds), Decimal(0))), week_title(week)
    who = say(f"Qui part {days} ?", f"Who goes out {days}?")
    yield Answer(who, told, say(f"{cost} hors taxes.", f"{cost} excluding VAT."))
    if alone:
        yield from _of_week_alone(week)


def _of_week_alone(week: Week) -> Iterator[Answer]:
    """What the rounds are worth, where no year is told."""
    if week.plan.baseline_eur is not None:
        gain = week.plan.baseline_eur - week.plan.objective_eur
        told = _alone(week.plan.baseline_eur, less_or_more(gain))
        yield Answer(say(*AGAINST_WHAT), told)
    yield Answer(say(*HOW_SURE), certainty(week))


def _cannot(brief: MaintenanceBrief) -> tuple[str, str]:
    found = [_left_out(week) for week in brief.weeks if week.plan.left_out]
    late = [one.week for one in (brief.plan.visits if brief.plan else ()) if one.late_weeks]
    if late:
        start = brief.problem.starts_on if brief.problem else None
        last = week_name(max(late), start)
        found.append(_past_due(len(late), last))
    if tickets := len(overdue(brief)):
        found.append(
            say(
                f"{count(tickets, 'signalement')} au délai déjà dépassé",
                f"{count(tickets, 'fault report')} overdue already",
            )
        )
    more = _put_aside(len(brief.asides()))
    if not found:
        return say(
            "Rien de ce qui est demandé n'est laissé.", "Nothing that is asked for is left out."
        ), more
    why = say("Les raisons sont plus loin.", "The reasons are given further on.")
    return f"{say(' ; ', '; ').join(found)}.", f"{why} {more}".strip()


def _past_due(visits: int, last: str) -> str:
    """How many visits are late, and the week of the last one."""
    if visits == 1:
        return say(
            f"1 visite après son échéance, en semaine {last}", f"1 visit past due, in week {last}"
        )
    return say(
        f"{number(visits)} visites après leur échéance, la dernière en semaine {last}",
        f"{number(visits)} visits past due, the last in week {last}",
    )


def _left_out(week: Week) -> str:
    many, days = len(week.plan.left_out), week_title(week)
    return say(
        f"{count(many, 'travail laissé', 'travaux laissés')} {days}",
        f"{count(many, 'job left out', 'jobs left out')} {days}",
    )


def _put_aside(many: int) -> str:
    if not many:
        return ""
    return say(
        f"{count(many, 'ligne mise', 'lignes mises')} de côté.", f"{count(many, 'row')} set aside."
    )


def _data(brief: MaintenanceBrief) -> tuple[str, str]:
    told = []
    if brief.park is not None:
        at = brief.when(brief.park.as_of)
        told.append(say(f"Parc au {at}", f"Assets as of {at}"))
    old = oldest(brief)
    if old is not None and old.modified is not None:
        old_age = age(old.modified, brief.made_at)
        told.append(
            say(
                f"le fichier le plus ancien a {old_age} ({old.name})",
                f"the oldest file is {old_age} old ({old.name})",
            )
        )
    if not told:
        return say(
            "La date des données n'est pas connue.", "The date of the data is not known."
        ), ""
    return f"{say(' ; ', '; ').join(told)}.", _why_old(brief, old)


def _why_old(brief: MaintenanceBrief, old: Inventory | None) -> str:
    if old is None or not is_old(brief, old):
        return ""
    if not old.reason:
        return say("Ancien, sans raison connue.", "Old, no reason known.")
    return say(f"Ancien : {old.reason}.", f"Old: {old.reason}.")
