"""The page of a result: figures as they may be shown, notes in the reader's language."""

from collections.abc import Sequence

from synergie.lighting.plan.consultation import AnswersRead, result
from synergie.lighting.plan.evidence import read_evidence
from synergie.lighting.records.consultation import ConsultAnswer
from synergie.lighting.reports.consultation.consultation_result import result_document
from synergie.reports.document import Document, Items, Table
from synergie.reports.french import FIXED
from synergie.reports.page import html
from tests.scenarios.consulted import answer, consultation

PB = (
    b"META\nkey;value\nvote_type;approval\nPROJECTS\nproject_id;category\n1;nuit\n"
    b"VOTES\nvoter_id;vote\na;1\nb;1\nb;1\n"
)


def _page(rows: Sequence[ConsultAnswer]) -> Document:
    read = AnswersRead(tuple(rows), 0, (), ())
    votes = [read_evidence(PB, told="Budget participatif 2025").evidence]
    return result_document(consultation(), result(consultation(), read), votes, tell=str)


def _tables(page: Document) -> dict[str, Table]:
    blocks = (block for section in page.sections for block in section.blocks)
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def test_groups_are_shown_with_their_rate_and_their_ranks() -> None:
    rows = [answer(n, order=("dark_hours", "energy")) for n in range(20)]
    rows += [answer(f"e{n}", "entreprises") for n in range(12)]
    tables = _tables(_page(rows))
    assert tables["Réponses par groupe"].rows == (
        ("Habitantes et habitants", "20", "4\u202f000", f"0,5{FIXED}%"),
        ("Entreprises", "12", "300", f"4,0{FIXED}%"),
    )
    people = tables["Habitantes et habitants, 20 réponses"]
    assert people.rows[0] == ("Heures sans lumière la nuit", f"100,0{FIXED}%", "1,00")


def test_a_few_answers_show_nothing_of_themselves() -> None:
    page = _page([answer(n) for n in range(4)])
    assert set(_tables(page)) == {"Budget participatif 2025 : approbations, 2 votants"}
    assert "Moins de 10 réponses" in html(page)


def test_notes_are_told_in_the_language_that_is_given() -> None:
    page = _page([answer(n) for n in range(12)])
    (notes,) = [
        block for section in page.sections if section.anchor == "savoir" for block in section.blocks
    ]
    assert isinstance(notes, Items)
    assert any("are no sample of anybody" in note for note in notes.items)
