"""Values that an earlier version let be covered by what is missing are told again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import create_engine, text

from synergie.exchange.curves import Curves
from synergie.storage.compaction import compact
from synergie.storage.migrations._upgrade import upgrade
from synergie.storage.segments import DELTA_ZSTD, Values, encode, present, summary
from synergie.storage.store import Store
from tests.storage.test_migrations import NOW, OWNER, START, _old_curve, url

__all__ = ["url"]


def _row(seq: int, values: Values, *, compacted: bool) -> dict[str, Any]:
    """A segment over the half-hours of `_old_curve`; all that arrived was merged."""
    start_s, there = int(START.timestamp()), present(values)
    told = summary(values, there)
    return {
        "series": "ser_1", "seq": seq, "start_s": start_s, "end_s": start_s + 3600,
        "step": "PT30M", "n": 2, "revision": 1, "received_at": "2026-11-01T00:00:00.000000Z",
        "batch": "bat_9", "codec": DELTA_ZSTD, "total": told.total, "least": told.least,
        "most": told.most, "n_missing": told.n_missing, "data": encode(values, there),
        "compacted": compacted, "superseded_at": None if compacted else 2, "priority": 50,
    }  # fmt: skip


def _blanked(url: str) -> None:
    """Revision 0019: [1, 2], covered by [9, missing], merged as [9, missing], and summed."""
    _old_curve(url)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        upgrade(connection, "0019")
        connection.execute(text("UPDATE segment SET superseded_at = 2"))
        for compacted in (False, True):
            row = _row(2, [9, None], compacted=compacted)
            names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
            query = f"INSERT INTO segment ({names}) VALUES ({places})"  # noqa: S608 (ours)
            connection.execute(text(query), row)
        connection.execute(
            text(
                "INSERT INTO year_energy (series, year, owner, supply_point, wh, missing_s)"
                " VALUES ('ser_1', 2026, 'owner', 'sp_1', 4, 1800)"
            )
        )
    engine.dispose()


def test_what_was_blanked_and_merged_is_told_again(url: str) -> None:
    _blanked(url)
    store = Store.open(url)
    curves = Curves(store)

    def values() -> list[Any]:
        end = START + timedelta(hours=1)
        found = curves.extract(OWNER, "ser_1", start=START, end=end, now=NOW)
        return [value for run in found.runs for value in run.values]

    assert values() == [9, 2]
    with store.read() as session:
        kept = session.connection().execute(text("SELECT COUNT(*) FROM year_energy"))
        assert kept.scalar() == 0
    assert compact(store, now=NOW, saving=False) == 1
    assert values() == [9, 2]
    assert compact(store, now=NOW, saving=False) == 0
    store.close()
