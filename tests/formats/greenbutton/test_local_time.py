"""LocalTimeParameters: rules as ESPI writes them, and a feed of another zone."""

import io
from zoneinfo import ZoneInfo

import pytest

from synergie.formats.greenbutton import feed
from synergie.formats.greenbutton._local_time import local_time
from synergie.schemas.readings.profile import Profile
from tests.formats.greenbutton.feeds import Maker, curve, hours, read

START = 1_767_225_600


@pytest.mark.parametrize(
    ("name", "end", "gain", "start", "offset"),
    [
        ("America/New_York", "B40E2000", "3600", "360E2000", "-18000"),
        ("Europe/Paris", "AE0E3000", "3600", "3E0E2000", "3600"),
        ("Indian/Reunion", "FFFFFFFF", "0", "FFFFFFFF", "14400"),
    ],
)
def test_the_rules_of_a_zone_are_told(
    name: str, end: str, gain: str, start: str, offset: str
) -> None:
    """New York as the published samples of ESPI have it."""
    assert [value for _, value in local_time(ZoneInfo(name))] == [end, gain, start, offset]


def written(time_zone: str) -> bytes:
    """A feed of hours, written for a zone."""
    sink = io.BytesIO()
    one = curve(Maker(readings=hours(START, [450, 430, 418])).bytes())
    feed.write([one], sink, Profile(time_zone=time_zone))
    return sink.getvalue()


def test_our_feed_tells_its_zone_and_is_read_in_it_without_a_remark() -> None:
    data = written("Europe/Paris")
    assert data.count(b"<tzOffset>3600</tzOffset>") == 1
    _, report = read(data)
    assert not [note for note in report.notes if "clocks" in note.text]


def test_a_feed_of_another_zone_is_told() -> None:
    _, report = read(written("Indian/Reunion"))
    assert [note.args for note in report.notes if "clocks" in note.text] == [
        ("14400", "Europe/Paris", "3600")
    ]
