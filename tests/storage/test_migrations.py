"""A store goes on to a later revision with what it holds; what an early version wrote is read."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from synergie.errors import Conflict, Misconfigured
from synergie.exchange.assets.sites import Sites
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.freshness import Freshnesses
from synergie.policy import Principal, permit_operator
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.storage import migrations
from synergie.storage.migrations import _upgrade
from synergie.storage.migrations._upgrade import upgrade
from synergie.storage.readings.segments import DELTA_ZSTD, encode
from synergie.storage.soundness import find_unsound_rows
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
    """The tables with a site that was declared twice, as the first version wrote it."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        upgrade(connection)
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
        connection.execute(
            text(
                "INSERT INTO reliance (later, older, owner, replaces)"
                " VALUES ('bat_2', 'bat_1', 'owner', :yes)"
            ),
            {"yes": True if engine.dialect.name == "postgresql" else 1},
        )
    engine.dispose()


def _receipt(batch: str) -> dict[str, Any]:
    return {
        "id": batch, "owner": "owner", "kind": "sites", "digest": "a" * 64, "seq": 1,
        "received_at": "2026-11-01T00:00:00Z", "received": 1, "kept": 1, "unchanged": 0,
        "refused": 0,
    }  # fmt: skip


def test_what_the_first_version_wrote_is_read(url: str) -> None:
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
    """Two half-hours of one series, as the first version wrote them, beside that site."""
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
            "known_end_s": start_s + 3600,
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
        assert list(find_unsound_rows(permit_operator(now=NOW), session)) == []
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


_LATER = """
from alembic import op
from sqlalchemy import Column, Text

revision, down_revision = "9998", "{head}"


def upgrade():
    op.add_column("site", Column("later", Text(), server_default="new"))
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program of a later version, which has one revision more than this one."""
    home = shutil.copytree(Path(migrations.__file__).parent, tmp_path / "migrations")
    added = _LATER.format(head=migrations.head_revision())
    (home / "versions" / "9998_later.py").write_text(added)
    for module in (migrations, _upgrade):
        monkeypatch.setattr(module, "__file__", str(home / Path(str(module.__file__)).name))
    migrations._known.cache_clear()
    yield
    monkeypatch.undo()
    migrations._known.cache_clear()


def _revision_and_sites(url: str) -> tuple[object, list[Any]]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        sites = [dict(row) for row in connection.execute(text("SELECT * FROM site")).mappings()]
    engine.dispose()
    return revision, sites


def test_a_later_revision_keeps_what_a_store_of_this_one_holds(
    url: str, request: pytest.FixtureRequest
) -> None:
    _old_store(url)
    before, (site,) = _revision_and_sites(url)
    assert before == migrations.head_revision()
    request.getfixturevalue("later")
    with pytest.raises(Misconfigured, match=f"{before}, expected 9998: run `synergie db upgrade`"):
        Store.open(url, migrate=False)
    Store.open(url).close()
    assert _revision_and_sites(url) == ("9998", [site | {"later": "new"}])


@pytest.mark.parametrize("migrate", [True, False])
def test_a_store_of_before_the_baseline_is_refused_with_what_upgrades_it(
    url: str, *, migrate: bool
) -> None:
    _old_store(url)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0033'"))
    engine.dispose()
    before = _revision_and_sites(url)
    with pytest.raises(
        Misconfigured, match=r"0033, expected 0034 or later: .* version 0\.1\.0 at commit \w{8}$"
    ):
        Store.open(url, migrate=migrate)
    assert _revision_and_sites(url) == before


def test_a_store_of_revision_34_gets_the_longest_piece_of_each_series(url: str) -> None:
    """And loses the rows by subject of its deposits, by which nothing finds them any more."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    at = "2026-11-01T00:00:00.000000Z"
    with engine.begin() as connection:
        upgrade(connection, "0034")
        for series in ("ser_1", "ser_2"):
            connection.execute(
                text(
                    "INSERT INTO series (id, owner, external_id, body, digest, updated_at, batch,"
                    " supply_point, unit, decimals, time_zone) VALUES (:id, 'owner', :id, '{}',"
                    " 'd', :at, 'bat_1', 'sp_1', 'W', 0, 'Europe/Paris')"
                ),
                {"id": series, "at": at},
            )
        for seq, end_s in enumerate((3600, 9000, 5400)):
            connection.execute(
                text(
                    "INSERT INTO segment (series, seq, start_s, end_s, step, n, revision,"
                    " received_at, batch, codec, total, n_missing, data, compacted)"
                    " VALUES ('ser_1', :seq, 1800, :end, 'PT30M', 1, 0, :at, 'bat_1', 1, 0, 0,"
                    " :data, :no)"
                ),
                {
                    "seq": seq, "end": end_s, "at": at, "data": encode([1], [1]),
                    "no": False if engine.dialect.name == "postgresql" else 0,
                },
            )  # fmt: skip
        for seq, event in enumerate(("data.written", "agreement.signed")):
            record = f'{{"by":"siem","event":"{event}","seq":{seq},"subjects":["ser_1"]}}'
            connection.execute(
                text(
                    "INSERT INTO journal (seq, at, salt, record, leaf, nodes)"
                    " VALUES (:seq, :at, :some, :record, :some, :some)"
                ),
                {"seq": seq, "at": at, "some": b"0", "record": record.encode()},
            )
            connection.execute(
                text("INSERT INTO journal_subject (subject, seq) VALUES ('ser_1', :seq)"),
                {"seq": seq},
            )
    engine.dispose()
    store = Store.open(url)
    with store.read() as session:
        ask = session.connection().exec_driver_sql
        told = {tuple(row) for row in ask("SELECT id, longest_s FROM series")}
        assert told == {("ser_1", 7200), ("ser_2", None)}
        assert [tuple(row) for row in ask("SELECT subject, seq FROM journal_subject")] == [
            ("ser_1", 1)
        ]
    store.close()
