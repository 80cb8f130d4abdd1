"""A disk under a server that fails, or that a power cut leaves as it was last synced."""

import random
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.components import program

_SOURCE = Path(__file__).with_name("failing_disk.c")
_SECTOR = 512


@dataclass(frozen=True)
class Disk:
    """The disk of the files whose names hold *part*; `folder` has its library and what it keeps."""

    folder: Path
    part: str

    @classmethod
    def built(cls, folder: Path, part: str) -> "Disk":
        """Compile the library of `failing_disk.c` into *folder*."""
        (folder / "synced").mkdir(parents=True)
        disk = cls(folder, part)
        command = [program("cc", "gcc"), "-shared", "-fPIC", "-O1", str(_SOURCE)]
        command += ["-o", str(disk._library), "-ldl", "-lpthread"]
        subprocess.run(command, check=True)
        return disk

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process bears that writes to it."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAILING_DISK_WHEN": str(self._when),
            "FAILING_DISK_PATH": self.part,
            "FAILING_DISK_KEEPS": str(self.folder / "synced"),
        }

    def fail(self) -> None:
        """Writes and syncs answer EIO from now on."""
        self._when.touch()

    def mend(self) -> None:
        """And no longer."""
        self._when.unlink()

    def cut_power(self, store: Path, chance: random.Random | None) -> None:
        """Leave the files of the SQLite file *store* as a power cut does; no process has them open.

        Without *chance*: what was synced and nothing else. With it: of each sector that was
        written since, either content.
        """
        for file in store.parent.glob(f"{store.name}*"):
            synced = self.folder / "synced" / file.name
            after = synced.read_bytes() if synced.exists() else b""
            if chance is not None:
                after = _tear(after, file.read_bytes(), chance)
            elif not synced.exists():
                file.unlink()
                continue
            file.write_bytes(after)

    @property
    def _library(self) -> Path:
        return self.folder / "failing_disk.so"

    @property
    def _when(self) -> Path:
        return self.folder / "fails"


def _tear(synced: bytes, written: bytes, chance: random.Random) -> bytes:
    """Of each sector that differs one of the two, and one of the two lengths."""
    length = chance.choice((len(synced), len(written)))
    sectors = []
    for at in range(0, length, _SECTOR):
        before, after = synced[at : at + _SECTOR], written[at : at + _SECTOR]
        sectors.append(chance.choice([one for one in (before, after) if one] or [b""]))
    return b"".join(sectors)[:length]
