"""`synergie doctor`: whether this server stands as it should, and what mends what does not."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import read_cli_file, read_cli_settings
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.cli.operate._finding import Finding

SUMMARY = N_("Look at this server: disk, store, clock, address, keys, backups; say what mends it.")
EXAMPLE = "synergie doctor\nsynergie doctor --offline --json"

_MARKS = {"ok": N_("ok"), "warning": N_("warning"), "fault": N_("fault")}
_EXITS = {"ok": 0, "warning": 1, "fault": 2}


def run(
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help=N_("Do not call the public address."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("As JSON."))] = False,
) -> None:
    """Exit 0 when all is well, 1 with a warning, 2 with a fault. Changes nothing."""
    findings = list(_examine(datetime.now(UTC), offline=offline))
    worst = max((one.state for one in findings), key=lambda state: _EXITS[state])
    if json:
        print_json({"state": worst, "findings": [asdict(one) for one in findings]})
    else:
        for one in findings:
            _print_finding(one)
    raise typer.Exit(_EXITS[worst])


def _examine(now: datetime, *, offline: bool) -> Iterator["Finding"]:
    from synergie.cli.operate._doctor_address import check_address, check_mail, check_proxy
    from synergie.cli.operate._doctor_disk import check_disk, check_open_files
    from synergie.cli.operate._doctor_store import check_backups, check_keys, check_store
    from synergie.cli.operate._finding import advise

    settings, file = read_cli_settings(), read_cli_file()
    path = None if file is None else file.path
    yield advise(
        "settings", str(path or "–"), _("one file for the server and its commands"),
        holds=path is not None, mend="synergie init",
    )  # fmt: skip
    yield from check_disk(settings, path)
    yield check_open_files(settings)
    yield from check_store(settings, now)
    yield from check_keys(settings, now)
    yield from check_backups(settings, now)
    yield check_proxy(settings)
    if not offline:
        yield from check_address(settings, now)
        yield from check_mail(settings)


def _print_finding(one: "Finding") -> None:
    typer.echo(f"{_(_MARKS[one.state]):<14} {one.check}: {one.found}")
    if one.expected:
        typer.echo("  " + _("expected: {}").format(one.expected))
    if one.mend:
        typer.echo("  " + _("what mends it: {}").format(one.mend))
