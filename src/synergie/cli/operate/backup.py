"""`synergie backup`: a copy of the whole server, verified, and tried."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._ends import End
from synergie.cli._store import StoreUrl, read_cli_settings
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.server.backup import Backup, Manifest
    from synergie.server.backup.ages import Done

app = build_command_group(
    N_("Backups of the whole server: make one, verify it, try to restore it.")
)

Passphrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        envvar="SYNERGIE_BACKUP_PASSPHRASE_FILE",
        help=N_("A file whose first line is the passphrase of the keys in the backup."),
    ),
]
Jwks = Annotated[
    Path | None,
    typer.Option("--jwks", metavar="FILE", help=N_("Public keys of the server that you hold.")),
]
Source = Annotated[
    Path, typer.Argument(metavar="SOURCE", help=N_("The folder that `backup create` made."))
]
Scratch = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help=N_("A PostgreSQL where a scratch database may be made; by default that of the store."),
    ),
]
_STEPS = {
    "bytes": N_("store, bytes"),
    "tables": N_("store, tables"),
    "digests": N_("digests, bytes"),
    "journal": N_("journal and pieces"),
}


@app.command(
    "create",
    cls=Command,
    help=N_("Back up store, keys, depot and exports into a new folder, while the server runs."),
    epilog="synergie backup create sauvegarde-2026-11-30 --passphrase-file phrase.txt",
)
def create(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=N_("The folder to make."))],
    *,
    passphrase_file: Passphrase = None,
    plain_keys: Annotated[
        bool, typer.Option("--plain-keys", help=N_("Put the private keys in as they are."))
    ] = False,
    store: StoreUrl = None,
) -> None:
    """The folder is there whole, on the disk, or not at all."""
    from synergie.server.backup import create_backup

    phrase = read_passphrase(passphrase_file)
    if phrase is None and not plain_keys:
        raise Misuse(_("say how the private keys are kept: --passphrase-file FILE or --plain-keys"))
    place, now = read_cli_settings(database_url=store), datetime.now(UTC)
    with print_progress_steps() as progress:
        made = create_backup(place, out, passphrase=phrase, now=now, progress=progress)
    typer.echo(_("{}: up to change {}, {} records of the journal").format(
        out, format_number(made.seq), format_number(made.tree_size)
    ))  # fmt: skip
    _record_backup_event(place.data_dir, "backup", now)


@app.command(
    "verify",
    cls=Command,
    help=N_("Verify a backup: signature, digests, then its store, read whole in a scratch place."),
    epilog="synergie backup verify sauvegarde-2026-11-30 --jwks cles-du-serveur.json",
)
def verify(
    source: Source,
    *,
    jwks: Jwks = None,
    scratch: Scratch = None,
    store: StoreUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> int:
    """Exit 1 when a file, the signature or a row of the store does not hold."""
    from synergie.server.backup import verify_backup

    with print_progress_steps() as progress:
        backup = opened_backup(source, jwks, progress)
        server = scratch or read_cli_settings(database_url=store).store_url
        verdict = verify_backup(backup, server, now=datetime.now(UTC), progress=progress)
    return _report_backup_check(backup.manifest, verdict.faults, as_json=as_json)


@app.command(
    "drill",
    cls=Command,
    help=N_("Restore a backup into a scratch place, read everything there, and say how long."),
    epilog="synergie backup drill sauvegarde-2026-11-30 --passphrase-file phrase.txt",
)
def drill(
    source: Source,
    *,
    passphrase_file: Passphrase = None,
    jwks: Jwks = None,
    scratch: Scratch = None,
    store: StoreUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> int:
    """Exit 1 when the restored store does not hold; nothing of it stays."""
    from synergie.server.backup import drill_backup

    place, began = read_cli_settings(database_url=store), time.perf_counter()
    with print_progress_steps() as progress, TemporaryDirectory(prefix="synergie-") as folder:
        backup = opened_backup(source, jwks, progress)
        verdict = drill_backup(
            backup,
            Path(folder),
            server=scratch or place.store_url,
            passphrase=read_passphrase(passphrase_file),
            now=datetime.now(UTC),
            progress=progress,
        )
    seconds = time.perf_counter() - began
    end = _report_backup_check(backup.manifest, verdict.faults, as_json=as_json, seconds=seconds)
    if end == End.DONE:
        _record_backup_event(place.data_dir, "drill", datetime.now(UTC))
    return end


@app.command(
    "age",
    cls=Command,
    help=N_("How old the last backup and the last drill are, for whoever watches the server."),
    epilog="synergie backup age\nsynergie backup age --prometheus > synergie_backup.prom",
)
def age(
    *,
    backup_hours: Annotated[
        float, typer.Option(metavar="HOURS", min=0, help=N_("The oldest that a backup may be."))
    ] = 26,
    drill_days: Annotated[
        float, typer.Option(metavar="DAYS", min=0, help=N_("The oldest that a drill may be."))
    ] = 8,
    prometheus: Annotated[
        bool, typer.Option("--prometheus", help=N_("As two gauges, for a textfile collector."))
    ] = False,
    store: StoreUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> int:
    """Exit 1 when one of both is older than that, or never ended well on this machine."""
    from synergie.server.backup import read_ages

    found = read_ages(read_cli_settings(database_url=store).data_dir, now=datetime.now(UTC))
    bounds = {"backup": (found.backup_s, backup_hours * 3600),
              "drill": (found.drill_s, drill_days * 86_400)}  # fmt: skip
    ok = all(old is not None and old <= most for old, most in bounds.values())
    if as_json:
        print_json({"ok": ok, "backup_s": found.backup_s, "drill_s": found.drill_s})
    elif prometheus:
        for name, (old, _most) in bounds.items():
            gauge = f"synergie_{name}_age_seconds"
            typer.echo(f"# TYPE {gauge} gauge\n{gauge} {'+Inf' if old is None else round(old)}")
    else:
        last = {"backup": _("last backup"), "drill": _("last drill")}
        for name, (old, _most) in bounds.items():
            hours = (
                _("never") if old is None else _("{} h ago").format(format_number(old / 3600, 1))
            )
            typer.echo(f"{last[name]}  {hours}")
    return End.DONE if ok else End.REFUSED


def _record_backup_event(data_dir: Path, what: "Done", now: datetime) -> None:
    """Note for `age` that *what* ended well; it did, whether that can be noted or not.

    A drill is often made on another machine, which has no server's folder.
    """
    from synergie.server.backup import note_done

    if not data_dir.is_dir():
        return
    try:
        note_done(data_dir, what, now=now)
    except OSError as error:
        typer.echo(_("done, but not noted for `backup age`: {}").format(error), err=True)


def opened_backup(source: Path, jwks: Path | None, progress: object) -> "Backup":
    """The backup in *source*, its signature and digests verified."""
    from synergie.client.trust.verify import parsed_keys
    from synergie.server.backup import open_backup

    keys = None if jwks is None else parsed_keys(jwks.read_text(encoding="utf-8"), jwks.name)
    return open_backup(source, keys, progress)  # type: ignore[arg-type]  # made by `steps`


def read_passphrase(path: Path | None) -> str | None:
    """The first line of *path*."""
    if path is None:
        return None
    phrase = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    if not phrase:
        raise Misuse(_("{}: the first line is empty, expected the passphrase").format(path))
    return phrase


@contextmanager
def print_progress_steps() -> Iterator["_Steps"]:
    """Progress on the standard error: one line that moves on a terminal, else one a step."""
    shown = _Steps()
    yield shown
    shown.end()


class _Steps:
    def __init__(self) -> None:
        self._last = ""
        self._moves = sys.stderr.isatty()

    def __call__(self, step: str, done: int, whole: int) -> None:
        if step != self._last and not self._moves:
            typer.echo(_(_STEPS[step]), err=True)
        elif self._moves:
            text = f"\r{_(_STEPS[step])}: {format_number(done)} / {format_number(whole)}\x1b[K"
            typer.echo(text, nl=False, err=True)
        self._last = step

    def end(self) -> None:
        if self._moves and self._last:
            typer.echo("", err=True)


def _report_backup_check(
    manifest: "Manifest", faults: tuple[str, ...], *, as_json: bool, seconds: float | None = None
) -> int:
    if as_json:
        body = {"ok": not faults, "seq": manifest.seq, "epoch": manifest.epoch,
                "tree_size": manifest.tree_size, "faults": list(faults)}  # fmt: skip
        print_json(body if seconds is None else body | {"seconds": round(seconds, 3)})
        return End.REFUSED if faults else End.DONE
    for fault in faults:
        typer.echo(fault, err=True)
    typer.echo(_("backup of {}, up to change {}: {} faults").format(
        manifest.made_at.isoformat(timespec="seconds"), format_number(manifest.seq), len(faults)
    ))  # fmt: skip
    if seconds is not None:
        typer.echo(_("restored and read in {} s").format(format_number(seconds, 1)))
    return End.REFUSED if faults else End.DONE
