"""Daily figures from frames: the same as from series, and nothing in silence."""

from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from synergie.errors import BadInput
from synergie.measure import fit_daily_model, read_daily_frame
from tests.measure.test_regression import draw_year

MAKERS = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "table", "": "dict"}


def frame(library: str, columns: dict[str, list[Any]]) -> Any:
    """*columns* as a frame of *library*; "": a mapping."""
    if not library:
        return columns
    pytest.importorskip(library)
    return getattr(import_module(library), MAKERS[library])(columns)


@pytest.mark.parametrize("library", MAKERS)
def test_a_model_of_a_frame_is_that_of_the_series(library: str) -> None:
    energy, temperature, _ = draw_year(3)
    energy.values[40:44] = np.nan
    found = read_daily_frame(frame(library, energy.list_columns()))
    assert (found.first_day, found.count_known()) == (energy.first_day, energy.count_known())
    np.testing.assert_array_equal(found.values, energy.values)
    assert fit_daily_model(found, temperature).fit == fit_daily_model(energy, temperature).fit


@pytest.mark.parametrize("library", MAKERS)
def test_days_without_a_row_are_unknown_and_a_zero_is_a_value(library: str) -> None:
    days = [date(2026, 3, 28), date(2026, 3, 31), date(2026, 3, 29)]
    found = read_daily_frame(
        frame(library, {"jour": days, "kwh": [1, 0, 2]}), day="jour", value="kwh"
    )
    assert found.first_day == days[0]
    np.testing.assert_array_equal(found.values, [1, 2, np.nan, 0])


@pytest.mark.parametrize(
    ("days", "where"),
    [
        ([date(2026, 3, 28), date(2026, 3, 28)], "/day/1"),
        ([date(2026, 3, 28), datetime(2026, 3, 29, 12)], "/day/1"),  # noqa: DTZ001 (a frame's)
        (["2026-03-28", date(2026, 3, 29)], "/day/0"),
    ],
    ids=["twice", "a moment", "a text"],
)
def test_what_is_no_day_or_told_twice_is_refused_with_its_row(days: list[Any], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_daily_frame({"day": days, "value": [1.0, 2.0]})
    assert caught.value.where == where


def test_a_blank_is_unknown_and_a_text_or_no_row_is_refused() -> None:
    pandas = pytest.importorskip("pandas")
    days = [date(2026, 3, 28), date(2026, 3, 29)]
    for blank in (None, float("nan"), pandas.NA):
        found = read_daily_frame({"day": days, "value": [blank, Decimal("2.5")]})
        np.testing.assert_array_equal(found.values, [np.nan, 2.5])
    with pytest.raises(BadInput) as caught:
        read_daily_frame({"day": days, "value": [1, "n.c."]})
    assert (caught.value.where, caught.value.found) == ("/value/1", "n.c.")
    with pytest.raises(BadInput, match="a row a civil day"):
        read_daily_frame({"day": [], "value": []})
    with pytest.raises(BadInput) as caught:
        read_daily_frame({"day": [pandas.NaT], "value": [1]})
    assert caught.value.where == "/day/0"
