"""What readings are for once they have arrived: degree days, regressions, savings, faults.

Plain functions on days and arrays, without storage and without network; numpy is loaded on first
use (extra `plan`). Formulas with their numbers: docs/measure/.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.measure.daily import (
        DailySeries,
        PeriodSum,
        build_daily_series,
        read_daily_frame,
        sum_months,
    )
    from synergie.measure.degree_days import (
        compute_degree_days,
        compute_hourly_degree_days,
        read_daily_weather,
    )
    from synergie.measure.regression import DailyModel, fit_daily_model, predict_energy
    from synergie.measure.savings import Saving, combine_savings, compute_saving
    from synergie.measure.stations import StationChoice, choose_station

_HOME = {
    "DailyModel": "regression",
    "DailySeries": "daily",
    "PeriodSum": "daily",
    "Saving": "savings",
    "StationChoice": "stations",
    "build_daily_series": "daily",
    "choose_station": "stations",
    "combine_savings": "savings",
    "compute_degree_days": "degree_days",
    "compute_hourly_degree_days": "degree_days",
    "compute_saving": "savings",
    "fit_daily_model": "regression",
    "predict_energy": "regression",
    "read_daily_frame": "daily",
    "read_daily_weather": "degree_days",
    "sum_months": "daily",
}

__all__ = [
    "DailyModel",
    "DailySeries",
    "PeriodSum",
    "Saving",
    "StationChoice",
    "build_daily_series",
    "choose_station",
    "combine_savings",
    "compute_degree_days",
    "compute_hourly_degree_days",
    "compute_saving",
    "fit_daily_model",
    "predict_energy",
    "read_daily_frame",
    "read_daily_weather",
    "sum_months",
]


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.measure' has no attribute {name!r}")
    return getattr(import_module(f"synergie.measure.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
