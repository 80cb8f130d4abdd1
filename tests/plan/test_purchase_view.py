"""A member sees its own part of a purchase plan, and nothing by which another could be known."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.energy.records.offer import Offer, Price, Subscription, Tier
from synergie.errors import NotFound
from synergie.policy.publication.group_sums import tells_nobody
from synergie.policy.trust.decide import permit_own_data, permit_party
from synergie.policy.trust.permit import Permit
from synergie.policy.trust.principal import Principal
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award.view import member_view
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import (
    ClassEnergy,
    Lot,
    PurchaseMember,
    PurchasePoint,
    PurchaseProblem,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def permit(organisation: str, *, owner: bool = False) -> Permit:
    principal = Principal(client_id="c", organisation=organisation, scopes=frozenset())
    made = permit_own_data if owner else permit_party
    return made(principal, action="read", now=NOW)


def _point(number: int, member: str, mwh: str, tariff: str = "BTINFMUDT") -> PurchasePoint:
    return PurchasePoint(
        id=f"99{number:012d}",
        member=member,
        market_segment="C2",
        usage="building",
        tariff_code=tariff,
        energy=(ClassEnergy(time_class="HP", mwh=Decimal(mwh)),),
    )


def _offer(key: str, level: str) -> Offer:
    return Offer(
        id=key,
        lot="lot-1",
        supplier=f"Fournisseur {key}",
        fixed_eur=Decimal("431.17"),
        tiers=(_tier(0, Decimal(level)), _tier(150, Decimal(level) - 9)),
        valid_until=datetime(2026, 11, 24, 13, 30, tzinfo=UTC),
    )


def _tier(floor: int, level: Decimal) -> Tier:
    """Prices of the two tariff options; a small buyer pays those of the first tier."""
    return Tier(
        from_mwh=Decimal(floor),
        to_mwh=None if floor else Decimal("149.999999"),
        prices=tuple(
            Price(tariff_code=tariff, time_class="HP", eur_per_mwh=level + i)
            for i, tariff in enumerate(("BTINFMUDT", "BTINFCUST"))
        ),
        subscriptions=(Subscription(tariff_code="BTINFMUDT", eur_per_point=Decimal("12.34")),),
    )


def made(volumes: dict[str, str]) -> tuple[PurchaseProblem, PurchasePlan]:
    """Members of these volumes, MWh, who buy in one lot from the cheaper of two offers."""
    tariffs = ("BTINFMUDT", "BTINFCUST")
    problem = PurchaseProblem(
        points=tuple(
            _point(i, member, mwh, tariffs[i % 2])
            for i, (member, mwh) in enumerate(volumes.items())
        ),
        lots=(
            Lot(
                id="lot-1",
                name="Bâtiments",
                market_segments=("C2",),
                usages=("building",),
                running_alone_eur=Decimal(5000),
            ),
        ),
        offers=(_offer("offer-a", "101.25"), _offer("offer-b", "117.77")),
        members=tuple(PurchaseMember(id=name, mandate=f"Délib. {name}") for name in volumes),
    )
    return problem, purchase.solve(problem)


FEW = {"commune-ici": "111.111", "canari-serin": "77.123457"}
MANY = FEW | {"canari-pinson": "93.654321", "canari-verdier": "88.246813", "canari-bruant": "70.5"}


def _secrets(problem: PurchaseProblem, plan: PurchasePlan, member: str) -> set[str]:
    """Everything of the others that a text could hold: names, points, volumes, amounts."""
    found = {name for name in (m.id for m in problem.members) if name != member}
    for point in problem.points:
        if point.member != member:
            found |= {point.id, *(str(one.mwh) for one in point.energy)}
    for one in plan.members:
        if one.member != member:
            found |= {str(one.cost_eur), str(one.alone_eur), str(one.gain_eur)}
    return found


@pytest.mark.parametrize("volumes", [FEW, MANY], ids=["few", "many"])
def test_nothing_of_another_is_in_the_part_of_a_member(volumes: dict[str, str]) -> None:
    problem, plan = made(volumes)
    for member in volumes:
        told = member_view(problem, plan, member, permit(member)).model_dump_json()
        assert [word for word in _secrets(problem, plan, member) if word in told] == []


def test_of_few_members_no_sum_is_told_and_of_many_they_add_up() -> None:
    problem, plan = made(FEW)
    view = member_view(problem, plan, "commune-ici", permit("commune-ici"))
    assert view.group is None
    told = view.model_dump_json()
    whole = {plan.objective_eur, plan.baseline_eur, plan.bound_eur, plan.awards[0].volume_mwh}
    assert [str(one) for one in whole if str(one) in told] == []
    assert "431.17" not in told  # times its share of it, it would tell what all save
    problem, plan = made(MANY)
    group = member_view(problem, plan, "commune-ici", permit("commune-ici")).group
    assert group is not None
    assert (group.cost_eur, group.alone_eur) == (plan.objective_eur, plan.baseline_eur)
    assert group.gain_eur == group.alone_eur - group.cost_eur
    assert group.volume_mwh == sum(Decimal(mwh) for mwh in MANY.values())


def test_a_giant_among_the_others_is_not_told_by_the_sum() -> None:
    problem, plan = made(MANY | {"canari-pinson": "9000"})
    assert member_view(problem, plan, "commune-ici", permit("commune-ici")).group is None
    assert member_view(problem, plan, "canari-pinson", permit("canari-pinson")).group is not None


def test_its_prices_are_those_of_its_own_points_and_its_sums_add_up() -> None:
    problem, plan = made(MANY)
    view = member_view(problem, plan, "canari-serin", permit("canari-serin"))
    (lot,) = view.lots
    assert [price.tariff_code for price in lot.prices] == ["BTINFCUST"]
    assert lot.subscriptions == ()
    assert lot.supply_eur == round(lot.prices[0].eur_per_mwh * view.volume_mwh, 2)
    outcome = next(one for one in plan.members if one.member == "canari-serin")
    assert view.cost_eur == lot.supply_eur + view.fee_eur + view.coordinator_eur == outcome.cost_eur
    assert view.gain_eur == lot.gain_eur == outcome.gain_eur
    assert view.decide_before == problem.offers[0].valid_until
    assert view.mandate == "Délib. canari-serin"


def test_only_the_member_and_the_owner_of_the_plan_may_see_it() -> None:
    problem, plan = made(FEW)
    owner = member_view(problem, plan, "commune-ici", permit("syndicat", owner=True))
    assert owner == member_view(problem, plan, "commune-ici", permit("commune-ici"))
    for bearer, member in (("canari-serin", "commune-ici"), ("syndicat", "absent")):
        with pytest.raises(NotFound):
            member_view(problem, plan, member, permit(bearer, owner=member == "absent"))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 400_000), min_size=2, max_size=7))
def test_but_for_its_sums_a_view_follows_from_the_own_part_alone(sizes: list[int]) -> None:
    """Made out of a plan from which everything of the others was cut, it is the same."""
    volumes = {f"m{i}": str(Decimal(size) / 1000) for i, size in enumerate(sizes)}
    problem, plan = made(volumes)
    for member in volumes:
        mine = problem.model_copy(
            update={
                "points": tuple(one for one in problem.points if one.member == member),
                "members": tuple(one for one in problem.members if one.id == member),
            }
        )
        part = plan.model_copy(
            update={
                "members": tuple(one for one in plan.members if one.member == member),
                "places": tuple(one for one in plan.places if one.member == member),
            }
        )
        sums = {"group": None, "group_members": len(volumes)}
        whole = member_view(problem, plan, member, permit(member))
        alone = member_view(mine, part, member, permit(member))
        assert whole.model_copy(update=sums) == alone.model_copy(update=sums)


@given(st.lists(st.decimals(-10_000, 10_000, places=2), max_size=8))
def test_a_sum_is_told_only_when_no_part_is_most_of_it(parts: list[Decimal]) -> None:
    told = tells_nobody(parts)
    sizes = sorted((abs(part) for part in parts if part), reverse=True)
    assert told == (len(sizes) >= 3 and sizes[0] * 100 <= 85 * sum(sizes))
