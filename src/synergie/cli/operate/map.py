"""`synergie map`: outlines of the communes of a territory, from a file that anybody publishes."""

from pathlib import Path
from typing import Annotated

import typer

from synergie.cli._store import read_cli_settings
from synergie.cli.files import write_whole
from synergie.cli.help import Command, build_command_group
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _
from synergie.errors import BadInput

app = build_command_group(N_("Outlines of communes on the maps: import, show, remove."))


@app.command(
    "import",
    cls=Command,
    help=N_("Put outlines of communes into the data folder, instead of those that are there."),
    epilog='synergie map import communes.geojson --only 54 --source "IGN Admin Express 2026"',
)
def import_outlines(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=N_("GeoJSON, or a GeoPackage of one layer, with INSEE codes.")
        ),
    ],
    *,
    source: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help=N_("Whose outlines, and of when: written under each map.")
        ),
    ],
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help=N_("A commune, or a department by its first digits.")),
    ] = None,
) -> None:
    """Exit 2 when the file holds no such commune, or one that lies elsewhere: nothing changes."""
    from synergie.exchange.assets.communes import (
        IMPORTED,
        Communes,
        read_outlines,
        write_outlines,
    )

    told = " ".join(source.split())
    if not 1 <= len(told) <= 200:  # noqa: PLR2004 (as the setting)
        raise BadInput("--source", source, "a text of 1 to 200 characters")
    folder = read_cli_settings().data_dir
    with file.open("rb") as layer:
        found, without = read_outlines(layer, only or ())
    if not found:
        raise BadInput(str(file), " ".join(only or ()), "a shape with the INSEE code of a commune")
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / IMPORTED, write_outlines(Communes(found, told)))
    typer.echo(_("communes: {}, from the next start of the server").format(len(found)))
    if without:
        typer.echo(_("shapes without an INSEE code, left out: {}").format(without))


@app.command(
    "show",
    cls=Command,
    help=N_("Say which communes were imported, and their source."),
    epilog="synergie map show",
)
def show(*, json: Annotated[bool, typer.Option("--json", help=N_("As JSON."))] = False) -> None:
    """Exit 0, whether there are any or not."""
    from synergie.exchange.assets.communes import Communes

    found = Communes.load_imported(read_cli_settings().data_dir)
    named = {code: one.name for code, one in sorted(found.outlines.items())}
    if json:
        print_json({"source": found.source, "communes": named})
        return
    typer.echo(found.source or _("no outlines were imported"))
    for code, name in named.items():
        typer.echo(f"{code}  {name}")


@app.command(
    "remove",
    cls=Command,
    help=N_("Take the imported outlines away."),
    epilog="synergie map remove",
)
def remove() -> None:
    """Exit 0; from the next start of the server no outlines are drawn."""
    from synergie.exchange.assets.communes import IMPORTED

    path = read_cli_settings().data_dir / IMPORTED
    if not path.exists():
        typer.echo(_("no outlines were imported"))
        return
    path.unlink()
