"""A document as a PDF: its date is that of the data, and every kind of block is set."""

import re
import sys
from datetime import date

import pytest

from synergie.errors import MissingExtra
from synergie.reports.document import Boxes, Document, Section
from synergie.reports.pdf import render_pdf
from tests.reports.test_page import DOCUMENT

BOXES = Boxes("À signer", ("Une", "Deux"), ("Nom", "Signature"))
WHOLE = Document(
    title="Essai",
    lead="Une phrase.",
    banner=None,
    dated="Données du 24/11/2026",
    facts=DOCUMENT.facts,
    sections=(*DOCUMENT.sections, Section("fin", "Fin", (BOXES,))),
)


def test_it_bears_the_date_of_the_data_and_no_other() -> None:
    paper = render_pdf(WHOLE, day=date(2020, 2, 29))
    dates = set(re.findall(rb"<xmp:(?:Create|Modify)Date>(\d{4}-\d\d-\d\d)", paper))
    assert dates == {b"2020-02-29"}
    assert paper == render_pdf(WHOLE, day=date(2020, 2, 29))
    assert paper != render_pdf(WHOLE, day=date(2020, 3, 1))


def test_it_says_what_it_is_to_who_cannot_see_it() -> None:
    paper = render_pdf(WHOLE, day=date(2026, 1, 1))
    for mark in (b"pdfuaid:part", b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"Essai"):
        assert mark in paper, mark


def test_a_word_longer_than_a_line_is_set() -> None:
    wide = Document(title="x" * 2000, lead="y" * 2000, banner=None, dated="z", sections=())
    assert render_pdf(wide, day=date(2026, 1, 1)).startswith(b"%PDF-")


def test_without_the_typesetter_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtra, match="report"):
        render_pdf(WHOLE, day=date(2026, 1, 1))
