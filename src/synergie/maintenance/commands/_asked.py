"""What was asked of `synergie plan maintenance`, and how it is typed again."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from synergie.maintenance.commands._maintenance import Files


@dataclass(frozen=True, slots=True)
class Where:
    """Where the zones of a large year are solved."""

    processes: int = 1
    cluster: str | None = None
    """Address of a Dask scheduler. Null: on this machine."""


YEAR_WEEKS, WEEK_DAYS = 52, 5

HERE = Where()
"""In one process of this machine."""


@dataclass(frozen=True, slots=True)
class MaintenanceRequest:
    """What to make, and where it goes."""

    starts: str | None
    weeks: int | None
    """Weeks of the year. Null: `YEAR_WEEKS`."""
    week: str | None
    days: int | None
    """Days of the rounds. Null: `WEEK_DAYS`."""
    plan: Path | None
    out: Path | None
    as_json: bool
    limit: float | None
    now: datetime
    study: bool = False
    rules: Path | None = None
    """Rules of one's own for the year."""
    where: Where = HERE


def format_shell_command(files: Files, asked: MaintenanceRequest) -> str:
    """What was asked for, as a shell reads it; files by their names alone."""
    told: list[tuple[str, Sequence[Any]]] = [
        ("--crews", [files.crews.name]), ("--owner", files.owners), ("--commune", files.communes),
        ("--starts", [asked.starts]), ("--weeks", [asked.weeks]), ("--week", [asked.week]),
        ("--days", [asked.days]),
        ("--plan", [asked.plan and asked.plan.name]),
        ("--rules", [asked.rules and asked.rules.name]),
        ("--matrix", [files.matrix and files.matrix.name]),
        ("--done", [one.name for one in files.done]),
        ("--before", [one.name for one in files.before]), ("--at", [asked.now.isoformat()]),
    ]  # fmt: skip
    options = [word for name, values in told for one in values if one for word in (name, str(one))]
    names = [one.name for one in files.files]
    return shlex.join(["synergie", "plan", "maintenance", *names, *options])


def list_source_files(files: Files) -> list[tuple[Path, str]]:
    """The files, and what each is for, in the language that reports are told in."""
    from synergie.reports.language import choose_text

    assets = choose_text("patrimoine", "assets")
    found = [
        (files.crews, choose_text("équipes", "crews")),
        *((path, assets) for path in files.files),
    ]
    found += [(path, "interventions") for path in files.done]
    return found + ([(files.matrix, choose_text("trajets", "routes"))] if files.matrix else [])
