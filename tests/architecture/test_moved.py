"""The list of moved modules says where each is now."""

import csv
from pathlib import Path


def test_what_moved_is_where_the_list_says(root: Path) -> None:
    with (root / "docs" / "reference" / "moved.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) > 1_000
    assert [row["new"] for row in rows if not (root / row["new"]).is_file()] == []
    assert [row["old"] for row in rows if (root / row["old"]).is_file()] == []
