"""Who pays what of a purchase that is decided: running costs and fees, to the cent, nobody above.

Running costs go in proportion to what each saves before them, fees off. A fee that is asked of a
member as a whole is borne by what it saves, lot by lot; where that leaves an offer short of its
running cost, the fees of members who also save elsewhere move there.
"""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from synergie.plan.money import CENT, split
from synergie.purchase.plan.award._coordinator import Extra
from synergie.purchase.plan.award.baskets import Book, Option

_ZERO = Decimal(0)

type Shares = dict[tuple[int, int], Decimal]
"""Part of a fee by number of the `Extra` and basket."""


@dataclass(frozen=True, slots=True)
class Split:
    """What each basket that joins pays beyond its supply."""

    running: Mapping[int, Decimal]
    coordinator: Mapping[int, Decimal]


def split_costs_and_fees(book: Book, options: Mapping[int, Option]) -> Split:
    """The parts of running costs and fees, exact in sum."""
    fees = {u: book.fee[u] for u in options}
    whole = _MemberFeeFlow(book, options)
    for (_, u), part in whole.shares().items():
        fees[u] += part
    return Split(_split_running_costs(book, options, fees), fees)


def _split_running_costs(
    book: Book, options: Mapping[int, Option], fees: Mapping[int, Decimal]
) -> dict[int, Decimal]:
    """The fixed cost of each offer, in proportion to savings; to volumes when there is none."""
    inside: dict[int, list[int]] = defaultdict(list)
    for u, option in sorted(options.items()):
        inside[option.offer].append(u)
    parts: dict[int, Decimal] = {}
    for o, members in inside.items():
        saved = [_compute_saving_after_fee(book, options[u], fees[u]) for u in members]
        weights = saved if sum(saved) else [book.baskets[u].volume for u in members]
        parts |= dict(zip(members, split(book.fixed[o], weights, CENT), strict=True))
    return parts


def _compute_saving_after_fee(book: Book, option: Option, fee: Decimal) -> Decimal:
    """What is saved after the fee, never less than nothing."""
    alone = book.alone[option.basket]
    return max(_ZERO, alone - option.cost - fee) if alone is not None else _ZERO


class _MemberFeeFlow:
    """Fees of members as a whole: a flow from members to offers through what they save."""

    def __init__(self, book: Book, options: Mapping[int, Option]) -> None:
        self._book, self._options = book, options
        self._room: dict[int, Decimal] = defaultdict(Decimal)
        for option in options.values():
            saved = book.saved(option)
            if saved is not None:
                self._room[option.offer] += saved
        for o in {option.offer for option in options.values()}:
            self._room[o] -= book.fixed[o]
        self._parts: Shares = {}
        self._most: Shares = {}

    def shares(self) -> Shares:
        """The part of each basket."""
        for n, extra in enumerate(self._book.extras):
            self._first(n, extra)
        while any(self._relieve(o) for o in sorted(self._room) if self._room[o] < 0):
            pass
        return self._parts

    def _first(self, n: int, extra: Extra) -> None:
        """In proportion to savings; to a basket without a cost alone when there is one."""
        mine = [u for u in extra.baskets if u in self._options]
        due = extra.of(mine)
        saved = [self._book.saved(self._options[u]) for u in mine]
        blind = [u for u, gain in zip(mine, saved, strict=True) if gain is None]
        if blind:
            volume = {u: self._book.baskets[u].volume for u in blind}
            even = not any(volume.values())
            weights = [Decimal(1) if even and u in volume else volume.get(u, _ZERO) for u in mine]
        else:
            weights = [max(_ZERO, gain or _ZERO) for gain in saved]
        for u, gain, part in zip(mine, saved, split(due, weights, CENT), strict=True):
            self._parts[n, u] = part
            self._most[n, u] = due if gain is None else max(_ZERO, gain)
            if gain is not None:
                self._room[self._options[u].offer] -= part

    def _relieve(self, short: int) -> bool:
        """Move fees away from an offer that is short, along the shortest way; whether it did."""
        came = self._ways(short)
        end = next((o for o in came if o != short and self._room[o] > 0), None)
        if end is None:
            return False
        path, amount, o = [], min(-self._room[short], self._room[end]), end
        while o != short:
            before, n, give, take = came[o]
            amount = min(amount, self._parts[n, give], self._free(n, take))
            path.append((n, give, take))
            o = before
        for n, give, take in path:
            self._parts[n, give] -= amount
            self._parts[n, take] += amount
        self._room[short] += amount
        self._room[end] -= amount
        return True

    def _free(self, n: int, u: int) -> Decimal:
        return self._most[n, u] - self._parts[n, u]

    def _ways(self, short: int) -> dict[int, tuple[int, int, int, int]]:
        """Offers that fees can move to, nearest first: from where, whose, out of and into what."""
        came: dict[int, tuple[int, int, int, int]] = {}
        queue = deque([short])
        while queue:
            o = queue.popleft()
            for n, extra in enumerate(self._book.extras):
                for give, take in self._moves(n, extra, o):
                    target = self._options[take].offer
                    if target != short and target not in came:
                        came[target] = (o, n, give, take)
                        queue.append(target)
        return came

    def _moves(self, n: int, extra: Extra, o: int) -> list[tuple[int, int]]:
        mine = [u for u in extra.baskets if u in self._options]
        out = [u for u in mine if self._options[u].offer == o and self._parts[n, u] > 0]
        into = [u for u in mine if self._options[u].offer != o and self._free(n, u) > 0]
        return [(give, take) for give in out for take in into]
