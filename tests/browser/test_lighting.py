"""The comparison of lighting in a real browser: accessible, silent, asking nothing elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from synergie.lighting.reports.report import lighting_document
from synergie.reports.document import Document
from synergie.reports.page import html
from tests.browser import test_pages
from tests.reports.lighted import brief, comparison, effects, study, whole

pytestmark = pytest.mark.browser

look = test_pages.look
"""Look at an address, in every way."""


def bare() -> Document:
    """Where next to nothing is known: no commune, no place, no figure."""
    unknown = tuple(
        one.model_copy(
            update={
                "indicators": tuple(
                    each.model_copy(update={"value": None, "low": None, "high": None, "known": 0.0})
                    for each in one.indicators
                ),
                "communes": (), "cabinets": (), "profile_kw": (), "years": (),
            }
        )
        for one in map(effects, range(3))
    )  # fmt: skip
    return lighting_document(
        brief(study=study(communes=()), comparison=comparison(scenarios=unknown), sources=())
    )


MADE: dict[str, Callable[[], Document]] = {
    "whole": lambda: lighting_document(whole()),
    "bare": bare,
}


@pytest.mark.parametrize("page", MADE)
def test_nothing_is_wrong_with_the_page(
    page: str, look: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "rapport.html"
    file.write_text(html(MADE[page]()), encoding="utf-8")
    ways = look(file.as_uri())
    assert test_pages._faults(ways, file.as_uri()) == {}
    assert len(ways["no script"]["text"]) > 2_000


def test_the_first_sheet_prints_on_one_page(
    look: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    made = lighting_document(whole())
    file = tmp_path / "rapport.html"
    file.write_text(html(replace(made, sections=made.sections[:1])), encoding="utf-8")
    assert look(file.as_uri())["wide"]["print"]["pages"] == 1
