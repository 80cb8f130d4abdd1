"""Failure models that are assumed where no ticket tells: mean lives from yearly rates."""

from collections.abc import Iterable, Mapping
from math import gamma
from typing import Literal

from synergie.park.plan import _text
from synergie.park.records.park import FailureModel
from synergie.schemas.assets.light_point import SourceType

type What = SourceType | Literal["cabinet"]
"""What fails: a kind of lamp, or the cabinet."""

RATE_HOURS = 4100.0
"""Hours of light a year at which the assumed yearly rates hold (domain.md §9.2)."""
YEAR_HOURS = 8766.0
"""Hours of a mean year: the clock of a cabinet, which is always on."""
YEAR_DAYS = 365.25
"""Days of a mean year."""
SERVICE_HOURS: Mapping[str, float] = {"SHP": 16_000.0, "IM": 8_000.0, "VM": 8_000.0}
"""Hours up to which a lamp is taken to be the first one (domain.md §9.2, shortest lives; mercury
as metal halide). A kind that is left out is taken to be the first one at any age."""

_WEAR_OUT, _NO_MEMORY = 3.0, 1.0
_SHAPES: Mapping[What, float] = {
    "SHP": _WEAR_OUT,
    "IM": _WEAR_OUT,
    "VM": _WEAR_OUT,
    "LED": _NO_MEMORY,
    "cabinet": _NO_MEMORY,
}
_RATES: Mapping[What, float] = {"SHP": 0.12, "IM": 0.25, "VM": 0.20, "LED": 0.008, "cabinet": 0.3}
_SOURCES: Mapping[What, str] = {
    "SHP": _text.ASSUMED_SHP,
    "IM": _text.ASSUMED_IM,
    "VM": _text.ASSUMED_VM,
    "LED": _text.ASSUMED_LED,
    "cabinet": _text.ASSUMED_CABINET,
}


def assumed() -> tuple[FailureModel, ...]:
    """The assumed models of SHP, IM, VM, LED and `cabinet`; other kinds have none: unknown.

    The mean life is the hours of a year over the yearly rate: lamps replaced as they fail then
    fail at that rate in the long run.
    """
    return tuple(_build_assumed_model(what) for what in _RATES)


def index_models_by_kind(models: Iterable[FailureModel]) -> dict[What, FailureModel]:
    """The models by what fails."""
    return {model.technology: model for model in models}


def mean_life(model: FailureModel) -> float:
    """Mean life, hours: the scale times Γ(1 + 1/shape)."""
    return model.scale_hours * gamma(1 + 1 / model.shape)


def yearly_rate(model: FailureModel, hours_year: float) -> float:
    """Failures a year in the long run, whatever the age, when each is mended: hours over life.

    For `cabinet` give `YEAR_HOURS`.
    """
    return hours_year / mean_life(model)


def _build_assumed_model(what: What) -> FailureModel:
    hours = YEAR_HOURS if what == "cabinet" else RATE_HOURS
    shape, rate = _SHAPES[what], _RATES[what]
    return FailureModel(
        technology=what,
        shape=shape,
        scale_hours=round(hours / rate / gamma(1 + 1 / shape), 1),
        source=_SOURCES[what],
    )
