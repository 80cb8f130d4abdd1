"""JSON as a stream: items in order at their place, faults told, memory bounded by one item."""

import io
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats import _json
from synergie.formats._json import Item, Node, items, read_document

TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def told(text: str | bytes, *names: str) -> list[Item]:
    return list(items(io.BytesIO(text if isinstance(text, bytes) else text.encode()), *names))


@given(st.lists(TREES), st.sampled_from([None, 2]))
def test_the_items_of_a_top_list_are_those_of_the_whole(values: list[object], indent: int) -> None:
    found = told(json.dumps(values, indent=indent))
    assert found == [Item(f"/{i}", value) for i, value in enumerate(values)]
    assert read_document(io.BytesIO(json.dumps(values).encode())) == values


def test_a_named_list_comes_item_by_item_and_its_neighbours_whole() -> None:
    found = told('{"header": {"a": 1}, "mesures": [1, 2], "x/y": [3]}', "mesures")
    assert found == [
        Item("/header", {"a": 1}),
        Item("/mesures/0", 1),
        Item("/mesures/1", 2),
        Item("/x~1y", [3]),
    ]


def test_an_empty_named_list_is_told() -> None:
    assert told('{"mesures": [], "b": []}', "mesures") == [Item("/mesures", []), Item("/b", [])]
    assert told("[]") == []


def test_values_one_after_another_come_with_their_lines() -> None:
    assert told('{"a": 1}\n\n{"a": 2}\n') == [Item(1, {"a": 1}), Item(3, {"a": 2})]


def test_items_across_blocks_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json, "_BLOCK", 3)
    values = [{"name": "é" * n, "n": n * 1000} for n in range(40)]
    text = json.dumps({"mesures": values}, ensure_ascii=False)
    assert [item.value for item in told(text, "mesures")] == values


def test_numbers_are_exact() -> None:
    (item,) = told("[0.10, 12]")[:1]
    assert item == Item("/0", Decimal("0.10"))


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        ('{"a": 1, "b": 2, "a": 3}', "a"),
        ("NaN", "NaN"),
        ('{"v": -Infinity}', "-Infinity"),
        ("1e400", "1e400"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_what_no_reader_can_use_costs_its_item_only(bad: str, found: str) -> None:
    before, item, after = told(f"[1, {bad}, 2]")
    assert (before.value, after.value) == (1, 2)
    assert isinstance(item.value, BadInput)
    assert item.value.found == found
    with pytest.raises(BadInput):
        Node.of(item.value)


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("", "line 1", "the end of the file"),
        ("[1,\n2", "line 2", "the end of the file"),
        ('["a', "line 1", "the end of the file"),
        ("[1]\n[", "line 2", "["),
        ("[1,\n x" + "  " * 40 + "]", "line 2", "x"),
        ('{"mesures": [1] "b": 2}', "line 1", '"b": 2}'),
        ('{"mesures": [1], "mesures": 2}', "line 1", "mesures"),
        ("[" * 200_000, "line 1", "JSON nested very deep"),
        (b"[1,\n\xe9]", "line 1", "bytes that are not UTF-8"),
    ],
)
def test_text_that_is_no_json_says_where(text: str | bytes, where: str, found: str) -> None:
    with pytest.raises(BadInput) as caught:
        told(text, "mesures")
    assert caught.value.where == where
    assert str(caught.value.found).strip().startswith(found)


def nested(n: int) -> str:
    return '{"a": [' * (n // 2) + '"]]]"' + "]}" * (n // 2)


def test_an_item_nested_too_deep_costs_itself_only() -> None:
    first, deep, last = told(f"[{nested(100)}, {nested(102)}, 2]")
    assert json.loads(nested(100)) == first.value
    assert isinstance(deep.value, BadInput)
    assert (deep.value.found, last.value) == ("JSON nested very deep", 2)
    with pytest.raises(BadInput):
        read_document(io.BytesIO(nested(5000).encode()))


def test_an_item_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_json, "MAX_ITEM", 1000)
    monkeypatch.setattr(_json, "_BLOCK", 100)
    assert len(told(json.dumps(["x" * 900] * 5))) == 5
    with pytest.raises(BadInput) as caught:
        told(json.dumps(["x" * 5000]))
    assert caught.value.found == "a very long value"


def test_members_are_asked_for_by_name_and_tell_their_place() -> None:
    node = Node.of({"id": " 012 ", "n": 5, "list": [{"v": 1}], "one": {"v": 2}, "no": None})
    assert (node.text("id"), node.text("n"), node.maybe("no")) == ("012", "5", None)
    assert [one.where for one in node.nodes("list") + node.nodes("one")] == ["/list/0", "/one"]
    assert node.nodes("absent") == []
    for ask, where in (
        (lambda: node.text("absent"), "/absent"),
        (lambda: node.text("list"), "/list"),
        (lambda: node.node("id"), "/id"),
        (lambda: node.nodes("id"), "/id"),
        (lambda: Node.of([1], "/x"), "/x"),
    ):
        with pytest.raises(BadInput) as caught:
            ask()
        assert caught.value.where == where
