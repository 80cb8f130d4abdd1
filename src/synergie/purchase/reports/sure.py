"""How sure a purchase is: its proof, the award that would change first, the worst regret."""

from decimal import Decimal

from synergie.purchase.reports.words import Brief
from synergie.reports.language import choose_text
from synergie.reports.written import format_count, format_euros, format_percent


def how_sure(brief: Brief) -> tuple[str, str]:
    """Whether a better plan may exist, and what could turn the choice."""
    plan = brief.plan
    if plan.bound_eur is None or plan.gap is None:
        return choose_text("Sans preuve.", "Without proof."), choose_text(
            "Aucune borne n'a été établie : un meilleur plan peut exister.",
            "No bound was established: a better plan may exist.",
        )
    least = format_euros(plan.bound_eur)
    bound = choose_text(
        f"Aucun plan ne peut coûter moins de {least}.", f"No plan can cost less than {least}."
    )
    if plan.status == "proved":
        close = f"{_describe_fragile_award(brief)}{_describe_worst_regret(brief)}"
        if brief.nucleolus_certified:
            close += choose_text(
                " Le nucléole, parmi les partages, a son certificat aussi.",
                " The nucleolus, among the ways to share, has its certificate, too.",
            )
        if brief.certified:
            return describe_certificate(), f"{bound}{close}"
        return _describe_reached_bound(plan.gap), f"{bound}{close}"
    gap = format_percent(plan.gap, 2)
    word = choose_text(
        f"Pas prouvé : au plus {gap} au-dessus du meilleur.",
        f"Not proved: at most {gap} above the best.",
    )
    return word, f"{bound}{_describe_worst_regret(brief)}"


def describe_certificate() -> str:
    """What may be said of a plan whose bound others can check."""
    return choose_text(
        "Prouvé, certificat à l'appui : aucun autre plan ne coûte moins.",
        "Proved, with a certificate: no other plan costs less.",
    )


def _describe_reached_bound(gap: float) -> str:
    if gap:
        near = format_percent(gap, 2)
        return choose_text(
            f"Borne du solveur atteinte à {near} près.",
            f"Bound of the solver reached to within {near}.",
        )
    return choose_text(
        "Borne du solveur atteinte : aucun autre plan ne coûte moins.",
        "Bound of the solver reached: no other plan costs less.",
    )


def _describe_worst_regret(brief: Brief) -> str:
    """The worst that the study found, when there is one."""
    if brief.study is None or brief.study.stability.worst_regret_eur is None:
        return ""
    stability = brief.study.stability
    worst = "" if stability.worst is None else f" ({brief.say_phrase(stability.worst)})"
    regret = format_euros(stability.worst_regret_eur or 0)
    cases = format_count(
        stability.cases,
        choose_text("cas étudié", "case studied"),
        choose_text("cas étudiés", "cases studied"),
    )
    return choose_text(
        f" Sur {cases}, regret d'au plus {regret}{worst}.",
        f" Over {cases}, a regret of at most {regret}{worst}.",
    )


def _describe_fragile_award(brief: Brief) -> str:
    """The award that would change first, when one tells at which price it would."""
    known = [(a.flips_at_percent, a) for a in brief.plan.awards if a.flips_at_percent is not None]
    if not known:
        return ""
    percents, award = min(known, key=lambda one: (one[0], one[1].lot))
    rise = format_percent(Decimal(str(percents)) / 100, 2)
    lot = brief.lots[award.lot]
    return choose_text(
        f" Le choix le plus serré : {lot}, qui basculerait à {rise} de hausse de ses prix.",
        f" The closest choice: {lot}, which would change if its prices rose by {rise}.",
    )
