"""What fills a sentence: a quantity is written, a year and an identifier stay as they are."""

from dataclasses import replace

import pytest

from synergie.lighting.plan.frontier import _text as of_frontier
from synergie.lighting.plan.money import _text as of_money
from synergie.reports.language import Language, use_language
from synergie.reports.plans import _YEARS, describe_phrase
from synergie.reports.teller import build_translator
from synergie.schemas.plan import Phrase
from tests.reports import lighted, maintained
from tests.reports.purchases import bought

SIREN = "990000001"
LANGUAGES: tuple[Language, ...] = ("fr", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_in_a_sentence_has_no_thousands(language: Language) -> None:
    budget = Phrase(text=of_money.BUDGET, values=("sde", "300000", "2028", "200000"))
    works = Phrase(text=of_frontier.ONE_YEAR, values=("2027",))
    with use_language(language):
        amounts = ("300\u202f000", "200\u202f000") if language == "fr" else ("300,000", "200,000")
        told = describe_phrase(budget, str)
        assert told == f"sde asks for {amounts[0]} EUR in 2028, its budget is {amounts[1]} EUR"
        assert describe_phrase(works, build_translator()).endswith(" 2027")


def test_the_sentences_with_a_year_are_those_of_the_scenarios() -> None:
    assert _YEARS == {of_frontier.ONE_YEAR: 0, of_money.BUDGET: 2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_identifier_of_a_member_is_no_quantity(language: Language) -> None:
    made = bought()
    first, *others = made.plan.members
    members = (first.model_copy(update={"member": SIREN}), *others)
    brief = replace(made, plan=made.plan.model_copy(update={"members": members}))
    pays = Phrase(text="{} pays {} EUR more", values=(SIREN, "12000"))
    with use_language(language):
        more = "12\u202f000" if language == "fr" else "12,000"
        assert replace(brief, tell=str).say_phrase(pays) == f"{SIREN} pays {more} EUR more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_identifier_of_a_body_is_no_quantity_in_maintenance(language: Language) -> None:
    made = maintained.kept()
    assert made.problem is not None
    first, *others = made.problem.visits
    visits = (first.model_copy(update={"organisation": SIREN, "cabinet": "54000001"}), *others)
    problem = made.problem.model_copy(update={"visits": visits})
    brief = replace(made, problem=problem, tell=str)
    with use_language(language):
        phrase = Phrase(text="{}: {}", values=(SIREN, "54000001"))
        assert brief.say_phrase(phrase) == f"{SIREN}: 54000001"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "nacelle (CACES R486) ; à neutre commun avec le réseau public"),
        ("en", "aerial platform (CACES R486) ; with a neutral shared with the public grid"),
    ],
)
def test_skills_and_networks_are_told_in_words(language: Language, told: str) -> None:
    made = maintained.kept()
    keys = {one for week in made.weeks for stop in week.problem.stops for one in stop.skills}
    assert "platform" in keys
    brief = replace(made, tell=str)
    with use_language(language):
        phrase = Phrase(text="{} ; {}", values=("platform", "shared_neutral"))
        assert brief.say_phrase(phrase) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "l'ensemble demande 300\u202f000 €, son budget est de 200\u202f000 €"),
        ("en", "the whole asks for 300,000 EUR, its budget is 200,000 EUR"),
    ],
)
def test_all_bodies_together_are_told_in_the_language_of_the_sentence(
    language: Language, told: str
) -> None:
    over = Phrase(text=of_money.BUDGET_ALL_YEARS, values=(of_money.EVERYBODY, "300000", "200000"))
    with use_language(language):
        assert lighted.brief(tell=build_translator()).say_phrase(over) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [("fr", "de 0\u00a0h à 5\u00a0h\u00a030"), ("en", "de 00:00 à 05:30")],
)
def test_a_clock_time_in_a_sentence_is_that_of_its_language(language: Language, told: str) -> None:
    phrase = Phrase(text="de {} à {}", values=("0\u00a0h", "5\u00a0h\u00a030"))
    with use_language(language):
        assert lighted.brief(tell=str).say_phrase(phrase) == told
