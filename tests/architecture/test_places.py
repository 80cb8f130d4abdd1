"""The project runs anywhere: it names no path of one machine and no host of a registry."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

_REVERSED_PLACES = ("krow", "toor", "+w\\/emoh", "+w\\/sresU")
_REVERSED_HOSTS = (
    "gro.ipyp", "gro.detsohnohtyp", "gro.sjmpn", "moc.sjmpn", "moc.gkpnray", "gro.naibed.bed",
    "oi.setarc", "yrotcafitra",
)  # fmt: skip
"""Written backwards, so that this file does not find itself."""

PLACES = re.compile(
    rf"(?<![\w./-])/(?:{'|'.join(name[::-1] for name in _REVERSED_PLACES)})\b|/{'pmt'[::-1]}/\w",
    re.ASCII,
)
REGISTRIES = re.compile("|".join(re.escape(name[::-1]) for name in _REVERSED_HOSTS), re.IGNORECASE)


def _tracked(root: Path) -> list[Path]:
    if not (root / ".git").exists():
        pytest.skip("not a clone: the list of files is git's")
    git = shutil.which("git") or "git"
    line = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(line, cwd=root, capture_output=True, text=True, check=True)
    return [root / name for name in done.stdout.split("\0") if name]


def _texts(root: Path) -> list[tuple[Path, str]]:
    found = []
    for path in _tracked(root):
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # a binary, or removed meanwhile
    return found


@pytest.mark.parametrize(("what", "form"), [("path", PLACES), ("registry", REGISTRIES)])
def test_no_file_names_a_machine_or_a_registry(
    root: Path, what: str, form: re.Pattern[str]
) -> None:
    told = [
        f"{path.relative_to(root)}: {match.group()!r}"
        for path, text in _texts(root)
        if "vendor" not in path.parts
        for match in form.finditer(text)
    ]
    assert told == [], what


def test_planted_places_are_found() -> None:
    assert PLACES.search("open('/" + "krow"[::-1] + "/main/x')")
    assert PLACES.search("see /" + "pmt"[::-1] + "/x")
    assert not PLACES.search("https://synergie.example/work/x")
    assert REGISTRIES.search("https://files." + "gro.detsohnohtyp"[::-1])


SHOWN = {"README.md", "docs", "examples", "specs", "src"}
"""What people read and copy; tests also hold wrong numbers on purpose."""
SIRETS = {"24540060100010", "35600000000048"}
"""Fourteen digits too: numbers of public bodies, as the register publishes them."""


def test_no_synthetic_delivery_point_could_be_real(root: Path) -> None:
    """Fourteen digits in our files start with 99, which no grid operator gives."""
    told = [
        f"{path.relative_to(root)}: {match.group()}"
        for path, text in _texts(root)
        if path.relative_to(root).parts[0] in SHOWN and "vendor" not in path.parts
        for match in re.finditer(r"(?<![\w.])\d{14}(?![\w.])", text)
        if not match.group().startswith("99") and match.group() not in SIRETS
    ]
    assert told == []
