"""The folder of a joint maintenance, as names and bytes: whoever calls it writes it whole."""

from collections.abc import Iterator
from io import BytesIO

from pydantic import BaseModel

from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.ics import build_crew_calendars
from synergie.maintenance.reports.note import member_notes
from synergie.maintenance.reports.report import maintenance_document
from synergie.maintenance.reports.rounds_layers import rounds_geojson, rounds_geopackage
from synergie.maintenance.reports.sheets import day_sheets, work_sheets
from synergie.maintenance.reports.workbook import write_maintenance
from synergie.reports.file_names import file_name
from synergie.reports.page import html

NAMES = frozenset(
    {"rapport.html", "plan.json", "etude.json", "probleme.json", "parc.json", "classeur.xlsx",
     "semaines", "feuilles", "agendas", "notes", "tournees.gpkg", "tournees.geojson"}
)  # fmt: skip
"""What such a folder may hold at its top."""


def maintenance_folder(brief: MaintenanceBrief) -> dict[str, bytes]:
    """Name of each file, with `/` between folders → its bytes; the same brief gives the same.

    rapport.html, classeur.xlsx; of the year plan.json, probleme.json and notes/…html, one a body;
    parc.json; of each week semaines/…json; of weeks with rounds feuilles/…html, agendas/…ics,
    tournees.gpkg and tournees.geojson.
    MissingExtra("report"), MissingExtra("frames").
    """
    files = {"rapport.html": html(maintenance_document(brief)).encode()}
    files |= dict(_iterate_record_files(brief))
    files["classeur.xlsx"] = _write_workbook(brief)
    files |= dict(_iterate_body_notes(brief))
    if any(week.rounds for week in brief.weeks):
        files |= dict(_of_crews(brief))
    return files


def _iterate_record_files(brief: MaintenanceBrief) -> Iterator[tuple[str, bytes]]:
    """The plans and what they were made of, as JSON."""
    of_year = (
        ("probleme.json", brief.problem), ("plan.json", brief.plan), ("etude.json", brief.study),
    )  # fmt: skip
    yield from ((name, _dump_record(one)) for name, one in of_year if one is not None)
    if brief.park is not None:
        yield "parc.json", _dump_record(brief.park, indent=None)  # 100,000 light points are 25 MB
    taken: list[str] = []
    for week in brief.weeks:
        taken.append(file_name(week.days[0].isoformat(), taken))
        yield f"semaines/{taken[-1]}-probleme.json", _dump_record(week.problem)
        yield f"semaines/{taken[-1]}-tournees.json", _dump_record(week.plan)


def _dump_record(record: BaseModel, indent: int | None = 2) -> bytes:
    return (record.model_dump_json(indent=indent) + "\n").encode()


def _write_workbook(brief: MaintenanceBrief) -> bytes:
    sink = BytesIO()
    write_maintenance(brief, sink)
    return sink.getvalue()


def _iterate_body_notes(brief: MaintenanceBrief) -> Iterator[tuple[str, bytes]]:
    """One note a body: nothing of another is in it."""
    taken: list[str] = []
    for body, note in member_notes(brief).items():
        taken.append(file_name(body, taken, end=".html", none="membre"))
        yield f"notes/{taken[-1]}", html(note).encode()


def _of_crews(brief: MaintenanceBrief) -> Iterator[tuple[str, bytes]]:
    """What a crew holds in its hands, and the maps."""
    for name, sheet in (work_sheets(brief) | day_sheets(brief)).items():
        yield f"feuilles/{name}", sheet.encode()
    taken: list[str] = []
    for crew, packed in build_crew_calendars(brief).items():
        taken.append(file_name(crew, taken, end=".ics", none="equipe"))
        yield f"agendas/{taken[-1]}", packed
    yield "tournees.gpkg", rounds_geopackage(brief)
    yield "tournees.geojson", rounds_geojson(brief)
