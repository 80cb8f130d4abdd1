"""Bodies of requests that can be sent again: bytes, a file, a part of a stream of curves.

The same bytes come out at each try, under the same Idempotency-Key.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Protocol

from synergie.errors import BadInput, TooLarge
from synergie.schemas.readings import coding, curve_json, ndjson
from synergie.schemas.readings.curve import Curve

MAX_FILE = 64 * 1024 * 1024
"""Most bytes of a deposited file."""

_WORTH_PACKING = 1024
_CHUNK = 256 * 1024
_PART_BYTES = 8 * 1024 * 1024
_PART_CURVES = 256


class Body(Protocol):
    """What travels with a request."""

    @property
    def content_type(self) -> str:
        """Its media type."""

    @property
    def content_coding(self) -> str | None:
        """How it is packed; None: as it is."""

    def content(self) -> bytes | Iterator[bytes]:
        """The packed bytes, the same at each call."""


class BytesBody:
    """A short body, packed when that is worth it (not for servers that may not unpack)."""

    def __init__(self, data: bytes, content_type: str, *, pack: bool = True) -> None:
        worth = pack and len(data) > _WORTH_PACKING
        self.content_type = content_type
        self.content_coding = "zstd" if worth else None
        self._data = coding.compress(data) if worth else data

    def content(self) -> bytes:
        """The bytes."""
        return self._data


class FileBody:
    """A file, read again at each try and never held whole.

    BadInput when it cannot be read; TooLarge when it is over 64 MiB.
    """

    content_type = "application/octet-stream"
    content_coding = "zstd"

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        try:
            size = self._path.stat().st_size
            with self._path.open("rb"):
                pass
        except OSError as error:
            raise BadInput("file", path, "a file that can be read") from error
        if size > MAX_FILE:
            raise TooLarge(MAX_FILE, "bytes")

    def content(self) -> Iterator[bytes]:
        """The file, packed chunk by chunk."""
        pack = coding.build_encoder(self.content_coding)
        with self._path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                if packed := pack.feed(chunk):
                    yield packed
        yield pack.close()


class CurvePart:
    """One request's share of a stream of curves: at most 256 of them, and about 8 MiB of JSON.

    Curves are drawn from *source* while the part is first sent, and kept packed for another try.
    `full` tells that the source may hold more.
    """

    content_type = ndjson.MEDIA_TYPE
    content_coding = "zstd"

    def __init__(self, source: Iterable[Curve] = ()) -> None:
        self._source = iter(source)
        self._pack = coding.build_encoder(self.content_coding)
        self._packed: list[bytes] = []
        self._closed = False
        self._bytes = 0
        self.curves = 0

    @property
    def full(self) -> bool:
        """Whether no curve may be added any more."""
        return self.curves >= _PART_CURVES or self._bytes >= _PART_BYTES

    def add(self, curve: Curve) -> bytes:
        """Take *curve* in; the packed bytes that are ready because of it."""
        line = curve_json.encode(curve) + b"\n"
        self.curves += 1
        self._bytes += len(line)
        return self._keep(self._pack.feed(line))

    def content(self) -> Iterator[bytes]:
        """The packed lines; the first time, drawn from the source on the way."""
        return filter(None, chain(tuple(self._packed), self._drawn()))

    def _drawn(self) -> Iterator[bytes]:
        while not self._closed:
            curve = None if self.full else next(self._source, None)
            if curve is None:
                self._closed = True
                yield self._keep(self._pack.close())
            else:
                yield self.add(curve)

    def _keep(self, packed: bytes) -> bytes:
        if packed:
            self._packed.append(packed)
        return packed


def split_curves_into_parts(curves: Iterable[Curve]) -> Iterator[CurvePart]:
    """*curves* in parts, drawn one part at a time; none when there is no curve."""
    source = iter(curves)
    for first in source:
        yield CurvePart(chain((first,), source))
