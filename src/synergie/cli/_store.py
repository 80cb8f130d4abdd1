"""The store that an operator's command works on: the one that `synergie serve` would open."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.texts import N_
from synergie.errors import BadInput, NotFound

if TYPE_CHECKING:
    from synergie.policy import Principal
    from synergie.server.settings import Settings
    from synergie.storage.store import Store

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="SYNERGIE_DATABASE_URL",
        help=N_("The store: sqlite:///file.db or postgresql://…; by default in the data folder."),
    ),
]
"""Where the data are; the same name and default in every command."""

_UNKNOWN = "an organisation of this store (synergie org add)"


def read_cli_settings(**chosen: object) -> "Settings":
    """The settings of the environment; what is *chosen* on the command line goes first."""
    with needs("server"):
        from synergie.server.settings import Settings
    return Settings.read(os.environ, **{k: v for k, v in chosen.items() if v is not None})


@contextmanager
def opened(url: str | None, *, migrate: bool = True) -> Iterator["Store"]:
    """The store at *url*, or where the settings say; closed at the end."""
    with needs("server"):
        from synergie.storage.store import Store
    place = read_cli_settings(database_url=url)
    if place.database_url is None and migrate:
        Path(place.data_dir).mkdir(parents=True, exist_ok=True)
    store = Store.open(place.store_url, migrate=migrate)
    try:
        yield store
    finally:
        store.close()


def on_behalf(place: "Store", org: str, *scopes: str) -> "Principal":
    """The operator of *place* on behalf of *org*; BadInput when it is not there."""
    from synergie.exchange.trust.organisations import Directory
    from synergie.policy import Principal

    caller = Principal(client_id="synergie-cli", organisation=org, scopes=frozenset(scopes))
    try:
        Directory(place).read(caller, org, now=datetime.now(UTC))
    except NotFound:
        raise BadInput("--org", org, _UNKNOWN) from None
    return caller
