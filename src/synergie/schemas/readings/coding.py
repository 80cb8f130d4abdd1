"""Content codings zstd and gzip, streamed and bounded, for both ends of the wire.

A few kilobytes can unpack to gigabytes: what comes out is counted as it comes out, against a number
of bytes and against what came in. The first piece of each chunk is 64 KiB at most, so that a caller
who must not wait takes it at once and leaves the others, of 1 MiB, to a thread. Several frames
(RFC 8878) or members (RFC 1952) in a row are one content; an empty chunk between two is nothing.
The zstd window is capped at 8 MiB (RFC 9659).
"""

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

from synergie.errors import BadInput, TooLarge, UnsupportedMedia, Words

if sys.version_info >= (3, 14):
    from compression.zstd import (
        CompressionParameter,
        DecompressionParameter,
        ZstdCompressor,
        ZstdDecompressor,
        ZstdError,
    )
else:
    from backports.zstd import (
        CompressionParameter,
        DecompressionParameter,
        ZstdCompressor,
        ZstdDecompressor,
        ZstdError,
    )

CODINGS = ("zstd", "gzip")
"""What we take and give, best first; also the value of Accept-Encoding."""

MAX_FRAMES = 2_000
"""Frames of zstd in one body; one who sends many sends few large ones."""
MAX_RATIO = 200
"""Unpacked bytes for one packed byte, once they are more than `FREE_BYTES`."""
FREE_BYTES = 16 * 1024 * 1024
"""Unpacked bytes whose ratio is not looked at: a year of zeros packs very well."""
FIRST_BYTES = 64 * 1024
"""Most bytes of the first piece of each chunk."""

_PIECE = 1024 * 1024
_WINDOW_LOG = 23
_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 1
_WHOLE = "a whole {} stream"


class Encoder(Protocol):
    """Packs a stream chunk by chunk."""

    def feed(self, chunk: bytes) -> bytes:
        """What is ready after *chunk*; may be empty."""

    def flush(self) -> bytes:
        """All that was fed so far, so that the other end can read it now."""

    def close(self) -> bytes:
        """The end of the stream."""


class Decoder(Protocol):
    """Unpacks a stream chunk by chunk, up to a limit."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The pieces that *chunk* unpacks to; TooLarge over the limit, BadInput when broken."""

    def close(self) -> None:
        """BadInput when the stream was cut."""


def build_encoder(coding: str) -> Encoder:
    """The encoder of *coding*: `zstd`, `gzip` or `identity`; UnsupportedMedia otherwise."""
    match coding:
        case "zstd":
            return _ZstdEncoder()
        case "gzip":
            return _GzipEncoder()
        case "identity":
            return _Identity()
        case _:
            raise UnsupportedMedia(coding, ", ".join(CODINGS))


def build_decoder(coding: str, limit: int) -> Decoder:
    """The decoder of *coding*, for at most *limit* unpacked bytes; UnsupportedMedia otherwise.

    TooLarge over the limit, and over `MAX_RATIO` times what came in.
    """
    match coding:
        case "zstd":
            return _ZstdDecoder(limit)
        case "gzip" | "x-gzip":
            return _GzipDecoder(limit)
        case "identity" | "":
            return _Plain(limit)
        case _:
            raise UnsupportedMedia(coding, ", ".join(CODINGS))


def compress(data: bytes, coding: str = "zstd") -> bytes:
    """*data* packed in one go."""
    pack = build_encoder(coding)
    return pack.feed(data) + pack.close()


def decompress(data: bytes, coding: str, limit: int) -> bytes:
    """*data* unpacked in one go; TooLarge over *limit* bytes, BadInput when broken or cut."""
    unpack = build_decoder(coding, limit)
    content = b"".join(unpack.feed(data))
    unpack.close()
    return content


class _ZstdEncoder:
    def __init__(self) -> None:
        self._zstd = ZstdCompressor(options={CompressionParameter.compression_level: _LEVEL})

    def feed(self, chunk: bytes) -> bytes:
        return self._zstd.compress(chunk)

    def flush(self) -> bytes:
        return self._zstd.flush(ZstdCompressor.FLUSH_BLOCK)

    def close(self) -> bytes:
        return self._zstd.flush(ZstdCompressor.FLUSH_FRAME)


class _GzipEncoder:
    def __init__(self) -> None:
        self._zlib = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)

    def feed(self, chunk: bytes) -> bytes:
        return self._zlib.compress(chunk)

    def flush(self) -> bytes:
        return self._zlib.flush(zlib.Z_SYNC_FLUSH)

    def close(self) -> bytes:
        return self._zlib.flush(zlib.Z_FINISH)


class _Identity:
    def feed(self, chunk: bytes) -> bytes:
        return chunk

    def flush(self) -> bytes:
        return b""

    def close(self) -> bytes:
        return b""


class _Counted:
    """The bytes that came in and out so far, against the limits."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._packed = self._unpacked = 0

    def _count(self, piece: bytes) -> bytes:
        self._unpacked += len(piece)
        if self._unpacked > self._limit:
            raise TooLarge(self._limit, "bytes", "body", f"{self._unpacked} bytes")
        if self._unpacked > max(FREE_BYTES, self._packed * MAX_RATIO):
            found = f"{self._unpacked} bytes from {self._packed}"
            raise TooLarge(MAX_RATIO, "bytes for each packed one", "body", found)
        return piece


class _Plain(_Counted):
    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._packed += len(chunk)
        if chunk:
            yield self._count(chunk)

    def close(self) -> None:
        """Nothing can be missing."""


class _ZstdDecoder(_Counted):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._frame: ZstdDecompressor | None = None
        self._frames = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._packed, most = self._packed + len(chunk), FIRST_BYTES
        while chunk or (self._frame is not None and not self._frame.needs_input):
            if self._frame is None:
                options = {int(DecompressionParameter.window_log_max): _WINDOW_LOG}
                self._frame = ZstdDecompressor(options=options)
                self._frames += 1
                if self._frames > MAX_FRAMES:  # empty ones cost time and give nothing to count
                    raise TooLarge(MAX_FRAMES, "frames", "body", f"{self._frames} frames")
            try:
                piece = self._frame.decompress(chunk, most)
            except ZstdError as error:
                raise BadInput("body", Words("broken bytes"), _WHOLE.format("zstd")) from error
            most = _PIECE
            if piece:
                yield self._count(piece)
            chunk = b""
            if self._frame.eof:
                chunk, self._frame = self._frame.unused_data, None

    def close(self) -> None:
        if self._frame is not None:
            raise BadInput("body", Words("a cut stream"), _WHOLE.format("zstd"))


class _GzipDecoder(_Counted):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._member = zlib.decompressobj(_GZIP)
        self._begun = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(chunk)
        self._packed, most = self._packed + len(chunk), FIRST_BYTES
        piece = b""
        while chunk or piece:  # zlib may hold more output than one piece after its last input
            try:
                piece = self._member.decompress(chunk, most)
            except zlib.error as error:
                raise BadInput("body", Words("broken bytes"), _WHOLE.format("gzip")) from error
            most = _PIECE
            if piece:
                yield self._count(piece)
            chunk = self._member.unconsumed_tail
            if self._member.eof:
                chunk = self._member.unused_data
                self._member, self._begun = zlib.decompressobj(_GZIP), bool(chunk)

    def close(self) -> None:
        if self._begun:
            raise BadInput("body", Words("a cut stream"), _WHOLE.format("gzip"))
