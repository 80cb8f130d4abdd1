"""Programs that some tests need beside Python: missed aloud where all of them are wanted."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """*what* is not there: a failure where everything must be (CI), else a skip."""
    if os.environ.get("SYNERGIE_TEST_REQUIRE_ALL"):
        pytest.fail(f"{what} is needed, and not there")
    pytest.skip(f"{what} is not there")


def program(*names: str) -> str:
    """The first of *names* that is on the path."""
    for name in names:
        if found := shutil.which(name):
            return found
    missing(names[0])


def package(name: str) -> Any:
    """The Python package *name*, of the group `peers`."""
    try:
        return import_module(name)
    except ImportError:
        missing(f"the Python package {name} (sh .ci/setup check)")


def node_packages(folder: Path) -> None:
    """The packages that *folder*/package.json names are installed there, in those versions."""
    program("node")
    wanted: dict[str, str] = json.loads((folder / "package.json").read_text())["dependencies"]
    for name, version in wanted.items():
        manifest = folder / "node_modules" / name / "package.json"
        if not manifest.is_file():
            missing(f"the npm package {name} (sh .ci/npm)")
        found = json.loads(manifest.read_text())["version"]
        assert found == version, f"{name}: found {found}, expected {version} (sh .ci/npm)"


def node(
    script: Path, given: Any, *, environment: Mapping[str, str] | None = None, seconds: int = 240
) -> Any:
    """What *script* prints, JSON, when *given* comes in, JSON."""
    done = subprocess.run(
        [program("node"), str(script)],
        input=json.dumps(given),
        env=os.environ | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:] or done.stdout[-4000:]
    return json.loads(done.stdout)
