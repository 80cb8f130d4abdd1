"""A maintenance plan made by a script that speaks English: report and notes; sheets are French."""

import re
from pathlib import Path

import pytest
from markupsafe import Markup

from synergie.cli import main
from synergie.reports.language import use_language
from tests.cli.test_plan_maintenance import FAULT, STARTS, WEEK, files
from tests.reports.english import french_left

__all__ = ["files"]


def left(path: Path) -> list[str]:
    """What is French in a page, but for the fault as somebody typed it."""
    page = path.read_text("utf-8")
    assert '<html lang="en"' in page
    page = page.partition("</style>")[2]
    return french_left(Markup(page), [str(FAULT.fault_type)])  # noqa: S704 (a page of ours)


@pytest.mark.parametrize(
    ("span", "more"), [(STARTS, ["--study"]), (WEEK, [])], ids=["year", "week"]
)
def test_the_folder_is_told_in_english(
    files: list[str], tmp_path: Path, span: list[str], more: list[str]
) -> None:
    out = tmp_path / "out"
    with use_language("en"):
        words = ["plan", "maintenance", *files, *span, *more]
        assert main([*words, "--out", str(out)]) == 0
    pages = [out / "rapport.html", *(out / "notes").glob("*.html")]
    assert [left(one) for one in pages] == [[]] * len(pages)
    told = re.sub(r"<[^>]*>", " ", pages[0].read_text("utf-8"))
    assert "excluding VAT" in told and "the file does not say" in told
    for sheet in (out / "feuilles").glob("*.html"):
        assert '<html lang="fr"' in sheet.read_text("utf-8")
