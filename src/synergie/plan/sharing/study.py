"""One cost, shared by several methods side by side: what each pays, and who would rather leave."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np

from synergie.errors import BadInput, Cancelled
from synergie.plan import record as _record
from synergie.plan.sharing import text as _text
from synergie.plan.sharing._cents import convert_cents_to_euros, euros_up
from synergie.plan.sharing.certificate import NucleolusProof, certify_sharing
from synergie.plan.sharing.context import SharingContext, Writer, list_coalition_players
from synergie.plan.sharing.game import Floats, Game, of_table
from synergie.plan.sharing.ground import Listed, NotCertified, SharingGame
from synergie.plan.sharing.methods import METHODS, Case, NotPossible, Weights
from synergie.plan.sharing.nucleolus import Balance, NoPoint
from synergie.schemas.plan import Phrase
from synergie.schemas.sharing import (
    BalancedCoalition,
    CostGame,
    Method,
    NotShared,
    Sharing,
    SharingStudy,
)

_SURE = 0.01  # of the mean gain: how wide a sampled share may be


def share_game(
    game: CostGame, *, methods: Sequence[Method] = tuple(METHODS), seed: int = 0
) -> SharingStudy:
    """The cost of *game* shared by each of *methods*.

    Raises BadInput for a coalition without its cost, SolverFailed, MissingExtra.
    """
    return share_game_with_proof(game, methods=methods, seed=seed)[0]


def share_game_with_proof(
    game: CostGame, *, methods: Sequence[Method] = tuple(METHODS), seed: int = 0
) -> tuple[SharingStudy, NucleolusProof | None]:
    """As `share_game`, with the proof of its nucleolus. None: it has none."""
    weights = {weight.member: weight for weight in game.weights}
    known = [weights.get(name) for name in game.members]
    given = SharingContext(
        _record.digest(game),
        Weights(
            _convert_to_floats([one.mwh if one else None for one in known]),
            _convert_to_floats([one.points if one else None for one in known]),
        ),
        seed=seed,
    )
    ground = Listed(read_cost_game(game))
    found = study(ground, given, methods=methods)
    return found, certify_sharing(ground, found)


def read_cost_game(game: CostGame) -> Game:
    """What each coalition pays. Raises BadInput for one without its cost, or told twice."""
    return of_table(game.members, _read_coalition_costs(game))


def _read_coalition_costs(game: CostGame) -> dict[frozenset[str], Decimal | None]:
    costs: dict[frozenset[str], Decimal | None] = {}
    for i, one in enumerate(game.costs):
        coalition = frozenset(one.members)
        if coalition in costs or len(coalition) < len(one.members):
            found = ", ".join(one.members)
            raise BadInput(f"/costs/{i}/members", found, "each coalition once, each member once")
        costs[coalition] = one.eur
    return costs


def _convert_to_floats(values: Sequence[object]) -> Floats:
    return np.array([np.nan if value is None else float(str(value)) for value in values])


def study(
    ground: SharingGame,
    given: SharingContext,
    *,
    methods: Sequence[Method] = tuple(METHODS),
    cancel: Callable[[], bool] | None = None,
) -> SharingStudy:
    """Every method on one ground, with the core. Raises Cancelled, SolverFailed."""
    case = Case(ground, given.weights, given.seed, _compute_target_width(ground))
    sharings: list[Sharing] = []
    not_shared: list[NotShared] = []
    for method in methods:
        if cancel is not None and cancel():
            raise Cancelled
        try:
            found = METHODS[method](case)
        except NotPossible as error:
            not_shared.append(NotShared(method=method, reason=error.reason))
        else:
            sharings.append(Writer(ground, given, method, found).sharing())
    balance = _find_balance(ground)
    alone = ground.alone
    return SharingStudy(
        members=ground.players,
        total_eur=convert_cents_to_euros(ground.total),
        alone_eur=convert_cents_to_euros(float(alone.sum())) if np.isfinite(alone).all() else None,
        core_empty=None if balance is None else balance.epsilon > _HALF_A_CENT,
        epsilon_eur=None if balance is None else euros_up(balance.epsilon),
        blocking=() if balance is None else _build_blocking_coalitions(ground, balance),
        sharings=tuple(sharings),
        not_shared=tuple(not_shared),
        assumptions=(*given.assumptions, *_list_rounding_notes(ground)),
        inputs_digest=given.digest,
    )


_HALF_A_CENT = 0.5


def _compute_target_width(ground: SharingGame) -> float:
    """How wide a sampled share may be, cents: a part of what a member gains in the mean."""
    gain = float(ground.alone.sum()) - ground.total
    return max(_SURE * gain / len(ground.players), _HALF_A_CENT) if np.isfinite(gain) else 0.0


def _find_balance(ground: SharingGame) -> Balance | None:
    try:
        return ground.least_core()
    except (NoPoint, NotCertified):
        return None


def _build_blocking_coalitions(
    ground: SharingGame, balance: Balance
) -> tuple[BalancedCoalition, ...]:
    costs = ground.costs(balance.coalitions)
    return tuple(
        BalancedCoalition(
            members=list_coalition_players(ground.players, coalition),
            cost_eur=convert_cents_to_euros(cost),
            weight=float(weight),
        )
        for coalition, cost, weight in zip(balance.coalitions, costs, balance.weights, strict=True)
    )


def _list_rounding_notes(ground: SharingGame) -> tuple[Phrase, ...]:
    said = [Phrase(text=_text.ROUNDED)]
    if abs(ground.total - round(ground.total)) > 1e-6:  # noqa: PLR2004 (a millionth of a cent)
        said.append(Phrase(text=_text.TOTAL_ROUNDED, values=(f"{ground.total / 100:.6g}",)))
    return tuple(said)
