"""`synergie keys`: the key pair of a partner's program."""

import json
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli._files import write_whole
from synergie.cli._help import Command, application
from synergie.cli._misuse import Misuse
from synergie.cli._texts import N_, _

app = application(
    N_("Keys of a program: the private one stays here, the public one is registered.")
)


@app.callback()
def group() -> None:
    """A group of its own, so that other commands on keys may join."""


@app.command(
    "new",
    cls=Command,
    help=N_("Make a key pair: the private key into a file, the public one (JWKS) on the output."),
    epilog="synergie keys new --out cle.json --jwks cle-publique.json",
)
def new(
    out: Annotated[Path, typer.Option(metavar="FILE", help=N_("Private key; must not exist yet."))],
    jwks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Public keys into this file instead of the output.")),
    ] = None,
    alg: Annotated[
        str, typer.Option(metavar="ES256|PS256|Ed25519", help=N_("Algorithm of the key."))
    ] = "ES256",
) -> None:
    """The private key is readable by its owner only (mode 0600) and never printed."""
    from synergie.client.keys import new_key, public_jwks, save_key

    if alg not in {"ES256", "PS256", "Ed25519"}:
        raise Misuse(_("--alg: found {!r}, expected {}").format(alg, "ES256, PS256, Ed25519"))
    if out.exists():
        raise Misuse(_("{}: exists already; a key is never overwritten").format(out))
    key = new_key(alg)
    save_key(key, out)
    public = json.dumps(public_jwks(key), indent=2) + "\n"
    if jwks is None:
        typer.echo(public, nl=False)
    else:
        write_whole(jwks, public)
