"""What is done with the bytes of a file: to read it, to propose how, to cut rows out of it.

Each task takes the file, what it is to do and its clerk, whom it asks and tells meanwhile. Nothing
here has a store; in a server each task runs in a process of its own (`limited_reader`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, BinaryIO, Protocol, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter

from synergie.errors import SynergieError
from synergie.exchange.files._record_lines import Packer
from synergie.exchange.readings.sent_back import HEAD, MOTIVE, RefusalRows, files_of
from synergie.formats.check import build_file_report
from synergie.formats.door import read
from synergie.formats.tables.differences import compare_with_profile
from synergie.formats.tables.propose import Proposal, propose, table_format
from synergie.formats.tables.rows_at import Cell, TableRow, rows_at
from synergie.schemas.readings.file_report import FileReport, RefusedLine
from synergie.schemas.readings.profile import Profile

SHOWN = 5
"""Rows of a table that are shown beside its proposal."""


class Clerk(Protocol):
    """Whom a task asks and tells."""

    def open(self, form: str, digest: str) -> bool:
        """Whether a file of this format and SHA-256 is to be read."""
        ...

    def subscribed(self, key: str) -> Decimal | None:
        """Highest subscribed power of a delivery point, kVA; None when nothing tells it."""
        ...

    def keep(self, pack: bytes) -> None:
        """Take some records, packed."""
        ...

    def reserve(self, size: int) -> None:
        """Have memory for an answer of *size* bytes. TooLarge, Overloaded when there is none."""
        ...

    def progress(self, share: float) -> None:
        """Take note of how far the reading is, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a file is to be read."""

    name: str
    """Name of the file."""
    form: str | None = None
    """Name of its format; None: recognised."""
    profile: Profile = field(default_factory=Profile)
    named: bool = False
    """Whether the profile is a saved one that was named: the file is held against it."""
    records: bool = True
    """Whether all its records are wanted; else those that are compared with the store."""
    tell: Callable[[str], str] = str
    """Translates the remarks of the report."""
    now: datetime | None = None
    """When it is read: no energy after its day was measured. None: no day is known."""


def examine_file(source: BinaryIO, order: Order, clerk: Clerk) -> FileReport | None:
    """The report of the whole file; its records go to the clerk. None: it is not to be read."""
    form = order.form
    if form is None and order.profile.table is not None:
        form = table_format(source)
        source.seek(0)
    apart = None
    if order.named:
        apart = compare_with_profile(
            source, order.profile, name=order.name, tell=order.tell
        ).finding
        source.seek(0)
    packer = Packer(clerk.keep)
    with read(source, format=form, name=order.name, profile=order.profile) as opened:
        if not clerk.open(opened.format, opened.digest):
            return None
        take: Any = packer.add if order.records else packer.add_energy
        report = build_file_report(
            opened,
            order.profile,
            subscribed=clerk.subscribed,
            tell=order.tell,
            take=take,
            now=order.now,
        )
    packer.close()
    if apart is None:
        return report
    return report.model_copy(update={"findings": (apart, *report.findings)})


@dataclass(frozen=True, slots=True)
class Proposed:
    """How a table would be read, and its first rows as they stand in the file."""

    proposal: Proposal
    rows: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]
    """Line, and each cell as its kind and its text."""

    @property
    def table_rows(self) -> tuple[TableRow, ...]:
        """The rows with their cells as the file has them."""
        return tuple((line, [_parse_cell(*cell) for cell in cells]) for line, cells in self.rows)


@dataclass(frozen=True, slots=True)
class ProposalRequest:
    """A table to propose a profile for."""

    name: str
    """Name of the file."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What its dropper said of it (`role:COLUMN`, `sheet`)."""


def propose_profile(source: BinaryIO, wanted: ProposalRequest, _: Clerk) -> Proposed:
    """The proposal for a table, and its first rows."""
    proposal = propose(source, name=wanted.name, answers=wanted.answers)
    source.seek(0)
    found = rows_at(source, (), first=SHOWN + 12, sheet=proposal.table.sheet)
    rows = () if found is None else found.rows
    return Proposed(proposal, tuple((line, tuple(map(_dump_cell, cells))) for line, cells in rows))


def bears_motives(source: BinaryIO, _: None, __: Clerk) -> bool:
    """Whether the file is one of refused rows: its head ends with their reasons."""
    try:
        found = rows_at(source, (), first=HEAD)
    except SynergieError:
        return False
    return found is not None and any(_get_last_cell(cells) == MOTIVE for _, cells in found.rows)


def _get_last_cell(cells: list[Cell]) -> object:
    return next((cell for cell in reversed(cells) if cell != ""), "")


@dataclass(frozen=True, slots=True)
class SendBack:
    """Which rows of a file go back to whoever made it, and how the file was read."""

    form: str
    profile: Profile
    refused: tuple[RefusedLine, ...]
    why: Mapping[int, str]
    """By line, what is wrong with it."""


class RefusedFiles(BaseModel):
    """The refused rows of a file, as files."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    files: dict[str, bytes]
    """By kind: `csv`, `xlsx`."""
    mends: bool
    """Whether they can be dropped again with the column of reasons in them."""


def send_back(source: BinaryIO, order: SendBack, _: Clerk) -> RefusedFiles | None:
    """The refused rows with the reason of each; None for a file that has no rows."""
    sent = RefusalRows.of(source, order.refused, order.form, order.profile)
    return None if sent is None else RefusedFiles(files=files_of(sent, order.why), mends=sent.mends)


type Task[OrderT, AnswerT] = Callable[[BinaryIO, OrderT, Clerk], AnswerT]


@cache
def answer_form(task: Callable[..., Any]) -> TypeAdapter[Any]:
    """How the answer of *task* is written as JSON, and validated again."""
    return TypeAdapter(get_type_hints(task)["return"])


def _dump_cell(cell: Cell) -> tuple[str, str]:
    match cell:
        case timedelta():
            return "timedelta", repr(cell.total_seconds())
        case date() | time():
            return type(cell).__name__, cell.isoformat()
        case _:
            return type(cell).__name__, str(cell)


_CELLS: dict[str, Callable[[str], Cell]] = {
    "str": str,
    "bool": lambda text: text == "True",
    "int": int,
    "float": float,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda text: timedelta(seconds=float(text)),
}


def _parse_cell(kind: str, text: str) -> Cell:
    return _CELLS[kind](text)
