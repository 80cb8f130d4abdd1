"""What a joint maintenance asks to be decided, out of its plan and its park."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from synergie.reports.french import euros, number, short_date
from synergie.reports.maintenance_brief import MaintenanceBrief
from synergie.reports.maintenance_year import worse
from synergie.reports.purchase_words import listed
from synergie.schemas.maintenance import MaintenancePlan


def what_to_decide(brief: MaintenanceBrief, plan: MaintenancePlan) -> tuple[str, str]:
    """The decision, and what else must be decided with it."""
    return _together(brief, plan), " ".join((*_means(brief, plan), *_lamps(brief)))


def _together(brief: MaintenanceBrief, plan: MaintenancePlan) -> str:
    waiting = [brief.commune(one.zone) for one in worse(plan)]
    if waiting:
        return f"Ne pas signer en l'état : {listed(waiting)} attendraient plus que seules."
    losers = [one.member for one in plan.members if (one.gain_eur or 0) < 0]
    if losers:
        names = listed([brief.body(one) for one in losers])
        return f"Ne pas signer sans compensation : {names} paieraient plus que seuls."
    bodies = listed([brief.body(one.member) for one in plan.members])
    if len(plan.members) < 2:  # noqa: PLR2004 (nobody to share with)
        return "Retenir ce programme de l'année."
    if plan.baseline_eur is None:
        return f"Faire ensemble ou non ({bodies}) : l'un d'eux au moins ne peut pas faire seul."
    gain = plan.baseline_eur - plan.objective_eur
    if gain <= 0:
        return "Rien à signer pour la dépense : ce plan coûte autant que chacun de son côté."
    return f"Faire ensemble, par convention entre {bodies} : {euros(gain)} de moins."


def _means(brief: MaintenanceBrief, plan: MaintenancePlan) -> Iterator[str]:
    owners = {one.id: one.organisation for one in (brief.problem.depots if brief.problem else ())}
    days: dict[str, int] = {}
    for crew in plan.crews:
        owner = owners.get(crew.depot, crew.depot)
        days[owner] = days.get(owner, 0) + crew.days
    if days:
        told = [f"{brief.body(owner)} {number(many)}" for owner, many in sorted(days.items())]
        yield f"Jours d'équipe à réserver : {', '.join(told)}."
    if plan.bound_eur is not None and plan.status != "proved":
        rest = plan.objective_eur - plan.bound_eur
        if rest > Decimal(0):
            yield f"Un calcul plus long peut encore trouver jusqu'à {euros(rest)}."


def _lamps(brief: MaintenanceBrief) -> Iterator[str]:
    """Lamps that are no longer sold, and those that soon are not."""
    if brief.park is None:
        return
    today = brief.made_at.astimezone(brief.tz).date()
    ends: dict[date, int] = {}
    for one in brief.park.technologies:
        if one.purchasable_until is not None and one.count:
            ends[one.purchasable_until] = ends.get(one.purchasable_until, 0) + one.count
    gone = sum(many for day, many in ends.items() if day < today)
    if gone:
        yield f"{number(gone)} points ont des lampes qui ne se vendent plus : les remplacer."
    for day, many in sorted(ends.items()):
        if day >= today:
            last = short_date(day)
            yield f"{number(many)} points : lampes à stocker avant le {last}, fin de leur vente."
