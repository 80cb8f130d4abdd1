"""What is damaged or half undone is found; what is whole is not reported."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import SynergieError
from synergie.policy import Principal, permit_operator, permit_own_data
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.storage.readings.segments import encode, select_present_values, summarise_values
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from synergie.storage.tables import BatchRow, FactRow, RelianceRow, Row, SegmentRow

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
VALUES = [1, 2, None, 5]


@pytest.fixture
def memory() -> Iterator[Store]:
    """An empty store in memory."""
    opened = Store.open("sqlite://")
    yield opened
    opened.close()


def _row(seq: int, **changed: Any) -> SegmentRow:
    there = select_present_values(VALUES)
    said = summarise_values(VALUES, there)
    values: dict[str, Any] = {
        "series": "ser_a", "seq": seq, "start_s": seq * 7200, "end_s": seq * 7200 + 7200,
        "step": "PT30M", "n": 4, "revision": 0, "received_at": NOW, "batch": "bat_a", "codec": 1,
        "total": said.total, "least": said.least, "most": said.most, "n_missing": said.n_missing,
        "data": encode(VALUES, there),
    }  # fmt: skip
    return SegmentRow(**(values | changed))


def _found(store: Store, *rows: Row) -> list[str]:
    with store.write() as session:
        session.add_all(rows)
    with store.read() as session:
        return [str(one) for one in find_unsound_rows(permit_operator(now=NOW), session)]


def test_whole_segments_are_not_reported_over_several_pages(memory: Store) -> None:
    assert _found(memory, *(_row(seq) for seq in range(1, 1102))) == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"data": b"not zstd"}, "cannot be decoded (ZstdError)"),
        ({"data": b""}, "cannot be decoded"),
        ({"codec": 9}, "cannot be decoded (ValueError)"),
        ({"n": 5}, "4 values, its row says 5"),
        ({"total": 9}, "its values have other sums"),
        ({"least": 0}, "its values have other sums"),
        ({"n_missing": 0}, "its values have other sums"),
    ],
)
def test_a_damaged_segment_is_found(memory: Store, changed: dict[str, object], why: str) -> None:
    found = _found(memory, _row(1), _row(2, **changed), _row(3))
    assert len(found) == 1
    assert "change 2" in found[0]
    assert why in found[0]


INDEX = RegisterReading(
    supply_point="prm:99000000000017", unit="Wh", instant=NOW, value=Decimal(7),
    source="enedis-r64", provenance="synthetic",
)  # fmt: skip


def _fact(seq: int, **changed: Any) -> FactRow:
    values: dict[str, Any] = {
        "owner": "owner", "kind": "register_reading", "key": INDEX.external_id, "seq": seq,
        "revision": 0, "batch": "bat_a", "source": "enedis-r64", "priority": 60, "digest": "d",
        "body": INDEX.model_dump_json(), "received_at": NOW,
    }  # fmt: skip
    return FactRow(**(values | changed))


def _batch(**changed: Any) -> BatchRow:
    values: dict[str, Any] = {
        "id": "bat_a", "owner": "owner", "kind": "curve", "digest": "d", "seq": 1,
        "received_at": NOW, "client": "app", "receipt": "{}",
    }  # fmt: skip
    return BatchRow(**(values | changed))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"body": "{"}, "its record cannot be read"),
        ({"body": "{}"}, "its record cannot be read"),
        ({"kind": "weather"}, "no such kind"),
        ({"key": "another"}, "its record has another key"),
        ({"undone_at": NOW}, "its batch is undone and it is not, or the reverse"),
    ],
)
def test_a_damaged_fact_is_found_and_what_it_says_is_not_told(
    memory: Store, changed: dict[str, object], why: str
) -> None:
    (found,) = _found(memory, _batch(), _fact(1), _fact(2, **changed), _fact(3))
    assert "change 2" in found
    assert why in found
    assert "99000000000017" not in found


def test_half_of_an_undo_is_found(memory: Store) -> None:
    rows = _row(1), _row(2, undone_at=NOW), _row(2, compacted=True)
    stands = RelianceRow(later="bat_b", older="bat_a", owner="owner", replaces=True)
    found = _found(memory, _batch(undone_at=NOW), stands, *rows)
    assert found == [
        "series ser_a, change 1, start 7200: its batch is undone and it is not, or the reverse",
        "bat_b on bat_a: one of both is undone",
    ]


def test_only_the_operator_looks(memory: Store) -> None:
    caller = Principal(client_id="c", organisation="o", scopes=frozenset())
    with memory.read() as session, pytest.raises(TypeError):
        list(find_unsound_rows(permit_own_data(caller, action="read", now=NOW), session))
    assert not issubclass(TypeError, SynergieError)
