"""Proposing how a table is read: what its head and a sample of it tell; the rest is asked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.report import Report
from synergie.formats.source import Source, opened
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._books import (
    Top,
    find_shared_words,
    find_sheet_tops,
    list_month_sheets,
    rows_of,
    stop_at_kinds,
)
from synergie.formats.tables._candidates import Candidates
from synergie.formats.tables._facts import Facts, find_number_style
from synergie.formats.tables._fields import Found, TableStart, choose_layout, find_fields
from synergie.formats.tables._proposal import Proposal, Question, Unconfirmed
from synergie.formats.tables._said import ProposalAnswers
from synergie.formats.tables._shape import shape_of
from synergie.formats.tables._sheets import is_workbook, sheet_rows
from synergie.formats.tables._texts import TableRow, separator_in, text_rows
from synergie.formats.tables._words import find_name_meaning
from synergie.formats.text import start_of_text
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.table_profile import Layout, TableProfile

__all__ = [
    "Proposal",
    "Question",
    "Unconfirmed",
    "propose",
    "propose_book",
    "proposed",
    "table_format",
]

_ENERGY = N_("a column of energy, such as Consommation (kWh)")
_WHOSE = N_("a column of points or of their names, or the answer role:COLUMN=name")
_GAS = "volumes of gas, told by PCE or gaz in the head, the title or the file's name"
_ENDING = re.compile(r"(?i)(?:\.(?:csv|txt|tsv|xlsx|xlsm|ods|gz|zip))+$")
_AGAIN = re.compile(r"(.+) \(\d+\)")
_ONE_TABLE = N_("one table a sheet: what stands beside it is a sheet or a file of its own")
_SAMPLE_BYTES = 64 * 1024


def propose(
    source: Source, *, name: str | None = None, answers: Mapping[str, str] | None = None
) -> Proposal:
    """How the table *source* would be read, from its head and its first rows.

    *name* is the name of the file; *answers* what a person said of it (`role:COLUMN`,
    `unit:COLUMN`, `decimal`, ...). BadInput when no head is found in it, or nothing that is read,
    or an answer is of no use.
    """
    said = ProposalAnswers(answers or {})
    with ExitStack() as stack:
        file = opened(source, name, stack)
        if is_workbook(file.members, file.stream):
            return propose_book(file.stream, file.name, said)
        separator = separator_in(start_of_text(file.stream.read(_SAMPLE_BYTES)))
        file.stream.seek(0)
        rows = text_rows(file.stream, separator, Report())
        return proposed(rows, separator, file.name, said)


def table_format(source: Source) -> str:
    """The format that reads a table: `table-workbook` for a workbook, else `table-csv`."""
    with ExitStack() as stack:
        file = opened(source, None, stack)
        return "table-workbook" if is_workbook(file.members, file.stream) else "table-csv"


def propose_book(stream: BinaryIO, name: str, told: ProposalAnswers | None = None) -> Proposal:
    """The proposal for the table of a workbook: one sheet, or those of one head together."""
    said = told or ProposalAnswers({})
    if said.sheet is not None:
        return _of_one_sheet(stream, said.sheet, name, said)
    sheets = _leave_recaps_out(find_sheet_tops(stream))
    found = {name: top for name, top in sheets.items() if top is not None}
    kinds = {top and top.head.fingerprint for top in sheets.values()}
    if len(kinds) == 1 and len(found) > 1:
        stop_at_kinds(found)
        rows = rows_of(stream, list(found), Report())
        titles = [one for top in [*found.values()][1:] for one in top.titles]
        label = find_shared_words(tuple(found))
        return proposed(rows, None, name, said, sheets=tuple(found), label=label, titles=titles)
    if len(found) == 1 == len(sheets):
        one = _of_one_sheet(stream, next(iter(found)), name, said)
        return one.of_sheet(next(iter(found)))
    one = _of_one_sheet(stream, next(iter(found), None), name, said)
    return one.asking_sheet(tuple(found)) if found else one


def _leave_recaps_out(sheets: dict[str, Top | None]) -> dict[str, Top | None]:
    """The sheets of months of one head, if there are some: others are held against them later."""
    months = list_month_sheets(sheets)
    tops = [sheets[name] for name in months]
    alike = len({top and top.head.fingerprint for top in tops}) == 1 and None not in tops
    return {name: sheets[name] for name in months} if alike else sheets


def _of_one_sheet(
    stream: BinaryIO, sheet: str | None, name: str, said: ProposalAnswers
) -> Proposal:
    label: list[str] = []
    rows = sheet_rows(stream, sheet, Report(), label.append)
    return proposed(rows, None, name, said, label=label)


def proposed(
    rows: Iterator[TableRow],
    separator: str | None,
    name: str,
    said: ProposalAnswers | None = None,
    *,
    sheets: tuple[str, ...] = (),
    label: Sequence[str] = (),
    titles: Sequence[str] = (),
) -> Proposal:
    """As `propose`, from the rows of a table that is open.

    *label*: the name of its sheet, once the first row was given, or what the names of all its
    *sheets* have in common. *titles*: those above the heads
    of all but the first of *sheets*.
    """
    told = said or ProposalAnswers({})
    ignored = {answer.removeprefix("role:") for answer in told.answers}
    shape = shape_of(list(islice(rows, sample.SAMPLED)), ignored)
    file = f"{_ENDING.sub('', name)} {told.sheet or ''}".strip()
    seen = TableStart(shape.rows, shape.head, separator, file, " ".join(label), (*sheets, *titles))
    forced = {**told.roles(seen.head.names), **shape.field}
    found = find_fields(seen, forced)
    laid = choose_layout(seen, found, told.answers.get("dates"))
    candidates = Candidates(seen, found, laid, find_number_style(seen, found), forced)
    candidates.choose()
    _stop_at_nothing(seen, found, laid, candidates)
    _stop_at_tables_beside(seen.head.names)
    facts = Facts(seen, found, laid, candidates, told, shape.spelling, shape.sites)
    table, stamp = facts.table(), facts.stamp()
    columns = tuple(facts.columns(told.units(seen.head.names)))
    try:
        whole = TableProfile.model_validate(
            {
                **table,
                "across": shape.cross and shape.cross.kind,
                "name": _build_profile_name(name),
                "columns": columns,
                "layout": laid,
                "sheet": told.sheet,
                "sheets": sheets,
                "confirmed": told.confirmed(),
                "answered": told.answered(),
            }
        )
        profile = Profile(stamp=stamp, table=whole, time_zone=facts.time_zone())
    except ValidationError as error:
        raise faults(error)[0].at("profile") from error
    told.all_used()
    return Proposal(
        profile,
        tuple(facts.asked),
        seen.head.names,
        candidates.describe_columns(),
        tuple(facts.alternatives()),
        frozenset(facts.untold),
    )


def _stop_at_nothing(seen: TableStart, found: Found, laid: Layout, candidates: Candidates) -> None:
    """BadInput where no column says whose rows they are, for no energy, and a volume of no gas."""
    if not found:
        raise BadInput(f"/{seen.head.names[0]}", "; ".join(seen.head.names)[:80], _WHOSE)
    fields = {told.field for told in found.values()}
    if laid != "periods" or "value" in fields:
        return
    if "volume" not in fields:
        at, why = next(iter(candidates.why.items()), (0, _ENERGY))
        raise BadInput(f"/{seen.head.names[at]}", seen.head.names[at], why)
    if not re.search(r"\b(gaz|gas|pce|grdf|pcs)\b", seen.above()):
        raise BadInput("/volume", seen.above()[:80], _GAS)


def _stop_at_tables_beside(names: Sequence[str]) -> None:
    """BadInput for a time and an energy that stand again to the right: a table beside."""
    again = [name for name in names if (one := _AGAIN.fullmatch(name)) and one[1] in names]
    told = [find_name_meaning(_AGAIN.sub(r"\1", name)) for name in again]
    fields = {one.field for one in told if one is not None}
    if fields & {"month", "date", "datetime", "from_date"} and "value" in fields:
        raise BadInput(f"/{again[0]}", again[0], _ONE_TABLE)


def _build_profile_name(file: str) -> str:
    """A name to save the profile under: that of the file without its dates and numbers."""
    stem = PurePath(file).stem if file else ""
    bare = re.sub(r"[\W_]*\d[\d\W_]*", " ", stem)
    return " ".join(re.sub(r"[_\s]+", " ", bare).split())[:60] or "table"
