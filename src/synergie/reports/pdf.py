"""A document as one tagged PDF (PDF/UA-1, ISO 14289-1), the same bytes for the same document.

Typst sets it. Texts are handed over as data, never written into the source; nothing is loaded from
anywhere, and no font of the machine is used. A figure is its sentence, its drawing and its table;
a map is told by its sentence and its table.
"""

import json
import re
from datetime import date
from importlib.resources import files
from typing import Any

from synergie.errors import MissingExtra
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
    Table,
)
from synergie.reports.language import choose_text, use_language
from synergie.reports.written import typeset_text

_LONG = re.compile(r"\S{65,}")
_EVERY = 8
_PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg")
"""


def render_pdf(document: Document, *, day: date) -> bytes:
    """*document* as a PDF in its own language, dated *day*.

    *day* is a date of the data and not of the printing.

    MissingExtra("report") when the typesetter is not installed.
    """
    try:
        import typst  # noqa: PLC0415 (an optional part, 81 MB)
    except ImportError as error:
        raise MissingExtra("report") from error
    with use_language(document.language):
        told_as = _build_pdf_data(document, day)
    source = files("synergie.reports").joinpath("templates", "document.typ").read_bytes()
    told: bytes = typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(told_as)},
        pdf_standards=["ua-1"],
    )
    return told


def render_png(figure: Figure) -> bytes:
    """The drawing of *figure* as a picture for mail, two pixels a point; empty: it has none.

    MissingExtra("report") when the typesetter is not installed.
    """
    try:
        import typst  # noqa: PLC0415 (an optional part, 81 MB)
    except ImportError as error:
        raise MissingExtra("report") from error
    if not figure.image:
        return b""
    made: bytes = typst.compile(
        _PICTURE,
        format="png",
        ppi=144,
        ignore_system_fonts=True,
        sys_inputs={"svg": str(figure.image)},
    )
    return made


def _build_pdf_data(document: Document, day: date) -> dict[str, Any]:
    return {
        "lang": document.language,
        "region": choose_text("FR", "GB"),
        "colon": choose_text(" :", ":"),
        "for": choose_text("Pour", "For"),
        "title": _prepare_pdf_text(document.title),
        "lead": _prepare_pdf_text(document.lead),
        "dated": _prepare_pdf_text(document.dated),
        "day": [day.year, day.month, day.day],
        "facts": [
            {"label": _prepare_pdf_text(fact.label), "value": _prepare_pdf_text(fact.value)}
            for fact in document.facts
        ],
        "sections": [
            {
                "title": _prepare_pdf_text(section.title),
                "sheet": section.sheet,
                "blocks": [part for one in section.blocks for part in _convert_block(one)],
            }
            for section in document.sections
        ],
    }


def _convert_block(block: Block) -> list[dict[str, Any]]:
    if isinstance(block, Figure):
        told: list[dict[str, Any]] = []
        if block.summary:
            told.append({"kind": "paragraph", "text": _prepare_pdf_text(block.summary)})
        if block.image:
            alt = block.summary or block.table.caption
            told.append({"kind": "image", "svg": str(block.image), "alt": _prepare_pdf_text(alt)})
        return [*told, _convert_table(block.table)]
    return [_convert_plain_block(block)]


def _convert_plain_block(block: Block) -> dict[str, Any]:
    told: dict[str, Any]
    match block:
        case Table():
            told = _convert_table(block)
        case Note():
            told = {
                "kind": "note",
                "word": _prepare_pdf_text(block.word),
                "text": _prepare_pdf_text(block.text),
            }
        case Items():
            items = [_prepare_pdf_text(item) for item in block.items]
            told = {"kind": "items", "title": _prepare_pdf_text(block.title), "items": items}
        case Boxes():
            signers = [_prepare_pdf_text(signer) for signer in block.signers]
            lines = [_prepare_pdf_text(line) for line in block.lines]
            caption = _prepare_pdf_text(block.caption)
            told = {"kind": "boxes", "caption": caption, "signers": signers, "lines": lines}
        case Answers():
            told = {"kind": "answers", "answers": [_convert_answer(one) for one in block.answers]}
        case Paragraph():
            told = {"kind": "paragraph", "text": _prepare_pdf_text(block.text)}
        case Figure():
            raise TypeError("a figure is two blocks")
    return told


def _convert_answer(one: Answer) -> dict[str, str]:
    return {
        "question": _prepare_pdf_text(one.question),
        "answer": _prepare_pdf_text(one.answer),
        "more": _prepare_pdf_text(one.more),
    }


def _convert_table(table: Table) -> dict[str, Any]:
    rows = [*table.rows, *([table.total] if table.total is not None else [])]
    longest = [
        max(len(row[column]) for row in [table.heads, *rows]) for column in range(len(table.heads))
    ]
    return {
        "kind": "table",
        "caption": _prepare_pdf_text(table.caption),
        "heads": [_prepare_pdf_text(head) for head in table.heads],
        "rows": [[_prepare_pdf_text(cell) for cell in row] for row in rows],
        "widths": [min(max(one, 6), 40) for one in longest],
    }


def _prepare_pdf_text(text: str) -> str:
    """The spaces of the language; and a word longer than a line may break."""
    return _LONG.sub(_make_breakable, typeset_text(text))


def _make_breakable(word: re.Match[str]) -> str:
    whole = word[0]
    parts = (whole[place : place + _EVERY] for place in range(0, len(whole), _EVERY))
    return "\u200b".join(parts)
