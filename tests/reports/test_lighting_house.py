"""Names that the house made are told in both languages; what a person called something stays."""

from datetime import date

import pytest

from synergie.lighting.plan import catalogue, house_names
from synergie.lighting.plan.inputs import six_scenarios
from synergie.lighting.plan.inputs.built import StudyRequest
from synergie.lighting.plan.inputs.rules import rules_of
from synergie.lighting.plan.inputs.schedules import off_schedule
from synergie.lighting.records.schedule import LightingSchedule
from synergie.lighting.records.study import EmissionFactor, LightingScenario
from synergie.lighting.records.weighing import GroupKind, GroupVoice
from synergie.lighting.reports.house import (
    body_name,
    describe_emission_factor,
    entry_name,
    scenario_name,
    schedule_name,
    study_name,
    voice_name,
)
from synergie.lighting.reports.report import lighting_document
from synergie.lighting.samples import study as lighting_study
from synergie.reports.language import use_language
from tests.reports import lighted
from tests.reports.english import french_left, texts

STUDY = lighting_study.study(fast=True)
SIX = six_scenarios((), ())[0]
RULES = rules_of(date(2026, 3, 1))
OFF = off_schedule(("23:30", "05:00"), house_names.TODAY_OFF, "told by who asked")


@pytest.mark.parametrize("made", [SIX, STUDY.scenarios], ids=["by-rule", "demonstration"])
def test_every_scenario_of_the_house_has_both_names(made: tuple[LightingScenario, ...]) -> None:
    assert [one.id for one in made] == ["s0", "s1", "s2", "s3", "s4", "s5"]
    with use_language("en"):
        told = [scenario_name(one.id, one.name) for one in made]
    assert french_left(told) == []
    assert not {one.name for one in made} & set(told)
    assert [scenario_name(one.id, one.name) for one in made] == [one.name for one in made]


@pytest.mark.parametrize(
    "made", [catalogue.schedules(), STUDY.schedules, (OFF,)], ids=["catalogue", "demo", "today"]
)
def test_every_schedule_of_the_house_has_both_names(made: tuple[LightingSchedule, ...]) -> None:
    with use_language("en"):
        told = [schedule_name(one) for one in made]
    assert french_left(told) == []
    assert not {one.name for one in made} & set(told)
    assert [schedule_name(one) for one in made] == [one.name for one in made]


def test_a_schedule_of_today_tells_its_own_hours() -> None:
    with use_language("en"):
        assert schedule_name(OFF) == "Off from 23:30 to 05:00"
    assert schedule_name(OFF) == "Extinction de 23\u00a0h\u00a030 à 5\u00a0h"


def test_every_entry_of_the_catalogue_has_both_names() -> None:
    entries = catalogue.assumed()
    with use_language("en"):
        told = [entry_name(one) for one in entries]
    assert {one.id for one in entries} == set(house_names.ENTRIES)
    assert french_left(told) == []
    assert not {one.name for one in entries} & set(told)


@pytest.mark.parametrize("factors", [RULES.co2, STUDY.rules.co2], ids=["house", "demonstration"])
def test_every_emission_factor_of_the_house_is_told_in_both(
    factors: tuple[EmissionFactor, ...],
) -> None:
    assert all((one.name, one.source) in house_names.FACTORS for one in factors)
    french = [word for one in factors for word in describe_emission_factor(one)]
    assert not any("public repository" in word for word in french)
    with use_language("en"):
        assert (
            french_left([word for one in factors for word in describe_emission_factor(one)]) == []
        )


def test_a_study_and_an_owner_that_nobody_named_are_told_in_both() -> None:
    wanted = StudyRequest(on=date(2026, 3, 1))
    with use_language("en"):
        assert (study_name(wanted.name), body_name(wanted.owner)) == (
            "Street lighting", "local authority"
        )  # fmt: skip
    assert (study_name(wanted.name), body_name(wanted.owner)) == (wanted.name, wanted.owner)


def _voice(name: str, group: str = "990000001:conseil", kind: GroupKind = "council") -> GroupVoice:
    return GroupVoice(group=group, kind=kind, name=name, source="weighing")


def test_a_council_that_the_form_named_is_told_in_both() -> None:
    assert [voice_name(_voice(one)) for one in house_names.COUNCIL] == ["Conseil", "Conseil"]
    with use_language("en"):
        assert [voice_name(_voice(one)) for one in house_names.COUNCIL] == ["Council", "Council"]
        for other in (
            _voice("Conseil de Frouard"),
            _voice("Conseil", group="990000001:anciens"),
            _voice("Conseil", kind="citizens"),
        ):
            assert voice_name(other) == other.name


def test_what_a_person_called_something_stays() -> None:
    mine = catalogue.schedules()[0].model_copy(update={"name": "Comme avant"})
    other = catalogue.schedules()[1].model_copy(update={"id": "le-mien"})
    entry = catalogue.assumed()[0].model_copy(update={"id": "la-notre"})
    with use_language("en"):
        assert scenario_name("s0", "Aujourd'hui, sans travaux") == "Aujourd'hui, sans travaux"
        assert scenario_name("rien", "Aujourd'hui") == "Aujourd'hui"
        assert scenario_name("s1", "Aujourd'hui") == "Aujourd'hui"
        assert (schedule_name(mine), schedule_name(other)) == (mine.name, other.name)
        assert entry_name(entry) == entry.name
        moved = OFF.model_copy(update={"name": "Extinction de 22 h à 5 h"})
        assert schedule_name(moved) == moved.name
        assert study_name("Éclairage public de Frouard") == "Éclairage public de Frouard"
        strange = EmissionFactor(name="mix moyen", kg_mwh=52, source="lu ailleurs")
        assert describe_emission_factor(strange) == ("mix moyen", "lu ailleurs")


def test_a_report_names_the_scenarios_of_the_house_in_its_language() -> None:
    study, names = lighted.study(), {one.id: one.name for one in SIX}
    three = tuple(one.model_copy(update={"name": names[one.id]}) for one in study.scenarios)
    made = study.model_copy(update={"scenarios": three, "name": house_names.STUDY[0]})
    kept = made.model_dump_json()
    with use_language("en"):
        english = lighting_document(lighted.brief(study=made))
    french = lighting_document(lighted.brief(study=made))
    words = " ".join(texts(english))
    assert english.title == "Street lighting"
    assert "S0 Today" in words and "S5 LED, off from 00:00 to 05:30 everywhere" in words
    assert "Aujourd'hui" not in words and "toute la nuit" not in words.lower()
    assert "extinction de 0 h à 5 h 30" in words, "a schedule of the test, not of the house"
    told = " ".join(texts(french)).replace("\u00a0", " ")
    assert "S0 Aujourd'hui" in told and "S5 LED, extinction de 0 h à 5 h 30 partout" in told
    assert made.model_dump_json() == kept
