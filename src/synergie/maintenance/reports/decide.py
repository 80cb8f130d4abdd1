"""What a joint maintenance asks to be decided, out of its plan and its park."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from synergie.maintenance.records.maintenance import MaintenancePlan
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.year import list_worse_zones
from synergie.reports.language import choose_text
from synergie.reports.written import (
    format_count,
    format_euros,
    format_number,
    format_short_name_list,
    short_date,
)


def what_to_decide(brief: MaintenanceBrief, plan: MaintenancePlan) -> tuple[str, str]:
    """The decision, and what else must be decided with it."""
    return _describe_joint_advice(brief, plan), " ".join(
        (*_iterate_means_advice(brief, plan), *_iterate_lamp_advice(brief))
    )


def _describe_joint_advice(brief: MaintenanceBrief, plan: MaintenancePlan) -> str:
    if waiting := format_short_name_list(
        [brief.commune(one.zone) for one in list_worse_zones(plan)]
    ):
        return choose_text(
            f"Ne pas signer en l'état : {waiting} attendraient plus que seules.",
            f"Do not sign as it stands: {waiting} would wait longer than alone.",
        )
    losers = [one.member for one in plan.members if (one.gain_eur or 0) < 0]
    if names := format_short_name_list([brief.body(one) for one in losers]):
        return choose_text(
            f"Ne pas signer sans compensation : {names} paieraient plus que seuls.",
            f"Do not sign without compensation: {names} would pay more than alone.",
        )
    if len(plan.members) < 2:  # noqa: PLR2004 (nobody to share with)
        return choose_text("Retenir ce programme de l'année.", "Adopt this programme for the year.")
    return _worth_it(plan, format_short_name_list([brief.body(one.member) for one in plan.members]))


def _worth_it(plan: MaintenancePlan, bodies: str) -> str:
    if plan.baseline_eur is None:
        return choose_text(
            f"Faire ensemble ou non ({bodies}) : l'un d'eux au moins ne peut pas faire seul.",
            f"Act together or not ({bodies}): at least one of them cannot act alone.",
        )
    gain = plan.baseline_eur - plan.objective_eur
    if gain <= 0:
        return choose_text(
            "Rien à signer pour la dépense : ce plan coûte autant que chacun de son côté.",
            "Nothing to sign for the sake of cost: this plan costs as much as each alone.",
        )
    return choose_text(
        f"Faire ensemble, par convention entre {bodies} : {format_euros(gain)} de moins.",
        f"Act together, by an agreement between {bodies}: {format_euros(gain)} less.",
    )


def _iterate_means_advice(brief: MaintenanceBrief, plan: MaintenancePlan) -> Iterator[str]:
    owners = {one.id: one.organisation for one in (brief.problem.depots if brief.problem else ())}
    days: dict[str, int] = {}
    for crew in plan.crews:
        owner = owners.get(crew.depot, crew.depot)
        days[owner] = days.get(owner, 0) + crew.days
    if days:
        each = [
            f"{brief.body(owner)} {format_number(many)}" for owner, many in sorted(days.items())
        ]
        told = ", ".join(each)
        yield choose_text(f"Jours d'équipe à réserver : {told}.", f"Crew-days to reserve: {told}.")
    if plan.bound_eur is not None and plan.status != "proved":
        rest = plan.objective_eur - plan.bound_eur
        if rest > Decimal(0):
            yield choose_text(
                f"Un calcul plus long peut encore trouver jusqu'à {format_euros(rest)}.",
                f"A longer computation may still find up to {format_euros(rest)}.",
            )


def _iterate_lamp_advice(brief: MaintenanceBrief) -> Iterator[str]:
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
        yield choose_text(
            f"{format_count(gone, 'point a', 'points ont')} "
            "des lampes qui ne se vendent plus : les "
            "remplacer.",
            f"{format_count(gone, 'point')} with lamps that are no longer sold: replace them.",
        )
    for day, many in sorted(ends.items()):
        if day >= today:
            last = short_date(day)
            yield choose_text(
                f"{format_count(many, 'point')} : lampes à stocker "
                f"avant le {last}, fin de leur vente.",
                f"{format_count(many, 'point')}: stock lamps before {last}, when their sale ends.",
            )
