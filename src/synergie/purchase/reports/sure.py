"""How sure a purchase is: its proof, the award that would change first, the worst regret."""

from decimal import Decimal

from synergie.purchase.reports.words import Brief
from synergie.reports.language import say
from synergie.reports.written import count, euros, percent


def how_sure(brief: Brief) -> tuple[str, str]:
    """Whether a better plan may exist, and what could turn the choice."""
    plan = brief.plan
    if plan.bound_eur is None or plan.gap is None:
        return say("Sans preuve.", "Without proof."), say(
            "Aucune borne n'a été établie : un meilleur plan peut exister.",
            "No bound was established: a better plan may exist.",
        )
    least = euros(plan.bound_eur)
    bound = say(
        f"Aucun plan ne peut coûter moins de {least}.", f"No plan can cost less than {least}."
    )
    if plan.status == "proved":
        return _proved(plan.gap), f"{bound}{_fragile(brief)}{_regret(brief)}"
    gap = percent(plan.gap, 2)
    word = say(
        f"Pas prouvé : au plus {gap} au-dessus du meilleur.",
        f"Not proved: at most {gap} above the best.",
    )
    return word, f"{bound}{_regret(brief)}"


def _proved(gap: float) -> str:
    if gap:
        near = percent(gap, 2)
        return say(f"Prouvé à {near} près.", f"Proved to within {near}.")
    return say("Prouvé : aucun autre plan ne coûte moins.", "Proved: no other plan costs less.")


def _regret(brief: Brief) -> str:
    """The worst that the study found, when there is one."""
    if brief.study is None or brief.study.stability.worst_regret_eur is None:
        return ""
    stability = brief.study.stability
    worst = "" if stability.worst is None else f" ({brief.said(stability.worst)})"
    regret = euros(stability.worst_regret_eur or 0)
    cases = count(
        stability.cases, say("cas étudié", "case studied"), say("cas étudiés", "cases studied")
    )
    return say(
        f" Sur {cases}, regret d'au plus {regret}{worst}.",
        f" Over {cases}, a regret of at most {regret}{worst}.",
    )


def _fragile(brief: Brief) -> str:
    """The award that would change first, when one tells at which price it would."""
    known = [(a.flips_at_percent, a) for a in brief.plan.awards if a.flips_at_percent is not None]
    if not known:
        return ""
    percents, award = min(known, key=lambda one: (one[0], one[1].lot))
    rise = percent(Decimal(str(percents)) / 100, 2)
    lot = brief.lots[award.lot]
    return say(
        f" Le choix le plus serré : {lot}, qui basculerait à {rise} de hausse de ses prix.",
        f" The closest choice: {lot}, which would change if its prices rose by {rise}.",
    )
