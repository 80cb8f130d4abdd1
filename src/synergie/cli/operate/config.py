"""`synergie config`: each setting, its value and who says it."""

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import read_cli_file, read_cli_settings
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.server.settings_file import SettingSource

SUMMARY = N_("The settings as they hold here: each value, and the file or variable that says it.")
EXAMPLE = "synergie config\nsynergie config --set-only\nsynergie config --json"

_ORIGINS = {"default": N_("default"), "option": N_("option")}


def run(
    *,
    set_only: Annotated[
        bool, typer.Option("--set-only", help=N_("Only those that are not at their default."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("As JSON."))] = False,
) -> None:
    """Exit 2 when a setting is unknown or does not hold: its name and what was expected."""
    settings, file = read_cli_settings(), read_cli_file()
    rows = list(settings.list_sources(os.environ, file))
    if set_only:
        rows = [row for row in rows if row.origin != "default"]
    store, path = settings.store_address, None if file is None else str(file.path)
    if json:
        listed = [asdict(row) for row in rows]
        print_json({"file": path, "store": store, "settings": listed})
        return
    typer.echo(_("file: {}").format(path or _("none (synergie init writes one)")))
    typer.echo(_("store: {}").format(store))
    if rows:
        print_aligned_rows(_build_row(row) for row in rows)


def _build_row(row: "SettingSource") -> tuple[str, str, str]:
    value = "–" if row.value is None else row.value
    return row.name, value, row.where or _(_ORIGINS[row.origin])
