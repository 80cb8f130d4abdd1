"""The folder of a maintenance plan, and the list of interventions that crews fill in and return."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synergie.cli.extras import needs
from synergie.cli.folder import write_whole_folder
from synergie.cli.texts import translate_to_french

if TYPE_CHECKING:
    from synergie.maintenance.commands._maintenance import Inputs
    from synergie.maintenance.commands._year import Solved
    from synergie.maintenance.plan.upkeep import WeekCase
    from synergie.maintenance.records.rounds import RoundsPlan
    from synergie.maintenance.reports.brief import MaintenanceBrief
    from synergie.park.records.park import ParkState, SetAside
    from synergie.reports.plans import SourceFile
    from synergie.schemas.assets.work_order import WorkKind, WorkOrder
    from synergie.schemas.plan import Phrase

INTERVENTIONS = "interventions.csv"
"""Filled in by crews, it comes back with `--done`."""
_KINDS: dict[str, "WorkKind"] = {"repair": "repair", "inspection": "inspection"}


SYNTHETIC = (
    "Tous les fichiers lus le disent d'eux-mêmes : aucun vrai patrimoine, aucune vraie équipe.",
    "All the files that were read say so themselves: no real asset, no real crew.",
)


def list_output_names() -> frozenset[str]:
    """What such a folder may hold. MissingExtra("report")."""
    with needs("report"):
        from synergie.maintenance.reports.folder import NAMES
    return NAMES | {INTERVENTIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContext:
    """What is told beside a plan: when, of which files, what was left out and assumed."""

    now: datetime
    read: "Inputs"
    files: Sequence[tuple[Path, str]]
    """The files, and what each is for, in the reader's language."""
    aside: Sequence["SetAside"]
    said: Sequence["Phrase"]
    command: str
    """What was typed, to make it again."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Names of communes by code, as the year plan has them."""


def write_year(told: PlanContext, found: "Solved", out: Path) -> None:
    """The folder of a year plan, with its study if there is one. MissingExtra("report")."""
    brief = _build_brief(told, problem=found.problem, plan=found.plan, study=found.study)
    _write_brief_folder(brief, {}, out)


def write_week(told: PlanContext, case: "WeekCase", plan: "RoundsPlan", out: Path) -> None:
    """The folder of the rounds of a week, with the list to fill in. MissingExtra("report")."""
    with needs("report"):
        from synergie.maintenance.reports.brief import Week

    brief = _build_brief(told, weeks=(Week(problem=case.problem, plan=plan),))
    _write_brief_folder(
        brief, {INTERVENTIONS: build_intervention_table(case, plan, told.read.park)}, out
    )


def _build_brief(told: PlanContext, **parts: Any) -> "MaintenanceBrief":
    with needs("report"):
        from synergie.maintenance.reports.brief import MaintenanceBrief
        from synergie.reports.language import choose_text
        from synergie.reports.teller import build_translator

    return MaintenanceBrief(
        made_at=told.now,
        tell=build_translator(),
        book=told.read.book,
        communes={**told.zones, **told.read.given.communes},
        banner=choose_text(*SYNTHETIC) if _is_synthetic(told.read) else None,
        on_call=told.read.book.on_call,
        command=told.command,
        park=told.read.park,
        set_aside=tuple(told.aside),
        assumptions=tuple(told.said),
        sources=tuple(_iterate_source_inventory(told.files)),
        **parts,
    )


def _is_synthetic(read: "Inputs") -> bool:
    """Whether every row that was read says that it is made up."""
    given = read.given
    told = {one.record.provenance for one in given.cabinets}
    told |= {one.record.provenance for one in given.light_points}
    told |= {one.row.provenance for one in given.rows}
    return told == {"synthetic"}


def _iterate_source_inventory(files: Sequence[tuple[Path, str]]) -> Iterator["SourceFile"]:
    from synergie.reports.plans import SourceFile

    for path, what in files:
        yield SourceFile(
            name=path.name,
            what=what,
            sha256=sha256(path.read_bytes()).hexdigest(),
            modified=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        )


def _write_brief_folder(brief: "MaintenanceBrief", more: dict[str, bytes], out: Path) -> None:
    """Everything into *out*, or nothing."""
    with needs("report"):
        from synergie.maintenance.reports.folder import maintenance_folder

        files = maintenance_folder(brief) | more
    with write_whole_folder(out) as folder:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def build_intervention_table(case: "WeekCase", plan: "RoundsPlan", park: "ParkState") -> bytes:
    """One row a stop, in the order of the rounds: crews fill in when it was done, or why not."""
    from synergie import formats

    sink = BytesIO()
    formats.write(_iterate_work_orders(case, plan, park), sink, format="template-work-orders")
    return sink.getvalue()


def _iterate_work_orders(
    case: "WeekCase", plan: "RoundsPlan", park: "ParkState"
) -> Iterator["WorkOrder"]:
    from synergie.maintenance.plan.upkeep import task_name
    from synergie.schemas.assets.work_order import WorkOrder

    stops = {stop.id: stop for stop in case.problem.stops}
    faults = {(one.organisation, one.ticket): one.fault for one in park.tickets}
    tickets = {}
    for each in sorted(plan.rounds, key=lambda one: (one.day, one.crew)):
        for planned in each.stops:
            stop = stops[planned.stop]
            known = stop.severity is not None and stop.ticket not in tickets
            tickets[stop.ticket] = True
            yield WorkOrder(
                external_id=stop.ticket if known and stop.ticket else stop.id,
                kind=_KINDS.get(stop.task, "preventive"),
                asset_kind="unknown" if stop.task == "repair" else "cabinet",
                asset=stop.asset,
                insee_code=stop.insee_code,
                planned_at=each.day,
                fault_type=(stop.severity and faults.get((stop.organisation, stop.ticket or "")))
                or ", ".join(translate_to_french(task_name(task)) for task in case.tasks(stop)),
                crew=each.crew,
                provenance="partner",
            )
