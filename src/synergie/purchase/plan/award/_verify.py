"""The checker of purchase plans: point by point, in fractions, and nothing of the model in it.

It reads the problem and the plan alone. A tier met by a ten-millionth of a megawatt-hour is not
met: the invoice says no. A sum is compared to the cent, a volume exactly.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache

from synergie.energy.records.offer import Offer, Tier
from synergie.errors import Reason
from synergie.plan.verification import show_known_amount, verify_plan_totals
from synergie.purchase.plan.award._verify_rules import iterate_rule_faults
from synergie.purchase.records.plan import Award, Place, PurchasePlan
from synergie.purchase.records.purchase import (
    DeliveryPeriod,
    Lot,
    PurchasePoint,
    PurchaseProblem,
    SupplierLimit,
)

type _Schedule = tuple[dict[tuple[str, str, int | None], Decimal], dict[str, Fraction]]

_ZERO = Fraction(0)
_WH = Decimal("0.000001")
_NONE = Decimal(0)
_DIGITS = 60


def faults(problem: PurchaseProblem, plan: PurchasePlan, *, more: bool = False) -> tuple[str, ...]:
    """What is wrong with a purchase plan; empty when it holds.

    *more*: it was solved under further requirements, and may cost more than all alone.
    """
    with localcontext(prec=_DIGITS):
        return tuple(_list_plan_faults(_Purchase(problem, plan), plan, more=more))


def _list_plan_faults(check: "_Purchase", plan: PurchasePlan, *, more: bool) -> tuple[str, ...]:
    return (
        *check.everyone_once(),
        *check.supply(),
        *check.windows(),
        *check.awards(),
        *check.limits(),
        *check.green(),
        *check.rules(),
        *check.running(),
        *check.coordinator(),
        *check.nobody_above_alone(),
        *(() if more or check.problem.rules else check.not_above_baseline()),
        *verify_plan_totals(plan),
    )


def _round_to_cents(amount: Fraction) -> Decimal:
    """Rounded to the cent, halves away from zero."""
    whole = (abs(amount) * 200 + 1) // 2
    return Decimal(int(whole if amount >= 0 else -whole)) / 100


@cache
def _compute_year_shares(
    starts: date, ends: date, months: tuple[int, ...]
) -> tuple[tuple[int | None, Fraction], ...]:
    """By civil year: days of *months* in [starts, ends) over those of the whole year."""
    inside: Counter[int] = Counter()
    day = starts
    while day < ends:
        inside[day.year] += day.month in months
        day += timedelta(1)
    return tuple((year, Fraction(n, _year_days(year, months))) for year, n in inside.items())


@cache
def _year_days(year: int, months: tuple[int, ...]) -> int:
    first = date(year, 1, 1)
    days = (first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days))
    return sum(day.month in months for day in days)


_ALL = tuple(range(1, 13))
_HIGH, _LOW, _PEAK = (1, 2, 3, 11, 12), (4, 5, 6, 7, 8, 9, 10), (1, 2, 12)


def _list_class_months(time_class: str) -> tuple[int, ...]:
    if time_class in {"HPH", "HCH"}:
        return _HIGH
    if time_class in {"HPB", "HCB", "HPE", "HCE"}:
        return _LOW
    return _PEAK if time_class in {"PTE", "POINTE"} else _ALL


class _Point:
    """One point over the delivery: energy by class and year, years of subscription."""

    def __init__(self, point: PurchasePoint, lot: Lot, delivery: DeliveryPeriod | None) -> None:
        self.code = point.tariff_code
        self.asked = Decimal(str(max(point.green_share, lot.green_share)))
        self.years = Fraction(1)
        self.energy: list[tuple[str, int | None, Decimal]] = []
        if delivery is None:
            self.energy = [(p.time_class, None, p.mwh) for p in point.energy]
        else:
            starts = max(delivery.starts, point.entry or delivery.starts)
            ends = min(delivery.ends, point.exit or delivery.ends)
            self.years = sum(
                (share for _, share in _compute_year_shares(starts, ends, _ALL)), _ZERO
            )
            for part in point.energy:
                for year, share in _compute_year_shares(
                    starts, ends, _list_class_months(part.time_class)
                ):
                    self.energy.append((part.time_class, year, _watt_hours(part.mwh, share)))
        self.volume = sum((mwh for _, _, mwh in self.energy), _NONE)


def _watt_hours(mwh: Decimal, share: Fraction) -> Decimal:
    if share == 1:
        return mwh
    return (mwh * share.numerator / share.denominator).quantize(_WH, ROUND_HALF_UP)


class _Purchase:
    """One purchase plan under examination."""

    def __init__(self, problem: PurchaseProblem, plan: PurchasePlan) -> None:
        self.problem, self.plan = problem, plan
        self.offers = {offer.id: offer for offer in problem.offers}
        self.awarded = {award.offer: award for award in plan.awards}
        self.lots = {lot.id: lot for lot in problem.lots}
        delivery = problem.delivery
        ends = (delivery.starts, delivery.ends) if delivery else None
        self.years = (
            sum((s for _, s in _compute_year_shares(*ends, _ALL)), _ZERO) if ends else Fraction(1)
        )
        homes = {
            (segment, usage): lot
            for lot in problem.lots
            for segment in lot.market_segments
            for usage in lot.usages
        }
        self.points: dict[tuple[str, str], list[_Point]] = defaultdict(list)
        for point in problem.points:
            lot = homes[point.market_segment, point.usage]
            self.points[point.member, lot.id].append(_Point(point, lot, delivery))
        self.volume = {
            key: sum((p.volume for p in mine), _NONE) for key, mine in self.points.items()
        }
        self.schedules: dict[str, _Schedule] = {}
        self.inside: dict[str, list[Place]] = defaultdict(list)
        for place in plan.places:
            if place.offer is not None:
                self.inside[place.offer].append(place)

    def everyone_once(self) -> Iterator[str]:
        """P1: every member is placed once in every lot where it has a point; who may stays out."""
        placed = Counter((place.member, place.lot) for place in self.plan.places)
        if set(placed) != set(self.points) or any(count > 1 for count in placed.values()):
            yield Reason("a member is not placed exactly once in each of its lots")
        may = {m.id: m.may_leave for m in self.problem.members if m.may_leave is not None}
        for place in self.plan.places:
            if place.offer is None and not may.get(place.member, self.problem.may_leave):
                yield Reason("{} stays out of {} although it may not", place.member, place.lot)

    def supply(self) -> Iterator[str]:
        """The cost of each place, added again point by point."""
        for place in self.plan.places:
            if place.offer is None:
                expected = place.alone_eur
            elif place.offer not in self.awarded or self.offers[place.offer].lot != place.lot:
                yield Reason(
                    "{}, {}: {} is not awarded there", place.member, place.lot, place.offer
                )
                continue
            else:
                expected = self._cost(place, self.awarded[place.offer])
            if expected != place.supply_eur:
                yield Reason(
                    "{}, {}: {} EUR, expected {}",
                    place.member,
                    place.lot,
                    place.supply_eur,
                    show_known_amount(expected),
                )

    def _cost(self, place: Place, award: Award) -> Decimal | None:
        offer = self.offers[award.offer]
        prices, fixed = self._schedule(award)
        total, points, held = _NONE, _ZERO, Decimal(str(offer.green_share))
        for point in self.points[place.member, place.lot]:
            if point.code in fixed:
                points += fixed[point.code] * point.years
            for name, year, mwh in point.energy:
                price = prices.get((point.code, name, year), prices.get((point.code, name, None)))
                if mwh and price is None:
                    return None
                if price:
                    total += mwh * price
            beyond = max(_NONE, point.asked - held) * point.volume
            if beyond and offer.green_eur_per_mwh is None:
                return None
            total += beyond * (offer.green_eur_per_mwh or 0)
        return _round_to_cents(Fraction(total) + points)

    def _schedule(self, award: Award) -> "_Schedule":
        if award.offer not in self.schedules:
            tier = self.offers[award.offer].tiers[award.tier - 1]
            self.schedules[award.offer] = (
                {(p.tariff_code, p.time_class, p.year): p.eur_per_mwh for p in tier.prices},
                {s.tariff_code: Fraction(s.eur_per_point) for s in tier.subscriptions},
            )
        return self.schedules[award.offer]

    def windows(self) -> Iterator[str]:
        """P3, P5: one tier an offer, its volume inside the window, exactly."""
        if len(self.awarded) != len(self.plan.awards):
            yield Reason("an offer is awarded at two tiers")
        for award in self.plan.awards:
            volume = self._volume([award.offer])
            tier: Tier = self.offers[award.offer].tiers[award.tier - 1]
            high = volume if tier.to_mwh is None else Fraction(tier.to_mwh) * self.years
            said = abs(volume / self.years - Fraction(award.volume_mwh)) * 2 <= Fraction(_WH)
            if not Fraction(tier.from_mwh) * self.years <= volume <= high or not said:
                yield Reason("{}: {} MWh is not in its tier {}", award.offer, volume, award.tier)

    def _volume(self, offers: Iterable[str]) -> Fraction:
        """MWh of the delivery."""
        places = (place for offer in offers for place in self.inside[offer])
        return Fraction(sum((self.volume[place.member, place.lot] for place in places), _NONE))

    def awards(self) -> Iterator[str]:
        """Offers that are valid at the award, and that somebody takes."""
        now = self.problem.award_at
        for award in self.plan.awards:
            offer = self.offers[award.offer]
            late = offer.valid_until is not None and now is not None and offer.valid_until <= now
            early = offer.valid_from is not None and now is not None and now < offer.valid_from
            if late or early:
                yield Reason("{} is not valid at the award", award.offer)
            if not self.inside[award.offer]:
                yield Reason("{} is awarded and nobody takes it", award.offer)
            if (award.lot, award.supplier) != (offer.lot, offer.supplier):
                yield Reason("{} is not of {} for {}", award.offer, award.supplier, award.lot)

    def limits(self) -> Iterator[str]:
        """P6: awards a lot, lots and volumes of a supplier."""
        lots = Counter(award.lot for award in self.plan.awards)
        for lot in self.problem.lots:
            if lot.max_awards is not None and lots[lot.id] > lot.max_awards:
                yield Reason("{}: {} awards, at most {}", lot.id, lots[lot.id], lot.max_awards)
            if 0 < lots[lot.id] < lot.min_awards:
                yield Reason("{}: {} awards, at least {}", lot.id, lots[lot.id], lot.min_awards)
        won: dict[str, list[str]] = defaultdict(list)
        for award in self.plan.awards:
            won[self.offers[award.offer].supplier].append(award.offer)
        for limit in self.problem.limits:
            yield from self._limit(limit, won[limit.supplier])

    def _limit(self, limit: SupplierLimit, mine: list[str]) -> Iterator[str]:
        mwh = self._volume(mine) / self.years
        if limit.max_lots is not None and len(mine) > limit.max_lots:
            yield Reason("{}: {} lots, at most {}", limit.supplier, len(mine), limit.max_lots)
        if limit.max_mwh is not None and mwh > Fraction(limit.max_mwh):
            yield Reason("{}: {} MWh, at most {}", limit.supplier, mwh, limit.max_mwh)
        if mine and limit.min_mwh is not None and mwh < Fraction(limit.min_mwh):
            yield Reason("{}: {} MWh, at least {}", limit.supplier, mwh, limit.min_mwh)

    def green(self) -> Iterator[str]:
        """P9: the share of green energy of all that is bought together."""
        held, total = _NONE, _NONE
        if not self.problem.green_share:
            return
        for name, places in self.inside.items():
            share = Decimal(str(self.offers[name].green_share))
            for place in places:
                for point in self.points[place.member, place.lot]:
                    held += max(share, point.asked) * point.volume
                    total += point.volume
        if held < Decimal(str(self.problem.green_share)) * total:
            yield Reason("{} MWh of {} are green", held, total)

    def rules(self) -> Iterator[str]:
        """P12 to P17: rules of one's own, with volumes of a year."""
        volumes = {key: Fraction(mwh) / self.years for key, mwh in self.volume.items()}
        greens = {
            (place.member, place.lot): sum(
                (Fraction(max(share, p.asked) * p.volume) for p in points), _ZERO
            )
            / self.years
            for name, places in self.inside.items()
            for share in [Decimal(str(self.offers[name].green_share))]
            for place in places
            for points in [self.points[place.member, place.lot]]
        }
        yield from iterate_rule_faults(self.problem, self.plan, volumes, greens)

    def running(self) -> Iterator[str]:
        """What members pay of the running cost of an offer sums to it."""
        for award in self.plan.awards:
            paid = sum((place.fee_eur for place in self.inside[award.offer]), Decimal(0))
            due = self._fixed(self.offers[award.offer])
            if paid != due:
                yield Reason(
                    "{}: fees of {} EUR are not its fixed cost, {} EUR", award.offer, paid, due
                )

    def _fixed(self, offer: Offer) -> Decimal:
        return _round_to_cents(Fraction(offer.fixed_eur) * self.years)

    def coordinator(self) -> Iterator[str]:
        """P10: what each member pays the coordinator is its fee, exactly."""
        own: dict[str, list[Place]] = defaultdict(list)
        for place in self.plan.places:
            own[place.member].append(place)
        for member, places in own.items():
            joined = [place for place in places if place.offer is not None]
            paid = sum((place.coordinator_eur for place in places), Decimal(0))
            due = self._fee(joined)
            if paid != due or any(place.coordinator_eur < 0 for place in places):
                yield Reason("{} pays the coordinator {} EUR, its fee is {} EUR", member, paid, due)
            if any(place.coordinator_eur for place in places if place.offer is None):
                yield Reason("{} pays the coordinator for a lot it stays out of", member)

    def _fee(self, joined: list[Place]) -> Decimal:
        fees = self.problem.fees
        if fees is None or not joined:
            return Decimal(0)
        due = _round_to_cents(Fraction(fees.fee_fixed) * self.years)
        for place in joined:
            points = self.points[place.member, place.lot]
            each = Fraction(fees.fee_per_pdl) * sum((p.years for p in points), _ZERO)
            due += _round_to_cents(
                each + Fraction(fees.fee_per_mwh) * Fraction(self.volume[place.member, place.lot])
            )
        return (
            due if fees.cap is None else min(due, _round_to_cents(Fraction(fees.cap) * self.years))
        )

    def nobody_above_alone(self) -> Iterator[str]:
        """P7, P8: no place above its cost alone, when that is required; known costs are kept."""
        known = {(cost.member, cost.lot): cost.eur for cost in self.problem.alone}
        for place in self.plan.places:
            stated = known.get((place.member, place.lot))
            if stated is not None and _round_to_cents(Fraction(stated)) != place.alone_eur:
                yield Reason(
                    "{}, {}: alone {} EUR, stated {}",
                    place.member,
                    place.lot,
                    show_known_amount(place.alone_eur),
                    stated,
                )
            paid = place.supply_eur + place.fee_eur + place.coordinator_eur
            above = place.alone_eur is not None and paid > place.alone_eur
            if above and self.problem.nobody_pays_more:
                yield Reason(
                    "{}, {}: pays {} EUR, alone {}", place.member, place.lot, paid, place.alone_eur
                )

    def not_above_baseline(self) -> Iterator[str]:
        """All alone is a plan when everybody may leave: none that is proved costs more."""
        if self.plan.baseline_eur is None or self.plan.status != "proved":
            return
        may = {m.id: m.may_leave for m in self.problem.members if m.may_leave is not None}
        free = all(may.get(place.member, self.problem.may_leave) for place in self.plan.places)
        if free and self.plan.objective_eur > self.plan.baseline_eur:
            yield Reason(
                "{} EUR, all alone {} EUR", self.plan.objective_eur, self.plan.baseline_eur
            )
