import re

import pytest

from synergie.reports.page import render_report_style
from synergie.reports.palette import (
    CLASSES,
    INKS,
    PAPER,
    RULE,
    SERIES,
    SHADE,
    Ink,
    compute_contrast,
)


def test_contrast_is_that_of_wcag() -> None:
    assert compute_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert compute_contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ink", INKS, ids=lambda ink: ink.name)
@pytest.mark.parametrize("ground", [PAPER, SHADE], ids=lambda ink: ink.name)
def test_every_ink_can_be_read_as_text(ink: Ink, ground: Ink) -> None:
    assert compute_contrast(ink.light, ground.light) >= 4.5
    assert compute_contrast(ink.dark, ground.dark) >= 4.5


@pytest.mark.parametrize("ground", [PAPER, SHADE], ids=lambda ink: ink.name)
def test_rules_and_borders_are_seen(ground: Ink) -> None:
    assert compute_contrast(RULE.light, ground.light) >= 3
    assert compute_contrast(RULE.dark, ground.dark) >= 3


def test_the_style_uses_no_other_colour() -> None:
    names = {ink.name for ink in (PAPER, SHADE, RULE, *INKS, *SERIES, *CLASSES)}
    rules = render_report_style("").partition("}}\n")[2]
    assert set(re.findall(r"var\(--(\w+)\)", rules)) <= names
    assert not re.findall(r"#[0-9a-f]{3,8}\b", rules)
