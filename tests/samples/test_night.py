from collections import Counter
from datetime import time, timedelta

import pytest

from synergie.calendar import load_time_zone, time_class
from synergie.samples.night import SAMPLE_S, burn_hours, compute_lit_year, lit_samples, year_bounds

PARIS = load_time_zone("Europe/Paris")


def _classes(*, part_night: bool, offpeak: tuple[time, time] = (time(22), time(6))) -> Counter[str]:
    start, _ = year_bounds(2025)
    hours = Counter[str]()
    for i, on in enumerate(compute_lit_year(2025, part_night=part_night)):
        if on:
            moment = start + timedelta(seconds=SAMPLE_S * i)
            hours[time_class(moment, PARIS, (offpeak,))] += SAMPLE_S
    return Counter({name: seconds // 3600 for name, seconds in hours.items()})


@pytest.mark.parametrize(
    ("part_night", "offpeak", "expected"),
    [
        (False, (time(22), time(6)), {"HPH": 880, "HCH": 1207, "HPB": 352, "HCB": 1670}),
        (True, (time(22), time(6)), {"HPH": 880, "HCH": 377, "HPB": 352, "HCB": 499}),
        (False, (time(2), time(6)), {"HPH": 1484, "HCH": 603, "HPB": 1208, "HCB": 815}),
    ],
)
def test_hours_by_time_class_are_those_of_the_reference(
    *, part_night: bool, offpeak: tuple[time, time], expected: dict[str, int]
) -> None:
    hours = _classes(part_night=part_night, offpeak=offpeak)
    assert hours.keys() == expected.keys()
    for name, value in expected.items():
        assert hours[name] == pytest.approx(value, abs=5)


def test_a_year_has_4109_hours_and_2108_with_the_switch_off() -> None:
    assert burn_hours(2025) == pytest.approx(4_109, abs=2)
    assert burn_hours(2025, part_night=True) == pytest.approx(2_108, abs=2)
    assert burn_hours(2024) == pytest.approx(4_124.6, abs=2)


def test_months_are_those_of_the_reference() -> None:
    expected = [
        455.2, 373.4, 359.3, 294.2, 253.9, 220.6, 241.3, 285.9, 329.8, 396.9, 429.7, 469.0,
    ]  # fmt: skip
    start, _ = year_bounds(2025)
    months = Counter[int]()
    for i, on in enumerate(compute_lit_year(2025)):
        months[(start + timedelta(seconds=SAMPLE_S * i)).astimezone(PARIS).month] += on
    assert [months[m] / 12 for m in range(1, 13)] == pytest.approx(expected, abs=0.6)


def test_steps_add_up_to_the_samples() -> None:
    for step_s, count in ((600, 52_560), (1800, 17_520)):
        steps = lit_samples(2025, step_s)
        assert len(steps) == count
        assert sum(steps) == sum(compute_lit_year(2025))
        assert max(steps) == step_s // SAMPLE_S


def test_the_switch_off_only_takes_light_away() -> None:
    pairs = zip(compute_lit_year(2025, part_night=True), compute_lit_year(2025), strict=True)
    assert all(part <= whole for part, whole in pairs)
