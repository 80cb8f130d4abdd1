"""The one door: any known file in, records and a report out; and records into a file."""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.format import Format, Record
from synergie.formats.registry import (
    LEAST,
    FormatMatch,
    find_lighting_export,
    get_format,
    identify_format,
    load_formats,
    report_names,
    take_sample,
)
from synergie.formats.report import Refused, Report
from synergie.formats.source import Opened, Source, damage, files_in, member, opened
from synergie.schemas.readings.profile import Profile

_WORKBOOK = "table-workbook"


@dataclass(slots=True, kw_only=True)
class ReadResult:
    """A file being read. Use it in `with`, or read `records` to the end: both close the file."""

    format: str
    """Name of the format."""
    confidence: float
    """How sure that is, 0 to 1; 1 when the sender declared it."""
    records: Iterator[Record]
    """Records in file order; once."""
    report: Report
    """Fills while the records are consumed."""
    digest: str
    """SHA-256 of the bytes as given, packed or not."""
    _stack: ExitStack = field(repr=False)

    @property
    def refused(self) -> list[Refused]:
        """The rows left out so far, each with line, column, value, what was expected, code, reason.

        The first 10,000; `report.refusals` counts all.
        """
        return self.report.refused

    def close(self) -> None:
        """Closes what was opened here; never the file of the caller."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002 (the word of the command line and of the API)
    name: str | None = None,
    profile: Profile | None = None,
) -> ReadResult:
    """Reads a path (a text is one), bytes or an open binary file, packed in gzip or zip or not.

    A zip of several files is read one after another, each in its own format (`archive` when they
    differ), unless a format takes the zip as it is (shapefile, workbook).
    *format* declares the format; None recognises it. *name* is the name of the file, for the
    messages. *profile* declares what the file does not say. Raises BadInput when the file is in
    no known format, or two are as likely, or it is damaged; TooLarge over 2 GiB. A bad row is
    refused in the report and reading goes on; BadInput may also come while the records are
    consumed, when the rest of the file cannot be read.
    """
    with ExitStack() as stack:
        file = opened(source, name, stack)
        declared = None if format == ARCHIVE else format
        many = open_bundle(file, declared) if file.members else None
        if many is not None:
            told, confidence = many.name, many.confidence
            records, report = many.read(profile or Profile())
        else:
            found, stream = _identify_format(file, declared), file.stream
            export = None
            if found.format.name == _WORKBOOK and declared is None and not _is_laid_out(profile):
                export = find_lighting_export(stream)
            if export is not None:
                found, stream = found._replace(format=export.format), export.text
            told, confidence = found.format.name, found.confidence
            records, report = found.format.read(stream, profile or Profile())
            report.confirmed |= frozenset(profile.confirmed if profile is not None else ())
            if export is not None:
                report.add(export.report)
            sheets = export.sheets if export else ()
            records = report_names(found.format, file.name, records, report, sheets=sheets)
        if file.was_utf16:
            report.note(N_("the text is in UTF-16; it was read as such"))
        mine = stack.pop_all()
        return ReadResult(
            format=told,
            confidence=confidence,
            records=_iterate_then_close(records, report, mine),
            report=report,
            digest=file.digest,
            _stack=mine,
        )


def _is_laid_out(profile: Profile | None) -> bool:
    return profile is not None and profile.table is not None


def _identify_format(file: Opened, format: str | None) -> FormatMatch:  # noqa: A002 (as read)
    if format is not None:
        return FormatMatch(get_format(format), 1.0)
    return identify_format(take_sample(file), load_formats().values())


def _iterate_then_close(
    records: Iterator[Record], report: Report, stack: ExitStack
) -> Iterator[Record]:
    some = False
    with stack:
        for record in records:
            some = True
            yield record
    if not some and not report.refusals:
        report.note("the file is of this format and holds no record")


def write(
    records: Iterable[Record],
    sink: BinaryIO,
    *,
    format: str,  # noqa: A002 (as read)
    profile: Profile | None = None,
) -> None:
    """Writes *records* into *sink* in the format of that name; memory is bounded by one record.

    BadInput when the format is unknown or read only, or cannot hold a record.
    """
    one = get_format(format)
    if one.write is None:
        raise BadInput("format", format, "a format that is written")
    one.write(records, sink, profile or Profile())


# A zip of several files, each in a format of its own: the way grid operators send a month.

ARCHIVE = "archive"
"""Name of the format of a zip whose files are in several formats."""

_KNOWN = "a file in a known format"


class Part(NamedTuple):
    """One file of the archive."""

    name: str
    format: Format | None
    """None: in no known format; it is refused by its name and the others are read."""
    fault: BadInput | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of an archive, and what each is."""

    stream: BinaryIO
    parts: tuple[Part, ...]
    confidence: float

    @property
    def name(self) -> str:
        """The one format that all its files are in, or `archive`."""
        names = {part.format.name for part in self.parts if part.format is not None}
        return names.pop() if len(names) == 1 else ARCHIVE

    def read(self, profile: Profile) -> tuple[Iterator[Record], Report]:
        """Records of each file in the order of the archive; one report for all.

        A file that is refused from its head is refused by its name, and the others are read.
        BadInput at the name of a file that cannot be read to its end.
        """
        report = Report()
        return self._records(profile, report), report

    def _records(self, profile: Profile, report: Report) -> Iterator[Record]:
        read = 0
        for part in self.parts:
            if part.format is None:
                report.refuse(part.name, part.fault or BadInput("row", part.name, _KNOWN))
                continue
            with ExitStack() as stack:
                file = _open_member(self.stream, part.name, stack)
                try:
                    records, own = part.format.read(file.stream, profile)
                    own.confirmed |= frozenset(profile.confirmed)
                    records = report_names(part.format, part.name, records, own, sheets=())
                except BadInput as fault:
                    if not read and part is self.parts[-1]:  # nothing of the archive can be read
                        raise fault.at(part.name) from fault
                    report.refuse(part.name, fault)
                    continue
                try:
                    yield from records
                except BadInput as fault:
                    raise fault.at(part.name) from fault
            report.absorb(own, part.name)
            read += 1


def open_bundle(file: Opened, declared: str | None) -> Bundle | None:
    """*file*, an archive of several files, as such; None when a format reads archives itself.

    None, too, when none of its files is in a known format.
    """
    sample = take_sample(file)
    formats = [get_format(declared)] if declared else list(load_formats().values())
    if any(one.sniff(sample) >= LEAST for one in formats):
        return None
    parts, least = [], 1.0
    for name in file.members:
        part, confidence = _identify_part(file.stream, name, declared)
        parts.append(part)
        least = min(least, confidence)
    if not any(part.format for part in parts):
        return None
    return Bundle(file.stream, tuple(parts), least)


def _identify_part(stream: BinaryIO, name: str, declared: str | None) -> tuple[Part, float]:
    if declared is not None:
        return Part(name, get_format(declared), None), 1.0
    with ExitStack() as stack:
        try:
            found = _identify_member(_open_member(stream, name, stack))
        except BadInput as fault:
            told = BadInput("row", fault.found, fault.expected, fault.check)
            return Part(name, None, told), 1.0
        return Part(name, found.format, None), found.confidence


def _identify_member(file: Opened) -> FormatMatch:
    return identify_format(take_sample(file), load_formats().values())


def _open_member(stream: BinaryIO, name: str, stack: ExitStack) -> Opened:
    stream.seek(0)
    with damage(name, "a whole zip archive"), zipfile.ZipFile(stream) as archive:
        info = next(info for info in files_in(archive) if info.filename == name)
        return member(archive, info, stack)
