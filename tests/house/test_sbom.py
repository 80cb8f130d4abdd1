"""The bill of materials: what an installation holds, at the versions that were tried."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.components import package


@pytest.fixture(scope="module")
def bill(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    package("cyclonedx_py")
    out = tmp_path_factory.mktemp("bill") / "sbom.cdx.json"
    subprocess.run([sys.executable, root / ".ci" / "sbom.py", out], check=True)
    return json.loads(out.read_text(encoding="utf-8"))


def test_the_bill_is_of_this_project(bill: Any) -> None:
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "synergie"


def test_it_names_what_is_installed_and_no_tool_of_development(bill: Any) -> None:
    names = {part["name"].lower() for part in bill["components"]}
    assert names >= {"authlib", "cryptography", "fastapi", "joserfc", "pulp", "sqlmodel", "typst"}
    assert not names & {"pytest", "mypy", "ruff", "schemathesis", "hypothesis"}


def test_its_versions_are_the_constraints(root: Path, bill: Any) -> None:
    pinned = (root / ".ci" / "constraints.txt").read_text(encoding="ascii").lower().splitlines()
    told = {f"{part['name']}=={part['version']}".lower() for part in bill["components"]}
    assert {line.replace("_", "-") for line in told} <= {line.replace("_", "-") for line in pinned}
