"""`synergie formats`: the files that are read and written, by name."""

from typing import Annotated

import typer

from synergie.cli.texts import N_, _

SUMMARY = N_("List the formats that are read and written, those of other packages too.")
EXAMPLE = "synergie formats\nsynergie formats --json"


def run(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
) -> None:
    """One line a format: its name, whether it is read, written or both, and what it is."""
    import json

    from synergie.formats import load_formats

    formats = sorted(load_formats().values(), key=lambda one: one.name)
    if as_json:
        told = [
            {"name": one.name, "title": one.title, "written": one.write is not None}
            for one in formats
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    width = max(len(one.name) for one in formats)
    for one in formats:
        ways = _("read and written") if one.write else _("read")
        typer.echo(f"{one.name:<{width}}  {_(one.title)} ({ways})")
