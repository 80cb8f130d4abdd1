"""A catalogue as CSV, for a spreadsheet and back."""

import csv
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from synergie.scenarios.catalogue._columns import COLUMNS
from synergie.schemas.retrofit import Retrofit


def write(retrofits: Iterable[Retrofit], sink: BinaryIO) -> None:
    """The entries as CSV in UTF-8 with its mark, `;` and decimal commas; `read` gives them back."""
    sink.write(b"\xef\xbb\xbf")
    sink.writelines(_lines(retrofits))


class _Line:
    """What `csv.writer` writes to: the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _lines(retrofits: Iterable[Retrofit]) -> Iterator[bytes]:
    line = _Line()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    writer.writerow([one.title for one in COLUMNS])
    yield line.text.encode()
    for entry in retrofits:
        values = ((one, getattr(entry, one.field)) for one in COLUMNS)
        writer.writerow(["" if v is None or v == () else one.write(v) for one, v in values])
        yield line.text.encode()
