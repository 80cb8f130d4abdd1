"""The blocks of a document are drawn alike in a report that stands alone and in a page."""

import re

import pytest
from markupsafe import Markup

from synergie.reports.document import (
    Answer,
    Answers,
    Block,
    Boxes,
    Document,
    Figure,
    Items,
    Note,
    Paragraph,
    Section,
    Table,
)
from synergie.reports.language import Language, use_language
from synergie.reports.page import BLOCKS, html
from synergie.server.pages.visit import render_macro

TABLE = Table("Cap", ("", "B"), (("a", "1"), ("b", "2")), frozenset({1}), ("Total", "3"))
BLOCKS_OF_ALL_KINDS: tuple[Block, ...] = (
    TABLE, Figure("What it shows", Markup("<svg></svg>"), TABLE), Note("ok", "Yes.", "Fine"),
    Note("late", "Late.", "Two days"), Items("Some", ("one", "two")), Paragraph("A few words"),
    Boxes("By hand", ("x", "y"), ("name",)), Answers((Answer("Why?", "So", "more"),)),
)  # fmt: skip


@pytest.mark.parametrize(("language", "word"), [("fr", "Pour"), ("en", "For")])
def test_a_page_and_a_report_differ_by_the_classes_of_their_styles(
    language: Language, word: str
) -> None:
    sections = (Section("a", "Title", BLOCKS_OF_ALL_KINDS, sheet=True), Section("b", "Other", ()))
    with use_language(language):
        document = Document(title="", lead="", banner=None, dated="", sections=sections)
        page = str(render_macro(BLOCKS, "sections_of", sections))
    report = html(document)
    alone = report[report.index("<section") : report.index("</main>")]
    assert _undressed(page) == _undressed(alone)
    assert f">{word}</th>" in page
    assert '<p class="fresh"><strong>Yes.' in page and '<p class="note ok"><strong>Yes.' in alone


def _undressed(told: str) -> list[str]:
    """Its lines without classes of style, and without the frame that a page has around boxes."""
    told = re.sub(r'<div class="\w+" [^>]*aria-label="By hand">\s*(<table.*?</table>)\s*</div>',
                  r"\1", told, flags=re.DOTALL)  # fmt: skip
    told = re.sub(r'<div class="(?:wide|table)"', "<div", told)
    told = re.sub(r'<p class="(?:note ok|note late|fresh|late)"', "<p", told)
    return [line for line in told.splitlines() if line]
