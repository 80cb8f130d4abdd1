"""The shares of one method as they are told: in cents, with what each gains and who would leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from synergie.plan.sharing import text as _text
from synergie.plan.sharing._cents import convert_cents_to_euros, euros_up, round_shares_to_cents
from synergie.plan.sharing.core import Excess
from synergie.plan.sharing.game import Flags
from synergie.plan.sharing.ground import SharingGame
from synergie.plan.sharing.methods import ShareVector, Weights
from synergie.schemas.plan import Phrase
from synergie.schemas.sharing import Departure, MemberShare, Method, Sharing

MOST_DEPARTURES = 10
_HALF_A_CENT = 0.5


@dataclass(frozen=True, slots=True)
class SharingContext:
    """What is known beside the costs of the coalitions."""

    digest: str
    """SHA-256 of what is shared."""
    weights: Weights
    elsewhere: Mapping[str, Decimal] = field(default_factory=dict)
    """What members pay by themselves to suppliers, EUR."""
    assumptions: tuple[Phrase, ...] = ()
    seed: int = 0


def list_coalition_players(players: tuple[str, ...], coalition: Flags) -> tuple[str, ...]:
    """The players of a coalition."""
    return tuple(name for name, inside in zip(players, coalition, strict=True) if inside)


@dataclass(frozen=True, slots=True)
class Writer:
    """One method's shares, on the way to their record."""

    ground: SharingGame
    given: SharingContext
    method: Method
    found: ShareVector

    def sharing(self) -> Sharing:
        """The record; the core is judged on the shares before they are rounded."""
        worst = self.ground.worst(self.found.shares, MOST_DEPARTURES)
        leaving = [one for one in worst.found if one.amount >= _HALF_A_CENT]
        shares = self._shares(worst.each)
        known = [(one.gain_eur, one.member) for one in shares if one.gain_eur is not None]
        return Sharing(
            method=self.method,
            exact=self.found.half_widths is None,
            shares=shares,
            before_rounding_eur=float(self.found.shares.sum()) / 100,
            nobody_pays_more=all(gain >= 0 for gain, _ in known),
            in_core=False if leaving else True if worst.bound < _HALF_A_CENT else None,
            departures=tuple(self._departure(one) for one in leaving),
            least_gain=min(known)[1] if known else None,
            most_gain=min((-gain, name) for gain, name in known)[1] if known else None,
            remarks=(*self.found.remarks, *self._negative(shares)),
        )

    def _shares(self, worst: tuple[Excess | None, ...]) -> tuple[MemberShare, ...]:
        players = self.ground.players
        paid = round_shares_to_cents(self.found.shares, players, round(self.ground.total))
        rows = [self._share(i, amount, worst[i]) for i, amount in enumerate(paid)]
        return tuple(sorted(rows, key=lambda row: row.member))

    def _share(self, i: int, paid: Decimal, worst: Excess | None) -> MemberShare:
        name = self.ground.players[i]
        cost = float(self.ground.alone[i])
        alone = convert_cents_to_euros(cost) if np.isfinite(cost) else None
        gain = None if alone is None else alone - paid
        widths, elsewhere = self.found.half_widths, self.given.elsewhere.get(name)
        leaves = worst is not None and worst.amount >= _HALF_A_CENT
        return MemberShare(
            member=name,
            alone_eur=alone,
            share_eur=paid,
            gain_eur=gain,
            gain_ratio=float(gain / alone) if gain is not None and alone else None,
            half_width_eur=None if widths is None else euros_up(float(widths[i])),
            paid_elsewhere_eur=elsewhere,
            to_settle_eur=None if elsewhere is None else paid - elsewhere,
            leaves_with=list_coalition_players(self.ground.players, worst.coalition)
            if worst and leaves
            else (),
        )

    def _departure(self, excess: Excess) -> Departure:
        return Departure(
            members=list_coalition_players(self.ground.players, excess.coalition),
            share_eur=convert_cents_to_euros(excess.cost + excess.amount),
            alone_eur=convert_cents_to_euros(excess.cost),
            saves_eur=convert_cents_to_euros(excess.cost + excess.amount)
            - convert_cents_to_euros(excess.cost),
        )

    def _negative(self, shares: tuple[MemberShare, ...]) -> list[Phrase]:
        return [
            Phrase(text=_text.NEGATIVE, values=(one.member,)) for one in shares if one.share_eur < 0
        ]
