"""The note of a body holds its own part, and nothing of another."""

from dataclasses import replace

import pytest

from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.note import member_notes
from synergie.maintenance.reports.report import maintenance_document
from synergie.reports.french import format_euros
from synergie.reports.page import html
from tests.reports.maintained import NAMES, kept


@pytest.fixture(scope="module")
def brief() -> MaintenanceBrief:
    """Every body stands in every commune, so that nothing is apart by place alone."""
    made = kept()
    assert made.problem is not None and made.park is not None
    bodies = list(NAMES)
    turns = {one.cabinet: bodies[rank % 4] for rank, one in enumerate(made.park.cabinets)}
    visits = tuple(
        one.model_copy(update={"organisation": turns[one.cabinet]}) for one in made.problem.visits
    )
    cabinets = tuple(
        one.model_copy(update={"organisation": turns[one.cabinet]}) for one in made.park.cabinets
    )
    tickets = tuple(
        one.model_copy(update={"organisation": turns[one.cabinet]}) for one in made.park.tickets
    )
    week = made.weeks[0]
    stops = tuple(
        one.model_copy(update={"organisation": turns[one.asset]}) for one in week.problem.stops
    )
    return replace(
        made,
        problem=made.problem.model_copy(update={"visits": visits}),
        park=made.park.model_copy(update={"cabinets": cabinets, "tickets": tickets}),
        weeks=(Week(problem=week.problem.model_copy(update={"stops": stops}), plan=week.plan),),
    )


def names_of(brief: MaintenanceBrief, body: str) -> set[str]:
    """What a body owns, by every name it has: cabinets, light points, faults."""
    assert brief.park is not None
    mine = [one for one in brief.park.cabinets if one.organisation == body]
    return {
        *(one.cabinet for one in mine),
        *(lamp.light_point for one in mine for lamp in one.lamps),
        *(one.ticket for one in brief.park.tickets if one.organisation == body),
    }


def test_no_asset_of_another_body_is_anywhere_in_a_note(brief: MaintenanceBrief) -> None:
    notes = {body: html(note).encode() for body, note in member_notes(brief).items()}
    assert set(notes) == set(NAMES)
    whole = html(maintenance_document(brief)).encode()
    for body, note in notes.items():
        for other in set(NAMES) - {body}:
            foreign = names_of(brief, other)
            assert not [name for name in foreign if name.encode() in note]
            assert [name for name in foreign if name.encode() in whole]  # the search finds


def test_no_amount_of_another_body_is_in_a_note(brief: MaintenanceBrief) -> None:
    assert brief.plan is not None
    for body, note in member_notes(brief).items():
        page = html(note)
        for one in brief.plan.members:
            assert one.alone_eur is not None and one.gain_eur is not None
            assert (format_euros(one.alone_eur) in page) == (one.member == body)
            exact = format_euros(one.cost_eur) in page or format_euros(one.gain_eur) in page
            assert not exact or one.member == body
        assert ">Au plus " in page


def test_a_note_tells_all_that_is_its_own(brief: MaintenanceBrief) -> None:
    assert brief.problem is not None and brief.park is not None
    for body, note in member_notes(brief).items():
        page = html(note)
        for visit in brief.problem.visits:
            assert (visit.cabinet in page) == (visit.organisation == body)
        for ticket in brief.park.tickets:
            assert (ticket.ticket in page) == (ticket.organisation == body)
        assert NAMES[body] in note.title
        assert "Aucun arrêt n'est encore fixé" not in page


def test_the_first_page_answers_for_the_body_alone(brief: MaintenanceBrief) -> None:
    note = member_notes(brief)["sde"]
    told = {one.question: f"{one.answer} {one.more}" for one in note.sections[0].blocks[0].answers}  # type: ignore[union-attr]
    assert told["Pour quoi ?"].startswith("6 visites de 6 armoires, 48 points lumineux.")
    assert "2\u202f400,00" in told["Contre quoi ?"]
    assert (
        "4 organismes" in told["Et le groupe ?"] and "ne sont pas dites" in told["Et le groupe ?"]
    )
    assert "jours d'équipe" in told["Que donnent nos équipes ?"]


def test_a_year_without_dates_has_no_notes(brief: MaintenanceBrief) -> None:
    assert brief.problem is not None
    assert member_notes(replace(brief, problem=None)) == {}
    undated = brief.problem.model_copy(update={"starts_on": None})
    assert member_notes(replace(brief, problem=undated)) == {}


def test_a_note_is_the_same_each_time(brief: MaintenanceBrief) -> None:
    once, again = (member_notes(brief)["sde"] for _ in range(2))
    assert html(once) == html(again)
