"""A workbook made to end the process is refused before calamine opens it."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from synergie.errors import BadInput, TooLarge
from synergie.formats import read
from tests.formats.frames.made import ENERGY, written


def edited(data: bytes, part: str, pattern: str, by: str) -> bytes:
    """*data* with the first match of *pattern* in *part* replaced."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                content, times = re.subn(pattern.encode(), by.encode(), content, count=1)
                assert times == 1
            new.writestr(name, content)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("pattern", "by"),
    [
        (r'<c r="A1"', '<c r="A9999999999"'),
        ("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    ],
    ids=["a row beyond 32 bits", "two far corners"],
)
def test_it_is_refused_and_the_process_lives(tmp_path: Path, pattern: str, by: str) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(edited(written([ENERGY], "workbook"), "xl/worksheets/sheet2.xml", pattern, by))
    with pytest.raises((BadInput, TooLarge)), read(path, format="workbook") as result:
        list(result.records)
    done = subprocess.run(
        [sys.executable, "-m", "synergie", "check", str(path)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in {1, 2}, "refused, not ended by a signal"
