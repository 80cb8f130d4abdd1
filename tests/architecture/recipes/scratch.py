"""A copy of the project in which a test follows a recipe of CONTRIBUTING.md, and what it says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COPIED = (".ci", "docs", "specs", "src", "tests", "pyproject.toml")
CATALOGUE = "src/synergie/locale/fr.po"
LEFT_OUT = ("node_modules", "browser", "interop", "bench", "_build", "recipes")


@dataclass(frozen=True, slots=True)
class Scratch:
    """The copy. What runs in it sees its `src`, and is a process of its own."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """A new file."""
        target = self.root / path
        assert not target.exists(), f"{path} is there already"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def insert(self, path: str, *, after: str, text: str) -> None:
        """*text* behind *after*, which stands exactly once in the file."""
        self.replace(path, after, after + text)

    def replace(self, path: str, before: str, text: str) -> None:
        """*text* in the place of *before*, which stands exactly once in the file."""
        target = self.root / path
        whole = target.read_text(encoding="utf-8")
        assert whole.count(before) == 1, f"{before!r} stands {whole.count(before)} times in {path}"
        target.write_text(whole.replace(before, text), encoding="utf-8")

    def read(self, path: str) -> str:
        """The text of a file."""
        return (self.root / path).read_text(encoding="utf-8")

    def run(self, *words: str, status: int = 0) -> str:
        """What Python says to *words*, both outputs, when it ends with *status*."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root / "src"), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == status, said[-6000:]
        return said

    def translate(self, french: Mapping[str, str]) -> None:
        """`make texts`, and the French of each new sentence: exactly these have none before."""
        said = self.run(".ci/texts.py")
        assert f"{len(french)} texts without French" in said or not french, said
        for english, text in french.items():
            bare = f'msgid "{english}"\nmsgstr ""\n'
            self.replace(CATALOGUE, bare, bare.replace('msgstr ""', f'msgstr "{text}"'))
        self.run(".ci/texts.py")
        self.run(".ci/texts.py", "--check")

    def command(self, *words: str, status: int = 0) -> str:
        """What `synergie` says to *words*, in French."""
        return self.run("-m", "synergie", "--locale", "fr", *words, status=status)

    def lint_imports(self, *, status: int = 0) -> str:
        """What import-linter says of the contracts."""
        start = "import sys; from importlinter.cli import lint_imports_command as lint; lint()"
        return self.run("-c", start, status=status)

    def test(self, *names: str, only: str = "", status: int = 0) -> str:
        """What pytest says to the tests of *names*; the planted word *only* chooses among them."""
        chosen: Sequence[str] = ("-k", only) if only else ()
        return self.run(
            "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-n", "0",
            *names, *chosen, status=status,
        )  # fmt: skip


def copy_project(folder: Path) -> Scratch:
    """A copy of the project below *folder*."""
    root = folder / "project"
    root.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            left = shutil.ignore_patterns(*LEFT_OUT) if name == "tests" else None
            shutil.copytree(source, root / name, ignore=left)
        else:
            shutil.copy2(source, root / name)
    return Scratch(root)
