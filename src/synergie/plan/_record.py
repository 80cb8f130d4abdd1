"""What a plan says about its own making: digest of the inputs, gap, status, run."""

import hashlib
import json
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import cast

import rfc8785
from pydantic import BaseModel

from synergie.plan import _solver
from synergie.plan._solver import Outcome
from synergie.schemas.plan import MemberOutcome, Run, Status, StopReason

_LEAST, _WHOLE = 1e-4, 1e15
"""Numbers between them have no exponent, in Python as in RFC 8785."""

TOLERANCE = 1e-4
"""Relative gap at which a plan counts as proved."""


def digest(problem: BaseModel) -> str:
    """SHA-256 of the problem in the canonical form of RFC 8785."""
    return hashlib.sha256(canonical(problem)).hexdigest()


def canonical(problem: BaseModel) -> bytes:
    """The form of RFC 8785, by the C encoder of Python where it writes the same.

    It does for field names (ASCII), texts and whole numbers; a number with a fraction is written
    the same between 1e-4 and 1e15. Others take the slow way.
    """
    odd: list[str] = []

    def number(text: str) -> float | int:
        value = float(text)
        if value.is_integer() and abs(value) < _WHOLE:
            return int(value)
        if not _LEAST <= abs(value) < _WHOLE:
            odd.append(text)
        return value

    plain = json.loads(problem.model_dump_json(), parse_float=number)
    if odd:
        return rfc8785.dumps(problem.model_dump(mode="json"))
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def gap(objective: Decimal, bound: Decimal | None) -> float | None:
    """How far the plan may be above the optimum, as a share of its cost. None: no bound."""
    if bound is None:
        return None
    return float((objective - bound) / abs(objective)) if objective else float(objective != bound)


def status(stop: str, distance: float | None) -> Status:
    """What may be said of a plan that is there."""
    if distance is not None and distance <= TOLERANCE:
        return "proved"
    return "cancelled" if stop == "cancelled" else "feasible"


def run(outcomes: tuple[Outcome, ...], stop: str, solver: str | None = None) -> Run:
    """What it takes to run again; seconds and nodes of all solves together.

    *solver* names what decided when no solver was needed.
    """
    return Run(
        solver=solver or _solver.version(),
        synergie=_version(),
        seed=_solver.SEED,
        threads=_solver.THREADS,
        seconds=sum(outcome.seconds for outcome in outcomes),
        nodes=sum(outcome.nodes for outcome in outcomes),
        stop=cast("StopReason", stop),
    )


def _version() -> str:
    try:
        return version("synergie")
    except PackageNotFoundError:  # run from a source folder that is not installed
        return "source"


def least(members: tuple[MemberOutcome, ...]) -> str | None:
    """Who gains least, by euros then by id. None: nobody can compare."""
    known = [(m.gain_eur, m.member) for m in members if m.gain_eur is not None]
    return min(known)[1] if known else None


def outcome_of(member: str, cost: Decimal, alone: Decimal | None) -> MemberOutcome:
    """What *member* pays, against alone."""
    gain = None if alone is None else alone - cost
    return MemberOutcome(member=member, cost_eur=cost, alone_eur=alone, gain_eur=gain)
