"""The first page of a joint maintenance: the questions of those who vote it and of who runs it."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.decide import what_to_decide
from synergie.maintenance.reports.park import (
    describe_age,
    find_oldest_source,
    is_old,
    list_overdue_faults,
)
from synergie.maintenance.reports.rounds import certainty, week_title
from synergie.maintenance.reports.said import (
    crew_days,
    describe_late_visits,
    describe_missing_bound,
    describe_visit_count,
    describe_waiting_communes,
    nobody_waits,
)
from synergie.maintenance.reports.words import week_name
from synergie.maintenance.reports.year import list_worse_zones
from synergie.reports.document import Answer, Answers
from synergie.reports.language import choose_text
from synergie.reports.plans import SourceFile, less_or_more
from synergie.reports.questions import AGAINST_WHAT, HOW_MUCH, HOW_SURE, WHAT_TO_DECIDE
from synergie.reports.written import (
    format_count,
    format_euros,
    format_number,
    format_percent,
    format_short_name_list,
    short_date,
)


def answers(brief: MaintenanceBrief) -> Answers:
    """The questions, those of the year first."""
    told: list[Answer] = []
    if brief.problem is not None and brief.plan is not None:
        told += _of_year(brief, brief.problem, brief.plan)
    for week in brief.weeks:
        told += _of_week(week, alone=brief.plan is None)
    unmet = choose_text("Qu'est-ce qui ne peut pas être tenu ?", "What cannot be met?")
    told.append(Answer(unmet, *_describe_unmet_work(brief)))
    dates = choose_text("De quand datent les données ?", "What is the date of the data?")
    told.append(Answer(dates, *_describe_data_state(brief)))
    return Answers(tuple(told))


def _of_year(
    brief: MaintenanceBrief, problem: MaintenanceProblem, plan: MaintenancePlan
) -> Iterator[Answer]:
    yield Answer(choose_text(*HOW_MUCH), *_how_much(problem, plan))
    yield Answer(choose_text("Pour qui ?", "For whom?"), *_for_whom(brief, problem, plan))
    yield Answer(choose_text(*AGAINST_WHAT), *_describe_cost_difference(brief, plan))
    yield Answer(choose_text(*HOW_SURE), *_how_sure(plan))
    yield Answer(choose_text("Quel service ?", "What service?"), *_describe_service(brief, plan))
    yield Answer(choose_text(*WHAT_TO_DECIDE), *what_to_decide(brief, plan))


def _how_much(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, str]:
    cost, days = format_euros(plan.objective_eur), crew_days(plan.crew_days)
    first = choose_text(f"{cost} hors taxes, {days}.", f"{cost} excluding VAT, {days}.")
    span, begins = format_count(problem.weeks, choose_text("semaine", "week")), ""
    if problem.starts_on is not None:
        monday = short_date(problem.starts_on)
        begins = choose_text(f" à partir du {monday}", f" from {monday}")
    return first, choose_text(f"Sur {span}{begins}.", f"Over {span}{begins}.")


def _for_whom(
    brief: MaintenanceBrief, problem: MaintenanceProblem, plan: MaintenancePlan
) -> tuple[str, str]:
    cabinets = {(one.organisation, one.cabinet) for one in problem.visits}
    lamps = sum({(v.organisation, v.cabinet): v.light_points for v in problem.visits}.values())
    bodies = format_short_name_list([brief.body(one.member) for one in plan.members])
    visits = describe_visit_count(len(plan.visits), len(cabinets), lamps)
    more = choose_text(f"{bodies} : {visits}", f"{bodies}: {visits}") if bodies else visits
    return _describe_participants(len(plan.members), len(problem.zones)), more


def _describe_participants(bodies: int, zones: int) -> str:
    return choose_text(
        f"{format_count(bodies, 'organisme')}, "
        f"{format_count(zones, 'commune ou secteur', 'communes ou secteurs')}.",
        f"{format_count(bodies, 'body', 'bodies')}, "
        f"{format_count(zones, 'commune or sector', 'communes or sectors')}.",
    )


def _describe_cost_difference(brief: MaintenanceBrief, plan: MaintenancePlan) -> tuple[str, str]:
    if plan.baseline_eur is None:
        return choose_text(
            "Sans comparaison : au moins un organisme ne peut pas faire seul.",
            "No comparison: at least one body cannot act alone.",
        ), ""
    gain = plan.baseline_eur - plan.objective_eur
    share = (
        format_percent(abs(gain) / plan.baseline_eur) if plan.baseline_eur else format_percent(0)
    )
    none = choose_text("pas de différence", "no difference")
    told = _describe_cost_alone(
        plan.baseline_eur, f"{less_or_more(gain)} ({share})" if gain else none
    )
    return told, f"{_days_alone(plan)}{_describe_least_gain(brief, plan)}".strip()


def _describe_cost_alone(cost: Decimal, difference: str) -> str:
    base = format_euros(cost)
    return choose_text(
        f"{base} chacun de son côté : {difference}.", f"{base} each alone: {difference}."
    )


def _days_alone(plan: MaintenancePlan) -> str:
    if plan.crew_days_alone is None:
        return ""
    days = crew_days(plan.crew_days_alone)
    return choose_text(f"{days} chacun de son côté. ", f"{days} each alone. ")


def _describe_least_gain(brief: MaintenanceBrief, plan: MaintenancePlan) -> str:
    gains = {one.member: one.gain_eur for one in plan.members if one.gain_eur is not None}
    losers = format_short_name_list(
        [brief.body(member) for member, gain in gains.items() if gain < 0]
    )
    if losers:
        return choose_text(
            f"Paient plus que seuls : {losers}.", f"Paying more than alone: {losers}."
        )
    if plan.least_gain is None or plan.least_gain not in gains:
        return ""
    name, least = brief.body(plan.least_gain), format_euros(gains[plan.least_gain])
    return choose_text(
        f"Personne ne paie plus que seul ; {name} gagne le moins : {least}.",
        f"Nobody pays more than alone; {name} gains least: {least}.",
    )


def _how_sure(plan: MaintenancePlan) -> tuple[str, str]:
    if plan.bound_eur is None or plan.gap is None:
        return describe_missing_bound(), ""
    least, gap = format_euros(plan.bound_eur), format_percent(plan.gap, 2)
    bound = choose_text(
        f"Aucun plan ne peut coûter moins de {least} : au plus {gap} d'écart possible.",
        f"No plan can cost less than {least}: a gap of {gap} at most.",
    )
    if plan.status == "proved":
        return choose_text(
            "Borne du solveur atteinte : aucun autre plan ne coûte moins, à la tolérance près.",
            "Bound of the solver reached: no other plan costs less, to within the tolerance.",
        ), bound
    return choose_text(
        "Pas prouvé le meilleur, mais l'écart est borné.",
        "Not proved the best, but the gap is bounded.",
    ), bound


def _describe_service(brief: MaintenanceBrief, plan: MaintenancePlan) -> tuple[str, str]:
    late = [one for one in plan.visits if one.late_weeks]
    told = choose_text("Toutes les visites se font à temps.", "All visits are made on time.")
    if late:
        told = describe_late_visits([one.late_weeks for one in late], len(plan.visits))
    if names := format_short_name_list([brief.commune(one.zone) for one in list_worse_zones(plan)]):
        return describe_waiting_communes(names), told
    if not plan.zones or all(one.late_alone is None for one in plan.zones):
        return told, choose_text(
            "Le service de chacun seul n'est pas connu.", "The service of each alone is not known."
        )
    return nobody_waits(), told


def _of_week(week: Week, *, alone: bool) -> Iterator[Answer]:
    rounds = week.rounds
    stops = sum(len(one.stops) for one in rounds)
    crews = len({one.crew for one in rounds})
    told = choose_text(
        f"{format_count(len(rounds), 'tournée')} de {format_count(crews, 'équipe')}"
        f", {format_count(stops, 'arrêt')}.",
        f"{format_count(len(rounds), 'round')} by {format_count(crews, 'crew')}"
        f", {format_count(stops, 'stop')}.",
    )
    cost, days = format_euros(sum((one.cost_eur for one in rounds), Decimal(0))), week_title(week)
    who = choose_text(f"Qui part {days} ?", f"Who goes out {days}?")
    yield Answer(who, told, choose_text(f"{cost} hors taxes.", f"{cost} excluding VAT."))
    if alone:
        yield from _of_week_alone(week)


def _of_week_alone(week: Week) -> Iterator[Answer]:
    """What the rounds are worth, where no year is told."""
    if week.plan.baseline_eur is not None:
        gain = week.plan.baseline_eur - week.plan.objective_eur
        told = _describe_cost_alone(week.plan.baseline_eur, less_or_more(gain))
        yield Answer(choose_text(*AGAINST_WHAT), told)
    yield Answer(choose_text(*HOW_SURE), certainty(week))


def _describe_unmet_work(brief: MaintenanceBrief) -> tuple[str, str]:
    found = [_describe_left_out(week) for week in brief.weeks if week.plan.left_out]
    late = [one.week for one in (brief.plan.visits if brief.plan else ()) if one.late_weeks]
    if late:
        start = brief.problem.starts_on if brief.problem else None
        last = week_name(max(late), start)
        found.append(_past_due(len(late), last))
    if tickets := len(list_overdue_faults(brief)):
        found.append(
            choose_text(
                f"{format_count(tickets, 'signalement')} au délai déjà dépassé",
                f"{format_count(tickets, 'fault report')} overdue already",
            )
        )
    more = _put_aside(len(brief.asides()))
    if not found:
        return choose_text(
            "Rien de ce qui est demandé n'est laissé.", "Nothing that is asked for is left out."
        ), more
    why = choose_text("Les raisons sont plus loin.", "The reasons are given further on.")
    return f"{choose_text(' ; ', '; ').join(found)}.", f"{why} {more}".strip()


def _past_due(visits: int, last: str) -> str:
    """How many visits are late, and the week of the last one."""
    if visits == 1:
        return choose_text(
            f"1 visite après son échéance, en semaine {last}", f"1 visit past due, in week {last}"
        )
    return choose_text(
        f"{format_number(visits)} visites après leur échéance, la dernière en semaine {last}",
        f"{format_number(visits)} visits past due, the last in week {last}",
    )


def _describe_left_out(week: Week) -> str:
    many, days = len(week.plan.left_out), week_title(week)
    return choose_text(
        f"{format_count(many, 'travail laissé', 'travaux laissés')} {days}",
        f"{format_count(many, 'job left out', 'jobs left out')} {days}",
    )


def _put_aside(many: int) -> str:
    if not many:
        return ""
    return choose_text(
        f"{format_count(many, 'ligne mise', 'lignes mises')} de côté.",
        f"{format_count(many, 'row')} set aside.",
    )


def _describe_data_state(brief: MaintenanceBrief) -> tuple[str, str]:
    told = []
    if brief.park is not None:
        at = brief.when(brief.park.as_of)
        told.append(choose_text(f"Parc au {at}", f"Assets as of {at}"))
    old = find_oldest_source(brief)
    if old is not None and old.modified is not None:
        old_age = describe_age(old.modified, brief.made_at)
        told.append(
            choose_text(
                f"le fichier le plus ancien a {old_age} ({old.name})",
                f"the oldest file is {old_age} old ({old.name})",
            )
        )
    if not told:
        return choose_text(
            "La date des données n'est pas connue.", "The date of the data is not known."
        ), ""
    return f"{choose_text(' ; ', '; ').join(told)}.", _why_old(brief, old)


def _why_old(brief: MaintenanceBrief, old: SourceFile | None) -> str:
    if old is None or not is_old(brief, old):
        return ""
    if not old.reason:
        return choose_text("Ancien, sans raison connue.", "Old, no reason known.")
    return choose_text(f"Ancien : {old.reason}.", f"Old: {old.reason}.")
