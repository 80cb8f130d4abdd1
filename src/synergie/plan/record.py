"""What a plan says about its own making: digest of the inputs, gap, status, run."""

from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import cast

from synergie.plan import solver as _solver
from synergie.plan.solver import Outcome
from synergie.schemas.plan import MemberOutcome, Run, Status, StopReason
from synergie.schemas.plan_bytes import build_canonical_bytes, digest

__all__ = [
    "TOLERANCE",
    "build_canonical_bytes",
    "build_run_record",
    "choose_status",
    "compute_gap",
    "digest",
    "find_least_gainer",
    "outcome_of",
]

TOLERANCE = 1e-4
"""Relative gap at which a plan counts as proved."""


def compute_gap(objective: Decimal, bound: Decimal | None) -> float | None:
    """How far the plan may be above the optimum, as a share of its cost. None: no bound."""
    if bound is None:
        return None
    return float((objective - bound) / abs(objective)) if objective else float(objective != bound)


def choose_status(stop: str, distance: float | None) -> Status:
    """What may be said of a plan that is there."""
    if distance is not None and distance <= TOLERANCE:
        return "proved"
    return "cancelled" if stop == "cancelled" else "feasible"


def build_run_record(outcomes: tuple[Outcome, ...], stop: str, solver: str | None = None) -> Run:
    """What it takes to run again; seconds and nodes of all solves together.

    *solver* names what decided when no solver was needed.
    """
    return Run(
        solver=solver or _solver.describe_solver(),
        synergie=_find_synergie_version(),
        seed=_solver.SEED,
        threads=_solver.THREADS,
        seconds=sum(outcome.seconds for outcome in outcomes),
        nodes=sum(outcome.nodes for outcome in outcomes),
        stop=cast("StopReason", stop),
    )


def _find_synergie_version() -> str:
    try:
        return version("synergie")
    except PackageNotFoundError:  # run from a source folder that is not installed
        return "source"


def find_least_gainer(members: tuple[MemberOutcome, ...]) -> str | None:
    """Who gains least, by euros then by id. None: nobody can compare."""
    known = [(m.gain_eur, m.member) for m in members if m.gain_eur is not None]
    return min(known)[1] if known else None


def outcome_of(member: str, cost: Decimal, alone: Decimal | None) -> MemberOutcome:
    """What *member* pays, against alone."""
    gain = None if alone is None else alone - cost
    return MemberOutcome(member=member, cost_eur=cost, alone_eur=alone, gain_eur=gain)
