"""The records of one file, on the disk between their reading and their storing."""

from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Self, cast

from pydantic import BaseModel

from synergie.errors import TooLarge
from synergie.exchange.files._record_lines import MAX_RECORDS_BYTES, read_packed_records, size_of

_IN_MEMORY = 1 << 20
_LENGTH = 4


class RecordSpool:
    """Packs of records in their order, beyond 1 MiB on the disk; gone when it is closed."""

    def __init__(self) -> None:
        file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed at the exit)
        self._file = cast(IO[bytes], file)
        self._packed = 0
        self.size = 0
        """Bytes of all records, unpacked."""
        self.last = 0
        """Bytes of the record that was given last, unpacked."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, pack: bytes) -> None:
        """One more pack. TooLarge over MAX_RECORDS_BYTES: its records are never more than that."""
        self._packed += _LENGTH + len(pack)
        self.size += size_of(pack)
        if self.size > MAX_RECORDS_BYTES:
            raise TooLarge(MAX_RECORDS_BYTES, "bytes of records", "file", f"{self.size} bytes")
        self._file.write(len(pack).to_bytes(_LENGTH, "big"))
        self._file.write(pack)

    def records(self, progress: Callable[[float], None]) -> Iterator[BaseModel]:
        """Every record, in order; *progress* is told the share of them that was given."""
        self._file.seek(0)
        done = 0
        while size := self._file.read(_LENGTH):
            pack = self._file.read(int.from_bytes(size, "big"))
            for record, self.last in read_packed_records(pack):
                yield record
            done += _LENGTH + len(pack)
            progress(done / self._packed)
