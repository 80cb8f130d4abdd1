"""QGIS itself reads it: pages, kinds of columns, and a box that is asked of the server.

`apt-get install --no-install-recommends python3-qgis` brings it.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.components import missing
from tests.ogc.live import MANY, Served
from tests.ogc.world import SCRIPT

PYTHON = "/usr/bin/python3"
"""The one that Debian's bindings are for."""
SCRIPTED = Path(__file__).with_name("read_in_qgis.py")


def qgis(*words: str, folder: Path) -> dict[str, Any]:
    """What `read_in_qgis.py` tells in a QGIS of its own."""
    if not Path("/usr/lib/python3/dist-packages/qgis").is_dir():
        missing("QGIS (python3-qgis)")
    environ = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(folder), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [PYTHON, str(SCRIPTED), *words], capture_output=True, text=True, env=environ, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines, done.stderr
    told: dict[str, Any] = json.loads(lines[-1])
    return told


def test_it_opens_the_public_side(served: Served, tmp_path: Path) -> None:
    told = qgis("oapif", served.public, served.name, folder=tmp_path)
    assert told["valid"]
    assert told["count"] == 2
    assert told["names"] == sorted([SCRIPT, "x"])
    kinds = told["kinds"]
    assert (kinds["energy_kwh"], kinds["insee_code"], kinds["start"]) == ("Real", "String", "Date")


def test_it_turns_the_pages_of_ones_own_through_the_relay(served: Served, tmp_path: Path) -> None:
    told = qgis("oapif", served.own, "light_points", folder=tmp_path)
    assert told["valid"]
    assert told["count"] == MANY + 1
    assert told["nulls"]["power_w"] == 1
    assert (told["kinds"]["power_w"], told["kinds"]["insee_code"]) == ("Real", "String")
    boxed = qgis("oapif", served.own, "light_points", "6.1,48.6,6.2,48.7", folder=tmp_path)
    assert boxed["count"] == sum(6.1 <= 6 + n / 5000 <= 6.2 for n in range(MANY))
