"""The page on proofs: its commands are run in the folder that its program leaves."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_commands_verify_what_the_program_made(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "prove-an-exchange.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    commands, _agreements = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    run = [sys.executable, "-W", "error"]
    subprocess.run([*run, "-c", program], cwd=tmp_path, check=True, timeout=120)
    lines = [shlex.split(line) for line in commands.splitlines()]
    assert [line[:2] for line in lines] == [["synergie", "verify"]] * 3
    for line in lines:
        done = subprocess.run([*run, "-m", *line], cwd=tmp_path, check=False, timeout=60)
        assert done.returncode == 0, line
    for name, changed in (("remise/cabinets.ndjson", lines[:2]), ("points.csv", lines[2:])):
        (tmp_path / name).write_text("changed\n", encoding="utf-8")
        for line in changed:
            done = subprocess.run([*run, "-m", *line], cwd=tmp_path, check=False, timeout=60)
            assert done.returncode == 1, line
