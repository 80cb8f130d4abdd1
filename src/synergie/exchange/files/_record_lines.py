"""Records as lines of JSON, packed some at a time: data alone, from a process that is trusted less.

A line is the name of a record's class and its JSON; whoever takes it validates it as strictly as a
body that comes over the network.
"""

from collections.abc import Callable, Iterator
from typing import get_args

from pydantic import BaseModel

from synergie.errors import TooLarge
from synergie.formats import Record
from synergie.schemas.readings.coding import compress, decompress
from synergie.schemas.readings.period_energy import PeriodEnergy

MAX_RECORD_BYTES = 8 << 20
"""Bytes of one record: a curve of 110,000 values with their quality fits."""
PACK_BYTES = 1 << 20
"""Bytes of lines from which on they are handed over."""
MAX_RECORDS_BYTES = 512 << 20
"""Bytes of the records of one file."""

_LENGTH = 4
_KINDS: dict[bytes, type[BaseModel]] = {
    one.__name__.encode(): one for one in get_args(Record.__value__)
}


class Packer:
    """Packs records and hands them to *keep*, about a MiB of lines at a time.

    TooLarge for a record over MAX_RECORD_BYTES, and for all of them over MAX_RECORDS_BYTES.
    """

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        self._keep, self._lines = keep, list[bytes]()
        self._size = self._total = 0

    def add(self, record: BaseModel) -> None:
        """One more record, with the fields that it was given."""
        told = record.model_dump_json(exclude_unset=True)
        line = b"%s %s\n" % (type(record).__name__.encode(), told.encode())
        if len(line) > MAX_RECORD_BYTES:
            found = f"{len(line)} bytes"
            raise TooLarge(MAX_RECORD_BYTES, "bytes of one record", "file", found)
        self._size += len(line)
        self._total += len(line)
        if self._total > MAX_RECORDS_BYTES:
            found = f"{self._total} bytes"
            raise TooLarge(MAX_RECORDS_BYTES, "bytes of records", "file", found)
        self._lines.append(line)
        if self._size >= PACK_BYTES:
            self.close()

    def add_energy(self, record: BaseModel) -> None:
        """*record*, if it is an energy of a period; the others are passed over."""
        if isinstance(record, PeriodEnergy):
            self.add(record)

    def close(self) -> None:
        """Hand over what waits."""
        if self._lines:
            size = self._size.to_bytes(_LENGTH, "big")
            self._keep(size + compress(b"".join(self._lines)))
            self._lines, self._size = [], 0


def size_of(pack: bytes) -> int:
    """Bytes that *pack* says it has once unpacked. TooLarge when no pack has so many."""
    size = int.from_bytes(pack[:_LENGTH], "big")
    if size > PACK_BYTES + MAX_RECORD_BYTES:
        raise TooLarge(PACK_BYTES + MAX_RECORD_BYTES, "bytes", "file", f"{size} bytes")
    return size


def read_packed_records(pack: bytes) -> Iterator[tuple[BaseModel, int]]:
    """The records of *pack*, each with the bytes of its line.

    TooLarge for more than it said; BadInput, ValidationError, KeyError for what is no pack of ours.
    """
    lines = decompress(pack[_LENGTH:], "zstd", size_of(pack))
    for line in lines.splitlines():
        name, _, told = line.partition(b" ")
        yield _KINDS[name].model_validate_json(told), len(line)
