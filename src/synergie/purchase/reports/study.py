"""What would become of a purchase: other volumes and prices, a member less, awards that flip."""

from collections.abc import Iterator

from synergie.purchase.records.study import CaseAnswer, PurchaseStudy
from synergie.purchase.reports.changes import changed, departures_figure, flips, no_plan
from synergie.purchase.reports.words import Brief, no_comparison
from synergie.reports.bars import Bar, bars
from synergie.reports.document import Block, Figure, Items, Paragraph, Section, Table
from synergie.reports.language import say
from synergie.reports.written import count, euros, number

_HARDEST = 10
"""Cases that a drawing shows; the table has all of them."""


def not_studied() -> str:
    """What stands in the place of a study that was not asked."""
    return say(
        "Aucune étude n'a été demandée. L'option --study dit ce qui changerait avec d'autres "
        "volumes, d'autres prix, un membre de moins, une offre en retard.",
        "No study was asked for. The option --study tells what would change with other volumes, "
        "other prices, one member less, a late offer.",
    )


def study_section(brief: Brief) -> Section:
    """How well the plan stands what may come."""
    study = brief.study
    title = say("Si les choses tournent autrement", "If things turn out otherwise")
    if study is None:
        return Section("sensibilite", title, (Paragraph(not_studied()),))
    blocks: list[Block] = [
        Items(say("En bref", "In brief"), brief.sentences(study.stability.said)),
        *_cases(brief, study),
        *departures_figure(brief, study),
        flips(brief, study),
    ]
    return Section("sensibilite", title, tuple(blocks))


def _cases(brief: Brief, study: PurchaseStudy) -> Iterator[Block]:
    """Each case: what the plan decided now would cost, and the best plan of that case."""
    if not study.cases:
        return
    hard = sorted(
        (one for one in study.cases if one.regret_eur), key=lambda one: -(one.regret_eur or 0)
    )
    many = count(
        len(study.cases), say("cas étudié", "case studied"), say("cas étudiés", "cases studied")
    )
    if not hard:
        yield Paragraph(
            say(
                f"Aucun regret dans les {many} où une comparaison est possible.",
                f"No regret in the {many} where a comparison is possible.",
            )
        )
        yield cases(brief, study)
        return
    title = say(
        "Regret : ce que le plan décidé aujourd'hui coûterait de trop",
        "Regret: what the plan decided today would cost too much",
    )
    drawing = bars(
        title, [Bar(_capital(brief.said(one.said)), *_regret(one)) for one in hard[:_HARDEST]]
    )
    yield Figure(_summary(many, len(hard)), drawing, cases(brief, study))


def _summary(many: str, hard: int) -> str:
    worse = number(hard)
    return say(
        f"Sur {many}, {worse} où le plan décidé aujourd'hui, s'il était gardé, coûterait plus que "
        "le meilleur plan du cas ; les plus durs d'abord.",
        f"Over {many}, {worse} where the plan decided today, if kept, would cost more than the "
        "best plan of the case; the hardest first.",
    )


def _regret(one: CaseAnswer) -> tuple[float, str]:
    return float(one.regret_eur or 0), euros(one.regret_eur or 0)


def cases(brief: Brief, study: PurchaseStudy) -> Table:
    """The cases in numbers."""
    heads = (
        say("Cas", "Case"), say("Plan gardé", "Plan kept"), say("Meilleur plan", "Best plan"),
        say("Regret", "Regret"), say("Ce qui changerait", "What would change"),
    )  # fmt: skip
    caption = say("Ce que devient le plan dans chaque cas", "What becomes of the plan in each case")
    rows = tuple(_case(brief, one) for one in study.cases)
    return Table(caption, heads, rows, frozenset({1, 2, 3}))


def _case(brief: Brief, one: CaseAnswer) -> tuple[str, ...]:
    fails = say("ne tient pas", "does not hold")
    return (
        _capital(brief.said(one.said)),
        fails if one.kept_eur is None else euros(one.kept_eur),
        no_plan() if one.best_eur is None else euros(one.best_eur),
        no_comparison() if one.regret_eur is None else euros(one.regret_eur),
        changed(brief, one.lots, (*one.breaks, *one.conflicts)),
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
