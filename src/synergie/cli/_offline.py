"""A signature made away from every server: by one's own key, written to a file or shown."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from synergie.cli.files import write_whole_file
from synergie.cli.texts import _

if TYPE_CHECKING:
    from synergie.client import Auth

_NOWHERE = "http://localhost"
"""An issuer that nothing is sent to."""


def build_org_auth(org: str, key: Path) -> "Auth":
    """Who signs for *org* with the private key in *key*; Misconfigured when it is none of ours."""
    from synergie.client import Auth

    return Auth.from_files(key=key, client_id=org, issuer=_NOWHERE, organisation=org)


def hand_over(signature: str, out: Path | None) -> None:
    """Write *signature* to *out*; None: print it."""
    if out is None:
        typer.echo(signature)
        return
    with write_whole_file(out) as sink:
        sink.write(signature.encode() + b"\n")
    typer.echo(_("{}: written").format(out))
