"""The store that an operator's command works on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._texts import N_

if TYPE_CHECKING:
    from synergie.storage.store import Store

StoreUrl = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="SYNERGIE_STORE",
        help=N_("The store: sqlite:///file.db or postgresql://… (a password stays in PGPASSFILE)."),
    ),
]
"""Where the data are; the same name and default in every command."""

DEFAULT_STORE = "sqlite:///synergie.db"


@contextmanager
def opened(url: str, *, migrate: bool = True) -> Iterator["Store"]:
    """The store at *url*, closed at the end."""
    from synergie.cli._extras import needs

    with needs("server"):
        from synergie.storage.store import Store
    store = Store.open(url, migrate=migrate)
    try:
        yield store
    finally:
        store.close()


def masked(url: str) -> str:
    """The address without a password, for messages."""
    scheme, mark, rest = url.partition("://")
    account, at, place = rest.rpartition("@")
    if not at:
        return url
    return f"{scheme}{mark}{account.partition(':')[0]}@{os.fspath(place)}"
