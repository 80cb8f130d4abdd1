"""What a reading kept, refused, noted and found absent; it fills while the records are consumed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats.checks import Check
from synergie.formats.french import build_french_translator

MAX_DETAILS = 10_000
"""Refusals and gaps told one by one; more are only counted."""


type Place = int | str | None
"""Where a row is: its line from 1, or `record 12`, or a JSON pointer (RFC 6901)."""


class Refused(NamedTuple):
    """One row or item left out."""

    line: int | None
    """Line of the file, from 1. None: the format has no lines."""
    fault: BadInput
    """Why; its `where` is the column, as `/Valeur`, or a JSON pointer, or `row`."""

    def with_line(self) -> BadInput:
        """The same fault with its line in `where`: `line 12, /Valeur`."""
        if self.line is None:
            return self.fault
        comma = ", " if self.fault.where.startswith("/") else ""
        return self.fault.at(f"line {self.line}{comma}")

    @property
    def column(self) -> str | None:
        """Name of the column, or the JSON pointer. None: the whole row."""
        where = self.fault.where
        if where == "row":
            return None
        return where if self.line is None else where.removeprefix("/")

    @property
    def value(self) -> str:
        """What was found, cut at 80 characters."""
        return shorten_value(self.fault.found)

    @property
    def expected(self) -> str:
        """What was expected, as a constant English text."""
        return self.fault.expected

    @property
    def code(self) -> str:
        """Stable code of the check that it fails (`synergie.formats.checks`)."""
        return self.fault.check

    @property
    def reason(self) -> str:
        """Where, what was found and what was expected: a French sentence for the sender."""
        return self.with_line().tell(build_french_translator())


class Note(NamedTuple):
    """A remark: a constant text and what fills it, so that it can be translated."""

    text: str
    args: tuple[object, ...] = ()

    def tell(self, _: Callable[[str], str], times: int = 1) -> str:
        """The sentence in the reader's language; how often, when more than once."""
        told = _(self.text).format(*(shorten_value(arg) for arg in self.args))
        return told if times == 1 else f"{told} (× {times})"


class Gap(NamedTuple):
    """Steps for which the file holds no row at all: null in a run, or outside every run."""

    series: str
    """Key of the series."""
    start: datetime
    """Start of the first absent step, UTC."""
    step_s: int
    """Seconds of each step."""
    n: int
    """Steps absent."""


@dataclass(slots=True)
class CheckFinding:
    """What one check found: how often, where first, and the figures of the first."""

    check: Check
    times: int = 0
    first: Place = None
    args: tuple[str, ...] = ()

    def tell(self, _: Callable[[str], str]) -> str:
        """The sentence in the reader's language, with the figures of the first finding."""
        return _(self.check.says).format(*self.args)


@dataclass(slots=True)
class Report:
    """Counts and reasons; `kept + duplicates + refusals` is the rows that came in."""

    kept: int = 0
    duplicates: int = 0
    """Rows that repeat another exactly; ignored."""
    totals: int = 0
    """Rows of totals; passed over."""
    blanks: int = 0
    """Rows that hold nothing, and heads that come again."""
    refusals: int = 0
    refused: list[Refused] = field(default_factory=list)
    """Refusals one by one, the first MAX_DETAILS."""
    gaps: list[Gap] = field(default_factory=list)
    notes: dict[Note, int] = field(default_factory=dict)
    """Remarks in order of appearance, and how often each was made."""
    findings: dict[str, CheckFinding] = field(default_factory=dict)
    """What the checks found, by code, in order of appearance; refusals are not repeated here."""
    confirmed: frozenset[str] = frozenset()
    """Codes of doubts that the file's owner found right: they are told, and stop nothing."""

    def keep[R, T](self, parse: Callable[[R], T], rows: Iterable[tuple[Place, R]]) -> Iterator[T]:
        """What *parse* accepts of (place, row) pairs, in order; the rest is noted by its place."""
        for place, row in rows:
            try:
                record = parse(row)
            except BadInput as fault:
                self.refuse(place, fault)
            else:
                self.kept += 1
                yield record

    def refuse(self, place: Place, fault: BadInput) -> None:
        """Leave one row out, for the reason that *fault* tells."""
        self.refusals += 1
        if len(self.refused) >= MAX_DETAILS:
            return
        if isinstance(place, str):
            self.refused.append(Refused(None, _prefix_fault_place(place, fault)))
        else:
            self.refused.append(Refused(place, fault))

    def note(self, text: str, *args: object) -> None:
        """Make a remark; *text* is constant and *args* fill its braces. Repeats are counted."""
        remark = Note(text, tuple(shorten_value(arg) for arg in args))
        self.notes[remark] = self.notes.get(remark, 0) + 1

    def find(self, check: Check, *args: object, place: Place = None, times: int = 1) -> None:
        """*check* found something; *args* fill its sentence, the first finding's are kept."""
        found = self.findings.get(check.code)
        if check.severity == "block" and check.code in self.confirmed:
            check = replace(check, severity="warning")
        if found is None:
            told = tuple(shorten_value(arg) for arg in args)
            found = self.findings[check.code] = CheckFinding(check, 0, place, told)
        found.times += times

    def add(self, other: "Report") -> None:
        """Add the remarks and findings that *other* has of the same file."""
        for note, times in other.notes.items():
            self.notes[note] = self.notes.get(note, 0) + times
        for found in other.findings.values():
            self.find(found.check, *found.args, place=found.first, times=found.times)

    def absorb(self, other: "Report", name: str) -> None:
        """Add what *other* says of the file *name* of an archive."""
        self.kept += other.kept
        self.duplicates += other.duplicates
        self.totals += other.totals
        self.blanks += other.blanks
        self.refusals += other.refusals
        room = MAX_DETAILS - len(self.refused)
        self.refused += [Refused(None, one.with_line().at(name)) for one in other.refused[:room]]
        self.gaps += other.gaps
        for note, times in other.notes.items():
            self.notes[note] = self.notes.get(note, 0) + times
        for found in other.findings.values():
            place = name if found.first is None else f"{name}, {_format_place(found.first)}"
            self.find(found.check, *found.args, place=place, times=found.times)

    def tell(self, _: Callable[[str], str]) -> list[str]:
        """The remarks as sentences, duplicates and refusals beyond the list included."""
        told = [note.tell(_, times) for note, times in self.notes.items()]
        told += [_format_repeated(found.tell(_), found.times) for found in self.findings.values()]
        if self.duplicates:
            told.append(_("{} rows repeat another exactly; ignored").format(self.duplicates))
        if self.refusals > len(self.refused):
            told.append(_("{} refusals in all; the first are told").format(self.refusals))
        return told


def _format_place(place: Place) -> str:
    return f"line {place}" if isinstance(place, int) else str(place)


def _format_repeated(told: str, times: int) -> str:
    return told if times == 1 else f"{told} (× {times})"


def _prefix_fault_place(place: str, fault: BadInput) -> BadInput:
    inner = "" if fault.where == "row" else fault.where
    comma = ", " if inner and not place.startswith("/") else ""
    return BadInput(f"{place}{comma}{inner}", fault.found, fault.expected, fault.check)


def shorten_value(value: object) -> str:
    """*value* as a text of at most 80 characters that any terminal can show."""
    return str(value)[:80].encode("utf-8", "backslashreplace").decode()[:80]
