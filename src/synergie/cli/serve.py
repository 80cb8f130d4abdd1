"""`synergie serve`: the real server."""

from typing import Annotated

import typer

from synergie.cli._extras import needs
from synergie.cli._store import DEFAULT_STORE, StoreUrl
from synergie.cli._texts import N_

SUMMARY = N_("Start the server; settings come from SYNERGIE_* (docs/serve), options win over them.")
EXAMPLE = "synergie serve --store sqlite:///synergie.db --port 8000"


def run(
    host: Annotated[
        str, typer.Option(metavar="HOST", help=N_("Address to listen on."))
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", min=0, max=65535, help=N_("Port; 0 takes a free one."))
    ] = 8000,
    store: StoreUrl = DEFAULT_STORE,
) -> None:
    """Runs until it is told to stop (Ctrl-C, SIGTERM); requests under way are finished."""
    with needs("server"):
        from synergie.server.run import serve
        from synergie.server.settings import Settings
    serve(Settings(host=host, port=port, store=store))
