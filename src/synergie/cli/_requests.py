"""A request to be registered, made by the one who holds the key, and read by the operator."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.cli.files import write_whole
from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _
from synergie.errors import TooLarge

if TYPE_CHECKING:
    from synergie.exchange.trust.enrolment import Enrolment
    from synergie.storage.store import Store

KeyFile = Annotated[
    Path, typer.Option("--key", metavar="FILE", help=N_("The private key; it stays here."))
]
Server = Annotated[
    str, typer.Option("--server", metavar="URL", help=N_("Public address of the server it is for."))
]
Word = Annotated[
    str, typer.Option("--word", metavar="WORD", help=N_("The word that the operator gave you."))
]
Out = Annotated[
    Path, typer.Option("--out", metavar="FILE", help=N_("The request; must not exist yet."))
]
RequestFile = Annotated[
    Path, typer.Option("--request", metavar="FILE", help=N_("The signed request of the partner."))
]

_LONGEST = 65_536


def write_request(kind: Any, key: Path, out: Path, **said: Any) -> None:
    """Write the signed request of the holder of *key* into *out*, and say where it goes."""
    from synergie.client.keys import jose_key, load_key
    from synergie.proof import enrolment

    if out.exists():
        raise Misuse(_("{}: exists already").format(out))
    signer, *_others = jose_key(load_key(key))
    write_whole(
        out, enrolment.sign_enrolment_request(signer, kind, now=datetime.now(UTC), **said) + "\n"
    )
    typer.echo(_("{}: give it to the operator of {}").format(out, said["aud"]))


def request_text(path: Path) -> str:
    """The request in the file *path*."""
    with path.open(encoding="ascii", errors="replace") as source:
        text = source.read(_LONGEST + 1)
    if len(text) > _LONGEST:
        raise TooLarge(_LONGEST, "bytes")
    return text


def build_enrolment(place: "Store") -> "Enrolment":
    """The operator's desk over *place*; the server's name is that of the settings."""
    from synergie.cli._store import read_cli_settings
    from synergie.exchange.trust.enrolment import Enrolment

    return Enrolment(place, read_cli_settings().issuer)
