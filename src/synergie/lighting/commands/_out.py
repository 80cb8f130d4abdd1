"""The folder of a comparison of lighting."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli.extras import needs
from synergie.cli.folder import write_whole_folder

if TYPE_CHECKING:
    from synergie.lighting.commands._lighting import Compared
    from synergie.lighting.reports.brief import LightingBrief
    from synergie.reports.plans import SourceFile

PLANS = "plans.json"
"""The points of the frontier as scenarios."""


def list_report_file_names() -> frozenset[str]:
    """What such a folder may hold. MissingExtra("report")."""
    with needs("report"):
        from synergie.lighting.reports.folder import NAMES
    return NAMES | {PLANS}


@dataclass(frozen=True, slots=True)
class Written:
    """What is told beside a comparison: when, of which files, by which command."""

    now: datetime
    files: Sequence[tuple[Path, str]]
    """The files, and what each is for: a key of `lighting_names.FILES`."""
    pair: tuple[str, str] | None
    command: str
    """What was typed, to make it again."""


def write_folder(found: "Compared", told: Written, out: Path) -> None:
    """Everything into *out*, or nothing. MissingExtra("report"), MissingExtra("frames")."""
    with needs("report"):
        from synergie.lighting.reports.folder import lighting_folder

        files = lighting_folder(brief_of(found, told)) | _build_frontier_scenarios(found)
    with write_whole_folder(out) as folder:
        for name, content in files.items():
            (folder / name).write_bytes(content)


def _build_frontier_scenarios(found: "Compared") -> dict[str, bytes]:
    """The points of the frontier as scenarios, for `--scenarios`; today goes first."""
    if found.frontier is None:
        return {}
    from synergie.lighting.plan.frontier import scenario_of

    opened = [found.read.study.scenarios[0], *map(scenario_of, found.frontier.points)]
    told = [one.model_dump(mode="json") for one in opened]
    return {PLANS: (json.dumps(told, ensure_ascii=False) + "\n").encode()}


def brief_of(found: "Compared", told: Written) -> "LightingBrief":
    """What the report is made of. MissingExtra("report")."""
    with needs("report"):
        from synergie.lighting.reports.brief import LightingBrief
        from synergie.lighting.reports.names import SYNTHETIC
        from synergie.reports.language import choose_text
        from synergie.reports.teller import build_translator

    study = found.read.study
    return LightingBrief(
        made_at=told.now,
        tell=build_translator(),
        study=study,
        comparison=found.comparison,
        weighing=found.weighing,
        voices=found.voices,
        frontier=found.frontier,
        set_aside=tuple(found.read.set_aside),
        notes=tuple(found.read.notes),
        sources=tuple(_iterate_source_inventories(told.files)),
        pair=told.pair,
        banner=choose_text(*SYNTHETIC) if study.provenance == "synthetic" else None,
        command=told.command,
    )


def _iterate_source_inventories(files: Sequence[tuple[Path, str]]) -> Iterator["SourceFile"]:
    from synergie.reports.plans import SourceFile

    for path, what in files:
        yield SourceFile(
            name=path.name,
            what=what,
            sha256=sha256(path.read_bytes()).hexdigest(),
            modified=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        )
