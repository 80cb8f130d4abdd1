"""A joint maintenance read in English from the server: the note of a body, its coming stops."""

import pytest

from synergie.exchange.plan_pages_runs import OwnPart, PlanReports
from synergie.maintenance.exchange.rounds import CampaignRoundsBook
from synergie.maintenance.plan.rounds import solve
from synergie.maintenance.records.campaign_rounds import CampaignRoundsRequest
from synergie.reports.document import Section, Table
from synergie.reports.language import use_language
from synergie.storage.store import Store
from tests.exchange.maintaining import BODIES, Maintaining, named, record
from tests.reports.english import french_left, texts
from tests.server.maintaining import rounds_problem

NAMES = (*BODIES, record().name, *(f"Commune zone-{one}" for one in BODIES))


@pytest.fixture
def made(store: Store) -> Maintaining:
    return Maintaining.of(store).ready()


def note(made: Maintaining, plan: str) -> OwnPart:
    """The note of a body, in English."""
    caller = made.bodies["aulnes"].caller
    with use_language("en"):
        return PlanReports(made.store).own(caller, made.id, plan, now=made.now)


def coming(told: OwnPart) -> Section:
    return next(one for one in told.document.sections if one.anchor == "semaine")


def test_a_note_without_rounds_is_told_in_english(made: Maintaining) -> None:
    told = note(made, made.adopted())
    assert told.document.language == "en"
    assert french_left(told.document, NAMES) == []
    assert "No round is set under this plan yet." in texts(coming(told))
    assert told.document.dated.startswith("Proposed on ")
    assert coming(told).title == "What is coming"


def test_the_stops_of_a_body_are_told_in_english(made: Maintaining) -> None:
    plan = made.adopted()
    problem = rounds_problem(*((one, named(one)) for one in BODIES))
    found = CampaignRoundsRequest(problem=problem, rounds=solve(problem, iterations=20))
    CampaignRoundsBook(made.store).keep(made.coordinator.caller, made.id, found, now=made.now)
    told = note(made, plan)
    assert french_left(told.document, NAMES) == []
    (table,) = coming(told).blocks
    assert isinstance(table, Table) and table.caption.startswith("Our stops, from ")
    assert table.heads == ("Day", "Time", "Asset", "Task", "Who comes")
    assert [row[2] for row in table.rows] == [named("aulnes")]
    french = PlanReports(made.store).own(made.bodies["aulnes"].caller, made.id, plan, now=made.now)
    assert coming(french).title == "Ce qui vient" and french.document.language == "fr"
