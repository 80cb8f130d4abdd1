"""The checks are data: codes that are stable, sentences for people, a page that lists them."""

import re
from pathlib import Path

import pytest

from synergie.formats import checks
from synergie.formats.check import check
from synergie.formats.report import Report
from tests.formats.test_check import OCTOBER, hdm, rows


def test_codes_are_unique_and_plain() -> None:
    assert len(checks.CHECKS) == sum(isinstance(v, checks.Check) for v in vars(checks).values())
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in checks.CHECKS)


def test_each_refusal_and_warning_says_what_to_do() -> None:
    for one in checks.CHECKS.values():
        assert one.action or one.severity == "information", one.code


def test_the_page_lists_each_check_with_its_severity(root: Path) -> None:
    page = (root / "docs" / "formats" / "checks.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", page, re.MULTILINE))
    assert listed == {one.code: one.severity for one in checks.CHECKS.values()}


def test_a_finding_keeps_its_first_place_and_counts_the_rest() -> None:
    report = Report()
    report.find(checks.CLASS_SUM, 10, 11, place=3)
    report.find(checks.CLASS_SUM, 20, 22, place=9)
    (found,) = report.findings.values()
    assert (found.times, found.first) == (2, 3)
    assert found.tell(str) == "the classes add up to 10, the total of the file says 11"


def test_the_gravest_finding_comes_first_and_holes_are_found() -> None:
    some = rows(OCTOBER, 2, 1800)
    kept = [*some[:10], *some[12:]]
    report = check(hdm([kept[1], kept[0], *kept[2:]], OCTOBER, OCTOBER.replace(day=26)))
    assert [one.code for one in report.findings][:2] == ["hole", "incomplete-day"]
    assert [one.times for one in report.findings][:2] == [2, 1]


@pytest.mark.parametrize("times", [1, 3])
def test_findings_of_a_file_inside_an_archive_name_the_file(times: int) -> None:
    whole, part = Report(), Report()
    part.find(checks.SENTINEL, place="record 4", times=times)
    whole.absorb(part, "a.xml")
    (found,) = whole.findings.values()
    assert (found.first, found.times) == ("a.xml, record 4", times)
