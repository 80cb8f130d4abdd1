"""One of anything is told in the singular, and what costs more is not less, in both languages."""

from dataclasses import replace

import pytest

from synergie.maintenance.reports.answers import answers
from synergie.maintenance.reports.maintenance import maintenance_section
from synergie.maintenance.reports.said import describe_late_visits, describe_visit_count
from synergie.reports.language import Language, use_language
from synergie.reports.plans import against_alone, build_gains_figure
from synergie.reports.written import format_short_name_list
from tests.reports import maintained
from tests.reports.english import texts
from tests.reports.maintained_ways import ways


def _said(language: Language, name: str) -> str:
    with use_language(language):
        brief = ways()[name]
        assert brief.plan is not None
        return build_gains_figure(brief.plan, brief.names).summary


def test_one_loser_pays_more() -> None:
    assert _said("fr", "losing").startswith("1 paie plus que seul. ")
    assert _said("en", "losing").startswith("1 pays more than alone. ")


@pytest.mark.parametrize(
    ("language", "five", "six"),
    [
        ("fr", "a, b, c, d et 1 autre", "a, b, c, d et 2 autres"),
        ("en", "a, b, c, d and 1 more", "a, b, c, d and 2 more"),
    ],
)
def test_what_is_left_of_a_list(language: Language, five: str, six: str) -> None:
    with use_language(language):
        assert format_short_name_list("abcde") == five
        assert format_short_name_list("abcdef") == six


@pytest.mark.parametrize(
    ("language", "told", "late"),
    [
        ("fr", "1 visite de 1 armoire, 1 point lumineux.",
         "1 visite sur 5 après son échéance, de 1 semaine au plus."),
        ("en", "1 visit of 1 cabinet, 1 light point.",
         "1 of 5 visits past due, by 1 week at most."),
    ],
)  # fmt: skip
def test_one_visit(language: Language, told: str, late: str) -> None:
    with use_language(language):
        assert describe_visit_count(1, 1, 1) == told
        assert describe_late_visits([1], 5) == late


@pytest.mark.parametrize(
    ("language", "start"),
    [("fr", "1 armoire est visitée en 1 semaine"), ("en", "1 cabinet is visited in 1 week")],
)
def test_a_plan_of_one_visit_in_one_week(language: Language, start: str) -> None:
    brief = maintained.kept()
    assert brief.plan is not None and brief.problem is not None
    plan = brief.plan.model_copy(update={"visits": brief.plan.visits[:1], "crew_days": 1})
    problem = brief.problem.model_copy(update={"weeks": 1})
    with use_language(language):
        made = maintenance_section(problem, plan, names=brief.names, assumptions=(), tell=str)
        first = replace(brief, plan=plan, problem=problem)
        words = " ".join(texts(answers(first)))
    assert any(one.startswith(f"{start} ") for one in texts(made))
    days, span = ("1 jour d'équipe.", "Sur 1 semaine") if language == "fr" else (
        "1 crew-day.", "Over 1 week"
    )  # fmt: skip
    assert days in words and span in words
    assert ("1 jour d'équipe suffit" in " ".join(texts(made))) == (language == "fr")


@pytest.mark.parametrize(
    ("language", "more", "less"),
    [
        ("fr", "12,00\u00a0€ de plus", "12,00\u00a0€ de moins"),
        ("en", "€12.00 more", "€12.00 less"),
    ],
)
def test_a_plan_that_costs_more_than_alone_says_more(
    language: Language, more: str, less: str
) -> None:
    brief = maintained.kept()
    assert brief.plan is not None
    with use_language(language):
        for off, told in ((-12, more), (12, less)):
            alone = brief.plan.objective_eur + off
            plan = brief.plan.model_copy(update={"baseline_eur": alone})
            assert told in " ".join(texts(answers(replace(brief, plan=plan))))
            assert f"{told} (" in against_alone(plan, "x")
