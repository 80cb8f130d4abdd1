"""The order of 27 December 2018: each planted breach is told with its article, and nothing else."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.law import LawRules, breaches, list_rules_in_force
from synergie.lighting.plan.law._hours import is_dark
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.measured import Measured
from synergie.lighting.records.effects import Breach
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan
from synergie.lighting.records.study import LightingAction, LightingStudy
from tests.scenarios.criteria_cases import (
    DIM,
    FULL,
    OFF,
    SCHEDULES,
    TOWN,
    A,
    B,
    commune,
    led,
    light,
    money,
    scenario,
    study,
)
from tests.scenarios.criteria_cases import rules as study_rules

NEW: dict[str, Any] = {"installed_on": date(2022, 6, 1), "ulr": 0.01, "source_type": "LED"}
TO_LED = scenario("s1", LightingAction(retrofit="led"))
ORDER = "arrêté du 27 décembre 2018, "
EVENING = FULL.model_copy(update={"id": "evening", "off_at": "01:00"})
NIGHTS = (*SCHEDULES, EVENING)
DARK = light("park", usage="B3", schedule="evening", area="park")
PARK = TOWN.model_copy(update={"id": "park", "kind": "garden"})


def dark_from(schedule: LightingSchedule, minute: int) -> bool:
    """Dark from *minute* of the day until 05:00."""
    return is_dark(schedule, ((minute - 720) % 1440, 1020))


def measured(told: LightingStudy) -> Measured:
    return Setting(told, park_of(told)).measured(told.scenarios[-1])


def broken(told: LightingStudy, law: LawRules | None = None) -> tuple[Breach, ...]:
    return breaches(measured(told), law)


def short(found: tuple[Breach, ...]) -> list[tuple[str, str, int, bool]]:
    return [(one.rule, one.subject, one.count, one.is_new) for one in found]


def test_a_clean_park_breaks_nothing_before_and_after() -> None:
    rows = (light("l1"), light("l2", **NEW), DARK, light("sport", usage="C", cct_k=5000, **NEW))
    told: dict[str, Any] = {"schedules": NIGHTS, "areas": (TOWN, PARK)}
    assert broken(study(*rows, **told)) == ()
    assert broken(study(*rows, **told, scenarios=(scenario("s0"), TO_LED))) == ()


PLANTED: dict[str, tuple[LightingStudy, str, str, str, int, bool]] = {
    "cold light put up on a street": (
        study(light("l1", count=3), retrofits=(led(cct_k=4000),), scenarios=(TO_LED,)),
        "cct-road", "article 3, II, 3°", "led", 3, True,
    ),
    "cold light of 2022 on a street": (
        study(light("l1"), light("l2", cct_k=4000, **NEW)),
        "cct-road", "article 3, II, 3°", "l2", 1, False,
    ),
    "cold light of 2022 on a building": (
        study(light("l1"), light("l2", cct_k=4000, usage="D", flux_lm=5000, **NEW)),
        "cct-road", "article 3, II, 3°", "l2", 1, False,
    ),
    "cold light of 2022 on a car park": (
        study(light("l1"), light("l2", cct_k=4000, usage="E", flux_lm=5000, **NEW)),
        "cct-road", "article 3, II, 3°", "l2", 1, False,
    ),
    "light upwards put up": (
        study(light("l1"), retrofits=(led(ulr=0.05),), scenarios=(TO_LED,)),
        "ulr-installed", "article 3, II, 1°", "led", 1, True,
    ),
    "globe of 2022": (
        study(light("l1", count=2, **(NEW | {"ulr": 0.6})), light("l2")),
        "ulr-installed", "article 3, II, 1°", "l1", 2, False,
    ),
    "data sheet above one per cent": (
        study(light("l1"), retrofits=(led(ulr_nominal=0.02),), scenarios=(TO_LED,)),
        "ulr-nominal", "article 3, II, 1°", "led", 1, True,
    ),
    "globe of 1985": (
        study(light("l1"), light("l2", ulr=0.55, installed_on=date(1985, 1, 1))),
        "upward-half", "article 8", "l2", 1, False,
    ),
    "globe of unknown age": (
        study(light("l1"), light("l2", ulr=0.55, installed_on=None)),
        "upward-half", "article 8", "l2", 1, False,
    ),
    "park lit all night": (
        study(light("l1"), light("l2", usage="B3", schedule="full")),
        "hours-heritage", "article 2", "full", 1, False,
    ),
    "park lit again by the scenario": (
        study(light("l1"), DARK, schedules=NIGHTS, areas=(TOWN, PARK),
              scenarios=(scenario("s1", LightingAction(usages=("B3",), schedule="full")),)),
        "hours-heritage", "article 2", "full", 1, True,
    ),
    "facade lit all night": (
        study(light("l1"), light("l2", usage="D", area="wall"),
              areas=(TOWN, TOWN.model_copy(update={"id": "wall", "kind": "facade"}))),
        "hours-facade", "article 2", "full", 1, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_breach_is_told_with_its_article_and_nothing_else(case: str) -> None:
    told, rule, article, subject, count, new = PLANTED[case]
    found = broken(told)
    assert short(found) == [(rule, subject, count, new)]
    assert found[0].article == ORDER + article
    assert found[0].expected.tell(str)


def test_each_of_two_breaches_is_told() -> None:
    told = study(light("l1"), retrofits=(led(cct_k=4000, ulr=0.05),), scenarios=(TO_LED,))
    assert [one.rule for one in broken(told)] == ["cct-road", "ulr-installed"]


def test_what_is_older_than_2020_may_be_cold_and_shine_a_little_upwards() -> None:
    assert broken(study(light("l1", cct_k=6000, ulr=0.3, installed_on=date(2019, 12, 31)))) == ()
    assert broken(study(light("l1", cct_k=6000, installed_on=date(2020, 1, 1), ulr=0.0))) != ()


def test_a_limit_is_kept_at_the_limit() -> None:
    told = study(light("l1"), retrofits=(led(ulr=0.04, ulr_nominal=0.01, cct_k=3000),),
                 scenarios=(TO_LED,))  # fmt: skip
    assert broken(told) == ()
    assert broken(study(light("l1", ulr=0.5))) == ()


def test_a_ballast_added_makes_no_new_installation() -> None:
    ballast = led(source_type=None, ulr=None, ulr_nominal=None, cct_k=None)
    told = study(light("l1", ulr=0.3, cct_k=4000), retrofits=(ballast,), scenarios=(TO_LED,))
    assert broken(told) == ()


def test_streets_have_no_legal_hour() -> None:
    assert broken(study(light("l1", usage="A", schedule="full"))) == ()


def test_the_ban_of_2025_does_not_hold_before() -> None:
    globe = light("l1", ulr=0.9)
    assert broken(study(globe, rules=study_rules(starts=2024))) == ()
    assert [one.rule for one in broken(study(globe, rules=study_rules(starts=2025)))] == [
        "upward-half"
    ]


@pytest.mark.parametrize("blank", ["usage", "installed_on", "ulr", "cct_k"])
def test_what_cannot_be_checked_is_no_breach_and_not_legal_either(blank: str) -> None:
    fields = {"cct_k": 4000, **NEW}
    if blank in {"ulr", "cct_k"}:
        fields = {"cct_k": 3000, **NEW}
    told = study(light("l1"), light("l2", **(fields | {blank: None})))
    assert broken(told) == ()
    legal = CRITERIA["legal"].indicator(measured(told), money())
    assert (legal.value, legal.low, legal.high) == (None, 50, 100)


def test_lights_of_unknown_category_are_checked_as_told() -> None:
    told = study(light("l1"), light("l2", **(NEW | {"cct_k": 4000, "usage": None})))
    assert [one.rule for one in broken(told, LawRules(unknown_usage="A"))] == ["cct-road"]
    assert broken(told, LawRules(unknown_usage="C")) == ()


def test_alike_breaches_are_told_once_with_their_number() -> None:
    rows = [light(f"l{n}", **(NEW | {"cct_k": 4000 + 1000 * (n == 3)})) for n in range(4)]
    assert [(one.subject, one.count, one.found) for one in broken(study(*rows))] == [
        ("l0 (+ 2)", 3, "4000 K"),
        ("l3", 1, "5000 K"),
    ]


def test_a_missing_order_is_told_by_commune_and_full_night_needs_none() -> None:
    off = scenario("s1", LightingAction(schedule="off"))
    places = (commune(A, allowed_schedules=("dim",)), commune(B, allowed_schedules=None))
    told = study(communes=places, scenarios=(off,))
    found = broken(told)
    assert short(found) == [("mayor-order", A, 1, True)]
    assert (found[0].found, found[0].article) == ("off", "CGCT, article L2212-1")
    assert A in found[0].expected.tell(str)
    assert broken(study(communes=places)) == ()
    signed = (commune(A, allowed_schedules=("off",)), places[1])
    assert broken(study(communes=signed, scenarios=(off,))) == ()


def test_what_was_not_read_in_the_text_is_marked_and_checked() -> None:
    rules = list_rules_in_force(date(2027, 1, 1))
    unread = {one.key for one in rules if not one.verified}
    assert unread == {
        *(f"lm-m2-{what}-{where}" for what in ("road", "garden", "other")
          for where in ("in", "out")),
        "cct-natural-in", "cct-natural-out", "hours-works",
    }  # fmt: skip


def test_fields_that_are_lacking_are_counted_once_a_light_and_no_such_light_is_kept() -> None:
    """Five luminaires of 2022: two kept, one cold, two that lack a surface or a code."""
    rows = [
        light("kept", count=2, **NEW), light("cold", **(NEW | {"cct_k": 4000})),
        light("bare", area=None, **NEW), light("no code", cie3=None, **NEW),
    ]  # fmt: skip
    told = compare(study(*rows)).scenarios[0].law
    equipment, hours = told
    assert (equipment.kept, equipment.broken, equipment.unjudged) == (2, 1, 2)
    assert {one.field: one.count for one in equipment.missing} == {
        "cie3": 1, "is_accessible_path": 1, "is_built_up": 1, "surface_m2": 1,
    }  # fmt: skip
    assert (hours.kept, hours.broken, hours.unjudged, hours.missing) == (5, 0, 0, ())
    legal = CRITERIA["legal"].indicator(measured(study(*rows)), money())
    assert (legal.value, legal.low, legal.high, legal.known) == (None, 40, 80, 0.6)


def test_hours_that_are_not_known_are_never_within_a_hundred_per_cent() -> None:
    """A shop window at unknown hours: its luminaire keeps article 3, and nobody says 100 %."""
    made = study(light("l1", usage="D", area="town"))
    found = compare(made).scenarios[0]
    assert [(one.subject, one.kept, one.unjudged) for one in found.law] == [
        ("equipment", 1, 0), ("hours", 0, 1),
    ]  # fmt: skip
    legal = next(one for one in found.indicators if one.criterion == "legal")
    assert (legal.value, legal.low, legal.high) == (None, 0, 100)
    assert legal.unknown is not None and "heritage, a park" in legal.unknown.text


def test_light_on_presence_is_no_planned_light() -> None:
    span = ScheduleSpan(starts="23:00", ends="05:00", presence_share=0.1)
    assert dark_from(FULL.model_copy(update={"spans": (span,)}), 60)
    assert not dark_from(DIM, 60)
    assert dark_from(OFF, 60)
    assert dark_from(FULL.model_copy(update={"off_at": "00:30"}), 60)
    assert not dark_from(FULL.model_copy(update={"off_at": "02:00"}), 60)


@pytest.mark.parametrize(
    ("seasons", "dark"),
    [
        ((("11-01", "03-31"),), False),
        ((("11-01", "03-31"), ("04-01", "10-31")), True),
        ((("11-01", "03-30"), ("04-01", "10-31")), False),
        ((("01-01", "12-31"),), True),
        ((("03-01", "02-28"),), False),
    ],
    ids=["winter alone", "both seasons", "a day between", "all year", "but the leap day"],
)
def test_every_night_of_the_year_counts(seasons: tuple[tuple[str, str], ...], dark: object) -> None:
    spans = tuple(
        ScheduleSpan(starts="23:00", ends="05:00", from_day=first, to_day=last)
        for first, last in seasons
    )
    assert dark_from(FULL.model_copy(update={"spans": spans}), 60) is dark


def test_a_span_of_the_day_takes_no_night_away() -> None:
    spans = (ScheduleSpan(starts="00:00", ends="05:00"), ScheduleSpan(starts="05:30", ends="07:00"))
    assert dark_from(FULL.model_copy(update={"spans": spans}), 60)
    apart = (ScheduleSpan(starts="00:00", ends="03:00"), ScheduleSpan(starts="03:30", ends="07:00"))
    assert not dark_from(FULL.model_copy(update={"spans": apart}), 60)


clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))
days = st.none() | st.dates(date(2024, 1, 1), date(2024, 12, 31)).map("{:%m-%d}".format)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
spans = st.builds(
    ScheduleSpan, starts=clocks, ends=clocks, light_share=st.sampled_from([0.0, 0.0, 0.5]),
    evenings=st.sets(st.sampled_from(WEEK), max_size=6).map(lambda told: tuple(sorted(told))),
    from_day=days, to_day=days,
)  # fmt: skip


def lit_at(span: ScheduleSpan, evening: date, minute: int) -> bool:
    """Whether *span* puts the light out *minute* minutes after the noon of *evening*."""
    day = f"{evening:%m-%d}"
    first, last = span.from_day or "01-01", span.to_day or "12-31"
    holds = first <= day <= last if first <= last else not last < day < first
    if not holds or (span.evenings and WEEK[evening.weekday()] not in span.evenings):
        return False
    starts, ends = (
        (60 * int(clock[:2]) + int(clock[3:]) - 720) % 1440 for clock in (span.starts, span.ends)
    )
    return span.light_share == 0 and starts <= minute < (ends if ends > starts else ends + 1440)


@given(st.lists(spans, max_size=4), st.sampled_from([0, 60, 120]))
def test_dark_from_is_what_every_half_hour_of_eight_years_says(
    told: list[ScheduleSpan], minute: int
) -> None:
    """Eight years, so that every day of the year is every day of the week once at least."""
    schedule = FULL.model_copy(update={"spans": tuple(told)})
    evenings = [date(2020, 1, 1) + timedelta(days=n) for n in range(2922)]
    start, end = (minute - 720) % 1440, (300 - 720) % 1440
    expected = all(
        any(lit_at(span, evening, at) for span in told)
        for evening in evenings
        for at in range(start, end, 30)
    )
    assert dark_from(schedule, minute) == expected


def test_the_check_says_the_same_of_the_share_and_of_the_breaches() -> None:
    rows = [light(f"l{n}", **(NEW | {"cct_k": 2700 + 300 * n})) for n in range(4)]
    found = measured(study(*rows))
    legal = CRITERIA["legal"].indicator(found, money()).value
    assert legal == 100 - 100 * sum(one.count for one in breaches(found)) / 4
    assert np.isclose(legal or 0, 50)
