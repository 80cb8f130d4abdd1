"""One sheet of A4 for a council: three facts, the one table, what it must decide, of which date.

It is cut out of the report that its reader may read anyway, so that it can hold nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from synergie.exchange.plan_pages_lighting import ComparisonReport
from synergie.exchange.plan_pages_runs import OwnPart, WholePlan
from synergie.reports.document import Answer, Answers, Block, Document, Fact, Figure, Table
from synergie.reports.french import number
from synergie.server.pages._plans_words import shown

MOST_ROWS = 24
"""Rows of the one table: an A4 sheet holds no more beside the rest."""

_DECIDE = "Que décider ?"
_FACTS = ("Combien ?", "Contre quoi ?", "Quelle certitude ?")
_OWN_FACTS = ("Combien pour nous ?", "Contre quoi ?", "Quelle certitude ?")
_LIGHT_FACTS = ("Combien ?", "Qui gagne, qui perd ?", "Est-ce permis ?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of A4, every text French and ready to print."""

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


def whole_sheet(told: WholePlan) -> Sheet:
    """A whole plan, for the assembly of its coordinator."""
    return _sheet(told.document, _FACTS, ("Ce que chacun gagne",))


def part_sheet(told: OwnPart) -> Sheet:
    """A body's own part, for its council."""
    made = _sheet(told.document, _OWN_FACTS, ("Nos lots", "Le service de nos visites"))
    if made.decide:
        return made
    return replace(
        made,
        decide="Accepter notre part de ce plan, ou la refuser.",
        more="Le plan n'est adopté que si chacun accepte la sienne.",
    )


def comparison_sheet(told: ComparisonReport) -> Sheet:
    """A comparison of scenarios: the one table, and no score."""
    made = _sheet(told.document, _LIGHT_FACTS, ("Effets de ", ""), section="criteres")
    if made.decide:
        return made
    return replace(
        made,
        facts=told.document.facts,
        decide="Dire ce qui compte pour nous, puis prendre un scénario ou le refuser.",
        more="Ce tableau ne choisit pas : il ne donne aucune note d'ensemble.",
    )


def _sheet(
    document: Document, questions: tuple[str, ...], captions: tuple[str, ...], section: str = ""
) -> Sheet:
    answers = {one.question: one for one in _answers(document)}
    found = next(_tables(document, captions, section), None)
    decide = answers.get(_DECIDE, Answer("", ""))
    more = [decide.more, *(answers[key].answer for key in ("Avant quand ?",) if key in answers)]
    made = Sheet(
        title=document.title,
        lead=document.lead,
        facts=tuple(
            Fact(label=key, value=answers[key].answer) for key in questions if key in answers
        ),
        table=None if found is None else replace(found, rows=found.rows[:MOST_ROWS]),
        left=_left(found),
        decide=decide.answer,
        more=" ".join(filter(None, more)),
        dated=document.dated,
        banner=document.banner,
    )
    return shown((made,))[0]


def _left(table: Table | None) -> str:
    left = 0 if table is None else len(table.rows) - MOST_ROWS
    return f"{number(left)} autres lignes sont dans le rapport." if left > 0 else ""


def _answers(document: Document) -> Iterator[Answer]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Answers):
                yield from block.answers


def _tables(document: Document, captions: tuple[str, ...], anchor: str) -> Iterator[Table]:
    for section in document.sections:
        if anchor and section.anchor != anchor:
            continue
        yield from (
            table
            for block in section.blocks
            for table in _table(block)
            if table.caption.startswith(captions)
        )


def _table(block: Block) -> tuple[Table, ...]:
    if isinstance(block, Figure):
        return (block.table,)
    return (block,) if isinstance(block, Table) else ()
