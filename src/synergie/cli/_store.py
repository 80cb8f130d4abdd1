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
from synergie.errors import BadInput, Misconfigured, NotFound

if TYPE_CHECKING:
    from synergie.policy import Principal
    from synergie.server.settings import Settings
    from synergie.server.settings_file import SettingsFile
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
    """The settings of the file and of the environment; what is *chosen* on the line goes first."""
    with needs("server"):
        from synergie.server.settings import Settings
    file = read_cli_file()
    return Settings.read(os.environ, file, **{k: v for k, v in chosen.items() if v is not None})


def read_cli_file() -> "SettingsFile | None":
    """The file of settings that holds here: named, in this folder, or the system's."""
    with needs("server"):
        from synergie.server.settings import Settings
    from synergie.server.settings_file import find_settings_file

    path = find_settings_file(os.environ, Path.cwd())
    return None if path is None else Settings.read_file(path)


@contextmanager
def opened(url: str | None, *, make: bool = False) -> Iterator["Store"]:
    """The store at *url*, or where the settings say; closed at the end.

    Without *make* it is one that is there, at this version's revision: a command that makes a
    second store by accident writes where no server reads. Misconfigured names it.
    """
    with needs("server"):
        from synergie.storage.store import Store
    place = read_cli_settings(database_url=url)
    if make and place.database_url is None:
        Path(place.data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not make:
        require_store(place.store_url)
    store = Store.open(place.store_url, migrate=make)
    try:
        yield store
    finally:
        store.close()


def require_store(url: str) -> None:
    """Misconfigured when a SQLite store is not there: to open it would make it."""
    from synergie.server.settings_file import hide_password

    scheme, _, file = url.partition(":///")
    if scheme == "sqlite" and file and not file.startswith(":") and not Path(file).exists():
        raise Misconfigured(
            "{}: no store there; `synergie serve` or `synergie db upgrade` makes one, and --store, "
            "--config or SYNERGIE_DATABASE_URL names another",
            hide_password(url),
        )


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
