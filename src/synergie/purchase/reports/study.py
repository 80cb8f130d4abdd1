"""What would become of a purchase: other volumes and prices, a member less, awards that flip."""

from collections.abc import Iterator

from synergie.purchase.records.study import CaseAnswer, PurchaseStudy
from synergie.purchase.reports.changes import (
    departures_figure,
    describe_lot_changes,
    flips,
    no_plan,
)
from synergie.purchase.reports.words import Brief, no_comparison
from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.picture import build_figure
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.written import format_count, format_euros, format_number

_HARDEST = 10
"""Cases that a drawing shows; the table has all of them."""


def not_studied() -> str:
    """What stands in the place of a study that was not asked."""
    return choose_text(
        "Aucune étude n'a été demandée. L'option --study dit ce qui changerait avec d'autres "
        "volumes, d'autres prix, un membre de moins, une offre en retard.",
        "No study was asked for. The option --study tells what would change with other volumes, "
        "other prices, one member less, a late offer.",
    )


def study_section(brief: Brief) -> Section:
    """How well the plan stands what may come."""
    study = brief.study
    title = choose_text("Si les choses tournent autrement", "If things turn out otherwise")
    if study is None:
        return Section("sensibilite", title, (Paragraph(not_studied()),))
    blocks: list[Block] = [
        Items(choose_text("En bref", "In brief"), brief.sentences(study.stability.said)),
        *_iterate_case_blocks(brief, study),
        *departures_figure(brief, study),
        flips(brief, study),
    ]
    return Section("sensibilite", title, tuple(blocks))


def _iterate_case_blocks(brief: Brief, study: PurchaseStudy) -> Iterator[Block]:
    """Each case: what the plan decided now would cost, and the best plan of that case."""
    if not study.cases:
        return
    hard = sorted(
        (one for one in study.cases if one.regret_eur), key=lambda one: -(one.regret_eur or 0)
    )
    many = format_count(
        len(study.cases),
        choose_text("cas étudié", "case studied"),
        choose_text("cas étudiés", "cases studied"),
    )
    if not hard:
        yield Paragraph(
            choose_text(
                f"Aucun regret dans les {many} où une comparaison est possible.",
                f"No regret in the {many} where a comparison is possible.",
            )
        )
        yield build_case_table(brief, study)
        return
    title = choose_text(
        "Regret : ce que le plan décidé aujourd'hui coûterait de trop",
        "Regret: what the plan decided today would cost too much",
    )
    chart = Bars(
        title=title,
        bars=[
            Bar(_capitalize_text(brief.say_phrase(one.said)), *_format_regret(one))
            for one in hard[:_HARDEST]
        ],
        heads=choose_texts(("Cas", "Case"), ("Regret", "Regret")),
        unit="€",
    )
    yield build_figure(
        chart, summary=_describe_case_count(many, len(hard)), table=build_case_table(brief, study)
    )


def _describe_case_count(many: str, hard: int) -> str:
    worse = format_number(hard)
    return choose_text(
        f"Sur {many}, {worse} où le plan décidé aujourd'hui, s'il était gardé, coûterait plus que "
        "le meilleur plan du cas ; les plus durs d'abord.",
        f"Over {many}, {worse} where the plan decided today, if kept, would cost more than the "
        "best plan of the case; the hardest first.",
    )


def _format_regret(one: CaseAnswer) -> tuple[float, str]:
    return float(one.regret_eur or 0), format_euros(one.regret_eur or 0)


def build_case_table(brief: Brief, study: PurchaseStudy) -> Table:
    """The cases in numbers."""
    heads = (
        choose_text("Cas", "Case"),
        choose_text("Plan gardé", "Plan kept"),
        choose_text("Meilleur plan", "Best plan"),
        choose_text("Regret", "Regret"),
        choose_text("Ce qui changerait", "What would change"),
    )
    caption = choose_text(
        "Ce que devient le plan dans chaque cas", "What becomes of the plan in each case"
    )
    rows = tuple(_build_case_row(brief, one) for one in study.cases)
    return Table(caption, heads, rows, frozenset({1, 2, 3}))


def _build_case_row(brief: Brief, one: CaseAnswer) -> tuple[str, ...]:
    fails = choose_text("ne tient pas", "does not hold")
    return (
        _capitalize_text(brief.say_phrase(one.said)),
        fails if one.kept_eur is None else format_euros(one.kept_eur),
        no_plan() if one.best_eur is None else format_euros(one.best_eur),
        no_comparison() if one.regret_eur is None else format_euros(one.regret_eur),
        describe_lot_changes(brief, one.lots, (*one.breaks, *one.conflicts)),
    )


def _capitalize_text(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
