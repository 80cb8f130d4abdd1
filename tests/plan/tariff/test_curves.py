"""Energies by class from a load curve: clock changes, windows that change, what is missing."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.energy.plan.tariff.bill import bill
from synergie.energy.plan.tariff.curves import uses_of_curve
from synergie.energy.records.power import OffPeakWindow
from synergie.energy.records.tariff import PeriodUse
from synergie.errors import BadInput
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.units import STEP_NAMES
from tests.plan.tariff.points import terms

PARIS = ZoneInfo("Europe/Paris")
NIGHT = OffPeakWindow(starts="22:00", ends="06:00")


def curve(start: datetime, values: Sequence[float | None], **more: object) -> MeterCurve:
    told: dict[str, object] = {
        "supply_point": "prm:99000000000017", "quantity": "active_power", "form": "mean_power",
        "direction": "import", "unit": "W", "step": "PT30M", "provenance": "synthetic",
    }  # fmt: skip
    return MeterCurve.model_validate({**told, **more, "start": start, "values": list(values)})


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS).astimezone(UTC)  # type: ignore[misc,arg-type]


def kwh(uses: tuple[PeriodUse, ...]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for use in uses:
        for one in use.energy:
            found[one.time_class] = found.get(one.time_class, Decimal(0)) + one.kwh
    return found


def test_a_winter_day_is_eight_hours_off_peak() -> None:
    (use,) = uses_of_curve([curve(local(2026, 1, 5), [1000] * 48)], [NIGHT])
    assert (use.from_date, use.to_date) == (date(2026, 1, 5), date(2026, 1, 6))
    assert {one.time_class: one.kwh for one in use.energy} == {
        "HPH": 16, "HCH": 8, "HPB": 0, "HCB": 0,
    }  # fmt: skip
    assert (use.missing_steps, use.method) == (0, "curve")


@pytest.mark.parametrize(("day", "steps", "off"), [((2026, 3, 29), 46, 7), ((2026, 10, 25), 50, 9)])
def test_days_of_a_clock_change_have_23_and_25_hours(
    day: tuple[int, int, int], steps: int, off: int
) -> None:
    (use,) = uses_of_curve([curve(local(*day), [1000] * steps)], [NIGHT])
    found = {one.time_class: one.kwh for one in use.energy}
    assert sum(found.values()) == Decimal(steps) / 2
    assert found["HCH"] + found["HCB"] == off
    assert use.missing_steps == 0


def test_months_and_days_on_which_prices_change_cut_it() -> None:
    days = (date(2026, 2, 20) - date(2026, 1, 10)).days
    uses = uses_of_curve(
        [curve(local(2026, 1, 10), [100] * 48 * days)], [NIGHT], cuts=[date(2026, 2, 5)]
    )
    assert [one.from_date for one in uses] == [
        date(2026, 1, 10), date(2026, 2, 1), date(2026, 2, 5),
    ]  # fmt: skip
    assert uses[-1].to_date == date(2026, 2, 20)


def test_a_step_without_value_is_missing_and_never_zero() -> None:
    (use,) = uses_of_curve([curve(local(2026, 1, 5), [1000] * 47 + [None])], [NIGHT])
    assert (use.missing_steps, sum(one.kwh for one in use.energy)) == (1, Decimal("23.5"))
    found = bill(terms("BTINFMU4", 6), [use])
    assert [one.values for one in found.assumptions if "no measure" in one.text] == [("1",)]


def test_steps_that_no_run_covers_are_missing() -> None:
    runs = [curve(local(2026, 1, 5), [1000] * 40), curve(local(2026, 1, 6), [1000] * 48)]
    (use,) = uses_of_curve(runs, [NIGHT])
    assert (use.missing_steps, sum(one.kwh for one in use.energy)) == (8, 44)


def test_windows_are_dated_and_differ_by_season() -> None:
    windows = [
        OffPeakWindow(starts="22:00", ends="06:00", valid_to=date(2026, 6, 1)),
        OffPeakWindow(starts="11:00", ends="17:00", season="low", valid_from=date(2026, 6, 1)),
        OffPeakWindow(starts="02:00", ends="07:00", valid_from=date(2026, 6, 1)),
    ]
    may, june = (
        kwh(uses_of_curve([curve(local(2026, month, 1), [1000] * 48)], windows)) for month in (5, 6)
    )
    assert (may["HCB"], june["HCB"]) == (Decimal(8), Decimal(11))


def test_a_step_in_which_the_class_changes_is_shared_by_its_minutes() -> None:
    window = OffPeakWindow(starts="22:50", ends="06:50")
    late = [600 if n == 45 else 0 for n in range(48)]  # 22:30 to 23:00 only
    told = kwh(uses_of_curve([curve(local(2026, 1, 5), late)], [window]))
    assert (told["HPH"], told["HCH"]) == (Decimal("0.2"), Decimal("0.1"))
    found = kwh(uses_of_curve([curve(local(2026, 1, 5), [600] * 48)], [window]))
    assert (found["HCH"], found["HPH"]) == (Decimal("4.8"), Decimal("9.6"))


def test_a_window_that_ends_as_it_begins_is_the_whole_day() -> None:
    window = OffPeakWindow(starts="00:00", ends="00:00")
    assert kwh(uses_of_curve([curve(local(2026, 1, 5), [1000] * 48)], [window]))["HCH"] == 24


def test_energies_of_steps_are_taken_as_they_are() -> None:
    one = curve(local(2026, 1, 5), [0.5] * 144, step="PT10M", unit="kWh", form="interval_energy",
                quantity="active_energy")  # fmt: skip
    assert sum(kwh(uses_of_curve([one], [NIGHT])).values()) == 72


@pytest.mark.parametrize(
    ("make", "expected"),
    [(list, "a load curve"),
     (lambda: [curve(local(2026, 1, 5), [1], direction="export")], "that is drawn"),
     (lambda: [curve(local(2026, 1, 5), [1], step="P1D")], "at most an hour"),
     (lambda: [curve(local(2026, 1, 5), [1] * 4), curve(local(2026, 1, 5, 1), [1])], "one value")],
    ids=["none", "export", "days", "twice"],
)  # fmt: skip
def test_a_curve_that_cannot_be_classed_is_refused(
    make: Callable[[], list[MeterCurve]], expected: str
) -> None:
    with pytest.raises(BadInput, match=expected):
        uses_of_curve(make(), [NIGHT])


def test_a_day_without_off_peak_hours_is_refused() -> None:
    late = OffPeakWindow(starts="22:00", ends="06:00", valid_from=date(2026, 2, 1))
    with pytest.raises(BadInput, match="off-peak hours that hold on this day"):
        uses_of_curve([curve(local(2026, 1, 5), [1])], [late])


@given(
    st.integers(0, 16_000),
    st.lists(st.one_of(st.none(), st.integers(0, 5000)), min_size=1, max_size=150),
    st.sampled_from([600, 1800, 3600]),
    st.integers(0, 23), st.integers(0, 23),
)  # fmt: skip
def test_energy_is_neither_lost_nor_made_whatever_the_window(
    hour: int, values: list[int | None], step: int, begins: int, ends: int
) -> None:
    moment = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    window = OffPeakWindow(starts=f"{begins:02}:00", ends=f"{ends:02}:00")
    uses = uses_of_curve([curve(moment, values, step=STEP_NAMES[step])], [window])
    told = sum(value for value in values if value is not None)
    assert abs(sum(kwh(uses).values()) - Decimal(told) * step / 3_600_000) < Decimal("0.0001")
    whole = sum((one.to_date - one.from_date).days for one in uses)
    clock = timedelta(days=whole).total_seconds() / step
    counted = len([v for v in values if v is not None]) + sum(one.missing_steps for one in uses)
    assert abs(counted - clock) <= 3600 / step  # an hour more or less where clocks change
