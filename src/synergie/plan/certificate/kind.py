"""Certificates of plans of one kind: made, written, and verified by who did not make them."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import ceil
from pathlib import Path

from pydantic import BaseModel

from synergie.errors import SolverFailed
from synergie.plan.certificate import checker
from synergie.plan.certificate.exact import build_exact_model
from synergie.plan.certificate.proof import BoundProof, prove_bound
from synergie.plan.certificate.vipr import build_vipr_problem, write_vipr
from synergie.plan.comparison import Outline
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Model
from synergie.schemas.plan import Plan
from synergie.schemas.plan_bytes import digest, drop_solve_seconds

_WITHIN = Fraction(9, 1000)
"""Plans cost whole cents: a bound less than a cent below one proves that none is cheaper."""
_SECONDS = 600
"""The longest that the checker may take: 0.2 s a megabyte were measured, and none of more than 20
was seen."""


@dataclass(frozen=True, slots=True)
class BoundModel:
    """The model whose least cost is that of the best plan, *offset* added to it."""

    model: Model
    choices: Mapping[int, float]
    """Columns that the plan decides, with their values."""
    loose: frozenset[int] = frozenset()
    """Rows that tie parts together and are tried without first."""
    offset: Fraction = Fraction(0)
    """What the model counts beside what the plan costs, EUR: penalties that it pays."""

    def find_plan_bound(self, bound: Fraction) -> Decimal:
        """The least cost of a plan when the model costs *bound* or more: plans cost whole cents."""
        return Decimal(ceil((bound - self.offset) * 100)).scaleb(-2)


@dataclass(frozen=True, slots=True)
class PlanKind[P: BaseModel, R: Plan]:
    """Plans of one kind: their records, what may be wrong with one, the model of its bound."""

    key: str
    """A field that problems of this kind have and those of no other kind."""
    problem: type[P]
    plan: type[R]
    find_faults: Callable[[P, R], tuple[str, ...]]
    outline: Outline[P, R]
    """What it decides, with its figures; whose each decision is where the problem is known."""
    build: Callable[[P, R], BoundModel] | None = None
    """None: plans of this kind have no certificate."""
    game: str | None = None
    """`module:name` of what makes the game that its members share. None: nothing does."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proof of a bound on the cost of a plan, EUR."""

    proof: BoundProof
    bound_eur: Decimal
    """No plan costs less."""
    heads: tuple[str, ...]
    """Of which problem and plan it is, as comments of the file."""

    def proves(self, plan: Plan) -> bool:
        """Whether no other plan costs less than *plan*."""
        return self.bound_eur >= plan.objective_eur


@check_seconds
def certify_plan[P: BaseModel, R: Plan](
    kind: PlanKind[P, R], problem: P, plan: R, *, limit_s: float = 60
) -> Certificate:
    """The bound on *plan* that *limit_s* seconds of the processor prove, with its proof.

    Raises SolverFailed when the plan does not fit the model of its problem, or the model has none.
    """
    if kind.build is None:
        raise TypeError(f"plans with {kind.key} have no certificate")
    made = kind.build(problem, plan)
    values = _complete_values(made, limit_s)
    proof = prove_bound(made.model, values, within=_WITHIN, loose=made.loose, limit_s=limit_s)
    bound = None if proof.bound is None else made.find_plan_bound(proof.bound)
    if bound is None or bound > plan.objective_eur:
        raise SolverFailed(f"a plan of {plan.objective_eur} EUR is there, and the bound is {bound}")
    return Certificate(proof, bound, list_heads(problem, plan))


def _complete_values(made: BoundModel, limit_s: float) -> dict[int, float]:
    """Values of all columns when those that the plan decides are fixed."""
    columns = [
        replace(column, low=made.choices[j], high=made.choices[j]) if j in made.choices else column
        for j, column in enumerate(made.model.columns)
    ]
    outcome = Model(made.model.name, columns, made.model.rows).minimise(limit_s=limit_s)
    if not outcome.values:
        raise SolverFailed(f"the plan does not fit the model of its problem: {outcome.stop}")
    return dict(enumerate(outcome.values))


def list_heads(problem: BaseModel, plan: Plan) -> tuple[str, ...]:
    """Comments that name the problem and the plan by their SHA-256 (RFC 8785)."""
    return f"% problem {digest(problem)}\n", f"% plan {digest(drop_solve_seconds(plan))}\n"


def write_certificate(certificate: Certificate, path: Path) -> None:
    """*certificate* as VIPR 1.0 to *path*."""
    with path.open("w", encoding="ascii", newline="\n") as sink:
        sink.writelines(certificate.heads)
        write_vipr(certificate.proof, sink)


REASONS = {
    "problem": "the plan was made of another problem than the file given with it",
    "other": "the certificate is of another problem or plan: ask for the one made with this plan",
    "proof": "the proof in the certificate does not hold: ask for it again, unchanged",
    "amount": "the certificate proves more than the plan costs: its amounts were changed",
}
"""Why a certificate proves nothing of a plan, and what to do."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a plan: what is wrong, and what its certificate proves."""

    faults: tuple[str, ...]
    """What is wrong with the plan itself, in English: each requirement and amount anew."""
    reason: str | None = None
    """Which of `REASONS` keeps it from being verified. None: none does."""
    bound_eur: Decimal | None = None
    """No plan costs less, by the certificate. None: there is none, or it does not hold."""
    proof: str = ""
    """What the checker said."""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with the plan, nor with its certificate when there is one."""
        return not self.faults and self.reason is None


def verify_plan[P: BaseModel, R: Plan](
    kind: PlanKind[P, R], problem: P, plan: R, path: Path | None
) -> Verdict:
    """Whether *plan* holds, and whether the certificate at *path* proves its bound.

    Every requirement and amount is computed again; that the model in the certificate is that of
    the problem is looked at here, and its proof is replayed by `checker`, in a process without
    anything of ours.
    """
    faults = kind.find_faults(problem, plan)
    if plan.inputs_digest != digest(problem):
        return Verdict(faults, "problem")
    if faults or path is None or kind.build is None:
        return Verdict(faults)
    made = kind.build(problem, plan)
    head = "".join((*list_heads(problem, plan), build_vipr_problem(build_exact_model(made.model))))
    with path.open(encoding="ascii", errors="replace") as lines:
        if "".join(islice(lines, head.count("\n"))) != head:
            return Verdict((), "other")
        claim = next(lines, "")
    held, said = run_checker(path)
    bound = _read_claim(claim)
    if not held or bound is None:
        return Verdict((), "proof", proof=said)
    least = made.find_plan_bound(bound)
    if least > plan.objective_eur:
        return Verdict((), "amount", proof=said)
    return Verdict((), bound_eur=least, proof=said)


def _read_claim(line: str) -> Fraction | None:
    words = line.split()
    return Fraction(words[2]) if words[:2] == ["RTP", "range"] else None


def run_checker(path: Path, program: str = checker.__file__) -> tuple[bool, str]:
    """Whether the certificate at *path* holds, and what *program* said, in a process of its own.

    The process sees no package: neither this project nor a solver can have a part in its answer.
    """
    done = subprocess.run(  # noqa: S603 (our own file, with the interpreter that runs)
        [sys.executable, "-I", "-S", program, str(path)],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return done.returncode == 0, (done.stdout or done.stderr).strip().rpartition("\n")[2]
