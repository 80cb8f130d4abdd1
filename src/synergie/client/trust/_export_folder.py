"""An export in a folder: the names of its proofs, and how it is written, whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

from synergie.errors import BadInput
from synergie.schemas.trust.export import ExportFile, RefusedFile

MANIFEST = "manifest.jws"
JWKS = "jwks.json"
TREE_HEAD = "tree-head.jws"
RECEIPT = "receipt.jws"
RECEIPT_JWKS = "receipt-jwks.json"

PROOFS = frozenset({MANIFEST, JWKS, TREE_HEAD, RECEIPT, RECEIPT_JWKS})
"""What lies beside the files of an export."""

_CSV = "text/csv"


@dataclass(slots=True)
class Tally:
    """The bytes of a file as they pass, to be held against what the manifest tells."""

    file: ExportFile
    size: int = 0
    lines: int = 0
    _digest: Any = field(default_factory=sha256, repr=False)

    def add(self, piece: bytes) -> None:
        """Count and hash *piece*."""
        self.size += len(piece)
        self.lines += piece.count(b"\n")
        self._digest.update(piece)

    def fault(self) -> BadInput | None:
        """What is not as the manifest tells it, now that all has passed; None: all is."""
        rows = max(0, self.lines - (self.file.media_type == _CSV))
        digest = self._digest.hexdigest()
        found = {"bytes": self.size, "rows": rows, "sha256": digest}
        for name, value in found.items():
            expected = getattr(self.file, name)
            if value != expected:
                return BadInput(f"{self.file.name}, {name}", value, str(expected))
        return None


@dataclass(slots=True)
class Saving:
    """A folder on its way; `refused` tells the files that did not arrive as they should."""

    path: Path
    refused: list[tuple[RefusedFile, BadInput]] = field(default_factory=list)

    @contextmanager
    def file(self, told: ExportFile) -> Iterator["Arriving"]:
        """A file of the export, taken piece by piece and held against what is *told* of it."""
        tally = Tally(told)
        with self._new(told.name) as sink:
            yield Arriving(sink, tally)
        fault = tally.fault()
        if fault is not None:
            reason = fault.where.rpartition(", ")[2]
            self.refused.append((RefusedFile(name=told.name, reason=reason), fault))

    def drop(self, name: str) -> None:
        """Forget what came of a file that was cut."""
        (self.path / name).unlink(missing_ok=True)

    def proof(self, name: str, text: str) -> None:
        """One of the proofs, a text."""
        with self._new(name) as sink:
            sink.write(text.encode())

    @contextmanager
    def _new(self, name: str) -> Iterator[BinaryIO]:
        with (self.path / name).open("xb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())


@dataclass(frozen=True, slots=True)
class Arriving:
    """One file as its pieces come; not more of it is kept than was told."""

    sink: BinaryIO
    tally: Tally

    def add(self, piece: bytes) -> None:
        """Take *piece*."""
        self.tally.add(piece)
        if self.tally.size <= self.tally.file.bytes:
            self.sink.write(piece)


@contextmanager
def open_export_folder(folder: Path) -> Iterator[Saving]:
    """A folder that is there, whole, when the block ends well, and not at all otherwise.

    BadInput when there is something of that name already.
    """
    if folder.exists() or folder.is_symlink():
        raise BadInput("folder", folder, "a folder that is not there yet")
    beside = folder.with_name(f".{folder.name}.{token_hex(4)}")
    beside.mkdir(parents=True)
    try:
        yield Saving(beside)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
