"""One sheet of A4 for a council: three facts, the one table, what it must decide, of which date.

It is cut out of the report that its reader may read anyway, so that it can hold nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from synergie.exchange.plan_pages_runs import CoordinatorPlan, OwnPart
from synergie.lighting.exchange.plan_pages_lighting import ComparisonReport
from synergie.lighting.reports.table import who_is_who
from synergie.reports import questions as q
from synergie.reports.document import Answer, Answers, Block, Document, Fact, Figure, Table
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.written import format_count
from synergie.server.pages.plans_words import set_report_spaces

MOST_ROWS = 24
"""Rows of the one table: an A4 sheet holds no more beside the rest."""

_FACTS = (q.HOW_MUCH, q.AGAINST_WHAT, q.HOW_SURE)
_OWN_FACTS = (q.HOW_MUCH_FOR_US, q.AGAINST_WHAT, q.HOW_SURE)
_LIGHT_FACTS = (q.HOW_MUCH, q.WHO_GAINS, q.IS_IT_ALLOWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of A4, every text ready to print in the language of its report."""

    title: str
    lead: str
    facts: tuple[Fact, ...]
    table: Table | None
    left: str
    """How many rows of the table stand in the report alone. "": none."""
    decide: str
    more: str
    dated: str
    banner: str | None
    legend: str = ""
    """What the keys in the heads of the table stand for. "": they say it themselves."""


def build_coordinator_sheet(told: CoordinatorPlan) -> Sheet:
    """A whole plan, for the assembly of its coordinator."""
    return _build_sheet(told.document, _FACTS, choose_texts(q.EACH_GAINS))


def part_sheet(told: OwnPart) -> Sheet:
    """A body's own part, for its council."""
    made = _build_sheet(told.document, _OWN_FACTS, choose_texts(q.OUR_LOTS, q.OUR_VISITS))
    if made.decide:
        return made
    return replace(
        made,
        decide=choose_text(
            "Accepter notre part de ce plan, ou la refuser.",
            "To accept our part of this plan, or to decline it.",
        ),
        more=choose_text(
            "Le plan n'est adopté que si chacun accepte la sienne.",
            "The plan is adopted only if each accepts its own.",
        ),
    )


def comparison_sheet(told: ComparisonReport) -> Sheet:
    """A comparison of scenarios: the one table, and no score."""
    made = _build_sheet(
        told.document, _LIGHT_FACTS, (*choose_texts(q.EFFECTS_OF), ""), section="criteres"
    )
    keys = [one.scenario for one in told.brief.comparison.scenarios]
    legend = " ".join(one.text for one in who_is_who(told.brief, keys))
    (made,) = set_report_spaces((replace(made, legend=legend),))
    if made.decide:
        return made
    return replace(
        made,
        facts=told.document.facts,
        decide=choose_text(
            "Dire ce qui compte pour nous, puis prendre un scénario ou le refuser.",
            "To say what matters to us, then to take a scenario or to decline it.",
        ),
        more=choose_text(
            "Ce tableau ne choisit pas : il ne donne aucune note d'ensemble.",
            "This table does not choose: it gives no total score.",
        ),
    )


def _build_sheet(
    document: Document, questions: tuple[Pair, ...], captions: tuple[str, ...], section: str = ""
) -> Sheet:
    answers = {one.question: one for one in _iterate_answers(document)}
    found = next(_iterate_tables(document, captions, section), None)
    decide = answers.get(choose_text(*q.WHAT_TO_DECIDE), Answer("", ""))
    when = answers.get(choose_text(*q.BY_WHEN), Answer("", ""))
    made = Sheet(
        title=document.title,
        lead=document.lead,
        facts=tuple(
            Fact(label=key, value=answers[key].answer)
            for key in choose_texts(*questions)
            if key in answers
        ),
        table=None if found is None else replace(found, rows=found.rows[:MOST_ROWS]),
        left=_describe_rows_left(found),
        decide=decide.answer,
        more=" ".join(filter(None, (decide.more, when.answer))),
        dated=document.dated,
        banner=document.banner,
    )
    return set_report_spaces((made,))[0]


def _describe_rows_left(table: Table | None) -> str:
    left = 0 if table is None else len(table.rows) - MOST_ROWS
    if left <= 0:
        return ""
    many = format_count(
        left,
        choose_text("autre ligne est", "more row is"),
        choose_text("autres lignes sont", "more rows are"),
    )
    return choose_text(f"{many} dans le rapport.", f"{many} in the report.")


def _iterate_answers(document: Document) -> Iterator[Answer]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Answers):
                yield from block.answers


def _iterate_tables(document: Document, captions: tuple[str, ...], anchor: str) -> Iterator[Table]:
    for section in document.sections:
        if anchor and section.anchor != anchor:
            continue
        yield from (
            table
            for block in section.blocks
            if not (anchor and isinstance(block, Figure))
            for table in _list_block_tables(block)
            if table.caption.startswith(captions)
        )


def _list_block_tables(block: Block) -> tuple[Table, ...]:
    if isinstance(block, Figure):
        return (block.table,)
    return (block,) if isinstance(block, Table) else ()
