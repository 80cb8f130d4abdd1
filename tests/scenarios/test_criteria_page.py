"""The page on criteria says of each what the code says."""

import re
from datetime import date
from pathlib import Path

from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.plan.law import list_rules_in_force

ROW = re.compile(r"^\| `([a-z0-9_-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)


def rows(root: Path, part: str) -> list[tuple[str, str, str, str]]:
    """The rows of the table in one part of the page."""
    page = (root / "docs" / "plan" / "lighting-criteria.md").read_text(encoding="utf-8")
    body = page.split(f"\n## {part}.")[1].split("\n## ")[0]
    return [(name, a.strip(), b.strip(), c.strip()) for name, a, b, c in ROW.findall(body)]


def test_the_table_holds_every_criterion_in_order(root: Path) -> None:
    told = [one.told for one in CRITERIA.values()]
    assert rows(root, "C1") == [(t.criterion, t.stake, t.unit, t.direction) for t in told]


def test_the_table_of_the_law_holds_every_rule_with_its_article(root: Path) -> None:
    held = {one.key: one.article for one in list_rules_in_force(date(2027, 1, 1))}
    found = {name: article for name, article, _, _ in rows(root, "C3")}
    assert found.keys() == held.keys()
    for key, article in found.items():
        assert held[key].endswith(article), key
