"""Burn hours of Pompey in 2025 against golden figures (NOAA equations, 5-minute samples)."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from synergie.calendar import TimeClass, compute_altitude, load_time_zone, time_class

PARIS = load_time_zone("Europe/Paris")
LONGITUDE, LATITUDE = 6.13, 48.77
NIGHT = ((time(22), time(6)),)
STEP = timedelta(minutes=5)


def _hours(
    below: float,
    offpeak: tuple[tuple[time, time], ...] = NIGHT,
    off: tuple[time, time] | None = None,
) -> dict[TimeClass, float]:
    moment = datetime(2025, 1, 1, tzinfo=PARIS).astimezone(UTC)
    end = datetime(2026, 1, 1, tzinfo=PARIS).astimezone(UTC)
    found: Counter[TimeClass] = Counter()
    while moment < end:
        clock = moment.astimezone(PARIS).time()
        dark = compute_altitude(moment, LONGITUDE, LATITUDE) < below
        if dark and not (off and off[0] <= clock < off[1]):
            found[time_class(moment, PARIS, offpeak)] += 1
        moment += STEP
    return {name: n / 12 for name, n in found.items()}


@pytest.mark.parametrize(
    ("below", "hph", "hch", "hpb", "hcb", "total"),
    [
        (-0.833, 953, 1207, 435, 1693, 4288),
        (-3, 880, 1207, 352, 1670, 4109),
        (-6, 781, 1207, 262, 1609, 3858),
    ],
)
def test_hours_below_an_altitude(
    below: float, hph: int, hch: int, hpb: int, hcb: int, total: int
) -> None:
    found = _hours(below)
    assert found == pytest.approx({"HPH": hph, "HCH": hch, "HPB": hpb, "HCB": hcb}, abs=5)
    assert sum(found.values()) == pytest.approx(total, abs=2)


def test_switching_off_from_midnight_removes_cheap_hours_only() -> None:
    found = _hours(-3, off=(time(0), time(5, 30)))
    assert found == pytest.approx({"HPH": 880, "HCH": 377, "HPB": 352, "HCB": 499}, abs=5)
    assert sum(found.values()) == pytest.approx(2108, abs=2)


def test_another_off_peak_window_moves_hours_between_classes() -> None:
    found = _hours(-3, offpeak=((time(2), time(6)),))
    assert found == pytest.approx({"HPH": 1484, "HCH": 603, "HPB": 1208, "HCB": 815}, abs=5)
