"""A store of an earlier version is brought to this one with what it holds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine, text

from synergie.errors import Conflict
from synergie.exchange.batches import Batches
from synergie.exchange.deposits import Deposits
from synergie.exchange.sites import Sites
from synergie.policy import Principal
from synergie.storage import migrations
from synergie.storage.store import Store

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
OWNER = Principal(client_id="owner-app", organisation="owner", scopes=frozenset())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/old.db"
        return
    beside = request.getfixturevalue("postgres_store").url
    name = f"old_{token_hex(6)}"
    with psycopg.connect(beside, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    yield f"{beside.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(beside, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _old_store(url: str) -> None:
    """Tables of revision 0001, with a site that was declared twice."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    config = migrations._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        at = "2026-11-01T00:00:00.000000Z"
        for batch, by in (("bat_1", "bat_2"), ("bat_2", None)):
            receipt = _receipt(batch)
            connection.execute(
                text(
                    "INSERT INTO batch (id, owner, kind, digest, seq, received_at, client, receipt,"
                    " superseded_by) VALUES (:id, 'owner', 'sites', :id, 1, :at, 'app', :receipt,"
                    " :by)"
                ),
                {"id": batch, "at": at, "receipt": json.dumps(receipt), "by": by},
            )
        body = {"external_id": "S1", "name": "B", "kind": "other", "provenance": "synthetic"}
        connection.execute(
            text(
                "INSERT INTO site (id, owner, external_id, body, digest, updated_at, batch)"
                " VALUES ('site_1', 'owner', 'S1', :body, 'd', :at, 'bat_2')"
            ),
            {"body": json.dumps(body), "at": at},
        )
    engine.dispose()


def _receipt(batch: str) -> dict[str, Any]:
    return {
        "id": batch, "owner": "owner", "kind": "sites", "digest": "a" * 64, "seq": 1,
        "received_at": "2026-11-01T00:00:00Z", "received": 1, "kept": 1, "unchanged": 0,
        "refused": 0,
    }  # fmt: skip


def test_what_a_store_of_the_first_version_holds_is_kept(url: str) -> None:
    _old_store(url)
    store = Store.open(url)
    (site,) = Sites(store).page(OWNER, now=NOW).items
    assert site.name == "B"
    receipts = {one.id: one for one in Batches(store).page(OWNER, now=NOW).items}
    assert receipts["bat_1"].superseded_by == "bat_2"
    assert receipts["bat_1"].undone_at is None
    store.close()


def test_a_batch_whose_replaced_content_was_not_kept_is_not_undone(url: str) -> None:
    """Undoing it would remove the site, where the one before should come back."""
    _old_store(url)
    store = Store.open(url)
    with pytest.raises(Conflict, match="replaced content"):
        Deposits(store).undo(OWNER, "bat_2", now=NOW)
    with pytest.raises(Conflict, match="bat_2"):
        Deposits(store).undo(OWNER, "bat_1", now=NOW)
    assert [one.name for one in Sites(store).page(OWNER, now=NOW).items] == ["B"]
    store.close()
