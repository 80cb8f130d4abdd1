"""Proposing how a table is read: what its head and a sample of it tell; the rest is asked."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import PurePath

from pydantic import ValidationError

from synergie.formats._report import Report
from synergie.formats._source import Source, opened
from synergie.formats.tables._candidates import Candidates
from synergie.formats.tables._facts import Facts, written
from synergie.formats.tables._fields import Seen, fields, layout
from synergie.formats.tables._head import find
from synergie.formats.tables._proposal import Asked, Proposal, Question, Unconfirmed
from synergie.formats.tables._said import Said
from synergie.formats.tables._sheets import is_workbook, sheet_rows
from synergie.formats.tables._texts import TableRow, separator_in, text_rows, unpacked
from synergie.schemas.faults import faults
from synergie.schemas.profile import Profile
from synergie.schemas.table_profile import TableProfile

__all__ = ["Asked", "Proposal", "Question", "Unconfirmed", "propose", "proposed", "table_format"]

SAMPLED = 400
"""Rows looked at."""

_SAMPLE_BYTES = 64 * 1024


def propose(
    source: Source, *, name: str | None = None, answers: Mapping[str, str] | None = None
) -> Proposal:
    """How the table *source* would be read, from its head and its first rows.

    *name* is the name of the file; *answers* what a person said of it (`role:COLUMN`,
    `unit:COLUMN`, `decimal`, ...). BadInput when no head is found in it, or nothing that is read,
    or an answer is of no use.
    """
    said = Said(answers or {})
    with ExitStack() as stack:
        file = opened(source, name, stack)
        if is_workbook(file.members, file.stream):
            rows = sheet_rows(file.stream, said.sheet, Report())
            return proposed(rows, None, file.name, said)
        separator = separator_in(unpacked(file.stream.read(_SAMPLE_BYTES)))
        file.stream.seek(0)
        rows = text_rows(file.stream, separator, Report())
        return proposed(rows, separator, file.name, said)


def table_format(source: Source) -> str:
    """The format that reads a table: `table-workbook` for a workbook, else `table-csv`."""
    with ExitStack() as stack:
        file = opened(source, None, stack)
        return "table-workbook" if is_workbook(file.members, file.stream) else "table-csv"


def proposed(
    rows: Iterator[TableRow], separator: str | None, name: str, said: Said | None = None
) -> Proposal:
    """As `propose`, from the rows of a table that is open."""
    told = said or Said({})
    some = list(islice(rows, SAMPLED))
    seen = Seen(some, find(some), separator, name)
    forced = told.roles(seen.head.names)
    found = fields(seen, forced)
    laid = layout(seen, found)
    candidates = Candidates(seen, found, laid, written(seen, found), forced)
    candidates.choose()
    facts = Facts(seen, found, laid, candidates, told)
    table, stamp = facts.table(), facts.stamp()
    columns = tuple(facts.columns(told.units(seen.head.names)))
    try:
        whole = TableProfile.model_validate(
            {
                **table,
                "name": _name(name),
                "columns": columns,
                "layout": laid,
                "sheet": told.sheet,
                "confirmed": told.confirmed(),
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
        candidates.told(),
        tuple(facts.alternatives()),
    )


def _name(file: str) -> str:
    """A name to save the profile under: that of the file without its dates and numbers."""
    stem = PurePath(file).stem if file else ""
    bare = re.sub(r"[\W_]*\d[\d\W_]*", " ", stem)
    return " ".join(re.sub(r"[_\s]+", " ", bare).split())[:60] or "table"
