"""Calendars: read back by icalendar, and line by line as RFC 5545 says."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from synergie.errors import MissingExtra
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.ics import build_crew_calendars
from tests.reports import ics_rules
from tests.reports.maintained import kept

LONG = timedelta(minutes=45)


def faults(packed: bytes) -> list[str]:
    """What the standards find wrong; each stop says whether it stands."""
    return ics_rules.faults(packed, "SEQUENCE", "STATUS")


@pytest.fixture(scope="module")
def brief() -> MaintenanceBrief:
    return kept()


@pytest.fixture(scope="module")
def packed(brief: MaintenanceBrief) -> dict[str, bytes]:
    return build_crew_calendars(brief)


def events(packed: bytes) -> list[Any]:
    return list(Calendar.from_ical(packed).walk("VEVENT"))


def test_each_line_is_as_the_standard_says(packed: dict[str, bytes]) -> None:
    assert {crew: faults(one) for crew, one in packed.items()} == {crew: [] for crew in packed}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\n ", b"\n "),
        (b"\r\n ", b""),
        (b"END:VEVENT\r\n", b""),
        (b"DTSTAMP", b"X-STAMP"),
        (b"\\,", b","),
        (b"SUMMARY:", b"SUMMARY "),
        (b"STATUS:CONFIRMED", b"STATUS:CONFIRMED\r\nUID:again"),
        (b"PRODID", b"X-PRODID"),
        (b"DTSTART:", b"DTSTART;TZID=Europe/Paris:"),
        (b"CALSCALE:GREGORIAN", b"REFRESH-INTERVAL:PT12H"),
        (b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nDTSTAMP:20260101T000000"),
    ],
)
def test_the_line_check_finds_what_is_planted(
    packed: dict[str, bytes], old: bytes, new: bytes
) -> None:
    assert old in packed["nacelle-1"]
    assert faults(packed["nacelle-1"].replace(old, new))


def test_every_stop_is_read_back_with_its_times_place_and_text(
    brief: MaintenanceBrief, packed: dict[str, bytes]
) -> None:
    week = brief.weeks[0]
    assert set(packed) == {one.crew for one in week.rounds}
    for crew, one in packed.items():
        planned = [p for r in week.rounds if r.crew == crew for p in r.stops]
        mine = [event for event in events(one) if event["summary"] != "Pause"]
        times = [(event["dtstart"].dt, event["dtend"].dt) for event in mine]
        assert times == sorted((p.starts_at, p.ends_at) for p in planned)
        for event, stop in zip(mine, (week.stops[p.stop] for p in planned), strict=True):
            at = week.places[stop.place].location
            assert stop.asset in event["summary"]
            assert (event["geo"].latitude, event["geo"].longitude) == (at.latitude, at.longitude)
            assert event["location"] == f"{week.places[stop.place].name}, {_town(brief, stop)}"
            assert event["dtstamp"].dt == brief.made_at
            assert event["dtstart"].dt.tzinfo in (UTC, event["dtstamp"].dt.tzinfo)
            assert "Clé triangle" in event["description"]
            assert stop.ticket is None or stop.ticket in event["description"]


def _town(brief: MaintenanceBrief, stop: Any) -> str:
    return f"{brief.commune(stop.insee_code)} ({stop.insee_code})"


def test_there_is_a_break_a_day_and_identifiers_are_unique(packed: dict[str, bytes]) -> None:
    uids = [str(event["uid"]) for one in packed.values() for event in events(one)]
    assert len(set(uids)) == len(uids)
    assert [str(event["summary"]) for event in events(packed["nacelle-1"])].count("Pause") == 2


def revised(brief: MaintenanceBrief) -> Week:
    """The first stop of the first round goes to the second crew, the others an hour later."""
    week = brief.weeks[0]
    first, second, *others = week.plan.rounds
    moved = first.model_copy(update={"stops": first.stops[1:]})
    taken = second.model_copy(update={"stops": (*second.stops, first.stops[0])})
    plan = week.plan.model_copy(update={"rounds": (moved, taken, *others)})
    return Week(problem=week.problem, plan=plan, revision=1, before=week.plan)


def test_a_revision_keeps_identifiers_raises_the_sequence_and_cancels_what_left(
    brief: MaintenanceBrief, packed: dict[str, bytes]
) -> None:
    after = build_crew_calendars(replace(brief, weeks=(revised(brief),)))
    for crew, one in after.items():
        assert faults(one) == []
        assert {str(e["uid"]) for e in events(packed[crew])} <= {str(e["uid"]) for e in events(one)}
        assert {int(event["sequence"]) for event in events(one)} == {1}
    gone = [e for one in after.values() for e in events(one) if e["status"] == "CANCELLED"]
    was = events(packed["nacelle-1"])[0]
    assert [(str(e["uid"]), e["dtstart"].dt) for e in gone] == [
        (str(was["uid"]), was["dtstart"].dt)
    ]
    assert {int(event["sequence"]) for one in packed.values() for event in events(one)} == {0}


def test_a_crew_that_has_no_round_left_is_still_told(brief: MaintenanceBrief) -> None:
    week = brief.weeks[0]
    plan = week.plan.model_copy(update={"rounds": week.plan.rounds[:1]})
    after = build_crew_calendars(
        replace(brief, weeks=(Week(problem=week.problem, plan=plan, revision=2, before=week.plan),))
    )
    assert {str(e["status"]) for e in events(after["nacelle-sde"])} == {"CANCELLED"}


def test_a_stop_that_is_carried_over_is_one_event_in_its_last_week(
    brief: MaintenanceBrief,
) -> None:
    week = brief.weeks[0]
    late = [one for one in week.rounds if one.crew == "nacelle-1"]
    stop = late[0].stops[0]
    next_week = timedelta(weeks=1)
    again = stop.model_copy(update={"starts_at": stop.starts_at + next_week,
                                    "ends_at": stop.ends_at + next_week})  # fmt: skip
    day = late[0].model_copy(update={"day": late[0].day + next_week, "stops": (again,),
                                     "break_at": None})  # fmt: skip
    second = Week(problem=week.problem, plan=week.plan.model_copy(update={"rounds": (day,)}))
    told = events(build_crew_calendars(replace(brief, weeks=(week, second)))["nacelle-1"])
    uids = [str(event["uid"]) for event in told]
    assert len(set(uids)) == len(uids) == 12
    assert again.starts_at in [event["dtstart"].dt for event in told]
    assert stop.starts_at not in [event["dtstart"].dt for event in told]


def test_the_same_brief_gives_the_same_bytes(packed: dict[str, bytes]) -> None:
    assert build_crew_calendars(kept()) == packed


def test_hostile_texts_are_escaped_and_folded(brief: MaintenanceBrief) -> None:
    week = brief.weeks[0]
    text = "a,b;c\\d:e" + "é" * 300 + "\U0001f6a8"
    stops = tuple(s.model_copy(update={"instructions": text}) for s in week.problem.stops)
    made = Week(problem=week.problem.model_copy(update={"stops": stops}), plan=week.plan)
    for one in build_crew_calendars(replace(brief, weeks=(made,))).values():
        assert faults(one) == []
        told = [e["description"] for e in events(one) if e["summary"] != "Pause"]
        assert told and all(text in each for each in told)


TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")), min_size=1, max_size=120
)


@given(TEXT, TEXT, TEXT)
def test_any_text_is_read_back_as_it_was(asset: str, name: str, instructions: str) -> None:
    brief = kept()
    week = brief.weeks[0]
    stops = tuple(
        one.model_copy(update={"asset": asset, "instructions": instructions})
        for one in week.problem.stops
    )
    places = tuple(one.model_copy(update={"name": name}) for one in week.problem.places)
    problem = week.problem.model_copy(update={"stops": stops, "places": places})
    plan = week.plan.model_copy(update={"rounds": week.plan.rounds[:1]})
    (one,) = build_crew_calendars(
        replace(brief, weeks=(Week(problem=problem, plan=plan),))
    ).values()
    assert faults(one) == []
    for event in events(one):
        if event["summary"] != "Pause":
            assert asset in str(event["summary"])
            assert instructions in str(event["description"])
            assert name == asset or str(event["location"]).startswith(name)


def test_without_the_library_it_says_what_to_install(
    brief: MaintenanceBrief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "icalendar", None)
    with pytest.raises(MissingExtra, match="report"):
        build_crew_calendars(brief)


@pytest.mark.parametrize("monday", [date(2027, 3, 22), date(2027, 3, 29), date(2027, 10, 25)])
def test_a_crew_that_leaves_at_the_same_hour_does_so_when_clocks_change(
    brief: MaintenanceBrief, monday: date
) -> None:
    """The Sunday after 22 March and 25 October 2027: half past seven in Paris on both sides."""
    week, paris = brief.weeks[0], ZoneInfo("Europe/Paris")
    first = week.rounds[0].stops[0]
    moved = tuple(
        week.rounds[0].model_copy(
            update={
                "day": day,
                "break_at": None,
                "stops": (first.model_copy(update={"starts_at": at, "ends_at": at + LONG}),),
            }
        )
        for day in (monday, monday + timedelta(days=7))
        for at in [datetime.combine(day, time(7, 30), paris)]
    )
    there = (
        Week(problem=week.problem, plan=week.plan.model_copy(update={"rounds": (moved[0],)})),
        Week(problem=week.problem, plan=week.plan.model_copy(update={"rounds": (moved[1],)})),
    )
    for one, round_ in zip(there, moved, strict=True):
        (event,) = events(build_crew_calendars(brief, [one])[round_.crew])
        assert event["dtstart"].dt.astimezone(paris).time() == time(7, 30)
        assert event["dtstart"].dt.astimezone(paris).date() == round_.day
        assert event["dtend"].dt - event["dtstart"].dt == LONG
