"""Months ahead: the path against every path, and hours that change before the option."""

import itertools
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.energy.plan.power.burn import burn_curve
from synergie.energy.plan.power.curves import Curve, Reading
from synergie.energy.plan.power.horizon import FAR, HeldOption, changes, cheapest_path
from synergie.energy.records.power import DimmedSpan, LightingUse, OffPeakWindow
from synergie.errors import BadInput
from tests.plan.power_cases import DAY, rules, schedule

WINDOWS = (OffPeakWindow(starts="22:00", ends="06:00"),)
HOURS = Reading(WINDOWS)
POMPEY = LightingUse(installed_w=4940, longitude=6.13, latitude=48.77)
OFF = (DimmedSpan(starts="00:00", ends="05:30"),)


def every_path(costs: np.ndarray, today: int, free_from: int, fee: int, stay: int) -> int:
    """The least over all sequences that keep the rules."""
    months, count = costs.shape
    best = None
    for path in itertools.product(range(count), repeat=months):
        held, since, total, lawful = today, None, 0, True
        for month, choice in enumerate(path):
            if choice != held:
                early = month < free_from or (since is not None and month - since < stay)
                if early or month + stay > months:
                    lawful = False
                    break
                held, since, total = choice, month, total + fee
            total += int(costs[month, choice])
        if lawful:
            best = total if best is None else min(best, total)
    assert best is not None
    return best


@given(
    st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=1, max_size=6).map(
        np.array
    ),
    st.integers(0, 2),
    st.integers(0, 7),
    st.integers(0, 60),
    st.integers(0, 4),
)
def test_the_path_costs_what_the_best_of_all_paths_does(
    costs: np.ndarray, today: int, free_from: int, fee: int, stay: int
) -> None:
    total, path = cheapest_path(
        costs.astype(np.int64), today=today, free_from=free_from, fee=fee, stay=stay
    )
    assert total == every_path(costs, today, free_from, fee, stay)
    assert len(path) == len(costs)
    switched = [n for n, (a, b) in enumerate(itertools.pairwise([today, *path])) if a != b]
    assert total == sum(int(costs[m, c]) for m, c in enumerate(path)) + fee * len(switched)
    assert all(n >= free_from for n in switched)
    assert all(b - a >= stay for a, b in itertools.pairwise(switched))


def planned() -> Curve:
    """A year all night, then a year with a switch-off."""
    first = burn_curve(POMPEY, date(2024, 1, 1), date(2025, 1, 1))
    second = burn_curve(
        POMPEY.model_copy(update={"dimmed": OFF}), date(2025, 1, 1), date(2026, 1, 1)
    )
    return Curve(first.start, 300, np.concatenate([first.watts, second.watts]))


def test_the_month_of_a_change_matters() -> None:
    """One price all year costs less in winter than four classes: the change waits for April."""
    today = HeldOption("BTINFCUST", Decimal(6))
    found = changes(planned(), today, schedule().schedule, DAY, reading=HOURS)
    assert found.stay_eur is not None and found.cost_eur < found.stay_eur
    assert len(found.months) == 24 and found.months[0][1] == today
    assert found.changes == ((date(2024, 4, 1), HeldOption("BTINFMU4", Decimal(6))),)


def test_a_change_waits_until_it_is_allowed_and_for_its_worth() -> None:
    today = HeldOption("BTINFCUST", Decimal(6))
    late = changes(
        planned(), today, schedule().schedule, DAY, free_from=date(2024, 8, 1), reading=HOURS
    )
    assert [first for first, _held in late.changes] == [date(2024, 8, 1)]
    dear = rules(change_fee_eur="100000")
    never = changes(planned(), today, schedule().schedule, DAY, reading=HOURS, rules=dear)
    assert never.changes == () and never.cost_eur == never.stay_eur
    assert never.months[0][1] == today


def test_a_year_of_months_is_a_year_of_bills() -> None:
    """Twelve months of one option: the yearly bill, but for hours that are not whole."""
    curve = burn_curve(POMPEY, date(2025, 1, 1), date(2026, 1, 1))
    today = HeldOption("BTINFMU4", Decimal(6))
    found = changes(curve, today, schedule().schedule, DAY, reading=HOURS)
    assert found.changes == () and found.cost_eur == found.stay_eur
    assert abs(found.cost_eur - Decimal("3034.40")) < 3  # domain.md §6.3


def test_what_does_not_hold_is_left_and_said() -> None:
    curve = burn_curve(POMPEY, date(2025, 1, 1), date(2026, 1, 1))
    small = HeldOption("BTINFMU4", Decimal(3))  # 4.94 kVA are drawn: it trips
    found = changes(curve, small, schedule().schedule, DAY, reading=HOURS)
    assert found.stay_eur is None and found.months[0][1].kva == 6
    with pytest.raises(BadInput, match="hold and are priced"):
        changes(curve, small, schedule().schedule, DAY, reading=HOURS, free_from=date(2025, 3, 1))
    with pytest.raises(BadInput, match="one whole month"):
        changes(Curve(curve.start, 300, curve.watts[:900]), small, schedule().schedule, DAY)
    assert FAR > 10**12
