"""Write the bill of materials (CycloneDX JSON) of what an installation with every extra holds.

The distributions are those that `synergie[all]` needs, directly or not, at the versions of the
constraints file; tools of development are not in it. `python .ci/sbom.py dist/sbom.cdx.json`.
"""

import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]


def pins() -> dict[str, str]:
    """The line of the constraints file of each distribution, by its normal name (PEP 503)."""
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="ascii").splitlines()
    return {_normal(line.partition("==")[0]): line for line in lines if "==" in line}


def needed(name: str, extras: frozenset[str]) -> set[str]:
    """The distributions that *name* with *extras* needs here, directly or not."""
    found: set[str] = set()
    waiting = [(name, extras)]
    seen = set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        for requirement in _wanted(*one):
            found.add(_normal(requirement.name))
            waiting.append((requirement.name, frozenset(requirement.extras)))
    return found - {_normal(name)}


def _wanted(name: str, extras: frozenset[str]) -> list[Requirement]:
    told = [Requirement(text) for text in requires(name) or ()]
    return [one for one in told if _applies(one, extras)]


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": one}) for one in extras or {""})


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(out: str) -> None:
    """Write it into *out*; exit with a fault when a distribution has no pinned version."""
    known = pins()
    wanted = sorted(needed("synergie", frozenset({"all"})))
    if missing := [name for name in wanted if name not in known]:
        sys.exit(f"not pinned in .ci/constraints.txt: {', '.join(missing)}")
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    tool = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", "-"]
    chosen = ["--pyproject", ROOT / "pyproject.toml", "--mc-type", "library", "--short-PURLs"]
    written = ["--output-reproducible", "--of", "JSON", "-o", out]
    lines = "\n".join(known[name] for name in wanted)
    subprocess.run([*tool, *chosen, *written], input=lines, text=True, check=True)  # noqa: S603


if __name__ == "__main__":
    main(*sys.argv[1:2])
