"""Failure models learned from closed fault tickets, where there are enough of them."""

from collections.abc import Sequence
from datetime import datetime

from synergie.park.plan import _text
from synergie.park.plan import models as failure_models
from synergie.park.plan._aside import Aside
from synergie.park.plan._assets import Assets, Point
from synergie.park.plan._histories import cabinet_lives, lamp_lives
from synergie.park.plan._lamps import Schedules
from synergie.park.plan._sites import drop_duplicate_records, select_standing_points
from synergie.park.plan._weibull import Fit, Lives, fit_exponential, fit_weibull
from synergie.park.plan._works import select_works
from synergie.park.plan.models import What
from synergie.park.plan.night import NightHours
from synergie.park.plan.owned import Owned
from synergie.park.records.park import FailureModel, Interval
from synergie.schemas.assets.work_order import WorkOrder

ENOUGH = 20
"""Failures from which a model is learned; with fewer it stays assumed."""
FEW = 50
"""Failures below which a shape that may be 1 is taken to be 1."""


def learn(
    light_points: Sequence[Point], work_orders: Sequence[Owned[WorkOrder]], *,
    until: datetime, night: NightHours | None = None,
) -> tuple[FailureModel, ...]:  # fmt: skip
    """The models of each kind, learned where `ENOUGH` failed before *until* (aware), else assumed.

    A kind without either has no model: unknown. Rows that `state` sets aside are passed over.
    """
    aside, schedules = Aside(), Schedules(night or NightHours(), until)
    points = list(
        select_standing_points(drop_duplicate_records(light_points, aside), schedules.today, aside)
    )
    assets = Assets.of((), points)
    done = select_works(work_orders, assets, as_of=until, tz=schedules.tz, aside=aside)
    lives = lamp_lives(points, done, assets, schedules)
    lives["cabinet"] = cabinet_lives(done, assets, until)
    held = failure_models.index_models_by_kind(failure_models.assumed())
    asked = sorted(held.keys() | lives.keys())
    found = (_fit_failure_model(what, lives.get(what), held.get(what)) for what in asked)
    return tuple(model for model in found if model is not None)


def learned_from(what: What, lives: Lives) -> FailureModel:
    """The model of *lives*, hours: exponential when few failed and the shape may be 1."""
    law = fit_weibull(lives)
    shapes = Interval(low=law.shape_interval[0], high=law.shape_interval[1])
    if lives.failures < FEW and shapes.low <= 1 <= shapes.high:
        law = fit_exponential(lives)
    return _build_failure_model(what, law, lives.failures, shapes)


def _fit_failure_model(
    what: What, lives: Lives | None, held: FailureModel | None
) -> FailureModel | None:
    """The learned model; with too few failures the assumed one, which says how many are missing."""
    failures = 0 if lives is None else lives.failures
    if lives is None or failures < ENOUGH:
        missing = {"failures_missing": ENOUGH - failures}
        return None if held is None else held.model_copy(update=missing)
    if what == "cabinet":
        return _build_failure_model(what, fit_exponential(lives), lives.failures, None)
    return learned_from(what, lives)


def _build_failure_model(
    what: What, law: Fit, failures: int, shapes: Interval | None
) -> FailureModel:
    return FailureModel(
        technology=what,
        shape=law.shape,
        scale_hours=law.scale,
        shape_interval=shapes,
        scale_interval=Interval(low=law.scale_interval[0], high=law.scale_interval[1]),
        failures=failures,
        source=_text.LEARNED,
    )
