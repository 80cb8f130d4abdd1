"""The folder of one demonstration: keys, files, store and report, made anew at each run."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from synergie.errors import Misconfigured

_MARK = ".synergie-demo"
_OURS = ("partenaires", "serveur", "remise", "achat", "rapport.html", "releve.json")


@dataclass(frozen=True, slots=True)
class Folder:
    """Paths inside the demonstration's folder."""

    root: Path

    @property
    def server(self) -> Path:
        """Folder of the server: its store and its keys."""
        return self.root / "serveur"

    @property
    def store_url(self) -> str:
        """Address of the store."""
        return f"sqlite:///{self.server / 'synergie.db'}"

    @property
    def log(self) -> Path:
        """What the server writes."""
        return self.server / "journal.txt"

    @property
    def report(self) -> Path:
        """The report."""
        return self.root / "rapport.html"

    @property
    def statement(self) -> Path:
        """The statement of the contract: what `synergie contract verify` takes."""
        return self.root / "releve.json"

    @property
    def purchase(self) -> Path:
        """The purchase with its certificate: what `synergie plan verify` takes."""
        return self.root / "achat"

    @property
    def handover(self) -> Path:
        """An export with its proofs: what `synergie verify` takes."""
        return self.root / "remise"

    def partner(self, organisation: str) -> Path:
        """Folder of one organisation: its keys and the files it deposits."""
        return self.root / "partenaires" / organisation


def recreate_folder(root: Path) -> Folder:
    """The folder at *root*, empty but for its mark; what an earlier demonstration left is removed.

    Misconfigured when it holds anything that a demonstration did not make: nothing is removed.
    """
    root = root.resolve()
    root.mkdir(parents=True, exist_ok=True)
    mark = root / _MARK
    others = {path.name for path in root.iterdir()} - {*_OURS, _MARK}
    if others or (not mark.exists() and any(root.iterdir())):
        raise Misconfigured("{}: not empty, and not made by a demonstration", root)
    mark.touch()
    for name in _OURS:
        _remove_path(root / name)
    folder = Folder(root)
    folder.server.mkdir(mode=0o700)
    return folder


def _remove_path(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
