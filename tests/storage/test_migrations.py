"""A store of an earlier version is brought to this one with what it holds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from synergie.errors import Conflict, Misconfigured
from synergie.exchange.batches import Batches
from synergie.exchange.campaigns import Campaigns
from synergie.exchange.curves import Curves
from synergie.exchange.deposits import Deposits
from synergie.exchange.freshness import Freshnesses
from synergie.exchange.purchases import Purchases
from synergie.exchange.sites import Sites
from synergie.policy import Principal, operator
from synergie.schemas.batch import Receipt
from synergie.schemas.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.schemas.supply_point import SupplyPointRecord
from synergie.storage import migrations
from synergie.storage.migrations._upgrade import upgrade
from synergie.storage.segments import DELTA_ZSTD, encode
from synergie.storage.soundness import unsound
from synergie.storage.store import Store

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
START = datetime(2026, 6, 1, tzinfo=UTC)
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
    with engine.begin() as connection:
        upgrade(connection, "0001")
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


def _old_curve(url: str) -> None:
    """Two half-hours of one series, in tables of revision 0001 beside what they hold."""
    _old_store(url)
    at, start_s = "2026-11-01T00:00:00.000000Z", int(START.timestamp())
    common = {"owner": "owner", "digest": "d", "updated_at": at, "batch": "bat_8"}
    point = SupplyPointRecord(
        scheme="prm", code="99000000000017", personal_data="none", provenance="synthetic"
    )
    measured = SeriesRecord(
        supply_point="prm:99000000000017", quantity="active_power", form="mean_power", unit="W",
        provenance="synthetic",
    )  # fmt: skip
    receipt = _receipt("bat_9") | {"kind": "curve", "received": 2, "kept": 2}
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    rows: dict[str, dict[str, Any]] = {
        "organisation": {"id": "owner", "updated_at": at, "body": "{}"},
        "supply_point": {
            **common, "id": "sp_1", "external_id": point.external_id,
            "body": point.model_dump_json(),
        },
        "series": {
            **common, "id": "ser_1", "external_id": measured.external_id,
            "body": measured.model_dump_json(), "supply_point": "sp_1", "unit": "W",
            "decimals": 0, "time_zone": "Europe/Paris",
            "last_end": "2026-06-01T01:00:00.000000Z", "last_received": at,
        },
        "batch": {
            "id": "bat_9", "owner": "owner", "kind": "curve", "digest": "c", "seq": 1,
            "subject": "ser_1", "received_at": at, "client": "app", "receipt": json.dumps(receipt),
        },
        "segment": {
            "series": "ser_1", "seq": 1, "start_s": start_s, "end_s": start_s + 3600,
            "step": "PT30M", "n": 2, "revision": 0, "received_at": at, "batch": "bat_9",
            "codec": DELTA_ZSTD, "total": 3, "least": 1, "most": 2, "n_missing": 0,
            "data": encode([1, 2], [1, 2]),
            "compacted": False if engine.dialect.name == "postgresql" else 0,
        },
    }  # fmt: skip
    with engine.begin() as connection:
        for table, row in rows.items():
            names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
            query = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 (ours)
            connection.execute(text(query), row)
        connection.execute(text("UPDATE head SET n = 1"))
    engine.dispose()


def test_readings_of_the_first_version_are_read_covered_and_undone(url: str) -> None:
    _old_curve(url)
    store = Store.open(url)
    curves = Curves(store)

    def values() -> list[Any]:
        end = START + timedelta(hours=1)
        found = curves.extract(OWNER, "ser_1", start=START, end=end, now=NOW)
        return [value for run in found.runs for value in run.values]

    assert values() == [1, 2]
    sent = Curve(series="ser_1", start=START, step="PT30M", unit="W", values=[9])
    (answer,) = curves.deposit(OWNER, [sent], onces=[None], now=NOW)
    assert isinstance(answer, Receipt)
    assert values() == [9, 2]
    with pytest.raises(Conflict, match=answer.id):
        Deposits(store).undo(OWNER, "bat_9", now=NOW)
    Deposits(store).undo(OWNER, answer.id, now=NOW)
    assert values() == [1, 2]
    Deposits(store).undo(OWNER, "bat_9", now=NOW)
    assert values() == []
    (line,) = Freshnesses(store).page(OWNER, now=NOW).items
    assert line.state == "never_received"
    with store.read() as session:
        assert list(unsound(operator(now=NOW), session)) == []
    store.close()


def test_a_store_without_purchases_is_given_them_and_keeps_what_it_holds(url: str) -> None:
    """The revision before purchases, 0010, to this one: nothing else is touched."""
    _old_store(url)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        upgrade(connection, "0010")
        assert "purchase" not in inspect(connection).get_table_names()
    engine.dispose()
    store = Store.open(url)
    assert [one.name for one in Sites(store).page(OWNER, now=NOW).items] == ["B"]
    assert Purchases(store).page(OWNER, now=NOW).items == ()
    store.close()


def test_a_store_without_campaigns_is_given_them_and_keeps_what_it_holds(url: str) -> None:
    """The revision before campaigns, 0011, to this one: nothing else is touched."""
    _old_store(url)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        upgrade(connection, "0011")
        assert "campaign" not in inspect(connection).get_table_names()
    engine.dispose()
    store = Store.open(url)
    assert [one.name for one in Sites(store).page(OWNER, now=NOW).items] == ["B"]
    assert Campaigns(store).page(OWNER, now=NOW).items == ()
    store.close()


def test_the_names_of_the_files_are_the_chain_of_their_revisions() -> None:
    """What a start reads instead of the revisions themselves: a branch or a gap is not seen."""
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    chain = [one.revision for one in script.walk_revisions()]
    assert list(migrations._known()) == chain[::-1]
    assert script.get_heads() == [migrations.head_revision()]


def test_a_store_of_a_later_version_is_left_alone(url: str) -> None:
    Store.open(url).close()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misconfigured, match="9999"):
        Store.open(url)
    engine.dispose()
