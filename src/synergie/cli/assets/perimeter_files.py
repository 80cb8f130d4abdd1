"""Files read into a survey of delivery points, and a perimeter written and told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from synergie.cli.files import load_record, write_whole_file
from synergie.cli.texts import _, format_number

if TYPE_CHECKING:
    from synergie.formats import ReadResult, Record, Report
    from synergie.schemas.assets.perimeter import Perimeter
    from synergie.schemas.file_source import FileSource
    from synergie.schemas.readings.profile import Profile

MOST = 20
"""Remarks, refused rows of a file, or points of a column, that are told one by one."""


class Gathering(Protocol):
    """What records go into, twice: what points are first, then what they drew."""

    def learn(self, record: "Record", source: "FileSource | None" = None) -> None:
        """What *record* says a point is."""

    def measure(self, record: "Record", label: str) -> None:
        """What *record*, of the format *label*, says a point drew."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The files of one command and the profiles that their tables need."""

    files: Sequence[Path]
    profiles: Sequence["Profile"]

    @classmethod
    def of(cls, files: Sequence[Path], profiles: Sequence[Path]) -> "Reading":
        """With the profiles of these JSON files."""
        from synergie.schemas.readings.profile import Profile

        return cls(files, [load_record(path, Profile) for path in profiles])

    def fill(self, survey: Gathering) -> int:
        """Every file into *survey*: what points are first, then what they drew. Rows refused."""
        from synergie.schemas.file_source import FileSource

        for path in self.files:
            with self.opened(path) as result:
                source = FileSource(
                    deposit=None, file=path.name, format=result.format, received_at=None
                )
                for record in result.records:
                    survey.learn(record, source)
        refused = 0
        for path in self.files:
            with self.opened(path) as result:
                for record in result.records:
                    survey.measure(record, result.format)
            refused += result.report.refusals
            _print_file_outcome(path, result.format, result.report)
        return refused

    def opened(self, path: Path) -> "ReadResult":
        """The file, a table with the profile that is for its head, or the sure proposal."""
        from synergie import formats
        from synergie.formats.tables.propose import Unconfirmed

        try:
            return formats.read(path)
        except Unconfirmed as error:
            proposal = error.proposal
            head = proposal.table.fingerprint
            mine = [one for one in self.profiles if one.table and one.table.fingerprint == head]
            if not mine and not proposal.sure:
                raise
            return formats.read(path, profile=mine[0] if mine else proposal.profile)


def _print_file_outcome(path: Path, form: str, report: "Report") -> None:
    """What a file gave, on the error output: the result is the perimeter."""
    counts = format_number(report.kept), format_number(report.refusals)
    typer.echo(_("{}: {}, {} records kept, {} refused").format(path, form, *counts), err=True)
    for refused in report.refused[:MOST]:
        typer.echo(f"  {refused.with_line().tell(_)}", err=True)


def write(found: "Perimeter", out: Path) -> Path | None:
    """The perimeter into *out*; beside a CSV, the list of missing cells. Where that list is."""
    from synergie import formats
    from synergie.cli.readings.template import kind_of
    from synergie.formats.templates.perimeter import write_list, write_sources

    kind = kind_of(out)
    with write_whole_file(out) as sink:
        formats.write(found.rows, sink, format="perimeter" if kind == "csv" else "perimeter-xlsx")
    if found.filled:
        with write_whole_file(sources_of(out)) as sink:
            write_sources(found.filled, sink)
    if kind == "xlsx":
        return None
    beside = beside_of(out)
    with write_whole_file(beside) as sink:
        write_list(found.missing, sink)
    return beside


def beside_of(out: Path) -> Path:
    """The list of missing cells that goes with a CSV: `perimetre-a-completer.csv`."""
    return out.with_name(f"{out.stem}-a-completer{out.suffix}")


def sources_of(out: Path) -> Path:
    """The list of files that filled cells: `perimetre-sources.csv`."""
    return out.with_name(f"{out.stem}-sources.csv")


def describe_perimeter(found: "Perimeter", out: Path, beside: Path | None) -> Iterator[str]:
    """What was made, what is missing and where to find it, what was decided."""
    whole_years = sum(row.reference is not None for row in found.rows)
    kwh = sum(float(row.reference.total_kwh) for row in found.rows if row.reference)
    yield _("{}: {} delivery points, {} with an energy, {} kWh in all").format(
        out, format_number(len(found.rows)), format_number(whole_years), format_number(kwh)
    )
    yield from _describe_missing_cells(found)
    if found.missing:
        place = beside or _("{}, sheet {}").format(out, "À compléter")
        yield _("cells to fill: {}; the list: {}").format(format_number(len(found.missing)), place)
    if found.filled:
        filled = format_number(len(found.filled)), sources_of(out)
        yield _("cells filled from files: {}; each with its file and date: {}").format(*filled)
    for remark in found.remarks[:MOST]:
        yield _("note: {}").format(remark)
    if len(found.remarks) > MOST:
        yield _("… and {} more; --json lists them all").format(
            format_number(len(found.remarks) - MOST)
        )


def _describe_missing_cells(found: "Perimeter") -> Iterator[str]:
    """Each column with something to fill: for how many points, and where to find it."""
    columns: dict[str, list[str]] = {}
    where: dict[str, str] = {}
    for cell in found.missing:
        columns.setdefault(cell.column, []).append(cell.supply_point.partition(":")[2])
        where[cell.column] = cell.where
    for column, points in columns.items():
        yield _("to fill: {} (points: {}). {}").format(
            column, format_number(len(points)), where[column]
        )
        if len(points) < len(found.rows):
            more = ", …" if len(points) > MOST else ""
            yield f"  {', '.join(points[:MOST])}{more}"
