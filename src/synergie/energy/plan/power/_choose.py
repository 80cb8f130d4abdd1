"""For each point: today, the cheapest that is allowed, and the next with another option."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from synergie.energy.plan.power._candidates import (
    OPTIONS,
    Candidate,
    Market,
    as_today,
    iterate_candidates,
)
from synergie.energy.plan.power._group import Group
from synergie.energy.records.power import PowerPoint, PowerRules
from synergie.energy.records.power_plan import Gap


@dataclass(frozen=True, slots=True)
class Priced:
    """One option of one point, with its bill."""

    of: Candidate
    row: int

    @property
    def code(self) -> str:
        """FTA."""
        return self.of.code

    @property
    def cents(self) -> int:
        """The whole bill, cents."""
        return self.of.cents[self.row]

    @property
    def classes(self) -> int:
        """How many time classes the option has."""
        return 0 if self.of.bills is None else len(self.of.bills.scaled.rates.classes)

    @property
    def power_va(self) -> list[int]:
        """Subscribed powers, VA."""
        return [int(one) for one in self.of.power_va[self.row]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is known of one point."""

    point: PowerPoint
    today: Priced | None
    best: Priced | None
    second: Priced | None
    cheapest_network: str | None
    """The option whose network tariff alone is lowest, supply and taxes left out."""
    gaps: tuple[tuple[str, Gap], ...]
    """Options left out."""
    today_gap: Gap | None
    """What is missing to price today; None: nothing, or today is not known."""
    held_back_cents: int
    """What a change would save and is not worth its fee, or the least saving; 0: nothing would."""


def iterate_choices(group: Group, market: Market, other: Market, segment: str) -> Iterator[Choice]:
    """The choice of each point of *group*; *other* prices the options across 36 kVA."""
    found = list(iterate_candidates(group, market, OPTIONS[segment]))
    if group.rules.across_segments:
        across = OPTIONS["C4" if segment == "C5" else "C5"]
        found += iterate_candidates(group, other, across)
    today = _price_known_options(group, market)
    for row, point in enumerate(group.points):
        now = today.get(row)
        yield _choose_option(point, now, [Priced(one, row) for one in found], group.rules)


def _price_known_options(group: Group, market: Market) -> dict[int, Priced]:
    """The points whose option and powers are known, as they are."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, point in enumerate(group.points):
        if point.tariff_code is not None and point.subscribed:
            rows[point.tariff_code].append(row)
    found: dict[int, Priced] = {}
    for code, mine in sorted(rows.items()):
        some = Group([group.points[row] for row in mine], group.rules)
        priced = as_today(some, market, code)
        found |= {row: Priced(priced, i) for i, row in enumerate(mine)}
    return found


def _choose_option(
    point: PowerPoint, now: Priced | None, found: Sequence[Priced], rules: PowerRules
) -> Choice:
    gap = None if now is None else now.of.gap(now.row)
    today = now if gap is None else None
    open_to = [one for one in found if one.of.gap(one.row) is None]
    fee = _convert_to_cents(rules.change_fee_eur)
    best = min(open_to, key=lambda one: (one.cents, one.code), default=None)
    held_back = 0
    if today is not None and best is not None:
        saved = today.cents - best.cents
        if (
            is_same_option(today, best)
            or saved - fee <= 0
            or saved < _convert_to_cents(rules.least_saving_eur)
        ):
            best, held_back = today, max(saved, 0)
    best = best or today
    rest = [*open_to, *([today] if today else [])]
    others = [one for one in rest if best is not None and one.code != best.code]
    network = min(open_to, key=lambda one: (one.of.network_cents[one.row], one.code), default=None)
    return Choice(
        point=point,
        today=today,
        best=best,
        second=min(others, key=lambda one: (one.cents, one.code), default=None),
        cheapest_network=None if network is None else network.code,
        gaps=_list_option_gaps(found),
        today_gap=gap,
        held_back_cents=held_back,
    )


def _list_option_gaps(found: Sequence[Priced]) -> tuple[tuple[str, Gap], ...]:
    told = ((one.code, one.of.gap(one.row)) for one in found)
    return tuple((code, gap) for code, gap in told if gap is not None)


def is_same_option(one: Priced, other: Priced) -> bool:
    """Whether two are the same option at the same powers."""
    return one.code == other.code and one.power_va == other.power_va


def _convert_to_cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())
