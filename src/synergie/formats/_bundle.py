"""A zip of several files, each in a format of its own: the way grid operators send a month."""

import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput
from synergie.formats.format import Format, Record
from synergie.formats.registry import (
    LEAST,
    FormatMatch,
    get_format,
    identify_format,
    load_formats,
    take_sample,
)
from synergie.formats.report import Report
from synergie.formats.source import Opened, damage, files_in, member
from synergie.schemas.readings.profile import Profile

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
