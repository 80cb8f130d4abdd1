"""Checks of finished plans that share nothing with the models: exact sums, each requirement.

Each function gives the faults as sentences, empty when the plan holds. `solve` calls it before a
plan leaves; a tier met by a ten-millionth of a megawatt-hour is not met: the invoice says no.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from synergie.schemas.maintenance import CrewDays, Depot, MaintenancePlan, MaintenanceProblem
from synergie.schemas.offer import Offer
from synergie.schemas.plan import Plan
from synergie.schemas.purchase import PurchasePoint, PurchaseProblem
from synergie.schemas.purchase_plan import Award, Place, PurchasePlan

_ZERO = Decimal(0)


def purchase(problem: PurchaseProblem, plan: PurchasePlan) -> tuple[str, ...]:
    """What is wrong with a purchase plan."""
    check = _Purchase(problem, plan)
    return (
        *check.everyone_once(),
        *check.supply(),
        *check.windows(),
        *check.limits(),
        *check.fees(),
        *check.nobody_above_alone(),
        *_totals(plan),
    )


def maintenance(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, ...]:
    """What is wrong with a maintenance plan."""
    check = _Maintenance(problem, plan)
    return (
        *check.visited_once(),
        *check.crews_at_hand(),
        *check.days_as_allowed(),
        *check.hours_covered(),
        *check.costs(),
        *check.nobody_above_alone(),
        *_totals(plan),
    )


def _totals(plan: Plan) -> Iterator[str]:
    paid = sum((member.cost_eur for member in plan.members), _ZERO)
    if paid != plan.objective_eur:
        yield f"members pay {paid} EUR in all, the plan costs {plan.objective_eur} EUR"
    if plan.bound_eur is not None and plan.bound_eur > plan.objective_eur:
        yield f"the bound {plan.bound_eur} EUR is above the cost {plan.objective_eur} EUR"


class _Purchase:
    """One purchase plan under examination."""

    def __init__(self, problem: PurchaseProblem, plan: PurchasePlan) -> None:
        self.problem, self.plan = problem, plan
        self.offers = {offer.id: offer for offer in problem.offers}
        self.awards = {award.offer: award for award in plan.awards}
        self.lot_of = {
            (segment, usage): lot.id
            for lot in problem.lots
            for segment in lot.market_segments
            for usage in lot.usages
        }
        self.points: dict[tuple[str, str], list[PurchasePoint]] = defaultdict(list)
        for point in problem.points:
            lot_id = self.lot_of[point.market_segment, point.usage]
            self.points[point.member, lot_id].append(point)

    def everyone_once(self) -> Iterator[str]:
        """P1: every member is placed once in every lot where it has a point."""
        placed = Counter((place.member, place.lot) for place in self.plan.places)
        if set(placed) != set(self.points) or any(count > 1 for count in placed.values()):
            yield "a member is not placed exactly once in each of its lots"
        if not self.problem.may_leave and any(place.offer is None for place in self.plan.places):
            yield "a member stays out although none may"

    def supply(self) -> Iterator[str]:
        """The cost of each place, added again point by point."""
        for place in self.plan.places:
            if place.offer is None:
                expected = place.alone_eur
            elif place.offer not in self.awards or self.offers[place.offer].lot != place.lot:
                yield f"{place.member}, {place.lot}: {place.offer} is not awarded there"
                continue
            else:
                expected = self._cost(place, self.awards[place.offer])
            if expected != place.supply_eur:
                yield f"{place.member}, {place.lot}: {place.supply_eur} EUR, expected {expected}"

    def _cost(self, place: Place, award: Award) -> Decimal:
        tier = self.offers[award.offer].tiers[award.tier - 1]
        prices = {(p.tariff_code, p.time_class): p.eur_per_mwh for p in tier.prices}
        fixed = {s.tariff_code: s.eur_per_point for s in tier.subscriptions}
        total = _ZERO
        for point in self.points[place.member, place.lot]:
            total += fixed.get(point.tariff_code, _ZERO)
            for part in point.energy:
                if part.mwh:
                    total += part.mwh * prices[point.tariff_code, part.time_class]
        return total.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def windows(self) -> Iterator[str]:
        """P3, P5: one tier an offer, its volume inside the window, exactly."""
        if len(self.awards) != len(self.plan.awards):
            yield "an offer is awarded at two tiers"
        for award in self.plan.awards:
            volume = self._volume(award.offer)
            tier = self.offers[award.offer].tiers[award.tier - 1]
            roof = volume if tier.to_mwh is None else tier.to_mwh
            if not tier.from_mwh <= volume <= roof or volume != award.volume_mwh:
                yield f"{award.offer}: {volume} MWh is not in its tier {award.tier}"

    def _volume(self, offer: str) -> Decimal:
        lot = self.offers[offer].lot
        return sum(
            (
                part.mwh
                for place in self.plan.places
                if place.offer == offer
                for point in self.points[place.member, lot]
                for part in point.energy
            ),
            _ZERO,
        )

    def limits(self) -> Iterator[str]:
        """P6: awards a lot, lots a supplier."""
        lots = Counter(award.lot for award in self.plan.awards)
        for lot in self.problem.lots:
            if lot.max_awards is not None and lots[lot.id] > lot.max_awards:
                yield f"{lot.id}: {lots[lot.id]} awards, at most {lot.max_awards}"
        won = Counter(award.supplier for award in self.plan.awards)
        for limit in self.problem.limits:
            if limit.max_lots is not None and won[limit.supplier] > limit.max_lots:
                yield f"{limit.supplier}: {won[limit.supplier]} lots, at most {limit.max_lots}"

    def fees(self) -> Iterator[str]:
        """The fees of an offer sum to its fixed cost."""
        for award in self.plan.awards:
            paid = sum((p.fee_eur for p in self.plan.places if p.offer == award.offer), _ZERO)
            if paid != _cents(self.offers[award.offer]):
                yield f"{award.offer}: fees of {paid} EUR are not its fixed cost"

    def nobody_above_alone(self) -> Iterator[str]:
        """P7, P8: no place above its cost alone, when that is required."""
        if not self.problem.nobody_pays_more:
            return
        for place in self.plan.places:
            paid = place.supply_eur + place.fee_eur
            if place.alone_eur is not None and paid > place.alone_eur:
                yield f"{place.member}, {place.lot}: pays {paid} EUR, alone {place.alone_eur}"


def _cents(offer: Offer) -> Decimal:
    return offer.fixed_eur.quantize(Decimal("0.01"), ROUND_HALF_UP)


class _Maintenance:
    """One maintenance plan under examination."""

    def __init__(self, problem: MaintenanceProblem, plan: MaintenancePlan) -> None:
        self.problem, self.plan = problem, plan
        self.visits = {visit.cabinet: visit for visit in problem.visits}
        self.depots = {depot.id: depot for depot in problem.depots}

    def visited_once(self) -> Iterator[str]:
        """M1: every cabinet once, inside its window, at the cost of that week."""
        if sorted(p.cabinet for p in self.plan.visits) != sorted(self.visits):
            yield "a cabinet is not visited exactly once"
            return
        for planned in self.plan.visits:
            visit = self.visits[planned.cabinet]
            if not visit.first_week <= planned.week <= visit.last_week:
                yield f"{planned.cabinet}: week {planned.week} is outside its window"
            elif visit.costs_eur[planned.week - visit.first_week] != planned.cost_eur:
                yield f"{planned.cabinet}: {planned.cost_eur} EUR is not the cost of its week"

    def crews_at_hand(self) -> Iterator[str]:
        """M3: crew-days of a depot and week."""
        used: Counter[tuple[str, int]] = Counter()
        for crew in self.plan.crews:
            used[crew.depot, crew.week] += crew.days
        for (depot, week), days in used.items():
            if days > self.depots[depot].crew_days[week - 1]:
                yield f"week {week}: {days} crew-days from {depot}"

    def days_as_allowed(self) -> Iterator[str]:
        """A day is whole in a zone its depot serves, or shared by two neighbours, travel off."""
        travel = {frozenset((p.first, p.second)): p.travel_hours for p in self.problem.neighbours}
        for crew in self.plan.crews:
            costs = {cost.zone: cost.eur for cost in self.depots[crew.depot].day_costs}
            zones = [crew.zone] + ([crew.other_zone] if crew.other_zone else [])
            if any(zone not in costs for zone in zones):
                yield f"{crew.depot} does not serve {zones}"
                continue
            lost = travel.get(frozenset(zones)) if len(zones) > 1 else _ZERO
            work = crew.hours + (crew.other_hours or _ZERO)
            if lost is None or work + lost > self.problem.crew_day_hours:
                yield f"{crew.depot}, week {crew.week}: {zones} cannot share a day so"
            if crew.cost_eur != max(costs[zone] for zone in zones) * crew.days:
                yield f"{crew.depot}, week {crew.week}: {crew.cost_eur} EUR is not its cost"

    def hours_covered(self) -> Iterator[str]:
        """M2: whatever the networks, the crews that may work on them have the hours."""
        places = {(planned.zone, planned.week) for planned in self.plan.visits}
        for zone, week in sorted(places):
            needs = self._needs(zone, week)
            for size in range(1, len(needs) + 1):
                for mixes in combinations(sorted(needs, key=str), size):
                    wanted = sum((needs[mix] for mix in mixes), _ZERO)
                    if wanted > self._given(zone, week, set(mixes)):
                        yield f"{zone}, week {week}: too few crew-hours for {wanted} h"

    def _needs(self, zone: str, week: int) -> dict[str | None, Decimal]:
        needs: dict[str | None, Decimal] = defaultdict(Decimal)
        for planned in self.plan.visits:
            visit = self.visits[planned.cabinet]
            if (visit.zone, planned.week) == (zone, week):
                needs[visit.network_mix] += visit.hours
        return needs

    def _given(self, zone: str, week: int, mixes: set[str | None]) -> Decimal:
        total = _ZERO
        for crew in self.plan.crews:
            if crew.week == week and _may_work(self.depots[crew.depot], mixes):
                total += _hours_in(crew, zone) * crew.days
        return total

    def costs(self) -> Iterator[str]:
        """The objective is the sum of visits and crew-days."""
        total = sum((planned.cost_eur for planned in self.plan.visits), _ZERO)
        total += sum((crew.cost_eur for crew in self.plan.crews), _ZERO)
        if total != self.plan.objective_eur:
            yield f"the lines sum to {total} EUR, the plan says {self.plan.objective_eur}"

    def nobody_above_alone(self) -> Iterator[str]:
        """No organisation above its cost alone, when all can do it alone."""
        if self.plan.baseline_eur is None:
            return
        for member in self.plan.members:
            if member.alone_eur is not None and member.cost_eur > member.alone_eur:
                yield f"{member.member}: pays {member.cost_eur} EUR, alone {member.alone_eur}"


def _may_work(depot: Depot, mixes: set[str | None]) -> bool:
    return None in mixes or bool(mixes & set(depot.network_mixes))


def _hours_in(crew: CrewDays, zone: str) -> Decimal:
    if zone == crew.zone:
        return crew.hours
    return (crew.other_hours or _ZERO) if zone == crew.other_zone else _ZERO
