"""`synergie specs`: the contract written from the code, so that the two cannot drift apart."""

from pathlib import Path
from typing import Annotated

import typer

from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _

SUMMARY = N_(
    "Write the OpenAPI document and the JSON Schemas from the code; --check only compares."
)
EXAMPLE = "synergie specs --check"


def run(
    *,
    check: Annotated[
        bool, typer.Option("--check", help=N_("Write nothing; end with 1 when a file is stale."))
    ] = False,
    to: Annotated[
        Path, typer.Option(metavar="DIR", help=N_("The folder that holds the contract."))
    ] = Path("specs"),
) -> None:
    """Exit 0 when the files are as the code makes them, 1 when one is stale (`--check`)."""
    from synergie.cli.operate._contract import build_spec_documents

    if not to.is_dir():
        raise Misuse(_("{}: no such folder; run this at the root of the project").format(to))
    made = build_spec_documents()
    stale = [name for name, text in made.items() if _read_spec_text(to / name) != text]
    left = [
        str(path.relative_to(to))
        for path in _list_generated_files(to)
        if str(path.relative_to(to)) not in made
    ]
    if not check:
        _write_spec_files(to, made, stale, left)
        typer.echo(_("{} files, {} changed, {} removed").format(len(made), len(stale), len(left)))
        return
    for name in [*stale, *left]:
        typer.echo(
            _("{}: not as the code makes it; run `synergie specs`").format(to / name), err=True
        )
    raise typer.Exit(1 if stale or left else 0)


def _read_spec_text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _list_generated_files(to: Path) -> list[Path]:
    """The generated files there are now: nobody writes a schema by hand in these places."""
    return sorted(
        [p for at in ("schemas/*.json", "tables/*.json", "openapi.json") for p in to.glob(at)]
    )


def _write_spec_files(to: Path, made: dict[str, str], stale: list[str], left: list[str]) -> None:
    for name in stale:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_text(made[name], encoding="utf-8")
    for name in left:
        (to / name).unlink()
