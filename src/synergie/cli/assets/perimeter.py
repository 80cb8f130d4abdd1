"""`synergie perimeter`: the delivery points of a tender, out of the files that are there."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import StoreUrl
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.moment import parse_option_date
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.exchange.assets.perimeter import Survey

app = build_command_group(N_("The perimeter of an energy tender: which points, what they draw."))


@app.callback()
def group() -> None:
    """A group of its own: build, then needs."""


@app.command(
    "build",
    cls=Command,
    help=N_(
        "Make the perimeter out of C68, R65, R67, bills, curves and lists; say what is missing."
    ),
    epilog="synergie perimeter build C68.zip R67.json armoires.xlsx -o perimetre.xlsx",
)
def build(  # noqa: PLR0913 (the options of a command)
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILES", help=N_("Files as you have them; any order, any format.")),
    ] = None,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help=N_("A .csv or .xlsx file."))
    ],
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DATE",
            help=N_("First day of the reference year; by default the latest twelve months."),
        ),
    ] = None,
    siret: Annotated[
        str | None,
        typer.Option(metavar="SIRET", help=N_("The member, for points whose files tell none.")),
    ] = None,
    entry: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=N_("First day in the new market, where none is told.")),
    ] = None,
    profile: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help=N_("A profile (JSON) for the tables of a supplier; repeat it.")
        ),
    ] = None,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Take what this organisation has stored."))
    ] = None,
    store: StoreUrl = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The perimeter as one JSON document, too."))
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help=N_("Overwrite the file when it is there."))
    ] = False,
) -> None:
    """Exit 0 when it is written, 1 when a row of a file was refused; missing cells are listed."""
    from synergie.cli.assets.perimeter_files import (
        Reading,
        beside_of,
        describe_perimeter,
        sources_of,
        write,
    )
    from synergie.cli.readings.template import kind_of
    from synergie.exchange.assets.perimeter import Survey

    if not files and org is None:
        raise Misuse(_("name files, or an organisation of the store with --org"))
    targets = [out, sources_of(out)] + ([] if kind_of(out) == "xlsx" else [beside_of(out)])
    if there := [path for path in targets if path.exists() and not force]:
        raise Misuse(_("{}: exists already; give another name, or --force").format(there[0]))
    window, since = parse_option_date("--from", start), parse_option_date("--entry", entry)
    survey = Survey()
    refused = Reading.of(files or [], profile or []).fill(survey)
    if org is not None:
        _add_stored_data(org, store, survey)
    found = survey.perimeter(start=window, siret=siret, entry=since, tell=_)
    beside = write(found, out)
    if as_json:
        print_json(found)
    else:
        for line in describe_perimeter(found, out, beside):
            typer.echo(line)
    raise typer.Exit(1 if refused else 0)


def _add_stored_data(org: str, store: str | None, survey: "Survey") -> None:
    """What *org* has in the store, its own data in full."""
    from synergie.cli._store import on_behalf, opened
    from synergie.exchange.assets.perimeters import Perimeters

    with opened(store) as place:
        Perimeters(place).fill(on_behalf(place, org), survey, now=datetime.now(UTC))


@app.command(
    "needs",
    cls=Command,
    help=N_(
        "Turn a filled perimeter into the needs of a purchase plan (JSON); add lots and offers."
    ),
    epilog="synergie perimeter needs perimetre.xlsx -o besoins.json",
)
def needs(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("A perimeter, CSV or XLSX."))],
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help=N_("The JSON file to write."))
    ],
) -> None:
    """Exit 0 when every point is taken, 1 when one lacks what a plan needs; it is named."""
    from synergie import formats
    from synergie.cli.files import write_whole
    from synergie.purchase.exchange.needs import needs_of
    from synergie.schemas.assets.perimeter import PerimeterRow

    with formats.read(file) as result:
        rows = [one for one in result.records if isinstance(one, PerimeterRow)]
    problem, left_out = needs_of(rows)
    write_whole(out, problem.model_dump_json(indent=2) + "\n")
    typer.echo(
        _("{}: {} points taken, {} left out").format(out, len(problem.points), len(left_out))
    )
    for one in left_out:
        typer.echo(_("{}: left out, {} is missing").format(one.supply_point, one.column), err=True)
    raise typer.Exit(1 if left_out or result.report.refusals else 0)
