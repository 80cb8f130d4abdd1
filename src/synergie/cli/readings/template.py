"""`synergie template`: blank French files to fill; our own readers take them as they are."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.formats.templates.catalogue import Template

SUMMARY = N_(
    "Write a blank French file to fill, with what each column is for; deposit takes it as it is."
)
EXAMPLE = """
synergie template --list
synergie template light-points -o points-lumineux.xlsx
"""


def run(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=N_("Which file; --list says the names."))
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help=N_("A .csv or .xlsx file; - is the output, in CSV.")
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help=N_("List the templates."))] = False,
) -> None:
    """Exit 0 when it is written; a file that is there already is never overwritten."""
    from synergie.formats.templates.catalogue import TEMPLATES

    if listed:
        width = max(map(len, TEMPLATES))
        for one in TEMPLATES.values():
            typer.echo(f"{one.name:<{width}}  {one.title}")
        return
    if name is None or out is None:
        raise Misuse(_("name a template and a file: synergie template NAME -o FILE"))
    _write_template_file(_find_template(name), out)


def _find_template(name: str) -> "Template":
    """The template of that name, or of that French title."""
    from synergie.formats.templates.catalogue import template_named

    found = template_named(name)
    if found is None:
        raise Misuse(_("no template {!r}; --list says the names").format(name))
    return found


def _write_template_file(template: "Template", out: Path) -> None:
    from synergie.cli.files import write_whole_file
    from synergie.formats.templates.catalogue import write_template

    if str(out) == "-":
        write_template(template, sys.stdout.buffer, "csv")
        return
    kind = kind_of(out)
    if out.exists():
        raise Misuse(_("{}: exists already; give another name").format(out))
    with write_whole_file(out) as sink:
        write_template(template, sink, kind)
    typer.echo(_("{}: written; fill it, then: synergie check {}").format(out, out))


def kind_of(path: Path) -> Literal["csv", "xlsx"]:
    """What the name of a file asks for."""
    match path.suffix.lower():
        case ".csv":
            return "csv"
        case ".xlsx":
            return "xlsx"
        case _:
            raise Misuse(_("{}: expected a name that ends with .csv or .xlsx").format(path))
