"""`synergie plan`: joint plans from a file of needs, proven optimal or said to be impossible."""

import typer

from synergie.application import place_parts
from synergie.applications import list_declared
from synergie.cli import plan_compare, plan_verify
from synergie.cli.help import Command, build_command_group
from synergie.cli.texts import N_
from synergie.energy.commands import plan_power


def build_plan_commands() -> typer.Typer:
    """The commands of the core with those of the applications among them."""
    app = build_command_group(N_("Plans in common: who buys where, which cabinet in which week."))
    modules = place_parts(
        {"power": plan_power, "verify": plan_verify, "compare": plan_compare},
        list_declared("plans"),
    )
    for name, module in modules.items():
        run = getattr(module, name.replace("-", "_"))
        app.command(name, cls=Command, help=module.HELP, epilog=module.EPILOG)(run)
    return app
