"""A proof that shares are the nucleolus, which others check: exact shares, stages, weights.

Floats of the linear programmes choose which coalitions hold each stage and about with which
weights; shares and weights are then solved again in rationals (docs/plan/sharing.md). What does
not hold exactly is no certificate.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from synergie.errors import SolverFailed
from synergie.plan.certificate import nucleolus_checker
from synergie.plan.certificate.kind import run_checker
from synergie.plan.sharing.game import Flags, Game
from synergie.plan.sharing.ground import Listed, SharingGame
from synergie.schemas.sharing import SharingStudy

type Row = list[Fraction]

_FINE = 10**6
"""Weights are taken as fractions of at most this denominator, where they are free."""
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class NucleolusProof:
    """The nucleolus of a game, with what proves it. Amounts in cents."""

    players: tuple[str, ...]
    costs: tuple[Fraction | None, ...]
    """By mask. None: the coalition cannot buy by itself."""
    shares: tuple[Fraction, ...]
    stages: tuple[tuple[Fraction, tuple[tuple[int, Fraction], ...]], ...]
    """The surplus of each stage; its coalitions, by mask, with their weights."""

    def write(self, path: Path) -> None:
        """As JSON, rationals as texts."""
        costs = [None if cost is None else str(cost) for cost in self.costs]
        stages = [
            {"surplus": str(surplus), "coalitions": [[mask, str(w)] for mask, w in held]}
            for surplus, held in self.stages
        ]
        told = {
            "players": self.players,
            "costs": costs,
            "shares": list(map(str, self.shares)),
            "stages": stages,
        }
        path.write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8", newline="\n")


def list_exact_costs(game: Game) -> tuple[Fraction | None, ...]:
    """Cents of each coalition, by mask: what floats carry beyond a millionth is chance."""
    return tuple(
        Fraction(repr(round(cents, 6))) if np.isfinite(cents) else None
        for cents in game.values.tolist()
    )


def certify_sharing(ground: SharingGame, study: SharingStudy) -> NucleolusProof | None:
    """The proof of the nucleolus in *study* of *ground*; None when it tells none."""
    told = any(sharing.method == "nucleolus" for sharing in study.sharings)
    return certify_nucleolus(ground) if told and isinstance(ground, Listed) else None


def certify_nucleolus(ground: Listed) -> NucleolusProof:
    """The nucleolus with its proof. Raises SolverFailed when it does not hold in rationals."""
    game, found = ground.game, ground.nucleolus()
    n, costs = len(game.players), list_exact_costs(game)
    masks = [(one.coalitions @ (1 << np.arange(n))).tolist() for one in found.stages]
    solved = _solve_shares(n, costs, masks)
    basis: list[Row] = [[Fraction(1)] * n]
    stages = []
    for at, (mine, stage) in enumerate(zip(masks, found.stages, strict=True)):
        rows = [_list_flags(flags) for flags in stage.coalitions]
        weights = _balance(basis, rows, stage.weights.tolist())
        stages.append((solved[n + at], tuple(zip(mine, weights, strict=True))))
        basis += rows
    return NucleolusProof(game.players, costs, tuple(solved[:n]), tuple(stages))


def _list_flags(coalition: Flags) -> Row:
    return [Fraction(int(inside)) for inside in coalition]


def _solve_shares(n: int, costs: Sequence[Fraction | None], masks: list[list[int]]) -> Row:
    """The shares, then the surplus of each stage: x(S) + e = c(S) for what holds it."""
    total, stages = costs[-1], len(masks)
    rows = [[*[Fraction(1)] * n, *[_ZERO] * stages, _ZERO if total is None else total]]
    for at, mine in enumerate(masks):
        for mask in mine:
            cost = costs[mask]
            surplus = [Fraction(int(k == at)) for k in range(stages)]
            inside = [Fraction(mask >> i & 1) for i in range(n)]
            rows.append([*inside, *surplus, _ZERO if cost is None else cost])
    leads = _reduce(rows, n + stages)
    if len(leads) < n + stages or any(row[-1] for row in rows[len(leads) :]):
        raise SolverFailed("the coalitions that hold the nucleolus hold no shares exactly")
    return [row[-1] for row in rows[: n + stages]]


def _balance(basis: list[Row], rows: list[Row], near: list[float]) -> Row:
    """Weights of *rows* near those told, whose sum is a combination of *basis*."""
    lines = [list(line) for line in zip(*basis, *rows, strict=True)]
    leads, first = _reduce(lines, len(basis) + len(rows)), len(basis)
    weights = [Fraction(value).limit_denominator(_FINE) for value in near]
    free = [k for k in range(first, first + len(rows)) if k not in leads]
    for line, lead in zip(lines, leads, strict=False):
        if lead >= first:
            weights[lead - first] = -sum((line[k] * weights[k - first] for k in free), _ZERO)
    if min(weights) <= 0:
        raise SolverFailed("the coalitions that hold the nucleolus are not balanced exactly")
    return weights


def _reduce(rows: list[Row], columns: int) -> list[int]:
    """Bring *rows* to reduced echelon form; the column that leads each row."""
    leads: list[int] = []
    for column in range(columns):
        at = len(leads)
        found = next((i for i in range(at, len(rows)) if rows[i][column]), None)
        if found is None:
            continue
        rows[at], rows[found] = rows[found], rows[at]
        head = [value / rows[at][column] for value in rows[at]]
        rows[at] = head
        for i, row in enumerate(rows):
            if i != at and (factor := row[column]):
                rows[i] = [a - factor * b for a, b in zip(row, head, strict=True)]
        leads.append(column)
    return leads


def verify_nucleolus(game: Game, study: SharingStudy, path: Path) -> tuple[str | None, str]:
    """What keeps the file at *path* from proving the nucleolus of *study*, and the checker's word.

    None: nothing does. `other`: it is of another game; `proof`: it does not hold; `amount`: the
    study does not tell its shares, to the cent.
    """
    held, said = run_checker(path, nucleolus_checker.__file__)
    if not held:
        return "proof", said
    told = json.loads(path.read_text("utf-8"))
    costs = [None if cost is None else str(cost) for cost in list_exact_costs(game)]
    if told["players"] != list(game.players) or told["costs"] != costs:
        return "other", said
    exact = dict(zip(game.players, map(Fraction, told["shares"]), strict=True))
    for sharing in study.sharings:
        if sharing.method == "nucleolus":
            paid = {one.member: Fraction(one.share_eur) * 100 for one in sharing.shares}
            near = all(abs(paid.get(name, _ZERO) - x) < 1 for name, x in exact.items())
            whole = sum(paid.values()) == round(game.total)
            return (None if near and whole and paid.keys() == exact.keys() else "amount"), said
    return "amount", said
