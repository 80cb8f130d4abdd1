"""Hours of light a year: the golden figures, EclExt times, and a look at each minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.calendar import compute_altitude
from synergie.energy.plan.power.burn import burn_hours
from synergie.energy.records.power import DimmedSpan, LightingUse
from synergie.park.plan import NightHours
from synergie.park.plan.night import ALL_NIGHT, Course, find_night_course, hours_of_year
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile

POMPEY = Location(longitude=6.13, latitude=48.77)
PARIS = ZoneInfo("Europe/Paris")
SUN = NightHours()


def off(*spans: tuple[str, str]) -> Course:
    return Course(off_spans=spans)


@pytest.mark.parametrize(
    ("below", "year", "hours"),
    [
        (-0.833, 2025, 4288), (-2, 2025, 4190), (-3, 2025, 4109), (-4, 2025, 4026),
        (-6, 2025, 3858), (-3, 2024, 4124.6),
    ],
)  # fmt: skip
def test_hours_of_a_whole_night_are_the_golden_ones(below: float, year: int, hours: float) -> None:
    night = NightHours(lit_below_deg=below)
    assert hours_of_year(POMPEY, year, ALL_NIGHT, night) == pytest.approx(hours, abs=2)


@pytest.mark.parametrize(
    ("span", "hours"),
    [
        (("00:00HL", "05:30HL"), 2108),
        (("00:00HL", "05:00HL"), 2284),
        (("23:00HL", "04:00HL"), 2284),
    ],
)
def test_hours_with_a_switch_off_are_the_golden_ones(span: tuple[str, str], hours: float) -> None:
    assert hours_of_year(POMPEY, 2025, off(span), SUN) == pytest.approx(hours, abs=2)


@pytest.mark.parametrize(("longitude", "latitude"), [(6.1, 48.8), (-4.5, 48.4), (9.4, 42.5)])
@pytest.mark.parametrize(("starts", "ends"), [("22:00", "06:00"), ("01:30", "04:45")])
def test_hours_are_those_of_the_power_plan(
    longitude: float, latitude: float, starts: str, ends: str
) -> None:
    use = LightingUse(
        installed_w=1000,
        longitude=longitude,
        latitude=latitude,
        dimmed=(DimmedSpan(starts=starts, ends=ends),),
    )
    told = burn_hours(use, date(2026, 1, 1), date(2027, 1, 1))
    place = Location(longitude=longitude, latitude=latitude)
    found = hours_of_year(place, 2026, off((f"{starts}HL", f"{ends}HL")), SUN)
    assert found == pytest.approx(told, abs=0.5)


def minute_by_minute(span: tuple[int, int], year: int, place: Location) -> float:
    """Hours lit, by `calendar.altitude` each ten minutes; *span* is off, minutes of UTC."""
    moment, lit = datetime(year, 1, 1, tzinfo=PARIS).astimezone(UTC), 0
    end = datetime(year + 1, 1, 1, tzinfo=PARIS).astimezone(UTC)
    while moment < end:
        minute = moment.hour * 60 + moment.minute
        inside = span[0] <= minute < span[1]
        lit += not inside and compute_altitude(moment, place.longitude, place.latitude) < -3
        moment += timedelta(minutes=10)
    return lit / 6


def test_a_time_of_utc_is_the_same_all_year() -> None:
    told = minute_by_minute((23 * 60, 24 * 60), 2026, POMPEY)
    found = hours_of_year(POMPEY, 2026, off(("23:00TU", "23:59TU")), SUN)
    assert found == pytest.approx(told + 365 / 60, abs=4)


def test_times_from_sunset_sunrise_and_midnight_follow_the_sun() -> None:
    late = Course(on_at="+60CS", off_at="-60LS")
    sunset_to_sunrise = hours_of_year(POMPEY, 2025, ALL_NIGHT, NightHours(lit_below_deg=-0.833))
    found = hours_of_year(POMPEY, 2025, late, SUN)
    assert found == pytest.approx(sunset_to_sunrise - 2 * 365, abs=3)
    middle = hours_of_year(POMPEY, 2025, off(("-120MN", "+120MN")), SUN)
    assert middle == pytest.approx(4109 - 4 * 365, abs=3)


def test_spans_that_overlap_are_counted_once() -> None:
    one = hours_of_year(POMPEY, 2026, off(("23:00HL", "05:00HL")), SUN)
    two = off(("23:00HL", "03:00HL"), ("02:00HL", "05:00HL"), ("00:00HL", "01:00HL"))
    assert hours_of_year(POMPEY, 2026, two, SUN) == pytest.approx(one, abs=0.5)


@settings(max_examples=20)
@given(st.integers(-50, 95), st.integers(418, 510), st.integers(0, 3))
def test_a_switch_off_never_adds_hours(east: int, north: int, n: int) -> None:
    place = Location(longitude=east / 10, latitude=north / 10)
    whole = hours_of_year(place, 2026, ALL_NIGHT, SUN)
    spans = (("23:00HL", "04:00HL"), ("-60LS", "+30LS"), ("20:00TU", "23:00TU"))[:n]
    part = hours_of_year(place, 2026, off(*spans), SUN)
    assert 0 <= part <= whole + 1e-6
    assert 4000 < whole < 4200


def test_a_place_with_midnight_sun_has_hours_too() -> None:
    north = Location(longitude=25.0, latitude=71.0)
    assert 0 < hours_of_year(north, 2026, ALL_NIGHT, SUN) < 8760


def dimming(name: str, **told: object) -> DimmingRange:
    held = {
        "external_id": name, "quantity": "EX", "start": "23:00HL", "end": "05:00HL", "value": 0.0,
        "provenance": "synthetic",
    }  # fmt: skip
    return DimmingRange.model_validate(held | told)


def test_dimming_takes_no_hour_away_and_a_switch_off_does() -> None:
    profile = NightProfile(external_id="N", ranges=("half", "none"), provenance="synthetic")
    half = dimming("half", quantity="F", value=50.0)
    assert find_night_course(profile, {"half": half}, date(2026, 1, 1)) == ALL_NIGHT
    dark = dimming("none", quantity="P", value=0.0)
    assert find_night_course(profile, {"none": dark}, date(2026, 1, 1)) == off(
        ("23:00HL", "05:00HL")
    )


def test_a_range_holds_in_its_dates_only() -> None:
    profile = NightProfile(external_id="N", ranges=("r", "unknown"), provenance="synthetic")
    held = {"r": dimming("r", valid_from=date(2026, 3, 1), valid_to=date(2026, 10, 31))}
    assert find_night_course(profile, held, date(2026, 2, 28)) == ALL_NIGHT
    assert find_night_course(profile, held, date(2026, 10, 31)) == off(("23:00HL", "05:00HL"))
    assert find_night_course(profile, held, date(2026, 11, 1)) == ALL_NIGHT
