"""Files of pabulib (.pb): META, PROJECTS and VOTES, cells between semicolons (pabulib.org/format).

Stolicki, Szufa, Talmon: Pabulib: A Participatory Budgeting Library (arXiv 2012.06539).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.csv_text import CsvError, split_rows
from synergie.lighting.plan.evidence import _text as text
from synergie.lighting.plan.evidence._tally import Tally
from synergie.lighting.records.weighing import Evidence, EvidenceKind
from synergie.schemas.plan import Phrase

_NAMES = ("META", "PROJECTS", "VOTES")
_KINDS: Mapping[str, EvidenceKind] = {
    "approval": "approval", "choose-1": "approval", "ordinal": "ranking",
    "cumulative": "cumulative", "scoring": "cumulative",
}  # fmt: skip
_POINTS = ("cumulative", "scoring")
_WHOLE = re.compile(r"\d{1,9}(?:[.,]0{1,9})?", re.ASCII)
_LINE = re.compile(r"\r\n|\n|\r")
_NONE = frozenset({"", "none", "null", "nan"})


class _Row(NamedTuple):
    line: int
    cells: dict[str, str]


def looks_like(start: str) -> bool:
    """Whether a text begins as a .pb file does."""
    return start.lstrip("\ufeff \t\r\n").upper().startswith("META")


def read(content: str, *, source: str) -> tuple[Evidence, Report]:
    """The votes of a .pb file by category. A bad row is refused with its line, the rest is kept.

    BadInput: a section is missing, or a column, or the kind of vote is none of pabulib's.
    """
    report = Report()
    sections = _split_sections(content)
    meta = _read_metadata(sections["META"])
    told = meta.get("vote_type", "").lower()
    kind = _KINDS.get(told)
    if kind is None:
        raise BadInput("META, /vote_type", told, text.VOTE_TYPE)
    tally = Tally(
        _read_project_categories(sections["PROJECTS"], report),
        _find_malformed_projects(sections["PROJECTS"]),
    )
    if not tally.categories:
        raise BadInput("PROJECTS", "0", text.SOME_PROJECT)
    _tally_ballots(sections["VOTES"], tally, report, with_points=told in _POINTS)
    if kind == "approval" and "max_sum_cost" in meta:
        kind = "knapsack"
    notes = [*tally.list_caveats(), *_iterate_count_remarks(meta, sections["VOTES"])]
    if kind == "ranking":
        notes.append(Phrase(text=text.MENTIONS))
    found = Evidence(
        source=source, kind=kind, voters=tally.voters, by_category=tally.rows(), notes=tuple(notes)
    )
    return found, report


type _Section = list[tuple[int, list[str]]]


def _split_sections(content: str) -> dict[str, _Section]:
    """Rows of each section, its header first."""
    found: dict[str, _Section] = {}
    now: _Section | None = None
    for line, row in enumerate(_LINE.split(content), start=1):
        cells = _split_row_cells(line, row)
        head = cells[0].strip().upper() if cells else ""
        if head in _NAMES and not any(cell.strip() for cell in cells[1:]):
            if head in found or list(found) != list(_NAMES[: len(found)]):
                raise BadInput(f"line {line}", head, text.SECTIONS)
            now = found[head] = []
        elif any(cell.strip() for cell in cells):
            if now is None:
                raise BadInput(f"line {line}", row[:80], text.SECTIONS)
            now.append((line, cells))
    if list(found) != list(_NAMES):
        raise BadInput("file", ", ".join(found) or "[]", text.SECTIONS)
    return found


def _split_row_cells(line: int, row: str) -> list[str]:
    try:
        return next(split_rows([row], ";"), [])
    except CsvError as error:
        raise BadInput(f"line {line}", row[:80], text.SHORTER) from error


def _read_metadata(rows: _Section) -> dict[str, str]:
    return {cells[0].strip().lower(): cells[1].strip() for _, cells in rows if len(cells) > 1}


def _iterate_section_rows(rows: _Section, needed: Sequence[str], report: Report) -> Iterator[_Row]:
    """Rows by column; one with more or fewer cells than the header is refused."""
    if not rows:
        return
    line, header = rows[0]
    names = [name.strip().lower() for name in header]
    if any(name not in names for name in needed):
        raise BadInput(f"line {line}", ";".join(header), text.COLUMNS_PB)
    for number, cells in rows[1:]:
        if len(cells) != len(names):
            report.refuse(number, BadInput("row", ";".join(cells), text.AS_MANY))
            continue
        yield _Row(number, {n: c.strip() for n, c in zip(names, cells, strict=True)})


def _read_project_categories(rows: _Section, report: Report) -> dict[str, list[str]]:
    """Project → its categories."""
    found: dict[str, list[str]] = {}
    for row in _iterate_section_rows(rows, ("project_id",), report):
        name = row.cells["project_id"]
        if not name:
            report.refuse(row.line, BadInput("/project_id", "", text.A_PROJECT_ID))
        elif name in found:
            report.duplicates += 1
        else:
            parts = (part.strip() for part in row.cells.get("category", "").split(","))
            found[name] = [part for part in parts if part.lower() not in _NONE]
            report.kept += 1
    return found


def _find_malformed_projects(rows: _Section) -> frozenset[str]:
    """Projects of rows with more or fewer cells than the header, where they can be told."""
    if not rows:
        return frozenset()
    _, header = rows[0]
    place = [name.strip().lower() for name in header].index("project_id")
    odd = (cells for _, cells in rows[1:] if len(cells) != len(header) and len(cells) > place)
    return frozenset(cells[place].strip() for cells in odd)


def _tally_ballots(rows: _Section, tally: Tally, report: Report, *, with_points: bool) -> None:
    needed = ("voter_id", "vote", "points") if with_points else ("voter_id", "vote")
    if with_points and rows and "points" not in [name.strip().lower() for name in rows[0][1]]:
        raise BadInput(f"line {rows[0][0]}", ";".join(rows[0][1]), text.COLUMN_POINTS)
    for row in _iterate_section_rows(rows, needed, report):
        try:
            voter, given = _parse_ballot(row, with_points=with_points)
        except BadInput as fault:
            report.refuse(row.line, fault)
        else:
            report.kept += 1
            tally.ballot(voter, given)


def _parse_ballot(row: _Row, *, with_points: bool) -> tuple[str, list[tuple[str, int]]]:
    voter = row.cells["voter_id"]
    if not voter:
        raise BadInput("/voter_id", "", text.A_VOTER)
    vote = row.cells["vote"]
    names = [] if vote.lower() in _NONE else [name.strip() for name in vote.split(",")]
    if len(set(names)) < len(names) or "" in names:
        raise BadInput("/vote", vote, text.PROJECT_ONCE)
    if not with_points:
        return voter, [(name, 1) for name in names]
    told = row.cells["points"]
    points = [] if told.lower() in _NONE else [part.strip() for part in told.split(",")]
    if len(points) != len(names) or not all(_WHOLE.fullmatch(part) for part in points):
        raise BadInput("/points", told, text.POINTS)
    return voter, [(n, int(re.split("[.,]", p)[0])) for n, p in zip(names, points, strict=True)]


def _iterate_count_remarks(meta: Mapping[str, str], votes: _Section) -> Iterator[Phrase]:
    """A remark when the file holds more or fewer ballots than it says."""
    told, held = meta.get("num_votes", ""), max(len(votes) - 1, 0)
    if told.isdecimal() and int(told) != held:
        yield Phrase(text=text.OTHER_COUNT, values=(told, str(held)))
