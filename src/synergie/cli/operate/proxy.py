"""`synergie proxy`: a relay on this machine for tools that make no DPoP proof."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _, speaks_french

if TYPE_CHECKING:
    import socket

    from synergie.client import Auth

SUMMARY = N_(
    "Open a relay on this machine, to read one agreement with QGIS, Grafana, Grist or curl."
)
EXAMPLE = """
synergie proxy --server https://echange.example --client qgis-poste-3 --key cle-qgis.json \\
  --agreement agr_0123456789abcdef
"""

READS = (
    "agreements:read", "organisations:read", "sites:read", "supply-points:read", "series:read",
    "curves:read", "cabinets:read", "light-points:read", "freshness:read",
)  # fmt: skip
"""What a relay asks for when nothing else is told; it opens less: no agreement but its own."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{24,86}", re.ASCII)
_OTHERS_MAY = 0o077


def run(  # noqa: PLR0913 (each is an option)
    *,
    server: Annotated[str, typer.Option(metavar="URL", help=N_("The server to read from."))],
    client: Annotated[
        str, typer.Option(metavar="CLIENT", help=N_("Name of the relay's own program there."))
    ],
    key: Annotated[
        Path, typer.Option(metavar="FILE", help=N_("Its own private key (synergie keys new)."))
    ],
    agreement: Annotated[
        str | None, typer.Option(metavar="AGREEMENT", help=N_("The one agreement that is opened."))
    ] = None,
    own: Annotated[
        bool, typer.Option("--own", help=N_("Open your own data instead of an agreement."))
    ] = False,
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help=N_("Open only this kind of reading; repeat it.")),
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="HOST", help=N_("127.0.0.1 or ::1, nothing else."))
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="PORT", help=N_("Port; 0: a free one."))
    ] = 0,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=N_("Keep the pass word here, so that the addresses hold the next time."),
        ),
    ] = None,
) -> None:
    """Runs until Ctrl-C. Exit 4 when the server gives no token, 6 when it does not answer."""
    if (agreement is None) is not own:
        raise Misuse(_("expected --agreement or --own, one of them"))
    with needs("server"):
        from synergie.client import Auth
        from synergie.proxy import open_loopback_socket
    auth = Auth.from_files(
        key=key,
        client_id=client,
        issuer=server.rstrip("/"),
        scope=_select_read_scopes(scope),
        agreements=None if agreement is None else (agreement,),
    )
    word = _load_proxy_secret(secret_file)
    with open_loopback_socket(host, port) as where:
        asyncio.run(_serve_proxy(server, auth, where, word))


async def _serve_proxy(server: str, auth: "Auth", where: "socket.socket", word: str) -> None:
    from synergie.client.relay import Relay
    from synergie.proxy import Door, Opened, Proxy, serve_app

    address, port = where.getsockname()[:2]
    agreement = next(iter(auth.agreements or ()), None)
    async with Relay(server, auth) as relay:
        await relay.ready(agreement)
        proxy = Proxy(
            relay=relay,
            opened=Opened(server=relay.server, client=auth.client_id, agreement=agreement),
            door=Door.of(address, port, word),
            clock=lambda: datetime.now(UTC).astimezone(),
            language="fr" if speaks_french() else "en",
            log=lambda line: typer.echo(line, err=True),
        )
        _print_proxy_help(proxy.home)
        await serve_app(proxy, where)
    typer.echo(_("relay closed: its address opens nothing any more"), err=True)


def _print_proxy_help(home: str) -> None:
    typer.echo(home)
    typer.echo(
        _("Open this address: it says what is open, to whom it is told, and what to copy."),
        err=True,
    )
    typer.echo(_("It is worth a key: give it to nobody. Ctrl-C closes the relay."), err=True)


def _select_read_scopes(asked: list[str] | None) -> tuple[str, ...]:
    """The scopes to ask for: readings alone."""
    for one in asked or ():
        if not one.endswith(":read"):
            raise Misuse(_("--scope: found {!r}, expected a scope that reads").format(one))
    return tuple(asked) if asked else READS


def _load_proxy_secret(path: Path | None) -> str:
    """A new pass word, or the one that *path* keeps; made there, for its owner alone, if absent."""
    from synergie.proxy import new_secret

    if path is None:
        return new_secret()
    if not path.exists():
        word = new_secret()
        path.touch(mode=0o600)
        path.write_text(word + "\n", "ascii")
        return word
    if path.stat().st_mode & _OTHERS_MAY:
        raise Misuse(_("{}: others may read it, expected mode 0600").format(path))
    word = path.read_text("ascii", errors="replace").strip()
    if not _SECRET.fullmatch(word):
        raise Misuse(_("{}: found no pass word that the relay made").format(path))
    return word
