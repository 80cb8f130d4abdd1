"""Years that were released when sources alone were insiders know, once migrated, all who are."""

import json
from datetime import timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import text

from synergie.exchange.agreements import Agreements
from synergie.exchange.sites import Sites
from synergie.exchange.supply_points import SupplyPoints
from synergie.storage import migrations
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body, point, site, terms
from tests.exchange.sums import Territory, codes, publish, saved, scheme

ALL = tuple([1000] * 12)
REVISION = "0028"


def _agree(
    store: Store, owner: Body, reader: Body, selector: dict[str, list[str]], **more: object
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, reader, selector, **more), now=NOW)
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    book.act(reader.caller, made.id, "accept", signature=reader.sign(made), now=NOW)


def _known(store: Store) -> dict[str, list[str]]:
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT point, known_to FROM aggregate_member"))
        return {point: json.loads(known) for point, known in rows}


def _forget(store: Store) -> None:
    """As the version that released them wrote it."""
    with store.engine.begin() as connection:
        connection.execute(text("""UPDATE aggregate_member SET known_to = '["owner"]'"""))


def _migrate(store: Store) -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent)).get_revision(REVISION)
    with (
        store.engine.begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        script.module.upgrade()


def _furnish(store: Store) -> None:
    """Twenty homes; a second declarer; readers by point, site, former site and series."""
    owner, second = body(store, "owner"), body(store, "second")
    readers = {
        name: body(store, name) for name in ("point", "site", "past", "series", "early", "sums")
    }
    home = Territory(store, owner).add(codes(24), ALL)
    home.add(codes(1, 50), ALL, on="seul")
    twin = Territory(store, second).add(codes(1), ALL)
    sites = {one.external_id: one.id for one in Sites(store).page(owner.caller, now=NOW).items}
    made = saved(store, owner, scheme())
    _agree(store, second, readers["point"], {"supply_points": list(twin.points.values())})
    _agree(store, owner, readers["past"], {"sites": [sites["seul"]]})
    Sites(store).publish(owner.caller, [site("S-2", insee_code="54430")], now=NOW)
    sites = {one.external_id: one.id for one in Sites(store).page(owner.caller, now=NOW).items}
    moved = point(*codes(1, 50), site="S-2", personal_data="yes", usage="building")
    SupplyPoints(store).publish(owner.caller, [moved], now=NOW + timedelta(seconds=1))
    _agree(store, owner, readers["series"], {"series": [home.series[codes(1)[0]]]})
    early = {"start": "2020-01-01T00:00:00Z", "end": "2024-12-31T23:00:00Z"}
    _agree(store, owner, readers["early"], {"sites": [sites["S-54430"]]}, data_period=early)
    now_at = [sites["S-54430"], sites["S-2"]]
    _agree(store, owner, readers["site"], {"sites": now_at})
    summed = {"granularity": "aggregate", "cell_scheme": made.id, "datasets": ["consumption"]}
    _agree(store, owner, readers["sums"], {"sites": [sites["S-54430"]]}, **summed)
    publish(store, owner, made, "2025-01")


def test_who_knows_each_member_is_what_a_release_looks_up_today(store: Store) -> None:
    _furnish(store)
    today = _known(store)
    told = {name for some in today.values() for name in some}
    assert told == {"owner", "second", "point", "site", "past", "series"}
    _forget(store)
    assert _known(store) != today
    _migrate(store)
    assert _known(store) == today
    _migrate(store)  # nothing is added twice
    assert _known(store) == today


def test_a_store_without_sums_is_left_as_it_is(store: Store) -> None:
    _migrate(store)
    assert _known(store) == {}
