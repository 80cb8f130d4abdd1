"""Answers read back from CSV or a workbook: each row kept or refused with its line."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from synergie.errors import BadInput
from synergie.formats.formulas import unescape_formula
from synergie.formats.tables.plain_rows import plain_rows
from synergie.formats.values import AROUND, normalize_column_name
from synergie.lighting.plan.consultation import _text as text
from synergie.lighting.plan.consultation.columns import REMARK, Meaning, is_head, map_head_meanings
from synergie.lighting.records.consultation import ConsultAnswer, Consultation
from synergie.lighting.records.effects import LightingCriterion
from synergie.schemas.plan import Phrase
from synergie.units import LongText

_WHOLE = re.compile(r"(\d{1,4})(?:[.,]0{1,9})?", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z ._/-]{0,59}", re.ASCII)
_MOST_POINTS, _LONGEST = 100, 2000

type Row = Mapping[Meaning, str]


@dataclass(frozen=True, slots=True)
class AnswersRead:
    """The forms of some files."""

    answers: tuple[ConsultAnswer, ...]
    """Those that count, blank ones too, in the order of the files."""
    doubles: int
    """Forms that came twice."""
    refused: tuple[BadInput, ...]
    """Rows that could not be read, each with its file and line."""
    notes: tuple[Phrase, ...]
    """What was noticed, with its count."""


@dataclass(slots=True)
class _Reading:
    consultation: Consultation
    kept: dict[str, ConsultAnswer] = field(default_factory=dict)
    """Number, plain → form."""
    doubles: int = 0
    refused: list[BadInput] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    strange: dict[str, None] = field(default_factory=dict)
    """Heads that are not understood."""


def read_answers(
    sources: Path | bytes | Sequence[Path | bytes], consultation: Consultation
) -> AnswersRead:
    """The answers to *consultation* in one file or several.

    CSV with any usual separator, UTF-8 or Windows-1252; XLSX or ODS.
    A row is refused for another consultation, an unknown group or commune, a rank twice or out of
    range; the rest is kept. A number that comes again is a double: the first one counts. BadInput:
    a file without the columns of our form.
    """
    files = [sources] if isinstance(sources, Path | bytes) else list(sources)
    reading = _Reading(consultation)
    for file in files:
        label = file.name if isinstance(file, Path) and len(files) > 1 else ""
        _read_answer_file(reading, file, f"{label} " if label else "")
    notes = [Phrase(text=told, values=(str(n),)) for told, n in reading.notes.items() if n]
    if reading.doubles:
        notes.insert(0, Phrase(text=text.DOUBLES, values=(str(reading.doubles),)))
    if reading.strange:
        names = ", ".join(reading.strange)[:200]
        notes.append(Phrase(text=text.PASSED_OVER, values=(names,)))
    return AnswersRead(
        tuple(reading.kept.values()), reading.doubles, tuple(reading.refused), tuple(notes)
    )


def _read_answer_file(reading: _Reading, source: Path | bytes, label: str) -> None:
    rows, report = plain_rows(source)
    faults = [(one.line or 0, one.with_line()) for one in report.refused]
    for line, row in _iterate_answer_rows(rows, reading, faults, label):
        try:
            answer = _parse_answer(row, reading)
        except BadInput as fault:
            faults.append((line, fault.at(f"line {line}, ")))
        else:
            _keep_first_answer(reading, answer)
    faults.sort(key=lambda one: one[0])
    reading.refused += [BadInput(f"{label}{f.where}", f.found, f.expected) for _, f in faults]


def _iterate_answer_rows(
    rows: Sequence[tuple[int, list[str]]], reading: _Reading, faults: list[tuple[int, BadInput]],
    label: str,
) -> Iterator[tuple[int, Row]]:  # fmt: skip
    """Rows by the meaning of their columns; each head that comes holds for what follows."""
    known = map_head_meanings(reading.consultation)
    heads: list[Meaning | None] = []
    for line, cells in rows:
        if is_head(cells) or not heads:
            heads = _parse_answer_heads(cells, known, f"{label}line {line}", reading.strange)
        elif len(cells) > len(heads) and any(cell.strip() for cell in cells[len(heads) :]):
            faults.append((line, BadInput(f"line {line}", f"{len(cells)} cells", text.AS_MANY)))
        elif any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * len(heads)]
            told = zip(heads, padded, strict=False)
            yield (
                line,
                {
                    head: unescape_formula(cell.strip(AROUND))
                    for head, cell in told
                    if head is not None
                },
            )


def _parse_answer_heads(
    cells: Sequence[str], known: Mapping[str, Meaning], where: str, strange: dict[str, None]
) -> list[Meaning | None]:
    found = [known.get(normalize_column_name(cell)) for cell in cells]
    ranked = any(head is not None and head[0] == "rang" for head in found)
    if not ({("consultation", None), ("numero", None)} <= set(found) and ranked):
        raise BadInput(where, ";".join(cells), text.THE_COLUMNS)
    named = [head for head in found if head is not None]
    if len(set(named)) < len(named):
        raise BadInput(where, ";".join(cells), text.EACH_COLUMN_ONCE)
    for cell, head in zip(cells, found, strict=True):
        if head is None and cell.strip():
            strange[_format_single_line(cell)[:80] or "?"] = None
    return found


def _keep_first_answer(reading: _Reading, answer: ConsultAnswer) -> None:
    number = normalize_column_name(answer.number)
    first = reading.kept.get(number)
    if first is None:
        reading.kept[number] = answer
        return
    reading.doubles += 1
    reading.notes[text.DOUBLES_OTHERWISE] += (
        first.model_copy(update={"number": answer.number}) != answer
    )


def _parse_answer(row: Row, reading: _Reading) -> ConsultAnswer:
    consultation = reading.consultation
    told = row[("consultation", None)]
    if told != consultation.id:
        raise BadInput("/consultation", told, text.THIS_CONSULTATION)
    number = row[("numero", None)]
    if not _NUMBER.fullmatch(number):
        raise BadInput("/numero", number, text.A_NUMBER)
    order, points = _parse_answer_order(row, reading)
    return ConsultAnswer(
        consultation=consultation.id, number=number, group=_parse_answer_group(row, consultation),
        insee_code=_parse_answer_commune(row, consultation), order=order, points=points,
        remark=_parse_answer_remark(row, reading),
    )  # fmt: skip


def _parse_answer_group(row: Row, consultation: Consultation) -> str | None:
    told = row.get(("groupe", None), "")
    if not told:
        return None
    for one in consultation.groups:
        if told == one.group or normalize_column_name(told) == normalize_column_name(one.name):
            return one.group
    raise BadInput("/groupe", told, text.A_GROUP)


def _parse_answer_commune(row: Row, consultation: Consultation) -> str | None:
    told = row.get(("commune", None), "")
    if not told or not consultation.communes:
        return None
    if told.upper() in consultation.communes:
        return told.upper()
    raise BadInput("/commune", told, text.A_COMMUNE)


def _parse_answer_order(
    row: Row, reading: _Reading
) -> tuple[tuple[LightingCriterion, ...], tuple[int, ...]]:
    """The order that the ranks give, or the points where there are no ranks; and the points."""
    asked = [question.criterion for question in reading.consultation.questions]
    ranks = _parse_answer_figures(row, "rang", asked, (1, len(asked)))
    points = _parse_answer_figures(row, "points", asked, (0, _MOST_POINTS))
    if not ranks and points:
        if len(set(points.values())) < len(points):
            raise BadInput("/points", _format_figure_list(points), text.POINTS_APART)
        order = sorted(points, key=lambda name: -points[name])
        return tuple(order), tuple(points[name] for name in order)
    if len(set(ranks.values())) < len(ranks):
        raise BadInput("/rang", _format_figure_list(ranks), text.RANK_ONCE)
    order = sorted(ranks, key=lambda name: ranks[name])
    if not points or set(points) != set(order):
        reading.notes[text.POINTS_LEFT] += bool(points)
        return tuple(order), ()
    given = tuple(points[name] for name in order)
    reading.notes[text.POINTS_AGAINST] += list(given) != sorted(given, reverse=True)
    return tuple(order), given


def _format_figure_list(figures: Mapping[LightingCriterion, int]) -> str:
    return ", ".join(map(str, figures.values()))


def _parse_answer_figures(
    row: Row, kind: str, asked: Sequence[LightingCriterion], ends: tuple[int, int]
) -> dict[LightingCriterion, int]:
    found = {}
    low, high = ends
    for name in asked:
        told = row.get((kind, name), "")
        if not told:
            continue
        whole = _WHOLE.fullmatch(told)
        if whole is None or not low <= int(whole[1]) <= high:
            expected = text.A_RANK if kind == "rang" else text.POINTS
            raise BadInput(f"/{kind} {name}", told, expected)
        found[name] = int(whole[1])
    return found


def _parse_answer_remark(row: Row, reading: _Reading) -> LongText | None:
    """One line that any page can hold; for the service alone."""
    line = _format_single_line(row.get((REMARK, None), ""))
    reading.notes[text.REMARKS_CUT] += len(line) > _LONGEST
    return line[:_LONGEST].strip() or None


def _format_single_line(told: str) -> str:
    """A text in one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in told).split())
