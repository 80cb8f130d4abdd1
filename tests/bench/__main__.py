"""Run every bench, or those named, and publish the figures: docs/performance.md and .json.

`python -m tests.bench [NAME…]` at the root of the project; `tables` names every `tables-…`. A run
of some benches keeps the other rows that were published before.
"""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import tests.bench as here
from tests.bench.harness import Bench, Result, measured
from tests.server import forks

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
FIGURES = ROOT / "docs" / "performance.json"
LIBRARIES = (
    "fastapi", "highspy", "httptools", "httpx2", "joserfc", "msgspec", "psycopg", "pulp",
    "pydantic", "sqlalchemy", "sqlmodel", "uvicorn", "uvloop",
)  # fmt: skip

type Row = dict[str, Any]


def benches() -> list[Bench]:
    """Every bench of the modules `bench_*.py`, by name; two of one name are a mistake."""
    found: dict[str, Bench] = {}
    for module in sorted(m.name for m in iter_modules(here.__path__)):
        if module.startswith("bench_"):
            for bench in import_module(f"tests.bench.{module}").BENCHES:
                if bench.name in found:
                    raise SystemExit(f"two benches are named {bench.name}")
                found[bench.name] = bench
    return [found[name] for name in sorted(found)]


def row(result: Result) -> Row:
    """One entry of docs/performance.json."""
    bench = result.bench
    return {
        "name": bench.name,
        "title": bench.title,
        "value": None if result.value is None else round(result.value, 3),
        "unit": bench.unit,
        "goal": str(bench.goal),
        "holds": result.holds,
        "peer": bench.peer,
        "notes": result.notes,
    }


def machine() -> list[str]:
    """What it was measured on, as lines of Markdown."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return [
        f"- {os.cpu_count()} cores, {pages * size / 2**30:.0f} GiB of memory",
        f"- {platform.system()} {platform.machine()}",
        f"- Python {platform.python_version()}; {', '.join(_versions())}",
        f"- {datetime.now(UTC).date().isoformat()}",  # noqa: TID251 (the date of the measure)
    ]


def _versions() -> list[str]:
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return found


def page(rows: list[Row]) -> str:
    """docs/performance.md."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`; `make bench ONLY=name` renews one row.",
        "`×` is how many times better than the peer: both run in turn in one run, medians.",
        "",
        *machine(),
        "",
        "| name | what | value | goal | holds | against | medians |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in rows:
        value = "not measured" if one["value"] is None else f"{one['value']:g} {one['unit']}"
        holds = "yes" if one["holds"] else "**no**"
        cells = (
            f"`{one['name']}`",
            one["title"],
            value,
            one["goal"],
            holds,
            one["peer"],
            one["notes"],
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def published() -> dict[str, Row]:
    """The rows of the last run, by name."""
    if not FIGURES.is_file():
        return {}
    return {one["name"]: one for one in json.loads(FIGURES.read_text(encoding="utf-8"))}


def main(names: list[str]) -> int:
    """Exit 0 when every goal of this run holds, 1 when one does not, 2 for an unknown name."""
    every = benches()
    known = {bench.name for bench in every}
    names = [one for name in names for one in _named(name, known)]
    if set(names) - known:
        sys.stderr.write(f"no such bench; there are: {', '.join(sorted(known))}\n")
        return 2
    results = [_told(bench) for bench in every if not names or bench.name in names]
    rows = published() | {result.bench.name: row(result) for result in results}
    kept = [rows[name] for name in sorted(rows) if name in known]
    FIGURES.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")
    return 0 if all(result.holds for result in results) else 1


def _named(name: str, known: set[str]) -> list[str]:
    """The bench of that name, or those whose names begin with it: `tables` is every `tables-…`."""
    return sorted(one for one in known if one.startswith(f"{name}-") and name not in known) or [
        name
    ]


def _told(bench: Bench) -> Result:
    """One bench, run while the person watches."""
    sys.stdout.write(f"{bench.name}: {bench.title} …\n")
    sys.stdout.flush()
    result = measured(bench)
    value = "not measured" if result.value is None else f"{result.value:.3g} {bench.unit}"
    holds = "holds" if result.holds else "NO"
    sys.stdout.write(f"  {value}, goal {bench.goal}: {holds}; {result.notes}\n")
    return result


if __name__ == "__main__":
    forks.forking = False
    sys.exit(main(sys.argv[1:]))
