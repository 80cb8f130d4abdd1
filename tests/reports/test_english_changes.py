"""Two plans side by side in English: every kind of change, with the same figures as in French."""

import pytest

from synergie.reports import compare_rows as _compare_rows
from synergie.reports.document import Section
from synergie.reports.language import Language, use_language
from tests.reports import changed_plans
from tests.reports.changed_plans import Pairs
from tests.reports.english import french_left, texts
from tests.reports.purchases import amounts
from tests.reports.test_english_purchases import FRENCH_NUMBER, _euros

NAMES = ("purchase", "purchase-back", "purchase-same", "purchase-bare", "campaign",
         "campaign-back", "campaign-same", "campaign-bare", "part", "part-back", "own",
         "own-back")  # fmt: skip


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return changed_plans.pairs()


def _told(pairs: Pairs, name: str, language: Language) -> tuple[Section, ...]:
    with use_language(language):
        return pairs.told[name]()


@pytest.mark.parametrize("name", NAMES)
def test_changes_are_told_in_english_with_the_same_figures(pairs: Pairs, name: str) -> None:
    french, english = _told(pairs, name, "fr"), _told(pairs, name, "en")
    assert french_left(english, pairs.typed) == []
    assert french_left(french, pairs.typed) != [] and _told(pairs, name, "fr") == french
    assert [one for one in texts(english) if FRENCH_NUMBER.search(one)] == []
    both = zip(texts(french), texts(english), strict=True)
    assert [pair for pair in both if amounts(pair[0]) != _euros(pair[1])] == []


def test_every_name_of_a_pair_is_tried(pairs: Pairs) -> None:
    assert set(pairs.told) == set(NAMES)


def test_signs_and_words_of_a_change_are_english(pairs: Pairs) -> None:
    said = {one for name in NAMES for one in texts(_told(pairs, name, "en"))}
    signs = {"= same", "+ joins", "\u2212 leaves", "≠ different award", "+ new", "\u2212 gone"}
    assert signs <= said
    assert {"has published no needs", "present or not invited", "new-code"} <= said
    starts = ("▼ less: \u2212€", "▲ more: +€", "▼ less: \u2212", "▼ earlier: \u2212", "▲ later: +")
    for start in starts:
        assert any(one.startswith(start) for one in said), start
    assert any(one.endswith(" visits in another week, new or gone") for one in said)


def test_what_a_table_leaves_out_is_counted(pairs: Pairs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_compare_rows, "MOST_ROWS", 2)
    assert any(one.endswith(" more visits are not shown here.") for one in texts(
        _told(pairs, "campaign", "en")
    ))  # fmt: skip
    assert any(one.endswith(" autres visites ne sont pas montrées ici.") for one in texts(
        _told(pairs, "campaign", "fr")
    ))  # fmt: skip
