"""Proposing how a table is read: what its head and a sample of it tell; the rest is asked."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import PurePath

from pydantic import ValidationError

from synergie.formats._report import Report
from synergie.formats._source import Source, opened
from synergie.formats.tables._facts import Facts
from synergie.formats.tables._fields import Seen, fields, layout
from synergie.formats.tables._head import find
from synergie.formats.tables._proposal import Asked, Proposal, Question, Unconfirmed
from synergie.formats.tables._sample import unit_of
from synergie.formats.tables._sheets import is_workbook, sheet_rows
from synergie.formats.tables._texts import TableRow, separator_in, text_rows, unpacked
from synergie.schemas.faults import faults
from synergie.schemas.profile import Profile
from synergie.schemas.table_profile import TableColumn, TableProfile

__all__ = ["Asked", "Proposal", "Question", "Unconfirmed", "propose", "proposed", "table_format"]

SAMPLED = 400
"""Rows looked at."""

_SAMPLE_BYTES = 64 * 1024


def propose(source: Source, *, name: str | None = None) -> Proposal:
    """How the table *source* would be read, from its head and its first rows.

    *name* is the name of the file. BadInput when no head is found in it, or nothing that is read.
    """
    with ExitStack() as stack:
        file = opened(source, name, stack)
        if is_workbook(file.members, file.stream):
            return proposed(sheet_rows(file.stream, None, Report()), None, file.name)
        separator = separator_in(unpacked(file.stream.read(_SAMPLE_BYTES)))
        file.stream.seek(0)
        return proposed(text_rows(file.stream, separator, Report()), separator, file.name)


def table_format(source: Source) -> str:
    """The format that reads a table: `table-workbook` for a workbook, else `table-csv`."""
    with ExitStack() as stack:
        file = opened(source, None, stack)
        return "table-workbook" if is_workbook(file.members, file.stream) else "table-csv"


def proposed(rows: Iterator[TableRow], separator: str | None, name: str) -> Proposal:
    """As `propose`, from the rows of a table that is open."""
    some = list(islice(rows, SAMPLED))
    seen = Seen(some, find(some), separator, name)
    found = fields(seen)
    laid = layout(seen, found)
    facts = Facts(seen, found, laid)
    stamp, told = facts.stamp(), facts.table()
    columns = tuple(
        TableColumn(
            name=seen.head.names[at],
            field=one.field,
            tariff_class=one.tariff_class,
            unit=one.unit or unit_of(seen.column(at)),
        )
        for at, one in found.items()
    )
    try:
        table = TableProfile.model_validate(
            {**told, "name": _name(name), "columns": columns, "layout": laid}
        )
        profile = Profile(stamp=stamp, table=table, time_zone=facts.time_zone())
    except ValidationError as error:
        raise faults(error)[0].at("profile") from error
    return Proposal(profile, tuple(facts.asked), seen.head.names)


def _name(file: str) -> str:
    """A name to save the profile under: that of the file without its dates and numbers."""
    stem = PurePath(file).stem if file else ""
    bare = re.sub(r"[\W_]*\d[\d\W_]*", " ", stem)
    return " ".join(re.sub(r"[_\s]+", " ", bare).split())[:60] or "table"
