"""Opening what is given: a path, bytes or an open file; unpacked within limits, and hashed."""

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from synergie.errors import BadInput, TooLarge, Words

MAX_BYTES = 2 * 1024**3
"""Bytes of a file, packed or unpacked."""
MAX_RATIO = 200
"""Unpacked bytes for one packed byte."""
MAX_MEMBERS = 1_000
SAMPLE_BYTES = 64 * 1024

_BLOCK = 1 << 16
_FREE = 1 << 20  # the ratio counts from the first MiB on: small files may be very regular
_IN_MEMORY = 8 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_XML = (b"<\0", b"\0<")
"""How an XML document in UTF-16 begins: it declares its encoding itself."""
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_NO_ADDRESS = "a path, bytes or an open file: nothing is fetched from an address"
_NO_BOMB = "a file that unpacks to at most 200 times its size"

type Source = Path | str | bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Opened:
    """A file ready to be read."""

    stream: BinaryIO
    """Seekable, at its start, unpacked."""
    name: str
    """Name of the file, or of the one packed in it; empty when it has none."""
    digest: str
    """SHA-256 of the bytes as given, packed or not."""
    members: tuple[str, ...]
    """Names inside a zip archive of several files; empty otherwise."""
    was_utf16: bool = False
    """Whether it is a text that came in UTF-16; `stream` has it in UTF-8."""


def opened(source: Source, name: str | None, stack: ExitStack) -> Opened:
    """*source* opened and unpacked; *stack* closes what was opened here, never the caller's file.

    Raises TooLarge over MAX_BYTES, BadInput for a damaged archive or one that unpacks to over
    MAX_RATIO times its size.
    """
    given = _open_seekable(source, stack)
    label = name if name is not None else _find_source_name(source)
    digest, size = _compute_stream_digest(given)
    start = given.read(4)
    given.seek(0)
    if start[:2] == _GZIP:
        with damage(label, "a whole gzip file"):
            stream = _unpack_stream(
                cast("IO[bytes]", gzip.GzipFile(fileobj=given, mode="rb")), size, stack
            )
        return Opened(stream, label.removesuffix(".gz"), digest, ())
    if start == _ZIP:
        with damage(label, "a whole zip archive"):
            return _from_zip(given, label, digest, stack)
    if start[:2] in _UTF16 and start[2:] not in _XML:
        return Opened(_in_utf8(given, stack), label, digest, (), was_utf16=True)
    return Opened(given, label, digest, ())


def _in_utf8(given: BinaryIO, stack: ExitStack) -> BinaryIO:
    """A copy of a text in UTF-16, in UTF-8. BadInput for what does not decode."""
    copy = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (the stack closes it)
    stack.callback(copy.close)
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        while block := given.read(_BLOCK):
            copy.write(decoder.decode(block).encode())
        copy.write(decoder.decode(b"", final=True).encode())
    except UnicodeError as error:
        raise BadInput("byte 0", "UTF-16", "text that decodes as UTF-16") from error
    copy.seek(0)
    return cast("BinaryIO", copy)


def _open_seekable(source: Source, stack: ExitStack) -> BinaryIO:
    """A seekable stream at its start; a pipe, or a file already read into, is copied first."""
    if isinstance(source, str):
        if "://" in source:
            raise BadInput("source", source, _NO_ADDRESS)
        source = Path(source)
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, PurePath):
        return stack.enter_context(source.open("rb"))
    if source.seekable() and source.tell() == 0:
        return source
    return _copy_stream(source, stack, MAX_BYTES, None)


def _find_source_name(source: Source) -> str:
    if isinstance(source, str):
        return PurePath(source).name
    name = source.name if isinstance(source, PurePath) else getattr(source, "name", "")
    return PurePath(name).name if isinstance(name, str) else ""


def _compute_stream_digest(stream: BinaryIO) -> tuple[str, int]:
    """SHA-256 and size of the whole *stream*, which goes back to its start."""
    digest, size = sha256(), 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > MAX_BYTES:
            raise TooLarge(MAX_BYTES, "bytes", "file", f"{size} bytes")
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest(), size


_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError
)  # fmt: skip
"""What the archive modules raise for a damaged file: ValueError for an offset below zero."""


@contextmanager
def damage(label: str, expected: str) -> Iterator[None]:
    """Turns what the archive modules raise into a BadInput at *label*."""
    try:
        yield
    except _BROKEN as error:
        raise BadInput(label or "file", str(error), expected) from error
    except RuntimeError as error:  # zipfile: a password is needed
        raise BadInput(label or "file", Words("an encrypted archive"), expected) from error


def _from_zip(given: BinaryIO, label: str, digest: str, stack: ExitStack) -> Opened:
    with zipfile.ZipFile(given) as archive:
        members = files_in(archive)
        if len(members) != 1:
            given.seek(0)
            return Opened(given, label, digest, tuple(info.filename for info in members))
        with archive.open(members[0]) as packed:
            stream = _unpack_stream(packed, members[0].compress_size, stack)
    return Opened(stream, PurePath(members[0].filename).name, digest, ())


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, stack: ExitStack) -> Opened:
    """One file of *archive*, unpacked; packed once more (gzip, a zip of one file), too."""
    with archive.open(info) as packed:
        stream = _unpack_stream(packed, info.compress_size, stack)
    return opened(stream, PurePath(info.filename).name, stack)


def files_in(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of *archive*, without folders and the shadows that macOS adds."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        found = f"{len(members)} files"
        raise TooLarge(MAX_MEMBERS, "files in an archive", "file", found)
    return [m for m in members if not m.is_dir() and not m.filename.startswith("__MACOSX/")]


def _unpack_stream(packed: IO[bytes], size: int, stack: ExitStack) -> BinaryIO:
    return _copy_stream(packed, stack, min(MAX_BYTES, max(_FREE, size * MAX_RATIO)), size)


def _copy_stream(stream: IO[bytes], stack: ExitStack, limit: int, packed: int | None) -> BinaryIO:
    """A copy in memory, on disk beyond 8 MiB. *packed* is the size before unpacking, if it was."""
    copy = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (the stack closes it)
    stack.callback(copy.close)
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > limit:
            raise _build_size_fault(limit, packed)
        copy.write(block)
    copy.seek(0)
    return cast("BinaryIO", copy)


def _build_size_fault(limit: int, packed: int | None) -> BadInput | TooLarge:
    if packed is None or limit == MAX_BYTES:
        return TooLarge(MAX_BYTES, "bytes", "file", Words("more"))
    return BadInput("file", f"over {limit} bytes from {packed}", _NO_BOMB)


class Capped:
    """A member of an archive, read within the same limits while it streams."""

    def __init__(self, packed: IO[bytes], size: int) -> None:
        self._packed, self._size = packed, size
        self._left = min(MAX_BYTES, max(_FREE, size * MAX_RATIO))

    def take(self, n: int) -> bytes:
        """Exactly *n* bytes, or fewer at the end of the member."""
        data = self._packed.read(n)
        self._left -= len(data)
        if self._left < 0:
            raise BadInput("file", f"much more than its {self._size} packed bytes", _NO_BOMB)
        return data
