"""A document as one tagged PDF (PDF/UA-1, ISO 14289-1), the same bytes for the same document.

Typst sets it. Texts are handed over as data, never written into the source; nothing is loaded from
anywhere, and no font of the machine is used. Drawings are told by their sentence and their table.
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
from synergie.reports.language import say, told_in
from synergie.reports.written import typeset

_LONG = re.compile(r"\S{65,}")
_EVERY = 8


def pdf(document: Document, *, day: date) -> bytes:
    """*document* as a PDF in its own language, dated *day*.

    *day* is a date of the data and not of the printing.

    MissingExtra("report") when the typesetter is not installed.
    """
    try:
        import typst  # noqa: PLC0415 (an optional part, 81 MB)
    except ImportError as error:
        raise MissingExtra("report") from error
    with told_in(document.language):
        told_as = _data(document, day)
    source = files("synergie.reports").joinpath("templates", "document.typ").read_bytes()
    told: bytes = typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(told_as)},
        pdf_standards=["ua-1"],
    )
    return told


def _data(document: Document, day: date) -> dict[str, Any]:
    return {
        "lang": document.language,
        "region": say("FR", "GB"),
        "colon": say(" :", ":"),
        "for": say("Pour", "For"),
        "title": _text(document.title),
        "lead": _text(document.lead),
        "dated": _text(document.dated),
        "day": [day.year, day.month, day.day],
        "facts": [
            {"label": _text(fact.label), "value": _text(fact.value)} for fact in document.facts
        ],
        "sections": [
            {
                "title": _text(section.title),
                "sheet": section.sheet,
                "blocks": [part for one in section.blocks for part in _block(one)],
            }
            for section in document.sections
        ],
    }


def _block(block: Block) -> list[dict[str, Any]]:
    if isinstance(block, Figure):
        return [{"kind": "paragraph", "text": _text(block.summary)}, _table(block.table)]
    return [_plain(block)]


def _plain(block: Block) -> dict[str, Any]:
    told: dict[str, Any]
    match block:
        case Table():
            told = _table(block)
        case Note():
            told = {"kind": "note", "word": _text(block.word), "text": _text(block.text)}
        case Items():
            items = [_text(item) for item in block.items]
            told = {"kind": "items", "title": _text(block.title), "items": items}
        case Boxes():
            signers = [_text(signer) for signer in block.signers]
            lines = [_text(line) for line in block.lines]
            caption = _text(block.caption)
            told = {"kind": "boxes", "caption": caption, "signers": signers, "lines": lines}
        case Answers():
            told = {"kind": "answers", "answers": [_answer(one) for one in block.answers]}
        case Paragraph():
            told = {"kind": "paragraph", "text": _text(block.text)}
        case Figure():
            raise TypeError("a figure is two blocks")
    return told


def _answer(one: Answer) -> dict[str, str]:
    return {
        "question": _text(one.question), "answer": _text(one.answer), "more": _text(one.more)
    }  # fmt: skip


def _table(table: Table) -> dict[str, Any]:
    rows = [*table.rows, *([table.total] if table.total is not None else [])]
    longest = [
        max(len(row[column]) for row in [table.heads, *rows]) for column in range(len(table.heads))
    ]
    return {
        "kind": "table",
        "caption": _text(table.caption),
        "heads": [_text(head) for head in table.heads],
        "rows": [[_text(cell) for cell in row] for row in rows],
        "widths": [min(max(one, 6), 40) for one in longest],
    }


def _text(text: str) -> str:
    """The spaces of the language; and a word longer than a line may break."""
    return _LONG.sub(_breakable, typeset(text))


def _breakable(word: re.Match[str]) -> str:
    whole = word[0]
    parts = (whole[place : place + _EVERY] for place in range(0, len(whole), _EVERY))
    return "\u200b".join(parts)
