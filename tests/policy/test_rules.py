"""The table of legal rules: whole, dated, and as the page for people tells it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest

from synergie.policy.trust.persons import Consents, Point
from synergie.policy.trust.rules import RULES, Effect, Rule, select_rules
from tests.policy.test_decide import NOW, agreement

OBEYED = {
    "FR-CURVE", "FR-PURPOSE", "FR-DAILY", "FR-WITHDRAW", "FR-LIGHTING", "FR-BUILDING", "FR-ENEDIS",
}  # fmt: skip


def test_every_rule_has_a_source_and_says_how_sure_we_are() -> None:
    assert len({row.id for row in RULES}) == len(RULES)
    for row in RULES:
        assert re.fullmatch(r"FR-[A-Z0-9-]+", row.id)
        assert row.source
        assert row.condition.endswith(".")
        assert row.valid_from is None or row.valid_from <= row.checked_on


def test_the_rules_that_are_obeyed_say_so() -> None:
    assert {row.id for row in RULES if row.effect != "states"} == OBEYED
    assert {row.effect for row in RULES} == set(get_args(Effect.__value__))


def test_of_one_rule_the_newest_that_has_begun_holds() -> None:
    old = Rule("FR-X", "curve", "Old.", "states", "x", None, "assumed")
    new = Rule("FR-X", "curve", "New.", "states", "x", date(2027, 1, 1), "assumed")
    for table in ((old, new), (new, old)):
        assert select_rules(datetime(2026, 12, 31, 23, tzinfo=UTC), table)["FR-X"] is old
        assert select_rules(datetime(2027, 1, 1, tzinfo=UTC), table)["FR-X"] is new


def test_a_rule_holds_from_its_date() -> None:
    """Before the recommendation of 2012 nothing asked for a consent (FR-CURVE)."""
    person, made = [Point("sp_1", "yes")], agreement(granularity="raw")
    before, after = datetime(2012, 11, 14, tzinfo=UTC), datetime(2012, 11, 15, tzinfo=UTC)
    assert Consents(made, "hour", [], before).lack(person) is None
    assert Consents(made, "hour", [], after).lack(person) == ("consent_missing", "FR-CURVE")


@pytest.mark.parametrize("row", RULES, ids=lambda row: row.id)
def test_the_page_for_people_tells_each_rule(row: Rule, root: Path) -> None:
    page = (root / "docs" / "explanation" / "legal-rules.md").read_text()
    (line,) = (one for one in page.splitlines() if one.startswith(f"| {row.id} |"))
    since = "" if row.valid_from is None else row.valid_from.isoformat()
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        row.id,
        row.condition,
        "yes" if row.effect != "states" else "",
        row.source,
        since,
        row.checked_on.isoformat(),
        row.certainty.replace("_", " "),
    ]


def test_now_is_after_every_rule_began() -> None:
    assert set(select_rules(NOW)) == {row.id for row in RULES}
