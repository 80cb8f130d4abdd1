"""Every Python block of the documents runs as it stands, and prints what is said under it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str, str]]:
    """Place, code, and the output that is promised ("" when none is)."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [
        (f"{page.relative_to(ROOT)}:{number}", *found)
        for page in pages
        if "_build" not in page.parts
        for number, found in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")), start=1)
    ]


@pytest.mark.parametrize(("place", "code", "promised"), blocks(), ids=lambda text: text[:40])
def test_a_block_runs_as_it_stands(place: str, code: str, promised: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, f"{place}\n{done.stderr}"
    if promised:
        assert done.stdout == promised


def test_the_readme_opens_with_two_commands_then_ten_lines_of_python() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60, "one screen"
    first = re.search(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert first is not None
    assert len(first.group(1).splitlines()) == 2
    readme = [code for place, code, _ in blocks() if place.startswith("README.md")]
    assert len(readme) == 1
    statements = [line for line in readme[0].splitlines() if line.strip()]
    assert 8 <= len(statements) <= 13
