"""Each calendar that is written, held against the standards and two readers of others.

`ical.js` is Thunderbird's; `vobject` checks what comes how often, and is what the CalDAV server
Radicale lets in.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from icalendar import Calendar

from synergie.maintenance.records.campaign_rounds import CampaignRoundsPart, PartStop
from synergie.maintenance.reports import ics as maintenance_ics
from synergie.policy.readings.morning import Due, DueKind, Morning, Tally
from synergie.reports.readings import digest_ics
from synergie.server.pages import plans_files as _plans_files
from tests.components import node, package
from tests.reports.ics_rules import faults
from tests.reports.maintained import kept

pytestmark = pytest.mark.interop

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
ODD = "Éclairage, « rue » ; \\ \U0001f702\nBEGIN:VEVENT " + "é" * 90


def morning(*dues: Due) -> Morning:
    tally = Tally(142, 6, never=2)
    return Morning(
        organisation="org-one", at=NOW, series=tally, flows=(), never=(), received_at=NOW, dues=dues
    )


def due(kind: DueKind, **more: Any) -> Due:
    first = Due(
        kind=kind, who="deposits", by="org-one", subject=kind, name=ODD,
        day=date(2026, 12, 31), last_day=None, revision=3, revised_at=NOW,
    )  # fmt: skip
    return replace(first, **more)


def kinds() -> tuple[DueKind, ...]:
    found: tuple[DueKind, ...] = get_args(DueKind.__value__)
    return found


def told(*, bare: bool) -> bytes:
    """Of each kind one, over a day and over a week."""
    week = {"day": date(2027, 3, 22), "last_day": date(2027, 3, 28), "subject": "week"}
    some = [one for kind in kinds() for one in (due(kind), due(kind, **week))]
    if bare:  # a kind of file is told there: "R50"
        some = [replace(one, name="R50") if one.kind == "deposit" else one for one in some]
    return digest_ics.render_calendar(
        "fr", morning(*some), name=ODD, address="https://api.test", bare=bare
    )


def crews() -> bytes:
    return maintenance_ics.build_crew_calendars(kept())["nacelle-1"]


def page(*, stops: int) -> bytes:
    """What the page of a campaign hands to one body, of so many stops."""
    at = NOW + timedelta(days=7)
    some = [
        PartStop(
            stop=f"s{rank}", asset=ODD.partition("\n")[0][:60], task="repair", ticket=None,
            day=date(2026, 12, 2), organisation="cc-une", crew="nacelle-1",
            starts_at=at + timedelta(hours=rank), ends_at=at + timedelta(hours=rank, minutes=20),
        )
        for rank in range(stops)
    ]  # fmt: skip
    part = CampaignRoundsPart(
        campaign="camp_a", rounds="rnd_a", body="cc-une", first_day=date(2026, 11, 30),
        last_day=date(2026, 12, 4), cost_eur=None, alone_eur=None, stops=tuple(some), crews=(),
    )  # fmt: skip
    return _plans_files.build_stops_calendar(part, {"cc-une": "Cc, Une ; et\\"}, at=NOW)


WRITTEN: dict[str, Callable[[], bytes]] = {
    "names": lambda: told(bare=False),
    "bare": lambda: told(bare=True),
    "nothing-due": lambda: digest_ics.render_calendar("en", morning(), name="x"),
    "crew": crews,
    "campaign": lambda: page(stops=3),
    "campaign-without-stop": lambda: page(stops=0),
}


def ical_js(packages: Path, *packed: bytes) -> list[dict[str, Any]]:
    """What `ical.js` makes of each."""
    given = {"calendars": [one.decode() for one in packed]}
    found: list[dict[str, Any]] = node(packages / "icalendar.mjs", given)["calendars"]
    return found


def vobject(packed: bytes) -> Any:
    """What `vobject` makes of it, once it has validated it; raises otherwise."""
    found = package("vobject").readOne(packed.decode(), allowQP=False)
    assert found.validate(raiseException=True)
    return found


@pytest.mark.parametrize("name", WRITTEN)
def test_the_standards_find_nothing(name: str) -> None:
    assert faults(WRITTEN[name]()) == []


@pytest.mark.parametrize("name", WRITTEN)
def test_two_readers_find_the_same_events(packages: Path, name: str) -> None:
    packed = WRITTEN[name]()
    (read,), other = ical_js(packages, packed), vobject(packed)
    assert "fault" not in read, read
    written: list[Any] = list(Calendar.from_ical(packed).walk("VEVENT"))
    mine = {str(one["uid"]): one for one in written}
    theirs = {one.uid.value: one for one in getattr(other, "vevent_list", [])}
    assert len(written) == len(read["events"]) == len(theirs)
    for event in read["events"]:
        here, there = mine[event["uid"]], theirs[event["uid"]]
        assert event["summary"] == str(here["summary"]) == there.summary.value
        assert event["start"]["at"] == _written(here["dtstart"].dt) == _written(there.dtstart.value)
        assert event["end"]["at"] == _written(here["dtend"].dt) == _written(there.dtend.value)
        assert event["stamp"]["at"].endswith("Z")


def _written(at: date) -> str:
    if isinstance(at, datetime):
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return at.isoformat()


def test_a_day_is_whole_and_its_end_is_left_out(packages: Path) -> None:
    (read,) = ical_js(packages, told(bare=False))
    assert len(read["events"]) == 2 * len(kinds())
    lasting = {(e["start"]["at"], e["end"]["at"]) for e in read["events"]}
    assert lasting == {("2026-12-31", "2027-01-01"), ("2027-03-22", "2027-03-29")}
    assert all(e["start"]["whole"] and e["end"]["whole"] for e in read["events"])
    assert read["name"].startswith("Éclairage\\, « rue »")  # a property it keeps as it stands
    assert (read["refresh"], read["method"]) == ("PT12H", "PUBLISH")


def test_what_nobody_named_stays_unnamed(packages: Path) -> None:
    (read,) = ical_js(packages, told(bare=True))
    assert read["name"] == "Échéances"
    assert not any("« rue »" in str(e["summary"]) + str(e["description"]) for e in read["events"])


def test_a_calendar_with_nothing_due_still_holds_one_component(packages: Path) -> None:
    (read,) = ical_js(packages, WRITTEN["nothing-due"]())
    assert (read["zones"], read["events"]) == (["Europe/Paris"], [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"UID:[^\r]*\r\n", b""),
        (rb"DTSTART;VALUE=DATE:2026", b"DTSTART;VALUE=DATE:20xx"),
        (rb"END:VEVENT\r\n", b""),
    ],
    ids=["no-uid", "no-day", "no-end"],
)
def test_the_readers_find_what_is_planted(packages: Path, old: bytes, new: bytes) -> None:
    broken = re.sub(old, new, told(bare=True), count=1)
    assert faults(broken) or "fault" in ical_js(packages, broken)[0]
    with pytest.raises(Exception, match=r"."):
        vobject(broken)


def test_the_same_stop_moved_is_the_same_event_later_told(packages: Path) -> None:
    first, moved = due("deposit"), due("deposit", revision=4, revised_at=NOW + timedelta(days=1))
    read = [
        one["events"][0]
        for one in ical_js(
            packages,
            *(digest_ics.render_calendar("fr", morning(one), name="x") for one in (first, moved)),
        )
    ]
    assert read[0]["uid"] == read[1]["uid"]
    assert [one["sequence"] for one in read] == [3, 4]
    assert read[0]["stamp"]["at"] < read[1]["stamp"]["at"]
