"""The commands, put together; each module imports what is heavy inside its functions."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from typer.main import get_command

from synergie import __version__
from synergie.application import place_parts
from synergie.applications import list_declared
from synergie.cli import plan
from synergie.cli.assets import perimeter
from synergie.cli.help import Command, build_command_group
from synergie.cli.operate import (
    backup,
    config,
    db,
    demo,
    doctor,
    health,
    init,
    nightly,
    proxy,
    restore,
    sandbox,
    serve,
    specs,
)
from synergie.cli.operate import map as map_commands
from synergie.cli.publication import aggregate, publication
from synergie.cli.readings import check, closures, deposit, digest, formats, freshness, template
from synergie.cli.texts import N_
from synergie.cli.trust import (
    account,
    agreement,
    audit,
    client,
    export,
    keys,
    org,
    verify,
    webhooks,
)
from synergie.energy.commands import bill


def _print_version(asked: bool) -> None:  # noqa: FBT001 (what Typer calls it with)
    if asked:
        typer.echo(f"synergie {__version__}")
        raise typer.Exit


def root(
    *,
    locale: Annotated[
        str,
        typer.Option(
            metavar="fr|en",
            envvar="SYNERGIE_LOCALE",
            help=N_("Language of the texts; never of the files. Stands anywhere on the line."),
        ),
    ] = "fr",
    debug: Annotated[
        bool, typer.Option("--debug", help=N_("Show the cause of an error to the last detail."))
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="SYNERGIE_CONFIG",
            help=N_(
                "The file of settings: synergie.toml here, else in /etc/synergie. Stands anywhere "
                "on the line."
            ),
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help=N_("The version, and end.")
        ),
    ] = False,
) -> None:
    """The first three are read by `main` before anything else; here they are only told."""


_COMMANDS = (
    demo,
    sandbox,
    check,
    bill,
    formats,
    deposit,
    export,
    template,
    closures,
    freshness,
    digest,
    verify,
    init,
    serve,
    config,
    doctor,
    health,
    nightly,
    restore,
    proxy,
    specs,
)

_GROUPS = (
    keys,
    org,
    client,
    account,
    agreement,
    db,
    backup,
    audit,
    webhooks,
    map_commands,
    aggregate,
    publication,
)


def build_commands() -> typer.Typer:
    """All commands: those of the core, and among them those of the applications."""
    app = build_command_group(
        N_("Exchange energy and street-lighting data under signed agreements, and plan together.")
    )
    app.callback(
        epilog="synergie demo\nsynergie check releve.csv\nsynergie plan purchase besoins.json"
    )(root)
    modules: dict[str, ModuleType] = {_get_command_name(one): one for one in _COMMANDS}
    for name, module in place_parts(modules, list_declared("commands")).items():
        app.command(name, cls=Command, help=module.SUMMARY, epilog=module.EXAMPLE)(module.run)
    core = {
        _get_command_name(perimeter): perimeter.app,
        _get_command_name(plan): plan.build_plan_commands(),
    }
    core |= {_get_command_name(module): module.app for module in _GROUPS}
    for name, group in place_parts(core, list_declared("groups")).items():
        app.add_typer(group, name=name)
    return app


def _get_command_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


app = build_commands()


@cache
def build_click_command() -> Callable[..., Any]:
    """The commands as one tree; built once a process, since it takes 25 ms of a processor."""
    return get_command(app)
