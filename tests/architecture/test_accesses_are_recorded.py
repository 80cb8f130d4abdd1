"""Whoever decides a read under an agreement records it: a module that does not is found."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "synergie"
EXCHANGE = [path for path in sorted(SOURCE.rglob("*.py")) if "exchange" in path.parts]
"""Modules of use cases, in the core and in each subject."""

DECIDES = {
    "_campaign_inputs.inputs", "_campaign_inputs.permits_now",
    "_door.authorize_changes", "_door.authorize_list", "_door.authorize_subject",
    "_purchase_inputs.reopen_needs", "_purchase_inputs.inputs",
}  # fmt: skip
RECORDS = {"_seen.open_recorded_session", "_seen.record"}

OTHERWISE = {
    "_export_grants.py": "records `export.made` in the transaction that makes the export",
    "_group.py": "records `data.written` in the transaction that stores what is sent",
    "_webhook_news.py": "decides what is told of a change; the message is recorded when it is made",
}
"""Modules that decide and record in another way, each with how."""


def unrecorded(source: str) -> set[str]:
    """What of `RECORDS` a module lacks that decides reads by the door."""
    named = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    if "_seen.record_all" in named:  # of several agreements at once
        named.add("_seen.record")
    return RECORDS - named if named & DECIDES else set()


def _read(name: str) -> str:
    (path,) = (path for path in EXCHANGE if path.name == name)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", EXCHANGE, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_module_that_decides_reads_records_them(path: Path) -> None:
    if path.name not in OTHERWISE:
        assert unrecorded(path.read_text(encoding="utf-8")) == set()


def test_every_exception_is_still_needed_and_records_otherwise() -> None:
    for name in OTHERWISE:
        source = _read(name)
        assert unrecorded(source) != set()
        assert "append" in source


def test_a_planted_read_that_is_not_recorded_is_found() -> None:
    planted = _read("freshness.py")
    assert unrecorded(planted) == set()
    without = planted.replace("_seen.record(", "str(").replace(
        "_seen.open_recorded_session(", "open("
    )
    assert unrecorded(without) == RECORDS
