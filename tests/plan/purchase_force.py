"""Pooled purchases by brute force: every place of every basket, every tier, in fractions.

Written from docs/plan/purchase.md alone: it shares nothing with the model nor with its checker.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product

from synergie.energy.records.offer import Offer, Tier
from synergie.purchase.records.purchase import Lot, PurchasePoint, PurchaseProblem

HIGH, LOW = {1, 2, 3, 11, 12}, {4, 5, 6, 7, 8, 9, 10}


def cents(amount: Fraction) -> Fraction:
    """To the cent, halves up (amounts here are never negative)."""
    return Fraction(int(amount * 100 + Fraction(1, 2)), 100)


@dataclass(frozen=True)
class Need:
    """A basket: one member in one lot, as (class, year, MWh, green share asked)."""

    member: str
    lot: Lot
    parts: tuple[tuple[str, int | None, Fraction, Fraction], ...]
    years: Fraction

    @property
    def volume(self) -> Fraction:
        """MWh of the delivery."""
        return sum((mwh for _, _, mwh, _ in self.parts), Fraction(0))


def needs(problem: PurchaseProblem) -> list[Need]:
    """The baskets."""
    found: dict[tuple[str, str], tuple[list[PurchasePoint], Lot]] = {}
    for point in problem.points:
        (lot,) = [
            lot
            for lot in problem.lots
            if point.usage in lot.usages and point.market_segment in lot.market_segments
        ]
        found.setdefault((point.member, lot.id), ([], lot))[0].append(point)
    return [
        Need(
            member,
            lot,
            tuple(part for point in points for part in _parts(problem, point, lot)),
            sum((_years(problem, point) for point in points), Fraction(0)),
        )
        for (member, _), (points, lot) in found.items()
    ]


def _days(problem: PurchaseProblem, point: PurchasePoint | None) -> list[date]:
    assert problem.delivery is not None
    starts, ends = problem.delivery.starts, problem.delivery.ends
    days = [starts + timedelta(n) for n in range((ends - starts).days)]
    if point is None:
        return days
    first, last = point.entry or starts, point.exit or ends
    return [day for day in days if first <= day < last]


def _of_year(days: list[date], year: int, months: set[int]) -> Fraction:
    inside = sum(day.year == year and day.month in months for day in days)
    all_days = (date(year, 1, 1) + timedelta(n) for n in range(366))
    return Fraction(inside, sum(day.year == year and day.month in months for day in all_days))


def _years(problem: PurchaseProblem, point: PurchasePoint | None) -> Fraction:
    if problem.delivery is None:
        return Fraction(1)
    days = _days(problem, point)
    years = {day.year for day in days}
    return sum((_of_year(days, year, HIGH | LOW) for year in years), Fraction(0))


def _parts(
    problem: PurchaseProblem, point: PurchasePoint, lot: Lot
) -> Iterator[tuple[str, int | None, Fraction, Fraction]]:
    asked = max(Fraction(str(point.green_share)), Fraction(str(lot.green_share)))
    for part in point.energy:
        if problem.delivery is None:
            yield part.time_class, None, Fraction(part.mwh), asked
            continue
        days = _days(problem, point)
        months = {"HPH": HIGH, "HPB": LOW}.get(part.time_class, HIGH | LOW)
        for year in sorted({day.year for day in days}):
            exact = Fraction(part.mwh) * _of_year(days, year, months)
            grain = Fraction(int(exact * 10**6 + Fraction(1, 2)), 10**6)
            yield part.time_class, year, grain, asked


def bill(need: Need, offer: Offer, tier: Tier) -> Fraction | None:
    """What a tier asks of a basket; None when it cannot serve it."""
    total = sum((Fraction(s.eur_per_point) for s in tier.subscriptions), Fraction(0)) * need.years
    for name, year, mwh, asked in need.parts:
        prices = {p.year: p.eur_per_mwh for p in tier.prices if p.time_class == name}
        price = prices.get(year, prices.get(None))
        if price is None:
            return None
        total += mwh * Fraction(price)
        beyond = max(Fraction(0), asked - Fraction(str(offer.green_share))) * mwh
        if beyond and offer.green_eur_per_mwh is None:
            return None
        total += beyond * Fraction(offer.green_eur_per_mwh or 0)
    return cents(total)


class Force:
    """One problem, all of its plans."""

    def __init__(self, problem: PurchaseProblem) -> None:
        self.problem = problem
        self.years = _years(problem, None)
        self.needs = needs(problem)
        now = problem.award_at
        self.offers = [
            o
            for o in problem.offers
            if not (now and o.valid_until and o.valid_until <= now)
            and not (now and o.valid_from and now < o.valid_from)
            and not self._too_grey(o)
        ]
        self.alone = [self._alone(need) for need in self.needs]
        own = {m.id: m.may_leave for m in problem.members if m.may_leave is not None}
        self.leaves = [own.get(need.member, problem.may_leave) for need in self.needs]

    def _too_grey(self, offer: Offer) -> bool:
        """In a lot of one award, an offer has to serve everybody."""
        (lot,) = [lot for lot in self.problem.lots if lot.id == offer.lot]
        inside = [need for need in self.needs if need.lot.id == offer.lot]
        return lot.max_awards == 1 and any(
            bill(need, offer, tier) is None for need in inside for tier in offer.tiers
        )

    def fixed(self, offer: Offer) -> Fraction:
        """Running cost over the delivery."""
        return cents(Fraction(offer.fixed_eur) * self.years)

    def _alone(self, need: Need) -> Fraction | None:
        for stated in self.problem.alone:
            if (stated.member, stated.lot) == (need.member, need.lot.id):
                return Fraction(stated.eur)
        costs = []
        for offer in self.offers:
            if offer.lot != need.lot.id:
                continue
            running = need.lot.running_alone_eur
            own = self.fixed(offer) if running is None else cents(Fraction(running) * self.years)
            for k, tier in enumerate(offer.tiers):
                first = self.problem.alone_tier == "first"
                cost = bill(need, offer, tier)
                if (k == 0 if first else self._inside(need.volume, tier)) and cost is not None:
                    costs.append(cost + own)
        return min(costs, default=None)

    def _inside(self, volume: Fraction, tier: Tier) -> bool:
        mean = volume / self.years
        return tier.from_mwh <= mean and (tier.to_mwh is None or mean <= tier.to_mwh)

    def best(self) -> Fraction | None:
        """The least cost of all plans; None: there is none."""
        choices: list[list[Offer | None]] = [
            [*(o for o in self.offers if o.lot == need.lot.id), *([None] if free else [])]
            for need, free in zip(self.needs, self._free(), strict=True)
        ]
        costs = (self._cheapest(places) for places in product(*choices))
        return min((cost for cost in costs if cost is not None), default=None)

    def _free(self) -> list[bool]:
        return [a is not None and may for a, may in zip(self.alone, self.leaves, strict=True)]

    def _cheapest(self, places: tuple[Offer | None, ...]) -> Fraction | None:
        used = {o.id: o for o in places if o is not None}
        if not self._limits(list(used.values()), places) or not self._green(places):
            return None
        tiers = []
        for name, offer in used.items():
            volume = sum(
                (n.volume for n, o in zip(self.needs, places, strict=True) if o is offer),
                Fraction(0),
            )
            tiers.append([(name, t) for t in offer.tiers if self._inside(volume, t)])
        costs = (self._cost(places, dict(chosen)) for chosen in product(*tiers))
        return min((cost for cost in costs if cost is not None), default=None)

    def _limits(self, used: list[Offer], places: tuple[Offer | None, ...]) -> bool:
        for lot in self.problem.lots:
            count = sum(o.lot == lot.id for o in used)
            if (lot.max_awards is not None and count > lot.max_awards) or (
                0 < count < lot.min_awards
            ):
                return False
        for limit in self.problem.limits:
            won = [o for o in used if o.supplier == limit.supplier]
            mwh = sum(
                (n.volume for n, o in zip(self.needs, places, strict=True) if o in won),
                Fraction(0),
            )
            if limit.max_lots is not None and len(won) > limit.max_lots:
                return False
            if limit.max_mwh is not None and mwh / self.years > limit.max_mwh:
                return False
            if won and limit.min_mwh is not None and mwh / self.years < limit.min_mwh:
                return False
        return True

    def _green(self, places: tuple[Offer | None, ...]) -> bool:
        held = total = Fraction(0)
        for need, offer in zip(self.needs, places, strict=True):
            if offer is not None:
                for _, _, mwh, asked in need.parts:
                    held += mwh * max(asked, Fraction(str(offer.green_share)))
                    total += mwh
        return held >= total * Fraction(str(self.problem.green_share))

    def _cost(self, places: tuple[Offer | None, ...], tiers: dict[str, Tier]) -> Fraction | None:
        bills: list[Fraction] = []
        for need, offer, alone in zip(self.needs, places, self.alone, strict=True):
            cost = alone if offer is None else bill(need, offer, tiers[offer.id])
            if cost is None:
                return None
            bills.append(cost)
        joined = [n for n, offer in enumerate(places) if offer is not None]
        fees = {member: self._fee(member, joined) for member in {n.member for n in self.needs}}
        used = {o.id: o for o in places if o is not None}
        if self.problem.nobody_pays_more and not self._fair(places, bills, joined, fees):
            return None
        running = sum((self.fixed(o) for o in used.values()), Fraction(0))
        return sum(bills, Fraction(0)) + running + sum(fees.values(), Fraction(0))

    def _part(self, n: int) -> Fraction:
        fees = self.problem.fees
        if fees is None:
            return Fraction(0)
        each = Fraction(fees.fee_per_pdl) * self.needs[n].years
        return cents(each + Fraction(fees.fee_per_mwh) * self.needs[n].volume)

    def _fee(self, member: str, joined: list[int]) -> Fraction:
        fees = self.problem.fees
        mine = [n for n in joined if self.needs[n].member == member]
        if fees is None or not mine:
            return Fraction(0)
        due = cents(Fraction(fees.fee_fixed) * self.years)
        due += sum((self._part(n) for n in mine), Fraction(0))
        return due if fees.cap is None else min(due, cents(Fraction(fees.cap) * self.years))

    def _capped(self, member: str) -> bool:
        """Whether the cap can cut the fee of a member: then no part belongs to a lot."""
        fees = self.problem.fees
        every = [n for n, need in enumerate(self.needs) if need.member == member]
        due = self._fee(member, every)
        return (
            fees is not None
            and fees.cap is not None
            and due
            < (
                cents(Fraction(fees.fee_fixed) * self.years)
                + sum((self._part(n) for n in every), Fraction(0))
            )
        )

    def _fair(
        self,
        places: tuple[Offer | None, ...],
        bills: list[Fraction],
        joined: list[int],
        fees: dict[str, Fraction],
    ) -> bool:
        """Whether fees and running costs can be split with nobody above alone, in any lot.

        A flow from members to offers: by the cut theorem, for each set of offers, what the fees
        cannot place elsewhere fits into what the set has left.
        """
        saved: dict[tuple[str, str], Fraction] = {}
        room: dict[str, Fraction] = {}
        left = dict(fees)
        for n in joined:
            offer, member, alone = places[n], self.needs[n].member, self.alone[n]
            assert offer is not None
            own = Fraction(0) if self._capped(member) else self._part(n)
            left[member] -= own
            if alone is None:
                left[member] = Fraction(0)  # it cannot compare
                continue
            gain = alone - bills[n] - own
            if gain < 0:
                return False
            saved[member, offer.id] = gain
            room[offer.id] = room.get(offer.id, Fraction(0)) + gain
        used = {o.id: o for o in places if o is not None}
        rooms = {name: value - self.fixed(used[name]) for name, value in room.items()}
        for size in range(len(rooms) + 1):
            for names in combinations(sorted(rooms), size):
                forced = Fraction(0)
                for member, fee in left.items():
                    away = (g for (m, o), g in saved.items() if m == member and o not in names)
                    forced += max(Fraction(0), fee - sum(away, Fraction(0)))
                if forced > sum((rooms[name] for name in names), Fraction(0)):
                    return False
        return all(value >= 0 for value in rooms.values())
