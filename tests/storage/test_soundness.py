"""A damaged segment is found; a whole one is not reported."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from synergie.errors import SynergieError
from synergie.policy import Principal, operator, own
from synergie.storage._tables import SegmentRow
from synergie.storage.segments import encode, present, summary
from synergie.storage.soundness import unsound
from synergie.storage.store import Store

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
VALUES = [1, 2, None, 5]


@pytest.fixture
def memory() -> Iterator[Store]:
    """An empty store in memory."""
    opened = Store.open("sqlite://")
    yield opened
    opened.close()


def _row(seq: int, **changed: Any) -> SegmentRow:
    there = present(VALUES)
    said = summary(VALUES, there)
    values: dict[str, Any] = {
        "series": "ser_a", "seq": seq, "start_s": seq * 7200, "end_s": seq * 7200 + 7200,
        "step": "PT30M", "n": 4, "revision": 0, "received_at": NOW, "batch": "bat_a", "codec": 1,
        "total": said.total, "least": said.least, "most": said.most, "n_missing": said.n_missing,
        "data": encode(VALUES, there),
    }  # fmt: skip
    return SegmentRow(**(values | changed))


def _found(store: Store, *rows: SegmentRow) -> list[str]:
    with store.write() as session:
        session.add_all(rows)
    with store.read() as session:
        return [str(one) for one in unsound(operator(now=NOW), session)]


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


def test_only_the_operator_looks(memory: Store) -> None:
    caller = Principal(client_id="c", organisation="o", scopes=frozenset())
    with memory.read() as session, pytest.raises(TypeError):
        list(unsound(own(caller, action="read", now=NOW), session))
    assert not issubclass(TypeError, SynergieError)
