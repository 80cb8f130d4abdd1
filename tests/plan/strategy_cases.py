"""Strategy problems for tests: small parks, made so that closed forms hold."""

from datetime import date
from decimal import Decimal
from typing import Any

from synergie.maintenance.plan.strategy import assumed
from synergie.maintenance.records.strategy import (
    AgeCount,
    Cleaning,
    DelayShare,
    GroupPolicy,
    LampGroup,
    Response,
    StrategyProblem,
    UpkeepPolicy,
)
from synergie.park.records.park import FailureModel


def model(technology: str, shape: float, scale: float) -> FailureModel:
    return FailureModel.model_validate(
        {"technology": technology, "shape": shape, "scale_hours": scale, "source": "made"}
    )


MODELS = (
    model("SHP", 3.0, 38_262.0),
    model("IM", 3.0, 18_366.0),
    model("LED", 1.0, 512_500.0),
    model("cabinet", 1.0, 29_220.0),
)
DELAYS = (
    Response(
        severity="point",
        delays=(DelayShare(days=1, share=0.5), DelayShare(days=5, share=0.5)),
        source="made",
    ),
    Response(severity="street", delays=(DelayShare(days=0.5, share=1),), source="made"),
)


def group(name: str = "g", **told: Any) -> LampGroup:
    fields: dict[str, Any] = {
        "id": name,
        "organisation": "one",
        "technology": "SHP",
        "cabinets": 4,
        "lamps": (AgeCount(burned_hours=0, count=400),),
        "burn_hours_year": 4100.0,
        "power_w": 100,
        "lamp_eur": Decimal(20),
    }
    return LampGroup(**(fields | told))


def problem(*groups: LampGroup, **told: Any) -> StrategyProblem:
    fields: dict[str, Any] = {
        "starts_on": date(2027, 1, 1),
        "groups": groups or (group(),),
        "models": MODELS,
        "costs": assumed.costs(),
        "responses": DELAYS,
    }
    return StrategyProblem(**(fields | told))


def spot(given: StrategyProblem, **told: Any) -> UpkeepPolicy:
    """Every group the same: spot work alone unless told otherwise."""
    return UpkeepPolicy(groups=tuple(GroupPolicy(group=g.id, **told) for g in given.groups))


def build_cleaning_rule() -> Cleaning:
    """Five in a hundred of the light lost a year; four fifths are left at least."""
    return Cleaning(
        loss_year=0.05,
        least_light=0.8,
        choices_years=(1, 2, 3, 4),
        source="assumed: maintenance factors of closed luminaires in ordinary dirt",
    )
