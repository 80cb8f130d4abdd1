"""The unpacked size of each batch of an Arrow IPC file, from its metadata: nothing is unpacked.

Arrow Columnar Format, "IPC": a message is a flatbuffer and a body; a packed buffer begins with the
length that it unpacks to, as 8 bytes, or -1 when it is not packed.
"""

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from synergie.errors import BadInput, MissingExtra

MAX_MESSAGES = 100_000

_MAGIC = 8
_HEADER, _TYPES = 2, {2: "dictionary batch", 3: "record batch"}
_DICTIONARY, _BATCH = 2, 3
_FEWER = "at most 100,000 batches"
_NOT_PACKED = -1


def import_arrow() -> Any:
    """pyarrow; MissingExtra when it is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415 (170 MB: only for the files that need it)
    except ModuleNotFoundError as error:
        raise MissingExtra("frames") from error
    return pa


class _Table:
    """A table of a flatbuffer: fields by their number, at an offset each or absent."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        self.fields = at - self._int(at)
        self.n = struct.unpack_from("<H", data, self.fields)[0] // 2 - 2

    def _int(self, at: int) -> int:
        return int(struct.unpack_from("<i", self.data, at)[0])

    def place(self, number: int) -> int | None:
        """Where the value of a field is; None when it is absent."""
        if number >= self.n:
            return None
        offset = struct.unpack_from("<H", self.data, self.fields + 4 + 2 * number)[0]
        return self.at + offset if offset else None

    def table(self, number: int) -> "_Table | None":
        """The table that a field refers to."""
        place = self.place(number)
        return None if place is None else _Table(self.data, place + self._int(place))

    def byte(self, number: int) -> int:
        """A field of one byte."""
        place = self.place(number)
        return 0 if place is None else self.data[place]

    def pairs(self, number: int) -> Iterator[tuple[int, int]]:
        """A vector of structs of two 64-bit numbers."""
        place = self.place(number)
        if place is None:
            return
        start = place + self._int(place)
        count = struct.unpack_from("<I", self.data, start)[0]
        end = start + 4 + 16 * count
        yield from struct.iter_unpack("<qq", self.data[start + 4 : end])


def batch_sizes(source: BinaryIO) -> Iterator[int]:
    """Bytes that each batch of *source*, an Arrow IPC file, has once unpacked.

    BadInput over MAX_MESSAGES; ValueError, struct.error or what pyarrow raises: damaged.
    """
    pa = import_arrow()
    source.seek(_MAGIC)
    messages = pa.ipc.MessageReader.open_stream(source)
    for found, message in enumerate(_iterate_messages(messages), start=1):
        if found > MAX_MESSAGES:
            raise BadInput("file", f"{found} batches", _FEWER)
        yield _compute_message_size(message)


def _iterate_messages(reader: Any) -> Iterator[Any]:
    while True:
        try:
            message = reader.read_next_message()
        except (StopIteration, EOFError):
            return
        if message is None:
            return
        yield message


def _compute_message_size(message: Any) -> int:
    data = message.metadata.to_pybytes()
    root = _Table(data, struct.unpack_from("<I", data)[0])
    header = root.table(_HEADER)
    kind = root.byte(1)
    if header is not None and kind == _DICTIONARY:
        header = header.table(1)
    if header is None or kind not in _TYPES or message.body is None:
        return 0
    packed = header.table(3) is not None
    return sum(
        _compute_unpacked_length(message.body, *pair, packed=packed) for pair in header.pairs(2)
    )


def _compute_unpacked_length(body: Any, offset: int, length: int, *, packed: bool) -> int:
    if not packed or length < _MAGIC:
        return length
    told = int.from_bytes(body.slice(offset, _MAGIC).to_pybytes(), "little", signed=True)
    return length if told == _NOT_PACKED else told
