"""Lighting told in English: every text of every case, and no word of it in French afterwards."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.records.effects import Indicator, LightingCriterion
from synergie.lighting.reports.answers import answers
from synergie.lighting.reports.folder import NAMES as FILES
from synergie.lighting.reports.folder import lighting_folder
from synergie.lighting.reports.names import GROUPS, NAMES, STAKES, SYNTHETIC, UNITS
from synergie.lighting.reports.report import lighting_document
from synergie.lighting.reports.words import (
    bound,
    criterion_name,
    describe_criterion,
    describe_criterion_briefly,
    file_kind,
    format_criterion_amount,
    format_indicator_cell,
)
from synergie.reports.document import Answers, Document, Items, Section, Table
from synergie.reports.language import choose_text, use_language
from synergie.schemas.plan import Phrase
from tests.reports.english import french_left, texts
from tests.reports.lighted import brief, comparison, effects, study, whole
from tests.reports.lighted_cases import CASES, REPORTS, thin

_TYPED = (
    study().name, "S0 Aujourd'hui", "S4 LED, 30 % de 22 h à 6 h",
    "S5 LED, extinction de 0 h à 5 h 30", "abaissement à 30 % de 22 h à 6 h",
    "extinction de 0 h à 5 h 30", "toute la nuit", "Communauté de communes", "Tout est fictif.",
    "mix moyen", "essai", "Conseil communautaire", "conseil", "budget participatif 2025",
    "Quelle lumière la nuit ?", "Habitantes et habitants", "Électricité consommée",
    "Lumière perdue vers le ciel", "Heures sans lumière la nuit", "Sentiment de sécurité",
    "arrêté du 27/12/2018", "arrêté du 27 décembre 2018",
)  # fmt: skip
"""What people typed or named, and the laws, which keep their names."""
_CUT = ("S4 LED, 30\u00a0% de 22\u00a0h à", "S5 LED, extinction de", "0\u00a0h à 5\u00a0h\u00a030")
"""Names on the two lines of a label."""
KEPT = tuple(dict.fromkeys((*_TYPED, *map(bound, _TYPED), *_CUT)))
_OURS = (
    "12 people answered", "3000 k at most", "400 000 eur in", "bills are linear", "a power",
    "felt safety is not known of all", "power goes with light", "cannot be programmed", "nuit",
    "made for a test", "nobody asked the people of", "pompey", "frouard", "liverdun", "ville", "zz",
    "led 40 w & <b>", "synergie", "full-night", "cct-road", "dim-30", "off",
    "foyers.csv", "prix.csv", "a.csv", "nature",
)  # fmt: skip
"""Sentences, files and keys of these tests, in small letters."""
_ANY_OF_OURS = re.compile(rf"\b(?:{'|'.join(map(re.escape, _OURS))})(?!\w)|, article 3")
_ALIKE = frozenset(
    {
        "commune", "communes", "insee", "luminaires", "min", "plan", "question", "service",
        "source", "verdict", "votes", "absent", "budget", "veto",
    }
)  # fmt: skip
"""Words that are the same in both languages."""
_CODE = re.compile(r"\S*\d\S*|\b[0a-f]{12,}\b")
_FRENCH_FIGURE = re.compile(
    "\u202f|\\d,\\d(?!\\d\\d)|\\b\\d+[\u00a0 ](?:%|€(?!\\d))|€/an|\\d\u00a0h\u00a0\\d\\d"
)


@cache
def _told(name: str) -> tuple[Any, Any, Any]:
    """A case in French, in English, and in French again."""
    before = CASES[name]()
    with use_language("en"):
        english = CASES[name]()
    return before, english, CASES[name]()


@pytest.mark.parametrize("name", CASES)
def test_no_french_is_left(name: str) -> None:
    _, made, _ = _told(name)
    assert french_left(made, KEPT) == []
    assert [one for one in texts(made) if _FRENCH_FIGURE.search(_without(one, KEPT))] == []
    assert not isinstance(made, Document) or made.language == "en"


@pytest.mark.parametrize("name", CASES)
def test_what_is_the_same_in_both_languages_is_a_name_or_a_word_of_both(name: str) -> None:
    french, english, _ = _told(name)
    same = set(texts(french)) & set(texts(english))
    assert sorted(filter(_is_told, same)) == []


@pytest.mark.parametrize("name", CASES)
def test_french_is_the_same_after_english_was_told(name: str) -> None:
    before, _, after = _told(name)
    assert repr(after) == repr(before)
    assert not isinstance(after, Document) or after.language == "fr"


def test_one_brief_may_be_told_in_both_languages_in_turn() -> None:
    made = whole()
    assert answers(made).answers[0].question == "Que décider ?"
    with use_language("en"):
        assert french_left(lighting_document(made), KEPT) == []
        assert answers(made).answers[0].question == "What is to be decided?"
    assert answers(made).answers[0].question == "Que décider ?"


def test_a_report_in_french_is_found_to_be_french() -> None:
    """The tests above can fail."""
    found = french_left(_told("report-whole")[0], KEPT)
    assert len(found) > 100
    assert "Que décider ?" in found
    assert _is_told("Facture") and _is_told("inconnu") and not _is_told("S4")
    for figure in ("62,9", "438\u202f000", "80\u00a0%", "11\u00a0€/an"):
        assert _FRENCH_FIGURE.search(figure)
    assert not _FRENCH_FIGURE.search("€438,000 and 1,825\u00a0h/year, 62.9%")


def _without(text: str, names: Iterable[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "·")
    return text


def _is_told(text: str) -> bool:
    """Whether a text says something: more than names, codes, and words of both languages."""
    plain = _CODE.sub("·", _ANY_OF_OURS.sub("·", _without(text, KEPT).casefold()))
    return any(one not in _ALIKE for one in re.findall(r"[^\W\d_]{3,}", plain))


def _tables(section: Section) -> dict[str, Table]:
    return {one.caption: one for one in section.blocks if isinstance(one, Table)}


def _section(made: Document, anchor: str) -> Section:
    return next(one for one in made.sections if one.anchor == anchor)


def test_the_first_page_asks_and_answers_in_english() -> None:
    _, made, _ = _told("report-whole")
    (block, options) = _section(made, "essentiel").blocks
    assert isinstance(block, Answers)
    told = {one.question: one for one in block.answers}
    assert list(told) == [
        "What is to be decided?", "How much?", "Who gains, who loses?", "Is it allowed?",
        "Can it be done?", "Who prefers what?", "What is not known?", "Which data, and how old?",
    ]  # fmt: skip
    assert told["What is to be decided?"].answer.startswith(
        "Choose between S0 (stay as today), S4 and S5"
    )
    assert told["How much?"].answer == "Whole-life cost of €480,000 (S5) to €876,000 (S0)."
    assert "annual bill of €11,600/year (S4) to €60,000/year (S0)" in told["How much?"].more
    assert isinstance(options, Items)
    assert "energy \u221284%" in options.items[0]
    assert "dark hours 1,825\u00a0h/year more" in options.items[1]


def test_figures_are_written_as_english_readers_write_them() -> None:
    _, made, _ = _told("report-whole")
    (effects,) = _tables(_section(made, "criteres")).values()
    assert effects.caption == "Effects of S0, S4 and S5"
    assert effects.rows[0] == (
        "Energy used (MWh/year) ↓ less is better",
        "400.0 [360.0 to 440.0]", "62.9 [56.6 to 69.1]", "63.2 [56.9 to 69.6]",
    )  # fmt: skip
    shares = next(iter(_tables(_section(made, "poids")).values()))
    assert shares.rows[0][3:] == ("80% (± 0.8%)", "20% (± 0.8%)")
    years = _tables(_section(made, "argent"))
    spent = years["Spending of each year, in today's euros excluding VAT"]
    assert spent.rows[1] == ("2027, of which works", "0", "438,000", "438,000")


def test_a_unit_follows_its_figure_as_in_english() -> None:
    def told(criterion: LightingCriterion, value: float) -> str:
        return format_criterion_amount(CRITERIA[criterion].told, value)

    with use_language("en"):
        assert told("bill", 11_600) == "€11,600/year"
        assert told("bill", 0.3) == "€0.3/year"
        assert told("investment", -1_200) == "\u2212€1,200"
        assert told("legal", 98.26) == "98.3%"
        assert told("worse_off", 1) == "1\u00a0commune"
        assert told("worse_off", 0) == "0\u00a0communes"
        assert told("retention", 1) == "1\u00a0day"
        assert told("gain_spread", 0.5) == "0.50"
    assert told("bill", 11_600) == "11\u202f600\u00a0€/an"
    assert told("retention", 0) == "0\u00a0jour"


def test_a_cell_says_what_is_unknown_of_what() -> None:
    def one(**fields: Any) -> Indicator:
        told = {"criterion": "energy", "value": None, "source": Phrase(text="x")}
        return Indicator.model_validate(told | fields)

    with use_language("en"):
        why = Phrase(text="no meter")
        assert (
            format_indicator_cell(one(unknown=why, known=0.0), lambda _: 2)
            == "unknown (note\u00a02)"
        )
        assert (
            format_indicator_cell(one(high=2.0, known=0.0), lambda _: 1) == "unknown [at most 2.0]"
        )
        assert (
            format_indicator_cell(one(value=3.0, known=0.4), lambda _: 1) == "3.0 (known for 40%)"
        )
        assert format_indicator_cell(None, lambda _: 1) == "does not apply"


def test_every_name_has_its_english_and_no_two_are_alike() -> None:
    assert set(NAMES) == set(CRITERIA)
    tables: list[list[tuple[str, str]]] = [
        [one.name for one in NAMES.values()], [one.short for one in NAMES.values()],
        [*STAKES.values()], [*GROUPS.values()], [*UNITS.values()],
    ]  # fmt: skip
    for pairs in tables:
        told = [english for _, english in pairs]
        assert all(told)
        if pairs != tables[-1]:
            assert len(set(told)) == len(told)
        assert french_left(told, KEPT) == []
    with use_language("en"):
        assert (describe_criterion("bill"), describe_criterion_briefly("bill")) == (
            "Annual bill",
            "the bill",
        )
        assert criterion_name("dark_hours") == "Dark hours, from 23:00 to 5:00"
        assert criterion_name("absent") is None
        assert (file_kind("inventaire"), file_kind("Zz")) == ("inventory", "Zz")
        assert choose_text(*SYNTHETIC).startswith("The study says so itself")
    assert file_kind("inventaire") == "inventaire"


@pytest.mark.parametrize("name", REPORTS)
def test_the_sheets_of_the_workbook_bear_names_that_every_spreadsheet_takes(name: str) -> None:
    french, found, _ = _told(f"workbook-{name}")
    names = [one[0] for one in found]
    assert names[:4] == ["Read me", "Scenarios", "Criteria", "Effects"]
    assert len(set(names)) == len(names)
    assert all(len(one) <= 31 and not re.search(r"[\[\]:*?/\\]", one) for one in names)
    assert [len(one[1]) for one in found] == [len(one[1]) for one in french]
    assert [len(one[2]) for one in found] == [len(one[2]) for one in french]


def test_the_first_sheet_names_every_other_sheet() -> None:
    _, found, _ = _told("workbook-whole")
    told = {row[0] for row in found[0][2]}
    assert {one[0] for one in found[1:]} <= told


def test_the_files_of_the_folder_keep_their_names() -> None:
    with use_language("en"):
        files = lighting_folder(whole())
    assert set(files) == FILES
    assert files["comparaison.json"] == lighting_folder(whole())["comparaison.json"]
    assert files["classeur.xlsx"] != lighting_folder(whole())["classeur.xlsx"]


def test_a_thin_comparison_says_how_little_is_known() -> None:
    with use_language("en"):
        told = answers(thin()).answers[0]
    assert told.answer == (
        "Complete the files before choosing: of 14 effects, only 1 is known of every scenario."
    )


def test_a_sentence_names_criteria_and_schedules_between_english_quotes() -> None:
    made = brief()
    phrase = Phrase(text="{} under {} of {}", values=("bill", "off", "54430"))
    with use_language("en"):
        quoted = "“Extinction de 0\u00a0h à 5\u00a0h\u00a030”"
        assert made.say_phrase(phrase) == f"“Annual bill” under {quoted} of Pompey"
    assert made.say_phrase(phrase).startswith("« Facture d'une année » under « Extinction")


def test_who_loses_is_the_same_in_both_languages() -> None:
    """Whether a commune loses is no matter of words."""
    made = brief(comparison=comparison(scenarios=tuple(map(effects, range(3)))))
    french = answers(made).answers[2].answer
    with use_language("en"):
        english = answers(made).answers[2].answer
    assert french == "Des communes perdent sans rien gagner sous S5."
    assert english == "Some communes lose and gain nothing under S5."


def test_a_part_says_what_it_does_not_tell() -> None:
    _, made, _ = _told("part-bare")
    assert made.facts[2].value == "none"
    told = str(made)
    assert "they would tell the part of another" in told
    assert "▲" not in told
    assert "= same" in told
